//! The scopes of OAuth that operations require: any one of a list. They are those of PayPal's OpenAPI files.

pub(crate) const ORDERS: &[&str] = &[
    "https://uri.paypal.com/services/payments/payment",
    "https://uri.paypal.com/services/payments/orders/deprecating-jssdk-migration-for-limited-merchants",
    "https://uri.paypal.com/services/payments/initiatepayment",
    "https://uri.paypal.com/services/payments/orders/client_sdk_orders_api",
];
pub(crate) const PAYMENTS: &[&str] = &["https://uri.paypal.com/services/payments/payment/authcapture"];
pub(crate) const REFUNDS: &[&str] = &["https://uri.paypal.com/services/payments/refund"];
pub(crate) const INVOICES: &[&str] = &["https://uri.paypal.com/services/invoicing/invoices/readwrite"];
pub(crate) const INVOICES_READ: &[&str] = &[
    "https://uri.paypal.com/services/invoicing/invoices/read",
    "https://uri.paypal.com/services/invoicing/invoices/readwrite",
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
pub(crate) const WEBHOOKS: &[&str] = &["https://uri.paypal.com/services/applications/webhooks"];
pub(crate) const VERIFY: &[&str] = &[
    "https://uri.paypal.com/services/applications/webhooks",
    "https://uri.paypal.com/services/applications/verify-webhook-signature",
];
pub(crate) const OPENID: &[&str] =
    &["openid", "profile", "email", "address", "https://uri.paypal.com/services/paypalattributes"];

/// Any token will do.
pub(crate) const NONE: &[&str] = &[];
