"""Subscriptions (Subscriptions v1)."""

from datetime import datetime, timedelta
from typing import Any

from paypalserversdk.exceptions.subscription_error_exception import SubscriptionErrorException
from paypalserversdk.models.activate_subscription_request import ActivateSubscriptionRequest
from paypalserversdk.models.cancel_subscription_request import CancelSubscriptionRequest
from paypalserversdk.models.capture_subscription_request import CaptureSubscriptionRequest
from paypalserversdk.models.capture_type import CaptureType
from paypalserversdk.models.create_subscription_request import CreateSubscriptionRequest
from paypalserversdk.models.modify_subscription_request import ModifySubscriptionRequest
from paypalserversdk.models.patch import Patch
from paypalserversdk.models.patch_op import PatchOp
from paypalserversdk.models.subscriber_request import SubscriberRequest
from paypalserversdk.models.suspend_subscription import SuspendSubscription

from plans import active_plan
from recorder import Recorder, answered, refused
from world import PayPal, control, dollars, key, product, usd

NOWHERE = {"id": "I-BW452GLLEP1G"}


def active(paypal: PayPal, plan: str) -> str:
    """Make a subscription that its subscriber has approved. Return its id."""
    call = {"body": CreateSubscriptionRequest(plan_id=plan)}
    subscription = answered(201, paypal.subscriptions.create_subscription(call)).id
    control(f"subscriptions/{subscription}/approve")
    return subscription


def subscriptions(recorder: Recorder) -> None:
    """Run the cases."""
    paypal = PayPal(recorder)
    product_id = product("A newspaper")
    plan = active_plan(paypal, product_id, "10.00")
    making_and_reading(recorder, paypal, product_id, plan)
    changing(recorder, paypal, product_id, plan)
    stopping(recorder, paypal, plan)
    paying(recorder, paypal, plan)


def making_and_reading(recorder: Recorder, paypal: PayPal, product_id: str, plan: str) -> None:
    """Make, approve, read and list subscriptions."""
    subscriptions = paypal.subscriptions
    with recorder.case("a subscription is made once for one key, approved, read and listed"):
        subscriber = SubscriberRequest(email_address="payer@example.com")
        body = CreateSubscriptionRequest(plan_id=plan, custom_id="PY", subscriber=subscriber)
        call = {"body": body, "paypal_request_id": key(), "prefer": "return=representation"}
        made = answered(201, subscriptions.create_subscription(call))
        assert made.status == "APPROVAL_PENDING"
        assert "approve" in [link.rel for link in made.links]
        assert answered(200, subscriptions.create_subscription(call)).id == made.id
        early = {"id": made.id, "body": []}
        issue = "422 SUBSCRIPTION_STATUS_INVALID"
        refused(SubscriptionErrorException, issue, lambda: subscriptions.patch_subscription(early))
        control(f"subscriptions/{made.id}/approve")
        read = answered(200, subscriptions.get_subscription({"id": made.id, "fields": "plan"}))
        assert read.status == "ACTIVE"
        assert read.plan_id == plan
        assert read.plan.name == "Every month"
        assert dollars(read.billing_info.last_payment.amount) == "10.00"
        found = answered(200, subscriptions.list_subscriptions({"plan_ids": plan, "statuses": "ACTIVE"}))
        assert [it.id for it in found.subscriptions] == [made.id]

    with recorder.case("subscriptions that PayPal does not know, or cannot have, are refused"):
        closed = active_plan(paypal, product_id, "1.00")
        answered(204, subscriptions.deactivate_billing_plan(closed))
        call = {"body": CreateSubscriptionRequest(plan_id=closed)}
        issue = "422 PLAN_STATUS_INVALID"
        refused(SubscriptionErrorException, issue, lambda: subscriptions.create_subscription(call))
        issue = "404 INVALID_RESOURCE_ID"
        refused(SubscriptionErrorException, issue, lambda: subscriptions.get_subscription(NOWHERE))
        long = {"page_size": 21}
        issue = "400 INVALID_PARAMETER_VALUE"
        refused(SubscriptionErrorException, issue, lambda: subscriptions.list_subscriptions(long), "page_size")


