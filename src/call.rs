//! One call of an action that is one request of PayPal's API.
//!
//! [`arguments`] → [`check`] against the catalogue → [`request`] → the platform → [`exchange`] → reply or failure, with [`retry`]
//! deciding whether to send again; [`run`] is that from end to end.

pub mod arguments;
pub mod check;
pub mod exchange;
pub(crate) mod key;
pub(crate) mod multipart;
pub(crate) mod open;
pub mod options;
pub mod paging;
pub(crate) mod path;
pub(crate) mod raw_member;
pub mod request;
pub mod retry;
pub mod run;
