//! Inputs for actions of which PayPal's files have no example, or only a poor one.

use serde_json::{Value, json};

/// Returns the bodies by the names of the report: the first is minimal, the last full.
pub(crate) fn named(action: &str) -> Vec<(String, Value)> {
    let bodies = bodies(action);
    let last = bodies.len().saturating_sub(1);
    let name = |index| match index {
        _ if last == 0 => "ours".to_owned(),
        0 => "ours, minimal".to_owned(),
        _ if index == last => "ours, full".to_owned(),
        _ => format!("ours, no. {}", index + 1),
    };
    bodies.into_iter().enumerate().map(|(index, body)| (name(index), body)).collect()
}

/// Returns valid bodies for an action.
pub(crate) fn bodies(action: &str) -> Vec<Value> {
    match action {
        "orders.create" => vec![order()],
        "orders.update" => vec![update()],
        "orders.authorize" | "orders.capture" => vec![saved_agreement(), card()],
        "orders.add-tracking" => vec![parcel()],
        "payments.find-eligible-methods" => vec![payer()],
        "invoice-templates.create" | "invoice-templates.update" => vec![bare_template(), template()],
        "plans.update" | "subscriptions.update" => vec![description()],
        "products.update" => vec![description()],
        "trackers.add-batch" | "trackers.add" => vec![json!({"trackers": [shipment()]})],
        "trackers.update" => vec![shipment()],
        "vault.create-payment-token" => vec![saved_card()],
        "invoices.create" => vec![draft(), invoice()],
        "invoices.update" => vec![invoice()],
        "invoices.search" => vec![json!({}), criteria()],
        "invoices.send" | "invoices.remind" | "invoices.cancel" => vec![json!({}), notification()],
        "invoices.record-payment" => vec![json!({"method": "CASH"}), paid()],
        "invoices.record-refund" => vec![json!({"method": "CASH"}), refunded()],
        "invoices.generate-qr-code" => vec![json!({"width": 150, "height": 500, "action": "details"})],
        "invoices.create-rules" | "recurring-invoices.create-rules" => vec![json!({"rules": [discount()]})],
        "invoices.update-rule" | "recurring-invoices.update-rule" => vec![discount()],
        "recurring-invoices.create" | "recurring-invoices.update" => vec![series()],
        "invoice-reminders.set-up" => vec![json!({"configurations": [reminder()]})],
        "invoice-reminders.update" => vec![reminder()],
        "invoices.generate-number" => vec![json!({}), json!({"fetch_id": true})],
        "webhooks.create" => vec![webhook()],
        "webhooks.update" => vec![new_address()],
        "webhooks.verify-signature" => vec![received()],
        "webhooks.resend-event" => vec![json!({"webhook_ids": ["5GP028458E2496506"]})],
        "webhooks.simulate-event" => {
            vec![json!({"webhook_id": "5GP028458E2496506", "event_type": "BILLING.PLAN.CREATED",
            "url": "https://shop.example.com/paypal", "resource_version": "2.0"})]
        }
        "disputes.provide-evidence" | "disputes.appeal" => vec![evidence()],
        "disputes.accept-claim" => vec![json!({"note": "Lost on the way."}), claim()],
        "disputes.send-message" => vec![json!({"message": "The parcel is on its way."})],
        "disputes.provide-supporting-info" => vec![json!({"notes": "It went to the address of the card."})],
        "disputes.acknowledge-return-item" => vec![json!({"note": "It came back whole."})],
        "disputes.create" => vec![disputed()],
        "disputes.update" => vec![contact()],
        "disputes.adjudicate" => vec![json!({"adjudication_outcome": "SELLER_FAVOR"})],
        "disputes.require-evidence" => vec![json!({"action": "SELLER_EVIDENCE"})],
        "disputes.escalate" => vec![note()],
        "disputes.make-offer" => vec![offer()],
        "disputes.accept-offer" | "disputes.deny-offer" => vec![note()],
        "payment-links.create" | "payment-links.update" => vec![link()],
        "exchange-rates.quote" => {
            vec![json!({"quote_items": [{"base_currency": "USD", "base_amount": "20.00", "quote_currency": "EUR"}]})]
        }
        "referenced-payouts.create" => vec![json!({"referenced_payouts": [held_payment()]})],
        "referenced-payouts.create-item" => vec![held_payment()],
        "partner-referrals.create" => vec![referral()],
        "web-profiles.create" | "web-profiles.replace" => vec![json!({"name": "Plain"}), profile()],
        _ => Vec::new(),
    }
}

/// Returns an id that PayPal's patterns and the catalogue's allow in the paths of an action.
pub(crate) fn id(action: &str) -> &'static str {
    match action {
        // PayPal's file allows only digits here, although the ids of invoices have letters.
        "accounting.get-invoice-connections" => "4815162342",
        _ => "5O190127TN364715T",
    }
}

