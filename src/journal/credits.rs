//! Keeps credits under those whom they concern.
//!
//! A message often has only a part: a capture's event names its order but no payer, the order's event names the payer, a
//! refund's event names the capture only. They come in any order, more than once, and at the same time. So each message
//! writes what it says under the transactions and orders that it names, `credits:<id>`, and then reads there what others
//! have said: whoever writes last finds all of it, and appends the credits under the payer, `payer:<id or e-mail>`. Every
//! append has an id, so that doing it again changes nothing.

mod node;

use std::collections::{BTreeMap, VecDeque};

use self::node::{Facts, Node};
use super::payer::list_of;
use crate::{
    base::{checksum::CRC_32, document::Document},
    paypal::{credit::Credit, party::Party},
    platform::{
        entry::{Entry, JournalError},
        interface::Platform,
    },
};

/// The most steps from what a message names to what that belongs to. A refund is three from its order: more are a
/// circle, which PayPal's ids do not have.
const MAX_STEPS: usize = 24;

/// What a message says about credits.
pub(crate) struct Told<'a> {
    /// When, RFC 3339 in UTC.
    pub(crate) time: &'a str,
    /// PayPal's type of the event or message.
    pub(crate) event: &'a str,
    pub(crate) credits: Vec<&'a Credit<'a>>,
    /// Whose money it is, by the transaction or the order.
    pub(crate) payers: Vec<(&'a str, Party<'a>)>,
    /// What belongs to what, the nearest first: a refund to its payment, a payment to its order.
    pub(crate) owners: Vec<(&'a str, &'a str)>,
}

impl Told<'_> {
    /// Keeps it.
    ///
    /// # Errors
    /// If the platform's journal fails. What was kept by then stays, and keeping it again completes it.
    pub(crate) fn keep(&self, platform: &dyn Platform) -> Result<(), JournalError> {
        let mut queue = self.facts();
        // Everything is written before anything is read: of two messages at the same time, one finds what both say.
        for (id, facts) in &queue {
            self.node(id).write(platform, facts, &Facts::default())?;
        }
        for _ in 0..MAX_STEPS {
            let Some((id, own)) = queue.pop_front() else { break };
            let node = self.node(&id);
            let (all, mut kept) = node.read(platform)?;
            node.keep(platform, &own.credits, &all.payers, &mut kept)?;
            node.keep(platform, &all.credits, &own.payers, &mut kept)?;
            for owner in &all.owners {
                // To a new owner belongs all that has been found so far; to one that was known, what is new.
                let is_new = own.owners.contains(owner);
                let facts = Facts { owners: Vec::new(), ..if is_new { all.clone() } else { own.clone() } };
                if facts != Facts::default() {
                    let node = self.node(owner);
                    let (known, _) = node.read(platform)?;
                    node.write(platform, &facts, &known)?;
                    add(&mut queue, owner, facts);
                }
            }
        }
        Ok(())
    }

    /// Keeps the payments of a mass payment with this key, in one entry for each list.
    ///
    /// # Errors
    /// If the platform's journal fails.
    pub(crate) fn keep_all(&self, platform: &dyn Platform, key: &str) -> Result<(), JournalError> {
        let mut lists: BTreeMap<String, Vec<Document>> = BTreeMap::new();
        for credit in &self.credits {
            for name in credit.other_party().names() {
                lists.entry(list_of(&name)).or_default().push(credit.to_document());
            }
        }
        for (subject, credits) in lists {
            let details = Document::Object(vec![("credits".into(), Document::Array(credits))]).to_json();
            let (time, event) = (self.time.to_owned(), self.event.to_owned());
            platform.append(&subject, Entry { id: Some(key.to_owned()), time, event, status: None, details })?;
        }
        Ok(())
    }

    /// What it says about each transaction and order, those before what they belong to.
    fn facts(&self) -> VecDeque<(String, Facts)> {
        let mut queue = VecDeque::new();
        for credit in &self.credits {
            let payers = credit.other_party().names().collect();
            add(
                &mut queue,
                credit.transaction,
                Facts { credits: vec![self.entry(credit)], payers, owners: Vec::new() },
            );
        }
        for (id, owner) in &self.owners {
            add(&mut queue, id, Facts { owners: vec![(*owner).to_owned()], ..Facts::default() });
        }
        for (id, party) in &self.payers {
            add(&mut queue, id, Facts { payers: party.names().collect(), ..Facts::default() });
        }
        queue
    }

    fn node<'a>(&'a self, id: &'a str) -> Node<'a> {
        Node { id, time: self.time }
    }

    /// A credit as an entry. Messages about the same payment may say more or less of it, so that the key alone does not
    /// identify the entry; a history counts those with the same key once.
    fn entry(&self, credit: &Credit) -> Entry {
        let details = credit.to_document().to_json();
        Entry {
            id: Some(format!("{}:{:08x}", credit.key(), CRC_32.checksum(details.as_bytes()))),
            time: self.time.to_owned(),
            event: self.event.to_owned(),
            status: credit.status.map(str::to_owned),
            details,
        }
    }
}

/// Adds facts to those that wait.
fn add(queue: &mut VecDeque<(String, Facts)>, id: &str, facts: Facts) {
    match queue.iter_mut().find(|(known, _)| known == id) {
        Some((_, known)) => known.extend(facts),
        None => queue.push_back((id.to_owned(), facts)),
    }
}
