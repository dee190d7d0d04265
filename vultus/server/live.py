"""One session inside a worker: a thread with one Talker, paced by the clock, deaf to the other sessions.

The sound is the clock's master: beat k of the talker carries samples 640 k to 640 (k + 1), and picture n of a
session of R pictures a second is drawn at position 25 n / R between the beats. A picture that comes too late
is the one before once more, which costs next to nothing: browsers stop at a gap. Its sound is its own.
"""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vultus.clock import FRAME_RATE, SAMPLE_RATE, now
from vultus.errors import InputRefused, VultusError
from vultus.motion.controls import Controls
from vultus.motion.timeline import STEP_SECONDS, Timeline
from vultus.server.attention import Attention
from vultus.server.encode import Opus, PictureEncoder, picture_encoder
from vultus.server.intake import Intake
from vultus.server.messages import (
    MEDIA_RATE,
    Clear,
    Close,
    Ended,
    Finish,
    Key,
    News,
    Order,
    Overhear,
    Piece,
    Play,
    Push,
    Record,
    Recorded,
    Shown,
    Told,
    Turn,
    Wanted,
)
from vultus.server.pacing import Pacer, beginning
from vultus.server.recording import Recording
from vultus.server.report import Report
from vultus.server.shared import Ready, ready
from vultus.server.turning import timeline
from vultus.server.turns import Turns
from vultus.talker import Talker

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

BEATS = int(FRAME_RATE)  # a second
MOST_QUEUED = 120 * SAMPLE_RATE  # samples of speech that may wait to be said
LAST_STEP = STEP_SECONDS + 0.2  # seconds after its last keyframe that a timeline leads
MOST_SILENT = BEATS  # without any sound of a microphone, nobody speaks into it
MOST_RECORDED = 600  # seconds of one recording: it is completed then
MOST_ORDERS = 2000  # that wait to be obeyed
MOST_SKIPPED = 4  # pictures in a row: a slow machine shows fewer, never none
USUAL_SHARE = 0.1  # of the last picture, in how long one takes lately
MARGIN = 1.5  # of that time must be left: played back, waits for turns make fewest pictures late or skipped with it
REHEARSED = 2  # pictures that are encoded before the first that is sent
PATIENCE = 0.5  # seconds that a step of an opening lets pictures go first
REPORT_SECONDS = 2

log = logging.getLogger(__name__)


