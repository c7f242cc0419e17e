//! The account that a token belongs to.

use serde_json::json;

use crate::{
    base::scopes,
    operations::operation::{Operation, operation},
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::World,
};

/// The operations.
pub(crate) static OPERATIONS: &[Operation] =
    &[operation("identity.userinfo", "GET", "/v1/identity/oauth2/userinfo", scopes::OPENID, userinfo)];

/// Answers with the merchant whose token it is.
pub(crate) fn userinfo(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    if call.parameter("schema") != Some("paypalv1.1") {
        let description = "Invalid schema request";
        return Ok(Answer::json(400, json!({"error": "invalid_request", "error_description": description})));
    }
    let merchant = world.merchant();
    Ok(Answer::ok(json!({
        "user_id": "https://www.paypal.com/webapps/auth/identity/user/mWq6_1sU85v5EG9yHdPxJRrhGHrnMJ-1PQKtX6pcsmA",
        "sub": "https://www.paypal.com/webapps/auth/identity/user/mWq6_1sU85v5EG9yHdPxJRrhGHrnMJ-1PQKtX6pcsmA",
        "name": merchant.name,
        "payer_id": merchant.id,
        "verified_account": "true",
    })))
}
