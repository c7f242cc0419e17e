//! `kosha:paypal/disputes`.

use super::{
    Component,
    bindings::{
        exports::kosha::paypal::disputes::Guest,
        kosha::connector::types::{CallOptions, Failure, Json, Reply},
    },
    run, with,
};
use crate::catalogue::disputes;

impl Guest for Component {
    fn list(
        start_time: Option<String>,
        disputed_transaction_id: Option<String>,
        page: Option<u32>,
        page_size: Option<u32>,
        next_page_token: Option<String>,
        dispute_state: Option<String>,
        create_time_before: Option<String>,
        create_time_after: Option<String>,
        update_time_before: Option<String>,
        update_time_after: Option<String>,
        options: Option<CallOptions>,
    ) -> Result<Reply, Failure> {
        let arguments = with(options)
            .with("start_time", start_time)
            .with("disputed_transaction_id", disputed_transaction_id)
            .with("page", page)
            .with("page_size", page_size)
            .with("next_page_token", next_page_token)
            .with("dispute_state", dispute_state)
            .with("create_time_before", create_time_before)
            .with("create_time_after", create_time_after)
            .with("update_time_before", update_time_before)
            .with("update_time_after", update_time_after);
        run(disputes::LIST, &arguments)
    }

    fn get(id: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(disputes::GET, &with(options).with("id", id))
    }

    fn update(id: String, patch: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(disputes::UPDATE, &with(options).with("id", id).body(patch))
    }

    fn adjudicate(id: String, decision: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(disputes::ADJUDICATE, &with(options).with("id", id).body(decision))
    }

    fn require_evidence(id: String, demand: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(disputes::REQUIRE_EVIDENCE, &with(options).with("id", id).body(demand))
    }

    fn escalate(id: String, escalation: Option<Json>, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(disputes::ESCALATE, &with(options).with("id", id).body(escalation))
    }

    fn make_offer(id: String, offer: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(disputes::MAKE_OFFER, &with(options).with("id", id).body(offer))
    }

    fn accept_offer(id: String, acceptance: Option<Json>, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(disputes::ACCEPT_OFFER, &with(options).with("id", id).body(acceptance))
    }

    fn deny_offer(id: String, denial: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(disputes::DENY_OFFER, &with(options).with("id", id).body(denial))
    }
}
