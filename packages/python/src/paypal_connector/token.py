"""Access tokens, and why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from .secret import Secret


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, as it follows `Bearer`. `repr` does not show it."""

    secret: Secret
    scopes: Sequence[str] | None = None
    """Its OAuth 2.0 scopes, if known."""
    expires_in: float | None = None
    """How long it is valid, in seconds, if known."""


class TokenErrorKind(StrEnum):
    """Why there is no token."""

    NOT_CONFIGURED = "not-configured"
    """Credentials are missing; the message says which."""
    REFUSED = "refused"
    """PayPal refused the credentials."""
    UNREACHABLE = "unreachable"
    """The token endpoint gave no answer, or a temporary error."""


class TokenError(Exception):
    """There is no token. The message reaches the caller of an action, so it must contain no secret."""

    def __init__(self, kind: TokenErrorKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
