//! The receiver of deliveries, and its answers to PayPal.

use std::future::ready;

use http::StatusCode;

use crate::listen::{
    delivery::{Channel, Delivery},
    program_answer::ProgramAnswer,
};

/// The answer to PayPal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// 200: it has been handled, now or at an earlier delivery.
    Taken,
    /// 200, so that PayPal does not repeat it: it is PayPal's, and for another account.
    Ignored,
    /// 400: it is not PayPal's, or too old.
    Refused,
    /// 503: it cannot be decided yet; PayPal repeats the delivery.
    Later,
    /// 500: something failed here, and may succeed when PayPal repeats it.
    Failed,
    /// What the program answered to which the delivery was forwarded.
    Program(ProgramAnswer),
}

impl Answer {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Program(answer) => answer.status,
            Self::Taken | Self::Ignored => StatusCode::OK,
            Self::Refused => StatusCode::BAD_REQUEST,
            Self::Later => StatusCode::SERVICE_UNAVAILABLE,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// Handles deliveries.
pub trait Receiver: Send + Sync + 'static {
    /// Whether this channel is in use. If not, its path is answered 404.
    fn receives(&self, channel: Channel) -> bool;

    /// Whether a delivery can be received at once. If not, [`Receiver::prepare`] is awaited first.
    fn is_ready(&self, _: &Delivery) -> bool {
        true
    }

    /// Fetches what a delivery needs, such as its certificate. Returns the answer if that fails. Deliveries that wait here do not
    /// hold up those that are ready.
    fn prepare(&self, _: &Delivery) -> impl Future<Output = Option<Answer>> + Send {
        ready(None)
    }

    /// Handles a delivery. It runs to its end even if PayPal closes the connection.
    fn receive(&self, delivery: Delivery) -> impl Future<Output = Answer> + Send;
}