/// Whether a text can be the id of a request: the vault's have at least 7 characters, and Prism makes up `string`.
pub(crate) fn is_id(action: &str, text: &str) -> bool {
    !action.starts_with("vault.") || text.len() >= 7
}

/// Returns the query parameters that PayPal requires.
pub(crate) fn query(action: &str) -> &'static [(&'static str, &'static str)] {
    match action {
        "identity.userinfo" => &[("schema", "paypalv1.1")],
        "identity.openid-userinfo" => &[("schema", "openid")],
        "subscriptions.list-transactions" => {
            &[("start_time", "2026-01-01T00:00:00Z"), ("end_time", "2026-01-31T00:00:00Z")]
        }
        "merchant-integrations.find" => &[("tracking_id", "seller-4711")],
        "trackers.list" => &[("transaction_id", "8MC585209K746392H")],
        "vault.list-payment-tokens" => &[("customer_id", "customer_4029352050")],
        "transactions.get-net-summary" | "transactions.get-daily-summary" => {
            &[("from_date", "2026-02-01"), ("to_date", "2026-02-28"), ("locale", "en_GB")]
        }
        "transactions.list" => &[("start_date", "2026-01-01T00:00:00Z"), ("end_date", "2026-01-31T23:59:59Z")],
        _ => &[],
    }
}

fn money(value: &str) -> Value {
    json!({"currency_code": "USD", "value": value})
}

fn address() -> Value {
    json!({"address_line_1": "2211 N First Street", "admin_area_2": "San Jose", "admin_area_1": "CA",
        "postal_code": "95131", "country_code": "US"})
}

fn name() -> Value {
    json!({"given_name": "Ada", "surname": "Byron"})
}

fn phones() -> Value {
    json!([{"country_code": "1", "national_number": "4085550143", "phone_type": "MOBILE"}])
}

fn discount() -> Value {
    json!({"conditional_rule_type": "EARLY_PAYMENT_DISCOUNT", "conditional_rule_value": "2.5",
        "conditional_rule_value_type": "PERCENT",
        "rule_expiry_terms": {"rule_expiry_condition": "SEVEN_DAYS_AFTER_ISSUE_DATE",
            "condition_rule_end_date": "2026-03-09"}})
}

fn series() -> Value {
    json!({"plan_detail": {"total_cycles": 12, "frequency": {"interval_unit": "MONTH", "interval_count": 1},
            "start_series_date": "2026-03-31"},
        "recurring_info": {"detail": {"currency_code": "USD"},
            "primary_recipients": [{"billing_info": {"email_address": "grace.moore@example.com"}}],
            "items": [{"name": "Rent of a kiln", "quantity": "1", "unit_amount": money("85.00")}]}})
}

fn reminder() -> Value {
    json!({"type": "BEFORE_DUE", "interval": {"unit": "DAY", "value": 3}, "repetition": 1})
}

fn draft() -> Value {
    json!({"detail": {"currency_code": "USD"}, "items": [{"name": "Cup", "quantity": "1", "unit_amount": money("5.00")}]})
}

fn invoice() -> Value {
    let tax = json!({"name": "Sales tax", "percent": "7.25", "tax_note": "No 12"});
    json!({
        "detail": {
            "invoice_number": "INVOICE-7",
            "reference": "PO 12",
            "invoice_date": "2026-03-02",
            "currency_code": "USD",
            "note": "Thank you.",
            "terms_and_conditions": "Cups can be returned.",
            "memo": "Second order",
            "payment_term": {"term_type": "DUE_ON_DATE_SPECIFIED", "due_date": "2026-03-31"},
            "attachments": [{"id": "cup-1", "reference_url": "https://example.com/cup.pdf", "size": "2048"}],
        },
        "invoicer": {
            "business_name": "Cups", "name": name(), "address": address(), "email_address": "shop@example.com",
            "phones": phones(), "website": "https://example.com", "tax_id": "12", "additional_notes": "Open on Mondays",
            "logo_url": "https://example.com/cup.png",
        },
        "primary_recipients": [{
            "billing_info": {
                "name": name(), "address": address(), "email_address": "ada@example.com", "phones": phones(),
                "additional_info": "Engines", "language": "en-GB",
            },
            "shipping_info": {"business_name": "Engines", "name": name(), "address": address()},
        }],
        "additional_recipients": ["charles@example.com"],
        "items": [
            {
                "name": "Cup", "description": "Blue", "quantity": "4", "unit_amount": money("5.00"), "tax": tax,
                "item_date": "2026-02-27", "discount": {"percent": "10"}, "unit_of_measure": "QUANTITY",
            },
            {"name": "Painting", "quantity": "2.5", "unit_amount": money("60.00"), "unit_of_measure": "HOURS"},
        ],
        "configuration": {
            "partial_payment": {"allow_partial_payment": true, "minimum_amount_due": money("20.00")},
            "allow_tip": false, "tax_calculated_after_discount": true, "tax_inclusive": false,
            "template_id": "TEMP-5BR41873LX926014C",
        },
        "amount": {"breakdown": {
            "custom": {"label": "Packing", "amount": money("2.00")},
            "shipping": {"amount": money("7.00"), "tax": tax},
            "discount": {"invoice_discount": {"amount": money("1.00")}},
        }},
    })
}

