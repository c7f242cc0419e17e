//! Templates of invoices.

use serde_json::{Value, json};

use super::{Played, linked, text};

const UNKNOWN: &str = "TEMP-4NH83021VK5170629";

pub(super) async fn play(paypal: &Played) {
    let template = |name: &str| json!({"name": name, "template_info": {"detail": {"currency_code": "EUR"}}});
    let create = |name: &str| json!({"body": template(name)});
    let id = linked(&paypal.call("invoice-templates.create", create("Course")).await);
    let taken = "TEMPLATE_NAME_ALREADY_EXISTS";
    paypal.refused("invoice-templates.create", create("Course"), 400, taken).await;
    let list = paypal.call("invoice-templates.list", json!({})).await;
    paypal.forbidden("invoice-templates.list", json!({}), "PERMISSION_DENIED").await;
    // PayPal has templates of its own.
    let mut templates = list["templates"].as_array().unwrap().iter();
    let standard = text(&templates.find(|it| it["standard_template"] == true).unwrap()["id"]);
    let on = |id: &str, body: Value| json!({"template_id": id, "body": body});
    let it = |id: &str| json!({"template_id": id});
    paypal.call("invoice-templates.update", on(&id, template("Long course"))).await;
    paypal.refused("invoice-templates.update", on(&standard, template("Mine")), 403, "PERMISSION_DENIED").await;
    let shown = paypal.call("invoice-templates.get", it(&id)).await;
    assert_eq!(shown["name"], "Long course");
    paypal.refused("invoice-templates.get", it(UNKNOWN), 404, "RESOURCE_NOT_FOUND").await;
    paypal.refused("invoice-templates.delete", it(&standard), 403, "CANNOT_DELETE_GLOBAL_TEMPLATE").await;
    paypal.call("invoice-templates.delete", it(&id)).await;
    assert!(paypal.sandbox().effects().invoice_templates.is_empty());
}
