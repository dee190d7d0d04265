"""How a session went lately, as it tells its client and the metrics."""

from vultus.server.messages import Shown


class Report:
    """How the last seconds went."""

    def __init__(self) -> None:
        self.pictures = 0
        self.late = 0
        self.skipped = 0
        self.missed = 0  # late, or skipped
        self.put_off = 0
        self.spent: list[float] = []

    def add(self, shown: Shown, period: float) -> None:
        late, skipped = shown.spent > period, not shown.fresh
        self.pictures += 1
        self.skipped += skipped
        self.late += late
        self.missed += late or skipped
        self.spent.append(shown.spent)

    def said(self, queued: float) -> dict[str, object]:
        spent = sorted(self.spent)
        return {
            "type": "pace",
            "pictures": self.pictures,
            "late": self.late,
            "skipped": self.skipped,
            "missed": self.missed,
            "put_off": self.put_off,
            "spent_p50": round(spent[len(spent) // 2], 4),
            "spent_p95": round(spent[len(spent) * 95 // 100], 4),
            "queued_seconds": round(queued, 3),
        }
