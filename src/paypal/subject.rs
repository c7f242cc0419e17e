//! The resource that an event is about, and the related ones.

use super::kind::{Kind, is_id};
use crate::{
    base::document::Document,
    paypal::resource::{at, text},
};

/// A resource at PayPal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Subject<'a> {
    /// Its kind.
    pub kind: Kind,
    /// Its id.
    pub id: &'a str,
}

impl<'a> Subject<'a> {
    /// The resource that an event is about.
    ///
    /// `kind` is the one that the event's type names, which is not always right: `PAYMENT.CAPTURE.REFUNDED` brings a
    /// refund. So the resource's `self` link decides, then `resource_type`, then `kind`. Returns `None` for a resource
    /// without an id of that kind.
    #[must_use]
    pub(crate) fn of(kind: Option<Kind>, resource_type: Option<&str>, resource: &'a Document) -> Option<Self> {
        let own_id = text(resource, "id");
        let by_link = linked(resource, "self").filter(|own| own_id.is_none_or(|id| id == own.id));
        by_link.or_else(|| {
            let kinds = [resource_type.and_then(Kind::of_resource_type), kind];
            kinds.into_iter().flatten().find_map(|kind| Self::own(kind, resource))
        })
    }

    /// A resource of that kind, by its own id.
    fn own(kind: Kind, resource: &'a Document) -> Option<Self> {
        let mut ids = kind.id_paths().iter().filter_map(|path| at(resource, path)?.as_text());
        ids.find(|id| kind.has_id(id)).map(|id| Self { kind, id })
    }

    /// The other resources that it names by ids and links, one of each kind.
    #[must_use]
    pub(crate) fn related(own: Option<Self>, resource: &'a Document) -> Vec<Self> {
        let mut related = Related { own, found: Vec::new() };
        if let Some(ids) = at(resource, &["supplementary_data", "related_ids"]) {
            related.add_members(ids);
        }
        related.found.extend(linked(resource, "up").filter(|up| related.lacks(up.kind)));
        related.add_members(resource);
        // The order that created a payment token.
        if let Some(metadata) = resource.get("metadata") {
            related.add(Kind::Order, text(metadata, "order_id"));
        }
        if let Some([transaction]) = resource.get("disputed_transactions").map(Document::items) {
            related.add(Kind::Transaction, text(transaction, "seller_transaction_id"));
        }
        // The payment that a referenced payout pays out.
        if text(resource, "reference_type") == Some("TRANSACTION_ID") {
            related.add(Kind::Transaction, text(resource, "reference_id"));
        }
        for link in resource.get("links").map(Document::items).unwrap_or_default() {
            related.found.extend(target(link).filter(|it| related.lacks(it.kind)));
        }
        related.found
    }

    /// The same, and the payments listed in an order or a v1 payment if there is one of that kind.
    #[must_use]
    pub(crate) fn related_with_payments(own: Option<Self>, resource: &'a Document) -> Vec<Self> {
        let mut related = Related { own, found: Self::related(own, resource) };
        let lists: [(Kind, &[&str]); 6] = [
            (Kind::Authorization, &["payments", "authorizations"]),
            (Kind::Capture, &["payments", "captures"]),
            (Kind::Refund, &["payments", "refunds"]),
            (Kind::Authorization, &["payment_summary", "authorizations"]),
            (Kind::Capture, &["payment_summary", "captures"]),
            (Kind::Refund, &["payment_summary", "refunds"]),
        ];
        if let Some([unit]) = resource.get("purchase_units").map(Document::items) {
            for (kind, path) in lists {
                if let Some([payment]) = at(unit, path).map(Document::items) {
                    related.add(kind, text(payment, "id"));
                }
            }
        }
        let of_v1 = [("sale", Kind::Sale), ("authorization", Kind::Authorization), ("order", Kind::Order)];
        if let Some([transaction]) = resource.get("transactions").map(Document::items) {
            for (name, kind) in of_v1 {
                let resources = transaction.get("related_resources").map(Document::items).unwrap_or_default();
                let mut of_kind = resources.iter().filter_map(|it| it.get(name));
                related.add(kind, of_kind.next().filter(|_| of_kind.next().is_none()).and_then(|it| text(it, "id")));
            }
        }
        related.found
    }

