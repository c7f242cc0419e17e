//! The request for a payout, read and checked.

use serde_json::{Value, json};

use super::refusals::mistake;
use crate::{
    base::documents::pick,
    request::refusal::{Issue, Refusal},
    world::{
        money::Money,
        payout::{Item, ItemStatus, RecipientType},
    },
};

pub(super) struct Request {
    pub(super) header: Value,
    pub(super) sender_batch_id: Option<String>,
    /// The sum of all items.
    pub(super) amount: Money,
    pub(super) items: Vec<Requested>,
}

/// An item that is asked for.
pub(super) struct Requested {
    amount: Money,
    recipient: RecipientType,
    receiver: String,
    detail: Value,
}

impl Request {
    /// Reads a body that PayPal's schema allows.
    ///
    /// # Errors
    /// With all mistakes at once: no item is paid if one is wrong.
    pub(super) fn read(body: &Value) -> Result<Self, Refusal> {
        let header = &body["sender_batch_header"];
        let default = header["recipient_type"].as_str();
        let (mut read, mut mistakes) = (Vec::new(), Vec::new());
        let mut sum: Option<Money> = None;
        for (index, item) in body["items"].as_array().into_iter().flatten().enumerate() {
            let at = format!("/items/{index}");
            let before = mistakes.len();
            let amount = read_amount(item, &at, &mut mistakes);
            if let Some(amount) = amount {
                let so_far = sum.get_or_insert(amount.with(0));
                so_far.minor = so_far.minor.saturating_add(amount.minor);
                if so_far.currency != amount.currency {
                    let field = format!("{at}/amount/currency");
                    mistakes.push(mistake(&field, "All items must have the same currency"));
                }
            }
            let recipient = check(item, &at, default, &mut mistakes);
            if let (Some(amount), Some(recipient), true) = (amount, recipient, mistakes.len() == before) {
                read.push(Requested::new(item, amount, recipient));
            }
        }
        match sum {
            Some(amount) if mistakes.is_empty() => Ok(Self {
                header: shown(header),
                sender_batch_id: header["sender_batch_id"].as_str().map(str::to_owned),
                amount,
                items: read,
            }),
            _ => Err(Refusal::all_of(mistakes)),
        }
    }
}

impl Requested {
    fn new(item: &Value, money: Money, recipient: RecipientType) -> Self {
        let receiver = item["receiver"].as_str().unwrap_or_default().to_owned();
        let venmo = item["recipient_wallet"].as_str().is_some_and(|wallet| wallet.eq_ignore_ascii_case("VENMO"));
        let mut detail = json!({});
        // PayPal's file has no name for the fourth type in answers.
        let name = match recipient {
            RecipientType::Email => Some("EMAIL"),
            RecipientType::Phone => Some("PHONE"),
            RecipientType::PayPalId => Some("PAYPAL_ID"),
            RecipientType::UserHandle => None,
        };
        if let Some(name) = name {
            detail["recipient_type"] = name.into();
        }
        detail["amount"] = money.old_document();
        for name in ["note", "receiver", "sender_item_id"] {
            if let Some(value) = item.get(name).filter(|value| value.is_string()) {
                detail[name] = value.clone();
            }
        }
        detail["recipient_wallet"] = if venmo { "VENMO" } else { "PAYPAL" }.into();
        detail["purpose"] = item["purpose"].as_str().unwrap_or("GOODS").into();
        Self { amount: money, recipient, receiver, detail }
    }

    pub(super) fn into_item(self, id: String, batch: &str) -> Item {
        let Self { amount, recipient, receiver, detail } = self;
        Item {
            id,
            batch: batch.to_owned(),
            amount,
            fee: 0,
            recipient,
            receiver,
            detail,
            status: ItemStatus::Pending,
            reason: None,
            transaction: None,
            activity: None,
            processed: None,
        }
    }
}

/// Returns a header as PayPal shows it.
fn shown(header: &Value) -> Value {
    let mut shown = pick(header, &["sender_batch_id", "email_subject", "email_message"]);
    let kind = header["recipient_type"].as_str().map(str::to_ascii_uppercase);
    // PayPal's file has no name for the fourth type in answers.
    if let Some(kind) = kind.filter(|kind| ["EMAIL", "PHONE", "PAYPAL_ID"].contains(&&**kind)) {
        shown["recipient_type"] = kind.into();
    }
    shown
}

