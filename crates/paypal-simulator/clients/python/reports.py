"""Transactions and balances (Transaction Search v1)."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from paypalserversdk.exceptions.default_error_exception import DefaultErrorException
from paypalserversdk.exceptions.search_error_exception import SearchErrorException
from paypalserversdk.models.refund_request import RefundRequest

from orders import captured
from recorder import Recorder, answered, refused
from world import PayPal, control, dollars, usd

HOUR = 3600


def balance(paypal: PayPal) -> Decimal:
    """Read the balance in US dollars."""
    balances = answered(200, paypal.reports.search_balances({"currency_code": "USD"})).balances
    return Decimal(next((dollars(it.total_balance) for it in balances if it.currency == "USD"), "0.00"))


def later_on(recorder: Recorder) -> PayPal:
    """Let four hours pass: the reports lag three hours behind."""
    control("clock", seconds=4 * HOUR)
    return PayPal(recorder)


def reports(recorder: Recorder) -> None:
    """Run the cases."""
    with recorder.case("a capture and its refund are found as transactions, and change the balance"):
        paypal = later_on(recorder)
        before = balance(paypal)
        _, capture = captured(paypal, "10.00")
        made = datetime.fromisoformat(answered(200, paypal.payments.get_captured_payment({"capture_id": capture})).create_time)
        call = {"capture_id": capture, "body": RefundRequest(amount=usd("4.00"))}
        refund = answered(201, paypal.payments.refund_captured_payment(call)).id
        paypal = later_on(recorder)

        def found(transaction: str) -> Any:
            times = [made - timedelta(hours=1), made + timedelta(hours=3)]
            start, end = (it.isoformat().replace("+00:00", "Z") for it in times)
            search = {"start_date": start, "end_date": end, "fields": "all", "transaction_id": transaction}
            [only] = answered(200, paypal.reports.search_transactions(search)).transaction_details
            return only.transaction_info

        taken = found(capture)
        assert dollars(taken.transaction_amount) == "10.00"
        assert dollars(taken.fee_amount) == "-0.84"
        assert taken.transaction_status == "S"
        back = found(refund)
        assert dollars(back.transaction_amount) == "-4.00"
        fee = Decimal(dollars(back.fee_amount) if hasattr(back, "fee_amount") else "0.00")
        assert balance(paypal) == before + Decimal("10.00") - Decimal("0.84") - Decimal("4.00") + fee

    with recorder.case("ranges and currencies that PayPal does not have are refused"):
        reporting = PayPal(recorder).reports
        wide = {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-02-15T00:00:00Z"}
        refused(SearchErrorException, "400 INVALID_REQUEST", lambda: reporting.search_transactions(wide))
        other = {"currency_code": "XYZ"}
        issue = "400 INVALID_CURRENCY_CODE"
        refused(DefaultErrorException, issue, lambda: reporting.search_balances(other), "currency_code")
