//! PayPal's Instant Payment Notification, the messages that came before webhooks: a form of pairs of name and value, in
//! a character encoding that the form itself names, whose sender PayPal vouches for when it is posted back.
//! <https://developer.paypal.com/api/nvp-soap/ipn/IPNIntro/>

pub(crate) mod key;
mod mass_payment;
pub(crate) mod message;
pub(crate) mod postback;
pub(crate) mod summary;
