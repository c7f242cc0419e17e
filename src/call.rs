//! One call of an action that is a single request to PayPal's API.
//!
//! [`arguments`] → [`check`] against the catalogue → [`request`] → the platform → [`exchange`] → reply or failure, with
//! [`retry`] deciding whether to send again; [`run`] does all of it. [`durable`] notes a call that moves money before it is sent.

pub(crate) mod arguments;
mod assertion;
pub(crate) mod check;
pub(crate) mod confidential;
pub(crate) mod digest;
pub(crate) mod durable;
pub(crate) mod exchange;
pub(crate) mod key;
pub(crate) mod multipart;
pub(crate) mod options;
pub(crate) mod paging;
pub(crate) mod path;
pub(crate) mod raw_member;
pub(crate) mod request;
pub(crate) mod retry;
pub(crate) mod run;
pub(crate) mod unauthenticated;
