//! A merchant's vault: the payment methods that its customers have saved.

pub(crate) mod customer;
pub(crate) mod instrument;
pub(crate) mod payment_token;
pub(crate) mod setup_token;

use std::collections::BTreeMap;

use crate::base::{clock::Moment, ids::Ids};

use {
    customer::{Customer, Given},
    payment_token::PaymentToken,
    setup_token::SetupToken,
};

#[derive(Default)]
pub(crate) struct Vault {
    pub(crate) setup_tokens: BTreeMap<String, SetupToken>,
    /// Deleted ones too.
    pub(crate) payment_tokens: BTreeMap<String, PaymentToken>,
    customers: BTreeMap<String, Customer>,
}

impl Vault {
    /// Returns a payment token that has not been deleted.
    pub(crate) fn payment_token(&self, id: &str) -> Option<&PaymentToken> {
        self.payment_tokens.get(id).filter(|token| !token.deleted)
    }

    /// Returns a setup token that has not expired.
    pub(crate) fn setup_token(&self, id: &str, now: Moment) -> Option<&SetupToken> {
        self.setup_tokens.get(id).filter(|token| !token.is_expired(now))
    }

    /// Returns a customer who has saved something, or began to.
    pub(crate) fn customer(&self, id: &str) -> Option<&Customer> {
        self.customers.get(id)
    }

    /// Returns the payment tokens of a customer, oldest first.
    pub(crate) fn of_customer(&self, id: &str) -> Vec<&PaymentToken> {
        let mut tokens: Vec<_> =
            self.payment_tokens.values().filter(|token| !token.deleted && token.customer.id == id).collect();
        tokens.sort_by_key(|token| token.number);
        tokens
    }

    /// Returns the customer that a request names, who is new unless the id is known.
    pub(crate) fn enrol(&mut self, given: Given, ids: &mut Ids) -> Customer {
        let id = given.id.unwrap_or_else(|| ids.customer());
        let customer = self.customers.entry(id.clone()).or_insert(Customer { id, merchant_customer_id: None });
        if given.merchant_customer_id.is_some() {
            customer.merchant_customer_id = given.merchant_customer_id;
        }
        customer.clone()
    }
}
