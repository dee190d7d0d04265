"""One picture to a Portrait."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus import face, pose
from vultus.analysis import choose, clicked, fit
from vultus.analysis.clicked import Clicks
from vultus.analysis.collar import collar
from vultus.analysis.crop import LARGEST, Crop, crop, square, without_border
from vultus.analysis.eyes import eye, with_lids_found
from vultus.analysis.glasses import take_off
from vultus.analysis.matte import harden, part, refine
from vultus.analysis.mouth import mouth
from vultus.analysis.outer import surround
from vultus.analysis.reader import Reader
from vultus.analysis.retarget import CLOSED_BELOW, closing, lip_gap, retarget, with_lips_sealed
from vultus.analysis.seam import with_seam_found
from vultus.errors import NoFace, OptionRefused, PictureRefused
from vultus.portrait import Portrait
from vultus.topology import OUTER_CORNERS, OVAL, triangles

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

DISTANCE = 10.0  # face units from camera to head: about 0.9 m, where portraits are taken
SMALLEST = 24.0  # pixels between the outer eye corners
TRUST_IN_DEPTH = 0.5  # how far the landmarks' own depth is believed against the mean head's
FINEST = 2160  # pixels a side of a frame that goes back into its picture
STUDIO = 236  # grey behind a picture that comes cut out
LIPS_ONLY = ("jawOpen", "mouthSmileLeft", "mouthSmileRight")


def prepare(
    picture: Bytes,  # [H, W, 3 | 4]
    number: int = 1,
    clicks: Clicks | None = None,
    reader: Reader | None = None,
) -> Portrait:
    """Find the `number`-th largest face of a picture, or the one that `clicks` show, and make it ready to move.

    `reader` is what reads faces, if not the default. Raises NoFace, PictureRefused (a face too small), OptionRefused
    (no face of that number), PackageMissing.
    """
    return prepare_in_place(picture, number, LARGEST, clicks, reader)[0]


def prepare_in_place(
    picture: Bytes,  # [H, W, 3 | 4]
    number: int = 1,
    largest: int = FINEST,
    clicks: Clicks | None = None,
    reader: Reader | None = None,
) -> tuple[Portrait, tuple[int, int, int]]:
    """`prepare`, and the square of the picture that the portrait's frame shows: x, y, side in its pixels.

    The frame is kept at the picture's own resolution up to `largest` pixels a side.
    """
    assert picture.dtype == np.uint8 and picture.ndim == 3 and picture.shape[2] in (3, 4), picture.shape
    reads = reader or choose.reader()
    colours, alpha = _over_studio(picture)
    left, top, right, bottom = without_border(colours)
    colours = np.ascontiguousarray(colours[top:bottom, left:right])
    if clicks is None:
        points = _choose([face.points for face in reads.faces(colours)], number)
    else:
        points = _large_enough(clicked.points(colours, clicks.moved(left, top), reads))
    cut = crop(colours, points, largest)
    if alpha is None:
        matte = soft_matte(cut, reads)
    else:
        cut_out = crop(np.dstack([alpha[top:bottom, left:right]] * 3), points, largest).texture[..., 0]
        matte = (cut_out / 255).astype(np.float32)
    x, y, side = square(points, right - left, bottom - top)
    return assemble(cut, matte), (x + left, y + top, side)


def _over_studio(picture: Bytes) -> tuple[Bytes, Bytes | None]:
    if picture.shape[2] == 3 or picture[..., 3].min() == 255:
        return np.ascontiguousarray(picture[..., :3]), None
    alpha = picture[..., 3:].astype(np.float32) / 255
    mixed = picture[..., :3] * alpha + STUDIO * (1 - alpha)
    return np.rint(mixed).astype(np.uint8), np.ascontiguousarray(picture[..., 3])


def _choose(found: list[Floats], number: int) -> Floats:
    if not found:
        raise NoFace(
            "no face was found: wanted a picture in which a face looks roughly at the camera, "
            "both eyes and the mouth visible, at least 60 pixels high; if there is one, "
            "show where: vultus prepare --points"
        )
    found = sorted(found, key=lambda p: -float(np.ptp(p[list(OVAL), 0]) * np.ptp(p[list(OVAL), 1])))
    if not 1 <= number <= len(found):
        raise OptionRefused(f"face {number} was asked for, the picture shows {len(found)}: choose 1..{len(found)}")
    return _large_enough(found[number - 1])


def _large_enough(points: Floats) -> Floats:
    eyes = float(np.linalg.norm(points[OUTER_CORNERS[0], :2] - points[OUTER_CORNERS[1], :2]))
    if eyes < SMALLEST:
        raise PictureRefused(
            f"the face is too small: wanted {SMALLEST:.0f} pixels between the outer eye corners, "
            f"came {eyes:.0f}: use a larger picture"
        )
    return points


def soft_matte(cut: Crop, reader: Reader) -> Floats:  # -> [H, W] of the texture
    """How much of each pixel is the person, 0..1: the reader's matte and the face itself, drawn to the edges."""
    rough = reader.person(cut.texture)
    oval = np.zeros(rough.shape, np.uint8)
    cv2.fillPoly(oval, [np.rint(cut.points[list(OVAL), :2]).astype(np.int32)], 1)
    return harden(refine(np.maximum(rough, oval.astype(np.float32)), cut.texture))


