"""Idempotency keys."""

from hashlib import sha256


def key(workflow_id: str, step: str, longest: int) -> str:
    """Return the key of a step: the same one in every attempt, on every worker, after every crash.

    `longest` is how long PayPal lets the action's key be, in characters (64 or more). A key that would be longer, or has a
    character that a header cannot have, is replaced by its hash.
    """
    plain = f"{workflow_id}/{step}"
    is_header = all("!" <= character <= "~" for character in plain)
    return plain if is_header and len(plain) <= longest else sha256(plain.encode()).hexdigest()
