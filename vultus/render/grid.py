"""From pixels of a portrait's texture to pixels of the frame that is drawn, at any size."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.pose import Camera

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Grid:
    """The frame's window in the texture: first pixel (x, y), and frame pixels a texture pixel."""

    x: float
    y: float
    scale: float

    def to_frame(self, pixels: NDArray[np.float64]) -> NDArray[np.float64]:  # [N, 2] -> [N, 2]
        """Texture pixels to frame pixels; whole numbers are pixel centres on both sides."""
        return np.asarray((pixels + 0.5 - np.array([self.x, self.y])) * self.scale - 0.5)

    def camera(self, camera: Camera) -> Camera:
        """The camera that projects to frame pixels."""
        x, y = self.to_frame(np.array([camera.centre]))[0]
        return Camera(camera.focal * self.scale, (float(x), float(y)), camera.distance)

    def resample(self, image: Bytes, origin: tuple[int, int]) -> tuple[Bytes, tuple[int, int]]:
        """An image whose first pixel is texture pixel `origin`, on the frame's own pixels, and where it starts.

        The frame's pixels are hit exactly, so at scale 1 the image comes back as it was.
        """
        if self.scale == 1.0:
            return image, (int(origin[0] - self.x), int(origin[1] - self.y))
        corner = np.array([origin, (origin[0] + image.shape[1] - 1, origin[1] + image.shape[0] - 1)])
        first, last = self.to_frame(corner.astype(np.float64))
        reach = max(0.5, self.scale / 2)  # half a pixel of the image, which covers several of a large frame
        left, top = (int(v) for v in np.ceil(first - reach))
        right, bottom = (int(v) for v in np.floor(last + reach))
        step = 1 / self.scale
        start = (np.array([left, top]) + 0.5) * step - 0.5 + np.array([self.x, self.y]) - origin
        back = np.array([[step, 0, start[0]], [0, step, start[1]]])
        smooth = _band_limited(image, self.scale)
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        size = (right - left + 1, bottom - top + 1)
        moved = cv2.warpAffine(smooth, back, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(moved, np.uint8), (left, top)


def _band_limited(image: Bytes, scale: float) -> Bytes:
    """Blurred just enough that taking every 1/scale-th pixel shows no false patterns."""
    if scale >= 1:
        return image
    sigma = 0.45 * np.sqrt(scale**-2 - 1)
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE), np.uint8)
