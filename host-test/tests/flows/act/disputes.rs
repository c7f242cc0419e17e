//! What the merchant does about disputes: none of these writes has a key.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Call, Pick, index};
use crate::{
    book::{
        Book, DAY,
        dispute::{Dispute, Standing},
    },
    changes::{describe, mails},
};

#[derive(Clone, Debug)]
pub(crate) enum DisputeAct {
    Get(Pick),
    SendMessage(Pick),
    ProvideEvidence(Pick),
    Escalate(Pick),
    AcceptClaim(Pick),
    Appeal(Pick),
    /// Do one of the things that a dispute allows now.
    Fitting {
        dispute: Pick,
        which: Pick,
    },
}

pub(crate) fn act() -> impl Strategy<Value = DisputeAct> {
    let pick = any::<Pick>;
    prop_oneof![
        1 => pick().prop_map(DisputeAct::Get),
        1 => pick().prop_map(DisputeAct::SendMessage),
        1 => pick().prop_map(DisputeAct::ProvideEvidence),
        1 => pick().prop_map(DisputeAct::Escalate),
        1 => pick().prop_map(DisputeAct::AcceptClaim),
        1 => pick().prop_map(DisputeAct::Appeal),
        8 => (pick(), pick()).prop_map(|(dispute, which)| DisputeAct::Fitting { dispute, which }),
    ]
}

impl DisputeAct {
    /// Returns the call, unless there is nothing to act on.
    pub(crate) fn call(&self, book: &Book) -> Option<Call> {
        let at = |pick| index(pick, book.disputes.len());
        Some(match *self {
            Self::Fitting { dispute, which } => {
                let dispute = at(dispute)?;
                let even = which.is_multiple_of(2);
                let pick = Pick::try_from(dispute).unwrap();
                return match book.disputes[dispute].standing {
                    Standing::Inquiry if which.is_multiple_of(3) => Self::SendMessage(pick),
                    Standing::Inquiry if even => Self::Escalate(pick),
                    Standing::Claim if even => Self::ProvideEvidence(pick),
                    Standing::Resolved { .. } => Self::Appeal(pick),
                    Standing::Inquiry | Standing::Claim | Standing::Review => Self::AcceptClaim(pick),
                }
                .call(book);
            }
            Self::Get(pick) => {
                let Dispute { id, standing, currency, amount, .. } = &book.disputes[at(pick)?];
                let (status, value) = (standing.status(), currency.value(*amount));
                Call::read("disputes.get", json!({"id": id}), move |dispute| {
                    dispute["status"] == status && dispute["dispute_amount"]["value"] == value
                })
            }
            Self::SendMessage(pick) => talk(book, at(pick)?),
            Self::ProvideEvidence(pick) => {
                let at = at(pick)?;
                prove(book, at, "disputes.provide-evidence", book.disputes[at].standing == Standing::Claim)
            }
            Self::Escalate(pick) => escalate(book, at(pick)?),
            Self::AcceptClaim(pick) => accept(book, at(pick)?),
            Self::Appeal(pick) => {
                let at = at(pick)?;
                prove(book, at, "disputes.appeal", book.disputes[at].is_appealable(book.day))
                    .then(move |book, _| (book.disputes[at].standing, book.disputes[at].appeals) = appealed(book, at))
            }
        })
    }
}

fn appealed(book: &Book, at: usize) -> (Standing, u32) {
    (Standing::Review, book.disputes[at].appeals + 1)
}

/// Whether the dispute that a look-up shows has a status.
fn is(status: &'static str) -> impl Fn(&Value) -> bool {
    move |dispute| dispute["status"] == status
}

fn talk(book: &Book, at: usize) -> Call {
    let Dispute { id, standing, .. } = &book.disputes[at];
    // A text that was not used before shows whether the message was sent.
    let text = format!("Message {}", book.changes);
    let input = json!({"id": id, "body": {"message": text}});
    Call::write("disputes.send-message", input, *standing == Standing::Inquiry, vec![mails(1, id)])
        .looked_up(json!({"id": id}), move |dispute| {
            dispute["messages"].as_array().is_some_and(|messages| messages.iter().any(|it| it["content"] == text))
        })
        .then(|book, _| book.changes += 1)
}

/// Sends evidence with a document, for PayPal to decide or to decide again.
fn prove(book: &Book, at: usize, action: &'static str, allowed: bool) -> Call {
    let id = &book.disputes[at].id;
    let evidence = json!({"evidence_type": "OTHER", "notes": "It was sent."});
    let file = json!({"name": "receipt.pdf", "media_type": "application/pdf", "data": "JVBERi0xLjcK"});
    let input = json!({"id": id, "body": {"evidences": [evidence]}, "files": [file]});
    Call::write(action, input, allowed, vec!["dispute UNDER_REVIEW".to_owned()])
        .looked_up(json!({"id": id}), is("UNDER_REVIEW"))
        .then(move |book, _| book.disputes[at].standing = Standing::Review)
}

fn escalate(book: &Book, at: usize) -> Call {
    let Dispute { id, standing, .. } = &book.disputes[at];
    let effect = vec!["dispute UNDER_REVIEW".to_owned(), mails(1, id)];
    let input = json!({"id": id, "body": {"note": "Please decide."}});
    Call::write("disputes.escalate", input, *standing == Standing::Inquiry, effect)
        .looked_up(json!({"id": id}), is("UNDER_REVIEW"))
        .then(move |book, _| book.disputes[at].standing = Standing::Review)
}

fn accept(book: &Book, at: usize) -> Call {
    let dispute = &book.disputes[at];
    let Dispute { id, capture, currency, amount, .. } = dispute;
    let code = currency.code();
    let effect = vec![
        "dispute RESOLVED".to_owned(),
        "no longer held".to_owned(),
        describe("refunded", code, *amount, capture),
        describe("settled", code, *amount, capture),
        mails(1, id),
    ];
    let input = json!({"id": id, "body": {"note": "You are right."}});
    Call::write("disputes.accept-claim", input, dispute.is_acceptable(), effect)
        .looked_up(json!({"id": id}), is("RESOLVED"))
        .then(move |book, _| book.give_in(at, book.day * DAY))
}
