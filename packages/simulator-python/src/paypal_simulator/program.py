"""Where the program is."""

import os
from pathlib import Path


def path() -> str:
    """Return the path of the program: the one in this package, or the one that `PAYPAL_SIMULATOR` names."""
    return os.environ.get("PAYPAL_SIMULATOR") or str(Path(__file__).parent / "bin" / "paypal-simulator")
