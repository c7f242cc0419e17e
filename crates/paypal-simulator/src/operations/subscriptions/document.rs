//! A subscription as PayPal shows it.

use serde_json::{Value, json};

use crate::world::{
    World,
    subscription::{Status, Subscription},
};

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
        for name in ["shipping_amount", "subscriber", "custom_id", "plan"] {
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
        if self.status != Status::ApprovalPending {
            let mut billing = json!({
                "outstanding_balance": self.outstanding.document(),
                "cycle_executions": [],
                "failed_payments_count": self.failed,
            });
            let payments = world.books.payments.values().filter(|payment| payment.subscription == self.id);
            if let Some(last) = payments.max_by_key(|payment| payment.time) {
                billing["last_payment"] = json!({"amount": last.amount.document(), "time": last.time.rfc3339()});
            }
            document["billing_info"] = billing;
        }
        document["create_time"] = self.created.rfc3339().into();
        document["update_time"] = self.updated.rfc3339().into();
        document["links"] = self.links();
        document
    }
}
