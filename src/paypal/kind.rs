//! The kinds of PayPal's resources, and how its documents name them.

/// The kind of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
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
    /// A payout of one captured payment to the seller and the partner of a platform.
    ReferencedPayoutItem,
    Tracker,
    PaymentToken,
    SetupToken,
    CreditCard,
    Merchant,
    ManagedAccount,
    /// A payment of any kind, by the id that PayPal shows to the merchant.
    Transaction,
}

impl Kind {
    /// Its name, in replies and before an id in the journal.
    #[must_use]
    pub(crate) fn as_str(self) -> &'static str {
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
            Self::ReferencedPayoutItem => "referenced-payout-item",
            Self::Tracker => "tracker",
            Self::PaymentToken => "payment-token",
            Self::SetupToken => "setup-token",
            Self::CreditCard => "credit-card",
            Self::Merchant => "merchant",
            Self::ManagedAccount => "managed-account",
            Self::Transaction => "transaction",
        }
    }

    /// The kind of an event's `resource_type`, whose spelling varies.
    #[must_use]
    pub(super) fn of_resource_type(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase().replace('_', "-");
        Some(match name.strip_suffix('s').unwrap_or(&name) {
            "checkout-order" | "order" => Self::Order,
            "payment" => Self::Payment,
            "authorization" => Self::Authorization,
            "capture" => Self::Capture,
            "refund" => Self::Refund,
            "sale" => Self::Sale,
            "subscription" | "agreement" => Self::Subscription,
            "plan" => Self::Plan,
            "product" => Self::Product,
            "invoice" => Self::Invoice,
            "dispute" => Self::Dispute,
            "payout" => Self::Payout,
            "payouts-item" | "payout-item" => Self::PayoutItem,
            "referenced-payouts-item" | "referenced-payout-item" => Self::ReferencedPayoutItem,
            "tracker" => Self::Tracker,
            "payment-token" => Self::PaymentToken,
            "setup-token" => Self::SetupToken,
            "credit-card" => Self::CreditCard,
            "merchant-onboarding" | "merchant-integration" | "partner-consent" => Self::Merchant,
            "managed-account" => Self::ManagedAccount,
            _ => return None,
        })
    }

    /// The kind of a collection in PayPal's APIs: the path segment before an id.
    #[must_use]
    pub(super) fn of_collection(name: &str) -> Option<Self> {
        Some(match name {
            "orders" => Self::Order,
            "payment" => Self::Payment,
            "authorizations" | "authorization" => Self::Authorization,
            "captures" | "capture" => Self::Capture,
            "refunds" | "refund" => Self::Refund,
            "sale" => Self::Sale,
            "subscriptions" | "billing-agreements" => Self::Subscription,
            "plans" | "billing-plans" => Self::Plan,
            "products" => Self::Product,
            "invoices" => Self::Invoice,
            "disputes" => Self::Dispute,
            "payouts" => Self::Payout,
            "payouts-item" => Self::PayoutItem,
            "referenced-payouts-items" => Self::ReferencedPayoutItem,
            "trackers" => Self::Tracker,
            "payment-tokens" => Self::PaymentToken,
            "setup-tokens" => Self::SetupToken,
            "credit-cards" | "credit-card" => Self::CreditCard,
            "merchant-integrations" => Self::Merchant,
            "managed-accounts" => Self::ManagedAccount,
            _ => return None,
        })
    }

    /// The paths at which a resource of this kind has its own id, the best first.
    #[must_use]
    pub(super) fn id_paths(self) -> &'static [&'static [&'static str]] {
        match self {
            // An event about an order's approval has only the order's id.
            Self::Order => &[&["id"], &["order_id"]],
            Self::Authorization => &[&["id"], &["authorization_id"]],
            Self::Capture => &[&["id"], &["capture_id"]],
            Self::Refund => &[&["id"], &["refund_id"]],
            Self::Sale => &[&["id"], &["sale_id"]],
            Self::Subscription => &[&["id"], &["subscription_id"], &["billing_agreement_id"]],
            Self::Plan => &[&["id"], &["plan_id"]],
            Self::Product => &[&["id"], &["product_id"]],
            Self::Dispute => &[&["dispute_id"], &["id"]],
            Self::Invoice => &[&["invoice", "id"], &["id"]],
            Self::Payout => &[&["batch_header", "payout_batch_id"], &["payout_batch_id"]],
            Self::PayoutItem => &[&["payout_item_id"]],
            Self::ReferencedPayoutItem => &[&["item_id"], &["id"]],
            Self::PaymentToken => &[&["id"], &["payment_token_id"]],
            Self::SetupToken => &[&["id"], &["setup_token_id"]],
            Self::CreditCard => &[&["id"], &["credit_card_id"]],
            Self::Merchant => &[&["merchant_id"], &["id"]],
            Self::ManagedAccount => &[&["account_id"], &["merchant_id"], &["id"]],
            // A shipped transaction, with the carrier's number.
            Self::Tracker => &[&["id"], &["tracking_number"]],
            Self::Payment | Self::Transaction => &[&["id"]],
        }
    }

    /// The members by which PayPal names a resource of another kind, the best of a kind first.
    pub(super) const MEMBERS: &'static [(&'static str, Self)] = &[
        ("order_id", Self::Order),
        ("authorization_id", Self::Authorization),
        ("capture_id", Self::Capture),
        ("refund_id", Self::Refund),
        ("sale_id", Self::Sale),
        ("subscription_id", Self::Subscription),
        ("billing_agreement_id", Self::Subscription),
        ("plan_id", Self::Plan),
        ("product_id", Self::Product),
        ("invoice_id", Self::Invoice),
        ("dispute_id", Self::Dispute),
        ("parent_payment", Self::Payment),
        ("payment_id", Self::Payment),
        ("payout_batch_id", Self::Payout),
        ("payout_item_id", Self::PayoutItem),
        ("payment_token_id", Self::PaymentToken),
        ("vault_id", Self::PaymentToken),
        ("payment_token", Self::PaymentToken),
        ("setup_token_id", Self::SetupToken),
        ("setup_token", Self::SetupToken),
        ("credit_card_id", Self::CreditCard),
        ("merchant_id", Self::Merchant),
        ("transaction_id", Self::Transaction),
        ("seller_transaction_id", Self::Transaction),
        ("seller_payment_id", Self::Transaction),
    ];

    /// Whether an id can be of this kind. Some members hold ids of several kinds, or the merchant's own numbers.
    #[must_use]
    pub(super) fn has_id(self, id: &str) -> bool {
        is_id(id)
            && match self {
                // A billing agreement for reference transactions is not a subscription.
                Self::Subscription => !id.starts_with("B-"),
                _ => true,
            }
    }

    /// Whether this id, in a member that names this kind, can be of this kind.
    #[must_use]
    pub(super) fn is_named_by(self, id: &str) -> bool {
        self.has_id(id)
            && match self {
                // Most `invoice_id`s of payments are the merchant's own numbers; those of PayPal's invoices have this
                // form.
                Self::Invoice => id.starts_with("INV2-"),
                // `payment_id` is the id of a v1 payment or of any transaction.
                Self::Payment => id.starts_with("PAY"),
                _ => true,
            }
    }
}

/// Whether a text can be an id, since ids become names in the journal. PayPal's are at most 127 characters long.
pub(crate) fn is_id(id: &str) -> bool {
    (1..=127).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic())
}
