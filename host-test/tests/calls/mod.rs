//! Calls for tests to which it does not matter what is asked: a read and a write.

/// Reads an order.
pub(crate) const GET: (&str, &str) = ("orders.get", r#"{"id": "5O190127TN364715T"}"#);

/// Creates an order of a dollar.
pub(crate) const CREATE: (&str, &str) = (
    "orders.create",
    r#"{"body": {"intent": "CAPTURE", "purchase_units": [{"amount": {"currency_code": "USD", "value": "1.00"}}]}}"#,
);
