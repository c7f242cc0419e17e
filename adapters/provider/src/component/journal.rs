//! The export `kosha:connector/journal`.

use super::{
    bindings::{
        Provider,
        exports::kosha::connector::journal::{Entry, Guest},
    },
    instance,
};
use crate::store::{self, Store};

impl Guest for Provider {
    fn append(subject: String, entry: Entry) -> Result<bool, String> {
        let Entry { id, time, event, status, details } = entry;
        let entry = store::Entry { id, time, event, status, details };
        instance::with(|instance| {
            let name = instance.name().to_owned();
            instance.store.append(&name, &subject, entry)
        })
    }

    fn entries(subject: String) -> Result<Vec<Entry>, String> {
        let entries = instance::with(|instance| {
            let name = instance.name().to_owned();
            instance.store.entries(&name, &subject)
        })?;
        let entry = |store::Entry { id, time, event, status, details }| Entry { id, time, event, status, details };
        Ok(entries.into_iter().map(entry).collect())
    }

    fn records_calls() -> bool {
        Store::HAS_JOURNAL
            && instance::with(|instance| instance.settings().is_ok_and(|settings| settings.records_calls))
    }
}
