//! Numbers of invoices.

use crate::world::World;

/// The maximum length of a number, in characters.
const MAX_LENGTH: usize = 25;

/// Returns the number after that of the last invoice: it has the same text before and after the digits. If it is taken, the
/// next one that is free.
pub(crate) fn next(world: &World) -> String {
    let last = &world.books.last_invoice_number;
    let is_taken = |number: &str| world.books.invoices.values().any(|invoice| invoice.number() == number);
    let mut number = after(last).unwrap_or_else(|| "0001".to_owned());
    while is_taken(&number) {
        number = after(&number).unwrap_or_else(|| "0001".to_owned());
    }
    number
}

/// Adds one to the last digits of a number, and keeps their leading zeros. Returns `None` if it has no digits, or if the next
/// number is too long.
fn after(number: &str) -> Option<String> {
    let end = number.rfind(|it: char| it.is_ascii_digit())? + 1;
    let start = number[..end].rfind(|it: char| !it.is_ascii_digit()).map_or(0, |at| at + 1);
    // The text before the digits may end with a character of several bytes.
    let start = (start..end).find(|at| number.is_char_boundary(*at))?;
    let digits = &number[start..end];
    let next = digits.parse::<u128>().ok()?.checked_add(1)?;
    let next = format!("{}{next:0width$}{}", &number[..start], &number[end..], width = digits.len());
    (next.chars().count() <= MAX_LENGTH).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::after;

    #[test]
    fn a_number_keeps_what_is_around_its_digits() {
        for (last, next) in [
            ("INVOICE-1234", Some("INVOICE-1235")),
            ("0009", Some("0010")),
            ("9999", Some("10000")),
            ("2026/07-A", Some("2026/08-A")),
            ("№9é", Some("№10é")),
            ("9999999999999999999999999", None),
            ("first", None),
            ("", None),
        ] {
            assert_eq!(after(last).as_deref(), next, "{last}");
        }
    }
}
