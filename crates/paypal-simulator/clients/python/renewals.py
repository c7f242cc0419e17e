"""Subscriptions as time passes."""

from datetime import datetime, timedelta

from plans import active_plan
from recorder import Recorder, answered
from subscriptions import active
from world import PayPal, control, dollars, product

DAY = timedelta(days=1)


def renewals(recorder: Recorder) -> None:
    """Run the cases."""
    with recorder.case("a subscription is paid again when a month has passed"):
        paypal = PayPal(recorder)
        plan = active_plan(paypal, product("A weekly"), "10.00")
        subscription = {"id": active(paypal, plan)}
        before = answered(200, paypal.subscriptions.get_subscription(subscription)).billing_info
        assert before.cycle_executions[0].cycles_completed == 1
        control("clock", seconds=int(32 * DAY.total_seconds()))
        subscriptions = PayPal(recorder).subscriptions
        after = answered(200, subscriptions.get_subscription(subscription))
        assert after.billing_info.cycle_executions[0].cycles_completed == 2
        assert after.billing_info.next_billing_time > before.next_billing_time
        made = datetime.fromisoformat(after.create_time)
        start, end = (it.isoformat().replace("+00:00", "Z") for it in (made - DAY, made + 33 * DAY))
        call = {**subscription, "start_time": start, "end_time": end}
        found = answered(200, subscriptions.list_subscription_transactions(call)).transactions
        assert [dollars(it.amount_with_breakdown.gross_amount) for it in found] == ["10.00", "10.00"]
