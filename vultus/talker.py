"""The engine: sound goes in, ticks come out. It wires the stages and computes nothing itself.

What is heard and how a face moves to it is the actor's; here it is put on a portrait, drawn and marked.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from vultus import render
from vultus.actor import Actor, Cue
from vultus.body import Body, Drawing, apart, beside
from vultus.motion import body as bodies
from vultus.motion import controls as placing
from vultus.motion.controls import Controls
from vultus.motion.timeline import Timeline
from vultus.motion.tracks import NO_TRACKS, Tracks
from vultus.portrait import Portrait
from vultus.provenance import Marker, number_of, policy, put_label

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]


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


class Talker:
    """A portrait that talks: `push` sound, take ticks. Not for several threads at once.

    A file: push all of it, `finish`, iterate. Live: push what has come and call `tick` every 40 ms. Frames
    depend on the sound, the seed and the controls alone, never on how the sound was cut. `controls` may be
    replaced at any time: the face goes there without a jump. What has keyframes in `timeline` is led by it,
    second 0 the first frame; what `tracks` hold is taken from them instead of being generated. A whole `recorded`
    sound gets the better lips of films, for frames that wait 0.68 s longer. Every frame carries a mark: `number`,
    or one drawn from the portrait and the seed (docs/provenance.md). `label` is what viewers read: none, corner or
    start. Raises PolicyRefused for a portrait that this installation does not allow, MotionRefused for a track that
    no face can show.
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
        recorded: bool = False,
    ) -> None:
        allowed = policy()
        allowed.check(portrait)
        self._label = allowed.labelled(label)
        self._actor = Actor(seed, controls, timeline, tracks, recorded)
        self.watch = self._actor.watch
        self._rest = portrait.rest
        self._draw: Drawing = partial(render.draw, render.init(portrait, size)) if draw is None else draw
        self._marker = Marker(number_of(portrait, seed) if number is None else number)
        self._body = bodies.init(seed)  # after the last frame shown
        self._index = -1  # of the last beat

    @property
    def controls(self) -> Controls:
        """What is asked; holds from the next tick on."""
        return self._actor.controls

    @controls.setter
    def controls(self, asked: Controls) -> None:
        self._actor.controls = asked

    def push(self, samples: Floats) -> None:  # [n]
        """Append sound: mono floats at 16 kHz, full scale 1, any number of samples."""
        self._actor.push(samples)

    def finish(self) -> None:
        """The end of an utterance: its last frame is filled up with silence and carries `end`."""
        self._actor.finish()

    def clear(self) -> None:
        """Somebody interrupts: drop all sound that is not shown yet; head and body move on from where they are."""
        self._actor.clear()

    def tick(self) -> Tick:
        """The next frame, whatever was pushed: without a whole frame of sound to say, the face idles for one."""
        return self._drawn(self.beat())

    def beat(self) -> Beat:
        """What `tick` gives, not drawn: for who shows fewer frames than 25 a second, or more by drawing between."""
        return self._placed(self._actor.cue())

    def draw(self, moves: Floats, index: int | None = None) -> Bytes:  # [D + BODY] or [D] -> [size, size, 3]
        """The frame that `Beat.moves` show, or a row alone; marked. `index` is the beat's, by default the last's."""
        with self.watch.on("render"):
            frame = self._draw(*apart(moves))
        with self.watch.on("mark"):
            return self._marked(frame, self._index if index is None else index)

    def __iter__(self) -> Iterator[Tick]:
        """The frames that the sound pushed so far settles; after `finish`, all of them."""
        return map(self._drawn, self.beats())

    def beats(self, cues: Iterable[Cue] | None = None) -> Iterator[Beat]:
        """What iterating gives, not drawn; or what `cues` of another actor show, such as one that began before."""
        return map(self._placed, self._actor.cues() if cues is None else cues)

    def _placed(self, cue: Cue) -> Beat:
        row = placing.apply(cue.row[None], self._rest, cue.controls)[0]
        self._body, body = bodies.step(self._body, row, self._rest, cue.controls.body_gain)
        self._index = cue.index
        return Beat(cue.samples, cue.index, cue.end, row, body)

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
