//! A request to the API and the answer to it, or PayPal's refusal.

pub(crate) mod answer;
pub(crate) mod call;
pub(crate) mod check;
pub(crate) mod field;
pub(crate) mod mock;
pub(crate) mod paging;
pub(crate) mod patch;
pub(crate) mod refusal;
mod schemas;
