"""The option that chooses what reads faces."""

import argparse

from vultus.analysis.choose import DEFAULT, READERS


def add_reader(command: argparse.ArgumentParser) -> None:
    """`--reader`."""
    command.add_argument(
        "--reader",
        choices=tuple(READERS),
        default=DEFAULT,
        help=f"what finds and reads the face: our own networks, or MediaPipe where it is installed (default {DEFAULT})",
    )
