"""Idempotency keys."""

from hashlib import sha256


def key(workflow_id: str, step: str, longest: int, *, of: str | None = None) -> str:
    """Return the key of a step: the same one in every attempt, on every worker, after every crash.

    `of` is PayPal's id of what the step acts on, if there is one. It makes the key another one for another payment, also when
    the workflow's id is used again while PayPal still knows the old key: it would answer with what was done under it.

    `longest` is how long PayPal lets the action's key be, in characters (64 or more). A key that would be longer, or has a
    character that a header cannot have, is replaced by its hash.
    """
    plain = "/".join([workflow_id, step] if of is None else [workflow_id, step, of])
    is_header = all("!" <= character <= "~" for character in plain)
    return plain if is_header and len(plain) <= longest else sha256(plain.encode()).hexdigest()
