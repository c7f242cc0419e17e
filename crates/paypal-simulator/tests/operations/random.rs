//! Random requests to every operation: nothing panics, no answer is 500 or has another shape than PayPal's, and a refused
//! request has changed nothing. Bodies are those of the connector's fixtures, with ids of what is there, and spoilt.

mod around;

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use paypal_simulator::{Effects, NewMerchant, bytes};
use serde_json::{Value, json};

use crate::{
    pages,
    sandbox::Sandbox,
    schemas::{Operation, operations},
};

/// How many requests; `RANDOM_REQUESTS` sets another number, and `RANDOM_SEED` another seed.
const REQUESTS: u64 = 20_000;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../host-test/fixtures");

/// The content type of a form with files.
const FORM: &str = "multipart/form-data; boundary=b";

/// How many ids are remembered.
const MOST_IDS: usize = 300;

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }

    /// True with a chance in percent.
    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }
}

/// The bodies in the fixtures of an action.
fn bodies(action: &str) -> Vec<Value> {
    let (resource, verb) = action.split_once('.').unwrap();
    let Ok(files) = fs::read_dir(Path::new(FIXTURES).join(resource).join(verb)) else { return Vec::new() };
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.sort();
    let read = |path: &Path| -> Value { serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap() };
    let bodies = paths.iter().map(|path| read(path)["input"]["body"].clone());
    bodies.filter(|body| !body.is_null()).collect()
}

/// Collects what may be an id: short strings without spaces, and the last segments of links.
fn collect(document: &Value, ids: &mut Vec<String>, random: &mut Random) {
    match document {
        Value::Array(items) => items.iter().for_each(|item| collect(item, ids, random)),
        Value::Object(members) => {
            for (name, value) in members {
                let id = match value.as_str() {
                    Some(text) if name == "href" => text.rsplit(['/', '=', '#']).next(),
                    Some(text) if name == "id" || name.ends_with("_id") || name.ends_with("number") => Some(text),
                    _ => None,
                };
                match id.filter(|id| (4..60).contains(&id.len()) && id.is_ascii()) {
                    Some(id) if ids.iter().any(|it| it == id) => {}
                    Some(id) if ids.len() < MOST_IDS => ids.push(id.to_owned()),
                    Some(id) => {
                        let at = random.below(MOST_IDS);
                        id.clone_into(&mut ids[at]);
                    }
                    None => collect(value, ids, random),
                }
            }
        }
        _ => {}
    }
}

/// A value that an operation may not expect.
fn odd(random: &mut Random, ids: &[String]) -> Value {
    match random.below(14) {
        0 => Value::Null,
        1 => json!(""),
        2 => json!("\u{0}é日😀<script>"),
        3 => json!(-1),
        4 => json!(u64::MAX),
        5 => json!(1e300),
        6 => json!([]),
        7 => json!({}),
        8 => json!("9999999.99"),
        9 => json!("0"),
        10 => json!("x".repeat(random.below(5_000))),
        11 => json!([[[{"a": [1, "b"]}]]]),
        12 => json!(true),
        _ => random.pick(ids).map_or(Value::Null, |id| json!(id)),
    }
}

/// Puts ids of what is there into a body, and spoils it now and then.
fn change(body: &mut Value, random: &mut Random, ids: &[String], spoil: usize) {
    if random.chance(spoil) {
        *body = odd(random, ids);
        return;
    }
    match body {
        Value::Array(items) => items.iter_mut().for_each(|item| change(item, random, ids, spoil)),
        Value::Object(members) => {
            if random.chance(spoil) {
                let names: Vec<_> = members.keys().cloned().collect();
                random.pick(&names).map(|name| members.remove(name));
            }
            for (name, value) in members {
                let is_id = name == "id" || name.ends_with("_id");
                match (is_id && random.chance(80)).then(|| random.pick(ids)).flatten() {
                    Some(id) => *value = json!(id),
                    None => change(value, random, ids, spoil),
                }
            }
        }
        _ => {}
    }
}

