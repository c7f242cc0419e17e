//! A subscription as PayPal shows it.

use serde_json::{Value, json};

use crate::{
    base::documents::pick,
    world::{
        World,
        subscription::{Status, Subscription},
    },
};

/// The members of a plan that a subscription shows.
const PLAN: [&str; 7] =
    ["product_id", "name", "description", "billing_cycles", "payment_preferences", "taxes", "quantity_supported"];

impl Subscription {
    pub(crate) fn document(&self, world: &World) -> Value {
        let mut document = json!({"status": self.status()});
        if let Some(note) = &self.note {
            document["status_change_note"] = note.as_str().into();
        }
        document["status_update_time"] = self.status_changed.rfc3339().into();
        document["id"] = self.id.as_str().into();
        document["plan_id"] = self.plan.as_str().into();
        document["start_time"] = match &self.members["start_time"] {
            Value::Null => self.created.rfc3339().into(),
            time => time.clone(),
        };
        document["quantity"] = self.quantity.to_string().into();
        for name in ["shipping_amount", "subscriber", "custom_id"] {
            if let Some(value) = self.members.get(name) {
                document[name] = value.clone();
            }
        }
        // The card is never shown.
        if let Some(Value::Object(subscriber)) = document.get_mut("subscriber") {
            subscriber.remove("payment_source");
        }
        if let Some(subscriber) = &self.subscriber {
            if !document["subscriber"].is_object() {
                document["subscriber"] = json!({});
            }
            document["subscriber"]["email_address"] = subscriber.email.as_str().into();
            document["subscriber"]["payer_id"] = subscriber.id.as_str().into();
            document["subscriber"]["name"] = subscriber.name();
        }
        document["plan_overridden"] = self.own_plan.is_some().into();
        if let Some(own) = &self.own_plan {
            document["plan"] = pick(own, &PLAN);
        }
        if let Some(billing) = &self.billing {
            let mut information = json!({
                "outstanding_balance": self.outstanding.document(),
                "cycle_executions": [],
                "failed_payments_count": self.failed.min(999),
            });
            let plan = world.books.plans.get(&self.plan);
            if let Some(Ok(terms)) = plan.map(|plan| self.terms(plan, world.now())) {
                billing.add_to(&mut information, &terms, self.status == Status::Active);
            }
            document["billing_info"] = information;
        }
        document["create_time"] = self.created.rfc3339().into();
        document["update_time"] = self.updated.rfc3339().into();
        document["links"] = self.links();
        document
    }
}
