//! A mock PayPal whose lists change while they are read.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    time::Instant,
};

use serde_json::{Value, json};

use crate::{
    base::date::{self, OffsetDateTime},
    platform::{
        entry::{Entry, JournalError},
        environment::Environment,
        interface::{Platform, TokenError},
        request::Request,
        response::{Cause, Response, SendError},
        scripted::{answer, lost},
        token::{Granted, Token},
    },
};

/// 2026-01-01T00:00:00Z.
pub(super) const START: i64 = 1_767_225_600;

/// Something that the account has.
#[derive(Clone, Debug)]
pub(super) struct Thing {
    pub(super) id: usize,
    /// How often it has changed.
    pub(super) version: u32,
    /// Seconds since 1970.
    pub(super) created: i64,
    pub(super) updated: i64,
    /// From when on PayPal's list has this version.
    pub(super) shown: i64,
}

/// In which order things are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    NewestFirst,
    LastChangedFirst,
    LastChangedLast,
}

/// What an account has, and what a platform keeps.
pub(super) struct Account {
    pub(super) now: Cell<i64>,
    pub(super) order: Cell<Order>,
    /// Each with its versions, the latest one last.
    pub(super) things: RefCell<BTreeMap<usize, Vec<Thing>>>,
    /// Runs before each answer.
    pub(super) meanwhile: Box<dyn Fn(&Self)>,
    /// The numbers of the requests that fail.
    pub(super) failing: RefCell<Vec<usize>>,
    /// The requests, without the hosts.
    pub(super) sent: RefCell<Vec<String>>,
    pub(super) journal: RefCell<BTreeMap<String, Vec<Entry>>>,
    pub(super) has_journal: bool,
    /// Whether disputes tell another time than the one by which they are listed.
    pub(super) has_odd_times: Cell<bool>,
    pub(super) random: Cell<u64>,
}

impl Account {
    pub(super) fn new(seed: u64, meanwhile: impl Fn(&Self) + 'static) -> Self {
        Self {
            now: Cell::new(START),
            order: Cell::new(Order::NewestFirst),
            things: RefCell::default(),
            meanwhile: Box::new(meanwhile),
            failing: RefCell::default(),
            sent: RefCell::default(),
            journal: RefCell::default(),
            has_journal: true,
            has_odd_times: Cell::new(false),
            random: Cell::new(seed),
        }
    }

    /// A number below another one (xorshift).
    pub(super) fn random(&self, below: u64) -> u64 {
        let mut random = self.random.get();
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        self.random.set(random);
        (random >> 11) % below
    }

    /// Adds a thing that is shown after so many seconds.
    pub(super) fn add(&self, lag: i64) -> usize {
        let (id, now) = (self.things.borrow().len(), self.now.get());
        let thing = Thing { id, version: 0, created: now, updated: now, shown: now + lag };
        self.things.borrow_mut().insert(id, vec![thing]);
        id
    }

    /// Changes a thing.
    pub(super) fn change(&self, id: usize, lag: i64) {
        let now = self.now.get();
        if let Some(versions) = self.things.borrow_mut().get_mut(&id) {
            let last = versions.last().unwrap().clone();
            versions.push(Thing { version: last.version + 1, updated: now, shown: now + lag, ..last });
        }
    }

    /// The last version of each thing that is shown now.
    pub(super) fn shown(&self) -> Vec<Thing> {
        let now = self.now.get();
        let of = |versions: &Vec<Thing>| versions.iter().rev().find(|thing| thing.shown <= now).cloned();
        self.things.borrow().values().filter_map(of).collect()
    }

