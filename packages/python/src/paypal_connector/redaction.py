"""What the component returns, without the tokens that PayPal or what is in between might repeat."""

import re
from collections.abc import Sequence
from typing import Any

from wasmtime.component import Record, Variant

SHORTEST = 16
"""The shortest token that is looked for, in characters: a shorter one could be part of any answer."""

REDACTED = "[redacted]"


def redacted(value: Any, tokens: Sequence[str]) -> Any:
    """Return a value of the component with each token in it replaced. Records are changed.

    The component writes some words of PayPal's in capitals, so the case does not count.
    """
    if not tokens:
        return value
    match value:
        case str():
            for token in tokens:
                value = re.sub(re.escape(token), REDACTED, value, flags=re.IGNORECASE)
        case bytes():
            for token in tokens:
                value = re.sub(re.escape(token.encode()), REDACTED.encode(), value, flags=re.IGNORECASE)
        case list():
            return [redacted(it, tokens) for it in value]
        case Record():
            vars(value).update({name: redacted(it, tokens) for name, it in vars(value).items()})
        case Variant():
            return Variant(value.tag, redacted(value.payload, tokens))
    return value