fn criteria() -> Value {
    let time = |day| format!("2026-03-{day}T00:00:00Z");
    let days = json!({"start": "2026-03-01", "end": "2026-03-31"});
    json!({
        "recipient_email": "ada@example.com", "recipient_first_name": "Ada", "recipient_last_name": "Byron",
        "recipient_business_name": "Engines", "invoice_number": "INVOICE-7", "reference": "PO 12", "memo": "Second order",
        "status": ["SENT", "PAID"], "currency_code": "USD", "archived": false, "fields": ["items", "payments"],
        "total_amount_range": {"lower_amount": money("5.00"), "upper_amount": money("500.00")},
        "invoice_date_range": days, "due_date_range": days,
        "creation_date_range": {"start": time("01"), "end": time("31")},
        "payment_date_range": {"start": time("02"), "end": time("30")},
    })
}

fn notification() -> Value {
    json!({"subject": "Cups", "note": "Thank you.", "send_to_invoicer": true, "send_to_recipient": true,
        "additional_recipients": ["charles@example.com"]})
}

fn paid() -> Value {
    json!({"method": "BANK_TRANSFER", "payment_id": "8MC585209K746392H", "payment_date": "2026-03-05", "note": "In full",
        "amount": money("20.00"), "shipping_info": {"name": name(), "address": address()}})
}

fn refunded() -> Value {
    json!({"method": "CASH", "refund_date": "2026-03-09", "amount": money("5.00")})
}

fn order() -> Value {
    json!({
        "intent": "AUTHORIZE",
        "purchase_units": [{
            "reference_id": "cups",
            "invoice_id": "INVOICE-7",
            "amount": {
                "currency_code": "USD",
                "value": "21.50",
                "breakdown": {"item_total": money("20.00"), "tax_total": money("1.50")},
            },
            "items": [
                {"name": "Cup", "quantity": "4", "unit_amount": money("5.00"), "category": "PHYSICAL_GOODS"},
            ],
            "shipping": {"name": {"full_name": "Ada Byron"}, "address": address()},
        }],
        "payment_source": card()["payment_source"],
    })
}

fn card() -> Value {
    json!({"payment_source": {"card": {
        "number": "4111111111111111", "expiry": "2035-02", "security_code": "123", "billing_address": address(),
        "stored_credential": {"payment_initiator": "CUSTOMER", "payment_type": "ONE_TIME"},
    }}})
}

fn saved_agreement() -> Value {
    json!({"payment_source": {"token": {"id": "B-8KK84517", "type": "BILLING_AGREEMENT"}}})
}

fn update() -> Value {
    json!([
        {"op": "replace", "path": "/purchase_units/@reference_id=='default'/amount", "value": money("110.00")},
        {"op": "remove", "path": "/purchase_units/@reference_id=='default'/invoice_id"},
    ])
}

fn parcel() -> Value {
    json!({
        "capture_id": "8MC585209K746392H", "tracking_number": "443844607820", "carrier": "FEDEX", "notify_payer": false,
        "items": [{"name": "Cup", "quantity": "4", "sku": "cup-1", "upc": {"type": "UPC-A", "code": "042100005264"}}],
    })
}

fn description() -> Value {
    json!([{"op": "replace", "path": "/description", "value": "Cups, once a month"}])
}

fn shipment() -> Value {
    json!({"transaction_id": "8MC585209K746392H", "tracking_number": "443844607820", "status": "SHIPPED", "carrier": "FEDEX",
        "shipment_date": "2026-03-02", "notify_buyer": false})
}

fn saved_card() -> Value {
    json!({
        "customer": {"id": "customer_4029352050"},
        "payment_source": {"card": {"number": "4111111111111111", "expiry": "2035-02", "name": "Ada Byron",
            "billing_address": address()}},
    })
}

fn payer() -> Value {
    json!({"customer": {"country_code": "US"}, "purchase_units": [{"amount": money("149.90")}]})
}

fn bare_template() -> Value {
    json!({"name": "Workshop day", "template_info": {"detail": {"currency_code": "USD"}}})
}