    fn list(&self, request: &Request) -> Value {
        let (path, query) = request.path_and_query.split_once('?').unwrap_or((&request.path_and_query, ""));
        let pairs: Vec<(&str, String)> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name, value.replace("%3A", ":")))
            .collect();
        let of = |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str());
        let after = |name: &str| of(name).map_or(i64::MIN, |text| date::parse(text).unwrap().unix_timestamp());
        let number = |name: &str| of(name).and_then(|text| text.parse::<usize>().ok());
        let mut things = self.shown();
        match self.order.get() {
            Order::NewestFirst => things.reverse(),
            Order::LastChangedFirst => things.sort_by_key(|thing| std::cmp::Reverse(thing.updated)),
            Order::LastChangedLast => things.sort_by_key(|thing| thing.updated),
        }
        let mut tail = json!({});
        let (name, write): (_, fn(&Thing) -> Value) = match path {
            "/v1/customer/disputes" => {
                things.retain(|thing| thing.updated >= after("update_time_after"));
                ("items", |it| json!({"dispute_id": it.id.to_string(), "v": it.version, "update_time": at(it.updated)}))
            }
            "/v1/billing/subscriptions" => {
                things.retain(|thing| thing.updated >= after("status_updated_after"));
                (
                    "subscriptions",
                    |it| json!({"id": it.id.to_string(), "v": it.version, "status_update_time": at(it.updated)}),
                )
            }
            "/v2/invoicing/search-invoices" => {
                tail = json!({"total_items": things.len()});
                ("items", |it| {
                    let times = json!({"create_time": at(it.created), "last_update_time": at(it.updated)});
                    json!({"id": it.id.to_string(), "v": it.version, "detail": {"metadata": times}})
                })
            }
            "/v1/reporting/transactions" => {
                things.sort_by_key(|thing| thing.created);
                things.retain(|it| (after("start_date")..=after("end_date")).contains(&it.created));
                let pages = things.len().div_ceil(number("page_size").unwrap_or(100));
                tail = json!({"total_items": things.len(), "total_pages": pages,
                    "last_refreshed_datetime": at(self.now.get() - 3 * 3600)});
                ("transaction_details", |it| {
                    let info = json!({"transaction_id": it.id.to_string(), "v": it.version,
                        "transaction_initiation_date": at(it.created), "transaction_updated_date": at(it.updated)});
                    json!({"transaction_info": info})
                })
            }
            "/v1/notifications/webhooks-events" => {
                things.retain(|thing| thing.created >= after("start_time"));
                if let Some(before) = number("index_id") {
                    assert_eq!(of("move_to"), Some("next"), "all parameters of a link go along");
                    things.retain(|thing| thing.id < before);
                }
                ("events", |it| {
                    json!({"id": format!("WH-{}", it.id), "event_type": if it.id % 10 == 9 { "OTHER" } else { "X" },
                        "create_time": at(it.created), "resource": {"id": "C1"}})
                })
            }
            _ => {
                let types = json!([{"name": "X"}, {"name": "Y"}]);
                return json!({"id": "HOOK", "url": "https://shop.example.com", "event_types": types});
            }
        };
        let (page, size) = (number("page").unwrap_or(1), number("page_size").unwrap_or(10));
        let shown: Vec<_> = things.iter().skip((page - 1) * size).take(size).collect();
        let mut body = json!({name: shown.iter().map(|thing| write(thing)).collect::<Value>()});
        body.as_object_mut().unwrap().extend(tail.as_object().unwrap().clone());
        if self.has_odd_times.get() {
            for item in body["items"].as_array_mut().unwrap() {
                item["update_time"] =
                    if item["dispute_id"].as_str().is_some_and(|id| id.ends_with(['0', '2', '4', '6', '8'])) {
                        "2020-01-01T00:00:00Z".into()
                    } else {
                        Value::Null
                    };
            }
        }
        if things.len() > page * size && name != "transaction_details" {
            let others = pairs.iter().filter(|(name, _)| !matches!(*name, "page" | "index_id" | "move_to"));
            let others: String = others.map(|(name, value)| format!("&{name}={value}")).collect();
            let next = match name {
                "events" => format!("move_to=next&index_id={}", shown.last().unwrap().id),
                _ => format!("page={}", page + 1),
            };
            body["links"] =
                json!([{"rel": "next", "href": format!("https://api.sandbox.paypal.com{path}?{next}{others}")}]);
        }
        body
    }
}

fn at(second: i64) -> String {
    date::format(OffsetDateTime::from_unix_timestamp(second).unwrap()).unwrap()
}

impl Platform for Account {
    fn environment(&self) -> Environment {
        Environment::Sandbox
    }

    fn token(&self, _: Option<&Token>) -> Result<Granted, TokenError> {
        Ok(Token::new("token".to_owned()).into())
    }

    fn max_attempts(&self) -> u32 {
        1
    }

    fn sleep(&self, _: std::time::Duration) {}

    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(self.now.get()).unwrap()
    }

    fn send(&self, request: &Request, _: Option<&Token>, _: Option<Instant>) -> Result<Response, SendError> {
        (self.meanwhile)(self);
        let number = self.sent.borrow().len();
        self.sent.borrow_mut().push(request.path_and_query.clone());
        if self.failing.borrow().contains(&number) {
            return match number % 3 {
                0 => answer(429, "{}"),
                1 => answer(500, ""),
                _ => lost(Cause::TimedOut, true),
            };
        }
        answer(200, &self.list(request).to_string())
    }

    fn append(&self, subject: &str, entry: Entry) -> Result<bool, JournalError> {
        if !self.has_journal {
            return Ok(true);
        }
        let mut journal = self.journal.borrow_mut();
        let entries = journal.entry(subject.to_owned()).or_default();
        let is_new = entry.id.is_none() || entries.iter().all(|other| other.id != entry.id);
        if is_new {
            entries.push(entry);
        }
        Ok(is_new)
    }

    fn entries(&self, subject: &str) -> Result<Vec<Entry>, JournalError> {
        Ok(self.journal.borrow().get(subject).cloned().unwrap_or_default())
    }
}
