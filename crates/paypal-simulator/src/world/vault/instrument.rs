//! A payment method that can be saved.

use serde_json::{Map, Value, json};

use crate::world::{accounts::Payer, card::Card};

/// The methods that the vault takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Card,
    PayPal,
    Venmo,
    ApplePay,
}

impl Method {
    /// As it stands in `payment_source`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::PayPal => "paypal",
            Self::Venmo => "venmo",
            Self::ApplePay => "apple_pay",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Card, Self::PayPal, Self::Venmo, Self::ApplePay].into_iter().find(|method| method.name() == name)
    }
}

/// What a merchant may say about a wallet that it saves, and is shown.
const AGREEMENT: [&str; 6] =
    ["description", "usage_pattern", "shipping", "permit_multiple_payment_tokens", "usage_type", "customer_type"];

#[derive(Clone, Debug)]
pub(crate) struct Instrument {
    pub(crate) method: Method,
    /// The card, also that of a wallet; `None` if the payer has not entered it yet.
    pub(crate) card: Option<Card>,
    /// What else is shown: what the merchant has agreed with the payer, and the payer's account.
    pub(crate) members: Map<String, Value>,
}

impl Instrument {
    pub(crate) fn card(card: Option<Card>) -> Self {
        Self { method: Method::Card, card, members: Map::new() }
    }

    /// A wallet as a request describes it, which nobody has approved yet.
    pub(crate) fn wallet(method: Method, request: &Value) -> Self {
        let given = AGREEMENT.into_iter().filter_map(|name| Some((name.to_owned(), request.get(name)?.clone())));
        Self { method, card: None, members: given.collect() }
    }

    /// Adds the account of the payer who has approved.
    pub(crate) fn approved_by(&mut self, payer: &Payer) {
        let mut add = |name: &str, value: Value| _ = self.members.insert(name.to_owned(), value);
        add("email_address", payer.email.as_str().into());
        add("payer_id", payer.id.as_str().into());
        add("name", json!({"given_name": payer.given_name, "surname": payer.surname}));
        if self.method == Method::Venmo {
            add("user_name", payer.user_name().into());
        }
    }

    /// As the vault shows it: `{"card": {...}}`.
    pub(crate) fn document(&self) -> Value {
        let mut members = self.members.clone();
        match (self.method, &self.card) {
            (Method::Card, Some(card)) => members.extend(card.saved()),
            (Method::ApplePay, Some(card)) => _ = members.insert("card".to_owned(), apple_pay(card)),
            _ => {}
        }
        json!({self.method.name(): members})
    }
}

fn apple_pay(card: &Card) -> Value {
    card.saved().into_iter().filter(|(name, _)| name != "expiry").collect()
}
