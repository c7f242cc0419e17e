//! Whether a resource shows that a call about it was carried out.

use crate::{
    base::document::Document,
    catalogue::{Action, find, orders, payments},
    paypal::{
        kind::Kind,
        resource::{self, has_readable_payments},
    },
};

/// The action that shows what a call has done: the catalogue's, or for one whose key PayPal has forgotten, the read of the resource
/// that it changes.
pub(super) fn look_up(action: &'static Action) -> Option<&'static Action> {
    let by_id = || match action.id {
        "orders.capture" | "orders.authorize" => Some(orders::GET),
        "payments.void-authorization" | "payments.capture-authorization" | "payments.reauthorize" => {
            Some(payments::GET_AUTHORIZATION)
        }
        "payments.refund-capture" => Some(payments::GET_CAPTURE),
        _ => None,
    };
    action.lookup.and_then(find).or_else(by_id)
}

/// Whether PayPal's document shows that the call was carried out; `None` if it may have been this call or another one, or if the
/// document does not tell.
pub(super) fn shows(action: &str, document: &Document) -> Option<bool> {
    let status = resource::status(document);
    let status = status.as_deref();
    let has_payment = |kind: Kind| {
        has_readable_payments(document).then(|| resource::payments(document).iter().any(|payment| payment.kind == kind))
    };
    match action {
        "orders.capture" => has_payment(Kind::Capture),
        "orders.authorize" => has_payment(Kind::Authorization),
        // A source may have been there from the start.
        "orders.confirm-payment-source" => document.given("payment_source").is_none().then_some(false),
        "payments.void-authorization" => status.map(|status| status == "VOIDED"),
        // Other captures of it, and other refunds, have the same effect on its status.
        "payments.capture-authorization" => (status == Some("CREATED")).then_some(false),
        "payments.refund-capture" => (status == Some("COMPLETED")).then_some(false),
        "payouts.cancel-item" => match status? {
            "RETURNED" => Some(true),
            "UNCLAIMED" => Some(false),
            _ => None,
        },
        "subscriptions.activate" => match status? {
            "ACTIVE" => Some(true),
            "SUSPENDED" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{ACTIONS, Effect};

    fn shown(action: &str, document: &str) -> Option<bool> {
        shows(action, &Document::parse(document).unwrap())
    }

    #[test]
    fn a_resource_shows_what_only_the_call_can_have_done() {
        let order = |payments: &str| format!(r#"{{"id": "5O19", "purchase_units": [{{"payments": {payments}}}]}}"#);
        let captured = order(r#"{"captures": [{"id": "2GG", "status": "DECLINED"}]}"#);
        assert_eq!(shown("orders.capture", &captured), Some(true));
        assert_eq!(shown("orders.authorize", &captured), Some(false));
        assert_eq!(shown("orders.capture", &order("{}")), Some(false));
        assert_eq!(shown("orders.capture", &order("7")), None);
        for (action, status, expected) in [
            ("payments.void-authorization", "VOIDED", Some(true)),
            ("payments.void-authorization", "CAPTURED", Some(false)),
            ("payments.capture-authorization", "CREATED", Some(false)),
            ("payments.capture-authorization", "CAPTURED", None),
            ("payments.refund-capture", "COMPLETED", Some(false)),
            ("payments.refund-capture", "PARTIALLY_REFUNDED", None),
            ("subscriptions.activate", "ACTIVE", Some(true)),
            ("subscriptions.activate", "SUSPENDED", Some(false)),
            ("subscriptions.activate", "CANCELLED", None),
            ("disputes.make-offer", "OPEN", None),
        ] {
            assert_eq!(shown(action, &format!(r#"{{"status": "{status}"}}"#)), expected, "{action} {status}");
        }
        let item = |status: &str| shown("payouts.cancel-item", &format!(r#"{{"transaction_status": "{status}"}}"#));
        assert_eq!(["RETURNED", "UNCLAIMED", "PENDING"].map(item), [Some(true), Some(false), None]);
        assert_eq!(shown("orders.confirm-payment-source", "{}"), Some(false));
        assert_eq!(shown("orders.confirm-payment-source", r#"{"payment_source": {"paypal": {}}}"#), None);
    }

    /// The look-up's parameters are among those of the call's path, which the journal has.
    #[test]
    fn what_is_looked_up_by_is_in_the_journal() {
        let moves_money = ACTIONS.iter().filter(|action| action.effects.contains(&Effect::MovesMoney));
        for action in moves_money {
            for needed in look_up(action).into_iter().flat_map(|it| it.parameters).filter(|it| it.required) {
                assert!(action.path.contains(&format!("{{{}}}", needed.name)), "{}: {}", action.id, needed.name);
            }
        }
    }
}
