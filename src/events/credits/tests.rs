use super::*;
use crate::events::samples::Sample;

fn line_of(raw: &str, simulated: bool) -> String {
    let event = Event::parse(raw).unwrap();
    let line = |counted: &Counted| match counted {
        Ok(it) => it.line(),
        Err(it) => format!("{} {}: {}", it.transaction.unwrap_or("-"), it.status.unwrap_or("-"), it.reason.as_str()),
    };
    credits(&event, simulated).iter().map(line).collect::<Vec<_>>().join("; ")
}

/// The payment of an event, as a line.
fn line(event_type: &str, resource: &str) -> String {
    line_of(&format!(r#"{{"id": "WH-1", "event_type": "{event_type}", "resource": {resource}}}"#), false)
}

#[test]
fn a_capture_adds_what_reaches_the_account() {
    let capture = |status: &str, more: &str| {
        format!(r#"{{"id": "C1", "status": "{status}", "amount": {{"currency_code": "USD", "value": "10.00"}}{more}}}"#)
    };
    let breakdown = r#", "seller_receivable_breakdown": {"gross_amount": {"currency_code": "USD", "value": "10.00"},
        "paypal_fee": {"currency_code": "USD", "value": "0.84"}, "net_amount": {"currency_code": "USD", "value": "8.16"},
        "platform_fees": [{"amount": {"currency_code": "USD", "value": "1.00"}}]}"#;
    let foreign = r#", "seller_receivable_breakdown": {"paypal_fee": {"currency_code": "EUR", "value": "0.84"}}"#;
    for (event_type, resource, expected) in [
        ("PAYMENT.CAPTURE.COMPLETED", capture("COMPLETED", breakdown), "C1:in payment USD 10.00 0.84 8.16 of -"),
        ("PAYMENT.CAPTURE.COMPLETED", capture("COMPLETED", ""), "C1:in payment USD 10.00 - - of -"),
        ("PAYMENT.CAPTURE.COMPLETED", capture("COMPLETED", foreign), "C1:in payment USD 10.00 - - of -"),
        // Delivered late.
        (
            "PAYMENT.CAPTURE.COMPLETED",
            capture("PARTIALLY_REFUNDED", breakdown),
            "C1:in payment USD 10.00 0.84 8.16 of -",
        ),
        ("PAYMENT.CAPTURE.COMPLETED", capture("REFUNDED", breakdown), "C1:in payment USD 10.00 0.84 8.16 of -"),
        // A resource that is not what the type says.
        ("PAYMENT.CAPTURE.COMPLETED", capture("PENDING", ""), "C1 PENDING: pending"),
        ("PAYMENT.CAPTURE.COMPLETED", capture("DECLINED", ""), "C1 DECLINED: not-paid"),
        ("PAYMENT.CAPTURE.PENDING", capture("PENDING", ""), "C1 PENDING: pending"),
        ("PAYMENT.CAPTURE.DENIED", capture("DENIED", ""), "C1 DENIED: not-paid"),
        ("PAYMENT.CAPTURE.DECLINED", capture("DECLINED", ""), "C1 DECLINED: not-paid"),
        ("PAYMENT.CAPTURE.FORGOTTEN", capture("X", ""), "C1 X: unknown-status"),
    ] {
        assert_eq!(line(event_type, &resource), expected, "{resource}");
    }
}

#[test]
fn a_refund_and_a_reversal_take_away() {
    let refund = r#"{"id": "R1", "status": "COMPLETED", "amount": {"currency_code": "USD", "value": "4.00"},
        "seller_payable_breakdown": {"gross_amount": {"currency_code": "USD", "value": "4.00"},
            "paypal_fee": {"currency_code": "USD", "value": "0.10"}, "net_amount": {"currency_code": "USD", "value": "3.90"},
            "total_refunded_amount": {"currency_code": "USD", "value": "9.00"}},
        "payer": {"merchant_id": "SHOP"},
        "links": [{"rel": "self", "href": "https://api.paypal.com/v2/payments/refunds/R1"},
            {"rel": "up", "href": "https://api.paypal.com/v2/payments/captures/C1"}]}"#;
    let refunded = "R1:out refund USD -4.00 -0.10 -3.90 of C1";
    assert_eq!(line("PAYMENT.CAPTURE.REFUNDED", refund), refunded);
    assert_eq!(line("PAYMENT.REFUND.COMPLETED", refund), refunded);
    assert_eq!(line("PAYMENT.CAPTURE.REVERSED", refund), refunded.replace("refund", "reversal"));
    let state = |state: &str| refund.replace("\"COMPLETED\"", &format!("\"{state}\""));
    assert_eq!(line("PAYMENT.CAPTURE.REFUNDED", &state("PENDING")), "R1 PENDING: pending");
    assert_eq!(line("PAYMENT.REFUND.PENDING", &state("PENDING")), "R1 PENDING: pending");
    for (event_type, status) in [
        ("PAYMENT.REFUND.CANCELLED", "CANCELLED"),
        ("PAYMENT.REFUND.FAILED", "FAILED"),
        ("PAYMENT.CAPTURE.REFUNDED", "FAILED"),
    ] {
        assert_eq!(line(event_type, &state(status)), format!("R1 {status}: not-paid"));
    }
    // Of v1, which may write a sign.
    for total in ["4.00", "-4.00"] {
        let refund = format!(
            r#"{{"id": "R1", "state": "completed", "sale_id": "S1", "amount": {{"total": "{total}", "currency": "USD"}},
                "refund_from_transaction_fee": {{"currency": "USD", "value": "0.10"}},
                "refund_from_received_amount": {{"currency": "USD", "value": "3.90"}}}}"#
        );
        assert_eq!(line("PAYMENT.SALE.REFUNDED", &refund), "R1:out refund USD -4.00 -0.10 -3.90 of S1");
    }
}

