//! Disputes: each way to answer them, and where the money is.

use serde_json::{Value, json};

use super::{Played, text, usd};

const UNKNOWN: &str = "PP-R-NMW-10060356";
const NOT_NOW: &str = "ACTION_NOT_ALLOWED_IN_CURRENT_DISPUTE_STATE";
const NOT_AS_DESCRIBED: &str = "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED";

/// A dispute of a new capture of 100.00 dollars.
struct Case<'a> {
    paypal: &'a Played,
    id: String,
}

impl<'a> Case<'a> {
    /// The buyer asks the merchant.
    async fn inquiry(paypal: &'a Played) -> Self {
        Self::open(paypal, NOT_AS_DESCRIBED).await
    }

    /// The buyer asks PayPal.
    async fn claim(paypal: &'a Played) -> Self {
        Self::open(paypal, "INCORRECT_AMOUNT").await
    }

    async fn open(paypal: &'a Played, reason: &str) -> Self {
        let [_, capture] = paypal.pay("100.00").await;
        let id = text(
            &paypal.control("disputes", &json!({"disputed_transaction_id": capture, "reason": reason}))["dispute_id"],
        );
        let case = Self { paypal, id };
        assert_eq!(case.money(), [10_000, 0, 0]);
        case
    }

    fn input(&self, body: Value) -> Value {
        json!({"id": self.id, "body": body})
    }

    fn with_file(&self, body: Value) -> Value {
        let file = json!({"name": "receipt.pdf", "media_type": "application/pdf", "data": "JVBERi0xLjcK"});
        json!({"id": self.id, "body": body, "files": [file]})
    }

    async fn call(&self, action: &str, body: Value) {
        self.paypal.call(&format!("disputes.{action}"), self.input(body)).await;
    }

    async fn too_late(&self, action: &str, body: Value) {
        self.paypal.refused(&format!("disputes.{action}"), self.input(body), 422, NOT_NOW).await;
    }

    fn buyer(&self, action: &str) {
        self.paypal.control(&format!("disputes/{}/buyer/{action}", self.id), &json!({"note": "As an example"}));
    }

    async fn get(&self) -> Value {
        self.paypal.call("disputes.get", json!({"id": self.id})).await
    }

    fn status(&self) -> String {
        self.paypal.sandbox().effects().disputes[&self.id].clone()
    }

    /// Returns what is held, what went to the buyer, and PayPal's fee, in cents.
    fn money(&self) -> [i64; 3] {
        let effects = self.paypal.sandbox().effects();
        [effects.held, effects.dispute_settlements, effects.dispute_fees]
            .map(|moved| moved.get(&self.id).map_or(0, |moved| moved.minor_units))
    }
}

fn evidence() -> Value {
    json!({"evidences": [{"evidence_type": "OTHER", "notes": "It was sent."}]})
}

pub(super) async fn play(paypal: &Played) {
    opened(paypal).await;
    talked(paypal).await;
    offered(paypal).await;
    returned(paypal).await;
    decided(paypal).await;
}

async fn opened(paypal: &Played) {
    let [_, capture] = paypal.pay("100.00").await;
    let create = json!({"body": {
        "disputed_transactions": [{"buyer_transaction_id": capture}],
        "reason": NOT_AS_DESCRIBED,
        "dispute_amount": usd("60.00"),
    }});
    paypal.call("disputes.create", create.clone()).await;
    assert_eq!(paypal.sandbox().effects().held.values().map(|it| it.minor_units).collect::<Vec<_>>(), [6000]);
    paypal.refused("disputes.create", create, 422, "DISPUTE_REASON_NOT_ELIGIBLE").await;
    let list = paypal.call("disputes.list", json!({"disputed_transaction_id": capture})).await;
    assert_eq!(list["items"][0]["dispute_amount"], usd("60.00"));
    let long_ago = json!({"start_time": "2025-03-01T00:00:00Z"});
    paypal.refused("disputes.list", long_ago, 400, "INVALID_START_TIME_RANGE").await;
    paypal.refused("disputes.get", json!({"id": UNKNOWN}), 404, "INVALID_RESOURCE_ID").await;
}

