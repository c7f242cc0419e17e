//! A component that attacks its host. An attack is an action, with its parameters in the input. The result is the body of the
//! reply, which is text rather than JSON. See `host-test/tests/hostile_guest.rs` and
//! `hostile_memory.rs`.
#![cfg(target_family = "wasm")]

mod attacks;
#[allow(missing_docs, unsafe_code, unreachable_pub, unused_qualifications, clippy::all, reason = "generated")]
mod bindings {
    wit_bindgen::generate!({
        path: "../../../../wit",
        world: "kosha:connector/connector",
        generate_all,
    });

    export!(Guest with_types_in self);

    /// Implements the exports.
    pub struct Guest;
}
mod forged;
mod remains;
// Without this the component would import files.
#[path = "../../../../../src/component/stdio.rs"]
mod stdio;

use bindings::{
    Guest,
    exports::kosha::connector::actions::{
        self, ActionInfo, Choices, ConnectionReport, Effect, Failure, Json, Manifest, Reply,
    },
    exports::kosha::connector::triggers::{self, TriggerInfo},
    kosha::connector::types::FailureKind,
};

impl actions::Guest for Guest {
    fn describe() -> Manifest {
        let empty = || "{}".to_owned();
        Manifest {
            name: "hostile".to_owned(),
            label: empty(),
            version: empty(),
            icon: empty(),
            categories: Vec::new(),
            documentation: empty(),
            terms: empty(),
            changes: empty(),
            openapi: empty(),
            connection_form: empty(),
        }
    }

    /// Claims that every attack only reads.
    fn list() -> Vec<ActionInfo> {
        attacks::NAMES.iter().map(|name| harmless(name)).collect()
    }

    fn invoke(attack: String, input: Json) -> Result<Reply, Failure> {
        match attacks::run(&attack, &input) {
            Ok(said) => Ok(Reply {
                status: 200,
                body: Some(said),
                debug_id: None,
                idempotency_key: None,
                attempts: 1,
                next: None,
                file: None,
            }),
            Err(why) => Err(failure(why)),
        }
    }

    fn options(_: String, _: String, _: Json, _: Option<String>, _: Option<Json>) -> Result<Choices, Failure> {
        Err(failure("not an attack".to_owned()))
    }

    fn test_connection() -> Result<ConnectionReport, Failure> {
        Err(failure("not an attack".to_owned()))
    }
}

impl triggers::Guest for Guest {
    fn list() -> Vec<TriggerInfo> {
        Vec::new()
    }
}

fn harmless(name: &str) -> ActionInfo {
    let text = str::to_owned;
    ActionInfo {
        id: text(name),
        group: text("attacks"),
        summary: text("reads a little"),
        description: text("Reads a little, and says so."),
        method: text("GET"),
        path: text("/"),
        effects: vec![Effect::Read],
        confirm: None,
        deprecated: false,
        scopes: Vec::new(),
        idempotency: None,
        lookup: None,
        paged: false,
        sandbox_only: false,
        provider_operation_id: text(name),
        definition: text("/"),
        input_schema: text("/"),
        output_schema: None,
        sample: text("/"),
    }
}

fn failure(message: String) -> Failure {
    Failure {
        kind: FailureKind::ProviderError,
        message,
        status: None,
        name: None,
        details: Vec::new(),
        debug_id: None,
        retryable: false,
        retry_after_ms: None,
        request_sent: false,
        idempotency_key: None,
        idempotency_retention_seconds: None,
        attempts: 0,
        information_link: None,
        body: None,
    }
}
