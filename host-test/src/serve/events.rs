//! What PayPal delivers to each connection: verified as `listen` does, kept, and told to those who watch.

mod inbox;
mod log;
mod subscribing;

pub(crate) use inbox::Inbox;
pub(crate) use log::{Event, Filter, Log};
pub(crate) use subscribing::subscribe_simulated;
