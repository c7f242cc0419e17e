//! Payments: authorizations, captures and refunds.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Call, Part, Pick, index, part};
use crate::{
    book::{Authorization, Book, Currency},
    changes::describe,
};

#[derive(Clone, Debug)]
pub(crate) enum PaymentAct {
    CaptureAuthorization { authorization: Pick, part: Part, last: bool },
    Reauthorize { authorization: Pick, part: Part },
    VoidAuthorization(Pick),
    GetAuthorization(Pick),
    RefundCapture { capture: Pick, part: Part },
    GetCapture(Pick),
}

pub(crate) fn act() -> impl Strategy<Value = PaymentAct> {
    let pick = any::<Pick>;
    prop_oneof![
        4 => (pick(), part(), any::<bool>()).prop_map(|(authorization, part, last)| {
            PaymentAct::CaptureAuthorization { authorization, part, last }
        }),
        1 => (pick(), part()).prop_map(|(authorization, part)| PaymentAct::Reauthorize { authorization, part }),
        1 => pick().prop_map(PaymentAct::VoidAuthorization),
        1 => pick().prop_map(PaymentAct::GetAuthorization),
        5 => (pick(), part()).prop_map(|(capture, part)| PaymentAct::RefundCapture { capture, part }),
        1 => pick().prop_map(PaymentAct::GetCapture),
    ]
}

/// The days after which an authorization can be renewed, until it expires.
const HONOR_PERIOD: u64 = 3;

impl PaymentAct {
    /// Returns the call, unless there is nothing to act on.
    pub(crate) fn call(&self, book: &Book) -> Option<Call> {
        let authorization = |pick| index(pick, book.authorizations.len());
        let capture = |pick| index(pick, book.captures.len());
        Some(match *self {
            Self::CaptureAuthorization { authorization: pick, part, last } => {
                take(book, authorization(pick)?, part, last)
            }
            Self::Reauthorize { authorization: pick, part } => renew(book, authorization(pick)?, part),
            Self::VoidAuthorization(pick) => void(book, authorization(pick)?),
            Self::GetAuthorization(pick) => {
                let Authorization { id, currency, amount, .. } = &book.authorizations[authorization(pick)?];
                shows_amount("payments.get-authorization", json!({"authorization_id": id}), *currency, *amount)
            }
            Self::RefundCapture { capture: pick, part } => refund(book, capture(pick)?, part),
            Self::GetCapture(pick) => {
                let capture = &book.captures[capture(pick)?];
                let input = json!({"capture_id": capture.id});
                shows_amount("payments.get-capture", input, capture.currency, capture.amount)
            }
        })
    }
}

fn shows_amount(action: &'static str, input: Value, currency: Currency, amount: i64) -> Call {
    let expected = json!({"currency_code": currency.code(), "value": currency.value(amount)});
    Call::read(action, input, move |document| document["amount"] == expected)
}

/// Returns the input, with the amount if there is one.
fn with_amount(mut input: Value, currency: Currency, amount: Option<i64>) -> Value {
    if let Some(amount) = amount {
        input["body"]["amount"] = json!({"currency_code": currency.code(), "value": currency.value(amount)});
    }
    input
}

fn take(book: &Book, at: usize, part: Part, last: bool) -> Call {
    let Authorization { id, currency, amount, captured, over, order, .. } = &book.authorizations[at];
    let (currency, left) = (*currency, amount - captured);
    let said = part.of(left);
    let taken = said.unwrap_or(left);
    let mut input = with_amount(json!({"authorization_id": id, "body": {}}), currency, said);
    input["body"]["final_capture"] = last.into();
    let allowed = !over && taken <= left;
    let over = last || taken == left;
    let mut effect = vec![describe("captured", currency.code(), taken, id)];
    if over && taken < left {
        effect.push(describe("released", currency.code(), left - taken, order));
    }
    Call::write("payments.capture-authorization", input, allowed, effect).then(move |book, changes| {
        book.capture(changes.id("captured").unwrap(), currency, taken);
        let authorization = &mut book.authorizations[at];
        authorization.captured += taken;
        authorization.over = over;
    })
}

fn renew(book: &Book, at: usize, part: Part) -> Call {
    let Authorization { id, currency, amount, captured, over, day, order, limit, .. } = &book.authorizations[at];
    let (currency, amount) = (*currency, *amount);
    let said = part.of(amount);
    let renewed = said.unwrap_or(amount);
    let input = with_amount(json!({"authorization_id": id, "body": {}}), currency, said);
    let allowed = !over && *captured == 0 && book.day - day >= HONOR_PERIOD && renewed <= *limit;
    let effect = vec![
        describe("authorized", currency.code(), renewed, order),
        describe("released", currency.code(), amount, order),
    ];
    Call::write("payments.reauthorize", input, allowed, effect)
        .then(move |book, changes| book.renew(at, changes.id("authorized").unwrap(), renewed))
}

fn void(book: &Book, at: usize) -> Call {
    let Authorization { id, currency, amount, captured, over, order, .. } = &book.authorizations[at];
    let effect = vec![describe("released", currency.code(), amount - captured, order)];
    let input = json!({"authorization_id": id});
    Call::write("payments.void-authorization", input, !over, effect)
        .then(move |book, _| book.authorizations[at].over = true)
}

fn refund(book: &Book, at: usize, part: Part) -> Call {
    let capture = &book.captures[at];
    let left = capture.left();
    let said = part.of(left);
    let returned = said.unwrap_or(left);
    let input = with_amount(json!({"capture_id": capture.id}), capture.currency, said);
    let mut effect = vec![describe("refunded", capture.currency.code(), returned, &capture.id)];
    // What is disputed can be refunded as a whole only. Then there is nothing to dispute any more.
    let dispute = book.holding(&capture.id);
    if dispute.is_some() {
        effect.extend(["dispute RESOLVED", "no longer held"].map(str::to_owned));
    }
    let least = if dispute.is_some() { left } else { 1 };
    let allowed = left > 0 && (least..=left).contains(&returned) && book.is_recent(capture);
    Call::write("payments.refund-capture", input, allowed, effect).then(move |book, _| {
        book.refund(at, returned);
        if let Some(dispute) = dispute {
            book.resolve(dispute);
        }
    })
}
