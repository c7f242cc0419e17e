//! What a payer has paid, and got back.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::{
    base::{
        checksum::CRC_32,
        date::{self, OffsetDateTime},
        document::Document,
    },
    paypal::{credit::signed, party::Party, resource::text},
    platform::{entry::JournalError, failure::Failure, interface::Platform, reply::Reply},
};

/// How many lists the payments of all mass payments are divided into, by their receivers. A mass payment has up to some
/// thousand payments; a platform limits how many entries one call may append.
const LISTS: u32 = 32;

/// The journal's subject for a payer, by the id or the e-mail address.
pub(super) fn subject(payer: &str) -> String {
    ["payer:", payer].concat()
}

/// The journal's subject for the payments of mass payments to a receiver, and to others.
pub(super) fn list_of(receiver: &str) -> String {
    format!("mass-payments:{:02}", CRC_32.checksum(receiver.as_bytes()) % LISTS)
}

/// The credits of a payer, given by a [name](Party::name), each once, the earliest first, and their sum per currency. If
/// a receiver is given, those that are known to be another's are left out: a message about a payment to anybody can be
/// sent to anybody.
///
/// # Errors
/// `connection-unavailable` if the platform cannot read its journal.
pub(crate) fn history(platform: &dyn Platform, payer: &str, receiver: Option<&str>) -> Result<Reply, Failure> {
    let mut told = Vec::new();
    for entry in platform.entries(&subject(payer)).map_err(JournalError::into_failure)? {
        // A platform may have stored something other than it was given.
        told.extend(Document::parse(&entry.details).ok().and_then(|credit| Told::read(&entry.time, &credit)));
    }
    if payer.contains('@') {
        for entry in platform.entries(&list_of(payer)).map_err(JournalError::into_failure)? {
            let Ok(details) = Document::parse(&entry.details) else { continue };
            let all = details.get("credits").map(Document::items).unwrap_or_default();
            let own = all.iter().filter(|credit| party(credit, "receiver").is(payer));
            told.extend(own.filter_map(|credit| Told::read(&entry.time, credit)));
        }
    }
    told.retain(|credit| receiver.is_none_or(|receiver| credit.may_be_to(receiver)));
    let credits = once(told);
    let sums = Document::Array(sums(&credits));
    let credits: Vec<&str> = credits.iter().map(|credit| &*credit.text).collect();
    let members = [("payer", payer.into()), ("sums", sums)];
    Ok(Reply::own(Document::to_json_with(members, "credits", &format!("[{}]", credits.join(",")))))
}

/// A credit, as one message told of it.
struct Told {
    time: OffsetDateTime,
    key: String,
    currency: String,
    gross: Decimal,
    fee: Option<Decimal>,
    net: Option<Decimal>,
    /// The names of the receiver, none if it is not known.
    receiver: Vec<String>,
    /// Its document.
    text: String,
}

impl Told {
    fn read(time: &str, credit: &Document) -> Option<Self> {
        let number = |name| text(credit, name).and_then(signed);
        Some(Self {
            time: date::parse(time).unwrap_or(OffsetDateTime::UNIX_EPOCH),
            key: text(credit, "key")?.to_owned(),
            currency: text(credit, "currency")?.to_owned(),
            gross: number("gross")?,
            fee: number("fee"),
            net: number("net"),
            receiver: party(credit, "receiver").names().collect(),
            text: credit.to_json(),
        })
    }

    /// Whether it is not known to be another receiver's.
    fn may_be_to(&self, receiver: &str) -> bool {
        self.receiver.is_empty() || self.receiver.iter().any(|name| name == receiver)
    }
}

/// The payer or the receiver of a credit.
fn party<'a>(credit: &'a Document, of: &str) -> Party<'a> {
    let member = |name: &str| text(credit, &[of, name].concat());
    Party::new(member("_id"), member("_email"))
}

/// Each key once. Of what several messages told, that with the fee counts, whichever came first.
fn once(mut told: Vec<Told>) -> Vec<Told> {
    told.sort_by(|one, other| {
        let order = |it: &Told| (it.key.clone(), it.fee.is_none(), it.receiver.is_empty());
        order(one).cmp(&order(other)).then_with(|| one.text.cmp(&other.text)).then(one.time.cmp(&other.time))
    });
    told.dedup_by(|later, first| later.key == first.key);
    // Stable: those of the same time are in the order of their keys.
    told.sort_by_key(|credit| credit.time);
    told
}

/// The sum per currency, by its code. A sum that is too large is null, as are fee and net if one of them is not known.
fn sums(credits: &[Told]) -> Vec<Document<'static>> {
    let mut currencies: BTreeMap<&str, Vec<&Told>> = BTreeMap::new();
    for credit in credits {
        currencies.entry(&credit.currency).or_default().push(credit);
    }
    let sum = |of: &[&Told], number: fn(&Told) -> Option<Decimal>| -> Document<'static> {
        let sum = of.iter().try_fold(Decimal::ZERO, |sum, credit| sum.checked_add(number(credit)?));
        sum.map(|sum| sum.to_string()).into()
    };
    let line = |(currency, of): (&str, Vec<&Told>)| {
        let members = [
            ("currency", currency.to_owned().into()),
            ("count", u32::try_from(of.len()).unwrap_or(u32::MAX).into()),
            ("gross", sum(&of, |credit| Some(credit.gross))),
            ("fee", sum(&of, |credit| credit.fee)),
            ("net", sum(&of, |credit| credit.net)),
        ];
        Document::Object(members.map(|(name, value)| (name.into(), value)).into())
    };
    currencies.into_iter().map(line).collect()
}
