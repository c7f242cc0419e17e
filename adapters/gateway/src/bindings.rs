//! The contract's types and imports, under the names that connector-host gives them: its `json.rs` is also a module here.

#[allow(missing_docs, unreachable_pub, unused_qualifications, clippy::all, reason = "generated")]
mod generated {
    wit_bindgen::generate!({
        path: ["../../wit/deps/kosha-connector", "../wit", "wit"],
        world: "kosha:gateway/gateway",
        generate_all,
    });
}

pub(crate) use generated::kosha::{
    connector::{
        actions,
        connection::EnvironmentKind as Environment,
        triggers,
        types::{Failure, FailureKind, File, Issue, Reply},
    },
    service::connections,
};
