//! `kosha:paypal/payments`.

use super::{
    Component,
    bindings::{
        exports::kosha::paypal::payments::Guest,
        kosha::connector::types::{CallOptions, Failure, Json, Reply},
    },
    run, with,
};
use crate::catalogue::payments;

impl Guest for Component {
    fn get_authorization(authorization_id: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(payments::GET_AUTHORIZATION, &with(options).with("authorization_id", authorization_id))
    }

    fn capture_authorization(
        authorization_id: String,
        capture: Option<Json>,
        options: Option<CallOptions>,
    ) -> Result<Reply, Failure> {
        let arguments = with(options).with("authorization_id", authorization_id).body(capture);
        run(payments::CAPTURE_AUTHORIZATION, &arguments)
    }

    fn reauthorize(
        authorization_id: String,
        reauthorization: Option<Json>,
        options: Option<CallOptions>,
    ) -> Result<Reply, Failure> {
        let arguments = with(options).with("authorization_id", authorization_id).body(reauthorization);
        run(payments::REAUTHORIZE, &arguments)
    }

    fn void_authorization(authorization_id: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(payments::VOID_AUTHORIZATION, &with(options).with("authorization_id", authorization_id))
    }

    fn get_capture(capture_id: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(payments::GET_CAPTURE, &with(options).with("capture_id", capture_id))
    }

    fn refund_capture(
        capture_id: String,
        refund: Option<Json>,
        options: Option<CallOptions>,
    ) -> Result<Reply, Failure> {
        run(payments::REFUND_CAPTURE, &with(options).with("capture_id", capture_id).body(refund))
    }

    fn get_refund(refund_id: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(payments::GET_REFUND, &with(options).with("refund_id", refund_id))
    }

    fn find_eligible_methods(query: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(payments::FIND_ELIGIBLE_METHODS, &with(options).body(query))
    }
}
