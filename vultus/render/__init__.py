"""Portrait and one motion row to a frame."""

from vultus.render.scene import Scene, draw, init

__all__ = ["Scene", "draw", "init"]
