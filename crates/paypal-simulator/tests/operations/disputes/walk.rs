//! Random walks over all actions: the money adds up after each step, and what is linked is what is allowed.

use std::collections::BTreeMap;

use paypal_simulator::Effects;
use serde_json::{Value, json};

use super::{ACTIONS, NOT_AS_DESCRIBED, NOT_RECEIVED, capture, send_form, usd};
use crate::sandbox::{Answer, Sandbox};

const STEPS: usize = 3000;

/// A generator of random numbers (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }

    fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }

    /// Returns an amount of up to 120.00.
    fn amount(&mut self) -> Value {
        usd(&format!("{}.{:02}", self.below(120), self.below(100)))
    }
}

/// Returns a body for an action. It may not fit.
fn body(random: &mut Random, action: &str) -> Value {
    match action {
        "adjudicate" => json!({"adjudication_outcome": random.pick(&["BUYER_FAVOR", "SELLER_FAVOR"])}),
        "require-evidence" => json!({"action": random.pick(&["BUYER_EVIDENCE", "SELLER_EVIDENCE"])}),
        "make-offer" => {
            let types = ["REFUND", "REFUND_WITH_RETURN", "REFUND_WITH_REPLACEMENT", "REPLACEMENT_WITHOUT_REFUND"];
            let address = json!({"address_line_1": "1 Main St", "country_code": "US"});
            json!({
                "note": "x",
                "offer_type": random.pick(&types),
                "offer_amount": random.amount(),
                "return_shipping_address": address,
            })
        }
        "accept-claim" => {
            let types = ["REFUND", "REFUND_WITH_RETURN", "PARTIAL_REFUND"];
            let mut body = json!({"note": "x", "accept_claim_type": random.pick(&types)});
            if random.below(2) == 0 {
                body["refund_amount"] = random.amount();
            }
            body
        }
        "acknowledge-return-item" => json!({"acknowledgement_type": random.pick(&["ITEM_RECEIVED", "DAMAGED"])}),
        "send-message" => json!({"message": "x"}),
        "provide-supporting-info" => json!({"notes": "x"}),
        "provide-evidence" | "appeal" => json!({"evidences": [{"evidence_type": "OTHER", "notes": "x"}]}),
        _ => json!({"note": "x"}),
    }
}

struct Walk {
    paypal: Sandbox,
    /// What had happened after the last step.
    effects: Effects,
    random: Random,
    captures: Vec<String>,
    disputes: Vec<String>,
    /// How often each action was carried out.
    done: BTreeMap<String, usize>,
}

impl Walk {
    /// Takes a step. A refusal changes nothing.
    fn step(&mut self) {
        if self.captures.is_empty() || (self.random.below(12) == 0 && self.captures.len() < 400) {
            self.captures.push(capture(&self.paypal, "100.00"));
            self.effects = self.paypal.0.effects();
        }
        let (name, answer) = self.act();
        let effects = self.paypal.0.effects();
        if (200..300).contains(&answer.status) {
            *self.done.entry(name).or_default() += 1;
        } else {
            assert!([400, 409, 422].contains(&answer.status), "{name} {answer:?}");
            assert_eq!(effects, self.effects, "{name} was refused and changed something");
        }
        self.effects = effects;
        self.check(&answer);
    }

