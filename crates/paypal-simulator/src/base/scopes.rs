//! The scopes of OAuth that operations require: any one of a list. They are those of PayPal's OpenAPI files.

pub(crate) const ORDERS: &[&str] = &[
    "https://uri.paypal.com/services/payments/payment",
    "https://uri.paypal.com/services/payments/orders/deprecating-jssdk-migration-for-limited-merchants",
    "https://uri.paypal.com/services/payments/initiatepayment",
    "https://uri.paypal.com/services/payments/orders/client_sdk_orders_api",
];
pub(crate) const PAYMENTS: &[&str] = &["https://uri.paypal.com/services/payments/payment/authcapture"];
pub(crate) const REFUNDS: &[&str] = &["https://uri.paypal.com/services/payments/refund"];
/// The tokens that PayPal grants have the first of these, which is that of Invoicing v1.
pub(crate) const INVOICES: &[&str] =
    &["https://uri.paypal.com/services/invoicing", "https://uri.paypal.com/services/invoicing/invoices/readwrite"];
pub(crate) const INVOICES_READ: &[&str] = &[
    "https://uri.paypal.com/services/invoicing",
    "https://uri.paypal.com/services/invoicing/invoices/read",
    "https://uri.paypal.com/services/invoicing/invoices/readwrite",
    "https://uri.paypal.com/services/invoicing/internal",
];
pub(crate) const ELIGIBILITY: &[&str] = &[
    "https://uri.paypal.com/services/payments/realtimepayment",
    "https://uri.paypal.com/services/payments/payments-ready",
    "Braintree:PaymentsReady",
    "https://uri.paypal.com/services/payments/client-payments-eligibility",
];
pub(crate) const SUBSCRIPTIONS: &[&str] = &["https://uri.paypal.com/services/subscriptions"];
pub(crate) const TRACKERS: &[&str] = &["https://uri.paypal.com/services/shipping/trackers/readwrite"];
pub(crate) const TRACKERS_READ: &[&str] = &[
    "https://uri.paypal.com/services/shipping/trackers/read",
    "https://uri.paypal.com/services/shipping/trackers/readwrite",
];
pub(crate) const PAYMENT_TOKENS: &[&str] = &["https://uri.paypal.com/services/vault/payment-tokens/readwrite"];
pub(crate) const SETUP_TOKENS: &[&str] = &[
    "https://uri.paypal.com/services/vault/payment-tokens/read",
    "https://uri.paypal.com/services/vault/payment-tokens/readwrite",
];
pub(crate) const DISPUTES_CREATE: &[&str] = &["https://uri.paypal.com/services/disputes/create"];
pub(crate) const DISPUTES_READ: &[&str] = &[
    "https://uri.paypal.com/services/disputes/read",
    "https://uri.paypal.com/services/disputes/read-buyer",
    "https://uri.paypal.com/services/disputes/read-ebay",
    "https://uri.paypal.com/services/disputes/read-partner",
    "https://uri.paypal.com/services/disputes/read-seller",
];
pub(crate) const DISPUTES_BUYER: &[&str] = &["https://uri.paypal.com/services/disputes/update-buyer"];
pub(crate) const DISPUTES_SELLER: &[&str] = &["https://uri.paypal.com/services/disputes/update-seller"];
pub(crate) const DISPUTES_PARTIES: &[&str] = &[
    "https://uri.paypal.com/services/disputes/update-buyer",
    "https://uri.paypal.com/services/disputes/update-seller",
];
pub(crate) const DISPUTES_PARTIES_AND_PARTNERS: &[&str] = &[
    "https://uri.paypal.com/services/disputes/update-buyer",
    "https://uri.paypal.com/services/disputes/update-partner",
    "https://uri.paypal.com/services/disputes/update-seller",
];
pub(crate) const WEBHOOKS: &[&str] = &["https://uri.paypal.com/services/applications/webhooks"];
pub(crate) const VERIFY: &[&str] = &[
    "https://uri.paypal.com/services/applications/webhooks",
    "https://uri.paypal.com/services/applications/verify-webhook-signature",
];

pub(crate) const PAYOUTS: &[&str] = &["https://uri.paypal.com/payments/payouts"];
pub(crate) const TRANSACTIONS: &[&str] = &["https://uri.paypal.com/services/reporting/search/read"];
pub(crate) const BALANCES: &[&str] = &["https://uri.paypal.com/services/reporting/balances/read"];
pub(crate) const NET_SUMMARY: &[&str] =
    &["https://uri.paypal.com/services/reporting/dataapiserv/balance-net-activity/read"];
pub(crate) const DAILY_SUMMARY: &[&str] = &["https://uri.paypal.com/services/reporting/dataapiserv/daily/read"];

