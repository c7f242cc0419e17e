//! Who pays, and the buttons.

use maud::{Markup, html};

use crate::world::World;

/// A form in which one of the payers is chosen, with the main button and further ones: a name, a text and a class each.
pub(super) fn form(world: &World, buttons: &[(&str, &str)]) -> Markup {
    html! {
        form method="post" {
            (choice(world))
            @for (name, text) in buttons {
                button name="do" value=(name) { (text) }
            }
        }
    }
}

/// The field in which one of the payers is chosen.
pub(super) fn choice(world: &World) -> Markup {
    html! {
        label for="payer" { "You are" }
        select id="payer" name="payer" {
            @for payer in &world.payers {
                option value=(payer.id) { (payer.given_name) " " (payer.surname) " · " (payer.email) }
            }
        }
    }
}
