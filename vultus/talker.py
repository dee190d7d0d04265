"""The engine: sound goes in, ticks come out. It wires the stages and computes nothing itself.

Speech, motion and render meet here as values. There is one path: a face that idles hears silence.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from vultus import render, speech
from vultus.body import Body, Drawing, apart, beside
from vultus.clock import FRAME_RATE, SAMPLES_PER_FRAME, Stopwatch
from vultus.motion import body as bodies
from vultus.motion import controls as placing
from vultus.motion import easing, stream
from vultus.motion.controls import Controls
from vultus.motion.timeline import Timeline
from vultus.motion.tracks import NO_TRACKS, Tracks
from vultus.portrait import Portrait
from vultus.provenance import Marker, number_of, policy, put_label

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

FRAME_SECONDS = float(1 / FRAME_RATE)
SILENCE = np.zeros(SAMPLES_PER_FRAME, np.float32)


@dataclass(frozen=True)
class Tick:
    """One frame of the film, and the sound that belongs beside it."""

    frame: Bytes  # [size, size, 3] RGB
    samples: Floats  # [SAMPLES_PER_FRAME] at 16 kHz; zeros where nobody speaks
    index: int  # frames since the talker began
    end: bool  # the last frame of what was pushed before `finish`
    row: Floats  # [D] the motion that the frame shows
    body: Body  # what the body does beside it


@dataclass(frozen=True)
class Beat:
    """A tick that is not drawn yet."""

    samples: Floats  # [SAMPLES_PER_FRAME] at 16 kHz
    index: int  # frames since the talker began
    end: bool
    row: Floats  # [D]
    body: Body

    @property
    def moves(self) -> Floats:  # [D + BODY]
        """Row and body in one, as `Talker.draw` takes them, and as both may be mixed between two beats."""
        return beside(self.row, self.body)


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


class Talker:
    """A portrait that talks: `push` sound, take ticks. Not for several threads at once.

    A file: push all of it, `finish`, iterate. Live: push what has come and call `tick` every 40 ms. Frames
    depend on the sound, the seed and the controls alone, never on how the sound was cut. `controls` may be
    replaced at any time: the face goes there without a jump. What has keyframes in `timeline` is led by it,
    second 0 the first frame; what `tracks` hold is taken from them instead of being generated. Every frame
    carries a mark: `number`, or one drawn from the portrait and the seed (docs/provenance.md). `label` is what
    viewers read: none, corner or start. Raises PolicyRefused for a portrait that this installation does not
    allow, MotionRefused for a track that no face can show.
    """

    def __init__(
        self,
        portrait: Portrait,
        size: int = 512,
        seed: int = 0,
        controls: Controls = Controls(),  # noqa: B008
        number: int | None = None,
        label: str = "none",
        draw: Drawing | None = None,  # instead of the plain square
        timeline: Timeline | None = None,
        tracks: Tracks = NO_TRACKS,
    ) -> None:
        allowed = policy()
        allowed.check(portrait)
        self._label = allowed.labelled(label)
        self.controls = controls  # what is asked; holds from the next tick on
        self._eased = easing.begin(controls)
        self._timeline, self._tracks = timeline, tracks
        tracks.check()
        self.watch = Stopwatch()
        self._rest = portrait.rest
        self._draw: Drawing = partial(render.draw, render.init(portrait, size)) if draw is None else draw
        self._marker = Marker(number_of(portrait, seed) if number is None else number)
        self._states: deque[_State] = deque(
            [_State(speech.init(), stream.init(seed))], maxlen=stream.LOOK_AHEAD_FRAMES + 2
        )  # after each of the last frames heard, the newest last
        self._tail = np.zeros(0, np.float32)  # pushed, less than a frame
        self._queue: deque[_Heard] = deque()  # pushed, not heard yet
        self._heard: deque[_Heard] = deque()  # heard, not shown yet
        self._rows: deque[tuple[Floats, float]] = deque()  # [D], body gain: the motion of the first of `_heard`
        self._body = bodies.init(seed)  # after the last frame shown
        self._to_skip = 0  # rows that come out again after a `clear`
        self._shown = 0
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

    def tick(self) -> Tick:
        """The next frame, whatever was pushed: without a whole frame of sound to say, the face idles for one."""
        return self._drawn(self.beat())

    def beat(self) -> Beat:
        """What `tick` gives, not drawn: for who shows fewer frames than 25 a second, or more by drawing between."""
        while not self._rows:
            self._hear(self._queue.popleft() if self._queue else _Heard(SILENCE, spoken=False))
        return self._next()

    def draw(self, moves: Floats, index: int | None = None) -> Bytes:  # [D + BODY] or [D] -> [size, size, 3]
        """The frame that `Beat.moves` show, or a row alone; marked. `index` is the beat's, by default the last's."""
        with self.watch.on("render"):
            frame = self._draw(*apart(moves))
        with self.watch.on("mark"):
            return self._marked(frame, self._shown - 1 if index is None else index)

    def __iter__(self) -> Iterator[Tick]:
        """The frames that the sound pushed so far settles; after `finish`, all of them."""
        return map(self._drawn, self.beats())

    def beats(self) -> Iterator[Beat]:
        """What iterating gives, not drawn."""
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
                moved = self._tracks.put_in(row, self._coming(), controls)
                self._rows.append((placing.apply(moved[None], self._rest, controls)[0], controls.body_gain))

    def _coming(self) -> int:
        """The index of the frame for which no row is there yet."""
        return self._shown + len(self._rows)

    def _turned(self) -> tuple[easing.Eased, Controls]:
        """The controls of the coming frame: on their way to what is asked, led by the timeline."""
        frame = self._coming()
        eased = easing.step(self._eased, self.controls, FRAME_SECONDS) if frame else easing.begin(self.controls)
        if self._timeline is None:
            return eased, eased.controls
        return eased, self._timeline.at(frame * FRAME_SECONDS, eased.controls)

    def _next(self) -> Beat:
        sound = self._heard.popleft()
        row, gain = self._rows.popleft()
        self._body, body = bodies.step(self._body, row, self._rest, gain)
        self._shown += 1
        return Beat(sound.samples, self._shown - 1, sound.end, row, body)

    def _drawn(self, beat: Beat) -> Tick:
        return Tick(self.draw(beat.moves), beat.samples, beat.index, beat.end, beat.row, beat.body)

    def _marked(self, frame: Bytes, index: int) -> Bytes:  # [H, W, 3 | 4]
        """The frame with its label and mark; a label shows before nothing, too."""
        colours = np.ascontiguousarray(frame[..., :3])
        put_label(colours, self._label, index)
        if frame.shape[2] == 4:
            written = (colours != frame[..., :3]).any(-1)
            frame[..., 3][written] = 255
        self._marker.mark(colours)
        if frame.shape[2] == 4:
            frame[..., :3] = colours
            return frame
        return colours

    def _forget_what_is_not_shown(self) -> None:
        """Back to the states before the first frame of sound that is heard and not shown.

        The rows that the look-ahead had held back by then were shown since; they are computed again and skipped.
        """
        for _ in range(len(self._heard)):
            self._states.pop()
        self._to_skip = min(self._shown, stream.LOOK_AHEAD_FRAMES)
        self._heard.clear()
        self._rows.clear()


def _ended(sound: _Heard) -> _Heard:
    return _Heard(sound.samples, sound.spoken, end=True)
