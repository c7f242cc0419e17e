"""What the connector asks its platform about a connection."""

from collections.abc import Sequence
from typing import Protocol

from .delegation import Delegation
from .environment import Environment
from .token import Token


class Connection(Protocol):
    """One tenant's connection to PayPal.

    Its methods are called from the thread that makes the call; from several at once if calls run at once. Whatever
    `access_token` raises reaches the caller as a `Failure` of the kind `connection-unavailable`. What `environment`,
    `base_url` and `on_behalf_of` raise, the call raises, before anything is sent.
    """

    @property
    def environment(self) -> Environment:
        """The environment it belongs to."""
        ...

    @property
    def base_url(self) -> str | None:
        """The origin of a simulator on this machine, such as `http://127.0.0.1:4010`; `None` is PayPal."""
        ...

    @property
    def on_behalf_of(self) -> Delegation | None:
        """On whose behalf it acts; `None` is the account that its tokens are for."""
        ...

    @property
    def max_attempts(self) -> int:
        """How often one request may be sent at most, 1 or more; 1 if the platform repeats calls by itself."""
        ...

    @property
    def certificate_authorities(self) -> Sequence[str]:
        """Certificates in PEM that are trusted, besides the connector's own, when events are verified."""
        ...

    def access_token(self, rejected: str | None) -> Token:
        """Return the token to use now. `rejected` is the value of one that PayPal has just refused.

        Raises `TokenError` if there is none.
        """
        ...
