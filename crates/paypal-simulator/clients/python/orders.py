"""Orders (Orders v2)."""

import json
from typing import Any

from paypalserversdk.exceptions.error_exception import ErrorException
from paypalserversdk.models.amount_breakdown import AmountBreakdown
from paypalserversdk.models.amount_with_breakdown import AmountWithBreakdown
from paypalserversdk.models.card_request import CardRequest
from paypalserversdk.models.checkout_payment_intent import CheckoutPaymentIntent
from paypalserversdk.models.confirm_order_request import ConfirmOrderRequest
from paypalserversdk.models.item_request import ItemRequest
from paypalserversdk.models.order_request import OrderRequest
from paypalserversdk.models.order_tracker_request import OrderTrackerRequest
from paypalserversdk.models.patch import Patch
from paypalserversdk.models.patch_op import PatchOp
from paypalserversdk.models.payment_source import PaymentSource
from paypalserversdk.models.paypal_wallet import PaypalWallet
from paypalserversdk.models.paypal_wallet_experience_context import PaypalWalletExperienceContext
from paypalserversdk.models.purchase_unit_request import PurchaseUnitRequest
from paypalserversdk.models.shipment_carrier import ShipmentCarrier

from recorder import Recorder, answered, refused
from world import PayPal, control, dollars, key, total, usd

REPRESENTATION = "return=representation"
NOWHERE = {"id": "5O190127TN364715T"}


def order_of(value: str, intent: str = CheckoutPaymentIntent.CAPTURE, **members: Any) -> OrderRequest:
    """Return an order with one purchase unit."""
    return OrderRequest(intent=intent, purchase_units=[PurchaseUnitRequest(amount=total(value))], **members)


def approved(paypal: PayPal, request: OrderRequest) -> str:
    """Make an order that its payer has approved. Return its id."""
    order = answered(201, paypal.orders.create_order({"body": request, "prefer": "return=minimal"}))
    control(f"orders/{order.id}/approve")
    return order.id


def captured(paypal: PayPal, value: str) -> tuple[str, str]:
    """Make an order that has been captured. Return its id and its capture's."""
    order = approved(paypal, order_of(value))
    return order, capture_of(answered(201, paypal.orders.capture_order({"id": order}))).id


def capture_of(order: Any) -> Any:
    """Return the first capture of an order."""
    return order.purchase_units[0].payments.captures[0]


def relations(document: Any) -> list[str]:
    """Return what the links of a document are for."""
    return [link.rel for link in document.links]


def orders(recorder: Recorder) -> None:
    """Run the cases."""
    paypal = PayPal(recorder)
    making_and_reading(recorder, paypal.orders)
    changing(recorder, paypal)
    paying(recorder, paypal)
    tracking(recorder, paypal)


def making_and_reading(recorder: Recorder, orders: Any) -> None:
    """Make and read orders."""
    with recorder.case("an order is made once for one key, and read with its amounts"):
        unit = PurchaseUnitRequest(
            reference_id="shirt",
            invoice_id="PY-1",
            amount=AmountWithBreakdown(
                currency_code="USD",
                value="25.50",
                breakdown=AmountBreakdown(item_total=usd("20.00"), shipping=usd("5.50")),
            ),
            items=[ItemRequest(name="Shirt", quantity="2", unit_amount=usd("10.00"), sku="S1")],
        )
        body = OrderRequest(intent=CheckoutPaymentIntent.CAPTURE, purchase_units=[unit])
        call = {"body": body, "paypal_request_id": key(), "prefer": REPRESENTATION}
        made = answered(201, orders.create_order(call))
        assert made.status == "CREATED"
        assert relations(made) == ["self", "approve", "update", "capture"]
        assert answered(200, orders.create_order(call)).id == made.id
        read = answered(200, orders.get_order({"id": made.id}))
        assert read.intent == "CAPTURE"
        [unit] = read.purchase_units
        assert dollars(unit.amount) == "25.50"
        assert dollars(unit.amount.breakdown.shipping) == "5.50"
        assert dollars(unit.items[0].unit_amount) == "10.00"
        assert unit.invoice_id == "PY-1"

    with recorder.case("orders that do not add up are refused"):
        body = order_of("9.00")
        body.purchase_units[0].amount.breakdown = AmountBreakdown(item_total=usd("8.00"), shipping=usd("2.00"))
        field = "/purchase_units/0/amount/value"
        refused(ErrorException, "422 AMOUNT_MISMATCH", lambda: orders.create_order({"body": body}), field)
        yen = order_of("10.50")
        yen.purchase_units[0].amount.currency_code = "JPY"
        refused(ErrorException, "422 DECIMALS_NOT_SUPPORTED", lambda: orders.create_order({"body": yen}), field)
        refused(ErrorException, "404 INVALID_RESOURCE_ID", lambda: orders.get_order(NOWHERE))

    with recorder.case("the sandbox's negative testing is asked for by the SDK's parameter"):
        mock = {
            "body": order_of("1.00"),
            "paypal_mock_response": json.dumps({"mock_application_codes": "INTERNAL_SERVER_ERROR"}),
        }
        refused(ErrorException, "500 INTERNAL_SERVER_ERROR", lambda: orders.create_order(mock))


