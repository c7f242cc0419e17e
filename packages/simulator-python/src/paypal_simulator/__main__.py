"""Runs the program: `paypal-simulator`, or `python -m paypal_simulator`."""

import os
import sys

from . import program


def main() -> None:
    """Replace this process by the program."""
    path = program.path()
    os.execv(path, [path, *sys.argv[1:]])  # noqa: S606


if __name__ == "__main__":
    main()
