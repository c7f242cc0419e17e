//! `logs`: the requests that a simulator gets, as they come.

use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::Value;

use crate::cli::{done::Done, output::print, simulated::Address};

/// How often the simulator is asked.
const INTERVAL: Duration = Duration::from_millis(250);

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    address: Address,
    /// Only requests of this action, such as orders.capture, or of a resource, such as orders
    #[arg(long, value_name = "ACTION")]
    action: Option<String>,
    /// Only requests with this method
    #[arg(long, value_name = "METHOD")]
    method: Option<String>,
    /// Only answers with this status, such as 422, or of this class, such as 4xx
    #[arg(long, value_name = "STATUS", value_parser = status)]
    status: Option<String>,
    /// Only paths that contain this
    #[arg(long, value_name = "TEXT")]
    path: Option<String>,
    /// End after what has been answered so far
    #[arg(long)]
    no_follow: bool,
    /// Print JSON, one document per line
    #[arg(long)]
    json: bool,
}

fn status(text: &str) -> Result<String, String> {
    let fits = text.len() == 3
        && matches!(text.as_bytes()[0], b'1'..=b'5')
        && (text[1..].bytes().all(|byte| byte.is_ascii_digit()) || &text[1..] == "xx");
    if fits { Ok(text.to_owned()) } else { Err("expected a status such as 422, or a class such as 4xx".to_owned()) }
}

pub(super) async fn run(arguments: Arguments) -> Result<Done> {
    let mut last = 0;
    loop {
        let path = format!("/simulator/requests?after={last}");
        let (status, answer) = arguments.address.send("GET", &path, &Value::Null).await?;
        let Some(requests) = answer["requests"].as_array() else { bail!("the simulator answers with {status}") };
        for request in requests {
            last = request["number"].as_u64().unwrap_or(last).max(last);
            if arguments.shows(request) {
                print(&if arguments.json { request.to_string() } else { line(request) })?;
            }
        }
        if arguments.no_follow {
            return Ok(Done::Success);
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

impl Arguments {
    fn shows(&self, request: &Value) -> bool {
        let text = |name: &str| request[name].as_str().unwrap_or_default();
        let status = request["status"].to_string();
        let of_action = |wanted: &String| {
            text("action") == wanted || text("action").strip_prefix(&**wanted).is_some_and(|rest| rest.starts_with('.'))
        };
        self.action.as_ref().is_none_or(of_action)
            && self.method.as_ref().is_none_or(|method| method.eq_ignore_ascii_case(text("method")))
            && self.status.as_ref().is_none_or(|wanted| status.starts_with(wanted.trim_end_matches("xx")))
            && self.path.as_ref().is_none_or(|part| text("path").contains(part))
    }
}

/// Time, status, method, path, action, issue and debug id, on one line.
fn line(request: &Value) -> String {
    let text = |name: &str| request[name].as_str().unwrap_or_default();
    let parts = [
        text("time").to_owned(),
        request["status"].to_string(),
        text("method").to_owned(),
        text("path").to_owned(),
        text("action").to_owned(),
        text("issue").to_owned(),
        text("debug_id").to_owned(),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  ")
}
