//! What came of forwarding a delivery.

use std::{fmt, time::Duration};

use http::StatusCode;
use serde_json::{Value, json};

use crate::listen::program_answer::ProgramAnswer;
use connector_host::transport::Error;

/// The answer of the program, or why there is none. It displays as in `200 in 12 ms`.
#[derive(Clone, Debug)]
pub(super) struct Forwarded {
    answer: ProgramAnswer,
    /// How long the program took; `None` if it did not answer.
    time: Option<Duration>,
    problem: Option<String>,
}

impl Forwarded {
    pub(super) fn answered(answer: ProgramAnswer, is_cut: bool, time: Duration) -> Self {
        let problem = is_cut.then(|| "its body is too long to go back".to_owned());
        Self { answer, time: Some(time), problem }
    }

    /// The program has not answered in time: 504.
    pub(super) fn late(limit: Duration) -> Self {
        let problem = format!("the program has not answered within {} s", limit.as_secs_f32());
        Self { answer: ProgramAnswer::empty(StatusCode::GATEWAY_TIMEOUT), time: None, problem: Some(problem) }
    }

    /// The program cannot be reached, or has broken off: 502.
    pub(super) fn failed(error: &Error) -> Self {
        let problem = match error {
            Error::ConnectionRefused | Error::ConnectionTimeout | Error::DestinationUnavailable => {
                "the program cannot be reached"
            }
            Error::TlsProtocolError => "the program's certificate is not trusted, or it does not speak TLS",
            _ => "the program has not answered in HTTP",
        };
        let answer = ProgramAnswer::empty(StatusCode::BAD_GATEWAY);
        Self { answer, time: None, problem: Some(problem.to_owned()) }
    }

    /// The delivery has been here before: 508.
    pub(super) fn in_a_loop() -> Self {
        let problem = "it was forwarded by this process before, which is a loop".to_owned();
        Self { answer: ProgramAnswer::empty(StatusCode::LOOP_DETECTED), time: None, problem: Some(problem) }
    }

    /// Whether the program has taken it.
    pub(super) fn is_taken(&self) -> bool {
        self.time.is_some() && self.answer.status.is_success()
    }

    /// Returns the answer to PayPal.
    pub(super) fn answer(&self) -> &ProgramAnswer {
        &self.answer
    }

    pub(super) fn json(&self) -> Value {
        let status = self.time.map(|_| self.answer.status.as_u16());
        let milliseconds = self.time.map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
        json!({"status": status, "milliseconds": milliseconds, "problem": self.problem})
    }
}

impl fmt::Display for Forwarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.answer.status.as_u16())?;
        if let Some(time) = self.time {
            write!(f, " in {} ms", time.as_millis())?;
        }
        self.problem.iter().try_for_each(|problem| write!(f, " ({problem})"))
    }
}
