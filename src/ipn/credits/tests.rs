use super::*;

fn read(body: &str) -> Message {
    Message::read(body.as_bytes()).unwrap_or_else(|_| panic!("too large"))
}

/// The payments of a message, one line each.
fn lines(body: &str) -> Vec<String> {
    let message = read(body);
    let line = |counted: &Counted| match counted {
        Ok(it) => it.line(),
        Err(it) => format!("{}: {}", it.transaction.unwrap_or("-"), it.reason.as_str()),
    };
    credits(&message).iter().map(line).collect()
}

fn line(body: &str) -> String {
    lines(body).join("; ")
}

#[test]
fn a_payment_is_counted_once_it_is_complete() {
    for (fields, expected) in [
        ("txn_id=A&payment_status=Completed&mc_fee=0.88", "A:in payment USD 19.95 0.88 19.07 of -"),
        ("txn_id=A&payment_status=Completed", "A:in payment USD 19.95 - - of -"),
        ("txn_id=A&payment_status=Completed&mc_fee=x", "A:in payment USD 19.95 - - of -"),
        // A captured authorization.
        ("txn_id=A&parent_txn_id=U&payment_status=Completed&mc_fee=0.88", "A:in payment USD 19.95 0.88 19.07 of U"),
        ("txn_id=A&payment_status=Pending&pending_reason=echeck", "A: pending"),
        ("txn_id=A&payment_status=Pending&pending_reason=authorization", "A: pending"),
        ("txn_id=A&payment_status=Processed", "A: pending"),
        ("txn_id=A&payment_status=Denied", "A: not-paid"),
        ("txn_id=A&payment_status=Failed", "A: not-paid"),
        ("txn_id=A&payment_status=Voided", "A: not-paid"),
        ("txn_id=A&payment_status=Expired", "A: not-paid"),
        ("txn_id=A&payment_status=Partially_Refunded", "A: unknown-status"),
        ("payment_status=Completed", "-: unnamed-transaction"),
        ("txn_id=a%3Ain&payment_status=Completed", "-: unnamed-transaction"),
        ("txn_id=A&parent_txn_id=A&payment_status=Completed", "A:in payment USD 19.95 - - of -"),
    ] {
        assert_eq!(line(&format!("mc_gross=19.95&mc_currency=USD&{fields}")), expected, "{fields}");
    }
}

#[test]
fn money_that_goes_back_is_negative_and_may_come_again() {
    for (fields, expected) in [
        ("payment_status=Refunded&mc_gross=-5.00&mc_fee=-0.20", "R:out refund USD -5.00 -0.20 -4.80 of A"),
        ("payment_status=Reversed&mc_gross=-9.26&mc_fee=-0.74", "R:out reversal USD -9.26 -0.74 -8.52 of A"),
        // Older messages have no sign.
        ("payment_status=Reversed&mc_gross=9.26&mc_fee=0.74", "R:out reversal USD -9.26 -0.74 -8.52 of A"),
        // A fee for the chargeback in addition.
        ("payment_status=Reversed&mc_gross=-9.26&mc_fee=20.00", "R:out reversal USD -9.26 20.00 -29.26 of A"),
        (
            "payment_status=Canceled_Reversal&mc_gross=9.26&mc_fee=0.74",
            "R:in canceled-reversal USD 9.26 0.74 8.52 of A",
        ),
        ("payment_status=Canceled-Reversal&mc_gross=9.26", "R:in canceled-reversal USD 9.26 - - of A"),
        // An adjustment after a dispute.
        (
            "payment_status=Completed&txn_type=adjustment&mc_gross=-3.00&mc_fee=0.00",
            "R:out payment USD -3.00 0.00 -3.00 of A",
        ),
    ] {
        assert_eq!(line(&format!("txn_id=R&parent_txn_id=A&mc_currency=USD&{fields}")), expected, "{fields}");
    }
    // Which of the reversals of a payment it is cannot be told by the payment.
    let chargeback =
        "case_id=PP-1&case_type=chargeback&parent_txn_id=A&payment_status=Reversed&mc_gross=-1.00&mc_currency=USD";
    assert_eq!(line(chargeback), "-: unnamed-transaction");
}

#[test]
fn a_message_about_no_payment_has_none() {
    for body in [
        "",
        "txn_type=subscr_signup&subscr_id=I-1&mc_amount3=5.00&mc_currency=USD",
        "txn_type=subscr_failed&subscr_id=I-1&mc_gross=5.00&mc_currency=USD",
        "txn_type=new_case&txn_id=A&case_id=PP-1&case_type=dispute",
        "txn_type=new_case&txn_id=A&payment_status=Completed&mc_gross=5.00&mc_currency=USD",
        "txn_type=recurring_payment_profile_cancel&recurring_payment_id=I-1",
    ] {
        assert!(lines(body).is_empty(), "{body}");
    }
}

