"""Live Link Face's CSV: out and back, what real takes say, and files with something wrong in them."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from vultus import arkit
from vultus.arkit import ANGLES, AT, COLUMNS, HEADER, WEIGHTS
from vultus.errors import MotionRefused
from vultus.face import EXPRESSIONS, GAZE, ROTATION, D, E, Motion, channel

TAKES = Path(__file__).parents[2] / "shared" / "talking" / "live_link"
GOLDEN = Path(__file__).with_name("live_link.csv")


def motion(count: int = 60, rate: int = 25) -> Motion:
    rng = np.random.default_rng(0)
    rows = np.zeros((count, D), np.float32)
    rows[:, :E] = rng.uniform(0, 1, (count, E))
    rows[:, ROTATION] = rng.uniform(-0.3, 0.3, (count, 3))
    rows[:, GAZE] = rng.uniform(-0.3, 0.3, (count, 2))
    return Motion(rows, Fraction(rate))


def still() -> Motion:
    rows = np.zeros((3, D), np.float32)
    rows[1, channel("jawOpen")], rows[1, channel("mouthLeft")] = 0.25, 0.5
    rows[1, channel("gazeYaw")], rows[1, channel("gazePitch")] = 0.3, -0.122
    rows[2, ROTATION] = 0.1, 0.2, 0.05
    return Motion(rows)


def table(path: Path) -> list[dict[str, str]]:
    lines = [line.split(",") for line in path.read_text().splitlines()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


@pytest.mark.parametrize("rate", [24, 25, 30, 50, 60])
def test_out_and_back_to_the_precision_of_the_file(tmp_path: Path, rate: int) -> None:
    made = motion(2 * rate + 7, rate)
    arkit.write(made, tmp_path / "a.csv")
    again = arkit.read(tmp_path / "a.csv")
    assert again.rate == rate
    np.testing.assert_allclose(again.rows[:, :SHIFTED], made.rows[:, :SHIFTED], atol=1e-7)
    assert not again.rows[:, SHIFTED:].any()
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


SHIFTED = ROTATION.stop  # the head's position has no column


def test_back_and_out_again_gives_the_same_bytes(tmp_path: Path) -> None:
    arkit.write(motion(), tmp_path / "a.csv")
    arkit.write(arkit.read(tmp_path / "a.csv"), tmp_path / "b.csv")
    first, second = (np.genfromtxt(tmp_path / name, delimiter=",", skip_header=1)[:, 1:] for name in ("a.csv", "b.csv"))
    np.testing.assert_allclose(first, second, atol=2e-7)


def test_the_file_is_the_same_bytes_as_ever(tmp_path: Path) -> None:
    arkit.write(still(), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes() == GOLDEN.read_bytes()


def test_the_layout_is_that_of_live_link_face() -> None:
    assert len(WEIGHTS) == 52 and len(ANGLES) == 9
    assert HEADER[:3] == ("Timecode", "BlendShapeCount", "EyeBlinkLeft")
    assert {name[0].lower() + name[1:] for name in WEIGHTS if not name.startswith("EyeLook")} == set(EXPRESSIONS)
    assert AT["JawRight"] < AT["JawLeft"] and AT["MouthRight"] < AT["MouthLeft"]
    if TAKES.is_dir():
        with np.load(TAKES / "hist_csv_apfel.npz") as take:
            assert tuple(take["names"]) == COLUMNS


def test_eyes_that_look_to_the_pictures_right_look_out_of_the_left_eye(tmp_path: Path) -> None:
    arkit.write(still(), tmp_path / "a.csv")
    row = {name: float(text) for name, text in table(tmp_path / "a.csv")[1].items() if name in AT}
    assert row["EyeLookOutLeft"] == row["EyeLookInRight"] == pytest.approx(0.5)
    assert row["EyeLookInLeft"] == row["EyeLookOutRight"] == row["EyeLookUpLeft"] == 0
    assert row["EyeLookDownLeft"] == row["EyeLookDownRight"] == pytest.approx(0.2)
    assert row["LeftEyeYaw"] == row["RightEyeYaw"] == pytest.approx(-0.3)
    assert row["LeftEyePitch"] == pytest.approx(0.122)


def test_eyes_stay_where_they_look_when_the_head_turns(tmp_path: Path) -> None:
    arkit.write(still(), tmp_path / "a.csv")
    row = {name: float(text) for name, text in table(tmp_path / "a.csv")[2].items() if name in AT}
    assert row["HeadYaw"] == pytest.approx(-0.2) and row["HeadPitch"] == pytest.approx(-0.1)
    assert row["HeadRoll"] == pytest.approx(0.05)
    assert row["LeftEyeYaw"] == pytest.approx(0.2) and row["LeftEyePitch"] == pytest.approx(0.1)


def test_timecodes_count_frames(tmp_path: Path) -> None:
    arkit.write(motion(62, 30), tmp_path / "a.csv")
    codes = [row["Timecode"] for row in table(tmp_path / "a.csv")]
    assert codes[0] == "00:00:00:00.000" and codes[29] == "00:00:00:29.000" and codes[61] == "00:00:02:01.000"
    assert {row["BlendShapeCount"] for row in table(tmp_path / "a.csv")} == {"61"}
    with pytest.raises(MotionRefused, match="whole frames"):
        arkit.write(Motion(motion().rows, Fraction(30000, 1001)), tmp_path / "b.csv")


def rewritten(path: Path, *, header: tuple[str, ...] = HEADER, codes: list[str] | None = None, rows: int = 5) -> Path:
    """A file with these columns; weights 0.1, angles 0.01 times the line."""
    codes = codes or [f"10:00:00:{frame:02d}.500" for frame in range(rows)]
    lines = [",".join(header)]
    for number, code in enumerate(codes):
        numbers = (f"{0.01 * number:.4f}" if name in ANGLES else "0.1" for name in header[2:])
        lines.append(",".join([code, str(len(header) - 2), *numbers]))
    path.write_text("\n".join(lines) + "\n")
    return path


def test_columns_are_found_by_name(tmp_path: Path) -> None:
    plain = arkit.read(rewritten(tmp_path / "a.csv"))
    swapped = ("Timecode", "BlendShapeCount", *(name[0].lower() + name[1:] for name in sorted(WEIGHTS)), *ANGLES)
    np.testing.assert_array_equal(arkit.read(rewritten(tmp_path / "b.csv", header=swapped)).rows, plain.rows)
    (tmp_path / "c.csv").write_bytes(b"\xef\xbb\xbf" + (tmp_path / "a.csv").read_bytes().replace(b"\n", b"\r\n"))
    np.testing.assert_array_equal(arkit.read(tmp_path / "c.csv").rows, plain.rows)


def test_without_angles_the_eyes_are_read_from_their_weights(tmp_path: Path) -> None:
    arkit.write(still(), tmp_path / "a.csv")
    lines = [line.split(",")[: 2 + len(WEIGHTS)] for line in (tmp_path / "a.csv").read_text().splitlines()]
    (tmp_path / "b.csv").write_text("\n".join(",".join(line) for line in lines))
    again = arkit.read(tmp_path / "b.csv")
    np.testing.assert_allclose(again.rows[1, GAZE], (0.3, -0.122), atol=1e-6)
    assert not again.rows[:, ROTATION].any()


def test_frames_without_a_face_are_bridged(tmp_path: Path) -> None:
    path = rewritten(tmp_path / "a.csv")
    lines = path.read_text().splitlines()
    lines[3] = "10:00:00:02.500,0"
    path.write_text("\n".join(lines) + "\n\n")
    again = arkit.read(path)
    assert len(again) == 5
    np.testing.assert_allclose(again["headYaw"], [0, -0.01, -0.02, -0.03, -0.04], atol=1e-6)


@pytest.mark.parametrize(
    ("codes", "rate", "length"),
    [
        ([f"23:59:59:{frame:02d}.000" for frame in range(20, 25)] + ["00:00:00:00.000"], 25, 6),
        ([f"10:00:0{i // 30}:{2 * (i % 30):02d}.250" for i in range(40)], 30, 40),  # 60 counted, every other taken
        (["10:00:00:58.000", "10:00:00:59.000", "10:00:01:00.000", "10:00:01:02.000"], 60, 5),
        (["10:00:00:00.000"], 25, 1),
    ],
)
def test_timecodes_say_when(tmp_path: Path, codes: list[str], rate: int, length: int) -> None:
    again = arkit.read(rewritten(tmp_path / "a.csv", codes=codes))
    assert again.rate == rate and len(again) == length


def spoiled(tmp_path: Path, line: int, column: str, text: str) -> Path:
    path = rewritten(tmp_path / "a.csv")
    lines = [row.split(",") for row in path.read_text().splitlines()]
    lines[line - 1][HEADER.index(column)] = text
    path.write_text("\n".join(",".join(row) for row in lines))
    return path


@pytest.mark.parametrize(
    ("line", "column", "text", "says"),
    [
        (1, "Timecode", "Time", "no column Timecode"),
        (1, "JawOpen", "Jaw", "no column JawOpen$"),
        (3, "JawOpen", "wide", "line 3, JawOpen: 'wide' is no number"),
        (3, "JawOpen", "", "line 3, JawOpen"),
        (3, "JawOpen", "nan", "line 3, JawOpen: nan: wanted a weight"),
        (3, "JawOpen", "80", "line 3, JawOpen: 80: wanted a weight from 0 to 1"),
        (4, "HeadYaw", "12.5", "line 4, HeadYaw: 12.5: wanted radians"),
        (5, "Timecode", "0.04", "line 5: timecode '0.04': wanted hours:minutes:seconds:frame"),
        (5, "Timecode", "09:59:00:00.000", "line 5: timecode 09:59:00:00.000 after"),
        (5, "Timecode", "11:00:00:00.000", "line 5: timecode 11:00:00:00.000 after"),
    ],
)
def test_refusals_name_the_place(tmp_path: Path, line: int, column: str, text: str, says: str) -> None:
    with pytest.raises(MotionRefused, match=says) as refused:
        arkit.read(spoiled(tmp_path, line, column, text))
    assert "a.csv" in str(refused.value)


def test_a_short_line_is_refused(tmp_path: Path) -> None:
    path = rewritten(tmp_path / "a.csv")
    path.write_text(path.read_text().rstrip()[:-20])
    with pytest.raises(MotionRefused, match=r"line 6: 6[0-2] columns: wanted 63"):
        arkit.read(path)


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\xff", b"a;b;c\n1;2;3\n", (",".join(HEADER) + "\n").encode()])
def test_files_of_other_kinds_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(MotionRefused, match=r"a\.csv: no"):
        arkit.read(tmp_path / "a.csv")
    with pytest.raises(MotionRefused, match="no such file"):
        arkit.read(tmp_path / "absent.csv")


def take_as_csv(path: Path, name: str) -> Path:
    """A take as Live Link Face would have written it."""
    with np.load(TAKES / f"{name}.npz") as take:
        values, rate = take["values"].astype(np.float64), int(take["fps"])
    lines = [f"00:{i // rate // 60:02d}:{i // rate % 60:02d}:{i % rate:02d}.000,61," for i in range(len(values))]
    rows = (line + ",".join(f"{v:.8f}" for v in row) for line, row in zip(lines, values, strict=True))
    path.write_text("\n".join([",".join(HEADER), *rows]))
    return path


@pytest.mark.skipif(not TAKES.is_dir(), reason="no ../shared/talking/live_link beside the repository")
@pytest.mark.parametrize("name", ["hist_csv_apfel", "hist_anim_S88_001"])
def test_in_real_takes_weights_and_angles_of_the_eyes_agree(tmp_path: Path, name: str) -> None:
    path = take_as_csv(tmp_path / "a.csv", name)
    by_angles = arkit.read(path)
    assert by_angles.rate == 30
    lines = [line.split(",")[: 2 + len(WEIGHTS)] for line in path.read_text().splitlines()]
    path.write_text("\n".join(",".join(line) for line in lines))
    by_weights = arkit.read(path)
    off = np.degrees(by_angles.rows[:, GAZE] - by_weights.rows[:, GAZE])
    assert np.abs(np.median(off, axis=0)).max() < 1.5 and np.abs(off).mean() < 1.5
    for axis in range(2):
        assert np.corrcoef(by_angles.rows[:, GAZE][:, axis], by_weights.rows[:, GAZE][:, axis])[0, 1] > 0.99


if __name__ == "__main__":  # writes the golden file anew
    arkit.write(still(), GOLDEN)
