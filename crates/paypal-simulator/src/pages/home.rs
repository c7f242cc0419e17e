//! `/`: all that is in the simulator.

use maud::{Markup, html};

use super::{
    deed,
    layout::own,
    merchant,
    purchase::{money, text},
    resource,
    resources::RESOURCES,
    row,
    table::table,
    visit::Visit,
    withheld::Withheld,
};
use crate::{
    control,
    operations::routes,
    request::answer::Answer,
    world::{
        World,
        deliveries::{Outcome, Record},
        delivery::ATTEMPTS,
    },
};

/// How many of each kind the front page shows.
const NEWEST: usize = 5;

/// How many requests it shows.
const REQUESTS: usize = 20;

/// How many deliveries it shows.
const DELIVERIES: usize = 20;

pub(super) fn answer(world: &mut World, visit: &Visit) -> Answer {
    if visit.form.is_none() {
        return own("Everything", &show(world, &html! {}));
    }
    let wanted = visit.field("do");
    let done = match control::general().find(|control| deed::name(control) == wanted) {
        _ if wanted == merchant::TRIGGER => merchant::trigger(world, visit),
        Some(control) => {
            let path: Vec<_> = control.path.split('/').collect();
            deed::carry_out(world, control, &path, visit)
        }
        None => return own("Everything", &show(world, &html! {})).status(400),
    };
    match done {
        Ok(()) => Answer::see_other("/".to_owned()),
        Err(refusal) => own("Everything", &show(world, &deed::refused(&refusal))).status(refusal.status),
    }
}

fn show(world: &mut World, notice: &Markup) -> Markup {
    let lists: Vec<_> = RESOURCES
        .iter()
        .map(|kind| {
            let (rows, count) = resource::newest(world, kind, "", 0, NEWEST);
            (kind, rows, count)
        })
        .collect();
    let several = world.merchants.len() > 1;
    let (balances, mails) = (balances(world), mails(world));
    // Controls act for the first merchant, unless they name a resource of another one's.
    world.enter(0);
    html! {
        h1 { "PayPal simulator" }
        (notice)
        p { "It is " time { (world.now().rfc3339()) } " here. " (stored(world)) }
        @if world.tokens.have_all_expired(world.now()) {
            p .notice { "All access tokens have expired: calls are answered 401 until your program takes a new one." }
        }
        (balances)
        @if lists.iter().all(|(_, _, count)| *count == 0) {
            p .notice { "Nothing has happened yet. Point your program at this address instead of PayPal's, and create an order." }
        }
        @for (kind, rows, count) in lists.iter().filter(|(_, _, count)| *count > 0) {
            section aria-labelledby=(kind.slug) {
                h2 id=(kind.slug) { a href={ "/simulator/resources/" (kind.slug) } { (kind.name) " (" (count) ")" } }
                (row::table(kind, rows, several))
            }
        }
        (deliveries(world))
        (mails)
        (requests(world))
        (merchant::trigger_form())
        section aria-labelledby="controls" {
            h2 #controls { "Controls" }
            div .deeds { @for control in control::general() { (deed::form(world, control, "")) } }
        }
        @let none: Vec<_> = lists.iter().filter(|(_, _, count)| *count == 0).map(|(kind, ..)| kind.name).collect();
        @if !none.is_empty() { p .more { "There are none yet of: " (none.join(", ")) } }
    }
}

/// Whether all of it is there after a restart.
fn stored(world: &World) -> &'static str {
    #[cfg(feature = "store")]
    if world.store.is_some() {
        return "All of this is stored in a file, and is there again after a restart.";
    }
    #[cfg(not(feature = "store"))]
    let _ = world;
    "Nothing is stored: all of this is gone when the simulator ends."
}