def changing(recorder: Recorder, paypal: PayPal) -> None:
    """Change orders."""
    orders = paypal.orders
    with recorder.case("an order is changed before it is paid, not after"):
        order = approved(paypal, order_of("10.00"))
        path = "/purchase_units/@reference_id=='default'/amount"
        value = {"currency_code": "USD", "value": "12.34"}
        patch = {"id": order, "body": [Patch(op=PatchOp.REPLACE, path=path, value=value)]}
        answered(204, orders.patch_order(patch))
        assert dollars(answered(200, orders.get_order({"id": order})).purchase_units[0].amount) == "12.34"
        status = {"id": order, "body": [Patch(op=PatchOp.REPLACE, path="/status", value="COMPLETED")]}
        refused(ErrorException, "422 NOT_PATCHABLE", lambda: orders.patch_order(status), "/0/path")
        assert dollars(capture_of(answered(201, orders.capture_order({"id": order}))).amount) == "12.34"
        refused(ErrorException, "422 ORDER_ALREADY_COMPLETED", lambda: orders.patch_order(patch))

    with recorder.case("a payment source is confirmed for an order that is not paid"):
        order = answered(201, orders.create_order({"body": order_of("3.00")})).id
        urls = {"return_url": "https://example.com/back", "cancel_url": "https://example.com/stop"}
        wallet = PaypalWallet(experience_context=PaypalWalletExperienceContext(**urls))
        call = {"id": order, "body": ConfirmOrderRequest(payment_source=PaymentSource(paypal=wallet))}
        confirmed = answered(200, orders.confirm_order(call))
        assert confirmed.status == "PAYER_ACTION_REQUIRED"
        assert "payer-action" in relations(confirmed)
        control(f"orders/{order}/approve")
        assert answered(200, orders.get_order({"id": order})).status == "APPROVED"
        answered(201, orders.capture_order({"id": order}))
        refused(ErrorException, "422 ORDER_ALREADY_CAPTURED", lambda: orders.confirm_order(call))


def paying(recorder: Recorder, paypal: PayPal) -> None:
    """Capture and authorize orders."""
    orders = paypal.orders
    with recorder.case("an order is captured once, when its payer has approved it"):
        order = answered(201, orders.create_order({"body": order_of("10.00")})).id
        refused(ErrorException, "422 ORDER_NOT_APPROVED", lambda: orders.capture_order({"id": order}))
        control(f"orders/{order}/approve")
        call = {"id": order, "paypal_request_id": key(), "prefer": REPRESENTATION}
        paid = answered(201, orders.capture_order(call))
        assert paid.status == "COMPLETED"
        assert capture_of(paid).status == "COMPLETED"
        assert dollars(capture_of(paid).amount) == "10.00"
        assert capture_of(answered(200, orders.capture_order(call))).id == capture_of(paid).id
        refused(ErrorException, "422 ORDER_ALREADY_CAPTURED", lambda: orders.capture_order({"id": order}))
        read = answered(200, orders.get_order({"id": order}))
        assert len(read.purchase_units[0].payments.captures) == 1
        assert read.payer.payer_id == paid.payer.payer_id

    with recorder.case("a card that is declined answers 201, with a capture that took nothing"):
        card = CardRequest(number="4111111111111111", expiry="2035-12", security_code="123", name="CCREJECT-BANK_ERROR")
        body = order_of("10.00", payment_source=PaymentSource(card=card))
        order = answered(201, orders.create_order({"body": body, "paypal_request_id": key()}))
        assert capture_of(order).status == "DECLINED"
        assert capture_of(order).processor_response.response_code == "5100"
        refused(ErrorException, "400 PAYPAL_REQUEST_ID_REQUIRED", lambda: orders.create_order({"body": body}))

    with recorder.case("an order of the other intent is authorized"):
        other = approved(paypal, order_of("10.00"))
        wrong = {"id": other}
        refused(ErrorException, "422 ACTION_DOES_NOT_MATCH_INTENT", lambda: orders.authorize_order(wrong))
        call = {"id": approved(paypal, order_of("20.00", CheckoutPaymentIntent.AUTHORIZE)), "prefer": REPRESENTATION}
        [authorization] = answered(201, orders.authorize_order(call)).purchase_units[0].payments.authorizations
        assert authorization.status == "CREATED"
        assert dollars(authorization.amount) == "20.00"
        refused(ErrorException, "422 ORDER_ALREADY_AUTHORIZED", lambda: orders.authorize_order(call))


def tracking(recorder: Recorder, paypal: PayPal) -> None:
    """Track parcels."""
    orders = paypal.orders
    with recorder.case("a parcel of a captured order is tracked, and cancelled"):
        order, capture = captured(paypal, "7.00")
        parcel = {"tracking_number": "443844607820", "carrier": ShipmentCarrier.FEDEX, "notify_payer": False}
        body = OrderTrackerRequest(capture_id=capture, **parcel)
        tracked = answered(201, orders.create_order_tracking({"id": order, "body": body}))
        [tracker] = tracked.purchase_units[0].shipping.trackers
        assert tracker.id == f"{capture}-443844607820"
        wrong = {"id": order, "body": OrderTrackerRequest(capture_id="3C679366HH908993F", **parcel)}
        field = "/capture_id"
        refused(ErrorException, "422 CAPTURE_ID_NOT_FOUND", lambda: orders.create_order_tracking(wrong), field)

        cancel = [Patch(op=PatchOp.REPLACE, path="/status", value="CANCELLED")]
        answered(204, orders.update_order_tracking({"id": order, "tracker_id": tracker.id, "body": cancel}))
        read = answered(200, orders.get_order({"id": order}))
        assert read.purchase_units[0].shipping.trackers[0].status == "CANCELLED"
        missing = {"id": order, "tracker_id": f"{capture}-1", "body": cancel}
        refused(ErrorException, "404 TRACKER_ID_NOT_FOUND", lambda: orders.update_order_tracking(missing))
        other, _ = captured(paypal, "7.00")
        elsewhere = {"id": other, "tracker_id": tracker.id, "body": cancel}
        refused(ErrorException, "404 TRACKER_ID_NOT_FOUND", lambda: orders.update_order_tracking(elsewhere))
