import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from vultus.errors import OptionRefused, PictureRefused
from vultus.media.picture import read_picture, write_picture

WIDTH, HEIGHT = 96, 80


def scene() -> Image.Image:
    """Red to the right, green to the bottom, blue in the middle: no symmetry to hide behind."""
    x, y = np.meshgrid(np.linspace(0, 255, WIDTH), np.linspace(0, 255, HEIGHT))
    blue = 255 * (np.hypot(x - 128, y - 128) < 60)
    return Image.fromarray(np.stack([x, y, blue], -1).astype(np.uint8))


@pytest.mark.parametrize("suffix", ["png", "bmp", "tiff", "ppm", "tga"])
def test_exact_kinds_come_back_exactly(tmp_path: Path, suffix: str) -> None:
    scene().save(tmp_path / f"a.{suffix}")
    np.testing.assert_array_equal(read_picture(tmp_path / f"a.{suffix}"), np.asarray(scene()))


@pytest.mark.parametrize("suffix", ["jpg", "webp"])
def test_other_kinds_come_back_nearly(tmp_path: Path, suffix: str) -> None:
    scene().save(tmp_path / f"a.{suffix}", quality=95)
    assert np.abs(read_picture(tmp_path / f"a.{suffix}").astype(int) - np.asarray(scene())).mean() < 6


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_exif_note_turns_the_picture_upright(tmp_path: Path, orientation: int) -> None:
    back = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[orientation]  # the turn that the note undoes
    stored = scene() if back is None else scene().transpose(Image.Transpose(back))
    exif = Image.Exif()
    exif[274] = orientation
    stored.save(tmp_path / "a.png", exif=exif)
    np.testing.assert_array_equal(read_picture(tmp_path / "a.png"), np.asarray(scene()))


def test_alpha_is_kept_where_there_is_any(tmp_path: Path) -> None:
    picture = scene()
    picture.putalpha(Image.fromarray(np.tile(np.linspace(0, 255, WIDTH), (HEIGHT, 1)).astype(np.uint8)))
    picture.save(tmp_path / "a.png")
    found = read_picture(tmp_path / "a.png")
    assert found.shape == (HEIGHT, WIDTH, 4)
    np.testing.assert_array_equal(found, np.asarray(picture))
    picture.putalpha(255)
    picture.save(tmp_path / "b.png")
    assert read_picture(tmp_path / "b.png").shape == (HEIGHT, WIDTH, 3)


def test_a_palette_with_transparency(tmp_path: Path) -> None:
    picture = scene().quantize(16)
    picture.save(tmp_path / "a.png", transparency=0)
    found = read_picture(tmp_path / "a.png")
    assert found.shape[2] == 4
    assert set(np.unique(found[..., 3])) == {0, 255}


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_every_mode_becomes_colours(tmp_path: Path, mode: str) -> None:
    scene().convert(mode).save(tmp_path / "a.png")
    found = read_picture(tmp_path / "a.png")
    assert found.dtype == np.uint8
    assert found.shape == (HEIGHT, WIDTH, 3)
    shade = scene().convert("L") if mode != "1" else scene().convert("1")
    assert np.abs(found.mean(2) - np.asarray(shade.convert("L"))).mean() < 60


def test_cmyk_jpeg(tmp_path: Path) -> None:
    scene().convert("CMYK").save(tmp_path / "a.jpg", quality=95)
    assert np.abs(read_picture(tmp_path / "a.jpg").astype(int) - np.asarray(scene())).mean() < 8


def test_sixteen_bits_become_eight(tmp_path: Path) -> None:
    deep = np.tile(np.linspace(0, 65535, WIDTH), (HEIGHT, 1)).astype(np.uint16)
    cv2.imwrite(str(tmp_path / "grey.png"), deep)
    found = read_picture(tmp_path / "grey.png")
    assert np.abs(found[..., 1] - deep / 257).max() <= 0.51
    cv2.imwrite(str(tmp_path / "colour.png"), np.dstack([deep, deep[:, ::-1], deep]))
    assert np.abs(read_picture(tmp_path / "colour.png")[..., 2] - deep / 257).max() <= 1.0


def header_of_a_bomb(path: Path, width: int, height: int) -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b""))


@pytest.mark.parametrize("side", [9_000, 60_000])
def test_too_many_pixels_are_refused_by_the_header(tmp_path: Path, side: int) -> None:
    header_of_a_bomb(tmp_path / "a.png", side, side)
    with pytest.raises(PictureRefused, match="too many"):
        read_picture(tmp_path / "a.png")


def test_too_few_pixels_are_refused(tmp_path: Path) -> None:
    scene().resize((32, 32)).save(tmp_path / "a.png")
    with pytest.raises(PictureRefused, match="32 x 32 pixels are too few"):
        read_picture(tmp_path / "a.png")


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tiff", "bmp"])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.9])
def test_cut_off_files_are_refused(tmp_path: Path, suffix: str, share: float) -> None:
    path = tmp_path / f"a.{suffix}"
    scene().save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(PictureRefused, match=str(path)):
        read_picture(path)


@pytest.mark.parametrize("content", [b"", b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", bytes(5000)])
def test_what_is_no_picture_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(PictureRefused, match="wanted PNG"):
        read_picture(tmp_path / "a.png")


def test_absent_files_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureRefused, match="no such file"):
        read_picture(tmp_path / "a.png")
    with pytest.raises(PictureRefused):
        read_picture(tmp_path)


def test_a_written_picture_is_the_same_picture(tmp_path: Path) -> None:
    write_picture(tmp_path / "a.png", np.asarray(scene()))
    np.testing.assert_array_equal(read_picture(tmp_path / "a.png"), np.asarray(scene()))
    with pytest.raises(OptionRefused, match=r"\.png"):
        write_picture(tmp_path / "a.jpg", np.asarray(scene()))
