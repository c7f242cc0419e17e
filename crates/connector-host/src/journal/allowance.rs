//! How much one call may write to the journal and read from it.

use crate::journal::{Entry, MAX_READ, size, total};

/// The limit of an entry with its subject, in bytes. One of this connector has some 500.
const MAX_ENTRY: usize = 64 * 1024;

/// How many entries a call may append. An event takes four, one per subject, and some twenty more for a credit, and catching
/// up handles 25 events; a mass payment takes 33 at most.
const MAX_ENTRIES: u32 = 1_000;

/// How much all of them may have, in bytes.
const MAX_WRITTEN: usize = 8 * 1024 * 1024;

/// How often a call may read entries.
const MAX_READS: u32 = 1_000;

/// What a call has left.
#[derive(Debug)]
pub(crate) struct Allowance {
    entries: u32,
    written: usize,
    reads: u32,
    bytes: usize,
}

impl Default for Allowance {
    fn default() -> Self {
        Self { entries: MAX_ENTRIES, written: MAX_WRITTEN, reads: MAX_READS, bytes: MAX_READ }
    }
}

impl Allowance {
    /// Counts an entry that is about to be appended.
    ///
    /// # Errors
    /// If it is too large, or one too many.
    pub(crate) fn append(&mut self, subject: &str, entry: &Entry) -> Result<(), String> {
        let length = size(entry).saturating_add(subject.len());
        if length > MAX_ENTRY {
            return Err(format!("the entry has {length} bytes; the most is {MAX_ENTRY}"));
        }
        let left = self.entries.checked_sub(1);
        self.entries = left.ok_or_else(|| format!("a call may append at most {MAX_ENTRIES} entries"))?;
        let left = self.written.checked_sub(length);
        self.written = left.ok_or_else(|| format!("a call may append at most {MAX_WRITTEN} bytes"))?;
        Ok(())
    }

    /// Counts a reading that is about to happen.
    ///
    /// # Errors
    /// If it is one too many.
    pub(crate) fn read(&mut self) -> Result<(), String> {
        let left = self.reads.checked_sub(1);
        self.reads = left.ok_or_else(|| format!("a call may read the journal at most {MAX_READS} times"))?;
        Ok(())
    }

    /// Counts entries that are about to go to the guest.
    ///
    /// # Errors
    /// If they are too large.
    pub(crate) fn take(&mut self, entries: &[Entry]) -> Result<(), String> {
        let length = total(entries);
        let left = self.bytes.checked_sub(length);
        self.bytes = left.ok_or_else(|| format!("a call may read at most {MAX_READ} bytes of entries"))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(details: usize) -> Entry {
        let text = |text: &str| text.to_owned();
        Entry { id: None, time: text(""), event: text(""), status: None, details: "x".repeat(details) }
    }

    #[test]
    fn entries_have_a_size_and_a_number() {
        let mut allowance = Allowance::default();
        assert!(allowance.append("", &entry(MAX_ENTRY)).is_ok());
        for (subject, details) in [("", MAX_ENTRY + 1), ("order:1", MAX_ENTRY), (&*"s".repeat(MAX_ENTRY), 1)] {
            assert!(allowance.append(subject, &entry(details)).unwrap_err().contains("the most is 65536"));
        }
        assert!((1..MAX_ENTRIES).all(|_| allowance.append("order:1", &entry(1)).is_ok()));
        assert!(allowance.append("order:1", &entry(1)).unwrap_err().contains("1000 entries"));
        let mut allowance = Allowance::default();
        assert!((0..MAX_WRITTEN / MAX_ENTRY).all(|_| allowance.append("", &entry(MAX_ENTRY)).is_ok()));
        assert!(allowance.append("", &entry(1)).unwrap_err().contains("8388608 bytes"));
    }

    #[test]
    fn reading_has_an_amount_and_a_number() {
        let mut allowance = Allowance::default();
        allowance.take(&[entry(MAX_READ / 2), entry(MAX_READ / 2)]).unwrap();
        assert!(allowance.take(&[entry(1)]).unwrap_err().contains("16777216 bytes"));
        assert!((0..MAX_READS).all(|_| allowance.read().is_ok()));
        assert!(allowance.read().unwrap_err().contains("1000 times"));
    }
}