def changing(recorder: Recorder, paypal: PayPal, product_id: str, plan: str) -> None:
    """Change and revise subscriptions."""
    subscriptions = paypal.subscriptions
    with recorder.case("a running subscription is changed where PayPal allows it"):
        subscription = {"id": active(paypal, plan)}
        named = [Patch(op=PatchOp.REPLACE, path="/custom_id", value="changed")]
        answered(204, subscriptions.patch_subscription({**subscription, "body": named}))
        assert answered(200, subscriptions.get_subscription(subscription)).custom_id == "changed"
        forced = {**subscription, "body": [Patch(op=PatchOp.REPLACE, path="/status", value="CANCELLED")]}
        issue = "400 INVALID_PATCH_PATH"
        refused(SubscriptionErrorException, issue, lambda: subscriptions.patch_subscription(forced), "/0/path")

    with recorder.case("a revision to a plan of the same product waits for the subscriber"):
        subscription = {"id": active(paypal, plan)}
        larger = active_plan(paypal, product_id, "20.00")
        call = {**subscription, "body": ModifySubscriptionRequest(plan_id=larger)}
        revised = answered(200, subscriptions.revise_subscription(call))
        assert revised.plan_id == larger
        assert "approve" in [link.rel for link in revised.links]
        assert answered(200, subscriptions.get_subscription(subscription)).plan_id == plan
        control(f"subscriptions/{subscription['id']}/approve")
        assert answered(200, subscriptions.get_subscription(subscription)).plan_id == larger
        other = active_plan(paypal, product("A book club"), "5.00")
        wrong = {**subscription, "body": ModifySubscriptionRequest(plan_id=other)}
        issue = "422 PLAN_PRODUCT_NOT_COMPATIBLE"
        refused(SubscriptionErrorException, issue, lambda: subscriptions.revise_subscription(wrong))


def stopping(recorder: Recorder, paypal: PayPal, plan: str) -> None:
    """Suspend, activate and cancel subscriptions."""
    subscriptions = paypal.subscriptions
    with recorder.case("a subscription is suspended, activated and cancelled"):
        subscription = {"id": active(paypal, plan)}

        def read() -> Any:
            return answered(200, subscriptions.get_subscription(subscription))

        activate = {**subscription, "body": ActivateSubscriptionRequest(reason="Back")}
        issue = "422 SUBSCRIPTION_STATUS_INVALID"
        refused(SubscriptionErrorException, issue, lambda: subscriptions.activate_subscription(activate))
        suspend = {**subscription, "body": SuspendSubscription(reason="On holiday")}
        answered(204, subscriptions.suspend_subscription(suspend))
        assert read().status == "SUSPENDED"
        assert read().status_change_note == "On holiday"
        refused(SubscriptionErrorException, issue, lambda: subscriptions.suspend_subscription(suspend))
        answered(204, subscriptions.activate_subscription(activate))
        assert read().status == "ACTIVE"
        cancel = {**subscription, "body": CancelSubscriptionRequest(reason="Moved")}
        answered(204, subscriptions.cancel_subscription(cancel))
        assert read().status == "CANCELLED"
        refused(SubscriptionErrorException, issue, lambda: subscriptions.cancel_subscription(cancel))


def paying(recorder: Recorder, paypal: PayPal, plan: str) -> None:
    """Take what is outstanding."""
    subscriptions = paypal.subscriptions
    with recorder.case("what is outstanding is captured, no more, and listed"):
        subscription = {"id": active(paypal, plan)}

        def take(value: str) -> dict[str, Any]:
            body = CaptureSubscriptionRequest(
                note="The missed payment", capture_type=CaptureType.OUTSTANDING_BALANCE, amount=usd(value)
            )
            return {**subscription, "body": body}

        def owed() -> str:
            read = answered(200, subscriptions.get_subscription(subscription))
            return dollars(read.billing_info.outstanding_balance)

        issue = "422 ZERO_OUTSTANDING_BALANCE"
        refused(SubscriptionErrorException, issue, lambda: subscriptions.capture_subscription(take("10.00")))
        control(f"subscriptions/{subscription['id']}/miss-payment")
        assert owed() == "10.00"
        read = answered(200, subscriptions.get_subscription(subscription))
        assert read.billing_info.failed_payments_count == 1
        issue, field = "422 AMOUNT_GREATER_THAN_OUTSTANDING_BALANCE", "/amount/value"
        refused(SubscriptionErrorException, issue, lambda: subscriptions.capture_subscription(take("10.01")), field)
        answered(202, subscriptions.capture_subscription(take("10.00")))
        assert owed() == "0.00"

        made = datetime.fromisoformat(answered(200, subscriptions.get_subscription(subscription)).create_time)
        day = timedelta(days=1)
        times = {
            "start_time": (made - day).isoformat().replace("+00:00", "Z"),
            "end_time": (made + day).isoformat().replace("+00:00", "Z"),
        }
        call = {**subscription, **times}
        found = answered(200, subscriptions.list_subscription_transactions(call)).transactions
        assert [dollars(it.amount_with_breakdown.gross_amount) for it in found] == ["10.00", "10.00"]
        assert [it.status for it in found] == ["COMPLETED", "COMPLETED"]
        wrong = {**call, "start_time": "2026-13-45T00:00:00Z"}
        issue, field = "400 INVALID_PARAMETER_SYNTAX", "start_time"
        listing = subscriptions.list_subscription_transactions
        refused(SubscriptionErrorException, issue, lambda: listing(wrong), field)