#[test]
fn a_reversal_that_only_names_the_payment_is_not_counted() {
    let sale = |total: &str| {
        format!(
            r#"{{"id": "S1", "state": "completed", "amount": {{"total": "{total}", "currency": "USD"}}, "parent_payment": "PAY-1"}}"#
        )
    };
    // The payment itself, with its own amount: neither which reversal it is nor how much it took is there.
    assert_eq!(line("PAYMENT.SALE.REVERSED", &sale("4.00")), "S1 completed: unnamed-transaction");
    // The reversal.
    assert_eq!(line("PAYMENT.SALE.REVERSED", &sale("-4.00")), "S1:out reversal USD -4.00 - - of -");
    let capture = r#"{"id": "C1", "status": "COMPLETED", "amount": {"currency_code": "USD", "value": "4.00"}}"#;
    assert_eq!(line("PAYMENT.CAPTURE.REVERSED", capture), "C1 COMPLETED: unnamed-transaction");
}

#[test]
fn a_sale_of_v1_adds() {
    let sale = r#"{"id": "S1", "state": "completed", "amount": {"total": "30.11", "currency": "USD", "details": {}},
        "transaction_fee": {"value": "1.17", "currency": "USD"}, "billing_agreement_id": "I-1"}"#;
    assert_eq!(line("PAYMENT.SALE.COMPLETED", sale), "S1:in payment USD 30.11 1.17 28.94 of -");
    assert_eq!(line("PAYMENT.SALE.PENDING", sale), "S1 completed: pending");
    assert_eq!(line("PAYMENT.SALE.DENIED", sale), "S1 completed: not-paid");
}

