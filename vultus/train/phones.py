"""The kinds of phones that hearing tells apart, in any language, and what the mouth does at each.

Every source names its phones in its own letters; all are turned into IPA, and IPA into the kinds that
`motion/hearing.py` names. What is told of a kind (`FEATURES`) is articulation: how the lips stand, where the
tongue is, whether the voice sounds.
"""

# ruff: noqa: RUF001  (letters of other alphabets are meant here)

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vultus.clock import FRAME_RATE
from vultus.motion.hearing import PHONES
from vultus.train.espeak import Phone

UNKNOWN = -1
SILENCE = PHONES.index("sil")
HALF = 1 / (2 * float(FRAME_RATE))  # seconds of half a frame: one label each
BREAK = 0.03  # seconds of a nameless phone that count as silence

# IPA letters that are heard as another kind.
_ALIKE = {
    "ɱ": "m", "ʋ": "v", "β": "v", "ɬ": "s", "ʈ": "t", "ɖ": "d", "ɳ": "n", "ʎ": "l", "ɫ": "l", "ɭ": "l",
    "ɾ": "r", "ɽ": "r", "ʀ": "ʁ", "ɻ": "ɹ", "ɕ": "ʃ", "ʂ": "ʃ", "ʑ": "ʒ", "ʐ": "ʒ", "ɥ": "w", "ʍ": "w",
    "q": "k", "ɡ": "g", "c": "c", "ɟ": "ɟ", "χ": "x", "ħ": "h", "ɦ": "h", "ʕ": "ʁ", "ɣ": "ʁ", "ʝ": "j",
    "ä": "a", "ɒ": "ɔ", "ʉ": "u", "ɵ": "ø", "ʏ": "y", "ɚ": "ɜ", "ᵻ": "ɪ", "ɤ": "ʌ", "ɘ": "ə", "ɯ": "ɨ",
    "ç": "x", "ʲ": "", "ʰ": "", "ʔ": "",
}  # fmt: skip

ARPABET = {
    "aa": "ɑ", "ae": "æ", "ah": "ʌ", "ao": "ɔ", "aw": "aʊ", "ax": "ə", "axr": "ɚ", "ay": "aɪ", "b": "b",
    "ch": "tʃ", "d": "d", "dh": "ð", "dx": "ɾ", "eh": "ɛ", "el": "əl", "em": "m", "en": "n", "er": "ɜ",
    "ey": "eɪ", "f": "f", "g": "g", "hh": "h", "hv": "h", "ih": "ɪ", "iy": "i", "jh": "dʒ", "k": "k",
    "l": "l", "m": "m", "n": "n", "ng": "ŋ", "nx": "n", "ow": "oʊ", "oy": "ɔɪ", "p": "p", "r": "ɹ", "s": "s",
    "sh": "ʃ", "t": "t", "th": "θ", "uh": "ʊ", "uw": "u", "v": "v", "w": "w", "y": "j", "z": "z", "zh": "ʒ",
}  # fmt: skip
ITALIAN = {
    "O": "ɔ", "E": "ɛ", "L": "ʎ", "J": "ɲ", "ts": "ts", "dz": "dz", "tS": "tʃ", "dZ": "dʒ", "S": "ʃ", "g": "g",
    **{c: c for c in "abdefijklmnoprstuvwz"}, "ng": "ŋ", "nf": "m",
}  # fmt: skip
CATALAN = {
    "ax": "ə", "E": "ɛ", "O": "ɔ", "L": "ʎ", "J": "ɲ", "S": "ʃ", "Z": "ʒ", "rr": "r", "r": "ɾ", "N": "ŋ",
    "ts": "ts", "tS": "tʃ", "dZ": "dʒ", "dz": "dz", **{c: c for c in "abdefgijklmnopstuvwzx"},
}  # fmt: skip
RUSSIAN = {
    **{c: c for c in "abdefgiklmnoprstuvz"}, "aa": "a", "ee": "e", "ii": "i", "oo": "o", "uu": "u", "y": "ɨ",
    "yy": "ɨ", "ae": "ə", "ay": "ə", "ur": "ə", "j": "j", "h": "x", "hh": "x", "c": "ts", "ch": "tʃ",
    "sh": "ʃ", "sch": "ʃ", "zh": "ʒ",
    **{2 * c: c for c in "bdfgklmnprstvz"},
}  # fmt: skip
CZECH = {
    **{c: c for c in "abdefgijklmnoprstuvxz"}, "h": "h", "ch": "x", "c": "ts", "c~": "tʃ", "s~": "ʃ", "z~": "ʒ",
    "r~": "rʒ", "r~*": "rʃ", "t~": "c", "d~": "ɟ", "n~": "ɲ", "dz": "dz", "dz~": "dʒ", "n*": "ŋ", "m*": "m",
}  # fmt: skip
FINNISH = {
    **{c: c for c in "abdefghijklmnoprstuvyz"}, "A": "ɑ", "a": "ɑ", "@": "æ", "7": "ø", "N": "ŋ", "w": "ʋ",
    "S": "ʃ", "Z": "ʒ", "v": "ʋ",
}  # fmt: skip
SAMPA = {
    **{c: c for c in "abdefgijklmnopstuvxyz"}, "I": "ɪ", "E": "ɛ", "O": "ɔ", "U": "ʊ", "Y": "ʏ", "@": "ə",
    "6": "ɐ", "4": "ɾ", "9": "œ", "2": "ø", "S": "ʃ", "Z": "ʒ", "C": "ç", "X": "x", "N": "ŋ", "V": "ʁ", "R": "ʁ",
    "h": "h", "H": "h", "D": "ð", "T": "θ", "B": "β", "G": "ɣ", "L": "l", "A": "ɑ",
}  # fmt: skip


