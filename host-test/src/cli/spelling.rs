//! Suggestions for misspelt names, as the connector makes them.

#[path = "../../../src/base/spelling.rs"]
mod connector;

pub(super) use connector::{nearest, unknown};
