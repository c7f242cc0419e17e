"""Orders with all that a shop sends."""

from typing import Any

from paypalserversdk.exceptions.error_exception import ErrorException
from paypalserversdk.models.address import Address
from paypalserversdk.models.amount_breakdown import AmountBreakdown
from paypalserversdk.models.amount_with_breakdown import AmountWithBreakdown
from paypalserversdk.models.card_attributes import CardAttributes
from paypalserversdk.models.card_request import CardRequest
from paypalserversdk.models.card_verification import CardVerification
from paypalserversdk.models.checkout_payment_intent import CheckoutPaymentIntent
from paypalserversdk.models.item_category import ItemCategory
from paypalserversdk.models.item_request import ItemRequest
from paypalserversdk.models.order_request import OrderRequest
from paypalserversdk.models.orders_card_verification_method import OrdersCardVerificationMethod
from paypalserversdk.models.payment_source import PaymentSource
from paypalserversdk.models.purchase_unit_request import PurchaseUnitRequest
from paypalserversdk.models.refund_request import RefundRequest
from paypalserversdk.models.shipping_details import ShippingDetails
from paypalserversdk.models.shipping_name import ShippingName

from orders import REPRESENTATION, capture_of, order_of
from recorder import Recorder, answered, refused
from world import PayPal, control, dollars, key, usd

BREAKDOWN = {
    "item_total": "20.00",
    "shipping": "5.00",
    "handling": "1.00",
    "tax_total": "2.00",
    "insurance": "1.00",
    "shipping_discount": "1.00",
    "discount": "3.00",
}
TEXTS = {
    "reference_id": "basket",
    "description": "Two shirts",
    "custom_id": "customer-7",
    "invoice_id": "PY-shop-1",
    "soft_descriptor": "SHIRTS",
}
ITEM = {"name": "Shirt", "description": "Blue, large", "sku": "S1-BLUE-L", "quantity": "2"}
ADDRESS = {
    "address_line_1": "1 Example Street",
    "admin_area_2": "San Jose",
    "admin_area_1": "CA",
    "postal_code": "95131",
    "country_code": "US",
}


def basket() -> OrderRequest:
    """Return an order with all that a shop sends."""
    breakdown = AmountBreakdown(**{name: usd(value) for name, value in BREAKDOWN.items()})
    amounts = {"unit_amount": usd("10.00"), "tax": usd("1.00")}
    unit = PurchaseUnitRequest(
        **TEXTS,
        amount=AmountWithBreakdown(currency_code="USD", value="25.00", breakdown=breakdown),
        items=[ItemRequest(**ITEM, **amounts, category=ItemCategory.PHYSICAL_GOODS)],
        shipping=ShippingDetails(name=ShippingName(full_name="Alex Example"), address=Address(**ADDRESS)),
    )
    return OrderRequest(intent=CheckoutPaymentIntent.CAPTURE, purchase_units=[unit])


def shop(recorder: Recorder) -> None:
    """Run the cases."""
    paypal = PayPal(recorder)
    baskets(recorder, paypal)
    verified_cards(recorder, paypal.orders)


def baskets(recorder: Recorder, paypal: PayPal) -> None:
    """Sell the contents of a basket."""
    orders = paypal.orders
    with recorder.case("an order with all that a shop sends is shown as it was sent, with its payments"):
        order = answered(201, orders.create_order({"body": basket()})).id
        control(f"orders/{order}/approve")
        paid = answered(201, orders.capture_order({"id": order, "prefer": REPRESENTATION}))
        body = RefundRequest(amount=usd("2.50"), invoice_id="PY-shop-1-back", note_to_payer="A late parcel")
        answered(201, paypal.payments.refund_captured_payment({"capture_id": capture_of(paid).id, "body": body}))

        [unit] = answered(200, orders.get_order({"id": order})).purchase_units
        assert {name: getattr(unit, name) for name in TEXTS} == TEXTS
        assert dollars(unit.amount) == "25.00"
        assert {name: dollars(getattr(unit.amount.breakdown, name)) for name in BREAKDOWN} == BREAKDOWN
        [item] = unit.items
        assert {name: getattr(item, name) for name in ITEM} == ITEM
        assert [dollars(item.unit_amount), dollars(item.tax), item.category] == ["10.00", "1.00", "PHYSICAL_GOODS"]
        assert unit.shipping.name.full_name == "Alex Example"
        assert {name: getattr(unit.shipping.address, name) for name in ADDRESS} == ADDRESS
        [capture], [refund] = unit.payments.captures, unit.payments.refunds
        assert capture.status == "PARTIALLY_REFUNDED"
        assert [capture.invoice_id, capture.custom_id] == ["PY-shop-1", "customer-7"]
        assert [dollars(refund.amount), refund.invoice_id] == ["2.50", "PY-shop-1-back"]

    with recorder.case("an invoice is paid once"):
        order = {"id": answered(201, orders.create_order({"body": basket()})).id}
        control(f"orders/{order['id']}/approve")
        refused(ErrorException, "422 DUPLICATE_INVOICE_ID", lambda: orders.capture_order(order))
        assert answered(200, orders.get_order(order)).status == "APPROVED"


def verified_cards(recorder: Recorder, orders: Any) -> None:
    """Verify a card."""
    with recorder.case("a card that must be verified waits for its holder, and shows only its last digits"):
        verification = CardVerification(method=OrdersCardVerificationMethod.SCA_ALWAYS)
        card = CardRequest(
            number="4111111111111111",
            expiry="2035-12",
            name="Alex Example",
            attributes=CardAttributes(verification=verification),
        )
        body = order_of("11.00", payment_source=PaymentSource(card=card))
        made = answered(201, orders.create_order({"body": body, "paypal_request_id": key()}))
        assert made.status == "PAYER_ACTION_REQUIRED"
        order = {"id": made.id}
        control(f"orders/{made.id}/approve")
        paid = answered(201, orders.capture_order({**order, "prefer": REPRESENTATION}))
        assert dollars(capture_of(paid).amount) == "11.00"
        shown = answered(200, orders.get_order(order)).payment_source.card
        assert [shown.last_digits, shown.brand, shown.name] == ["1111", "VISA", "Alex Example"]
