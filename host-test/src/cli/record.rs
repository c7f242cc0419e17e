//! `call --record`: makes a fixture of what happens on the wire.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime},
};

use anyhow::Result;
use connector_host::{Connector, Outcome, Tenant};
use host_test::fixture::record::{self, Call, Essence, NewCase, RecordError, Recorder};

use crate::cli::output::note;

/// Runs an action, and writes its case below a directory. Returns the outcome, or what is wrong with the case's name, and then
/// nothing was sent.
///
/// # Errors
/// If the component fails.
pub(super) async fn run(
    connector: &Connector,
    tenant: &Tenant,
    directory: &Path,
    (action, name): (&str, &str),
    input: &str,
) -> Result<Result<(Outcome, bool), String>> {
    let (new, file) = match NewCase::new(action, name).and_then(|new| Ok((new.file(directory)?, new))) {
        Ok((file, new)) => (new, file),
        Err(error) => return Ok(Err(format!("--record: {error}"))),
    };
    let recorder = Recorder::new(tenant.transport.clone());
    let now = whole_seconds(SystemTime::now());
    let mut recording = tenant.clone().at(now);
    recording.transport = Arc::new(recorder.clone());
    let outcome = connector.invoke(&recording, action, input).await?;
    let call = Call {
        action,
        input,
        now,
        route: tenant.connection.route(),
        max_attempts: tenant.connection.max_attempts(),
        recorder: &recorder,
    };
    let written: Result<(), RecordError> = async {
        let text = new.text(connector, call, &Essence::of(&outcome.result), []).await?;
        record::write(&file, &text)
    }
    .await;
    let is_written = match written {
        Ok(()) => {
            note(&format!("recorded as {}; read it before you share it", file.display()));
            true
        }
        // The call has been made: its outcome counts.
        Err(error) => {
            note(&format!("error: --record: {error}"));
            false
        }
    };
    Ok(Ok((outcome, is_written)))
}

fn whole_seconds(time: SystemTime) -> SystemTime {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}
