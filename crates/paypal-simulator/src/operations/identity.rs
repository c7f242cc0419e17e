//! The account that a token belongs to.

use serde_json::json;

use crate::{
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::World,
};

/// Answers with the account of every token, a made-up merchant.
pub(crate) fn userinfo(_: &mut World, call: &Call) -> Result<Answer, Refusal> {
    if call.parameter("schema") != Some("paypalv1.1") {
        let description = "Invalid schema request";
        return Ok(Answer::json(400, json!({"error": "invalid_request", "error_description": description})));
    }
    Ok(Answer::ok(json!({
        "user_id": "https://www.paypal.com/webapps/auth/identity/user/mWq6_1sU85v5EG9yHdPxJRrhGHrnMJ-1PQKtX6pcsmA",
        "sub": "https://www.paypal.com/webapps/auth/identity/user/mWq6_1sU85v5EG9yHdPxJRrhGHrnMJ-1PQKtX6pcsmA",
        "name": "Simulated Shop",
        "payer_id": "WDJJHEBZ4X2LY",
        "verified_account": "true",
    })))
}
