"""The input of an action as JSON."""

import base64
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any


def encode(given: Mapping[str, Any]) -> str:
    """Return the input as JSON; bytes are base64 in it.

    Raises `TypeError` or `ValueError` for a value that JSON does not have. A `Decimal` is none: amounts of money are strings.
    """
    return json.dumps(given, default=_encode, allow_nan=False, ensure_ascii=False)


def _encode(value: object) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, Decimal):
        raise TypeError("an amount of money is a string, such as '10.00'")
    raise TypeError(f"an input of an action cannot have a value of the type {type(value).__name__}")
