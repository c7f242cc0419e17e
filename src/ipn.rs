//! PayPal's Instant Payment Notification, the predecessor of webhooks: a form of name-value pairs, in a character
//! encoding that the form names. PayPal verifies a message when it is posted back.
//! <https://developer.paypal.com/api/nvp-soap/ipn/IPNIntro/>

mod charset;
pub(crate) mod credits;
pub(crate) mod key;
mod mass_payment;
pub(crate) mod message;
pub(crate) mod postback;
pub(crate) mod summary;
