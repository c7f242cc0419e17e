//! Forms for the controls, and carrying them out.

use bytes::Bytes;
use maud::{Markup, html};
use serde_json::{Value, json};

use super::visit::Visit;
use crate::{
    control,
    operations::operation::Control,
    request::{
        field::{Field, Kind},
        refusal::Refusal,
    },
    world::World,
};

/// The name of a control in a form: the last segments of its path, after that of a resource.
pub(super) fn name(control: &'static Control) -> &'static str {
    control.path.split_once("/*/").map_or(control.path, |(_, name)| name)
}

/// A form with the fields of a control and its button, for the resource with this id, if it has one.
pub(super) fn form(world: &World, control: &'static Control, id: &str) -> Markup {
    let name = name(control);
    html! {
        form method="post" {
            @for field in control.fields.into_iter().flatten() {
                @let id = format!("{name}-{}", field.name);
                div {
                    label for=(id) { (title(field.name)) }
                    @match field.kind {
                        Kind::Number(first) => input type="number" min="0" required id=(id) name=(field.name) value=(first);,
                        Kind::Choice(values) => select id=(id) name=(field.name) {
                            option value="" {}
                            @for value in values { option { (value) } }
                        },
                        Kind::OneOf(values) => select id=(id) name=(field.name) {
                            @for value in values { option { (value) } }
                        },
                    }
                }
            }
            button name="do" value=(name) {
                @if let Some(title) = control.title { (title) } @else { (title(name)) }
            }
            @if control.fields.is_none() {
                @let (example, has_to) = control.example.map_or((json!({}), false), |(it, has_to)| (it(world, id), has_to));
                (body(name, None, &example, has_to))
            }
        }
    }
}

/// A field for a whole body, which begins with an example. It is folded up unless there has to be one.
pub(super) fn body(name: &str, path: Option<&str>, example: &Value, has_to: bool) -> Markup {
    let text = serde_json::to_string_pretty(example).unwrap_or_default();
    html! {
        details open[has_to] {
            summary { "Body" }
            label for={ "body-" (name) } { "JSON" @if let Some(path) = path { " of POST " code { (path) } } }
            textarea id={ "body-" (name) } name="body" rows=(text.lines().count().max(3)) cols="40" { (text) }
        }
    }
}

/// Carries out a control with what a form has sent.
///
/// # Errors
/// What the control refuses.
pub(super) fn carry_out(
    world: &mut World,
    control: &'static Control,
    path: &[&str],
    visit: &Visit,
) -> Result<(), Refusal> {
    let body = match control.fields {
        None => Bytes::from(visit.field("body").to_owned()),
        Some(fields) => members(fields, visit).to_string().into(),
    };
    send(world, path, &body)
}

fn members(fields: &[Field], visit: &Visit) -> Value {
    let value = |field: &Field| match (visit.field(field.name), &field.kind) {
        ("", _) => None,
        (text, Kind::Number(_)) => text.parse::<u64>().ok().map(Value::from),
        (text, Kind::Choice(_) | Kind::OneOf(_)) => Some(text.into()),
    };
    fields.iter().filter_map(|field| Some((field.name.to_owned(), value(field)?))).collect()
}

/// Carries out the control with this path below `/simulator/`.
///
/// # Errors
/// What the control refuses.
pub(super) fn run(world: &mut World, path: &[&str], body: &Value) -> Result<(), Refusal> {
    send(world, path, &Bytes::from(body.to_string()))
}

fn send(world: &mut World, path: &[&str], body: &Bytes) -> Result<(), Refusal> {
    control::carry_out(world, path, body).unwrap_or_else(|| Err(Refusal::no_such_path())).map(|_| ())
}

/// Writes a name such as `miss-payment` as words.
pub(super) fn title(name: &str) -> String {
    let words = name.replace(['-', '_', '/'], " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Says what was refused.
pub(super) fn refused(refusal: &Refusal) -> Markup {
    html! {
        div .notice role="alert" {
            p { strong { (refusal.status) " " (refusal.name) } " " (refusal.message) "." }
            @for issue in &refusal.issues {
                p { @if let Some(field) = &issue.field { code { (field) } " " } (issue.issue) ": " (issue.description) }
            }
        }
    }
}
