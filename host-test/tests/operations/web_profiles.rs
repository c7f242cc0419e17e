//! Web experience profiles.

use serde_json::{Value, json};

use super::{Played, text};

const UNKNOWN: &str = "XP-RFV4-PVD8-AGHJ-8E5J";
const GONE: &str = "INVALID_RESOURCE_ID";
const INVALID: &str = "VALIDATION_ERROR";

pub(super) async fn play(paypal: &Played) {
    let profile = |name: &str| json!({"body": {"name": name, "presentation": {"brand_name": "Tea"}}});
    let id = text(&paypal.call("web-profiles.create", profile("Shop")).await["id"]);
    paypal.refused("web-profiles.create", profile("Shop"), 400, INVALID).await;
    let list = paypal.call("web-profiles.list", json!({})).await;
    assert_eq!(list[0]["id"], id);
    paypal.forbidden("web-profiles.list", json!({}), "NOT_AUTHORIZED").await;
    let on = |id: &str, body: Value| json!({"id": id, "body": body});
    let brand = json!([{"op": "replace", "path": "/presentation/brand_name", "value": "Teas"}]);
    paypal.call("web-profiles.update", on(&id, brand.clone())).await;
    paypal.refused("web-profiles.update", on(UNKNOWN, brand), 404, GONE).await;
    let shown = paypal.call("web-profiles.get", json!({"id": id})).await;
    assert_eq!(shown["presentation"]["brand_name"], "Teas");
    paypal.refused("web-profiles.get", json!({"id": UNKNOWN}), 404, GONE).await;
    paypal.call("web-profiles.replace", on(&id, json!({"name": "Other"}))).await;
    assert_eq!(paypal.call("web-profiles.get", json!({"id": id})).await, json!({"name": "Other", "id": id}));
    paypal.refused("web-profiles.replace", on(UNKNOWN, json!({"name": "Other"})), 404, GONE).await;
    paypal.call("web-profiles.delete", json!({"id": id})).await;
    paypal.refused("web-profiles.delete", json!({"id": id}), 404, GONE).await;
}
