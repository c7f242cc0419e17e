"""Where the SDK is pointed at the simulator. It has no option for another address."""

import os

from paypalserversdk.configuration import Configuration, Server
from paypalserversdk.http.auth.o_auth_2 import ClientCredentialsAuthCredentials
from paypalserversdk.models.o_auth_token import OAuthToken
from paypalserversdk.paypal_serversdk_client import PaypalServersdkClient

URL = os.environ["PAYPAL_URL"]
CLIENT_ID = os.environ["PAYPAL_CLIENT_ID"]
CLIENT_SECRET = os.environ["PAYPAL_CLIENT_SECRET"]


class LocalConfiguration(Configuration):
    """A configuration whose requests go to the URL `PAYPAL_URL`, those for tokens too."""

    def get_base_uri(self, server: Server = Server.DEFAULT) -> str:
        """Return the URL of the simulator."""
        assert server is Server.DEFAULT, "the SDK has another address of PayPal"
        return URL


def local_client(token: OAuthToken | None = None) -> PaypalServersdkClient:
    """Return a client of the SDK, which requests a token unless one is given."""
    credentials = ClientCredentialsAuthCredentials(CLIENT_ID, CLIENT_SECRET, token)
    return PaypalServersdkClient(config=LocalConfiguration(client_credentials_auth_credentials=credentials))
