//! A table that can be scrolled sideways.

use maud::{Markup, html};

/// A column whose cells are amounts.
pub(super) const AMOUNT: &str = "Amount";

/// All columns whose cells are aligned as amounts are.
const AMOUNTS: [&str; 4] = [AMOUNT, "Attempts", "Total", "Withheld"];

/// Returns a table with the heads of its columns; `rows` are the `tr`.
pub(super) fn table(label: &str, heads: &[&str], rows: &Markup) -> Markup {
    html! {
        div .wide tabindex="0" role="region" aria-label=(label) {
            table {
                thead {
                    tr { @for head in heads { th scope="col" .amount[AMOUNTS.contains(head)] { (head) } } }
                }
                tbody { (rows) }
            }
        }
    }
}
