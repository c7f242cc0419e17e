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
pub(crate) const OPENID: &[&str] =
    &["openid", "profile", "email", "address", "https://uri.paypal.com/services/paypalattributes"];

/// Any token will do.
pub(crate) const NONE: &[&str] = &[];
