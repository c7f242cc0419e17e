"""A connection that keeps its token."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from time import monotonic

from .base_url import check_base_url
from .delegation import Delegation
from .environment import Environment
from .token import Token, TokenError, TokenErrorKind
from .token_source import TokenSource

MARGIN = 60.0
"""A token is renewed this many seconds before it expires, but not before half of its time."""

LONGEST_PAUSE = 60.0
"""The longest pause between requests for a token that fail, in seconds; the first is one second."""


@dataclass(frozen=True, slots=True)
class _Kept:
    token: Token
    renew_at: float
    """By the monotonic clock, in seconds."""
    expires_at: float


class PayPalConnection:
    """A `Connection` whose tokens come from a `TokenSource`.

    A token is renewed shortly before it expires, and replaced when PayPal refuses it. There is one request for a token at a
    time. Calls that come meanwhile use the last token if it is still valid; otherwise they wait for the request, and share
    its outcome. It may be shared by threads.
    """

    def __init__(
        self,
        source: TokenSource,
        *,
        environment: Environment,
        base_url: str | None = None,
        on_behalf_of: Delegation | None = None,
        max_attempts: int = 4,
        certificate_authorities: Sequence[str] = (),
    ) -> None:
        """Create one.

        With `on_behalf_of` it acts for a seller: each request for which PayPal takes it says so, unless its call has an
        `auth_assertion` of its own. All others are made for the account that the tokens are for.

        Raises `ValueError` if `environment` is none, `base_url` does not lead to this machine, `on_behalf_of` lacks an id, or
        `max_attempts` is not positive.
        """
        if max_attempts < 1:
            raise ValueError("max_attempts must be 1 or more")
        if on_behalf_of is not None and not (on_behalf_of.client_id and on_behalf_of.account_id):
            raise ValueError("on_behalf_of needs a client id and an account id")
        self.environment = Environment(environment)
        self.base_url = None if base_url is None else check_base_url(base_url)
        self.on_behalf_of = on_behalf_of
        self.max_attempts = max_attempts
        self.certificate_authorities = tuple(certificate_authorities)
        self._source = source
        self._lock = threading.Lock()
        self._requests = 0
        self._kept: _Kept | None = None
        self._error: TokenError | None = None
        self._pause = 0.0
        self._paused_until = 0.0

    def access_token(self, rejected: str | None) -> Token:
        """Return the token to use now; see `Connection`."""
        seen = self._requests
        # Another thread that has the lock is asking. What it replaces is good as long as it is valid.
        if not self._lock.acquire(blocking=False):
            valid = self._valid(rejected)
            if valid is not None:
                return valid
            self._lock.acquire()
        try:
            valid = self._valid(rejected)
            if valid is not None and self._kept is not None and monotonic() < self._kept.renew_at:
                return valid
            # Another thread has asked while this one waited, or just before.
            if self._error is not None and (self._requests != seen or monotonic() < self._paused_until):
                if valid is not None:
                    return valid
                raise TokenError(self._error.kind, self._error.message)
            try:
                return self._obtain()
            except TokenError:
                if valid is not None:
                    return valid
                raise
        finally:
            self._lock.release()

    def _valid(self, rejected: str | None) -> Token | None:
        """Return the last token, unless it has expired or PayPal has just refused it."""
        kept = self._kept
        return None if kept is None or kept.token.secret.value == rejected or monotonic() >= kept.expires_at else kept.token

    def _obtain(self) -> Token:
        origin = self.base_url or f"https://{self.environment.host}"
        try:
            token = self._source.obtain(origin)
        except TokenError as error:
            self._failed(error)
            raise
        except Exception as error:
            # What another source raises can have a secret in it.
            unknown = TokenError(TokenErrorKind.UNREACHABLE, f"the token source failed: {type(error).__name__}")
            self._failed(unknown)
            raise unknown from None
        finally:
            self._requests += 1
        self._error, self._pause = None, 0.0
        now, lifetime = monotonic(), inf if token.expires_in is None else token.expires_in
        self._kept = _Kept(token, now + max(lifetime - MARGIN, lifetime / 2), now + lifetime)
        return token

    def _failed(self, error: TokenError) -> None:
        self._error = error
        self._pause = min(max(1.0, self._pause * 2), LONGEST_PAUSE)
        self._paused_until = monotonic() + self._pause
