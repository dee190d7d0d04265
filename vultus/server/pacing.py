"""When each picture is due: an absolute schedule, so that no error adds up."""

from dataclasses import dataclass, field

MOST_BEHIND = 0.5  # seconds; whoever is further behind starts a new schedule


def beginning(now: float, place: int, rate: int) -> float:
    """When a session begins that is the `place`-th in its process: at the next moment that is its own in every period.

    Sessions that are due at the same moment wait for each other; those at 0, 1/2, 1/4, 3/4, 1/8 .. of a period (van der
    Corput's sequence, 1935) do not.
    """
    share, part = 0.0, 0.5
    while place:
        share, part, place = share + part * (place & 1), part / 2, place >> 1
    return now + (share / rate - now) % (1 / rate)


@dataclass
class Pacer:
    """Picture `index` is due at `start + index / rate`; the time is always told, never asked."""

    rate: int  # pictures a second
    start: float  # seconds, when picture 0 is due
    index: int = 0  # of the next picture
    put_off: float = field(default=0.0)  # seconds that the schedule was put off, in all

    def due(self) -> float:
        """When the next picture is due."""
        return self.start + self.index / self.rate

    def behind(self, now: float) -> float:
        """Seconds by which the next picture is late; negative while there is time."""
        return now - self.due()

    def step(self) -> None:
        """The picture is out, or skipped."""
        self.index += 1

    def catch_up(self, now: float) -> bool:
        """After a pause too long to make good, the next picture is due now; whether that was so."""
        late = self.behind(now)
        if late <= MOST_BEHIND:
            return False
        self.start += late
        self.put_off += late
        return True
