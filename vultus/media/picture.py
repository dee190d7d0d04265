"""Picture files: every kind that Pillow reads of those people keep pictures in, upright, 8 bits a channel."""

import io
import warnings
import zlib
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from vultus.errors import OptionRefused, PictureRefused
from vultus.media.landing import landing

Bytes = NDArray[np.uint8]

KINDS = ("PNG", "JPEG", "MPO", "WEBP", "BMP", "TIFF", "GIF", "PPM", "TGA", "AVIF")  # of several frames, the first
USUAL = ("PNG", "JPEG")  # tried first: Pillow needs a moment to know of the others
MOST_PIXELS = 64_000_000  # refused by the header, before any pixel is decoded
LEAST_SIDE = 64  # pixels
PNG_HEADER = 33  # bytes: the signature and the IHDR chunk
TRANSPARENT = ("RGBA", "LA", "PA", "La", "RGBa")


def read_picture(path: str | Path) -> Bytes:
    """The picture in a file, uint8 [H, W, 3] RGB, or [H, W, 4] RGBA where it has transparency.

    Turned upright by its EXIF note, brought to sRGB by its colour profile. Raises PictureRefused.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of odd but readable files
            with _opened(path) as picture:
                _check_size(picture, path)
                picture.load()
                return _to_array(ImageOps.exif_transpose(picture))
    except FileNotFoundError as cause:
        raise PictureRefused(f"{path}: there is no such file") from cause
    except UnidentifiedImageError as cause:
        raise PictureRefused(f"{path}: not a picture that can be read: wanted {_kinds()}") from cause
    except Image.DecompressionBombError as cause:
        raise _too_many(path, "the") from cause
    except (OSError, SyntaxError, ValueError, EOFError) as cause:
        raise PictureRefused(f"{path}: the picture is broken or cut off ({cause}): save it again") from cause


def write_picture(path: str | Path, picture: Bytes) -> None:  # [H, W, 3]
    """Write a PNG, whole or not at all. Raises OptionRefused for other names."""
    if Path(path).suffix.lower() != ".png":
        raise OptionRefused(f"{path}: pictures are written as PNG: choose a name that ends in .png")
    with landing(Path(path)) as part:
        part.write_bytes(png(picture))


def png(picture: Bytes) -> bytes:  # [H, W, 3 | 4] RGB, straight alpha
    """The bytes of a PNG file."""
    turned = cv2.cvtColor(picture, cv2.COLOR_RGBA2BGRA if picture.shape[2] == 4 else cv2.COLOR_RGB2BGR)
    _, encoded = cv2.imencode(".png", turned, [cv2.IMWRITE_PNG_COMPRESSION, 3])
    return encoded.tobytes()


def with_words(content: bytes, words: dict[str, str]) -> bytes:
    """A PNG file with words in it (tEXt chunks; PNG specification, 11.3.4.3), right after its header."""
    chunks = b""
    for key, value in words.items():
        data = b"tEXt" + key.encode("latin-1") + b"\0" + value.encode("latin-1")
        chunks += (len(data) - 4).to_bytes(4, "big") + data + zlib.crc32(data).to_bytes(4, "big")
    return content[:PNG_HEADER] + chunks + content[PNG_HEADER:]


def _opened(path: str | Path) -> Image.Image:
    try:
        return Image.open(path, formats=USUAL)
    except UnidentifiedImageError:
        return Image.open(path, formats=_readable())


def _readable() -> list[str]:
    Image.init()
    return [kind for kind in KINDS if kind in Image.OPEN]


def _kinds() -> str:
    *most, last = (kind for kind in _readable() if kind != "MPO")
    return f"{', '.join(most)} or {last}"


def _check_size(picture: Image.Image, path: str | Path) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise _too_many(path, f"{width} x {height}")
    if min(width, height) < LEAST_SIDE:
        raise PictureRefused(
            f"{path}: {width} x {height} pixels are too few: wanted at least {LEAST_SIDE} a side: use a larger one"
        )


def _too_many(path: str | Path, came: str) -> PictureRefused:
    return PictureRefused(
        f"{path}: {came} pixels are too many: wanted at most {MOST_PIXELS // 1_000_000} million: make it smaller"
    )


def _to_array(picture: Image.Image) -> Bytes:
    if picture.mode.startswith(("I", "F")):
        picture = _eight_bits(picture)
    seen_through = picture.mode in TRANSPARENT or "transparency" in picture.info
    alpha = picture.convert("RGBA").getchannel("A") if seen_through else None
    colours = np.asarray(_in_srgb(picture))
    if alpha is None or alpha.getextrema() == (255, 255):
        return np.ascontiguousarray(colours)
    return np.dstack([colours, np.asarray(alpha)])


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Grey of 16 or 32 bits, or of fractions: full scale is what the file's own kind calls full."""
    values = np.asarray(picture).astype(np.float64)
    full = 65535.0 if picture.mode != "F" else max(1.0, float(values.max()))
    grey = np.clip(np.rint(values * (255 / full)), 0, 255)
    return Image.fromarray(grey.astype(np.uint8))


def _in_srgb(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "CMYK"):
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            moved = ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except ImageCms.PyCMSError:
            return picture.convert("RGB")  # a broken profile: its numbers are taken for sRGB, as viewers do
        if moved is not None:
            return moved
    return picture.convert("RGBA").convert("RGB") if picture.mode == "P" else picture.convert("RGB")
