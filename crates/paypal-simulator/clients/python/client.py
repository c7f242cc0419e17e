"""Where the SDK is pointed at the simulator. It has no option for another address."""

import os
from typing import NamedTuple

from paypalserversdk.configuration import Configuration, Server
from paypalserversdk.http.auth.o_auth_2 import ClientCredentialsAuthCredentials
from paypalserversdk.models.o_auth_token import OAuthToken
from paypalserversdk.paypal_serversdk_client import PaypalServersdkClient

URL = os.environ["PAYPAL_URL"]


class App(NamedTuple):
    """A merchant's app."""

    id: str
    secret: str


# The app of the simulator's first merchant.
FIRST = App(os.environ["PAYPAL_CLIENT_ID"], os.environ["PAYPAL_CLIENT_SECRET"])


class LocalConfiguration(Configuration):
    """A configuration whose requests go to the URL `PAYPAL_URL`, those for tokens too."""

    def get_base_uri(self, server: Server = Server.DEFAULT) -> str:
        """Return the URL of the simulator."""
        assert server is Server.DEFAULT, "the SDK has another address of PayPal"
        return URL


def local_client(app: App, token: str | None = None) -> PaypalServersdkClient:
    """Return a client of the SDK. Without a token, the app requests one."""
    given = OAuthToken(access_token=token, token_type="Bearer") if token else None
    credentials = ClientCredentialsAuthCredentials(app.id, app.secret, given)
    return PaypalServersdkClient(config=LocalConfiguration(client_credentials_auth_credentials=credentials))
