"""Words from phones, for engines that know when each phone begins and not whose it is."""

from vultus.voices.speech import Phone, Word

NO_LETTERS = ".,;:!?…\"'()[]«»“”‘’¿¡—–-"  # noqa: RUF001 - around words, not in them
BETWEEN = " "  # what engines call the gap between two words


def words_of(text: str, phones: tuple[Phone, ...]) -> tuple[Word, ...]:
    """The words of a text with the times of their first phones; none where the gaps do not fit the text."""
    names = [name for word in text.split() if (name := word.strip(NO_LETTERS))]
    starts, gap = [], True
    for phone in phones:
        if phone.symbol == BETWEEN:
            gap = True
        elif gap and phone.symbol not in NO_LETTERS:
            starts.append(phone.start)
            gap = False
    if len(starts) != len(names):
        return ()
    return tuple(Word(name, start) for name, start in zip(names, starts, strict=True))
