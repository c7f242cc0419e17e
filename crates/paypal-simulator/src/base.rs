//! The clock, ids, links, documents, forms, character sets, names of events: independent of requests.

pub(crate) mod charset;
pub(crate) mod clock;
pub(crate) mod documents;
pub(crate) mod event_types;
pub(crate) mod form_data;
pub(crate) mod ids;
pub(crate) mod links;
pub(crate) mod local;
pub(crate) mod packed;
pub(crate) mod qr_code;
pub(crate) mod scopes;
pub(crate) mod uri;