/// What the merchants have, and what of it is withheld, and why.
fn balances(world: &mut World) -> Markup {
    let mut rows = Vec::new();
    for merchant in 0..world.merchants.len() {
        world.enter(merchant);
        let all = world.books.ledger.balances().map(|total| (total, Withheld::of(&world.books, total.currency)));
        let all: Vec<_> = all.map(|(total, withheld)| (total.document(), withheld)).collect();
        rows.push((world.merchant().name.clone(), world.merchant().email.clone(), all));
    }
    html! {
        section aria-labelledby="balances" {
            h2 #balances { "Balances" }
            (table("What merchants have", &["Merchant", "Total", "Withheld", "Why"], &html! {
                @for (name, email, balances) in &rows {
                    @if balances.is_empty() { tr { td .wrap { (name) " · " (email) } td .amount { "no money yet" } td {} td {} } }
                    @for (total, withheld) in balances {
                        tr {
                            td .wrap { (name) " · " (email) }
                            td .amount { (money(total)) }
                            td .amount { (money(&withheld.all.document())) }
                            td .wrap { (withheld.parts()) }
                        }
                    }
                }
            }))
        }
    }
}

fn deliveries(world: &World) -> Markup {
    let all = world.deliveries.newest();
    html! {
        @if all.len() > 0 {
            section aria-labelledby="deliveries" {
                h2 #deliveries { "Deliveries to webhooks" }
                (table("Deliveries", &["Event", "To", "Attempts", "Answer", "Since"], &html! {
                    @for record in all.take(DELIVERIES) {
                        tr {
                            td {
                                @if record.is_mock { (record.name) }
                                @else { a href={ "/simulator/resources/events/" (record.event) } { (record.name) } }
                            }
                            td { (record.url) }
                            td .amount { (record.attempts) }
                            td { (outcome(record)) }
                            td { (record.queued.rfc3339()) }
                        }
                    }
                }))
            }
        }
    }
}

fn outcome(record: &Record) -> String {
    let next = if record.attempts < ATTEMPTS { "to be tried again" } else { "given up" };
    match record.last {
        None => "on its way".to_owned(),
        Some(Outcome::Answered(status)) if (200..300).contains(&status) => format!("{status}, accepted"),
        Some(Outcome::Answered(status)) => format!("{status}, {next}"),
        Some(Outcome::NoAnswer) => format!("none, {next}"),
        Some(Outcome::GivenUp) => "given up: too many wait for this receiver".to_owned(),
        Some(Outcome::Elsewhere) => "not posted: not on this machine".to_owned(),
    }
}

/// The last requests to the API.
fn requests(world: &World) -> Markup {
    let all = world.log.after(0, routes::action);
    let calls: Vec<_> = all.iter().rev().filter(|entry| entry["action"].is_string()).take(REQUESTS).collect();
    html! {
        @if !calls.is_empty() {
            section aria-labelledby="requests" {
                h2 #requests { "Requests to the API" }
                (table("Requests", &["Action", "Request", "Answer", "Time"], &html! {
                    @for call in calls {
                        tr {
                            td { (text(call, "action")) }
                            td { (text(call, "method")) " " (text(call, "path")) }
                            td { (call["status"]) " " (text(call, "issue")) }
                            td { (text(call, "time")) }
                        }
                    }
                }))
            }
        }
    }
}

/// How many e-mails would have gone to people, by what they are about.
fn mails(world: &mut World) -> Markup {
    let mails: Vec<_> = world.emails.iter().take(row::MOST).map(|(about, count)| (about.clone(), *count)).collect();
    let mut shown = Vec::new();
    for (about, count) in mails {
        let mut page = None;
        for merchant in 0..world.merchants.len() {
            world.enter(merchant);
            let kind = RESOURCES.iter().find(|kind| (kind.has)(&world.books, &about));
            page = page.or_else(|| kind.map(|kind| row::path(kind, &about)));
        }
        shown.push((about, count, page));
    }
    html! {
        @if !shown.is_empty() {
            section aria-labelledby="mails" {
                h2 #mails { "E-mails that PayPal would have sent" }
                ul {
                    @for (about, count, page) in &shown {
                        li {
                            (count) " about "
                            @if let Some(page) = page { a href=(page) { (about) } } @else { (about) }
                        }
                    }
                }
            }
        }
    }
}
