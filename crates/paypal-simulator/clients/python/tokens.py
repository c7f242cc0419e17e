"""Access tokens."""

from paypalserversdk.exceptions.error_exception import ErrorException
from paypalserversdk.exceptions.o_auth_provider_exception import OAuthProviderException

from client import FIRST
from recorder import Recorder, answered, refused
from world import PayPal, basic, control

ORDER = {"id": "5O190127TN364715T"}


def tokens(recorder: Recorder) -> None:
    """Run the cases."""
    with recorder.case("a token is granted, and is good for a request"):
        granted = answered(200, PayPal(recorder).tokens.request_token({"authorization": basic(FIRST)}))
        assert granted.token_type == "Bearer"
        assert granted.expires_in > 0
        assert "uri.paypal.com" in granted.scope
        orders = PayPal(recorder, token=granted.access_token).orders
        refused(ErrorException, "404 INVALID_RESOURCE_ID", lambda: orders.get_order(ORDER))

    with recorder.case("a wrong secret gets no token"):
        wrong = {"authorization": basic(FIRST._replace(secret="wrong"))}
        refused(OAuthProviderException, "401 invalid_client", lambda: PayPal(recorder).tokens.request_token(wrong))

    with recorder.case("an unknown token and an expired one are refused"):
        unknown = PayPal(recorder, token="unknown").orders
        refused(ErrorException, "401 invalid_token", lambda: unknown.get_order(ORDER))
        granted = answered(200, PayPal(recorder).tokens.request_token({"authorization": basic(FIRST)}))
        control("tokens/expire")
        expired = PayPal(recorder, token=granted.access_token).orders
        refused(ErrorException, "401 invalid_token", lambda: expired.get_order(ORDER))
