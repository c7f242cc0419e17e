"""Billing plans (Subscriptions v1)."""

from typing import Any

from paypalserversdk.exceptions.subscription_error_exception import SubscriptionErrorException
from paypalserversdk.models.frequency import Frequency
from paypalserversdk.models.interval_unit import IntervalUnit
from paypalserversdk.models.patch import Patch
from paypalserversdk.models.patch_op import PatchOp
from paypalserversdk.models.payment_preferences import PaymentPreferences
from paypalserversdk.models.plan_request import PlanRequest
from paypalserversdk.models.plan_request_status import PlanRequestStatus
from paypalserversdk.models.subscription_billing_cycle import SubscriptionBillingCycle
from paypalserversdk.models.subscription_pricing_scheme import SubscriptionPricingScheme
from paypalserversdk.models.tenure_type import TenureType
from paypalserversdk.models.update_pricing_scheme import UpdatePricingScheme
from paypalserversdk.models.update_pricing_schemes_request import UpdatePricingSchemesRequest

from recorder import Recorder, answered, refused
from world import PayPal, dollars, key, product, usd

NOWHERE = "P-5ML4271244454362WXNWU5NQ"


def plan_of(product_id: str, value: str, tenure: str = TenureType.REGULAR) -> PlanRequest:
    """Return a plan with one monthly cycle."""
    cycle = SubscriptionBillingCycle(
        frequency=Frequency(interval_unit=IntervalUnit.MONTH, interval_count=1),
        tenure_type=tenure,
        sequence=1,
        total_cycles=0 if tenure == TenureType.REGULAR else 1,
        pricing_scheme=SubscriptionPricingScheme(fixed_price=usd(value)),
    )
    return PlanRequest(
        product_id=product_id,
        name="Every month",
        status=PlanRequestStatus.ACTIVE,
        billing_cycles=[cycle],
        payment_preferences=PaymentPreferences(auto_bill_outstanding=True, payment_failure_threshold=2),
    )


def active_plan(paypal: PayPal, product_id: str, value: str) -> str:
    """Make a plan. Return its id."""
    return answered(201, paypal.subscriptions.create_billing_plan({"body": plan_of(product_id, value)})).id


def plans(recorder: Recorder) -> None:
    """Run the cases."""
    paypal = PayPal(recorder)
    product_id = product("A magazine")
    making_and_reading(recorder, paypal.subscriptions, product_id)
    changing(recorder, paypal.subscriptions, active_plan(paypal, product_id, "10.00"))


def making_and_reading(recorder: Recorder, plans: Any, product_id: str) -> None:
    """Make, read and list plans."""
    with recorder.case("a plan is made once for one key, read and listed"):
        call = {"body": plan_of(product_id, "10.00"), "paypal_request_id": key(), "prefer": "return=representation"}
        plan = answered(201, plans.create_billing_plan(call))
        assert answered(200, plans.create_billing_plan(call)).id == plan.id
        read = answered(200, plans.get_billing_plan(plan.id))
        assert read.status == "ACTIVE"
        assert read.product_id == product_id
        assert dollars(read.billing_cycles[0].pricing_scheme.fixed_price) == "10.00"
        found = answered(200, plans.list_billing_plans({"product_id": product_id, "total_required": True}))
        assert [it.id for it in found.plans] == [plan.id]
        assert found.total_items == 1

    with recorder.case("plans that PayPal does not know, or cannot have, are refused"):
        trial = {"body": plan_of(product_id, "10.00", TenureType.TRIAL)}
        issue = "422 MISSING_REGULAR_BILLING_CYCLE"
        refused(SubscriptionErrorException, issue, lambda: plans.create_billing_plan(trial))
        refused(SubscriptionErrorException, "404 INVALID_RESOURCE_ID", lambda: plans.get_billing_plan(NOWHERE))
        long = {"page_size": 21}
        issue = "400 INVALID_PARAMETER_VALUE"
        refused(SubscriptionErrorException, issue, lambda: plans.list_billing_plans(long), "page_size")


def changing(recorder: Recorder, plans: Any, plan: str) -> None:
    """Change, deactivate and activate plans."""
    with recorder.case("a plan's description is changed, its id is not"):
        described = [Patch(op=PatchOp.REPLACE, path="/description", value="Twelve issues a year")]
        answered(204, plans.patch_billing_plan({"id": plan, "body": described}))
        assert answered(200, plans.get_billing_plan(plan)).description == "Twelve issues a year"
        renamed = {"id": plan, "body": [Patch(op=PatchOp.REPLACE, path="/id", value="P-1")]}
        issue = "400 INVALID_PATCH_PATH"
        refused(SubscriptionErrorException, issue, lambda: plans.patch_billing_plan(renamed), "/0/path")

    with recorder.case("a plan's price is changed in a cycle that it has"):

        def scheme(sequence: int) -> dict[str, Any]:
            pricing = SubscriptionPricingScheme(fixed_price=usd("12.00"))
            change = UpdatePricingScheme(billing_cycle_sequence=sequence, pricing_scheme=pricing)
            return {"id": plan, "body": UpdatePricingSchemesRequest(pricing_schemes=[change])}

        answered(204, plans.update_billing_plan_pricing_schemes(scheme(1)))
        read = answered(200, plans.get_billing_plan(plan))
        assert dollars(read.billing_cycles[0].pricing_scheme.fixed_price) == "12.00"
        issue = "422 INVALID_BILLING_CYCLE_SEQUENCE"
        refused(SubscriptionErrorException, issue, lambda: plans.update_billing_plan_pricing_schemes(scheme(9)))

    with recorder.case("a plan is deactivated and activated, each once"):
        issue = "422 PLAN_STATUS_INVALID"
        answered(204, plans.deactivate_billing_plan(plan))
        assert answered(200, plans.get_billing_plan(plan)).status == "INACTIVE"
        refused(SubscriptionErrorException, issue, lambda: plans.deactivate_billing_plan(plan))
        answered(204, plans.activate_billing_plan(plan))
        assert answered(200, plans.get_billing_plan(plan)).status == "ACTIVE"
        refused(SubscriptionErrorException, issue, lambda: plans.activate_billing_plan(plan))
