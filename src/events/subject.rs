//! Which resource an event is about, and which others stand behind it.

use super::types;
use crate::{
    document::Document,
    resource::{at, text},
};

/// What a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words are PayPal's own")]
pub enum Kind {
    Order,
    Payment,
    Authorization,
    Capture,
    Refund,
    Sale,
    Subscription,
    Plan,
    Product,
    Invoice,
    Dispute,
    /// A batch of payouts.
    Payout,
    PayoutItem,
    Tracker,
    PaymentToken,
    SetupToken,
    CreditCard,
    Merchant,
    ManagedAccount,
    /// A payment of any kind, by the id that PayPal shows its merchant.
    Transaction,
}

impl Kind {
    /// As an event has it, and the journal in front of an id.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Payment => "payment",
            Self::Authorization => "authorization",
            Self::Capture => "capture",
            Self::Refund => "refund",
            Self::Sale => "sale",
            Self::Subscription => "subscription",
            Self::Plan => "plan",
            Self::Product => "product",
            Self::Invoice => "invoice",
            Self::Dispute => "dispute",
            Self::Payout => "payout",
            Self::PayoutItem => "payout-item",
            Self::Tracker => "tracker",
            Self::PaymentToken => "payment-token",
            Self::SetupToken => "setup-token",
            Self::CreditCard => "credit-card",
            Self::Merchant => "merchant",
            Self::ManagedAccount => "managed-account",
            Self::Transaction => "transaction",
        }
    }

    /// By an event's `resource_type`, whose spelling varies.
    fn of_resource_type(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase().replace('_', "-");
        Some(match &*name {
            "checkout-order" | "order" => Self::Order,
            "payment" => Self::Payment,
            "authorization" => Self::Authorization,
            "capture" => Self::Capture,
            "refund" => Self::Refund,
            "sale" => Self::Sale,
            "subscription" | "agreement" => Self::Subscription,
            "plan" => Self::Plan,
            "product" => Self::Product,
            "invoice" | "invoices" => Self::Invoice,
            "dispute" => Self::Dispute,
            "payouts" | "payout" => Self::Payout,
            "payouts-item" | "payout-item" => Self::PayoutItem,
            "tracker" | "trackers" => Self::Tracker,
            "payment-token" => Self::PaymentToken,
            "setup-token" => Self::SetupToken,
            "credit-card" => Self::CreditCard,
            _ => return None,
        })
    }

    /// By the step of a URL before an id.
    fn of_path(step: &str) -> Option<Self> {
        Some(match step {
            "orders" => Self::Order,
            "payment" => Self::Payment,
            "authorizations" | "authorization" => Self::Authorization,
            "captures" | "capture" => Self::Capture,
            "refunds" | "refund" => Self::Refund,
            "sale" => Self::Sale,
            "subscriptions" => Self::Subscription,
            _ => return None,
        })
    }

    /// Where a resource of this kind has its id, the best place first.
    fn places_of_id(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Dispute => &[&["dispute_id"], &["id"]],
            Self::Invoice => &[&["invoice", "id"], &["id"]],
            Self::Payout => &[&["batch_header", "payout_batch_id"], &["payout_batch_id"]],
            Self::PayoutItem => &[&["payout_item_id"]],
            Self::Merchant => &[&["merchant_id"], &["id"]],
            Self::ManagedAccount => &[&["account_id"], &["id"]],
            // A transaction that is shipped, with the number that the carrier gave.
            Self::Tracker => &[&["id"], &["tracking_number"]],
            _ => &[&["id"]],
        }
    }
}

/// A resource of PayPal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject<'a> {
    /// What it is.
    pub kind: Kind,
    /// Its id.
    pub id: &'a str,
}

