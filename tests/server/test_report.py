"""What a session tells of how it goes."""

from vultus.server.messages import Shown
from vultus.server.report import Report


def shown(spent: float, *, fresh: bool = True) -> Shown:
    return Shown("s", 0, 0, 1920, b"", False, fresh, (), spent)


def test_a_picture_is_missed_when_it_is_late_or_not_new() -> None:
    report = Report()
    for one in (shown(0.01), shown(0.05), shown(0.02, fresh=False), shown(0.06, fresh=False), shown(0.04)):
        report.add(one, 0.04)
    said = report.said(0.0601)
    assert {name: said[name] for name in ("pictures", "late", "skipped", "missed", "put_off")} == {
        "pictures": 5, "late": 2, "skipped": 2, "missed": 3, "put_off": 0,
    }  # fmt: skip
    assert (said["spent_p50"], said["spent_p95"], said["queued_seconds"]) == (0.04, 0.06, 0.06)
