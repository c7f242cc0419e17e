//! PayPal's event types, by the kind of their resource. PayPal adds to them: an unknown type is not an error.

use crate::paypal::kind::Kind;

/// Types by the kind of their resource; those without a kind are about resources that no action reads.
type Types = &'static [(Option<Kind>, &'static [&'static str])];

/// The kind of a type's resource; `None` for an unknown type.
#[must_use]
pub(crate) fn of(event_type: &str) -> Option<Option<Kind>> {
    let (kind, _) = LISTED.iter().chain(DOCUMENTED).find(|(_, types)| types.contains(&event_type))?;
    Some(*kind)
}

/// The names of all known types.
#[cfg(test)]
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    LISTED.iter().chain(DOCUMENTED).flat_map(|(_, types)| types.iter().copied())
}

/// The types on PayPal's page of event names that are not in [`LISTED`]; `BILLING_AGREEMENTS` from its older versions.
/// Collected in November 2026 from partial copies of the page and from lists in SDKs.
/// <https://developer.paypal.com/api/rest/webhooks/event-names/>
pub(crate) const DOCUMENTED: Types = &[
    (Some(Kind::Order), &["CHECKOUT.ORDER.PROCESSED", "CHECKOUT.PAYMENT-APPROVAL.REVERSED"]),
    (
        Some(Kind::ReferencedPayoutItem),
        &["PAYMENT.REFERENCED-PAYOUT-ITEM.COMPLETED", "PAYMENT.REFERENCED-PAYOUT-ITEM.FAILED"],
    ),
    (
        Some(Kind::ManagedAccount),
        &[
            "CUSTOMER.ACCOUNT-LIMITATION.ADDED",
            "CUSTOMER.ACCOUNT-LIMITATION.ESCALATED",
            "CUSTOMER.ACCOUNT-LIMITATION.LIFTED",
            "CUSTOMER.ACCOUNT-LIMITATION.UPDATED",
            "CUSTOMER.MANAGED-ACCOUNT.CREATION-FAILED",
            "CUSTOMER.MANAGED-ACCOUNT.NEGATIVE-BALANCE-DEBIT-INITIATED",
            "CUSTOMER.MANAGED-ACCOUNT.NEGATIVE-BALANCE-NOTIFIED",
        ],
    ),
    // For reference transactions, which do not belong to a subscription.
    (None, &["BILLING_AGREEMENTS.AGREEMENT.CANCELLED", "BILLING_AGREEMENTS.AGREEMENT.CREATED"]),
];

