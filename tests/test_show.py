"""Sheets have the size they should and show what they should."""

import numpy as np
import pytest

from tests import drawn
from vultus import show
from vultus.face import Motion, channel


def test_a_contact_sheet_places_frames_in_rows() -> None:
    frames = [np.full((10, 12, 3), 20 * i, np.uint8) for i in range(5)]
    sheet = show.contact_sheet(frames, columns=3, gap=2)
    assert sheet.shape == (22, 40, 3)
    assert sheet[0, 0, 0] == 0
    assert sheet[0, 14, 0] == 20
    assert sheet[12, 14, 0] == 80
    assert tuple(sheet[21, 39]) == show.PAPER


def test_an_empty_contact_sheet_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        show.contact_sheet([])


def test_the_portrait_sheet_shows_twelve_different_panels() -> None:
    sheet = show.portrait_sheet(drawn.portrait())
    assert sheet.shape[1] > 6 * show.TILE
    step = show.TILE + 4
    panels = [sheet[r * step : r * step + show.TILE, c * step : c * step + show.TILE] for r in (0, 1) for c in range(6)]
    assert len({panel.tobytes() for panel in panels}) == 12


def test_curves_follow_the_motion() -> None:
    rows = np.zeros((50, 52), np.float32)
    flat = show.motion_curves(Motion(rows))
    rows[20:30, channel("jawOpen")] = 0.8
    assert (show.motion_curves(Motion(rows)) != flat).any()
