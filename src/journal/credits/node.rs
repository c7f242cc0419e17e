//! What the journal has about the credits of one transaction or order.

use crate::{
    journal::payer::subject,
    platform::{
        entry::{Entry, JournalError},
        interface::Platform,
    },
};

/// The events of entries that are not credits. Their ids are a name, or a credit's id and a name.
const PAYER: &str = "credits.payer";
const OWNER: &str = "credits.owner";
const KEPT: &str = "credits.kept";

/// What is said about one transaction or order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// Its credits, and those of what belongs to it, as entries.
    pub(super) credits: Vec<Entry>,
    /// The names of the payer.
    pub(super) payers: Vec<String>,
    /// What it belongs to.
    pub(super) owners: Vec<String>,
}

impl Facts {
    /// Adds what is not there.
    pub(super) fn extend(&mut self, other: Self) {
        self.credits.extend(other.credits);
        self.payers.extend(other.payers);
        self.owners.extend(other.owners);
    }

    fn has(&self, fact: &Entry) -> bool {
        let is = |names: &[String]| names.iter().any(|name| Some(name) == fact.id.as_ref());
        match &*fact.event {
            PAYER => is(&self.payers),
            OWNER => is(&self.owners),
            _ => self.credits.iter().any(|credit| credit.id == fact.id),
        }
    }
}

/// A transaction or an order in the journal, at the time of a message.
pub(super) struct Node<'a> {
    pub(super) id: &'a str,
    pub(super) time: &'a str,
}

impl Node<'_> {
    fn subject(&self) -> String {
        ["credits:", self.id].concat()
    }

    /// Appends facts, but for those that are known to be there.
    ///
    /// # Errors
    /// If the platform cannot store them.
    pub(super) fn write(&self, platform: &dyn Platform, facts: &Facts, known: &Facts) -> Result<(), JournalError> {
        let subject = self.subject();
        let payers = facts.payers.iter().map(|name| self.named(PAYER, name.clone()));
        let owners = facts.owners.iter().map(|name| self.named(OWNER, name.clone()));
        for entry in facts.credits.iter().cloned().chain(payers).chain(owners).filter(|entry| !known.has(entry)) {
            platform.append(&subject, entry)?;
        }
        Ok(())
    }

    /// Reads all facts, and which credits have been kept under whom.
    ///
    /// # Errors
    /// If the platform cannot read them.
    pub(super) fn read(&self, platform: &dyn Platform) -> Result<(Facts, Vec<String>), JournalError> {
        let (mut facts, mut kept) = (Facts::default(), Vec::new());
        for entry in platform.entries(&self.subject())? {
            match (&*entry.event, entry.id.clone()) {
                (PAYER, Some(name)) => facts.payers.push(name),
                (OWNER, Some(name)) => facts.owners.push(name),
                (KEPT, Some(id)) => kept.push(id),
                _ => facts.credits.push(entry),
            }
        }
        Ok((facts, kept))
    }

    /// Appends credits under payers, and notes that here: an order may have many.
    ///
    /// # Errors
    /// If the platform cannot store them.
    pub(super) fn keep(
        &self,
        platform: &dyn Platform,
        credits: &[Entry],
        payers: &[String],
        kept: &mut Vec<String>,
    ) -> Result<(), JournalError> {
        for credit in credits {
            for payer in payers {
                let id = [credit.id.as_deref().unwrap_or_default(), " ", payer].concat();
                if !kept.contains(&id) {
                    platform.append(&subject(payer), credit.clone())?;
                    platform.append(&self.subject(), self.named(KEPT, id.clone()))?;
                    kept.push(id);
                }
            }
        }
        Ok(())
    }

    fn named(&self, event: &str, id: String) -> Entry {
        let (time, event) = (self.time.to_owned(), event.to_owned());
        Entry { id: Some(id), time, event, status: None, details: "{}".to_owned() }
    }
}
