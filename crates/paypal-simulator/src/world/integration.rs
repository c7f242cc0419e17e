//! A seller who has agreed to a partner.

use serde_json::{Value, json};

use crate::{
    base::{clock::Moment, links::link},
    world::accounts::Merchant,
};

/// The scopes of a feature that a seller grants.
const FEATURES: [(&str, &[&str]); 12] = [
    (
        "PAYMENT",
        &[
            "https://uri.paypal.com/services/payments/realtimepayment",
            "https://uri.paypal.com/services/payments/payment/authcapture",
        ],
    ),
    ("REFUND", &["https://uri.paypal.com/services/payments/refund"]),
    ("PARTNER_FEE", &["https://uri.paypal.com/services/payments/partnerfee"]),
    ("DELAY_FUNDS_DISBURSEMENT", &["https://uri.paypal.com/services/payments/delay-funds-disbursement"]),
    ("READ_SELLER_DISPUTE", &["https://uri.paypal.com/services/disputes/read-seller"]),
    ("UPDATE_SELLER_DISPUTE", &["https://uri.paypal.com/services/disputes/update-seller"]),
    ("ADVANCED_TRANSACTIONS_SEARCH", &["https://uri.paypal.com/services/reporting/search/read"]),
    ("ACCESS_MERCHANT_INFORMATION", &["https://uri.paypal.com/services/customer/merchant-integrations/read"]),
    ("TRACKING_SHIPMENT_READWRITE", &["https://uri.paypal.com/services/shipping/trackers/readwrite"]),
    ("INVOICE_READ_WRITE", &["https://uri.paypal.com/services/invoicing"]),
    (
        "VAULT",
        &[
            "https://uri.paypal.com/services/vault/payment-tokens/read",
            "https://uri.paypal.com/services/vault/payment-tokens/readwrite",
        ],
    ),
    ("BILLING_AGREEMENT", &["https://uri.paypal.com/services/billing-agreements"]),
];

/// How a seller stands with a partner.
pub(crate) struct Integration {
    /// The seller's account id.
    pub(crate) merchant: String,
    pub(crate) tracking_id: Option<String>,
    /// What the seller has granted.
    pub(crate) features: Vec<String>,
    pub(crate) products: Vec<String>,
    pub(crate) email_confirmed: bool,
    pub(crate) payments_receivable: bool,
    pub(crate) since: Moment,
}

impl Integration {
    /// The path, below the partner's.
    pub(crate) fn path(&self, partner: &str) -> String {
        format!("/v1/customer/partners/{partner}/merchant-integrations/{}", self.merchant)
    }

    /// Returns what finding the seller answers.
    pub(crate) fn found(&self, partner: &str) -> Value {
        let mut document = json!({"merchant_id": self.merchant, "links": [link("self", "GET", &self.path(partner))]});
        if let Some(id) = &self.tracking_id {
            document["tracking_id"] = id.as_str().into();
        }
        document
    }

    /// Returns how the seller stands with a partner's app.
    pub(crate) fn document(&self, seller: &Merchant, partner: &Merchant) -> Value {
        let scopes: Vec<_> = self.features.iter().flat_map(|feature| scopes_of(feature)).collect();
        let mut document = json!({
            "merchant_id": self.merchant,
            "legal_name": seller.name,
            "primary_email": seller.email,
            "primary_email_confirmed": self.email_confirmed,
            "payments_receivable": self.payments_receivable,
            "date_created": self.since.rfc3339(),
            "products": self.products.iter().map(|name| product(name)).collect::<Vec<_>>(),
            "oauth_integrations": [{
                "integration_type": "OAUTH_THIRD_PARTY",
                "integration_method": "PAYPAL",
                "status": "A",
                "oauth_third_party": [{
                    "partner_client_id": partner.client_id,
                    "merchant_client_id": seller.client_id,
                    "scopes": scopes,
                }],
            }],
        });
        if let Some(id) = &self.tracking_id {
            document["tracking_id"] = id.as_str().into();
        }
        document
    }
}

fn scopes_of(feature: &str) -> &'static [&'static str] {
    FEATURES.iter().find(|(name, _)| *name == feature).map_or(&[], |(_, scopes)| *scopes)
}

fn product(name: &str) -> Value {
    match name {
        "PPCP" => json!({
            "name": "PPCP_CUSTOM",
            "vetting_status": "SUBSCRIBED",
            "status": "ACTIVE",
            "capabilities": ["CUSTOM_CARD_PROCESSING"],
        }),
        _ => json!({"name": name, "status": "ACTIVE"}),
    }
}
