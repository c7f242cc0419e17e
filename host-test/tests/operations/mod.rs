//! Each resource's operations, played with the simulator: what succeeds, what PayPal refuses, and where the money is.

mod catalogue;
mod disputes;
mod identity;
mod invoices;
mod orders;
mod partners;
mod payment_links;
mod payments;
mod payouts;
mod recurring_invoices;
mod reminders;
mod reports;
mod rules;
mod subscriptions;
mod templates;
mod trackers;
mod vault;
mod web_profiles;
mod webhooks;

use std::{cell::RefCell, collections::BTreeMap, pin::Pin, time::Duration};

use connector_host::{ClientCredentials, Failure, Secret, StaticToken, testing::NumberedTokens};
use paypal_simulator::{Moved, Simulator};
use serde_json::{Value, json};

use crate::simulated::{Reply, Simulated};

/// Plays a resource.
type Play = for<'a> fn(&'a Played) -> Pin<Box<dyn Future<Output = ()> + 'a>>;

pub(crate) const RESOURCES: &[(&str, Play)] = &[
    ("orders", |played| Box::pin(orders::play(played))),
    ("payments", |played| Box::pin(payments::play(played))),
    ("vault", |played| Box::pin(vault::play(played))),
    ("catalogue", |played| Box::pin(catalogue::play(played))),
    ("subscriptions", |played| Box::pin(subscriptions::play(played))),
    ("trackers", |played| Box::pin(trackers::play(played))),
    ("payouts", |played| Box::pin(payouts::play(played))),
    ("reports", |played| Box::pin(reports::play(played))),
    ("webhooks", |played| Box::pin(webhooks::play(played))),
    ("invoices", |played| Box::pin(invoices::play(played))),
    ("recurring invoices", |played| Box::pin(recurring_invoices::play(played))),
    ("reminders", |played| Box::pin(reminders::play(played))),
    ("rules", |played| Box::pin(rules::play(played))),
    ("templates", |played| Box::pin(templates::play(played))),
    ("identity", |played| Box::pin(identity::play(played))),
    ("disputes", |played| Box::pin(disputes::play(played))),
    ("payment links", |played| Box::pin(payment_links::play(played))),
    ("partners", |played| Box::pin(partners::play(played))),
    ("web profiles", |played| Box::pin(web_profiles::play(played))),
];

/// A simulator, called by the component, with a record of the calls.
pub(crate) struct Played {
    paypal: Simulated,
    /// The actions, and whether they went well.
    seen: RefCell<Vec<(String, bool)>>,
    observer: Option<Observer>,
}

/// Is told of each call that must succeed, before it is made.
type Observer = Box<dyn for<'a> Fn(&'a str, &'a Value) -> Pin<Box<dyn Future<Output = ()> + 'a>>>;

impl Played {
    pub(crate) fn new() -> Self {
        Self { paypal: Simulated::new(), seen: RefCell::default(), observer: None }
    }

    /// Creates one with that simulator, whose calls are observed.
    pub(crate) fn observed(
        sandbox: Simulator,
        observer: impl for<'a> Fn(&'a str, &'a Value) -> Pin<Box<dyn Future<Output = ()> + 'a>> + 'static,
    ) -> Self {
        let paypal = Simulated::by(sandbox, NumberedTokens::new(Simulator::token()));
        Self { paypal, seen: RefCell::default(), observer: Some(Box::new(observer)) }
    }

    /// Returns the actions that were called, and whether they went well.
    pub(crate) fn seen(&self) -> Vec<(String, bool)> {
        self.seen.borrow().clone()
    }

    fn sandbox(&self) -> &Simulator {
        &self.paypal.sandbox
    }

    /// Runs an action that must succeed.
    async fn reply(&self, action: &str, input: Value) -> Reply {
        if let Some(observer) = &self.observer {
            observer(action, &input).await;
        }
        let reply = self.paypal.call(action, input).await;
        self.seen.borrow_mut().push((action.to_owned(), true));
        reply
    }

