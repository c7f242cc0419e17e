//! How an order is paid: what is kept of its payment source.

use serde_json::{Map, Value, json};

use crate::{
    base::links::link,
    world::{
        accounts::Payer,
        card::{Card, authentication::Authentication, processor::Processor},
        vault::{
            Vault,
            customer::Given,
            instrument::{Instrument, Method},
        },
    },
};

/// A request to save a payment method when it has paid.
#[derive(Clone, Debug)]
pub(crate) struct Saving {
    pub(crate) customer: Given,
    pub(crate) instrument: Instrument,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct PaymentSource {
    /// The member of `payment_source`, such as `card` or `ideal`.
    pub(crate) method: String,
    /// What is shown beside the card.
    pub(crate) members: Map<String, Value>,
    /// The card, also that of a wallet.
    pub(crate) card: Option<Card>,
    /// Whether the merchant asks for 3-D Secure, and how it ended.
    pub(crate) challenge: bool,
    pub(crate) authentication: Option<Authentication>,
    /// Whether the payer is not there.
    pub(crate) by_merchant: bool,
    pub(crate) saving: Option<Box<Saving>>,
    /// The payment token under which it was saved.
    pub(crate) saved: Option<String>,
}

impl PaymentSource {
    pub(crate) fn new(method: &str) -> Self {
        Self { method: method.to_owned(), ..Self::default() }
    }

    /// The PayPal account with which a payer approves an order that names no payment source.
    pub(crate) fn paypal(payer: &Payer) -> Self {
        let mut source = Self::new("paypal");
        source.approved_by(payer);
        source
    }

    /// What the issuer of its card answers.
    pub(crate) fn processor(&self) -> Option<Processor> {
        self.card.as_ref().map(|card| card.processor)
    }

    /// Whether the payer has a PayPal account, which the order then shows as its payer.
    pub(crate) fn has_account(&self) -> bool {
        matches!(&*self.method, "paypal" | "venmo")
    }

    pub(crate) fn is_card(&self) -> bool {
        matches!(&*self.method, "card" | "google_pay" | "apple_pay")
    }

    /// Whether it takes the payer's money at the approval, like a bank's, and not at the capture.
    pub(crate) fn takes_at_approval(&self) -> bool {
        !self.has_account() && !self.is_card()
    }

    /// Sets the card that the payer has entered.
    pub(crate) fn entered(&mut self, card: Card) {
        if let Some(saving) = &mut self.saving {
            saving.instrument.card = Some(card.clone());
        }
        self.card = Some(card);
    }

    /// Adds the account of a payer who approves.
    pub(crate) fn approved_by(&mut self, payer: &Payer) {
        let mut add = |name: &str, value: Value| _ = self.members.insert(name.to_owned(), value);
        add("email_address", payer.email.as_str().into());
        add("account_id", payer.id.as_str().into());
        match &*self.method {
            "paypal" => add("account_status", "VERIFIED".into()),
            _ => add("user_name", payer.user_name().into()),
        }
        add("name", json!({"given_name": payer.given_name, "surname": payer.surname}));
        add("address", json!({"country_code": payer.country}));
        if let Some(saving) = &mut self.saving {
            saving.instrument.approved_by(payer);
        }
    }

    /// As an order shows it.
    pub(crate) fn document(&self, vault: &Vault, order: &str, approved: bool) -> Value {
        let mut members = self.members.clone();
        if let Some(card) = &self.card {
            match &*self.method {
                "apple_pay" => _ = members.insert("card".to_owned(), card.document().into()),
                "google_pay" => _ = members.insert("card".to_owned(), self.google_pay(card)),
                _ => members.extend(card.document()),
            }
        }
        if let Some(result) = self.authentication.filter(|_| self.method == "card") {
            members.insert("authentication_result".to_owned(), result.document());
        }
        if let Some(vault) = self.vaulted(vault, order, approved) {
            members.insert("attributes".to_owned(), json!({"vault": vault}));
        }
        json!({self.method.as_str(): members})
    }

    fn google_pay(&self, card: &Card) -> Value {
        let mut document: Value = card.document().into_iter().filter(|(name, _)| name != "expiry").collect();
        if let Some(result) = self.authentication {
            document["authentication_result"] = result.document();
        }
        document
    }

    /// What has become of the request to save it, once the payer has approved.
    fn vaulted(&self, vault: &Vault, order: &str, approved: bool) -> Option<Value> {
        let saving = self.saving.as_ref()?;
        let Some(token) = self.saved.as_ref().and_then(|id| vault.payment_tokens.get(id)) else {
            let is_wallet = saving.instrument.method != Method::Card;
            return (approved && is_wallet).then(|| json!({"status": "APPROVED"}));
        };
        let mut links = token.links();
        links.push(link("up", "GET", &format!("/v2/checkout/orders/{order}")));
        Some(json!({
            "id": token.id,
            "status": "VAULTED",
            "customer": token.customer.document(),
            "links": links,
        }))
    }
}
