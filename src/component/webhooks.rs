//! `kosha:paypal/webhooks`.

use super::{
    Component,
    bindings::{
        exports::kosha::paypal::webhooks::Guest,
        kosha::connector::types::{CallOptions, Failure, Json, Reply},
    },
    run, with,
};
use crate::{
    catalogue::{Location, webhooks},
    document::Document,
    failure::{self, Issue},
    paging::text,
};

impl Guest for Component {
    fn create(webhook: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(webhooks::CREATE, &with(options).body(webhook))
    }

    fn list(anchor_type: Option<String>, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(webhooks::LIST, &with(options).with("anchor_type", anchor_type))
    }

    fn get(webhook_id: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(webhooks::GET, &with(options).with("webhook_id", webhook_id))
    }

    fn update(webhook_id: String, changes: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(webhooks::UPDATE, &with(options).with("webhook_id", webhook_id).body(changes))
    }

    fn delete(webhook_id: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(webhooks::DELETE, &with(options).with("webhook_id", webhook_id))
    }

    fn list_subscribed_event_types(webhook_id: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(webhooks::LIST_SUBSCRIBED_EVENT_TYPES, &with(options).with("webhook_id", webhook_id))
    }

    fn create_lookup(options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(webhooks::CREATE_LOOKUP, &with(options))
    }

    fn list_lookups(options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(webhooks::LIST_LOOKUPS, &with(options))
    }

    fn get_lookup(webhook_lookup_id: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(webhooks::GET_LOOKUP, &with(options).with("webhook_lookup_id", webhook_lookup_id))
    }

    fn delete_lookup(webhook_lookup_id: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(webhooks::DELETE_LOOKUP, &with(options).with("webhook_lookup_id", webhook_lookup_id))
    }

    fn verify_signature(
        auth_algo: String,
        cert_url: String,
        transmission_id: String,
        transmission_sig: String,
        transmission_time: String,
        webhook_id: String,
        webhook_event: Vec<u8>,
        options: Option<CallOptions>,
    ) -> Result<Reply, Failure> {
        // It becomes part of a document: as anything but JSON it could add members of its own.
        let event = String::from_utf8(webhook_event).ok().filter(|event| Document::parse(event).is_ok());
        let Some(event) = event else {
            let description = "must be the received body, JSON in UTF-8".to_owned();
            let issue = Issue::found("/webhook_event", Location::Body, "MALFORMED_REQUEST_JSON", description);
            return Err(failure::Failure::invalid_input(vec![issue]).into());
        };
        let body = format!(
            r#"{{"auth_algo":{},"cert_url":{},"transmission_id":{},"transmission_sig":{},"transmission_time":{},"webhook_id":{},"webhook_event":{event}}}"#,
            text(&auth_algo),
            text(&cert_url),
            text(&transmission_id),
            text(&transmission_sig),
            text(&transmission_time),
            text(&webhook_id),
        );
        run(webhooks::VERIFY_SIGNATURE, &with(options).body(body))
    }

    fn list_event_types(options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(webhooks::LIST_EVENT_TYPES, &with(options))
    }

    fn list_events(
        page_size: Option<u32>,
        start_time: Option<String>,
        end_time: Option<String>,
        transaction_id: Option<String>,
        event_type: Option<String>,
        move_to: Option<String>,
        offset: Option<String>,
        prev_offset: Option<String>,
        index_id: Option<String>,
        index_time: Option<String>,
        options: Option<CallOptions>,
    ) -> Result<Reply, Failure> {
        let arguments = with(options)
            .with("page_size", page_size)
            .with("start_time", start_time)
            .with("end_time", end_time)
            .with("transaction_id", transaction_id)
            .with("event_type", event_type)
            .with("move_to", move_to)
            .with("offset", offset)
            .with("prev_offset", prev_offset)
            .with("index_id", index_id)
            .with("index_time", index_time);
        run(webhooks::LIST_EVENTS, &arguments)
    }

    fn get_event(event_id: String, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(webhooks::GET_EVENT, &with(options).with("event_id", event_id))
    }

    fn resend_event(event_id: String, targets: Option<Json>, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(webhooks::RESEND_EVENT, &with(options).with("event_id", event_id).body(targets))
    }

    fn simulate_event(simulation: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(webhooks::SIMULATE_EVENT, &with(options).body(simulation))
    }
}