    /// Does the same, and returns the body.
    async fn call(&self, action: &str, input: Value) -> Value {
        self.reply(action, input).await.body
    }

    /// Runs an action that PayPal must refuse with this status and this code: an issue, or the name if there is none. It
    /// changes nothing.
    async fn refused(&self, action: &str, input: Value, status: u16, code: &str) {
        self.refused_of(&self.paypal, action, input, status, code).await;
    }

    /// The same, as an app that has another scope only.
    async fn forbidden(&self, action: &str, input: Value, code: &str) {
        let scope = if ["invoice", "recurring-invoice", "accounting"].iter().any(|start| action.starts_with(start)) {
            "https://uri.paypal.com/services/applications/webhooks"
        } else {
            "https://uri.paypal.com/services/invoicing/invoices/read"
        };
        let app = self.control("merchants", &json!({"scopes": [scope]}));
        let credentials = ClientCredentials::new(text(&app["client_id"]), Secret::new(text(&app["client_secret"])));
        let caller = Simulated::by(self.sandbox().clone(), credentials);
        self.refused_of(&caller, action, input, 403, code).await;
    }

    /// The same with a token that PayPal does not know.
    async fn unknown_token(&self, action: &str, input: Value) {
        let token = StaticToken::new(Secret::new("A21AA-not-a-token".to_owned()));
        let stranger = Simulated::by(self.sandbox().clone(), token);
        self.refused_of(&stranger, action, input, 401, "invalid_token").await;
    }

    async fn refused_of(&self, caller: &Simulated, action: &str, input: Value, status: u16, code: &str) {
        let before = self.sandbox().effects();
        let failure = caller.fail(action, input).await;
        assert!(failure.request_sent, "{action} was not sent: {failure:?}");
        assert_eq!((failure.status, code_of(&failure)), (Some(status), code), "{action}: {failure:?}");
        assert_eq!(self.sandbox().effects(), before, "{action} was refused and changed something");
        self.seen.borrow_mut().push((action.to_owned(), false));
    }

    /// Does what a payer or a test does, under `/simulator/`. Unlike the simulator's methods it is kept in a file of its world.
    fn control(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.paypal.raw("POST", &format!("/simulator/{path}"), &[], body);
        assert!((200..300).contains(&status), "{path} {answer}");
        answer
    }

    /// Lets the payer approve an order.
    fn approve(&self, id: &str) {
        self.control(&format!("orders/{id}/approve"), &json!({}));
    }

    /// Moves the clock on.
    fn advance(&self, by: Duration) {
        self.control("clock", &json!({"seconds": by.as_secs()}));
    }

    /// Creates an order, lets the payer approve it, and captures it. Returns the ids of order and capture.
    async fn pay(&self, value: &str) -> [String; 2] {
        let order = self.call("orders.create", json!({"body": order("CAPTURE", value)})).await;
        let id = text(&order["id"]);
        self.approve(&id);
        let paid = self.call("orders.capture", json!({"id": id})).await;
        [id, text(&paid["purchase_units"][0]["payments"]["captures"][0]["id"])]
    }
}

fn code_of(failure: &Failure) -> &str {
    let issue = failure.details.iter().find_map(|detail| detail.issue.as_deref());
    issue.filter(|issue| !issue.contains(' ')).or(failure.name.as_deref()).unwrap_or_default()
}

fn usd(value: &str) -> Value {
    json!({"currency_code": "USD", "value": value})
}

fn order(intent: &str, value: &str) -> Value {
    json!({"intent": intent, "purchase_units": [{"amount": usd(value)}]})
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// Returns the last part of the address in an answer that is a link.
fn linked(link: &Value) -> String {
    text(&link["href"]).rsplit('/').next().unwrap().to_owned()
}

/// Returns the sum of what moved, in minor units.
fn sum(moved: &BTreeMap<String, Moved>) -> i64 {
    moved.values().map(|it| it.minor_units).sum()
}