impl<'a> Subject<'a> {
    /// The resource that an event is about.
    ///
    /// A type does not always name it: `PAYMENT.CAPTURE.REFUNDED` brings a refund. What it is says the resource's link to
    /// itself, or else `resource_type`, or else the type. Nothing for what has none of these ids.
    #[must_use]
    pub fn of(event_type: &str, resource_type: Option<&str>, resource: &'a Document) -> Option<Self> {
        let by_link = linked(resource, "self").filter(|own| text(resource, "id") == Some(own.id));
        by_link.or_else(|| {
            let kind = resource_type.and_then(Kind::of_resource_type).or_else(|| types::of(event_type)?)?;
            let id = kind.places_of_id().iter().find_map(|path| at(resource, path)?.as_text())?;
            Some(Self { kind, id }).filter(|subject| is_id(subject.id))
        })
    }

    /// The other resources that stand in it, one of a kind.
    #[must_use]
    pub fn related(own: Option<Self>, resource: &'a Document) -> Vec<Self> {
        let mut related: Vec<Self> = Vec::new();
        let mut add = |kind, id: Option<&'a str>| {
            let is_new = !related.iter().any(|it| it.kind == kind) && own.is_none_or(|own| own.kind != kind);
            related.extend(id.filter(|id| is_new && is_id(id)).map(|id| Self { kind, id }));
        };
        let ids = at(resource, &["supplementary_data", "related_ids"]);
        let of_ids = |name| ids.and_then(|ids| text(ids, name));
        let of_resource = |name| text(resource, name);
        let up = linked(resource, "up");

        add(Kind::Order, of_ids("order_id"));
        add(Kind::Authorization, of_ids("authorization_id"));
        add(Kind::Capture, of_ids("capture_id"));
        if let Some(up) = up {
            add(up.kind, Some(up.id));
        }
        add(Kind::Capture, of_resource("capture_id"));
        add(Kind::Sale, of_resource("sale_id"));
        // A billing agreement of reference transactions is none of a subscription.
        let agreement = of_resource("billing_agreement_id").or(of_ids("billing_agreement_id"));
        add(Kind::Subscription, of_ids("subscription_id"));
        add(Kind::Subscription, agreement.filter(|id| !id.starts_with("B-")));
        add(Kind::Plan, of_resource("plan_id"));
        add(Kind::Product, of_resource("product_id"));
        // Most payments have an `invoice_id` that is the merchant's own number; that of a PayPal invoice has this form.
        let invoice = of_ids("invoice_id").or(of_resource("invoice_id"));
        add(Kind::Invoice, invoice.filter(|id| id.starts_with("INV2-")));
        add(Kind::Payment, of_resource("parent_payment"));
        add(Kind::Payout, of_resource("payout_batch_id"));
        if let Some([transaction]) = resource.get("disputed_transactions").map(Document::items) {
            add(Kind::Transaction, text(transaction, "seller_transaction_id"));
        }
        related
    }

    /// The name under which the journal has it: `capture:2GG279541U471931P`.
    #[must_use]
    pub fn name(&self) -> String {
        [self.kind.as_str(), ":", self.id].concat()
    }
}

