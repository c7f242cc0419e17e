//! The types that the connector exchanges with the platform that loads it: requests, responses, replies, failures,
//! tokens, and [`interface::Platform`] itself.

pub(crate) mod delegation;
pub(crate) mod entry;
pub(crate) mod environment;
pub(crate) mod error_code;
pub(crate) mod failure;
pub(crate) mod file;
pub(crate) mod interface;
pub(crate) mod reply;
pub(crate) mod request;
pub(crate) mod response;
#[cfg(test)]
pub(crate) mod scripted;
pub(crate) mod timeouts;
pub(crate) mod token;
