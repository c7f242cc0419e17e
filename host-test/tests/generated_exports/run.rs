//! One call of a typed function.

use std::{
    collections::VecDeque,
    future::ready,
    sync::{Arc, Mutex},
};

use connector_host::{
    Connector,
    bytes::Bytes,
    http::{HeaderName, HeaderValue, Request, Response},
    testing::{SeededRandom, VirtualClock},
    transport::{BoxFuture, Error, Timeouts, Transport, WasiBody},
    wasmtime::component::Val,
};
use host_test::fixture::{self, Case};
use serde_json::{Value, json};

use crate::answers::Answers;

pub(crate) struct Run {
    case: Arc<Case>,
    answers: Answers,
    /// What is particular of it.
    pub(crate) label: String,
    pub(crate) arguments: Vec<Val>,
}

impl Run {
    pub(crate) fn new(case: &Arc<Case>, answers: Answers, label: String, arguments: Vec<Val>) -> Self {
        Self { case: case.clone(), answers, label, arguments }
    }

    /// The requests and the outcome, by the connector given; or why it has broken down.
    pub(crate) async fn by(&self, connector: &Connector) -> Value {
        let wire = Arc::new(Wire { left: Mutex::new(self.answers.of(&self.case)), sent: Mutex::default() });
        let tenant = fixture::tenant_by(&self.case, wire.clone()).unwrap();
        let tenant = tenant.with_clock(VirtualClock::new()).with_random(SeededRandom::new(1));
        let connector = connector.with_own_certificates();
        match connector.call_typed_with(&tenant, &self.case.action, &self.arguments).await {
            Ok(outcome) => json!({"requests": *wire.sent.lock().unwrap(), "outcome": outcome}),
            Err(error) => json!({"error": error.to_string()}),
        }
    }
}

/// Answers in turn, whatever is asked, and keeps what was asked.
struct Wire {
    left: Mutex<VecDeque<Result<Response<WasiBody>, Error>>>,
    sent: Mutex<Vec<Value>>,
}

impl Transport for Wire {
    fn send(&self, request: Request<Bytes>, _: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>> {
        let header =
            |(name, value): (&HeaderName, &HeaderValue)| format!("{name}: {}", value.as_bytes().escape_ascii());
        self.sent.lock().unwrap().push(json!({
            "line": format!("{} {}", request.method(), request.uri()),
            "headers": request.headers().iter().map(header).collect::<Vec<_>>(),
            "body": request.body().escape_ascii().to_string(),
        }));
        let answer = self.left.lock().unwrap().pop_front();
        Box::pin(ready(answer.unwrap_or(Err(Error::ConnectionRefused))))
    }
}

/// The first place where two documents differ, in one line: with what is there, from shortly before the first difference.
pub(crate) fn difference(at: &str, own: &Value, generated: &Value) -> Option<String> {
    match (own, generated) {
        (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => {
            a.iter().find_map(|(name, value)| difference(&format!("{at}/{name}"), value, &b[name]))
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let mut items = a.iter().zip(b).enumerate();
            items.find_map(|(index, (a, b))| difference(&format!("{at}/{index}"), a, b))
        }
        _ => (own != generated).then(|| {
            let (own, generated) = (own.to_string(), generated.to_string());
            let equal = own.chars().zip(generated.chars()).take_while(|(a, b)| a == b).count();
            let shown = |text: &str| text.chars().skip(equal.saturating_sub(40)).take(150).collect::<String>();
            format!("{at} is {}, and by wit-bindgen {}", shown(&own), shown(&generated))
        }),
    }
}

#[test]
fn a_difference_is_one_line() {
    let own = json!({"outcome": {"reply": {"status": 200, "details": ["a\n", null]}}});
    let mut generated = own.clone();
    assert_eq!(difference("", &own, &generated), None);
    generated["outcome"]["reply"]["details"][0] = json!("b");
    let what = difference("", &own, &generated).unwrap();
    assert_eq!(what, r#"/outcome/reply/details/0 is "a\n", and by wit-bindgen "b""#);
    let long = |end: &str| json!({"body": format!("{}{end}", "é".repeat(1000))});
    let what = difference("", &long("x"), &long("yy")).unwrap();
    assert!(what.contains("éx\", and") && what.ends_with("éyy\"") && what.len() < 200, "{what}");
    generated["outcome"] = json!({"failure": {}});
    assert!(difference("", &own, &generated).unwrap().starts_with("/outcome is "));
}
