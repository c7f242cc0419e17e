"""Authorizations, captures and refunds (Payments v2)."""

from typing import Any

from paypalserversdk.exceptions.error_exception import ErrorException
from paypalserversdk.models.capture_request import CaptureRequest
from paypalserversdk.models.checkout_payment_intent import CheckoutPaymentIntent
from paypalserversdk.models.reauthorize_request import ReauthorizeRequest
from paypalserversdk.models.refund_request import RefundRequest

from orders import REPRESENTATION, approved, captured, order_of
from recorder import Recorder, answered, refused
from world import PayPal, control, dollars, key, usd

NOWHERE = "7TK53561YB803214S"
DAY = 24 * 3600


def authorized(paypal: PayPal, value: str) -> str:
    """Make an authorized order. Return its authorization's id."""
    order = approved(paypal, order_of(value, CheckoutPaymentIntent.AUTHORIZE))
    return answered(201, paypal.orders.authorize_order({"id": order})).purchase_units[0].payments.authorizations[0].id


def payments(recorder: Recorder) -> None:
    """Run the cases."""
    paypal = PayPal(recorder)
    capturing(recorder, paypal)
    voiding(recorder, paypal)
    refunding(recorder, paypal)
    renewing(recorder, paypal)


def status_of(payments: Any, authorization: str) -> str:
    """Read the status of an authorization."""
    return answered(200, payments.get_authorized_payment({"authorization_id": authorization})).status


def capturing(recorder: Recorder, paypal: PayPal) -> None:
    """Capture authorizations."""
    payments = paypal.payments
    with recorder.case("an authorization is captured in parts, and not beyond its amount"):
        authorization = authorized(paypal, "20.00")
        of = {"authorization_id": authorization}
        read = answered(200, payments.get_authorized_payment(of))
        assert read.status == "CREATED"
        assert dollars(read.amount) == "20.00"
        assert read.expiration_time

        part = CaptureRequest(amount=usd("5.00"), final_capture=False, note_to_payer="The first parcel")
        call = {**of, "body": part, "paypal_request_id": key(), "prefer": REPRESENTATION}
        capture = answered(201, payments.capture_authorized_payment(call))
        assert dollars(capture.amount) == "5.00"
        assert capture.status == "COMPLETED"
        assert answered(200, payments.capture_authorized_payment(call)).id == capture.id
        assert status_of(payments, authorization) == "PARTIALLY_CAPTURED"

        more = {**of, "body": CaptureRequest(amount=usd("15.01"))}
        issue = "422 MAX_CAPTURE_AMOUNT_EXCEEDED"
        refused(ErrorException, issue, lambda: payments.capture_authorized_payment(more))
        rest = {**of, "body": CaptureRequest(amount=usd("15.00"), final_capture=True)}
        answered(201, payments.capture_authorized_payment(rest))
        assert status_of(payments, authorization) == "CAPTURED"
        issue = "422 AUTHORIZATION_ALREADY_CAPTURED"
        refused(ErrorException, issue, lambda: payments.capture_authorized_payment(rest))
        nowhere = {"authorization_id": NOWHERE}
        refused(ErrorException, "404 INVALID_RESOURCE_ID", lambda: payments.get_authorized_payment(nowhere))


def voiding(recorder: Recorder, paypal: PayPal) -> None:
    """Give authorizations up."""
    payments = paypal.payments
    with recorder.case("an authorization is voided once"):
        first = {"authorization_id": authorized(paypal, "4.00")}
        # PayPal answers 204 without a document.
        assert answered(204, payments.void_payment(first)) is None
        assert status_of(payments, first["authorization_id"]) == "VOIDED"
        refused(ErrorException, "422 PREVIOUSLY_VOIDED", lambda: payments.void_payment(first))
        second = {"authorization_id": authorized(paypal, "4.00")}
        assert answered(200, payments.void_payment({**second, "prefer": REPRESENTATION})).status == "VOIDED"
        call = {**second, "body": CaptureRequest()}
        refused(ErrorException, "422 AUTHORIZATION_VOIDED", lambda: payments.capture_authorized_payment(call))


def refunding(recorder: Recorder, paypal: PayPal) -> None:
    """Refund captures."""
    payments = paypal.payments
    with recorder.case("a capture is refunded in parts, and not beyond its amount"):
        of = {"capture_id": captured(paypal, "10.00")[1]}
        read = answered(200, payments.get_captured_payment(of))
        assert read.status == "COMPLETED"
        taken = read.seller_receivable_breakdown
        amounts = [dollars(it) for it in (taken.gross_amount, taken.paypal_fee, taken.net_amount)]
        assert amounts == ["10.00", "0.84", "9.16"]

        body = RefundRequest(amount=usd("4.00"), note_to_payer="The blue one")
        call = {**of, "body": body, "paypal_request_id": key(), "prefer": REPRESENTATION}
        refund = answered(201, payments.refund_captured_payment(call))
        assert refund.status == "COMPLETED"
        assert dollars(refund.amount) == "4.00"
        assert answered(200, payments.refund_captured_payment(call)).id == refund.id
        assert answered(200, payments.get_captured_payment(of)).status == "PARTIALLY_REFUNDED"
        shown = answered(200, payments.get_refund({"refund_id": refund.id}))
        assert dollars(shown.seller_payable_breakdown.total_refunded_amount) == "4.00"
        assert shown.note_to_payer == "The blue one"

        # Another request with the same key is still being carried out.
        control("in-progress")
        busy = {**call, "paypal_request_id": key()}
        issue = "409 PREVIOUS_REQUEST_IN_PROGRESS"
        refused(ErrorException, issue, lambda: payments.refund_captured_payment(busy))
        more = {**of, "body": RefundRequest(amount=usd("6.01"))}
        refused(ErrorException, "422 REFUND_AMOUNT_EXCEEDED", lambda: payments.refund_captured_payment(more))
        rest = answered(201, payments.refund_captured_payment({**of, "prefer": REPRESENTATION}))
        assert dollars(rest.amount) == "6.00"
        assert answered(200, payments.get_captured_payment(of)).status == "REFUNDED"
        refused(ErrorException, "422 CAPTURE_FULLY_REFUNDED", lambda: payments.refund_captured_payment(of))
        nowhere = {"capture_id": NOWHERE}
        refused(ErrorException, "404 INVALID_RESOURCE_ID", lambda: payments.get_captured_payment(nowhere))
        gone = {"refund_id": NOWHERE}
        refused(ErrorException, "404 INVALID_RESOURCE_ID", lambda: payments.get_refund(gone))


def renewing(recorder: Recorder, paypal: PayPal) -> None:
    """Renew authorizations."""
    with recorder.case("an authorization is renewed from its fourth day"):
        of = {"authorization_id": authorized(paypal, "30.00")}
        early = {**of, "body": ReauthorizeRequest()}
        issue = "422 REAUTHORIZATION_TOO_SOON"
        refused(ErrorException, issue, lambda: paypal.payments.reauthorize_payment(early))
        control("clock", seconds=4 * DAY)
        # The token has expired meanwhile.
        later = PayPal(recorder).payments
        call = {**of, "body": ReauthorizeRequest(amount=usd("30.00")), "prefer": REPRESENTATION}
        renewed = answered(201, later.reauthorize_payment(call))
        assert renewed.status == "CREATED"
        assert renewed.id != of["authorization_id"]
        read = answered(200, later.get_authorized_payment({"authorization_id": renewed.id}))
        assert dollars(read.amount) == "30.00"
