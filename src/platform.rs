//! What passes between the connector and the platform that has loaded it: requests, responses, replies, failures, tokens,
//! and [`interface::Platform`] itself.

pub mod entry;
pub mod environment;
pub mod error_code;
pub mod failure;
pub mod file;
pub mod interface;
pub mod reply;
pub mod request;
pub mod response;
#[cfg(test)]
pub(crate) mod scripted;
pub mod timeouts;
pub mod token;
