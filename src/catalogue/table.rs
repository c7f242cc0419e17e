//! The actions, generated from the catalogue by the build script.

use super::{
    action::{Action, Answer, AnswerId, Body, Effect, Files, Idempotency, Paging, Parameter, Success},
    limits::Limits,
    relation::Relation,
    schema::{Characters, Rule, Schema, Selection, Shape},
    trace::Trace,
};
use crate::{
    paypal::kind::Kind,
    platform::{failure::Location, request::Method},
};

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// The action with that id.
#[must_use]
pub(crate) fn find(id: &str) -> Option<&'static Action> {
    ACTIONS.iter().find(|action| action.id == id)
}