pub(crate) const PAYMENT_LINKS: &[&str] = &["https://uri.paypal.com/services/checkout/payment-resources"];
pub(crate) const EXCHANGE_RATES: &[&str] = &["https://uri.paypal.com/services/pricing/quote-exchange-rates/read"];
pub(crate) const WEB_PROFILES: &[&str] =
    &["https://uri.paypal.com/services/payments/payment", "https://uri.paypal.com/services/payments/realtimepayment"];
pub(crate) const REFERENCED_PAYOUTS: &[&str] =
    &["https://uri.paypal.com/services/payments/referenced-payouts/readwrite"];
pub(crate) const REFERENCED_PAYOUTS_READ: &[&str] = &[
    "https://uri.paypal.com/services/payments/referenced-payouts/readwrite",
    "https://uri.paypal.com/services/payments/referenced-payouts/read",
];
pub(crate) const REFERENCED_PAYOUTS_ITEMS: &[&str] =
    &["https://uri.paypal.com/services/payments/referenced-payouts-items/readwrite"];
pub(crate) const REFERENCED_PAYOUTS_ITEMS_READ: &[&str] = &[
    "https://uri.paypal.com/services/payments/referenced-payouts-items/readwrite",
    "https://uri.paypal.com/services/payments/referenced-payouts/read",
    "https://uri.paypal.com/services/payments/referenced-payouts/readwrite",
    "https://uri.paypal.com/services/payments/referenced-payouts-items/read",
];
pub(crate) const PARTNER_REFERRALS: &[&str] = &["https://uri.paypal.com/services/customer/partner-referrals/readwrite"];
pub(crate) const PARTNER_REFERRALS_READ: &[&str] = &[
    "https://uri.paypal.com/services/customer/partner-referrals/readwrite",
    "https://uri.paypal.com/services/customer/partner-referrals",
];
pub(crate) const PARTNERS: &[&str] = &["https://uri.paypal.com/services/customer/partner"];

/// Any token will do.
pub(crate) const NONE: &[&str] = &[];

/// What Log in with PayPal grants for a person.
pub(crate) const LOGIN: &[&str] =
    &["openid", "profile", "email", "address", "https://uri.paypal.com/services/paypalattributes"];

/// What an app may do unless it was made with less. An operation needs one of its scopes only.
pub(crate) const ALL: &[&str] = &[
    "https://uri.paypal.com/services/payments/payment/authcapture",
    "https://uri.paypal.com/services/payments/realtimepayment",
    "https://uri.paypal.com/services/payments/refund",
    "https://api.paypal.com/v1/payments/.*",
    "https://uri.paypal.com/services/invoicing",
    "https://uri.paypal.com/services/subscriptions",
    "https://uri.paypal.com/services/shipping/trackers/readwrite",
    "https://uri.paypal.com/services/applications/webhooks",
    "openid",
    "https://uri.paypal.com/services/payments/payment",
    "https://uri.paypal.com/services/payments/initiatepayment",
    "https://uri.paypal.com/services/payments/payments-ready",
    "https://uri.paypal.com/services/vault/payment-tokens/readwrite",
    "https://uri.paypal.com/services/vault/payment-tokens/read",
    "https://uri.paypal.com/payments/payouts",
    "https://uri.paypal.com/services/reporting/search/read",
    "https://uri.paypal.com/services/reporting/balances/read",
    "https://uri.paypal.com/services/reporting/dataapiserv/balance-net-activity/read",
    "https://uri.paypal.com/services/reporting/dataapiserv/daily/read",
    "https://uri.paypal.com/services/applications/verify-webhook-signature",
    "https://uri.paypal.com/services/invoicing/invoices/readwrite",
    "https://uri.paypal.com/services/invoicing/invoices/read",
    "https://uri.paypal.com/services/shipping/trackers/read",
    "https://uri.paypal.com/services/disputes/create",
    "https://uri.paypal.com/services/disputes/read-buyer",
    "https://uri.paypal.com/services/disputes/read-seller",
    "https://uri.paypal.com/services/disputes/update-buyer",
    "https://uri.paypal.com/services/disputes/update-seller",
    "https://uri.paypal.com/services/checkout/payment-resources",
    "https://uri.paypal.com/services/pricing/quote-exchange-rates/read",
    "https://uri.paypal.com/services/payments/referenced-payouts/readwrite",
    "https://uri.paypal.com/services/payments/referenced-payouts-items/readwrite",
    "https://uri.paypal.com/services/customer/partner-referrals/readwrite",
    "https://uri.paypal.com/services/customer/partner",
    "profile",
    "email",
    "address",
    "https://uri.paypal.com/services/paypalattributes",
];
