"""Portrait and one motion row to a frame."""

from vultus.render.backdrop import on_blur, on_colour, on_picture
from vultus.render.cutout import Cutout, cut_out, draw_cutout
from vultus.render.scene import Scene, draw, init
from vultus.render.whole import Whole, draw_whole, into_picture

__all__ = [
    "Cutout",
    "Scene",
    "Whole",
    "cut_out",
    "draw",
    "draw_cutout",
    "draw_whole",
    "init",
    "into_picture",
    "on_blur",
    "on_colour",
    "on_picture",
]
