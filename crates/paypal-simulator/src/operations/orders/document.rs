//! An order as PayPal shows it, with its payments and trackers.

use serde_json::{Map, Value, json};

use crate::{
    base::documents::pick,
    world::{
        World,
        accounts::Payer,
        order::{Order, Status, Unit},
        tracker::Tracker,
    },
};

impl Unit {
    /// Returns the trackers of its captures.
    fn trackers<'a>(&'a self, world: &'a World) -> impl Iterator<Item = &'a Tracker> {
        self.captures.iter().flat_map(|id| world.books.trackers_of(id))
    }

    /// Returns its authorizations, captures and refunds, if there are any.
    fn payments(&self, world: &World) -> Option<Value> {
        let authorizations = self.authorizations.iter().filter_map(|id| world.books.authorizations.get(id));
        let authorizations: Vec<_> = authorizations.map(|it| it.document()).collect();
        let captures = self.captures.iter().filter_map(|id| world.books.captures.get(id));
        let captures: Vec<_> = captures.map(|it| it.document()).collect();
        let refunds = self.captures.iter().flat_map(|id| world.books.refunds_of(id));
        let refunds: Vec<_> = refunds.map(|it| it.document()).collect();
        let lists = [("authorizations", authorizations), ("captures", captures), ("refunds", refunds)];
        let payments: Map<_, _> =
            lists.into_iter().filter(|(_, it)| !it.is_empty()).map(|(name, it)| (name.to_owned(), it.into())).collect();
        (!payments.is_empty()).then(|| payments.into())
    }
}

impl Order {
    /// Returns the whole order.
    pub(crate) fn document(&self, world: &World) -> Value {
        let mut document = json!({
            "id": self.id,
            "intent": self.intent.name(),
            "status": self.status(),
        });
        if let Some(source) = &self.source {
            let approved = matches!(self.status, Status::Approved | Status::Completed);
            document["payment_source"] = source.document(&world.books.vault, &self.id, approved);
        }
        if let Some(instruction) = &self.instruction {
            document["processing_instruction"] = instruction.as_str().into();
        }
        let units = self.units.iter().map(|unit| {
            let mut document = unit.document();
            if let Some(payments) = unit.payments(world) {
                document["payments"] = payments;
            }
            let trackers: Vec<_> = unit.trackers(world).map(|it| it.of_order(&self.id)).collect();
            if !trackers.is_empty() {
                if !document["shipping"].is_object() {
                    document["shipping"] = json!({});
                }
                document["shipping"]["trackers"] = trackers.into();
            }
            document
        });
        document["purchase_units"] = units.collect();
        if let Some(it) = &self.payer {
            document["payer"] = payer(it);
        }
        document["create_time"] = self.created.rfc3339().into();
        document["update_time"] = self.updated.rfc3339().into();
        document["links"] = self.links();
        document
    }

    /// Returns what `Prefer: return=minimal` shows: id, status, payment source and links, and the payments of a paid order.
    pub(crate) fn minimal(&self, world: &World) -> Value {
        let full = self.document(world);
        if self.status != Status::Completed {
            return pick(&full, &["id", "status", "payment_source", "links"]);
        }
        let mut document = pick(&full, &["id", "status", "payment_source", "purchase_units", "payer", "links"]);
        for unit in document["purchase_units"].as_array_mut().into_iter().flatten() {
            *unit = pick(unit, &["reference_id", "shipping", "payments"]);
        }
        document
    }
}

fn payer(payer: &Payer) -> Value {
    json!({
        "name": payer.name(),
        "email_address": payer.email,
        "payer_id": payer.id,
        "address": {"country_code": payer.country},
    })
}