/// Reads the amount of an item.
fn read_amount(item: &Value, at: &str, mistakes: &mut Vec<Issue>) -> Option<Money> {
    let given = &item["amount"];
    let newer = json!({"currency_code": given["currency"], "value": given["value"]});
    let result = Money::read_positive(&newer, &format!("{at}/amount"));
    result
        .map_err(|refusal| {
            let field = |issue: &Issue| issue.field.as_deref().unwrap_or_default().replace("currency_code", "currency");
            mistakes.extend(refusal.issues.iter().map(|issue| mistake(&field(issue), &issue.description)));
        })
        .ok()
}

/// Checks an item but for its amount. Returns what its receiver is.
fn check(item: &Value, at: &str, default: Option<&str>, mistakes: &mut Vec<Issue>) -> Option<RecipientType> {
    let mut add = |name: &str, prose: &str| mistakes.push(mistake(&format!("{at}/{name}"), prose));
    match &*item["recipient_wallet"].as_str().unwrap_or("PAYPAL").to_ascii_uppercase() {
        "PAYPAL" => {}
        "VENMO" if item["note"].as_str().is_some_and(|note| !note.is_empty()) => {}
        "VENMO" => add("note", "A payout to Venmo needs a note"),
        _ => add("recipient_wallet", "There is no such wallet"),
    }
    let receiver = item["receiver"].as_str().unwrap_or_default();
    let recipient = recipient(item["recipient_type"].as_str().or(default), receiver);
    if recipient.is_none() {
        add("receiver", "It is no receiver of its recipient_type");
    }
    recipient
}

/// Returns what a receiver is, if it has the form of its type. Without a type it is an e-mail address.
fn recipient(name: Option<&str>, receiver: &str) -> Option<RecipientType> {
    let (local, domain) = receiver.rsplit_once('@').unwrap_or_default();
    let spaced = receiver.chars().any(char::is_whitespace);
    let digits = receiver.bytes().filter(u8::is_ascii_digit).count();
    let (kind, fits) = match &*name.unwrap_or("EMAIL").to_ascii_uppercase() {
        "EMAIL" => (RecipientType::Email, !spaced && !local.is_empty() && domain.contains('.')),
        "PHONE" => {
            let plain = receiver.chars().all(|it| it.is_ascii_digit() || "+-(). ".contains(it));
            (RecipientType::Phone, plain && (4..=15).contains(&digits))
        }
        "PAYPAL_ID" => {
            (RecipientType::PayPalId, !receiver.is_empty() && receiver.bytes().all(|it| it.is_ascii_alphanumeric()))
        }
        "USER_HANDLE" => (RecipientType::UserHandle, !spaced && !receiver.is_empty() && domain.is_empty()),
        _ => return None,
    };
    fits.then_some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_has_the_form_of_its_type() {
        for (name, receiver, fits) in [
            (Some("EMAIL"), "ada@example.com", true),
            (Some("Email"), "ada@example.com", true),
            (None, "ada@example.com", true),
            (None, "4085550117", false),
            (Some("EMAIL"), "not-an-email", false),
            (Some("EMAIL"), "ada lovelace@example.com", false),
            (Some("EMAIL"), "@example.com", false),
            (Some("PHONE"), "+1 (408) 555-0117", true),
            (Some("PHONE"), "ada@example.com", false),
            (Some("PHONE"), "123", false),
            (Some("PAYPAL_ID"), "T4EXM8PLEPY3R", true),
            (Some("PAYPAL_ID"), "ada@example.com", false),
            (Some("USER_HANDLE"), "@ada-example", false),
            (Some("USER_HANDLE"), "ada-example", true),
            (Some("USER_HANDLE"), "ada@example.com", false),
            (Some("BOGUS"), "ada@example.com", false),
        ] {
            assert_eq!(recipient(name, receiver).is_some(), fits, "{name:?} {receiver}");
        }
    }
}
