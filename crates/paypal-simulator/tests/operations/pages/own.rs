//! The front page, and the pages of resources.

use serde_json::json;

use super::{Seen, open, order, send, status};
use crate::sandbox::Sandbox;

#[test]
fn the_front_page_has_all_and_its_forms_do_what_they_say() {
    let sandbox = Sandbox::new();
    assert!(open(&sandbox, "/").has("Nothing has happened yet"));
    sandbox
        .post("/v1/notifications/webhooks", &json!({"url": "http://127.0.0.1:9/hook", "event_types": [{"name": "*"}]}))
        .ok();
    let paid = sandbox.paid_order("10.00");
    let id = paid["id"].as_str().unwrap();
    let capture = paid["purchase_units"][0]["payments"]["captures"][0]["id"].as_str().unwrap();
    let page = open(&sandbox, "/");
    let order_page = format!("/simulator/resources/orders/{id}");
    for text in
        [&order_page, capture, "http://127.0.0.1:9/hook", "PAYMENT.CAPTURE.COMPLETED", "on its way", "COMPLETED"]
    {
        assert!(page.has(text), "{text}: {}", page.html);
    }
    let deliveries = sandbox.0.deliveries().unwrap();
    sandbox.0.delivered(&deliveries[0], paypal_simulator::Outcome::Answered(200));
    sandbox.0.delivered(&deliveries[1], paypal_simulator::Outcome::NoAnswer);
    let page = open(&sandbox, "/");
    assert!(page.has("200, accepted") && page.has("none, to be tried again"), "{}", page.html);
    assert!(page.has("Nothing is stored"), "{}", page.html);
    let mut failed = deliveries[1].clone();
    for _ in 1..25 {
        sandbox.0.undelivered(failed);
        failed = sandbox.0.deliveries().unwrap().remove(0);
        sandbox.0.delivered(&failed, paypal_simulator::Outcome::Answered(500));
    }
    assert!(open(&sandbox, "/").has("500, given up"));

    let page = open(&sandbox, &order_page);
    assert!(
        !page.has("What payers and tests do") && page.has("&quot;status&quot;: &quot;COMPLETED&quot;"),
        "{}",
        page.html
    );
    for slug in ["orders", "captures", "events", "webhooks", "refunds"] {
        assert_eq!(open(&sandbox, &format!("/simulator/resources/{slug}")).status, 200, "{slug}");
    }
    assert!(open(&sandbox, "/simulator/resources/orders?q=complet").has(id));
    assert!(!open(&sandbox, "/simulator/resources/orders?q=nothing").has(id));
    assert_eq!(open(&sandbox, "/simulator/resources/nothing").status, 404);
    assert_eq!(open(&sandbox, "/simulator/resources/orders/X").status, 404);

    let time = |page: Seen| page.html.split_once("<time>").unwrap().1.split_once('<').unwrap().0.to_owned();
    let before = time(open(&sandbox, "/"));
    assert_eq!(send(&sandbox, "/", "do=clock&seconds=86400").location.as_deref(), Some("/"));
    assert_ne!(time(open(&sandbox, "/")), before);
    assert!(send(&sandbox, "/", "do=clock&seconds=x").has("MISSING_REQUIRED_PARAMETER"));
    for form in ["do=ipn", "do=nothing", ""] {
        assert_eq!(send(&sandbox, "/", form).status, 400, "{form}");
    }
    let waiting = order(&sandbox, &json!({}));
    let page = format!("/simulator/resources/orders/{waiting}");
    assert_eq!(send(&sandbox, &page, "do=approve&body=%7B").status, 400, "no JSON");
    assert_eq!(send(&sandbox, &page, "do=decline").status, 303);
    assert_eq!(status(&sandbox, &waiting), "APPROVED");
    let open_order = order(&sandbox, &json!({}));
    let page = format!("/simulator/resources/orders/{open_order}");
    assert_eq!(send(&sandbox, &page, "do=approve").location.as_ref(), Some(&page));
    assert_eq!(status(&sandbox, &open_order), "APPROVED");
    assert_eq!(send(&sandbox, &page, "do=capture").status, 400);
}

#[test]
fn the_merchant_s_requests_are_made_by_forms_too() {
    let sandbox = Sandbox::new();
    let id = order(&sandbox, &json!({}));
    let page = format!("/simulator/resources/orders/{id}");
    assert!(open(&sandbox, &page).has("value=\"link:capture\""));
    let refused = send(&sandbox, &page, "do=link:capture&body=%7B%7D");
    assert!(refused.status == 422 && refused.has("ORDER_NOT_APPROVED"), "{refused:?}");
    assert_eq!(send(&sandbox, &page, "do=link:capture&body=%7B").status, 400, "no JSON");
    assert_eq!(send(&sandbox, &page, "do=link:self").status, 400, "a read");
    send(&sandbox, &page, "do=approve");
    assert_eq!(send(&sandbox, &page, "do=link:capture&body=%7B%7D").status, 303);
    assert_eq!(status(&sandbox, &id), "COMPLETED");
    let (capture, _) = sandbox.0.effects().captured.pop_first().unwrap();
    let page = format!("/simulator/resources/captures/{capture}");
    let part =
        "do=link:refund&body=%7B%22amount%22%3A%7B%22currency_code%22%3A%22USD%22%2C%22value%22%3A%221.00%22%7D%7D";
    assert_eq!(send(&sandbox, &page, part).location.as_ref(), Some(&page));
    assert_eq!(sandbox.0.effects().refunded.values().map(|it| it.minor_units).collect::<Vec<_>>(), [100]);

    assert_eq!(send(&sandbox, "/", "do=trigger&event_type=INVOICING.INVOICE.PAID").location.as_deref(), Some("/"));
    assert_eq!(sandbox.events().pop().unwrap().0, "INVOICING.INVOICE.PAID");
    sandbox.post(&format!("/v2/checkout/orders/{id}/capture"), &json!({}));
    let home = open(&sandbox, "/");
    assert!(home.has("orders.create") && home.has("422 ORDER_ALREADY_CAPTURED"), "{}", home.html);
    assert_eq!(send(&sandbox, "/", "do=trigger&event_type=X").status, 400);
}

#[test]
fn a_list_has_pages_of_a_hundred() {
    let sandbox = Sandbox::new();
    for _ in 0..205 {
        order(&sandbox, &json!({}));
    }
    let ids = |page: u32| -> Vec<String> {
        let page = open(&sandbox, &format!("/simulator/resources/orders?page={page}"));
        page.html.split("/simulator/resources/orders/").skip(1).map(|it| it[..17].to_owned()).collect()
    };
    let mut all: Vec<_> = (1..=3).flat_map(ids).collect();
    assert_eq!((ids(1).len(), ids(2).len(), ids(3).len(), ids(4).len()), (100, 100, 5, 0));
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 205);
    assert_eq!(open(&sandbox, "/").html.matches("/simulator/resources/orders/").count(), 5);
}
