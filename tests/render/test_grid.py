"""Any even size, from much smaller than the picture to many times as large."""

import numpy as np
import pytest

from vultus import render
from vultus.portrait import Portrait


@pytest.mark.parametrize("size", [64, 66, 254, 256, 258, 512, 514, 770, 1282, 2160])
def test_a_portrait_that_fills_its_picture_fills_a_frame_of_any_size(portrait: Portrait, size: int) -> None:
    own = render.draw(render.init(portrait, portrait.frame[2]), portrait.rest)
    frame = render.draw(render.init(portrait, size), portrait.rest)
    assert frame.shape == (size, size, 3)
    for edge in (np.s_[0], np.s_[-1], np.s_[:, 0], np.s_[:, -1]):
        np.testing.assert_allclose(frame[edge].mean(0), own[edge].mean(0), atol=4)
