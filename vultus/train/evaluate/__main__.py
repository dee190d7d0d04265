"""The whole table: `python -m vultus.train.evaluate`. The last line is JSON.

Everything goes through the run-time path (speech, motion, controls, one frame at a time) on clips, people,
voices and a language that were never trained on, three seeds; real motion stands beside it where there is
one. --out keeps curves and contact sheets to look at; --quick is a look at everything in a minute.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vultus import clock
from vultus.portrait import Portrait
from vultus.train import tracked
from vultus.train.evaluate import alive, clips, cost, coupling, crosstalk, lips, listened, obedience, table

COUPLED = 12  # lives whose lows are counted: the share of three is off by a tenth of itself by chance
MANY = (16, 240)  # lives under each control that is told, and their seconds: an hour

Part = Callable[[], dict[str, Any]]


def parts(seeds: list[int], quick: bool) -> dict[str, Part]:
    """Every part of the table by name."""
    first = seeds[:1]
    limit = 3 if quick else None
    minute = 15 if quick else 60
    return {
        "lips": lambda: {name: lips.group(name, seeds, limit) for name in clips.GROUPS},
        "closures": lambda: lips.closures(first if quick else seeds, 2 if quick else 10, limit),
        "seeds": lambda: lips.seeds_apart(minute),
        "alive": lambda: alive.figures(seeds, max(30, 2 * minute)),
        "coupling": lambda: coupling.figures(range(3 if quick else COUPLED)),
        "commands": lambda: obedience.look_and_distance(first, minute // 2),
        "feelings": lambda: obedience.feelings(seeds[0], minute // 2),
        "cross_talk": lambda: {
            **crosstalk.by_arithmetic(seeds[0], minute // 2),
            **crosstalk.by_life(*((3, 30) if quick else MANY)),
        },
        "articulation": lambda: obedience.lip_reading(seeds[0]),
        "unspoken": lambda: listened.openings(seeds[0]),
        "robust": lambda: listened.robust(seeds[0]),
        "unseen_language": lambda: listened.unseen_language(first, 2 if quick else 8),
        "cost": lambda: cost.figures(5 if quick else 20),
    }


def pictured(out: Path, seeds: list[int], quick: bool, portraits: list[Portrait]) -> list[Path]:
    """Curves, and contact sheets where portraits are given."""
    from vultus.train.evaluate import pictures

    out.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    for group in clips.GROUPS:
        made += pictures.lip_curves(out, group, 2 if quick else 12)
    made += pictures.lives(out, seeds[: 1 if quick else 2])
    made.append(pictures.strange(out))
    return made + (pictures.contact_sheets(out, portraits) if portraits else [])


def main() -> None:
    """Measure, print, draw."""
    parser = argparse.ArgumentParser(description="Measure the shipped motion on what it was never trained on.")
    parser.add_argument("--out", type=Path, help="a folder for pictures and figures.json")
    parser.add_argument("--portraits", type=Path, nargs="*", default=[], help="prepared, for contact sheets in --out")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="a little of everything")
    parser.add_argument("--only", nargs="*", help="some parts of the table")
    args = parser.parse_args()
    if not tracked.TALKING.exists():
        print(f"nothing is measured without the tracked talking in {tracked.TALKING}")
        print(json.dumps({}))
        return
    seeds = list(range(1 if args.quick else args.seeds))
    figures: dict[str, Any] = {}
    for name, part in parts(seeds, args.quick).items():
        if args.only is None or name in args.only:
            began = clock.now()
            figures[name] = table.rounded(part())
            print("\n".join(table.lines(name, figures[name])), flush=True)
            print(f"    ({clock.now() - began:.0f} s)", flush=True)
    if args.out is not None:
        pictures = pictured(args.out, seeds, args.quick, [Portrait.load(path) for path in args.portraits])
        (args.out / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")
        print(f"{len(pictures)} pictures and figures.json in {args.out}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
