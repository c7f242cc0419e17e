//! The attacks.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    hint::black_box,
    sync::atomic::{AtomicU32, Ordering},
};

use wasip2::{
    clocks::monotonic_clock,
    http::types::{Fields, IncomingResponse},
    random::random::get_random_bytes,
};

use crate::{
    bindings::kosha::connector::{
        connection,
        journal::{self, Entry},
    },
    forged::{self, Forged},
    remains,
};

/// The names of the attacks.
pub(crate) const NAMES: &[&str] = &[
    "request",
    "request-then-trap",
    "request-then-spin",
    "request-then-wait",
    "open",
    "bodies",
    "tokens",
    "journal",
    "read-journal",
    "random",
    "fields",
    "print",
    "panic",
    "spin",
    "spin-in-host",
    "return",
    "count",
    "leave",
    "leave-then-request",
    "leave-then-search",
    "leave-then-spin",
    "leave-then-trap",
    "search",
];

type Said = Result<String, String>;

/// Runs an attack. Returns what came of it.
pub(crate) fn run(attack: &str, input: &str) -> Said {
    match attack {
        "request" => request(input),
        "request-then-trap" => request(input).map(|_| trap()),
        "request-then-spin" => request(input).map(|_| spin()),
        "request-then-wait" => request(input).map(|_| wait()),
        "open" => open(input),
        "bodies" => bodies(input),
        "tokens" => Ok(tokens(number(input))),
        "journal" => Ok(write_journal(input)),
        "read-journal" => Ok(read_journal(input)),
        "random" => Ok(random(input)),
        "fields" => Ok(fields(input)),
        "print" => {
            print(input);
            Ok(String::new())
        }
        "panic" => {
            print(input);
            trap()
        }
        "spin" => spin(),
        "spin-in-host" => loop {
            black_box(get_random_bytes(64 * 1024));
        },
        "return" => Ok("x".repeat(number(input))),
        "count" => Ok(count().to_string()),
        "leave" => remains::leave(input).map(str::to_owned),
        "leave-then-request" => request(remains::leave(input)?),
        "leave-then-search" => remains::search(remains::leave(input)?),
        "leave-then-spin" => {
            print(remains::leave(input)?);
            spin()
        }
        "leave-then-trap" => {
            print(remains::leave(input)?);
            trap()
        }
        "search" => remains::search(input),
        other => Err(format!("there is no attack {other}")),
    }
}

fn number(input: &str) -> usize {
    input.trim().parse().unwrap_or_default()
}

/// Which call of its instance this is, if all of them count.
fn count() -> u32 {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    CALLS.fetch_add(1, Ordering::Relaxed) + 1
}

/// Parses two numbers, and returns the rest.
fn numbers(input: &str) -> (usize, usize, &str) {
    let (first, rest) = input.split_once(' ').unwrap_or((input, ""));
    let (second, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    (number(first), number(second), rest)
}

/// Sends one forged request, and shows the whole response.
fn request(input: &str) -> Said {
    forged::read(forged::head(&Forged::parse(input)?.send()?)?)
}

/// Sends a request many times, and drops no response.
fn open(input: &str) -> Said {
    let (count, _, request) = numbers(input);
    let request = Forged::parse(request)?;
    let mut held: Vec<IncomingResponse> = Vec::new();
    let mut errors = BTreeMap::<String, usize>::new();
    for _ in 0..count {
        match request.send().and_then(|pending| forged::head(&pending)) {
            Ok(response) => held.push(response),
            Err(error) => *errors.entry(error).or_default() += 1,
        }
    }
    Ok(format!("{} open, {errors:?}", held.len()))
}

/// Begins many requests with large bodies and ends none of them.
fn bodies(input: &str) -> Said {
    let (count, size, request) = numbers(input);
    let request = Forged::parse(request)?;
    let piece = vec![b'x'; 64 * 1024];
    let (mut held, mut written) = (Vec::new(), 0);
    for _ in 0..count {
        let (pending, body) = request.begin()?;
        let body = body.ok_or("there is no body")?;
        let stream = body.write().map_err(|()| "the body is taken")?;
        for _ in 0..size / piece.len() {
            if forged::write(&stream, &piece).is_err() {
                break;
            }
            written += piece.len();
        }
        held.push((stream, pending, body));
    }
    Ok(format!("{written} written"))
}

/// Reports every token that it is given as rejected.
fn tokens(count: usize) -> String {
    let mut rejected = None;
    let (mut granted, mut errors) = (0, BTreeMap::<String, usize>::new());
    for _ in 0..count {
        match connection::access_token(rejected.as_deref()) {
            Ok(token) => {
                granted += 1;
                rejected = Some(token.value);
            }
            Err(error) => *errors.entry(format!("{error:?}")).or_default() += 1,
        }
    }
    format!("{granted} granted, {errors:?}")
}

fn write_journal(input: &str) -> String {
    let (count, size, subject) = numbers(input);
    let mut said = BTreeMap::<String, usize>::new();
    for _ in 0..count {
        let entry = Entry {
            id: None,
            time: "2026-11-29T00:00:00Z".to_owned(),
            event: "flood".to_owned(),
            status: None,
            details: "x".repeat(size),
        };
        *said.entry(format!("{:?}", journal::append(subject, &entry))).or_default() += 1;
    }
    format!("{said:?}")
}

fn read_journal(input: &str) -> String {
    let (count, _, subject) = numbers(input);
    let mut said = BTreeMap::<String, usize>::new();
    for _ in 0..count {
        let read = journal::entries(subject).map(|entries| entries.len());
        *said.entry(format!("{read:?}")).or_default() += 1;
    }
    format!("{said:?}")
}

fn random(input: &str) -> String {
    let (count, size, _) = numbers(input);
    let bytes: usize = (0..count).map(|_| get_random_bytes(size as u64).len()).sum();
    format!("{bytes} bytes")
}

/// Makes header fields of a given size many times, and keeps them.
fn fields(input: &str) -> String {
    let (count, size, _) = numbers(input);
    let value = vec![b'x'; 4096];
    let mut held = Vec::new();
    for _ in 0..count {
        let fields = Fields::new();
        for number in 0..size / value.len() {
            _ = fields.append(&format!("x-{number}"), &value);
        }
        held.push(fields);
    }
    format!("{} held", held.len())
}

fn print(text: &str) {
    let stderr = wasip2::cli::stderr::get_stderr();
    for piece in text.as_bytes().chunks(4096) {
        let _ = stderr.blocking_write_and_flush(piece);
    }
}

fn trap() -> ! {
    core::arch::wasm32::unreachable()
}

fn spin() -> ! {
    let mut text = String::new();
    loop {
        text.clear();
        _ = write!(text, "{}", black_box(1));
    }
}

fn wait() -> ! {
    loop {
        monotonic_clock::subscribe_duration(u64::MAX).block();
    }
}
