//! Who has paid: an event about an order, a subscription or a payment of v1 names the payer, and one about a capture, a
//! sale or a refund names what it belongs to.

use super::event::Event;
use crate::paypal::{
    credit::is_transaction,
    kind::Kind,
    party::Party,
    resource::{at, text},
};

/// Where a resource names its payer: the object, and in it the members with the id and the e-mail address.
const PLACES: [(&[&str], &str, &str); 4] = [
    (&["payer"], "payer_id", "email_address"),
    (&["payer", "payer_info"], "payer_id", "email"),
    (&["subscriber"], "payer_id", "email_address"),
    (&["payment_source", "paypal"], "account_id", "email_address"),
];

/// The resource and its payer, if it is one of those that name the payer. The `payer` of a refund is the merchant.
pub(crate) fn payer<'a>(event: &'a Event) -> Option<(&'a str, Party<'a>)> {
    let subject = event.subject().filter(|it| matches!(it.kind, Kind::Order | Kind::Subscription | Kind::Payment))?;
    let resource = event.resource()?;
    let found = PLACES.into_iter().find_map(|(path, id, email)| {
        let place = at(resource, path)?;
        Some(Party::new(text(place, id), text(place, email))).filter(|party| *party != Party::default())
    });
    Some((subject.id, found?)).filter(|(id, _)| is_transaction(id))
}

/// The payment that a refund or a reversal is about. The type of such an event names a capture or a sale, and so may its
/// `resource_type`.
pub(super) fn refunded<'a>(event: &'a Event) -> Option<&'a str> {
    let resource = event.resource()?;
    let named = text(resource, "capture_id").or_else(|| text(resource, "sale_id"));
    let linked = || {
        let is_refund = event.subject().is_some_and(|subject| subject.kind == Kind::Refund);
        let related = event.related().into_iter().filter(|_| is_refund);
        related.into_iter().find(|it| matches!(it.kind, Kind::Capture | Kind::Sale)).map(|it| it.id)
    };
    let own = text(resource, "id");
    named.or_else(linked).filter(|payment| is_transaction(payment) && Some(*payment) != own)
}

/// What belongs to what, the nearest first: a refund to its capture, a capture to its order.
pub(crate) fn owners<'a>(event: &'a Event) -> Vec<(&'a str, &'a str)> {
    let Some(subject) = event.subject() else { return Vec::new() };
    let refunded = refunded(event);
    let whole = match subject.kind {
        Kind::Refund | Kind::Capture | Kind::Sale => {
            &[Kind::Authorization, Kind::Order, Kind::Subscription, Kind::Payment][..]
        }
        Kind::Authorization => &[Kind::Order, Kind::Payment],
        _ => &[],
    };
    let own = if subject.kind == Kind::Refund { None } else { Some(subject.id) };
    let payment = refunded.or(own);
    let related = event.related().into_iter().filter(|it| whole.contains(&it.kind));
    let belongs = related.filter_map(|owner| Some((payment?, owner.id)));
    let mut owners: Vec<_> = refunded.map(|payment| (subject.id, payment)).into_iter().chain(belongs).collect();
    owners.retain(|(one, other)| is_transaction(one) && is_transaction(other) && one != other);
    owners
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The payer of an event's resource, and what belongs to what.
    fn found(event_type: &str, resource: &str) -> String {
        let raw = format!(r#"{{"event_type": "{event_type}", "resource": {resource}}}"#);
        let event = Event::parse(&raw).unwrap();
        let payer = payer(&event).map(|(id, party)| format!("{id}: {}", party.names().collect::<Vec<_>>().join(" ")));
        let owners = owners(&event).into_iter().map(|(one, other)| format!("{one} -> {other}"));
        payer.into_iter().chain(owners).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn an_order_and_a_subscription_name_the_payer() {
        for (event_type, resource, expected) in [
            (
                "CHECKOUT.ORDER.APPROVED",
                r#"{"id": "O1", "payer": {"payer_id": "LPLW", "email_address": "Ada@example.com"}}"#,
                "O1: LPLW ada@example.com",
            ),
            (
                "CHECKOUT.ORDER.APPROVED",
                r#"{"id": "O1", "payment_source": {"paypal": {"account_id": "LPLW", "email_address": "ada@example.com"}}}"#,
                "O1: LPLW ada@example.com",
            ),
            (
                "BILLING.SUBSCRIPTION.ACTIVATED",
                r#"{"id": "I-1", "subscriber": {"email_address": "ada@example.com"}}"#,
                "I-1: ada@example.com",
            ),
            (
                "PAYMENTS.PAYMENT.CREATED",
                r#"{"id": "PAY-1", "payer": {"payer_info": {"payer_id": "LPLW", "email": "ada@example.com"}}}"#,
                "PAY-1: LPLW ada@example.com",
            ),
            ("CHECKOUT.ORDER.APPROVED", r#"{"id": "O1", "payer": {"name": {}}}"#, ""),
            ("CHECKOUT.ORDER.APPROVED", "[]", ""),
            // The `payer` of a refund is the merchant.
            ("PAYMENT.REFUND.COMPLETED", r#"{"id": "R1", "payer": {"payer_id": "SHOP"}}"#, ""),
        ] {
            assert_eq!(found(event_type, resource), expected, "{resource}");
        }
    }

    #[test]
    fn a_refund_belongs_to_its_payment_and_that_to_its_order() {
        let links = |own: &str, up: &str| {
            format!(
                r#""links": [{{"rel": "self", "href": "https://x/v2/payments/{own}"}}, {{"rel": "up", "href": "https://x/v2/{up}"}}]"#
            )
        };
        for (event_type, resource, expected) in [
            (
                "PAYMENT.CAPTURE.COMPLETED",
                format!(r#"{{"id": "C1", {}}}"#, links("captures/C1", "checkout/orders/O1")),
                "C1 -> O1",
            ),
            (
                "PAYMENT.CAPTURE.COMPLETED",
                r#"{"id": "C1", "supplementary_data": {"related_ids": {"order_id": "O1", "authorization_id": "A1"}}}"#
                    .to_owned(),
                "C1 -> O1, C1 -> A1",
            ),
            (
                "PAYMENT.AUTHORIZATION.CREATED",
                format!(r#"{{"id": "A1", {}}}"#, links("authorizations/A1", "checkout/orders/O1")),
                "A1 -> O1",
            ),
            (
                "PAYMENT.CAPTURE.REFUNDED",
                format!(r#"{{"id": "R1", {}}}"#, links("refunds/R1", "payments/captures/C1")),
                "R1 -> C1",
            ),
            (
                "PAYMENT.SALE.REFUNDED",
                r#"{"id": "R1", "sale_id": "S1", "parent_payment": "PAY-1", "billing_agreement_id": "I-1"}"#.to_owned(),
                "R1 -> S1, S1 -> I-1, S1 -> PAY-1",
            ),
            ("PAYMENT.SALE.COMPLETED", r#"{"id": "S1", "billing_agreement_id": "I-1"}"#.to_owned(), "S1 -> I-1"),
            ("PAYMENT.SALE.COMPLETED", r#"{"id": "S1", "billing_agreement_id": "S1"}"#.to_owned(), ""),
            ("CHECKOUT.ORDER.COMPLETED", r#"{"id": "O1"}"#.to_owned(), ""),
            ("CUSTOMER.DISPUTE.CREATED", r#"{"dispute_id": "D1", "order_id": "O1"}"#.to_owned(), ""),
        ] {
            assert_eq!(found(event_type, &resource), expected, "{resource}");
        }
    }
}