def named(table: dict[str, str], label: str) -> str:
    """The IPA of a label of another alphabet; length, stress and what the table lacks fall away."""
    bare = label.strip("!_:").rstrip("0123")
    if bare in table:
        return table[bare]
    return "".join(table.get(letter, "") for letter in bare)


def kinds(name: str) -> list[int]:
    """The kinds that an IPA name spells, in order; none for a pause."""
    if name.startswith("("):
        return []  # espeak-ng's mark of another language
    found = [_ALIKE.get(letter, letter) for letter in name]
    return [PHONES.index(letter) for letter in found if letter and letter in PHONES]


def sequence(phones: Sequence[Phone]) -> list[tuple[int, float, float]]:
    """(kind, start, end) in seconds; a name of two letters turns at 60 %."""
    out: list[tuple[int, float, float]] = []
    for phone in phones:
        spelled = kinds(phone.name)
        if len(spelled) > 1:
            turn = phone.start + 0.6 * (phone.end - phone.start)
            out += [(spelled[0], phone.start, turn), (spelled[-1], turn, phone.end)]
        elif spelled:
            out.append((spelled[0], phone.start, phone.end))
        elif phone.end - phone.start > BREAK:
            out.append((SILENCE, phone.start, phone.end))
        elif out:
            out[-1] = (out[-1][0], out[-1][1], phone.end)
    return out


def labels(phones: Sequence[Phone], count: int) -> NDArray[np.int16]:  # [2 count]
    """The kind at the middle of each half of `count` frames; silence where no phone is."""
    at = (np.arange(2 * count) + 0.5) * HALF
    out = np.full(2 * count, SILENCE, np.int16)
    for kind, start, end in sequence(phones):
        out[np.searchsorted(at, start) : np.searchsorted(at, end)] = kind
    return out


# Which kinds share each feature; for reports, and for what is told of a sound.
FEATURES: dict[str, set[str]] = {
    "silence": {"sil"},
    "lips closed": set("pbm"),
    "teeth on lip": set("fv"),
    "rounded": set("ʃʒwɔoʊuyøœ"),
    "stop": set("pbtdkgcɟ"),
    "nasal": set("mnŋɲ"),
    "fricative": set("fvθðszʃʒxhʁ"),
    "liquid or glide": set("lrɹjw"),
    "dental or alveolar": set("θðtdnszlr"),
    "palatal": set("ʃʒjcɟɲ"),
    "velar or farther back": set("kgŋxʁh"),
    "vowel": set("iɪeɛæaɑɔoʊuyøœəʌɜɐɨ"),
    "close": set("iɪyuʊɨ"),
    "open": set("aɑæɐʌ"),
    "front": set("iɪeɛæyøœ"),
    "back": set("ɑɔoʊuʌ"),
    "voiced": set("bmvðdnzʒlrɹjwgŋʁɟɲ") | set("iɪeɛæaɑɔoʊuyøœəʌɜɐɨ"),
}


def table() -> NDArray[np.float32]:  # [P, features]
    """1 where a kind has a feature."""
    return np.array([[float(kind in has) for has in FEATURES.values()] for kind in PHONES], np.float32)