#[test]
fn an_amount_that_cannot_be_read_gives_no_credit() {
    for amount in [
        "",
        "&mc_gross=1.00",
        "&mc_gross=&mc_currency=USD",
        "&mc_gross=1%2C5&mc_currency=USD",
        "&mc_gross=1.00&mc_currency=usd",
        "&mc_gross=NaN&mc_currency=USD",
        "&mc_currency=USD",
        "&mc_gross=999999999999999.00&mc_currency=USD",
    ] {
        assert_eq!(line(&format!("txn_id=A&payment_status=Completed{amount}")), "A: unreadable-amount", "{amount}");
    }
    assert_eq!(
        line("txn_id=A&payment_status=Completed&mc_gross=1500&mc_currency=JPY"),
        "A:in payment JPY 1500 - - of -"
    );
}

#[test]
fn the_payments_of_a_mass_payment_go_out() {
    let body = "txn_type=masspay&payment_status=Processed&payer_id=SHOP&payer_email=shop%40example.com&\
        masspay_txn_id_1=M1&status_1=Completed&mc_gross_1=12.00&mc_fee_1=0.24&mc_currency_1=USD&receiver_email_1=ada%40example.com&\
        masspay_txn_id_2=M2&status_2=Unclaimed&mc_gross_2=7.50&mc_currency_2=USD&\
        masspay_txn_id_3=M3&status_3=Returned&mc_gross_3=7.50&mc_currency_3=USD&\
        masspay_txn_id_4=M4&status_4=Failed&masspay_txn_id_5=M5&mc_gross_5=1.00&mc_currency_5=USD&\
        masspay_txn_id_6=M6&status_6=Completed&mc_gross_6=x&mc_currency_6=EUR&mc_gross_7=1.00&status_7=Completed&mc_currency_7=USD&\
        receiver_email_8=nobody%40example.com";
    assert_eq!(
        lines(body),
        [
            "M1:out payout USD -12.00 0.24 -12.24 of -",
            "M2: pending",
            "M3: not-paid",
            "M4: not-paid",
            "M5: unknown-status",
            "M6: unreadable-amount",
            "-: unnamed-transaction"
        ]
    );
    let message = read(body);
    let payments = credits(&message);
    let first = payments[0].as_ref().unwrap();
    assert_eq!((first.payer.id, first.receiver.email), (Some("SHOP"), Some("ada@example.com")));
    assert_eq!(first.other_party(), first.receiver);
    let denied =
        "txn_type=masspay&payment_status=Denied&masspay_txn_id_1=M1&status_1=Completed&mc_gross_1=1&mc_currency_1=USD";
    assert_eq!(line(denied), "M1: not-paid");
}

#[test]
fn a_mass_payment_s_receiver_is_paid_as_by_any_other() {
    let body = "txn_type=masspay&txn_id=M1&payment_status=Completed&mc_gross=12.00&mc_currency=USD&payer_id=SHOP";
    assert_eq!(line(body), "M1:in payment USD 12.00 - - of -");
}

#[test]
fn the_first_payment_of_a_subscription_is_counted() {
    let body = "txn_type=recurring_payment_profile_created&recurring_payment_id=I-1&initial_payment_txn_id=A&currency_code=EUR&\
        initial_payment_amount=9.99";
    assert_eq!(line(&format!("{body}&initial_payment_status=Completed")), "A:in payment EUR 9.99 - - of -");
    assert_eq!(line(&format!("{body}&initial_payment_status=Pending")), "A: pending");
    assert_eq!(line(&format!("{body}&initial_payment_status=Refunded")), "A: unreadable-amount");
    assert!(lines(body).is_empty());
}

#[test]
fn a_credit_names_both_parties() {
    let message = read(
        "txn_id=A&payment_status=Completed&mc_gross=1.00&mc_currency=USD&payer_id=LPLW&payer_email=Ada%40example.com&\
         receiver_id=S8XG&business=shop%40example.com&reason_code=",
    );
    let payments = credits(&message);
    let json: serde_json::Value = serde_json::from_str(&payments[0].as_ref().unwrap().to_document().to_json()).unwrap();
    assert_eq!(
        json,
        serde_json::json!({"key": "A:in", "kind": "payment", "direction": "in", "transaction": "A", "parent": null,
            "payer_id": "LPLW", "payer_email": "Ada@example.com", "receiver_id": "S8XG",
            "receiver_email": "shop@example.com", "currency": "USD", "gross": "1.00", "fee": null, "net": null,
            "status": "Completed", "reason": null})
    );
}
