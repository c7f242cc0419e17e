"""On whose behalf a connection acts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delegation:
    """A partner's app that acts for a seller who has allowed it. Neither id is a secret."""

    client_id: str
    """The client id of the app, for which the tokens are."""
    account_id: str
    """The seller's merchant id."""