async fn talked(paypal: &Played) {
    let case = Case::inquiry(paypal).await;
    let details = json!({"note": "Call us", "email": "help@example.com"});
    let patch = json!([{"op": "add", "path": "/communication_details", "value": details}]);
    case.call("update", patch.clone()).await;
    let message = json!({"message": "Which part?"});
    paypal.call("disputes.send-message", case.with_file(message.clone())).await;
    let shown = case.get().await;
    assert_eq!(shown["messages"][0]["documents"][0]["name"], "receipt.pdf");
    assert_eq!(shown["communication_details"]["email"], "help@example.com");
    // Nobody has to decide yet.
    case.too_late("adjudicate", json!({"adjudication_outcome": "BUYER_FAVOR"})).await;
    case.too_late("require-evidence", json!({"action": "SELLER_EVIDENCE"})).await;
    case.too_late("provide-supporting-info", json!({"notes": "More"})).await;
    case.too_late("provide-evidence", evidence()).await;
    case.too_late("appeal", evidence()).await;
    case.too_late("acknowledge-return-item", json!({"acknowledgement_type": "ITEM_RECEIVED"})).await;
    for action in ["accept-offer", "deny-offer"] {
        case.too_late(action, json!({"note": "x"})).await;
    }
    case.call("accept-claim", json!({"note": "You are right."})).await;
    assert_eq!((case.status(), case.money()), ("RESOLVED".to_owned(), [0, 10_000, 0]));
    case.too_late("accept-claim", json!({"note": "You are right."})).await;
    case.too_late("update", patch).await;
    case.too_late("send-message", message).await;
    case.too_late("escalate", json!({"note": "x"})).await;
}

async fn offered(paypal: &Played) {
    let case = Case::inquiry(paypal).await;
    let offer = json!({"note": "Half?", "offer_type": "REFUND", "offer_amount": usd("50.00")});
    case.call("make-offer", offer.clone()).await;
    case.too_late("make-offer", offer.clone()).await;
    case.call("deny-offer", json!({"note": "More."})).await;
    case.call("make-offer", offer).await;
    assert_eq!(case.money(), [10_000, 0, 0]);
    case.call("accept-offer", json!({"note": "Well."})).await;
    assert_eq!((case.status(), case.money()), ("RESOLVED".to_owned(), [0, 5000, 0]));
}

async fn returned(paypal: &Played) {
    let case = Case::inquiry(paypal).await;
    case.call("accept-claim", json!({"note": "Send it back.", "accept_claim_type": "REFUND_WITH_RETURN"})).await;
    case.buyer("return-item");
    let came = json!({"note": "Here.", "acknowledgement_type": "ITEM_RECEIVED"});
    case.call("acknowledge-return-item", came).await;
    assert_eq!((case.status(), case.money()), ("RESOLVED".to_owned(), [0, 10_000, 0]));
}

async fn decided(paypal: &Played) {
    let before = paypal.sandbox().effects().balances["USD"];
    let case = Case::claim(paypal).await;
    paypal.call("disputes.provide-evidence", case.with_file(evidence())).await;
    case.call("provide-supporting-info", json!({"notes": "The address is the card's."})).await;
    case.call("require-evidence", json!({"action": "SELLER_EVIDENCE"})).await;
    paypal.call("disputes.provide-evidence", case.with_file(evidence())).await;
    case.call("adjudicate", json!({"adjudication_outcome": "BUYER_FAVOR"})).await;
    // The fee of the payment, 3.98, and that of the dispute are gone with it.
    assert_eq!((case.money(), paypal.sandbox().effects().balances["USD"]), ([0, 10_000, 1500], before - 398 - 1500));
    paypal.call("disputes.appeal", case.with_file(evidence())).await;
    case.call("adjudicate", json!({"adjudication_outcome": "SELLER_FAVOR"})).await;
    assert_eq!((case.money(), paypal.sandbox().effects().balances["USD"]), ([0, 0, 0], before + 9602));

    let escalated = Case::inquiry(paypal).await;
    escalated.call("escalate", json!({"note": "Please decide."})).await;
    assert_eq!((escalated.status(), escalated.money()), ("UNDER_REVIEW".to_owned(), [10_000, 0, 0]));
    let seller = json!({"adjudication_outcome": "SELLER_FAVOR"});
    paypal.control(&format!("disputes/{}/adjudicate", escalated.id), &seller);
    assert_eq!((escalated.status(), escalated.money()), ("RESOLVED".to_owned(), [0, 0, 0]));
}
