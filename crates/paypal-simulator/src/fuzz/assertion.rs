//! A partner's assertion is taken only if its app has issued it, and for the merchant that it names.

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};

use crate::world::World;

/// The input is an assertion, and also the account that a well-formed one names.
pub(super) fn run(input: &[u8]) {
    let world = World::new(1);
    let text = String::from_utf8_lossy(input);
    let own = &world.merchants[0];
    if let Ok(subject) = world.subject(0, &text) {
        assert_eq!(subject, 0, "there is only one");
        let claims = claims(&text);
        assert_eq!(claims["iss"], *own.client_id);
        assert!(claims["payer_id"] == *own.id || claims["email"].is_string());
    }
    let part = |document: Value| BASE64_URL_SAFE_NO_PAD.encode(document.to_string());
    let header = part(json!({"alg": "none"}));
    let named = format!("{header}.{}.", part(json!({"iss": own.client_id, "payer_id": text})));
    assert_eq!(world.subject(0, &named).is_ok(), text == own.id && named.len() <= 16_000);
    let foreign = format!("{header}.{}.", part(json!({"iss": text, "payer_id": own.id})));
    assert_eq!(world.subject(0, &foreign).is_ok(), text == own.client_id);
}

/// The claims, read in another way.
fn claims(assertion: &str) -> Value {
    let part = assertion.split('.').nth(1).unwrap_or_default().trim_end_matches('=');
    let padded = format!("{part}{}", "=".repeat((4 - part.len() % 4) % 4)).replace('-', "+").replace('_', "/");
    BASE64_STANDARD.decode(padded).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}