/// The types that the sandbox returned for `GET /v1/notifications/webhooks-event-types` in 2024.
pub(crate) const LISTED: Types = &[
    (
        Some(Kind::Order),
        &[
            "CHECKOUT.CHECKOUT.BUYER-APPROVED",
            "CHECKOUT.ORDER.APPROVED",
            "CHECKOUT.ORDER.COMPLETED",
            "CHECKOUT.ORDER.DECLINED",
            "CHECKOUT.ORDER.SAVED",
            "CHECKOUT.ORDER.VOIDED",
            "PAYMENT.ORDER.CANCELLED",
            "PAYMENT.ORDER.CREATED",
        ],
    ),
    (Some(Kind::Payment), &["PAYMENTS.PAYMENT.CREATED"]),
    (Some(Kind::Authorization), &["PAYMENT.AUTHORIZATION.CREATED", "PAYMENT.AUTHORIZATION.VOIDED"]),
    (
        Some(Kind::Capture),
        &[
            "PAYMENT.CAPTURE.COMPLETED",
            "PAYMENT.CAPTURE.DECLINED",
            "PAYMENT.CAPTURE.DENIED",
            "PAYMENT.CAPTURE.PENDING",
            "PAYMENT.CAPTURE.REFUNDED",
            "PAYMENT.CAPTURE.REVERSED",
        ],
    ),
    (
        Some(Kind::Refund),
        &[
            "PAYMENT.REFUND.CANCELLED",
            "PAYMENT.REFUND.COMPLETED",
            "PAYMENT.REFUND.DENIED",
            "PAYMENT.REFUND.FAILED",
            "PAYMENT.REFUND.PENDING",
        ],
    ),
    (
        Some(Kind::Sale),
        &[
            "PAYMENT.SALE.COMPLETED",
            "PAYMENT.SALE.DENIED",
            "PAYMENT.SALE.PENDING",
            "PAYMENT.SALE.REFUNDED",
            "PAYMENT.SALE.REVERSED",
        ],
    ),
    (
        Some(Kind::Subscription),
        &[
            "BILLING.SUBSCRIPTION.ACTIVATED",
            "BILLING.SUBSCRIPTION.CANCELLED",
            "BILLING.SUBSCRIPTION.CREATED",
            "BILLING.SUBSCRIPTION.EXPIRED",
            "BILLING.SUBSCRIPTION.PAYMENT.FAILED",
            "BILLING.SUBSCRIPTION.RE-ACTIVATED",
            "BILLING.SUBSCRIPTION.SUSPENDED",
            "BILLING.SUBSCRIPTION.UPDATED",
        ],
    ),
    (
        Some(Kind::Plan),
        &[
            "BILLING.PLAN.ACTIVATED",
            "BILLING.PLAN.CREATED",
            "BILLING.PLAN.DEACTIVATED",
            "BILLING.PLAN.PRICING-CHANGE.ACTIVATED",
            "BILLING.PLAN.PRICING-CHANGE.INPROGRESS",
            "BILLING.PLAN.UPDATED",
        ],
    ),
    (Some(Kind::Product), &["CATALOG.PRODUCT.CREATED", "CATALOG.PRODUCT.UPDATED"]),
    (
        Some(Kind::Invoice),
        &[
            "INVOICING.INVOICE.CANCELLED",
            "INVOICING.INVOICE.CREATED",
            "INVOICING.INVOICE.PAID",
            "INVOICING.INVOICE.REFUNDED",
            "INVOICING.INVOICE.SCHEDULED",
            "INVOICING.INVOICE.UPDATED",
        ],
    ),
    (
        Some(Kind::Dispute),
        &["CUSTOMER.DISPUTE.CREATED", "CUSTOMER.DISPUTE.RESOLVED", "CUSTOMER.DISPUTE.UPDATED", "RISK.DISPUTE.CREATED"],
    ),
    (
        Some(Kind::Payout),
        &["PAYMENT.PAYOUTSBATCH.DENIED", "PAYMENT.PAYOUTSBATCH.PROCESSING", "PAYMENT.PAYOUTSBATCH.SUCCESS"],
    ),
    (
        Some(Kind::PayoutItem),
        &[
            "PAYMENT.PAYOUTS-ITEM.BLOCKED",
            "PAYMENT.PAYOUTS-ITEM.CANCELED",
            "PAYMENT.PAYOUTS-ITEM.DENIED",
            "PAYMENT.PAYOUTS-ITEM.FAILED",
            "PAYMENT.PAYOUTS-ITEM.HELD",
            "PAYMENT.PAYOUTS-ITEM.REFUNDED",
            "PAYMENT.PAYOUTS-ITEM.RETURNED",
            "PAYMENT.PAYOUTS-ITEM.SUCCEEDED",
            "PAYMENT.PAYOUTS-ITEM.UNCLAIMED",
        ],
    ),
    (
        Some(Kind::PaymentToken),
        &[
            "VAULT.PAYMENT-TOKEN.CREATED",
            "VAULT.PAYMENT-TOKEN.DELETED",
            "VAULT.PAYMENT-TOKEN.DELETION-INITIATED",
            "VAULT.PAYMENT-TOKEN.UPDATED",
        ],
    ),
    (Some(Kind::CreditCard), &["VAULT.CREDIT-CARD.CREATED", "VAULT.CREDIT-CARD.DELETED", "VAULT.CREDIT-CARD.UPDATED"]),
    (
        Some(Kind::Merchant),
        &[
            "CUSTOMER.MERCHANT-INTEGRATION.CAPABILITY-UPDATED",
            "CUSTOMER.MERCHANT-INTEGRATION.PRODUCT-SUBSCRIPTION-UPDATED",
            "CUSTOMER.MERCHANT-INTEGRATION.SELLER-ALREADY-INTEGRATED",
            "CUSTOMER.MERCHANT-INTEGRATION.SELLER-CONSENT-GRANTED",
            "CUSTOMER.MERCHANT-INTEGRATION.SELLER-EMAIL-CONFIRMED",
            "CUSTOMER.MERCHANT-INTEGRATION.SELLER-ERROR-BAD-REQUEST",
            "CUSTOMER.MERCHANT-INTEGRATION.SELLER-ERROR-INTERNAL-SERVER-ERROR",
            "CUSTOMER.MERCHANT-INTEGRATION.SELLER-ONBOARDING-INITIATED",
            "CUSTOMER.MERCHANT-INTEGRATION.SELLER-ONBOARDING-STARTED",
            "MERCHANT.ONBOARDING.COMPLETED",
            "MERCHANT.PARTNER-CONSENT.REVOKED",
        ],
    ),
    (
        Some(Kind::ManagedAccount),
        &[
            "CUSTOMER.MANAGED-ACCOUNT.ACCOUNT-CREATED",
            "CUSTOMER.MANAGED-ACCOUNT.ACCOUNT-LIMIT-APPROACHED",
            "CUSTOMER.MANAGED-ACCOUNT.ACCOUNT-PROACTIVE-NOTIFICATION",
            "CUSTOMER.MANAGED-ACCOUNT.ACCOUNT-STATUS-CHANGED",
            "CUSTOMER.MANAGED-ACCOUNT.ACCOUNT-UPDATED",
            "CUSTOMER.MANAGED-ACCOUNT.CONFIGURATIONS-UPDATED",
            "CUSTOMER.MANAGED-ACCOUNT.CREATED",
            "CUSTOMER.MANAGED-ACCOUNT.NEGATIVE-BALANCE-THRESHOLD",
            "CUSTOMER.MANAGED-ACCOUNT.RISK-ASSESSED",
            "CUSTOMER.MANAGED-ACCOUNT.UPDATED",
        ],
    ),
    (
        None,
        &[
            "COLLECTION.ACTIVITY.EXECUTED",
            "COMPLIANCE.PROCESS.AGENT-ACTION-INITIATED",
            "COMPLIANCE.PROCESS.COMPLETED",
            "COMPLIANCE.PROCESS.END-USER-ACTION-REQUIRED",
            "COMPLIANCE.PROCESS.EXEMPTED",
            "COMPLIANCE.PROCESS.FAILED",
            "COMPLIANCE.PROCESS.NOT-APPLIED",
            "COMPLIANCE.PROCESS.SYSTEM-ACTION-INITIATED",
            "CUSTOMER-SUPPORT.CHARGEBACK.DECISION-RESPONDED",
            "CUSTOMER.FUNDS-RESERVE.RELEASED",
            "CUSTOMER.FUNDS-RESERVE.WITHHELD",
            "CUSTOMER.MERCHANT-BALANCE.CHANGED",
            "CUSTOMER.MERCHANT-MIGRATION.BILLING-AGREEMENT-MIGRATION.ACCEPTED",
            "CUSTOMER.MERCHANT-MIGRATION.BILLING-AGREEMENT-MIGRATION.COMPLETED",
            "CUSTOMER.MERCHANT-MIGRATION.BILLING-AGREEMENT-MIGRATION.FAILED",
            "CUSTOMER.MERCHANT-MIGRATION.BILLING-AGREEMENT-MIGRATION.IN-PROGRESS",
            "CUSTOMER.NEGATIVE-BALANCE.ACTIVE",
            "CUSTOMER.NEGATIVE-BALANCE.CLEARED",
            "CUSTOMER.NEGATIVE-BALANCE.CREATED",
            "CUSTOMER.NEGATIVE-BALANCE.RECOUPMENT-COMPLETED",
            "CUSTOMER.NEGATIVE-BALANCE.REVERSE-RECOUPMENT-COMPLETED",
            "CUSTOMER.PARTNER-FINANCIAL-ACCOUNT.DEBITED",
            "CUSTOMER.PAYOUT.COMPLETED",
            "CUSTOMER.PAYOUT.FAILED",
            "CUSTOMER.PAYPAL-ACCOUNT.CHANGED",
            "CUSTOMER.PROFILE.ACCOUNT-CLOSED",
            "CUSTOMER.USER-PROFILE.PASSWORD-CHANGED",
            "IDENTITY.AUTHORIZATION-CONSENT.GRANTED",
            "IDENTITY.AUTHORIZATION-CONSENT.REVOKED",
            "LOYALTY.REWARDS-PAYOUT.COMPLETED",
            "PAYMENT-NETWORKS.ALTERNATIVE-PAYMENT.COMPLETED",
            "PAYMENT-TOKENIZATION.BATCH-REQUEST.STATUS-CHANGED",
            "PAYMENT-TOKENIZATION.METADATA.CHANGED",
            "PAYMENT-TOKENIZATION.PAYMENT-CREDENTIAL.UPDATED",
            "PAYMENT-TOKENIZATION.TOKEN-REQUESTOR.UPDATED",
            "PAYMENT-TOKENIZATION.TOKEN-STATUS.CHANGED",
            "PAYMENT.INSTRUMENT.REPLACED",
            "PAYMENT.INSTRUMENT.UPDATED",
            "PAYMENTS.CUSTOMER-PAYOUTS.COMPLETED",
            "PAYMENTS.CUSTOMER-PAYOUTS.CREATED",
            "PAYMENTS.CUSTOMER-PAYOUTS.FAILED",
            "PAYMENTS.CUSTOMER-PAYOUTS.PENDING",
            "PAYMENTS.CUSTOMER-PAYOUTS.REVERSED",
            "PAYMENT_NETWORKS.INSTRUMENT.LINKED-ACCOUNT-FAILED",
            "PAYMENT_NETWORKS.INSTRUMENT.LINKED-ACCOUNT-UPDATED",
            "PRICING.COMMISSION-CONFIG.CREATED",
            "PRICING.COMMISSION-CONFIG.PROVISIONED",
            "PRICING.COMMISSION-CONFIG.UPDATED",
            "REPORTING.REPORT.AVAILABLE",
            "TAXES.REPORTS.DELIVERED",
            "TAXES.REPORTS.GENERATED",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::events::samples::shared;

    #[test]
    fn these_are_paypal_s() {
        let mut ours: Vec<&str> = LISTED.iter().flat_map(|(_, types)| types.iter().copied()).collect();
        ours.sort_unstable();
        assert_eq!(ours.len(), 144);
        let Some(facts) = shared("event_types.json") else { return };
        let facts: serde_json::Value = serde_json::from_slice(&facts).unwrap();
        let types = facts["event_types"].as_array().unwrap().iter();
        let mut theirs: Vec<&str> = types.map(|entry| entry["name"].as_str().unwrap()).collect();
        theirs.sort_unstable();
        assert_eq!(ours, theirs);
    }

    #[test]
    fn a_type_is_known_once() {
        let all: BTreeSet<&str> = names().collect();
        assert_eq!((names().count(), all.len()), (157, 157));
    }

    #[test]
    fn a_type_has_the_kind_of_its_resource_or_is_unknown() {
        assert_eq!(of("PAYMENT.CAPTURE.COMPLETED"), Some(Some(Kind::Capture)));
        assert_eq!(of("TAXES.REPORTS.GENERATED"), Some(None));
        assert_eq!(of("CHECKOUT.PAYMENT-APPROVAL.REVERSED"), Some(Some(Kind::Order)));
        assert_eq!(of("PAYMENT.CAPTURE"), None);
        assert_eq!(of(""), None);
    }
}
