"""What a voice makes a face do, before any portrait: sound goes in, cues come out.

A cue is one frame's motion relative to a face's own rest, so a portrait may still be made ready while its part is
learned. There is one path: a face that idles hears silence.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vultus import speech
from vultus.clock import FRAME_RATE, SAMPLES_PER_FRAME, Stopwatch
from vultus.motion import easing, stream
from vultus.motion.controls import Controls
from vultus.motion.timeline import Timeline
from vultus.motion.tracks import NO_TRACKS, Tracks

Floats = NDArray[np.float32]

FRAME_SECONDS = float(1 / FRAME_RATE)
SILENCE = np.zeros(SAMPLES_PER_FRAME, np.float32)


@dataclass(frozen=True)
class Cue:
    """What a face does at one frame, and the sound that belongs beside it."""

    samples: Floats  # [SAMPLES_PER_FRAME] at 16 kHz; zeros where nobody speaks
    index: int  # frames since the actor began
    end: bool  # the last frame of what was pushed before `finish`
    row: Floats  # [D] relative to rest: `controls.apply` places it
    controls: Controls  # that hold at this frame


@dataclass(frozen=True)
class _Heard:
    """A frame's worth of sound."""

    samples: Floats  # [SAMPLES_PER_FRAME]
    spoken: bool  # pushed by the caller, not filled in
    end: bool = False


@dataclass(frozen=True)
class _State:
    """The states of the stages between two frames of sound; nothing in them is ever changed in place."""

    speech: speech.SpeechState
    motion: stream.MotionState


class Actor:
    """`push` sound, take cues. Not for several threads at once.

    Cues depend on the sound, the seed and the controls alone, never on how the sound was cut. `controls` may be
    replaced at any time: the face goes there without a jump. What has keyframes in `timeline` is led by it, second 0
    the first frame; what `tracks` hold is taken from them instead of being generated. Who has a whole `recorded` sound
    waits longer for cues, and gets better lips. Raises MotionRefused for a track that no face can show.
    """

    def __init__(
        self,
        seed: int = 0,
        controls: Controls = Controls(),  # noqa: B008 - frozen
        timeline: Timeline | None = None,
        tracks: Tracks = NO_TRACKS,
        recorded: bool = False,
    ) -> None:
        tracks.check()
        self.controls = controls  # what is asked; holds from the next frame heard on
        self.watch = Stopwatch()
        self.shown = 0  # cues given out
        self._timeline, self._tracks = timeline, tracks
        self._eased = easing.begin(controls)
        motion = stream.init(seed, recorded)
        self._look_ahead = motion.look_ahead
        self._states: deque[_State] = deque(
            [_State(speech.init(), motion)], maxlen=self._look_ahead + 2
        )  # after each of the last frames heard, the newest last
        self._tail = np.zeros(0, np.float32)  # pushed, less than a frame
        self._queue: deque[_Heard] = deque()  # pushed, not heard yet
        self._heard: deque[_Heard] = deque()  # heard, not shown yet
        self._rows: deque[tuple[Floats, Controls]] = deque()  # [D]: the motion of the first of `_heard`
        self._to_skip = 0  # rows that come out again after a `clear`
        self._open = False  # something was pushed and not finished

    def push(self, samples: Floats) -> None:  # [n]
        """Append sound: mono floats at 16 kHz, full scale 1, any number of samples."""
        if samples.ndim != 1 or not np.issubdtype(samples.dtype, np.floating):
            raise TypeError(f"wanted samples [n] of floats, got {samples.dtype} {list(samples.shape)}")
        self._open = self._open or len(samples) > 0
        self._tail = np.concatenate([self._tail, samples.astype(np.float32)])
        whole = len(self._tail) // SAMPLES_PER_FRAME * SAMPLES_PER_FRAME
        for start in range(0, whole, SAMPLES_PER_FRAME):
            self._queue.append(_Heard(self._tail[start : start + SAMPLES_PER_FRAME], spoken=True))
        self._tail = self._tail[whole:].copy()

    def finish(self) -> None:
        """The end of an utterance: its last frame is filled up with silence and carries `end`."""
        if not self._open:
            return
        self._open = False
        if len(self._tail):
            padded = np.pad(self._tail, (0, SAMPLES_PER_FRAME - len(self._tail)))
            self._queue.append(_Heard(padded, spoken=True, end=True))
            self._tail = self._tail[:0]
        elif self._queue:
            self._queue[-1] = _ended(self._queue[-1])
        elif self._heard:
            self._heard[-1] = _ended(self._heard[-1])
        else:
            self._queue.append(_Heard(SILENCE, spoken=True, end=True))

    def clear(self) -> None:
        """Somebody interrupts: drop all sound that is not shown yet; the head moves on from where it is."""
        self._queue.clear()
        self._tail = self._tail[:0]
        self._open = False
        if any(sound.spoken for sound in self._heard):
            self._forget_what_is_not_shown()

    def cue(self) -> Cue:
        """The next one, whatever was pushed: without a whole frame of sound to say, the face idles for one."""
        while not self._rows:
            self._hear(self._queue.popleft() if self._queue else _Heard(SILENCE, spoken=False))
        return self._next()

    def cues(self) -> Iterator[Cue]:
        """Those that the sound pushed so far settles; after `finish`, all of them."""
        while self._queue or (not self._open and any(sound.spoken for sound in self._heard)):
            self._hear(self._queue.popleft() if self._queue else _Heard(SILENCE, spoken=False))
            if self._rows:
                yield self._next()

    def _hear(self, sound: _Heard) -> None:
        state = self._states[-1]
        eased, controls = self._turned()
        with self.watch.on("speech"):
            speech_state, features = speech.step(state.speech, sound.samples)
        with self.watch.on("motion"):
            motion_state, rows = stream.step(state.motion, features, controls)
        self._states.append(_State(speech_state, motion_state))
        self._heard.append(sound)
        for row in rows:
            if self._to_skip:
                self._to_skip -= 1
            else:
                self._eased = eased
                self._rows.append((self._tracks.put_in(row, self._coming(), controls), controls))

    def _coming(self) -> int:
        """The index of the frame for which no row is there yet."""
        return self.shown + len(self._rows)

    def _turned(self) -> tuple[easing.Eased, Controls]:
        """The controls of the coming frame: on their way to what is asked, led by the timeline."""
        frame = self._coming()
        eased = easing.step(self._eased, self.controls, FRAME_SECONDS) if frame else easing.begin(self.controls)
        if self._timeline is None:
            return eased, eased.controls
        return eased, self._timeline.at(frame * FRAME_SECONDS, eased.controls)

    def _next(self) -> Cue:
        sound = self._heard.popleft()
        row, controls = self._rows.popleft()
        self.shown += 1
        return Cue(sound.samples, self.shown - 1, sound.end, row, controls)

    def _forget_what_is_not_shown(self) -> None:
        """Back to the states before the first frame of sound that is heard and not shown.

        The rows that the look-ahead had held back by then were shown since; they are computed again and skipped.
        """
        for _ in range(len(self._heard)):
            self._states.pop()
        self._to_skip = min(self.shown, self._look_ahead)
        self._heard.clear()
        self._rows.clear()


def _ended(sound: _Heard) -> _Heard:
    return _Heard(sound.samples, sound.spoken, end=True)
