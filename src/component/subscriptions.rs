//! `kosha:paypal/subscriptions`.

use super::{
    Component,
    bindings::{
        exports::kosha::paypal::subscriptions::Guest,
        kosha::connector::types::{CallOptions, Failure, Json, Reply},
    },
    run, with,
};
use crate::catalogue::subscriptions;

impl Guest for Component {
    fn create(subscription: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(subscriptions::CREATE, &with(options).body(subscription))
    }

    fn list(
        plan_ids: Option<String>,
        statuses: Option<String>,
        created_after: Option<String>,
        created_before: Option<String>,
        status_updated_before: Option<String>,
        status_updated_after: Option<String>,
        filter: Option<String>,
        page_size: Option<u32>,
        page: Option<u32>,
        customer_ids: Option<String>,
        options: Option<CallOptions>,
    ) -> Result<Reply, Failure> {
        let arguments = with(options)
            .with("plan_ids", plan_ids)
            .with("statuses", statuses)
            .with("created_after", created_after)
            .with("created_before", created_before)
            .with("status_updated_before", status_updated_before)
            .with("status_updated_after", status_updated_after)
            .with("filter", filter)
            .with("page_size", page_size)
            .with("page", page)
            .with("customer_ids", customer_ids);
        run(subscriptions::LIST, &arguments)
    }

    fn get(id: String, fields: Option<String>, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(subscriptions::GET, &with(options).with("id", id).with("fields", fields))
    }

    fn update(id: String, patch: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(subscriptions::UPDATE, &with(options).with("id", id).body(patch))
    }

    fn revise(id: String, revision: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(subscriptions::REVISE, &with(options).with("id", id).body(revision))
    }

    fn suspend(id: String, suspension: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(subscriptions::SUSPEND, &with(options).with("id", id).body(suspension))
    }

    fn cancel(id: String, cancellation: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(subscriptions::CANCEL, &with(options).with("id", id).body(cancellation))
    }

    fn activate(id: String, activation: Option<Json>, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(subscriptions::ACTIVATE, &with(options).with("id", id).body(activation))
    }

    fn capture(id: String, capture: Json, options: Option<CallOptions>) -> Result<Reply, Failure> {
        run(subscriptions::CAPTURE, &with(options).with("id", id).body(capture))
    }

    fn list_transactions(
        id: String,
        start_time: String,
        end_time: String,
        options: Option<CallOptions>,
    ) -> Result<Reply, Failure> {
        let arguments = with(options).with("id", id).with("start_time", start_time).with("end_time", end_time);
        run(subscriptions::LIST_TRANSACTIONS, &arguments)
    }
}
