//! A setup token: a payment method that is about to be saved.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    base::{
        clock::Moment,
        links::{link, page},
    },
    world::{
        card::authentication::Authentication,
        experience::Experience,
        vault::{
            customer::Customer,
            instrument::Instrument,
            payment_token::{self, encoded},
        },
    },
};

pub(crate) const PATH: &str = "/v3/vault/setup-tokens";

/// How long it can be used
/// (<https://developer.paypal.com/docs/checkout/save-payment-methods/purchase-later/payment-tokens-api/paypal/>).
const LIFETIME: Duration = Duration::from_secs(3 * 86_400);

/// The state of a setup token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// The payer has not entered the card yet.
    Created,
    PayerActionRequired,
    Approved,
    /// A payment token was made of it.
    Vaulted,
}

/// How a card is checked before it is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verification {
    None,
    /// By its issuer.
    WhenRequired,
    /// By its issuer, and by 3-D Secure.
    Always,
}

pub(crate) struct SetupToken {
    pub(crate) id: String,
    pub(crate) customer: Customer,
    pub(crate) status: Status,
    pub(crate) instrument: Instrument,
    pub(crate) verification: Verification,
    pub(crate) authentication: Option<Authentication>,
    /// Whether it is saved as soon as the payer approves.
    pub(crate) saved_on_approval: bool,
    pub(crate) experience: Experience,
    pub(crate) created: Moment,
}

impl Status {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Created => "CREATED",
            Self::PayerActionRequired => "PAYER_ACTION_REQUIRED",
            Self::Approved => "APPROVED",
            Self::Vaulted => "VAULTED",
        }
    }
}

impl SetupToken {
    /// Whether there is something for the payer to approve.
    pub(crate) fn waits_for_approval(&self) -> bool {
        matches!(self.status, Status::Created | Status::PayerActionRequired)
    }

    pub(crate) fn is_expired(&self, now: Moment) -> bool {
        now.since(self.created) >= LIFETIME
    }

    pub(crate) fn document(&self) -> Value {
        let mut links = vec![link("self", "GET", &format!("{PATH}/{}", self.id))];
        match self.status {
            Status::Created | Status::PayerActionRequired => {
                links.push(page("approve", &format!("/agreements/approve?approval_session_id={}", self.id)));
            }
            Status::Approved => links.push(link("confirm", "POST", payment_token::PATH)),
            Status::Vaulted => {}
        }
        json!({
            "id": self.id,
            "customer": self.customer.document(),
            "status": self.status.name(),
            "payment_source": self.payment_source(),
            "links": links.into_iter().map(encoded).collect::<Value>(),
        })
    }

    fn payment_source(&self) -> Value {
        let mut document = self.instrument.document();
        let (Some(card), false) = (&self.instrument.card, self.verification == Verification::None) else {
            return document;
        };
        // A card that waits for 3-D Secure has not been sent to its issuer.
        if self.status != Status::PayerActionRequired || self.authentication.is_some() {
            let (mut status, verification) = card.verification();
            if self.authentication.is_some_and(|it| it.is_unsuccessful()) {
                status = "FAILED";
            }
            document["card"]["verification_status"] = status.into();
            document["card"]["verification"] = verification;
        }
        if let Some(details) = self.authentication.and_then(|it| it.three_d_secure()) {
            document["card"]["authentication_result"] = json!({"three_d_secure": details});
        }
        document
    }
}