#[test]
fn a_payout_goes_out_with_its_fee_and_may_come_back() {
    let item = |status: &str| {
        format!(
            r#"{{"payout_item_id": "I1", "transaction_id": "T1", "payout_batch_id": "B1", "transaction_status": "{status}",
                "payout_item_fee": {{"currency": "USD", "value": "0.25"}},
                "payout_item": {{"recipient_type": "EMAIL", "receiver": "ada@example.com",
                    "amount": {{"currency": "USD", "value": "12.00"}}}}}}"#
        )
    };
    for (event_type, status, expected) in [
        ("SUCCEEDED", "SUCCESS", "T1:out payout USD -12.00 0.25 -12.25 of -"),
        ("REFUNDED", "REFUNDED", "T1:in refunded-payout USD 12.00 - - of -"),
        ("UNCLAIMED", "UNCLAIMED", "T1 UNCLAIMED: pending"),
        ("HELD", "ONHOLD", "T1 ONHOLD: pending"),
        ("RETURNED", "RETURNED", "T1 RETURNED: not-paid"),
        ("FAILED", "FAILED", "T1 FAILED: not-paid"),
        ("BLOCKED", "BLOCKED", "T1 BLOCKED: not-paid"),
        ("CANCELED", "RETURNED", "T1 RETURNED: not-paid"),
        ("DENIED", "DENIED", "T1 DENIED: not-paid"),
    ] {
        assert_eq!(line(&format!("PAYMENT.PAYOUTS-ITEM.{event_type}"), &item(status)), expected, "{event_type}");
    }
    // The item's own id is not the transaction's.
    let without = item("SUCCESS").replace("transaction_id", "other");
    assert_eq!(line("PAYMENT.PAYOUTS-ITEM.SUCCEEDED", &without), "- SUCCESS: unnamed-transaction");
    let read = |kind: &str, receiver: &str| {
        let item = item("SUCCESS").replace("EMAIL", kind).replace("ada@example.com", receiver);
        let raw = format!(r#"{{"event_type": "PAYMENT.PAYOUTS-ITEM.SUCCEEDED", "resource": {item}}}"#);
        let event = Event::parse(&raw).unwrap();
        let payments = credits(&event, false);
        payments[0].as_ref().unwrap().other_party().names().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(read("EMAIL", "Ada@example.com"), "ada@example.com");
    assert_eq!(read("PAYPAL_ID", "LPLWNMTBWMFAY"), "LPLWNMTBWMFAY");
    assert_eq!(read("PHONE", "+4915112345678"), "");
}

#[test]
fn the_same_money_is_not_counted_through_another_event() {
    let order = r#"{"id": "O1", "status": "COMPLETED", "purchase_units": [{"payments": {"captures": [{"id": "C1",
        "status": "COMPLETED", "amount": {"currency_code": "USD", "value": "10.00"}}]}}]}"#;
    assert_eq!(line("CHECKOUT.ORDER.COMPLETED", order), "O1 COMPLETED: another-event");
    assert_eq!(
        line("INVOICING.INVOICE.PAID", r#"{"invoice": {"id": "INV2-1", "status": "PAID"}}"#),
        "- -: another-event"
    );
    let dispute =
        r#"{"dispute_id": "PP-D-1", "status": "RESOLVED", "dispute_amount": {"currency_code": "USD", "value": "4"}}"#;
    assert_eq!(line("CUSTOMER.DISPUTE.RESOLVED", dispute), "- RESOLVED: another-event");
    for event_type in [
        "CHECKOUT.ORDER.APPROVED",
        "CUSTOMER.DISPUTE.CREATED",
        "PAYMENT.AUTHORIZATION.CREATED",
        "BILLING.SUBSCRIPTION.ACTIVATED",
        "PAYMENTS.PAYMENT.CREATED",
        "NEW",
        "",
    ] {
        assert_eq!(line(event_type, order), "", "{event_type}");
    }
}

#[test]
fn what_cannot_be_read_or_is_simulated_gives_no_credit() {
    for amount in [
        "null",
        "{}",
        "\"10.00\"",
        r#"{"currency_code": "USD"}"#,
        r#"{"currency_code": "USD", "value": "1,00"}"#,
        r#"{"currency_code": "usd", "value": "1.00"}"#,
        r#"{"currency_code": "USD", "value": 1.00}"#,
    ] {
        let resource = format!(r#"{{"id": "C1", "status": "COMPLETED", "amount": {amount}}}"#);
        assert_eq!(line("PAYMENT.CAPTURE.COMPLETED", &resource), "C1 COMPLETED: unreadable-amount", "{amount}");
    }
    let amount = r#""amount": {"currency_code": "USD", "value": "1.00"}"#;
    assert_eq!(line("PAYMENT.CAPTURE.COMPLETED", &format!("{{{amount}}}")), "- -: unnamed-transaction");
    assert_eq!(
        line("PAYMENT.CAPTURE.COMPLETED", &format!(r#"{{"id": "a:in", {amount}}}"#)),
        "- -: unnamed-transaction"
    );
    assert_eq!(line("PAYMENT.CAPTURE.COMPLETED", "[]"), "- -: unnamed-transaction");
    let raw = format!(r#"{{"event_type": "PAYMENT.CAPTURE.COMPLETED", "resource": {{"id": "C1", {amount}}}}}"#);
    assert_eq!(line_of(&raw, true), "C1 -: simulated");
    assert_eq!(line_of(r#"{"event_type": "PAYMENT.CAPTURE.COMPLETED"}"#, false), "");
}

#[test]
fn paypal_s_own_events_are_counted() {
    for sample in Sample::all() {
        let expected = match &*sample.name {
            "2015-05-12-sale-completed" => "USD 20.00",
            "2016-10-05-sale-completed" => "USD 6.01",
            "2018-09-14-sale-completed" => "USD 30.11",
            "2024-08-02-capture-completed" => "USD 30.00",
            _ => "",
        };
        let line = line_of(std::str::from_utf8(&sample.body).unwrap(), false);
        assert!(line.contains(expected) && line.is_empty() == expected.is_empty(), "{}: {line}", sample.name);
    }
}