    /// Its name in the journal: `capture:2GG279541U471931P`.
    #[must_use]
    pub(crate) fn name(&self) -> String {
        [self.kind.as_str(), ":", self.id].concat()
    }
}

/// Resources that another one names, one of each kind.
struct Related<'a> {
    own: Option<Subject<'a>>,
    found: Vec<Subject<'a>>,
}

impl<'a> Related<'a> {
    fn lacks(&self, kind: Kind) -> bool {
        self.found.iter().chain(&self.own).all(|it| it.kind != kind)
    }

    fn add(&mut self, kind: Kind, id: Option<&'a str>) {
        let is_new = self.lacks(kind);
        self.found.extend(id.filter(|id| is_new && kind.is_named_by(id)).map(|id| Subject { kind, id }));
    }

    /// Adds those that a member names by id.
    fn add_members(&mut self, object: &'a Document) {
        for (name, kind) in Kind::MEMBERS {
            self.add(*kind, text(object, name));
        }
    }
}

/// The target of the link of that relation.
fn linked<'a>(resource: &'a Document, rel: &str) -> Option<Subject<'a>> {
    resource.get("links")?.items().iter().find(|link| text(link, "rel") == Some(rel)).and_then(target)
}

/// The target of a link, if its URL ends in a collection and an id.
fn target<'a>(link: &'a Document) -> Option<Subject<'a>> {
    let mut steps = text(link, "href")?.rsplit('/');
    let id = steps.next().filter(|id| is_id(id) && !id.contains(['?', '#', '%']))?;
    let kind = Kind::of_collection(steps.next()?)?;
    kind.has_id(id).then_some(Subject { kind, id })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::types;

    /// Kind and id of the subject, then those of the related ones.
    fn found(event_type: &str, resource_type: &str, resource: &str) -> String {
        let document = Document::parse(resource).unwrap();
        let own =
            Subject::of(types::of(event_type).flatten(), Some(resource_type).filter(|it| !it.is_empty()), &document);
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

    /// Resources as in PayPal's samples, one for each family of types: the prefix of the type, `resource_type`, the
    /// resource, and what is found in it.
    const SAMPLES: &[(&str, &str, &str, &str)] = &[
        (
            "CHECKOUT.PAYMENT-APPROVAL.REVERSED",
            "",
            r#"{"order_id": "O1", "purchase_units": [{"invoice_id": "7"}]}"#,
            "order:O1",
        ),
        ("CHECKOUT.", "checkout-order", r#"{"id": "O1"}"#, "order:O1"),
        ("PAYMENT.ORDER.", "order", r#"{"id": "O-1", "parent_payment": "PAY-1"}"#, "order:O-1 payment:PAY-1"),
        ("PAYMENTS.PAYMENT.", "payment", r#"{"id": "PAY-1"}"#, "payment:PAY-1"),
        ("PAYMENT.AUTHORIZATION.", "authorization", r#"{"id": "A1"}"#, "authorization:A1"),
        (
            "PAYMENT.CAPTURE.REFUNDED",
            "refund",
            r#"{"id": "R1", "links": [{"rel": "self", "href": "https://x/v2/payments/refunds/R1"},
                {"rel": "up", "href": "https://x/v2/payments/captures/C1"}]}"#,
            "refund:R1 capture:C1",
        ),
        ("PAYMENT.CAPTURE.", "capture", r#"{"id": "C1", "invoice_id": "INV-7"}"#, "capture:C1"),
        ("PAYMENT.REFUND.", "refund", r#"{"id": "R1", "capture_id": "C1"}"#, "refund:R1 capture:C1"),
        ("PAYMENT.SALE.", "sale", r#"{"id": "S1", "billing_agreement_id": "I-1"}"#, "sale:S1 subscription:I-1"),
        ("BILLING.SUBSCRIPTION.", "subscription", r#"{"id": "I-1", "plan_id": "P-1"}"#, "subscription:I-1 plan:P-1"),
        ("BILLING.PLAN.", "plan", r#"{"id": "P-1", "product_id": "PROD-1"}"#, "plan:P-1 product:PROD-1"),
        ("CATALOG.PRODUCT.", "product", r#"{"id": "PROD-1"}"#, "product:PROD-1"),
        ("INVOICING.INVOICE.", "invoices", r#"{"invoice": {"id": "INV2-1"}}"#, "invoice:INV2-1"),
        (
            "CUSTOMER.DISPUTE.",
            "dispute",
            r#"{"dispute_id": "PP-D-1", "disputed_transactions": [{"seller_transaction_id": "T1"}],
                "links": [{"rel": "self", "href": "https://x/v1/customer/disputes/PP-D-1"}]}"#,
            "dispute:PP-D-1 transaction:T1",
        ),
        (
            "RISK.DISPUTE.",
            "dispute",
            r#"{"dispute_id": "PP-1", "seller_payment_id": "T1"}"#,
            "dispute:PP-1 transaction:T1",
        ),
        (
            "PAYMENT.PAYOUTSBATCH.",
            "payouts",
            r#"{"batch_header": {"payout_batch_id": "B1"}, "links": [{"rel": "self", "href": "https://x/v1/payments/payouts/B1"}]}"#,
            "payout:B1",
        ),
        (
            "PAYMENT.PAYOUTS-ITEM.",
            "payouts_item",
            r#"{"payout_item_id": "I1", "payout_batch_id": "B1", "transaction_id": "T1"}"#,
            "payout-item:I1 payout:B1 transaction:T1",
        ),
        (
            "PAYMENT.REFERENCED-PAYOUT-ITEM.",
            "referenced_payouts_items",
            r#"{"item_id": "I1", "reference_id": "C1", "reference_type": "TRANSACTION_ID", "invoice_id": "7"}"#,
            "referenced-payout-item:I1 transaction:C1",
        ),
        (
            "VAULT.PAYMENT-TOKEN.",
            "payment_token",
            r#"{"id": "8kk", "customer": {"id": "4"}, "metadata": {"order_id": "O1"},
                "links": [{"rel": "self", "href": "https://x/v3/vault/payment-tokens/8kk"}]}"#,
            "payment-token:8kk order:O1",
        ),
        ("VAULT.CREDIT-CARD.", "credit_card", r#"{"id": "CARD-1"}"#, "credit-card:CARD-1"),
        ("MERCHANT.PARTNER-CONSENT.", "partner-consent", r#"{"merchant_id": "M1", "tracking_id": "7"}"#, "merchant:M1"),
        (
            "MERCHANT.ONBOARDING.",
            "merchant-onboarding",
            r#"{"merchant_id": "M1", "partner_client_id": "7",
                "links": [{"rel": "self", "href": "https://x/v1/customer/partners/P1/merchant-integrations/M1"}]}"#,
            "merchant:M1",
        ),
        ("CUSTOMER.MERCHANT-INTEGRATION.", "merchant-integration", r#"{"merchant_id": "M1"}"#, "merchant:M1"),
        ("CUSTOMER.ACCOUNT-LIMITATION.", "", r#"{"account_id": "M1"}"#, "managed-account:M1"),
        (
            "CUSTOMER.MANAGED-ACCOUNT.",
            "managed-accounts",
            r#"{"account_id": "M1", "external_id": "7",
                "links": [{"rel": "self", "href": "https://x/v3/customer/managed-accounts/M1"}]}"#,
            "managed-account:M1",
        ),
    ];

    #[test]
    fn every_type_has_its_id_where_paypal_has_it() {
        for (event_type, kind) in types::names().filter_map(|name| Some((name, types::of(name)??))) {
            let sample = SAMPLES.iter().find(|(beginning, ..)| event_type.starts_with(beginning));
            let Some((_, resource_type, resource, expected)) = sample else { panic!("no sample of {event_type}") };
            // With `resource_type` and by the type alone.
            for resource_type in [*resource_type, ""] {
                assert_eq!(found(event_type, resource_type, resource), *expected, "{event_type}");
            }
            let of_another = event_type == "PAYMENT.CAPTURE.REFUNDED";
            assert!(of_another || expected.starts_with(kind.as_str()), "{event_type}");
        }
    }

    #[test]
    fn a_kind_has_its_id_wherever_an_api_has_it() {
        for (event_type, resource_type, resource, expected) in [
            ("PAYMENT.SALE.COMPLETED", "sale", r#"{"id": "S1", "billing_agreement_id": "B-1"}"#, "sale:S1"),
            ("BILLING.SUBSCRIPTION.CREATED", "Agreement", r#"{"id": "I-1"}"#, "subscription:I-1"),
            ("BILLING_AGREEMENTS.AGREEMENT.CREATED", "Agreement", r#"{"id": "B-1"}"#, ""),
            ("INVOICING.INVOICE.PAID", "invoices", r#"{"id": "INV2-1"}"#, "invoice:INV2-1"),
            ("VAULT.SETUP-TOKEN.APPROVED", "setup_token", r#"{"id": "5C9"}"#, "setup-token:5C9"),
            ("SHIPPING.TRACKER.UPDATED", "tracker", r#"{"tracking_number": "1Z"}"#, "tracker:1Z"),
            ("PAYMENT.REFERENCED-PAYOUT-ITEM.FAILED", "", r#"{"id": "I1"}"#, "referenced-payout-item:I1"),
            // A `resource_type` that leads to nothing.
            ("CHECKOUT.PAYMENT-APPROVAL.REVERSED", "payouts", r#"{"order_id": "O1"}"#, "order:O1"),
            // The type alone, and an unknown type.
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
    fn an_unknown_type_has_the_ids_that_it_names() {
        for (resource, expected) in [
            (r#"{"id": "X1", "order_id": "O1", "custom_id": "7"}"#, "order:O1"),
            (
                r#"{"order_id": "O1", "authorization_id": "A1", "capture_id": "C1", "refund_id": "R1", "sale_id": "S1",
                    "subscription_id": "I-1", "plan_id": "P-1", "product_id": "PROD-1", "invoice_id": "INV2-1",
                    "dispute_id": "PP-D-1", "payment_id": "PAYID-1", "payout_batch_id": "B1", "payout_item_id": "I1",
                    "payment_token": "8kk", "setup_token_id": "5C9", "credit_card_id": "CARD-1", "merchant_id": "M1",
                    "transaction_id": "T1"}"#,
                "order:O1 authorization:A1 capture:C1 refund:R1 sale:S1 subscription:I-1 plan:P-1 product:PROD-1 \
                 invoice:INV2-1 dispute:PP-D-1 payment:PAYID-1 payout:B1 payout-item:I1 payment-token:8kk setup-token:5C9 \
                 credit-card:CARD-1 merchant:M1 transaction:T1",
            ),
            (r#"{"supplementary_data": {"related_ids": {"refund_id": "R1"}}, "refund_id": "R2"}"#, "refund:R1"),
            (r#"{"links": [{"rel": "self", "href": "https://x/v1/payments/payouts-item/I1"}]}"#, "payout-item:I1"),
            (
                r#"{"id": "X1", "links": [{"rel": "self", "href": "https://x/v1/new/X1"},
                    {"rel": "dispute", "href": "https://x/v1/customer/disputes/PP-D-1"},
                    {"rel": "accept", "href": "https://x/v1/customer/disputes/PP-D-2/accept-claim"},
                    {"rel": "order", "href": "https://x/v2/checkout/orders/O1"}]}"#,
                "dispute:PP-D-1 order:O1",
            ),
            (r#"{"order_id": "", "capture_id": 7, "payment_id": "7", "invoice_id": "7", "refund_id": "a b"}"#, ""),
        ] {
            assert_eq!(found("NEW.NEW.NEW", "new", resource), expected);
        }
    }

    #[test]
    fn an_order_and_a_payment_of_v1_name_what_was_paid() {
        for (resource, expected) in [
            (r#"{"purchase_units": [{"payments": {"captures": [{"id": "C1"}], "refunds": []}}]}"#, "capture:C1"),
            (r#"{"purchase_units": [{"payment_summary": {"authorizations": [{"id": "A1"}]}}]}"#, "authorization:A1"),
            (r#"{"transactions": [{"related_resources": [{"sale": {"id": "S1"}}]}]}"#, "sale:S1"),
            (r#"{"purchase_units": [{"payments": {"captures": [{"id": "C1"}, {"id": "C2"}]}}]}"#, ""),
            (r#"{"purchase_units": [{"payments": {"captures": [{"id": "C1"}]}}, {}]}"#, ""),
            (r#"{"transactions": [{"related_resources": [{"sale": {"id": "S1"}}, {"sale": {"id": "S2"}}]}]}"#, ""),
        ] {
            let document = Document::parse(resource).unwrap();
            let found = Subject::related_with_payments(None, &document);
            assert_eq!(found.iter().map(Subject::name).collect::<Vec<_>>().join(" "), expected, "{resource}");
        }
    }

    #[test]
    fn invalid_ids_are_ignored() {
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
