//! Trackers and webhooks: none of their writes has a key.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Call, Pick, index};
use crate::book::Book;

#[derive(Clone, Debug)]
pub(crate) enum NoticeAct {
    AddTracker(Pick),
    CreateWebhook,
    DeleteWebhook(Pick),
}

pub(crate) fn act() -> impl Strategy<Value = NoticeAct> {
    prop_oneof![
        3 => any::<Pick>().prop_map(NoticeAct::AddTracker),
        2 => Just(NoticeAct::CreateWebhook),
        1 => any::<Pick>().prop_map(NoticeAct::DeleteWebhook),
    ]
}

/// PayPal's limit on webhooks.
const MOST_WEBHOOKS: usize = 10;

impl NoticeAct {
    /// Returns the call, unless there is nothing to act on.
    pub(crate) fn call(&self, book: &Book) -> Option<Call> {
        // A number that has not been used before.
        let fresh = book.changes;
        Some(match *self {
            Self::AddTracker(pick) => {
                let capture = &book.captures[index(pick, book.captures.len())?].id;
                let number = format!("1Z{fresh}");
                let tracker = json!({
                    "transaction_id": capture, "tracking_number": number, "carrier": "UPS", "status": "SHIPPED",
                });
                Call::write(
                    "trackers.add",
                    json!({"body": {"trackers": [tracker]}}),
                    true,
                    vec!["tracker SHIPPED".to_owned()],
                )
                .looked_up(json!({"transaction_id": capture}), move |list| {
                    has(&list["trackers"], "tracking_number", &number)
                })
                .then(|book, _| book.changes += 1)
            }
            Self::CreateWebhook => {
                let url = format!("https://example.com/hooks/{fresh}");
                let body = json!({"url": url, "event_types": [{"name": "PAYMENT.CAPTURE.COMPLETED"}]});
                let allowed = book.webhooks.len() < MOST_WEBHOOKS;
                Call::write("webhooks.create", json!({"body": body}), allowed, vec!["webhook".to_owned()])
                    .looked_up(json!({}), move |list| has(&list["webhooks"], "url", &url))
                    .then(|book, changes| {
                        book.webhooks.push(changes.id("webhooks.create").unwrap());
                        book.changes += 1;
                    })
            }
            Self::DeleteWebhook(pick) => {
                let at = index(pick, book.webhooks.len())?;
                let id = book.webhooks[at].clone();
                Call::write("webhooks.delete", json!({"webhook_id": id}), true, vec!["no webhook".to_owned()])
                    .looked_up(json!({}), move |list| !has(&list["webhooks"], "id", &id))
                    .then(move |book, _| drop(book.webhooks.remove(at)))
            }
        })
    }
}

/// Whether a list has an entry with that member.
fn has(list: &Value, name: &str, value: &str) -> bool {
    list.as_array().is_some_and(|list| list.iter().any(|entry| entry[name] == value))
}
