"""Everything that the doors of one server share."""

import time
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request

from vultus.clock import now
from vultus.provenance.label import LABELS
from vultus.server.assistant import Assistant, Echo
from vultus.server.gallery import Gallery
from vultus.server.limits import Limits, Rate
from vultus.server.messages import MEDIA_RATE, Shown, Wanted
from vultus.server.metrics import Metrics
from vultus.server.problems import Problem
from vultus.server.session import Full, NotReady, Session, Workers
from vultus.voices import Voice, VoiceChoice, choose


@dataclass(frozen=True)
class Settings:
    """What the operator set."""

    data: Path
    workers: int = 2
    limits: Limits = field(default_factory=Limits)
    voice: VoiceChoice = field(default_factory=VoiceChoice)
    assistant: Assistant = field(default_factory=Echo)
    key: str | None = None
    secure: bool = False  # served over TLS


class House:
    """The gallery, the workers and the counters of one server."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.limits = settings.limits
        self.gallery = Gallery(settings.data / "portraits", settings.limits.portraits)
        self.workers = Workers(settings.workers, settings.limits.sessions)
        self.metrics = Metrics(lambda: self.workers.open, lambda: self.workers.restarts)
        self._uploads = Rate(settings.limits.uploads_a_minute)
        self._checks = Rate(settings.limits.uploads_a_minute)
        self._openings = Rate(settings.limits.sessions_a_minute)
        self.films = settings.data / "films"
        self.films.mkdir(parents=True, exist_ok=True)

    @property
    def ready(self) -> bool:
        """Whether every worker is warm, and nothing that a start prepares is in their way any more."""
        return self.workers.ready and self.gallery.prepared

    def wanted(self, asked: dict[str, object], codec: str = "h264") -> Wanted:
        """A session's wishes, checked. Raises Problem."""
        path = self.gallery.portrait(str(asked.get("portrait", "ada")))
        if path is None:
            raise Problem(404, "there is no such portrait (yet): ask /v1/portraits which are ready")
        size = _one_of("size", asked.get("size", 512), self.limits.sizes)
        rate = _one_of("rate", asked.get("rate", 25), self.limits.rates)
        seed = asked.get("seed", 0)
        if not isinstance(seed, int) or not 0 <= seed < 2**32:
            raise Problem(422, "seed: wanted a whole number from 0 to 4294967295")
        label = asked.get("label", "none")
        if label not in LABELS:
            raise Problem(422, f"label: wanted one of {', '.join(LABELS)}")
        return Wanted(str(path), size, rate, seed, codec, label=str(label))

    def open(self, wanted: Wanted, transport: str) -> Session:
        """A new session. Raises Problem when there is no room."""
        try:
            session = self.workers.session(wanted)
        except Full as cause:
            self.metrics.refusals.add(status="503")
            raise Problem(503, "every place is taken: try again in a minute", 30) from cause
        except NotReady as cause:
            self.metrics.refusals.add(status="503")
            raise Problem(503, "the faces are still getting ready: try again in a moment", 2) from cause
        session.on_shown = _Counted(self.metrics, session, now()).count
        self.metrics.sessions.add(transport=transport)
        return session

    def voice(self, name: str = "") -> Voice:
        """The operator's voice, or another of its names. Raises OptionRefused, PackageMissing."""
        choice = self.settings.voice
        if name:
            choice = VoiceChoice(choice.engine, name, choice.model, choice.url, choice.key)
        return choose(choice)

    def allow_upload(self, request: Request) -> None:
        """Raises Problem when an address sends too much."""
        self._allow(self._uploads, request.client.host if request.client else "")

    def allow_check(self, request: Request) -> None:
        """Raises Problem when an address has too many files looked at."""
        self._allow(self._checks, request.client.host if request.client else "")

    def allow_session(self, address: str) -> None:
        """Raises Problem when an address opens too many sessions."""
        self._allow(self._openings, address)

    def sweep(self) -> None:
        """Remove films and portraits that were kept long enough."""
        self.gallery.sweep(self.limits.keep_seconds)
        for film in self.films.iterdir():
            if time.time() - film.stat().st_mtime > self.limits.keep_seconds:
                film.unlink(missing_ok=True)

    def _allow(self, rate: Rate, address: str) -> None:
        if not rate.allows(address, now()):
            self.metrics.refusals.add(status="429")
            raise Problem(429, "that was too often: wait a minute", 60)


class _Counted:
    """One session as the metrics see it."""

    def __init__(self, metrics: Metrics, session: Session, asked: float) -> None:
        self._metrics = metrics
        self._session = session
        self._asked: float | None = asked  # seconds; None once there was a picture
        self._dropped = 0

    def count(self, shown: Shown) -> None:
        """The next picture."""
        if self._asked is not None:
            self._metrics.first_frame_seconds.see(now() - self._asked)
            self._asked = None
        late = shown.spent * MEDIA_RATE > shown.length
        self._metrics.frames.add(outcome="skipped" if not shown.fresh else "late" if late else "ok")
        self._metrics.frame_seconds.see(shown.spent)
        dropped = self._session.outbox.dropped
        if dropped > self._dropped:
            self._metrics.frames.add(dropped - self._dropped, outcome="dropped")
            self._dropped = dropped


def _one_of(name: str, value: object, choices: tuple[int, ...]) -> int:
    if not isinstance(value, int) or value not in choices:
        raise Problem(422, f"{name}: wanted one of {', '.join(str(choice) for choice in choices)}")
    return value
