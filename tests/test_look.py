"""Backgrounds, cut-outs and whole pictures as a caller asks for them."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from vultus.errors import OptionRefused, PictureRefused
from vultus.look import Look, prepare_whole, set_up, set_up_whole
from vultus.media import read_picture, write_picture
from vultus.portrait import Portrait

SIZE = 64


def test_by_default_the_portrait_is_as_it_is(portrait: Portrait) -> None:
    plain = set_up(portrait, SIZE, Look())
    assert plain.size == (SIZE, SIZE)
    assert plain.draw(portrait.rest).shape == (SIZE, SIZE, 3)


@pytest.mark.parametrize(("background", "colour"), [("#00ff80", (0, 255, 128)), ("#ABCDEF", (171, 205, 239))])
def test_a_colour_is_read_as_it_is_written(portrait: Portrait, background: str, colour: tuple[int, ...]) -> None:
    assert (set_up(portrait, SIZE, Look(background=background)).draw(portrait.rest)[0, 0] == colour).all()


def test_a_picture_file_stands_behind(tmp_path: Path, portrait: Portrait) -> None:
    write_picture(tmp_path / "sea.png", np.full((80, 160, 3), 33, np.uint8))
    assert (set_up(portrait, SIZE, Look(background=str(tmp_path / "sea.png"))).draw(portrait.rest)[0] == 33).all()


def test_a_cutout_has_alpha(portrait: Portrait) -> None:
    frame = set_up(portrait, SIZE, Look(alpha=True)).draw(portrait.rest)
    assert frame.shape == (SIZE, SIZE, 4)
    assert frame[0, 0, 3] == 0
    assert frame[SIZE // 2, SIZE // 2, 3] == 255


@pytest.mark.parametrize("background", ["#12345", "#gggggg", "#1234567"])
def test_a_colour_that_is_none_is_refused(portrait: Portrait, background: str) -> None:
    with pytest.raises(OptionRefused, match="#rrggbb"):
        set_up(portrait, SIZE, Look(background=background))


def test_a_background_that_is_not_there_is_refused(portrait: Portrait) -> None:
    with pytest.raises(PictureRefused, match="sea"):
        set_up(portrait, SIZE, Look(background="sea.png"))


@pytest.mark.parametrize("wanted", [{"rate": Fraction(24)}, {"alpha": True, "whole": True}])
def test_what_cannot_be_had_is_refused(wanted: dict[str, object]) -> None:
    with pytest.raises(OptionRefused):
        Look(**wanted)  # type: ignore[arg-type]


def test_the_whole_picture_at_its_own_size(example_picture: Path) -> None:
    picture = np.pad(read_picture(example_picture)[..., :3], ((0, 0), (101, 50), (0, 0)), "edge")
    ready = set_up_whole(prepare_whole(picture))
    assert ready.size == (picture.shape[1] - 1, picture.shape[0])
    frame = ready.draw(ready.portrait.rest)
    assert np.abs(frame.astype(int) - picture[:, :-1]).max() <= 2


def test_a_portrait_that_keeps_its_picture_moves_in_it(portrait: Portrait) -> None:
    side = portrait.frame[2]
    own = set_up(portrait, side, Look()).draw(portrait.rest)
    picture = np.pad(own, ((0, 0), (40, 60), (0, 0)), "edge")
    ready = set_up_whole(replace(portrait, picture=picture, square=(40, 0, side)))
    assert ready.size == (side + 100, side)
    assert np.abs(ready.draw(portrait.rest).astype(int) - picture).max() <= 1