class Live(threading.Thread):
    """A session. News go out by `tell`, which is called from this thread."""

    def __init__(
        self,
        session: str,
        wanted: Wanted,
        tell: Callable[[News], None],
        turns: Turns | None = None,  # shared by the sessions of a process
    ) -> None:
        super().__init__(name=f"session {session}", daemon=True)
        self.session = session
        self._wanted = wanted
        self._tell = tell
        self._turns = turns or Turns(1)
        self._orders: queue.Queue[Order] = queue.Queue(MOST_ORDERS)
        self._hurry = threading.Event()  # somebody interrupts or leaves
        self._open = True
        self._recording: Recording | None = None
        self._kept: PictureEncoder | None = None

    def order(self, order: Order) -> None:
        """From any thread, and never waits: of somebody who says too much at once, the rest is not heard."""
        try:
            self._orders.put_nowait(order)
        except queue.Full:
            if isinstance(order, Close):
                self._open = False
        if isinstance(order, Clear | Close | Record):
            self._hurry.set()

    @property
    def controls(self) -> Controls:
        """What the face is asked to do; the talker goes there without a jump."""
        return self._talker.controls

    def run(self) -> None:
        """Until `Close`, or until something breaks: that ends this session and no other."""
        why = None
        self._place = self._turns.join()
        try:
            self._begin(ready(self._wanted))
            self._run()
        except VultusError as refusal:
            why = str(refusal)
        except Exception:
            log.exception("a session broke")
            why = "the session broke: open another"
        finally:
            self._turns.leave(self._place)
            self._stop_recording()
            self._tell(Ended(self.session, why))

    def _begin(self, found: Ready) -> None:
        """In steps that take their turns after the pictures of others, so that who comes makes nobody late."""
        steps = (lambda: self._engage(found), self._open_encoders, *[self._rehearse] * REHEARSED)
        for step in steps:
            with self._turns.take(now() + PATIENCE):
                step()
        wanted = self._wanted
        self._tell(Told(self.session, {"type": "ready", "size": wanted.size, "rate": wanted.rate}))
        self._pacer = Pacer(wanted.rate, beginning(now(), self._place, wanted.rate))

    def _engage(self, found: Ready) -> None:
        wanted, shown = self._wanted, found.set
        self._papers = found.papers
        self._talker = Talker(
            shown.portrait, wanted.size, wanted.seed, number=self._papers.number, label=wanted.label, draw=shown.draw
        )
        self._intake = Intake(MOST_QUEUED)
        self._attention = Attention()
        self._listening = False
        self._overheard = 0  # beats when somebody else was heard last
        self._target = Controls()
        self._timeline: Timeline | None = None
        self._led = 0  # beats since the timeline began
        self._rows: list[Floats] = []  # [D + BODY] of the last two beats
        self._beats = 0  # taken so far
        self._key = True  # the next picture is to stand alone
        self._skipped = 0  # pictures in a row
        self._takes = 0.0  # seconds that drawing and encoding take, lately
        self._speaking = False
        self._report = Report()

    def _open_encoders(self) -> None:
        wanted = self._wanted
        self._pictures = picture_encoder(wanted.codec, wanted.size, wanted.rate, wanted.kilobits)
        self._opus = Opus()
        self._rehearsed = 0

    def _rehearse(self) -> None:
        """Make a picture that nobody sees: an encoder and a thread touch most of their memory in their first two.

        That takes 2 to 15 ms more for each, by the state of the machine.
        """
        if not self._rehearsed:
            self._rest = self._talker.beat().moves
        self._frame = self._talker.draw(self._rest)
        self._pictures.encode(self._frame, self._rehearsed - REHEARSED, key=False)
        self._rehearsed += 1

    def _run(self) -> None:
        while self._open:
            self._obey_until(self._pacer.due())
            if self._open:
                self._show()

    def _obey_until(self, due: float) -> None:
        """What is pushed or turned is not needed before then, and waking for each piece of sound has its cost."""
        while self._open and (left := due - now()) > 0:
            if self._hurry.wait(left):
                self._hurry.clear()
                self._obey_all()
        self._obey_all()

    def _obey_all(self) -> None:
        for _ in range(self._orders.qsize()):
            self._obey(self._orders.get_nowait())

    def _obey(self, order: Order) -> None:
        match order:
            case Push(_, sound, live):
                self._push(sound, live)
            case Overhear(_, sound):
                self._attention.hear(_samples(sound))
                self._overheard = self._beats
            case Finish():
                self._intake.finish()
            case Clear():
                self._clear()
            case Turn(_, values):
                self._target = replace(self._target, **values)
            case Play(_, keyframes):
                self._play(keyframes)
            case Key():
                self._key = True
            case Record(_, path):
                self._stop_recording()
                self._start_recording(path)
            case Close():
                self._open = False

    def _push(self, sound: bytes, live: bool) -> None:
        refused = self._intake.push(_samples(sound), live=live)
        if refused:
            self._say({"type": "full", "refused_seconds": refused / SAMPLE_RATE})

    def _play(self, keyframes: list[dict[str, Any]]) -> None:
        """Looking at thousands of values takes a while: here it makes one face late, and nobody else."""
        try:
            self._timeline, self._led = timeline(keyframes) if keyframes else None, 0
        except InputRefused as refusal:
            self._say({"type": "error", "detail": str(refusal)})

    def _clear(self) -> None:
        dropped = self._intake.clear()
        self._talker.clear()
        self._speaking = False
        self._say({"type": "cleared", "dropped_seconds": dropped / SAMPLE_RATE, "picture": self._pacer.index})

    def _show(self) -> None:
        due, index = self._pacer.due(), self._pacer.index
        if self._pacer.catch_up(now()):
            self._report.put_off += 1
            due = self._pacer.due()
        position = index * BEATS / self._wanted.rate
        with self._turns.take(due):
            sounds = self._beats_until(position)
            begun = now()
            fresh = self._is_in_time(begun - due)
            if fresh:
                self._frame = self._talker.draw(self._row(position))
            content, key = self._encoded(index)
            if fresh:
                self._takes += USUAL_SHARE * (now() - begun - self._takes)
            self._pacer.step()
            length = MEDIA_RATE // self._wanted.rate
            spent = now() - due
            shown = Shown(self.session, index, index * length, length, content, key, fresh, tuple(sounds), spent)
            self._tell(shown)
            self._report_on(shown)

    def _is_in_time(self, late: float) -> bool:
        """Whether there is time to draw: a picture that would come late helps nobody, and makes the next ones late."""
        period = 1 / self._wanted.rate
        left = period - min(MARGIN * self._takes, period / 2)
        if not self._key and late > left and self._skipped < MOST_SKIPPED:
            self._skipped += 1
            return False
        self._skipped = 0
        return True

    def _row(self, position: float) -> Floats:  # [D + BODY]
        """The motion at a position, between two beats where it lies there."""
        share = position - int(position)
        if not share:
            return self._rows[-1]
        return self._rows[-2] + np.float32(share) * (self._rows[-1] - self._rows[-2])

    def _encoded(self, index: int) -> tuple[bytes, bool]:
        content, key = self._pictures.encode(self._frame, index, key=self._key)
        self._keep(self._frame, content, index, key)
        self._key = False
        return content, key

    def _keep(self, frame: Bytes, content: bytes, index: int, key: bool) -> None:
        if self._recording is None:
            return
        if self._kept is not None:
            content, key = self._kept.encode(frame, index, key=self._key)
        self._recording.show(content, index, key=key)
        if self._recording.pictures >= MOST_RECORDED * self._wanted.rate:
            self._stop_recording()

    def _beats_until(self, position: float) -> list[Piece]:
        """Take the beats up to the one at or after `position`; the sound that belongs to them."""
        sounds: list[Piece] = []
        while self._beats < position + 1:
            sounds += self._beat()
        return sounds

    def _beat(self) -> list[Piece]:
        self._hear()
        self._talker.controls = self._asked()
        beat = self._talker.beat()
        self._beats += 1
        self._rows = [*self._rows[-1:], beat.moves]
        if beat.end:
            self._speaking = False
            self._say({"type": "said", "picture": self._pacer.index})
        if self._recording:
            self._recording.hear(beat.samples)
        return self._opus.encode(beat.samples)

    def _asked(self) -> Controls:
        """What was turned last, led by a timeline, and attentive while somebody else speaks."""
        asked = self._target
        if self._timeline is not None:
            asked = self._timeline.at(self._led / BEATS, asked)
            self._led += 1
            if self._led / BEATS > self._timeline.keyframes[-1].seconds + LAST_STEP:
                self._target, self._timeline = asked, None
                self._say({"type": "played"})
        if self._attention.speaks and self._beats - self._overheard > MOST_SILENT:  # the microphone is off
            self._attention = Attention()
        if self._attention.speaks != self._listening:
            self._listening = self._attention.speaks
            self._say({"type": "heard", "speaks": self._listening})
        if self._listening and not self._speaking:
            asked = replace(asked, listening=1.0)
        return asked

    def _hear(self) -> None:
        taken = self._intake.take()
        if taken is None:
            return
        if not self._speaking:
            self._speaking = True
            self._say({"type": "speaking", "picture": self._pacer.index})
        self._talker.push(taken.samples)
        if taken.end:
            self._talker.finish()

    def _start_recording(self, path: str | None) -> None:
        if path is None:
            return
        wanted = self._wanted
        self._recording = Recording(Path(path), wanted.rate, self._papers)
        self._kept = None  # films hold H.264: other pictures are encoded a second time
        if wanted.codec != "h264":
            self._kept = picture_encoder("h264", wanted.size, wanted.rate, wanted.kilobits)
        self._key = True

    def _stop_recording(self) -> None:
        if self._recording is not None:
            self._tell(Recorded(self.session, self._recording.close()))
            self._recording = None

    def _report_on(self, shown: Shown) -> None:
        report = self._report
        report.add(shown, 1 / self._wanted.rate)
        if report.pictures >= REPORT_SECONDS * self._wanted.rate:
            self._say(report.said(self._intake.queued / SAMPLE_RATE))
            self._report = Report()

    def _say(self, event: dict[str, object]) -> None:
        self._tell(Told(self.session, event))


def _samples(sound: bytes) -> Floats:  # [n]
    """Floats of 16-bit samples."""
    return np.frombuffer(sound, "<i2").astype(np.float32) / np.float32(32768)
