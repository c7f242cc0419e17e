//! `listen` and `call` killed (SIGKILL) at random moments, again and again: nothing is lost, and nothing is done twice.
//!
//! `KILLS=1000` kills each a thousand times; the default is a hundred, or less. `SEED` changes the moments.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "prints what it has counted")]

#[allow(dead_code, reason = "other tests use the rest")]
mod database;
#[allow(dead_code, reason = "other tests use the rest")]
#[path = "events/delivery.rs"]
mod delivery;
#[allow(dead_code, reason = "other tests use the rest")]
mod listening;
#[allow(dead_code, reason = "other tests use the rest")]
mod server;

use std::{
    collections::BTreeMap,
    env,
    fs::{self, OpenOptions},
    io::{self, Write as _},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use connector_host::{Entry, Journal, SqliteJournal};
use connector_host::{PostgresJournal, PostgresOptions, Secret};
use http::Request;
use paypal_simulator::Simulator;
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use database::Server as Database;
use delivery::{Delivery, WEBHOOK, authorities, certificate};
use listening::{Listening, post, text};
use server::{Answer, Server, response};

fn kills(default: usize) -> usize {
    env::var("KILLS").map_or(default, |kills| kills.parse().expect("KILLS is a number"))
}

/// Pseudorandom numbers from a seed (xorshift64*).
struct Random(u64);

impl Random {
    fn new(salt: u64) -> Self {
        let seed = env::var("SEED").map_or(11, |seed| seed.parse().expect("SEED is a number"));
        Self((seed ^ salt).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % end
    }
}

/// An event or a message, delivered until it is answered 200, as by PayPal.
struct Item {
    /// The event's id, or the message's key.
    id: String,
    path: &'static str,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    /// How many deliveries ended without an answer: the process was killed.
    unanswered: usize,
    /// The statuses of the answers that were not 200.
    refused: Vec<u16>,
    taken: bool,
}

impl Item {
    fn new(number: usize) -> Self {
        if number.is_multiple_of(3) {
            let body = format!("txn_id=T{number}&payment_status=Completed&custom={}", "x".repeat(number % 200));
            let (id, body) = (format!("T{number}:Completed"), body.into_bytes());
            return Self {
                id,
                path: "/ipn",
                headers: Vec::new(),
                body,
                unanswered: 0,
                refused: Vec::new(),
                taken: false,
            };
        }
        let id = format!("WH-{number}");
        let event = json!({"id": id, "event_type": "PAYMENT.CAPTURE.COMPLETED", "create_time": "2026-03-02T08:59:41.512Z",
            "resource_type": "capture", "resource": {"id": format!("C{number}"), "status": "COMPLETED",
            "supplementary_data": {"related_ids": {"order_id": format!("O{number}")}}}});
        let delivery = Delivery::of(&event.to_string());
        let input = delivery.input();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let headers = input["headers"].as_array().unwrap();
        let headers = headers.iter().map(|header| (text(&header["name"]), text(&header["value"]))).collect();
        Self { id, path: "/webhooks", headers, body: delivery.body, unanswered: 0, refused: Vec::new(), taken: false }
    }

    fn deliver(&mut self, address: SocketAddr) -> bool {
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
        match post(address, self.path, &headers, &self.body) {
            Ok(200) => self.taken = true,
            Ok(status) => self.refused.push(status),
            // No process is listening.
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => thread::sleep(Duration::from_millis(1)),
            Err(_) => self.unanswered += 1,
        }
        self.taken
    }
}

/// Returns how often each was handed on as new and as a duplicate, from the output of `listen`. A line that a kill cut off was not
/// handed on.
fn handed_on(printed: &Path) -> BTreeMap<String, [usize; 2]> {
    let mut counts = BTreeMap::new();
    for line in fs::read_to_string(printed).unwrap().lines() {
        let Ok(line) = serde_json::from_str::<Value>(line) else { continue };
        let reply = &line["reply"];
        let id = reply["event"]["id"].as_str().or(reply["dedupe_key"].as_str());
        let Some((id, duplicate)) = id.zip(reply["duplicate"].as_bool()) else { panic!("{line}") };
        counts.entry(id.to_owned()).or_insert([0, 0])[usize::from(duplicate)] += 1;
    }
    counts
}

/// The state of the deliveries while `listen` is killed.
struct Attack {
    url: String,
    /// A file, or a database's URL.
    journal: String,
    printed: std::path::PathBuf,
    authority: std::path::PathBuf,
}

impl Attack {
    fn start(&self) -> Listening {
        let (journal, authority) = (&self.journal, text(&self.authority));
        let arguments = ["--webhook-id", WEBHOOK, "--journal", journal, "--authority", authority];
        let printed = OpenOptions::new().create(true).append(true).open(&self.printed).unwrap();
        Listening::start(&mut Listening::command(&self.url, &arguments), printed)
    }

    /// Delivers what has not been answered 200, three at a time, until it is or the process is gone.
    fn deliver(items: &mut [Item], address: SocketAddr, gone: &AtomicBool) {
        let next = AtomicUsize::new(0);
        let items: Vec<_> = items.iter_mut().filter(|item| !item.taken).map(Mutex::new).collect();
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let mut item = item.lock().unwrap();
                        while !gone.load(Ordering::Acquire) && !item.deliver(address) {}
                    }
                });
            }
        });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whenever_listen_is_killed_each_event_is_handed_on_as_new() {
    let directory = tempfile::tempdir().unwrap();
    listen_is_killed(text(&directory.path().join("journal")), kills(100)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_with_a_journal_in_a_database() {
    let Some(database) = Database::start() else { return };
    listen_is_killed(&database.url(&database.new_database()), kills(30)).await;
}

async fn listen_is_killed(journal: &str, rounds: usize) {
    let server = Server::start(|request| match &*request.line {
        "POST /cgi-bin/webscr" => Answer::Send(response("200 OK", "", b"VERIFIED")),
        _ => Answer::Send(response(
            "200 OK",
            "cache-control: max-age=60\r\n",
            certificate("leaf-sandbox.pem").as_bytes(),
        )),
    })
    .await;
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    fs::write(at("ca.pem"), authorities().concat()).unwrap();
    let attack =
        Attack { url: server.url(), journal: journal.to_owned(), printed: at("printed"), authority: at("ca.pem") };
    let (mut random, mut items) = (Random::new(1), Vec::<Item>::new());
    for round in 0..rounds {
        while items.iter().filter(|item| !item.taken).count() < 12 {
            items.push(Item::new(items.len()));
        }
        let mut listening = attack.start();
        let gone = AtomicBool::new(false);
        // A delivery takes some milliseconds: the kill comes before, during and after any step of the first ones.
        let pause = Duration::from_micros(random.below(60_000));
        thread::scope(|scope| {
            scope.spawn(|| Attack::deliver(&mut items, listening.address, &gone));
            thread::sleep(pause);
            listening.child.kill().unwrap();
            listening.child.wait().unwrap();
            gone.store(true, Ordering::Release);
        });
        drop(listening);
        // The journal is whole, so the next process opens it.
        if round % 50 == 0 {
            open(journal).await;
        }
    }
    let listening = attack.start();
    Attack::deliver(&mut items, listening.address, &AtomicBool::new(false));
    assert!(items.iter().all(|item| item.taken));

    let before = handed_on(&attack.printed);
    let (mut doubles, mut unanswered) = (0, 0);
    for item in &items {
        let [new, _] = before.get(&item.id).copied().unwrap_or_default();
        assert!(new >= 1, "{} was answered 200 and never handed on as new", item.id);
        // It may have been handed on before only if a delivery of it was cut off.
        assert!(new <= 1 + item.unanswered, "{}: {new} times new, {} times cut off", item.id, item.unanswered);
        assert_eq!(item.refused, [0; 0], "{}", item.id);
        doubles += new - 1;
        unanswered += item.unanswered;
    }
    // After a 200 it is a duplicate.
    for item in items.iter_mut().take(200) {
        item.taken = false;
        assert!(item.deliver(listening.address));
    }
    let after = handed_on(&attack.printed);
    for item in items.iter().take(200) {
        let [[new, known], [new_after, known_after]] = [before[&item.id], after[&item.id]];
        assert_eq!([new_after, known_after], [new, known + 1], "{}", item.id);
    }
    println!("{rounds} kills, {} deliveries taken, {unanswered} cut off, {doubles} handed on twice", items.len());
}

/// Starts the simulator's server, for `call`.
async fn simulator() -> (Simulator, String) {
    let sandbox = Simulator::new(11);
    let server = paypal_simulator::Server::bind(sandbox.clone(), 0).await.unwrap();
    let url = format!("http://{}", server.address().unwrap());
    tokio::spawn(server.run());
    (sandbox, url)
}

/// Creates an order, approved by its payer.
fn approved(sandbox: &Simulator, number: usize) -> String {
    let body = json!({"intent": "CAPTURE", "purchase_units": [{"amount": {"currency_code": "USD", "value": "9.95"}}]});
    let request = Request::post("/v2/checkout/orders")
        .header("authorization", format!("Bearer {}", Simulator::token()))
        .header("content-type", "application/json")
        .header("paypal-request-id", format!("create-{number}"));
    let response = sandbox.handle(request.body(body.to_string().into()).unwrap());
    let order: Value = serde_json::from_slice(response.body()).unwrap();
    let id = order["id"].as_str().unwrap().to_owned();
    assert!(sandbox.approve_order(&id), "{order}");
    id
}

fn capture(sandbox: &Simulator, url: &str, journal: &str, input: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_host-test"));
    command.env("PAYPAL_CLIENT_ID", sandbox.client_id());
    command.env("PAYPAL_CLIENT_SECRET", sandbox.client_secret());
    command.args(["call", "orders.capture", "--base-url", url, "--journal", journal, "--input", text(input)]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Opens the journal of the sandbox, in a file or in a database.
async fn open(journal: &str) -> Box<dyn Journal> {
    if journal.starts_with("postgres://") {
        let options = PostgresOptions::from_url(&Secret::new(journal.to_owned())).unwrap();
        return Box::new(PostgresJournal::open(&options).await.unwrap().for_tenant("sandbox"));
    }
    Box::new(SqliteJournal::open(journal).unwrap().for_tenant("sandbox"))
}

/// Opens the journal, and returns the entries of an order.
async fn kept(journal: &str, id: &str) -> Vec<Entry> {
    open(journal).await.entries(format!("order:{id}")).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whenever_a_call_is_killed_its_key_shows_what_it_did() {
    let directory = tempfile::tempdir().unwrap();
    calls_are_killed(text(&directory.path().join("journal")), kills(100)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_key_shows_it_with_a_journal_in_a_database() {
    let Some(database) = Database::start() else { return };
    let url = database.url(&database.new_database());
    // The first call may be killed before it does so.
    let options = PostgresOptions::from_url(&Secret::new(url.clone())).unwrap();
    PostgresJournal::migrate(&options).await.unwrap();
    calls_are_killed(&url, kills(30)).await;
    let doubled = "SELECT count(*) FROM (SELECT 1 FROM kosha_journal WHERE id IS NOT NULL \
                   GROUP BY tenant, subject, id HAVING count(*) > 1) AS doubled";
    assert_eq!(database.sql(url.rsplit('/').next().unwrap(), doubled).trim(), "0");
}

async fn calls_are_killed(journal: &str, rounds: usize) {
    let (sandbox, url) = simulator().await;
    let directory = tempfile::tempdir().unwrap();
    let input = directory.path().join("input.json");
    let mut random = Random::new(2);
    let (mut done, mut whole) = (0, Duration::from_millis(300));
    for number in 0..rounds {
        let id = approved(&sandbox, number);
        let options = json!({"idempotency_key": format!("capture-{number}")});
        fs::File::create(&input)
            .unwrap()
            .write_all(json!({"id": id, "options": options}).to_string().as_bytes())
            .unwrap();
        let mut child = capture(&sandbox, &url, journal, &input);
        // From its start to just after its end.
        thread::sleep(Duration::from_micros(random.below(u64::try_from(whole.as_micros()).unwrap() * 11 / 10)));
        child.kill().unwrap();
        child.wait().unwrap();
        let was_done = sandbox.effects().captured_of(&id) != 0;
        done += usize::from(was_done);

        // The journal is whole: it can be opened and read.
        let entries = kept(journal, &id).await;
        assert!(entries.len() <= 1, "{entries:?}");
        assert!(entries.is_empty() || was_done, "it says what has not happened: {entries:?}");
        // The same call with the same key does it, or shows what the first one did.
        let started = Instant::now();
        let output = capture(&sandbox, &url, journal, &input).wait_with_output().unwrap();
        whole = started.elapsed();
        let outcome: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
        let body = &outcome["reply"]["body"];
        assert_eq!((&body["id"], &body["status"]), (&json!(id), &json!("COMPLETED")), "{outcome}");
        let effects = sandbox.effects();
        assert_eq!(effects.captured_of(&id), 995, "once");
        let entries = kept(journal, &id).await;
        assert!(!entries.is_empty(), "the second call did not record what had happened: {outcome}");
    }
    println!("{rounds} kills, {done} after PayPal had acted");
}

/// Sends a request of a merchant to the simulator, and returns the answer's document.
fn posted(sandbox: &Simulator, path: &str, key: &str, body: &str) -> Value {
    let request = Request::post(path)
        .header("authorization", format!("Bearer {}", Simulator::token()))
        .header("content-type", "application/json")
        .header("prefer", "return=representation")
        .header("paypal-request-id", key);
    let response = sandbox.handle(request.body(body.to_owned().into()).unwrap());
    serde_json::from_slice(response.body()).unwrap()
}

/// A call that moves money, ready to be made: its action and its input, without a key.
fn payment(sandbox: &Simulator, number: usize) -> (&'static str, Value) {
    match number % 3 {
        0 => ("orders.capture", json!({"id": approved(sandbox, number)})),
        1 => {
            let id = approved(sandbox, number);
            let path = format!("/v2/checkout/orders/{id}/capture");
            let order = posted(sandbox, &path, &format!("prepare-{number}"), "{}");
            let capture = &order["purchase_units"][0]["payments"]["captures"][0]["id"];
            let amount = json!({"currency_code": "USD", "value": "1.50"});
            ("payments.refund-capture", json!({"capture_id": capture, "body": {"amount": amount}}))
        }
        _ => {
            let item = json!({"recipient_type": "EMAIL", "receiver": "ada@shop.example",
                "amount": {"currency": "USD", "value": "1.00"}});
            let header = json!({"sender_batch_id": format!("batch-{number}")});
            ("payouts.create", json!({"body": {"sender_batch_header": header, "items": [item]}}))
        }
    }
}

/// A merchant whose calls are killed. Nobody keeps keys or inputs: what the journal has must do.
struct Merchant {
    sandbox: Simulator,
    url: String,
    /// A file, or a database's URL.
    journal: String,
    input: std::path::PathBuf,
    /// When it began.
    since: OffsetDateTime,
}

impl Merchant {
    fn start(&self, action: &str, input: &Value) -> Child {
        fs::write(&self.input, input.to_string()).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_host-test"));
        command.env("PAYPAL_CLIENT_ID", self.sandbox.client_id());
        command.env("PAYPAL_CLIENT_SECRET", self.sandbox.client_secret());
        command.args(["call", action, "--base-url", &self.url, "--journal", &self.journal]);
        command.args(["--input", text(&self.input)]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Makes a call to its end, and returns the body of its reply.
    fn call(&self, action: &str, input: &Value) -> Value {
        let output = self.start(action, input).wait_with_output().unwrap();
        let outcome: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
        assert!(outcome["reply"].is_object(), "{action} {input}: {outcome}");
        outcome["reply"]["body"].clone()
    }

    fn unresolved(&self) -> Vec<Value> {
        let since = self.since.format(&Rfc3339).unwrap();
        self.call("calls.unresolved", &json!({"since": since}))["calls"].as_array().unwrap().clone()
    }

    /// The calls that the journal notes, each with the outcome that it knows.
    async fn noted(&self) -> BTreeMap<String, Option<String>> {
        let journal = open(&self.journal).await;
        let mut noted = BTreeMap::new();
        let mut hour = self.since;
        while hour <= OffsetDateTime::now_utc() + time::Duration::hours(1) {
            let subject = format!("calls:{}", &hour.format(&Rfc3339).unwrap()[..13]);
            for entry in journal.entries(subject).await.unwrap() {
                let id = entry.id.unwrap();
                let details: Value = serde_json::from_str(&entry.details).unwrap();
                match id.split_once(':') {
                    None => drop(noted.insert(id, None)),
                    Some((call, _)) => {
                        let outcome = details["outcome"].as_str().unwrap().to_owned();
                        *noted.get_mut(call).expect("an outcome comes after its intent") = Some(outcome);
                    }
                }
            }
            hour += time::Duration::hours(1);
        }
        noted
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whenever_a_payment_is_killed_the_journal_finds_out_what_it_did() {
    let directory = tempfile::tempdir().unwrap();
    payments_are_killed(text(&directory.path().join("journal")), kills(60)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_in_a_database_finds_it_out_too() {
    let Some(database) = Database::start() else { return };
    let url = database.url(&database.new_database());
    let options = PostgresOptions::from_url(&Secret::new(url.clone())).unwrap();
    PostgresJournal::migrate(&options).await.unwrap();
    payments_are_killed(&url, kills(30)).await;
}

/// When calls are killed: a third of them at any time from the start of the process to just after its end, the others about when
/// the request is on its way, which is a small part of that.
struct Moments {
    /// What a call takes.
    whole: Duration,
    /// About when it is on its way, as far as the earlier kills show.
    middle: Duration,
    random: Random,
}

impl Moments {
    /// Three kinds of calls take turns, so that each has kills of either kind.
    fn next(&mut self, number: usize) -> Duration {
        let up_to = |random: &mut Random, most: Duration| {
            Duration::from_micros(random.below(u64::try_from(most.as_micros()).unwrap().max(1)))
        };
        match (number / 3).is_multiple_of(3) {
            true => up_to(&mut self.random, self.whole * 11 / 10),
            false => (self.middle + up_to(&mut self.random, self.whole / 10)).saturating_sub(self.whole / 20),
        }
    }

    fn learn(&mut self, was_too_early: bool, was_cut_off: bool) {
        match (was_too_early, was_cut_off) {
            (true, _) => self.middle += self.whole / 50,
            (false, true) => {}
            (false, false) => self.middle = self.middle.saturating_sub(self.whole / 50),
        }
    }
}

async fn payments_are_killed(journal: &str, rounds: usize) {
    let (sandbox, url) = simulator().await;
    let directory = tempfile::tempdir().unwrap();
    let since = OffsetDateTime::now_utc();
    let input = directory.path().join("input.json");
    let merchant = Merchant { sandbox: sandbox.clone(), url, journal: journal.to_owned(), input, since };
    // One that is not killed, for the time that it takes.
    let started = Instant::now();
    let (action, first) = payment(&sandbox, rounds);
    merchant.call(action, &first);
    let whole = started.elapsed();
    let mut moments = Moments { whole, middle: whole * 3 / 4, random: Random::new(3) };
    let (mut unnoted, mut cut_off, mut acted) = (0, 0, 0);
    let mut known = merchant.noted().await;
    assert_eq!(known.values().flatten().collect::<Vec<_>>(), ["done"]);
    for number in 0..rounds {
        let (action, input) = payment(&sandbox, number);
        let before = sandbox.effects().times(action);
        let mut child = merchant.start(action, &input);
        thread::sleep(moments.next(number));
        child.kill().unwrap();
        child.wait().unwrap();
        let done = sandbox.effects().times(action) - before;

        let noted = merchant.noted().await;
        let new: Vec<_> = noted.iter().filter(|(call, _)| !known.contains_key(*call)).collect();
        assert!(new.len() <= 1, "{new:?}");
        assert!(done == 0 || new.len() == 1, "it was sent before it was noted");
        let open = new.iter().filter(|(_, outcome)| outcome.is_none()).count();
        // As a platform does when it starts again. Where the journal shows that there is nothing, every tenth time will do.
        let asks = open > 0 || number % 10 == 0;
        let unresolved = if asks { merchant.unresolved() } else { Vec::new() };
        assert_eq!(unresolved.len(), open, "{unresolved:?} {new:?}");
        for call in &unresolved {
            assert_eq!((&call["action"], &call["input_kept"]), (&json!(action), &json!(true)), "{call}");
            let found = merchant.call("calls.resolve", &json!({"call": call["call"]}));
            assert_eq!((&found["outcome"], &found["found_by"]), (&json!("done"), &json!("key")), "{found}");
        }
        known = merchant.noted().await;
        assert!(known.values().all(|outcome| outcome.as_deref() == Some("done")), "{known:?}");
        let total = sandbox.effects().times(action) - before;
        assert_eq!(usize::try_from(total).unwrap(), new.len(), "{action}: once if it was noted, and else never");
        moments.learn(new.is_empty(), open == 1);
        acted += usize::try_from(done).unwrap();
        cut_off += unresolved.len();
        unnoted += usize::from(new.is_empty());
    }
    assert_eq!(merchant.unresolved(), [] as [Value; 0]);
    println!("{rounds} kills: {unnoted} before the call was noted, {cut_off} cut off, {acted} after PayPal had acted");
}