fn template() -> Value {
    json!({
        "name": "Pottery course",
        "default_template": true,
        "template_info": {
            "detail": {"currency_code": "USD", "note": "Thank you for coming.", "payment_term": {"term_type": "NET_10"}},
            "invoicer": {"business_name": "Byron Cups", "email_address": "office@byron-cups.example", "address": address()},
            "items": [
                {"name": "Course of six evenings", "quantity": "1", "unit_amount": money("180.00"),
                    "tax": {"name": "Sales tax", "percent": "7.25"}, "unit_of_measure": "QUANTITY"},
            ],
            "configuration": {"partial_payment": {"allow_partial_payment": true, "minimum_amount_due": money("50.00")}},
        },
        "settings": {
            "template_item_settings": [{"field_name": "ITEMS_DATE", "display_preference": {"hidden": true}}],
        },
        "unit_of_measure": "QUANTITY",
    })
}

fn webhook() -> Value {
    json!({"url": "https://shop.example.com/paypal", "event_types": [{"name": "*"}]})
}

fn new_address() -> Value {
    json!([
        {"op": "replace", "path": "/url", "value": "https://shop.example.com/hooks"},
        {"op": "replace", "path": "/event_types", "value": [{"name": "PAYMENT.PAYOUTS-ITEM.HELD"}]},
    ])
}

fn received() -> Value {
    json!({
        "auth_algo": "SHA256withRSA",
        "cert_url": "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-7e5a21b0",
        "transmission_id": "b2384410-f8d2-11e4-8bf3-77339302725b",
        "transmission_sig": "bm90IGEgcmVhbCBzaWduYXR1cmU=",
        "transmission_time": "2026-03-02T19:15:32Z",
        "webhook_id": "5GP028458E2496506",
        // Most of an event is read-only. Prism does not check that in a request; neither do we, so that any event is sent.
        "webhook_event": {"event_version": "1.0", "resource_version": "2.0"},
    })
}

fn contact() -> Value {
    json!([{"op": "add", "path": "/communication_details", "value": {"email": "help@example.com"}}])
}

fn note() -> Value {
    json!({"note": "The parcel has not come."})
}

fn offer() -> Value {
    json!({"note": "Send it back and we refund it.", "offer_type": "REFUND_WITH_RETURN", "offer_amount": money("80.00"),
        "return_shipping_address": address(), "invoice_id": "INVOICE-7-REFUND"})
}

fn disputed() -> Value {
    json!({"disputed_transactions": [{"buyer_transaction_id": "6GE51807TR194382K"}],
        "reason": "MERCHANDISE_OR_SERVICE_NOT_RECEIVED", "dispute_amount": money("24.00")})
}

/// Returns a file for the actions that take one.
pub(crate) fn file() -> Value {
    json!({"name": "a.gif", "media_type": "image/gif", "data": "R0lGODlh"})
}

fn evidence() -> Value {
    json!({"evidences": [{"evidence_type": "PROOF_OF_FULFILLMENT", "notes": "By parcel.",
        "evidence_info": {"tracking_info": [{"carrier_name": "FEDEX", "tracking_number": "122533485"}]}}]})
}

fn claim() -> Value {
    json!({"note": "Lost on the way.", "accept_claim_reason": "LOST_IN_MAIL", "accept_claim_type": "REFUND",
        "invoice_id": "INVOICE-7-REFUND"})
}

fn link() -> Value {
    let item = json!({"name": "Tin", "unit_amount": {"currency_code": "USD", "value": "12.50"}});
    json!({"integration_mode": "LINK", "type": "BUY_NOW", "reusable": "MULTIPLE", "line_items": [item]})
}

fn held_payment() -> Value {
    json!({"reference_id": "6GE51807TR194382K", "reference_type": "TRANSACTION_ID"})
}

fn referral() -> Value {
    let details = json!({"features": ["PAYMENT", "REFUND"]});
    let rest =
        json!({"integration_method": "PAYPAL", "integration_type": "THIRD_PARTY", "third_party_details": details});
    json!({
        "email": "mona@example.com",
        "tracking_id": "seller-4711",
        "operations": [{"operation": "API_INTEGRATION", "api_integration_preference": {"rest_api_integration": rest}}],
        "products": ["EXPRESS_CHECKOUT"],
        "legal_consents": [{"type": "SHARE_DATA_CONSENT", "granted": true}],
    })
}

fn profile() -> Value {
    json!({
        "name": "Tea shop",
        "presentation": {"brand_name": "Tea by post", "logo_image": "https://shop.example.com/logo.png", "locale_code": "US"},
        "input_fields": {"no_shipping": 1, "address_override": 0},
        "flow_config": {"landing_page_type": "billing", "user_action": "COMMIT"},
    })
}
