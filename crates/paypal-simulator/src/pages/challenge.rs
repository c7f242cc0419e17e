//! 3-D Secure: the payer's bank asks, and a test chooses how it ends.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::visit::Visit;

/// How it can end: the status of authentication, and what it means. The first is left to the card's number.
const RESULTS: [(&str, &str); 6] = [
    ("", "As PayPal says of the card's number"),
    ("Y", "The payer is authenticated (Y)"),
    ("A", "It was attempted (A)"),
    ("N", "The payer is not authenticated (N)"),
    ("R", "The bank refuses (R)"),
    ("U", "The bank could not do it (U)"),
];

/// A form with the results.
pub(super) fn form() -> Markup {
    html! {
        p { "The bank asks for 3-D Secure. Choose how it ends." }
        form method="post" {
            label for="result" { "Result" }
            select id="result" name="result" {
                @for (status, text) in RESULTS { option value=(status) { (text) } }
            }
            button name="do" value="authenticate" { "Confirm" }
            button name="do" value="cancel" { "Cancel" }
        }
    }
}

/// Returns what the control takes for the result that was chosen.
pub(super) fn result(visit: &Visit) -> Value {
    match visit.field("result") {
        "" => Value::Null,
        status => json!({"authentication_status": status, "enrollment_status": "Y"}),
    }
}