/// Whether a text can be an id: it goes into the journal's names. PayPal's are at most 127 characters long.
pub(crate) fn is_id(id: &str) -> bool {
    (1..=127).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The resource that a link of that relation leads to.
fn linked<'a>(resource: &'a Document, rel: &str) -> Option<Subject<'a>> {
    let links = resource.get("links")?.items();
    let href = links.iter().find(|link| text(link, "rel") == Some(rel)).and_then(|link| text(link, "href"))?;
    let mut steps = href.rsplit('/');
    let id = steps.next().filter(|id| is_id(id) && !id.contains(['?', '#', '%']))?;
    Some(Subject { kind: Kind::of_path(steps.next()?)?, id })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kind and id of the subject, then those of the related ones.
    fn found(event_type: &str, resource_type: &str, resource: &str) -> String {
        let document = Document::parse(resource).unwrap();
        let own = Subject::of(event_type, Some(resource_type).filter(|it| !it.is_empty()), &document);
        let all = own.into_iter().chain(Subject::related(own, &document));
        all.map(|subject| subject.name()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn payments_of_v2_lead_up_to_their_order() {
        let capture = r#"{"id": "C1", "invoice_id": "5840243-146",
            "supplementary_data": {"related_ids": {"order_id": "O1", "authorization_id": "A1"}}, "links": [
            {"rel": "self", "href": "https://api-m.paypal.com/v2/payments/captures/C1"},
            {"rel": "up", "href": "https://api-m.paypal.com/v2/checkout/orders/O1"}]}"#;
        assert_eq!(found("PAYMENT.CAPTURE.COMPLETED", "capture", capture), "capture:C1 order:O1 authorization:A1");
        let by_link = r#"{"id": "C1", "links": [{"rel": "up", "href": "https://x/v2/checkout/orders/O1"}]}"#;
        assert_eq!(found("PAYMENT.CAPTURE.COMPLETED", "capture", by_link), "capture:C1 order:O1");
        let authorized = r#"{"id": "C1", "links": [{"rel": "up", "href": "https://x/v2/payments/authorizations/A1"}]}"#;
        assert_eq!(found("PAYMENT.CAPTURE.PENDING", "capture", authorized), "capture:C1 authorization:A1");
    }

    #[test]
    fn a_refund_is_told_from_its_capture() {
        let refund = r#"{"id": "R1", "links": [
            {"rel": "self", "href": "https://api-m.paypal.com/v2/payments/refunds/R1"},
            {"rel": "up", "href": "https://api-m.paypal.com/v2/payments/captures/C1"}]}"#;
        for resource_type in ["refund", "capture", ""] {
            assert_eq!(found("PAYMENT.CAPTURE.REFUNDED", resource_type, refund), "refund:R1 capture:C1");
        }
        let v1 = r#"{"id": "R1", "sale_id": "S1", "parent_payment": "PAY-1"}"#;
        assert_eq!(found("PAYMENT.SALE.REFUNDED", "refund", v1), "refund:R1 sale:S1 payment:PAY-1");
    }

    #[test]
    fn every_kind_has_its_id_where_its_api_has_it() {
        for (event_type, resource_type, resource, expected) in [
            ("CHECKOUT.ORDER.APPROVED", "checkout-order", r#"{"id": "O1"}"#, "order:O1"),
            (
                "PAYMENT.ORDER.CREATED",
                "order",
                r#"{"id": "O-1", "parent_payment": "PAY-1"}"#,
                "order:O-1 payment:PAY-1",
            ),
            ("PAYMENT.AUTHORIZATION.VOIDED", "authorization", r#"{"id": "A1"}"#, "authorization:A1"),
            ("PAYMENT.REFUND.FAILED", "refund", r#"{"id": "R1"}"#, "refund:R1"),
            (
                "PAYMENT.SALE.COMPLETED",
                "sale",
                r#"{"id": "S1", "billing_agreement_id": "I-1"}"#,
                "sale:S1 subscription:I-1",
            ),
            ("PAYMENT.SALE.COMPLETED", "sale", r#"{"id": "S1", "billing_agreement_id": "B-1"}"#, "sale:S1"),
            ("PAYMENTS.PAYMENT.CREATED", "payment", r#"{"id": "PAY-1"}"#, "payment:PAY-1"),
            (
                "BILLING.SUBSCRIPTION.ACTIVATED",
                "subscription",
                r#"{"id": "I-1", "plan_id": "P-1"}"#,
                "subscription:I-1 plan:P-1",
            ),
            ("BILLING.SUBSCRIPTION.CREATED", "Agreement", r#"{"id": "I-1"}"#, "subscription:I-1"),
            ("BILLING.PLAN.CREATED", "plan", r#"{"id": "P-1", "product_id": "PROD-1"}"#, "plan:P-1 product:PROD-1"),
            ("CATALOG.PRODUCT.CREATED", "product", r#"{"id": "PROD-1"}"#, "product:PROD-1"),
            ("INVOICING.INVOICE.PAID", "invoices", r#"{"invoice": {"id": "INV2-1"}}"#, "invoice:INV2-1"),
            ("INVOICING.INVOICE.PAID", "invoices", r#"{"id": "INV2-1"}"#, "invoice:INV2-1"),
            (
                "CUSTOMER.DISPUTE.CREATED",
                "dispute",
                r#"{"dispute_id": "PP-D-1", "disputed_transactions": [{"seller_transaction_id": "T1"}]}"#,
                "dispute:PP-D-1 transaction:T1",
            ),
            ("PAYMENT.PAYOUTSBATCH.SUCCESS", "payouts", r#"{"batch_header": {"payout_batch_id": "B1"}}"#, "payout:B1"),
            (
                "PAYMENT.PAYOUTS-ITEM.FAILED",
                "payouts_item",
                r#"{"payout_item_id": "I1", "payout_batch_id": "B1", "transaction_id": "T1"}"#,
                "payout-item:I1 payout:B1",
            ),
            ("VAULT.PAYMENT-TOKEN.CREATED", "payment_token", r#"{"id": "8kk"}"#, "payment-token:8kk"),
            ("VAULT.SETUP-TOKEN.APPROVED", "setup_token", r#"{"id": "5C9"}"#, "setup-token:5C9"),
            ("VAULT.CREDIT-CARD.UPDATED", "credit_card", r#"{"id": "CARD-1"}"#, "credit-card:CARD-1"),
            ("SHIPPING.TRACKER.UPDATED", "tracker", r#"{"tracking_number": "1Z"}"#, "tracker:1Z"),
            ("MERCHANT.ONBOARDING.COMPLETED", "merchant-onboarding", r#"{"merchant_id": "M1"}"#, "merchant:M1"),
            ("CUSTOMER.MANAGED-ACCOUNT.CREATED", "managed-account", r#"{"account_id": "M1"}"#, "managed-account:M1"),
            // The type alone, and what no type says.
            ("PAYMENT.SALE.PENDING", "", r#"{"id": "S1"}"#, "sale:S1"),
            ("PAYMENT.SALE.NEW", "sale", r#"{"id": "S1"}"#, "sale:S1"),
            ("PAYMENT.SALE.NEW", "", r#"{"id": "S1"}"#, ""),
            ("TAXES.REPORTS.GENERATED", "report", r#"{"id": "X1"}"#, ""),
            ("PAYMENT.SALE.PENDING", "sale", r#"{"id": 7}"#, ""),
            ("PAYMENT.SALE.PENDING", "sale", "[]", ""),
        ] {
            assert_eq!(found(event_type, resource_type, resource), expected, "{event_type}");
        }
    }

    #[test]
    fn what_cannot_be_an_id_is_none() {
        for id in ["", "a b", "a\\nb", "\u{e9}", &"x".repeat(128)] {
            assert_eq!(found("PAYMENT.SALE.PENDING", "sale", &format!(r#"{{"id": "{id}"}}"#)), "", "{id}");
        }
        let query = r#"{"id": "C1", "links": [{"rel": "up", "href": "https://x/v2/checkout/orders/O1?x=1"}]}"#;
        assert_eq!(found("PAYMENT.CAPTURE.COMPLETED", "capture", query), "capture:C1");
    }

    #[test]
    fn an_invoice_of_paypal_s_is_told_from_a_number_of_the_merchant_s() {
        let sale = |id| format!(r#"{{"id": "S1", "invoice_id": "{id}"}}"#);
        assert_eq!(found("PAYMENT.SALE.COMPLETED", "sale", &sale("INV2-AAAA")), "sale:S1 invoice:INV2-AAAA");
        assert_eq!(found("PAYMENT.SALE.COMPLETED", "sale", &sale("INV-2024-7")), "sale:S1");
    }
}
