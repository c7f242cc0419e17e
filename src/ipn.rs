//! PayPal's Instant Payment Notification, the messages that came before webhooks: a form of pairs of name and value, in
//! a character encoding that the form itself names, whose sender PayPal vouches for when it is posted back.
//! <https://developer.paypal.com/api/nvp-soap/ipn/IPNIntro/>

mod key;
mod mass_payment;
mod message;
mod postback;
mod summary;

pub use key::dedupe_key;
pub use message::{Charset, Field, MAX_BYTES, MAX_FIELDS, Message, TooLarge};
pub use postback::{Verdict, postback, verdict};
pub use summary::summary;
