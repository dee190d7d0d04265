"""What `/metrics` says: Prometheus text, base units, few labels."""

from bisect import bisect_left
from collections.abc import Callable

SECONDS = (0.005, 0.01, 0.02, 0.03, 0.04, 0.06, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
Labels = tuple[tuple[str, str], ...]


class Counter:
    """Only grows."""

    kind = "counter"

    def __init__(self) -> None:
        self._values: dict[Labels, float] = {}

    def add(self, amount: float = 1, **labels: str) -> None:
        """Count, under labels from a small fixed set."""
        key = tuple(sorted(labels.items()))
        self._values[key] = self._values.get(key, 0) + amount

    def lines(self, name: str) -> list[str]:
        """The exposition."""
        return [f"{name}{_braced(key)} {value:g}" for key, value in sorted(self._values.items())] or [f"{name} 0"]


class Gauge:
    """A value that is looked up when asked for."""

    kind = "gauge"

    def __init__(self, value: Callable[[], float]) -> None:
        self._value = value

    def lines(self, name: str) -> list[str]:
        """The exposition."""
        return [f"{name} {self._value():g}"]


class Histogram:
    """How often a time fell below each bound."""

    kind = "histogram"

    def __init__(self, bounds: tuple[float, ...] = SECONDS) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def see(self, value: float) -> None:
        """Count a value."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def lines(self, name: str) -> list[str]:
        """The exposition."""
        found, total = [], 0
        for bound, count in zip((*self._bounds, float("inf")), self._counts, strict=True):
            total += count
            label = "+Inf" if bound == float("inf") else f"{bound:g}"
            found.append(f'{name}_bucket{{le="{label}"}} {total}')
        return [*found, f"{name}_sum {self._sum:g}", f"{name}_count {total}"]


class Metrics:
    """Everything that is counted."""

    def __init__(self, sessions: Callable[[], float], restarts: Callable[[], float]) -> None:
        self.frames = Counter()
        self.frame_seconds = Histogram()
        self.first_frame_seconds = Histogram()
        self.sessions = Counter()
        self.jobs = Counter()
        self.checks = Counter()
        self.refusals = Counter()
        self._all: dict[str, tuple[str, Counter | Gauge | Histogram]] = {
            "vultus_frames_total": ("Pictures by outcome: ok, late, skipped, dropped.", self.frames),
            "vultus_frame_seconds": ("From when a picture was due until it was encoded.", self.frame_seconds),
            "vultus_first_frame_seconds": ("From a request until its first picture.", self.first_frame_seconds),
            "vultus_sessions_active": ("Sessions that are open.", Gauge(sessions)),
            "vultus_sessions_total": ("Sessions opened, by transport.", self.sessions),
            "vultus_worker_restarts_total": ("Workers that ended by themselves.", Gauge(restarts)),
            "vultus_jobs_total": ("Jobs by how they ended.", self.jobs),
            "vultus_checks_total": ("Files verified, by what was found.", self.checks),
            "vultus_refusals_total": ("Requests refused, by status.", self.refusals),
        }

    def text(self) -> str:
        """The page."""
        lines: list[str] = []
        for name, (means, metric) in self._all.items():
            kind = "counter" if name.endswith("_total") else metric.kind
            lines += [f"# HELP {name} {means}", f"# TYPE {name} {kind}", *metric.lines(name)]
        return "\n".join(lines) + "\n"


def _braced(labels: Labels) -> str:
    return "{" + ",".join(f'{name}="{value}"' for name, value in labels) + "}" if labels else ""
