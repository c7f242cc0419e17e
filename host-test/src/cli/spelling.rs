//! Suggestions for misspelt names, as the connector makes them.

#[path = "../../../src/base/spelling.rs"]
#[allow(dead_code, reason = "of its two functions one is used")]
mod connector;

pub(super) use connector::nearest;
