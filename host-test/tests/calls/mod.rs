//! A read and a write, for tests to which the action does not matter.

/// Reads an order.
pub(crate) const GET: (&str, &str) = ("orders.get", r#"{"id": "5O190127TN364715T"}"#);

/// Creates an order of a dollar.
pub(crate) const CREATE: (&str, &str) = (
    "orders.create",
    r#"{"body": {"intent": "CAPTURE", "purchase_units": [{"amount": {"currency_code": "USD", "value": "1.00"}}]}}"#,
);
