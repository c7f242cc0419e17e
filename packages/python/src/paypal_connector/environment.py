"""PayPal's environments."""

from enum import StrEnum


class Environment(StrEnum):
    """The environment a connection belongs to."""

    SANDBOX = "sandbox"
    """Test accounts and play money."""
    LIVE = "live"
    """Real accounts and real money."""

    @property
    def host(self) -> str:
        """The host of PayPal's API."""
        return "api-m.paypal.com" if self is Environment.LIVE else "api-m.sandbox.paypal.com"
