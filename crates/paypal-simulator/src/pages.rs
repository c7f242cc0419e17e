//! What people see in a browser: the pages on which payers approve, as PayPal's links lead to them, and the simulator's own,
//! with all that is in it and what can be done. A `GET` changes nothing; every form is a `POST` to its own page.

mod agreement;
mod back;
mod challenge;
mod checkout;
mod deed;
mod home;
mod invoice;
mod layout;
mod merchant;
mod payer;
mod payment_link;
mod purchase;
mod referral;
mod resource;
mod resources;
mod row;
mod subscription;
mod table;
mod visit;
mod withheld;

use bytes::Bytes;
use http::{Method, Request};

use crate::{base::uri::read_form, request::answer::Answer, world::World};

use visit::{Send, Visit};

/// A page: what a path shows, and what its form does.
#[derive(Clone, Copy)]
enum Page<'a> {
    Home,
    Checkout,
    Subscription,
    Agreement,
    /// A payment link, by its id.
    PaymentLink(&'a str),
    Referral,
    /// An invoice by the part of the payer's link that names it; a list without one.
    Invoice(Option<&'a str>),
    List(&'a str),
    Resource(&'a str, &'a str),
}

fn page(path: &[String]) -> Option<Page<'_>> {
    let path: Vec<_> = path.iter().map(String::as_str).collect();
    Some(match *path {
        [""] => Page::Home,
        ["checkoutnow"] => Page::Checkout,
        ["webapps", "billing", "subscriptions"] | ["webapps", "billing", "subscriptions", "update"] => {
            Page::Subscription
        }
        ["agreements", "approve"] => Page::Agreement,
        ["ncp", "payment", id] => Page::PaymentLink(id),
        ["bizsignup", "partner", "entry"] => Page::Referral,
        ["invoice", "p"] | ["invoice", "p", ""] => Page::Invoice(None),
        ["invoice", "p", id] => Page::Invoice(Some(id)),
        ["simulator", "resources", slug] => Page::List(slug),
        ["simulator", "resources", slug, id] => Page::Resource(slug, id),
        _ => return None,
    })
}

/// Whether a path is a page. A browser comes without credentials.
pub(crate) fn is_public(path: &[String]) -> bool {
    page(path).is_some()
}

/// Returns the methods of a path; none if it is no page.
pub(crate) fn methods(path: &[String]) -> &'static [&'static str] {
    if is_public(path) { &["GET", "HEAD", "POST"] } else { &[] }
}

/// Answers a request to a page; `None` for other paths and methods.
pub(crate) fn answer(world: &mut World, request: &Request<Bytes>, path: &[String], send: Send) -> Option<Answer> {
    let page = page(path)?;
    let form = match *request.method() {
        Method::GET | Method::HEAD => None,
        Method::POST => Some(read_form(&String::from_utf8_lossy(request.body()))),
        _ => return None,
    };
    let visit = &Visit { query: read_form(request.uri().query().unwrap_or_default()), form, send };
    Some(match page {
        Page::Home => home::answer(world, visit),
        Page::Checkout => checkout::answer(world, visit),
        Page::Subscription => subscription::answer(world, visit),
        Page::PaymentLink(id) => payment_link::answer(world, visit, id),
        Page::Referral => referral::answer(world, visit),
        Page::Agreement => agreement::answer(world, visit),
        Page::Invoice(Some(id)) => invoice::answer(world, visit, id),
        Page::Invoice(None) => invoice::list(world),
        Page::List(slug) => resource::list(world, visit, slug),
        Page::Resource(slug, id) => resource::answer(world, visit, slug, id),
    })
}
