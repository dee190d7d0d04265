"""Row and body in one array, and apart again."""

import numpy as np

from vultus.body import BODY, STILL, Body, apart, beside
from vultus.face import D


def test_row_and_body_come_apart_as_they_were_put_together() -> None:
    row, body = np.arange(D, dtype=np.float32), Body(*(0.25 * i for i in range(BODY)))
    both = beside(row, body)
    assert both.shape == (D + BODY,) and both.dtype == np.float32
    again, other = apart(both)
    np.testing.assert_array_equal(again, row)
    assert other == body


def test_a_row_alone_has_a_body_that_keeps_still() -> None:
    row, body = apart(np.ones(D, np.float32))
    assert body == STILL and len(row) == D