def assemble(cut: Crop, matte: Floats) -> Portrait:  # matte [H, W] of the texture
    """Everything after the networks: a cut texture with its points and matte to a Portrait."""
    model = face.face_model()
    scale, turn, shift = fit.head_pose(cut.points.astype(np.float64), model)
    bare, glasses = take_off(cut.texture, cut.points)
    points = with_seam_found(with_lids_found(cut.points, bare), bare, scale)
    camera = pose.Camera(scale * DISTANCE, (float(shift[0]), float(-shift[1])), DISTANCE)
    own_depth = (-points[:, 2].astype(np.float64) - shift[2]) / scale
    depth = TRUST_IN_DEPTH * own_depth + (1 - TRUST_IN_DEPTH) * (model.mean @ turn.T)[:, 2]
    shape = (camera.lift(points[:, :2].astype(np.float64), depth) @ turn).astype(np.float32)
    gap = lip_gap(shape)
    if gap < CLOSED_BELOW:
        shape = with_lips_sealed(shape)
    rest = face.neutral()
    rest[: face.E] = _own_expression(shape, model)
    rest[face.GAZE] = fit.gaze(cut.points.astype(np.float64), model)
    rest[face.ROTATION] = pose.angles(turn)
    neutral, basis, gape = _neutral(shape, rest[: face.E], model)
    pixels = camera.project(shape @ turn.T).astype(np.float32)
    worn = collar(bare, pixels, camera.focal / camera.distance)
    outer = surround(pixels, shape, matte, cut.frame[2], camera, turn, worn)
    fore, plate = part(bare, matte)
    eyes = (eye(bare, pixels, 0), eye(bare, pixels, 1))
    return Portrait(
        fore=fore,
        plate=plate,
        frame=cut.frame,
        camera=camera,
        rest=rest,
        shape=neutral,
        basis=basis,
        gape=gape,
        outer=outer.points,
        follow=outer.follow,
        free=np.ones(len(outer.points), np.float32),
        holds=outer.holds,
        spill=outer.spill,
        triangles=np.concatenate([triangles(), outer.triangles]),
        eyes=eyes,
        mouth=mouth(bare, pixels, eyes, gap),
        glasses=glasses,
    )


def _own_expression(shape: Floats, model: face.FaceModel) -> Floats:
    """What the source shows of jaw and smile; lids and brows cannot be told from how this person is made."""
    found = fit.rest_expression(shape.astype(np.float64), model).astype(np.float32)
    kept = np.zeros_like(found)
    for name in LIPS_ONLY:
        kept[face.channel(name)] = found[face.channel(name)]
    if lip_gap(shape) >= CLOSED_BELOW:
        jaw = face.channel("jawOpen")
        kept[jaw] = max(kept[jaw], 0.03)
    return kept


def _neutral(shape: Floats, own: Floats, model: face.FaceModel) -> tuple[Floats, Floats, Floats]:
    """(neutral shape, basis, gape) with neutral + own . basis + gape = shape, lips closed in the neutral."""
    basis = retarget(model, shape)
    relaxed = shape - np.tensordot(own, basis, 1)
    if not own.any():
        return shape, basis, np.zeros_like(shape)
    neutral = relaxed + closing(relaxed)
    basis = retarget(model, neutral)
    gape = shape - neutral - np.tensordot(own, basis, 1)
    return neutral.astype(np.float32), basis, gape.astype(np.float32)
