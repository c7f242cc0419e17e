//! What receivers do, and do not.

use serde_json::{Value, json};

use super::{balance, cancel, create, item_id, payout_events, state};
use crate::{
    sandbox::Sandbox,
    transactions::{infos, no_lag, search},
};

#[test]
fn unclaimed_money_comes_back_once_by_a_cancellation_or_after_thirty_days() {
    let paypal = Sandbox::new();
    no_lag(&paypal);
    let id =
        create(&paypal, "april", &[("a@example.com", "10.00"), ("b@example.com", "20.00"), ("c@example.com", "40.00")]);
    paypal.seconds(5);
    let items: Vec<_> = (0..3).map(|index| item_id(&paypal, &id, index)).collect();
    assert_eq!(balance(&paypal), ["99929.25", "0.00"]);
    let cancelled = cancel(&paypal, &items[0]).ok();
    assert_eq!(
        (&cancelled["transaction_status"], &cancelled["sender_batch_id"]),
        (&json!("RETURNED"), &json!("april"))
    );
    assert_eq!(cancelled["payout_item_fee"]["value"], "0.25", "PayPal keeps its fee");
    assert_eq!(cancel(&paypal, &items[0]).refusal(), (400, "ITEM_ALREADY_CANCELLED"));
    assert_eq!(balance(&paypal), ["99939.25", "0.00"]);
    assert_eq!(paypal.control(&format!("payouts-items/{}/claim", items[1]), &Value::Null).status, 204);
    assert!(!paypal.0.claim_payout_item(&items[1]), "it is claimed already");
    assert_eq!(cancel(&paypal, &items[1]).refusal(), (400, "ITEM_INCORRECT_STATUS"));
    paypal.days(30);
    let statuses: Vec<_> = state(&paypal, &id).2.into_iter().map(|(status, _)| status).collect();
    assert_eq!(statuses, ["RETURNED", "SUCCESS", "RETURNED"]);
    assert_eq!(cancel(&paypal, &items[2]).refusal(), (400, "ITEM_INCORRECT_STATUS"));
    assert_eq!(balance(&paypal), ["99979.25", "0.00"]);
    paypal.days(60);
    assert_eq!(balance(&paypal), ["99979.25", "0.00"], "nothing comes back twice");
    assert_eq!(payout_events(&paypal)[5..], ["-ITEM.CANCELED", "-ITEM.SUCCEEDED", "-ITEM.RETURNED"]);
    let reversals = paypal.get(
        "/v1/reporting/transactions?start_date=2026-03-02T09:00:00Z&end_date=2026-04-02T09:00:00Z&transaction_type=T1114",
    );
    let reversals = reversals.ok();
    assert_eq!(infos(&reversals, "paypal_reference_id_type"), ["TXN", "TXN"]);
    let effects = paypal.0.effects();
    assert_eq!(effects.payout_items.keys().collect::<Vec<_>>(), [&items[1]]);
}

#[test]
fn a_receiver_can_give_money_back_and_a_review_can_release_or_block_it() {
    let paypal = Sandbox::new();
    no_lag(&paypal);
    let set =
        |error: Value| paypal.control("payouts/receivers", &json!({"receiver": "payer@example.com", "error": error}));
    assert_eq!(set(json!("NO_SUCH_ERROR")).refusal(), (400, "INVALID_PARAMETER_VALUE"));
    set(json!("REGULATORY_PENDING")).ok();
    let id = create(&paypal, "held", &[("payer@example.com", "10.00"), ("payer@example.com", "20.00")]);
    paypal.seconds(5);
    let (status, _, items) = state(&paypal, &id);
    let held = ("ONHOLD".to_owned(), "REGULATORY_PENDING".to_owned());
    assert_eq!((&*status, &items[..]), ("SUCCESS", &[held.clone(), held][..]));
    assert_eq!(balance(&paypal), ["100000.00", "30.50"]);
    let control = |index: usize, what: &str| {
        paypal.control(&format!("payouts-items/{}/{what}", item_id(&paypal, &id, index)), &Value::Null)
    };
    assert_eq!(control(0, "refund").refusal(), (409, "STATE_NOT_ALLOWED"));
    control(0, "release").ok();
    assert_eq!(balance(&paypal), ["99989.75", "20.25"]);
    control(1, "block").ok();
    assert_eq!(balance(&paypal), ["99989.75", "0.00"]);
    control(0, "refund").ok();
    assert_eq!(balance(&paypal), ["99999.75", "0.00"]);
    let statuses: Vec<_> = state(&paypal, &id).2;
    let expected = [("REFUNDED", ""), ("BLOCKED", "REGULATORY_BLOCKED")];
    assert_eq!(statuses, expected.map(|(status, error)| (status.to_owned(), error.to_owned())));
    assert_eq!(payout_events(&paypal)[4..], ["-ITEM.SUCCEEDED", "-ITEM.BLOCKED", "-ITEM.REFUNDED"]);
    assert_eq!(infos(&search(&paypal, "&transaction_type=T1115").ok(), "transaction_amount")[0]["value"], "10.00");
    assert_eq!(infos(&search(&paypal, "&transaction_type=T0001").ok(), "transaction_status"), ["V"]);
    set(Value::Null).ok();
    let id = create(&paypal, "again", &[("payer@example.com", "1.00")]);
    paypal.seconds(5);
    assert_eq!(state(&paypal, &id).2[0].0, "SUCCESS");
    assert_eq!(paypal.control("payouts-items/NOTHING/claim", &Value::Null).refusal().0, 404);
}
