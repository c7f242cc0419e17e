//! The kinds of resources that the pages show: one line each.

use std::{cmp::Reverse, collections::BTreeMap};

use serde_json::Value;

use crate::{
    operations::payouts,
    world::{World, books::Books},
};

pub(super) struct Resource {
    /// Its part of the path, which is also that of its controls.
    pub(super) slug: &'static str,
    /// What several are called.
    pub(super) name: &'static str,
    pub(super) count: fn(&Books) -> usize,
    pub(super) has: fn(&Books, &str) -> bool,
    /// The ids, the newest first.
    pub(super) ids: fn(&Books) -> Vec<&str>,
    pub(super) document: fn(&World, &str) -> Option<Value>,
}

/// A resource that the books have by its id: its path, its name, its field, when one began, and its document.
macro_rules! resource {
    ($slug:literal, $name:literal, $($field:ident).+, $began:expr, $document:expr) => {
        Resource {
            slug: $slug,
            name: $name,
            count: |books| books.$($field).+.len(),
            has: |books, id| books.$($field).+.contains_key(id),
            ids: |books| newest(&books.$($field).+, $began),
            document: |world, id| world.books.$($field).+.get(id).map(|it| document(it, world, $document)),
        }
    };
}

/// In the order in which the front page has them.
pub(super) static RESOURCES: &[Resource] = &[
    resource!("orders", "Orders", orders, |it| it.created, |it, world| it.document(world)),
    resource!("authorizations", "Authorizations", authorizations, |it| it.created, |it, _| it.document()),
    resource!("captures", "Captures", captures, |it| it.created, |it, _| it.document()),
    resource!("refunds", "Refunds", refunds, |it| it.created, |it, _| it.document()),
    resource!("invoices", "Invoices", invoices, |it| it.created, |it, _| it.document()),
    resource!("recurring-invoices", "Recurring invoices", recurring_invoices, |it| it.created, |it, _| it.document()),
    resource!("reminders", "Automatic reminders", reminders, |it| it.created, |it, _| it.document()),
    resource!("products", "Products", products, |it| it.created, |it, _| it.document()),
    resource!("plans", "Plans", plans, |it| it.created, |it, _| it.document()),
    resource!("subscriptions", "Subscriptions", subscriptions, |it| it.created, |it, world| it.document(world)),
    resource!("payments", "Payments of subscriptions", payments, |it| it.time, |it, _| it.document()),
    resource!("disputes", "Disputes", disputes, |it| it.created, |it, world| it.document(&world.books, world.now())),
    Resource {
        slug: "payouts",
        name: "Payouts",
        count: |books| books.payouts.batches.len(),
        has: |books, id| books.payouts.batches.contains_key(id),
        ids: |books| newest(&books.payouts.batches, |it| it.created),
        document: |world, id| payouts::document(&world.books.payouts, id),
    },
    Resource {
        slug: "payouts-items",
        name: "Items of payouts",
        count: |books| books.payouts.items.len(),
        has: |books, id| books.payouts.items.contains_key(id),
        ids: |books| books.payouts.items.keys().map(String::as_str).collect(),
        document: |world, id| payouts::item_document(&world.books.payouts, id),
    },
    resource!("payment-links", "Payment links", payment_links, |it| it.number, |it, _| it.document()),
    Resource {
        slug: "referenced-payouts-items",
        name: "Referenced payouts",
        count: |books| books.referenced_payouts.items.len(),
        has: |books, id| books.referenced_payouts.items.contains_key(id),
        ids: |books| books.referenced_payouts.items.keys().map(String::as_str).collect(),
        document: |world, id| world.books.referenced_payouts.items.get(id).map(|it| it.document()),
    },
    resource!("partner-referrals", "Invitations of sellers", referrals, |_| EQUAL, |it, world| {
        let partner = world.merchant();
        it.document(&partner.id, &partner.client_id)
    }),
    resource!("merchant-integrations", "Sellers", integrations, |it| it.since, |it, world| {
        it.found(&world.merchant().id)
    }),
    resource!("web-profiles", "Web experience profiles", web_profiles, |it| it.number, |it, _| it.document()),
    Resource {
        slug: "invoice-templates",
        name: "Templates of invoices",
        // Without those that every merchant has.
        count: |books| books.templates.values().filter(|it| !it.standard).count(),
        has: |books, id| books.templates.contains_key(id),
        ids: |books| books.templates.values().filter(|it| !it.standard).map(|it| &*it.id).collect(),
        document: |world, id| {
            let template = world.books.templates.get(id)?;
            Some(template.document(world.books.default_template == id))
        },
    },
    resource!("trackers", "Trackers", trackers, |it| it.updated, |it, _| it.document()),
    resource!("setup-tokens", "Setup tokens", vault.setup_tokens, |it| it.created, |it, _| it.document()),
    resource!("payment-tokens", "Saved payment methods", vault.payment_tokens, |it| it.number, |it, _| it.document()),
    resource!("webhooks", "Webhooks", webhooks, |_| EQUAL, |it, _| it.document()),
    Resource {
        slug: "events",
        name: "Events",
        count: |books| books.events.count(),
        has: |books, id| books.events.find(id).is_some(),
        ids: |books| books.events.before(usize::MAX).map(|(_, event)| &*event.id).collect(),
        document: |world, id| world.books.events.find(id).map(|event| event.document()),
    },
];

/// For those that have no time.
const EQUAL: Reverse<()> = Reverse(());

/// Gives the closure its types.
fn document<T>(it: &T, world: &World, document: impl Fn(&T, &World) -> Value) -> Value {
    document(it, world)
}

fn newest<T, K: Ord>(all: &BTreeMap<String, T>, began: impl Fn(&T) -> K) -> Vec<&str> {
    let mut all: Vec<_> = all.iter().map(|(id, it)| (Reverse(began(it)), &**id)).collect();
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    all.into_iter().map(|(_, id)| id).collect()
}

/// Returns the kind with this part of the path.
pub(super) fn find(slug: &str) -> Option<&'static Resource> {
    RESOURCES.iter().find(|resource| resource.slug == slug)
}
