"""Makes the first example talk: `make demo`."""

from pathlib import Path

import vultus
from vultus.cli.first_use import compiling_said
from vultus.media import spread, write_picture
from vultus.show import contact_sheet

HERE = Path(__file__).parent
OUT = HERE.parent / "out"


def main() -> None:
    OUT.mkdir(exist_ok=True)
    film, sheet = OUT / "demo.mp4", OUT / "demo.png"
    with compiling_said():
        result = vultus.animate(HERE / "portrait_ada.png", HERE / "voice_ada.flac", film)
    write_picture(sheet, contact_sheet(spread(film, 24), 6))
    print(f"video:         {film} ({result.seconds:.1f} s, made in {result.took:.1f} s)")
    print(f"contact sheet: {sheet}")


if __name__ == "__main__":
    main()