fn escape(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// Returns the path of a request to an operation, with its query.
fn path(operation: &Operation, random: &mut Random, ids: &[String]) -> String {
    let segment = |segment: &str, random: &mut Random| match segment.starts_with('{') {
        true if random.chance(95) => escape(random.pick(ids).map_or("X", String::as_str)),
        true => escape(["", "0", "../..", "é", &"x".repeat(200)][random.below(5)]),
        false => segment.to_owned(),
    };
    let path = operation.path.split('/').map(|it| segment(it, random)).collect::<Vec<_>>().join("/");
    let mut query = Vec::new();
    for (name, schema) in &operation.query {
        if !random.chance(40) {
            continue;
        }
        let known = [&schema["enum"], &schema["default"], &schema["items"]["enum"]];
        let value = match (known.into_iter().find(|it| !it.is_null()), random.below(4)) {
            (Some(Value::Array(values)), 0..3) => random.pick(values).cloned().unwrap_or_default(),
            (Some(value), 0..3) => value.clone(),
            (None, 0) => {
                json!(["2026-03-01T00:00:00Z", "2026-03-31T00:00:00-0700", "2026-02-01T00:00:00.000Z"][random.below(3)])
            }
            (None, 1) => json!(random.below(30)),
            _ => odd(random, ids),
        };
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        query.push(format!("{name}={}", escape(&text)));
    }
    if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
}

/// Money is never given back, or held, that was not taken.
fn balance(effects: &Effects) {
    for (id, taken) in &effects.captured {
        let back: i64 = effects.refunded.values().filter(|it| it.of == *id).map(|it| it.minor_units).sum();
        let held: i64 = effects.held.values().filter(|it| it.of == *id).map(|it| it.minor_units).sum();
        assert!(back + held <= taken.minor_units, "{back} and {held} of {} for {id}", taken.minor_units);
    }
    for (id, reserved) in &effects.authorized {
        let taken: i64 = effects.captured.values().filter(|it| it.of == *id).map(|it| it.minor_units).sum();
        let released = effects.voided.get(id).map_or(0, |it| it.minor_units);
        assert!(taken + released <= reserved.minor_units, "{taken} and {released} of {id}");
    }
}

/// Returns a form of a dispute, with a file that may be none.
fn form(input: &Value, random: &mut Random) -> Bytes {
    let files: [&[u8]; 5] = [b"%PDF-1.4\n", b"\x89PNG\r\n\x1a\n", b"", b"\x00\xff--b", b"\r\n--b\r\n"];
    let names = ["label.pdf", "photo.png", "../../etc/passwd", "", "x.exe"];
    let mut text = format!("--b\r\nContent-Disposition: form-data; name=\"input\"\r\n\r\n{input}\r\n").into_bytes();
    for _ in 0..random.below(3) {
        let name = random.pick(&names).unwrap();
        let part = format!("--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"{name}\"\r\n\r\n");
        text.extend([part.as_bytes(), random.pick(&files).unwrap(), b"\r\n"].concat());
    }
    text.extend(if random.chance(90) { &b"--b--\r\n"[..] } else { b"--b" });
    text.into()
}

/// Adds a merchant. Returns the authorization of its app.
fn another_merchant(paypal: &Sandbox) -> String {
    let app = paypal.0.add_merchant(NewMerchant::default()).unwrap();
    let basic = BASE64_STANDARD.encode(format!("{}:{}", app.client_id, app.client_secret));
    let headers =
        [("authorization", format!("Basic {basic}")), ("content-type", "application/x-www-form-urlencoded".to_owned())];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    let grant = Bytes::from_static(b"grant_type=client_credentials");
    let token = paypal.send_bytes("POST", "/v1/oauth2/token", &headers, grant).ok();
    format!("Bearer {}", token["access_token"].as_str().unwrap())
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

#[test]
fn random_requests_are_answered_as_paypal_answers() {
    let (paypal, mut random) = (Sandbox::new(), Random(number("RANDOM_SEED", 15)));
    let operations = operations();
    let bodies: Vec<_> = operations.iter().map(|operation| bodies(&operation.action)).collect();
    let mut ids: Vec<String> = Vec::new();
    let other = another_merchant(&paypal);
    let (mut done, mut refused) = (0, 0);
    let mut findings = BTreeMap::new();
    for count in 0..number("RANDOM_REQUESTS", REQUESTS) {
        if random.chance(1) {
            paypal.0.advance(Duration::from_secs(u64::try_from(random.below(200_000)).unwrap()));
        }
        match random.below(100) {
            0..15 => {
                around::control(&paypal, &mut random, &ids);
                continue;
            }
            15..18 => {
                around::page(&paypal, &mut random, &ids);
                continue;
            }
            _ => {}
        }
        let at = random.below(operations.len());
        let operation = &operations[at];
        let path = path(operation, &mut random, &ids);
        let key = format!("key-{}", random.below(50));
        let is_form = operation.takes_files && random.chance(40);
        let mut headers = vec![("content-type", if is_form { FORM } else { "application/json" })];
        if random.chance(15) {
            headers.push(("authorization", &other));
        }
        if random.chance(30) {
            headers.push(("paypal-request-id", &key));
        }
        if random.chance(50) {
            headers.push(("prefer", "return=representation"));
        }
        let spoil = [0, 0, 2, 10][random.below(4)];
        let body = match random.below(20) {
            0 => Bytes::from_static(b"{\"a\": "),
            1 => Bytes::new(),
            _ => random.pick(&bodies[at]).map_or(Bytes::new(), |body| {
                let mut body = body.clone();
                change(&mut body, &mut random, &ids, spoil);
                if is_form { form(&body, &mut random) } else { body.to_string().into() }
            }),
        };
        let before = random.chance(2).then(|| paypal.0.effects());
        let answer = paypal.raw(&operation.method, &path, &headers, body.clone());
        // A text that the merchant has sent may come back: patterns are not checked of requests.
        if let Some(complaint) = answer.complaint(&operation.method, &path, false) {
            let request = String::from_utf8_lossy(&body).into_owned();
            findings.entry(operation.action.clone()).or_insert_with(|| format!("{complaint}\n    {request}"));
        }
        assert!(answer.status < 500, "request {count}: {} {path}: {answer:?}", operation.method);
        if answer.status >= 400 {
            refused += 1;
            if let Some(before) = before {
                assert!(before == paypal.0.effects(), "{} {path} was refused, and changed something", operation.method);
            }
        } else {
            done += 1;
            collect(&answer.body, &mut ids, &mut random);
        }
    }
    balance(&paypal.0.effects());
    let before = paypal.0.effects();
    assert!(pages::walk(&paypal) > 50, "the pages show what was made");
    assert!(before == paypal.0.effects(), "a page that is looked at changes something");
    let findings: Vec<_> = findings.iter().map(|(action, why)| format!("{action}: {why}")).collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    assert!(
        done > 1_000 || number("RANDOM_REQUESTS", REQUESTS) < 10_000,
        "{done} requests went well, {refused} were refused"
    );
}
