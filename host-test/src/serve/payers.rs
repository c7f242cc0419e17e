//! To whom something was credited: what the journal of an account has below `payer:`.

use rusqlite::params;
use serde::Deserialize;

use super::{
    query::{self, Check},
    store::{Store, StoreError},
    violation::Violation,
};

/// The most payers of a page. Each takes a call of `payers.history`.
const PAGE: u32 = 50;

/// Each payer with the number of the entry that came last. A payer is below the id and below the e-mail address, if a message told
/// both: the address counts only if something is below it alone.
const SELECT: &str = "
    WITH credits AS (
        SELECT substr(subject, 7) AS payer, id, number FROM entries
        WHERE tenant = ?1 AND subject >= 'payer:' AND subject < 'payer;' AND id IS NOT NULL
    ), latest AS (
        SELECT payer, max(number) AS number FROM credits
        WHERE instr(payer, '@') = 0 OR id NOT IN (SELECT id FROM credits WHERE instr(payer, '@') = 0)
        GROUP BY payer HAVING max(number) < ?2 ORDER BY number DESC LIMIT ?3
    )
    SELECT latest.payer, latest.number, entries.time FROM latest JOIN entries USING (number) ORDER BY latest.number DESC";

/// Which payers are wanted, those first to whom something was credited last.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Filter {
    /// Only those whose last credit was noted before this number: `next` of the page before.
    before: Option<i64>,
    /// How many, 1 to 50; by default 50.
    limit: Option<u32>,
}

impl Check for Filter {
    fn wrong(&self) -> Vec<Violation> {
        query::limit(self.limit, PAGE).into_iter().collect()
    }
}

/// A payer.
#[derive(Debug)]
pub(crate) struct Payer {
    /// PayPal's id, or the e-mail address in lower case, as `payers.history` takes it.
    pub(crate) name: String,
    /// The number of the last credit in the journal.
    pub(crate) number: i64,
    /// When it was (RFC 3339).
    pub(crate) last: String,
}

/// Returns a page of the payers of an account.
///
/// # Errors
/// If the journal cannot be read.
pub(crate) async fn page(store: &Store, account: String, filter: Filter) -> Result<Vec<Payer>, StoreError> {
    let (before, limit) = (filter.before.unwrap_or(i64::MAX), filter.limit.unwrap_or(PAGE));
    let read = move |connection: &mut rusqlite::Connection| {
        let mut statement = connection.prepare(SELECT)?;
        let payer = |row: &rusqlite::Row| Ok(Payer { name: row.get(0)?, number: row.get(1)?, last: row.get(2)? });
        let rows = statement.query_map(params![account, before, limit], payer)?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    store.records(read).await
}

#[cfg(test)]
mod tests {
    use connector_host::{Entry, Journal as _};

    use super::*;

    async fn credit(store: &Store, account: &str, payer: &str, id: &str, time: &str) {
        let entry = Entry {
            id: Some(id.to_owned()),
            time: time.to_owned(),
            event: "PAYMENT.CAPTURE.COMPLETED".to_owned(),
            status: None,
            details: "{}".to_owned(),
        };
        assert!(store.journal(account).append(format!("payer:{payer}"), entry).await.unwrap());
    }

    #[tokio::test]
    async fn each_payer_is_there_once_and_the_latest_first() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("data")).unwrap();
        // Known by both names, then by the id alone, then by the address alone.
        credit(&store, "a", "ADA", "1", "2026-03-01T00:00:00Z").await;
        credit(&store, "a", "ada@example.com", "1", "2026-03-01T00:00:00Z").await;
        credit(&store, "a", "BEN", "2", "2026-03-02T00:00:00Z").await;
        credit(&store, "a", "cleo@example.com", "3", "2026-03-03T00:00:00Z").await;
        credit(&store, "a", "ADA", "4", "2026-03-04T00:00:00Z").await;
        credit(&store, "another", "DORA", "5", "2026-03-05T00:00:00Z").await;
        let page = async |before, limit| page(&store, "a".to_owned(), Filter { before, limit }).await.unwrap();
        let names = |page: &[Payer]| page.iter().map(|it| it.name.clone()).collect::<Vec<_>>();
        let all = page(None, None).await;
        assert_eq!(names(&all), ["ADA", "cleo@example.com", "BEN"]);
        assert_eq!(all[0].last, "2026-03-04T00:00:00Z");
        let first = page(None, Some(2)).await;
        assert_eq!(names(&first), ["ADA", "cleo@example.com"]);
        assert_eq!(names(&page(Some(first[1].number), Some(2)).await), ["BEN"]);
        assert_eq!(names(&page(Some(all[2].number), None).await), [""; 0]);
        // To the address alone: then it stands for somebody else, or the id is not known yet.
        credit(&store, "a", "ada@example.com", "6", "2026-03-06T00:00:00Z").await;
        assert_eq!(names(&page(None, None).await), ["ada@example.com", "ADA", "cleo@example.com", "BEN"]);
    }
}
