"""Several merchants: scopes, and partners."""

import base64
import json

from paypalserversdk.exceptions.default_error_exception import DefaultErrorException
from paypalserversdk.exceptions.error_exception import ErrorException
from paypalserversdk.exceptions.search_error_exception import SearchErrorException
from paypalserversdk.exceptions.subscription_error_exception import SubscriptionErrorException

from client import App
from orders import order_of
from recorder import Recorder, answered, refused
from world import PayPal, merchant

ID = "5O190127TN364715T"


def assertion(partner: App, of: str) -> str:
    """Return what a partner's app sends as `PayPal-Auth-Assertion` to act for a merchant."""
    parts = ({"alg": "none"}, {"iss": partner.id, "payer_id": of})
    encoded = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    return ".".join([*encoded, ""])


def merchants(recorder: Recorder) -> None:
    """Run the cases."""
    with recorder.case("an app without a scope is refused by every controller"):
        paypal = PayPal(recorder, merchant(["openid"])[1])
        denied = "403 PERMISSION_DENIED"
        refused(ErrorException, denied, lambda: paypal.orders.get_order({"id": ID}))
        refused(ErrorException, denied, lambda: paypal.payments.get_captured_payment({"capture_id": ID}))
        refused(SubscriptionErrorException, denied, lambda: paypal.subscriptions.list_billing_plans())
        refused(ErrorException, denied, lambda: paypal.vault.delete_payment_token(ID))
        dates = {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-01-02T00:00:00Z"}
        refused(SearchErrorException, denied, lambda: paypal.reports.search_transactions(dates))
        refused(DefaultErrorException, denied, lambda: paypal.reports.search_balances())

    with recorder.case("a partner acts for a merchant by an assertion, and only for the one that it names"):
        (_, partner), (shop_id, shop) = merchant(), merchant()
        orders = PayPal(recorder, partner).orders
        acting = {"paypal_auth_assertion": assertion(partner, shop_id)}
        order = {"id": answered(201, orders.create_order({"body": order_of("6.00"), **acting})).id}
        assert answered(200, orders.get_order({**order, **acting})).status == "CREATED"
        refused(ErrorException, "404 INVALID_RESOURCE_ID", lambda: orders.get_order(order))
        assert answered(200, PayPal(recorder, shop).orders.get_order(order)).id == order["id"]
        nobody = {**order, "paypal_auth_assertion": assertion(partner, "NOBODY")}
        refused(ErrorException, "401 invalid_subject", lambda: orders.get_order(nobody))