    fn act(&mut self) -> (String, Answer) {
        let Self { paypal, random, captures, disputes, .. } = self;
        let kind = random.below(100);
        // Mostly the latest ones: the others are refunded or in dispute.
        let from = captures.len().saturating_sub(if random.below(4) == 0 { captures.len() } else { 6 });
        let transaction = captures[from + random.below(captures.len() - from)].clone();
        if disputes.is_empty() || kind < 12 {
            let reasons = [
                NOT_RECEIVED,
                NOT_AS_DESCRIBED,
                NOT_AS_DESCRIBED,
                NOT_AS_DESCRIBED,
                "UNAUTHORISED",
                "INCORRECT_AMOUNT",
            ];
            let mut complaint = json!({"disputed_transaction_id": transaction, "reason": random.pick(&reasons)});
            if random.below(2) == 0 {
                complaint["amount"] = random.amount();
            }
            if random.below(4) == 0 {
                complaint["stage"] = random.pick(&["CHARGEBACK", "PRE_ARBITRATION", "ARBITRATION"]).into();
                complaint["channel"] = random.pick(&["INTERNAL", "EXTERNAL"]).into();
            }
            let answer = paypal.control("disputes", &complaint);
            disputes.extend(answer.body["dispute_id"].as_str().map(str::to_owned));
            return ("open".to_owned(), answer);
        }
        if kind < 16 {
            let path = format!("/v2/payments/captures/{transaction}/refund");
            let whole = random.below(2) == 0;
            let body = if whole { json!({}) } else { json!({"amount": random.amount()}) };
            return ("refund".to_owned(), paypal.post(&path, &body));
        }
        if kind < 18 {
            let seconds = random.below(6 * 86_400);
            return ("clock".to_owned(), paypal.control("clock", &json!({"seconds": seconds})));
        }
        // Mostly the latest ones: the others are resolved.
        let recent = disputes.len().saturating_sub(12);
        let from = if random.below(8) == 0 { 0 } else { recent };
        let id = disputes[from + random.below(disputes.len() - from)].clone();
        if kind < 45 {
            let action = random.pick(&[
                "send-message",
                "escalate",
                "provide-evidence",
                "accept-offer",
                "deny-offer",
                "return-item",
                "return-item",
                "return-item",
                "cancel",
            ]);
            let body = body(random, action);
            return (format!("buyer/{action}"), paypal.control(&format!("disputes/{id}/buyer/{action}"), &body));
        }
        let path = format!("/v1/customer/disputes/{id}");
        let links = paypal.get(&path).ok()["links"].clone();
        let is_linked = |action: &str| {
            let rel = action.replace('-', "_");
            links.as_array().unwrap().iter().any(|link| link["rel"] == rel)
        };
        let linked: Vec<_> = ACTIONS.into_iter().filter(|action| is_linked(action)).collect();
        let action =
            if linked.is_empty() || random.below(5) == 0 { random.pick(&ACTIONS) } else { random.pick(&linked) };
        let body = body(random, action);
        let path = format!("{path}/{action}");
        let answer = match action {
            "provide-evidence" | "appeal" => send_form(paypal, &path, &body, &[("a.pdf", "application/pdf", b"%PDF")]),
            _ => paypal.post(&path, &body),
        };
        let is_refused = answer.refusal() == super::NOT_ALLOWED;
        assert_eq!(is_refused, !is_linked(action), "{action} {answer:?}");
        (action.to_owned(), answer)
    }

    /// What was captured is what is refunded, held and free. Each dispute's own money is within it.
    fn check(&self, last: &Answer) {
        let effects = &self.effects;
        for (id, captured) in &effects.captured {
            let of = |map: &BTreeMap<String, paypal_simulator::Moved>| -> i64 {
                map.values().filter(|moved| moved.of == *id).map(|moved| moved.minor_units).sum()
            };
            let (refunded, held) = (of(&effects.refunded), of(&effects.held));
            let free = captured.minor_units - refunded - held;
            assert!(free >= 0 && refunded >= 0 && held >= 0, "{id}: {refunded} {held} {last:?}");
            assert!(of(&effects.dispute_settlements) <= refunded, "{id}: more was settled than refunded");
        }
        let open = |id: &String| effects.disputes[id] != "RESOLVED";
        assert!(effects.held.keys().all(open), "money is held for a dispute that has ended");
        assert!(effects.dispute_fees.values().all(|fee| fee.minor_units == 1500));
        let charged = |id: &String| effects.dispute_settlements.contains_key(id);
        assert!(effects.dispute_fees.keys().all(charged), "a fee without a settlement");
    }
}

#[test]
fn the_money_adds_up_after_each_step() {
    let mut walk = Walk {
        paypal: Sandbox::new(),
        effects: Effects::default(),
        random: Random(0x2545_f491_4f6c_dd1d),
        captures: Vec::new(),
        disputes: Vec::new(),
        done: BTreeMap::new(),
    };
    for _ in 0..STEPS {
        walk.step();
    }
    for action in ACTIONS {
        assert!(walk.done.contains_key(action), "{action} was never carried out: {:?}", walk.done);
    }
    for what in ["open", "refund", "clock", "buyer/return-item", "buyer/cancel", "buyer/accept-offer"] {
        assert!(walk.done[what] > 1, "{what}: {:?}", walk.done);
    }
    let outcomes: std::collections::BTreeSet<_> = walk
        .disputes
        .iter()
        .map(|id| {
            walk.paypal.get(&format!("/v1/customer/disputes/{id}")).ok()["dispute_outcome"]["outcome_code"].clone()
        })
        .filter_map(|code| code.as_str().map(str::to_owned))
        .collect();
    assert_eq!(outcomes.len(), 3, "{outcomes:?}");
    // At the end of time all have ended but those under review, and nothing is held for the others.
    walk.paypal.days(400);
    let effects = walk.paypal.0.effects();
    assert!(effects.disputes.values().all(|status| ["RESOLVED", "UNDER_REVIEW"].contains(&&**status)));
}
