//! `kosha:paypal/identity`.

use super::{
    Component,
    bindings::{
        exports::kosha::paypal::identity::Guest,
        kosha::connector::types::{CallOptions, Failure, Json, Reply},
    },
    run, with,
};
use crate::catalogue::identity;

impl Guest for Component {
    fn userinfo(schema: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(identity::USERINFO, &with(options).with("schema", schema))
    }

    fn openid_userinfo(schema: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(identity::OPENID_USERINFO, &with(options).with("schema", schema))
    }

    fn generate_token(customer: Option<Json>, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(identity::GENERATE_TOKEN, &with(options).body(customer))
    }
}
