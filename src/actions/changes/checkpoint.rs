//! How far changes have been read: the parameter `checkpoint`, an opaque text.

mod bytes;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};

use self::bytes::{Reader, Writer};
use super::seen::Seen;
use crate::{
    base::{checksum::CRC_32, date::OffsetDateTime},
    platform::failure::{Failure, Issue, Location},
};

/// The version of the form.
const VERSION: u64 = 1;

/// How far changes have been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Checkpoint {
    /// A digest of the action, the environment and the filters: changes with others are others.
    pub(super) scope: u64,
    /// `since` of the first call: nothing before it is listed.
    pub(super) floor: OffsetDateTime,
    /// Up to when all changes have been listed.
    pub(super) until: OffsetDateTime,
    pub(super) round: Option<Round>,
    pub(super) seen: Seen,
}

/// A round that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Round {
    /// The window that it reads, in full seconds.
    pub(super) from: OffsetDateTime,
    pub(super) began: OffsetDateTime,
    /// Up to when PayPal has the data, if that is earlier than the window's end.
    pub(super) reach: OffsetDateTime,
    /// Where it goes on, in the source's words; `None` at the beginning.
    pub(super) place: Option<String>,
    /// How often the window was read before.
    pub(super) pass: u64,
    /// Whether items may have moved between pages meanwhile.
    pub(super) shifted: bool,
}

impl Checkpoint {
    /// Where a caller begins who has no checkpoint.
    pub(super) fn beginning(scope: u64, since: OffsetDateTime) -> Self {
        Self { scope, floor: since, until: since, round: None, seen: Seen::default() }
    }

    /// Reads what [`Checkpoint::to_text`] has written; `None` for another text.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let (bytes, checksum) = bytes.split_last_chunk::<4>()?;
        if CRC_32.checksum(bytes).to_be_bytes() != *checksum {
            return None;
        }
        let mut reader = Reader(bytes);
        if reader.number()? != VERSION {
            return None;
        }
        let (scope, floor, until) = (reader.fixed()?, reader.moment()?, reader.moment()?);
        let round = if reader.flag()? { Some(Round::read(&mut reader)?) } else { None };
        let seen = Seen::read(&mut reader)?;
        reader.0.is_empty().then_some(Self { scope, floor, until, round, seen })
    }

    /// Base64 (RFC 4648 section 5, without padding) of the members, and a CRC-32 of them: a text that was cut or changed by
    /// accident is refused, since it could hide changes.
    pub(crate) fn to_text(&self) -> String {
        let mut writer = Writer::default();
        writer.number(VERSION);
        writer.fixed(self.scope);
        writer.moment(self.floor);
        writer.moment(self.until);
        writer.flag(self.round.is_some());
        if let Some(round) = &self.round {
            round.write(&mut writer);
        }
        self.seen.write(&mut writer);
        let mut bytes = writer.0;
        let checksum = CRC_32.checksum(&bytes);
        bytes.extend(checksum.to_be_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }
}

impl Round {
    fn read(reader: &mut Reader) -> Option<Self> {
        let [from, began, reach] = [reader.moment()?, reader.moment()?, reader.moment()?];
        let place = if reader.flag()? { Some(reader.text()?.to_owned()) } else { None };
        Some(Self { from, began, reach, place, pass: reader.number()?, shifted: reader.flag()? })
    }

    fn write(&self, writer: &mut Writer) {
        for moment in [self.from, self.began, self.reach] {
            writer.moment(moment);
        }
        writer.flag(self.place.is_some());
        if let Some(place) = &self.place {
            writer.text(place);
        }
        writer.number(self.pass);
        writer.flag(self.shifted);
    }
}

impl Seen {
    fn read(reader: &mut Reader) -> Option<Self> {
        let mut seen = Self { dropped: if reader.flag()? { Some(reader.hour()?) } else { None }, ..Self::default() };
        for _ in 0..reader.number()? {
            let hour = reader.hour()?;
            let digests = seen.hours.entry(hour).or_default();
            for listed in [false, true] {
                for _ in 0..reader.number()? {
                    digests.insert(reader.fixed()?, listed);
                }
            }
        }
        Some(seen)
    }

    fn write(&self, writer: &mut Writer) {
        writer.flag(self.dropped.is_some());
        if let Some(hour) = self.dropped {
            writer.number(hour.into());
        }
        writer.number(self.hours.len() as u64);
        for (hour, digests) in &self.hours {
            writer.number((*hour).into());
            for listed in [false, true] {
                let group = || digests.iter().filter(|(_, it)| **it == listed);
                writer.number(group().count() as u64);
                group().for_each(|(digest, _)| writer.fixed(*digest));
            }
        }
    }
}

/// The failure of a call with a checkpoint that is not its own.
pub(super) fn invalid(description: &str) -> Failure {
    let description = description.to_owned();
    Failure::invalid_input(vec![Issue::found("/checkpoint", Location::Query, "INVALID_PARAMETER_VALUE", description)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(seconds).unwrap()
    }

    fn example() -> Checkpoint {
        let mut seen = Seen { dropped: Some(7), ..Seen::default() };
        for (digest, second) in [(1, 0), (u64::MAX, 7200), (2, 7201)] {
            seen.note(digest, Some(at(second)), at(0), at(0));
        }
        seen.end(at(0));
        seen.note(1, Some(at(0)), at(0), at(0));
        let place = Some("{\"page\":\"2\"}".to_owned());
        let round = Round { from: at(-5), began: at(1 << 37), reach: at(7), place, pass: 2, shifted: true };
        Checkpoint { round: Some(round), seen, ..Checkpoint::beginning(42, at(1_767_225_600)) }
    }

    #[test]
    fn it_reads_as_it_was_written() {
        let mut seen = Seen::default();
        seen.note(9, None, at(0), at(0));
        for checkpoint in [
            example(),
            Checkpoint::beginning(u64::MAX, at(0)),
            Checkpoint { seen, ..Checkpoint::beginning(0, at(-62_167_219_200)) },
        ] {
            assert_eq!(Checkpoint::parse(&checkpoint.to_text()), Some(checkpoint));
        }
    }

    #[test]
    fn a_text_that_was_cut_or_changed_is_refused() {
        let text = example().to_text();
        for end in 0..text.len() {
            assert_eq!(Checkpoint::parse(&text[..end]), None, "{end}");
        }
        for index in 0..text.len() {
            let mut other = text.clone().into_bytes();
            other[index] = if other[index] == b'A' { b'B' } else { b'A' };
            assert_eq!(Checkpoint::parse(std::str::from_utf8(&other).unwrap()), None, "{index}");
        }
        for other in ["", "AAAA", "AAAAAAA", "checkpoint", &format!("{text}A"), &text.to_uppercase(), "\u{e9}"] {
            assert_eq!(Checkpoint::parse(other), None, "{other}");
        }
    }

    #[test]
    fn it_has_a_size_that_does_not_grow_with_what_was_read() {
        let mut checkpoint = Checkpoint::beginning(0, at(0));
        assert!(checkpoint.to_text().len() < 40);
        for digest in 0..100_000 {
            checkpoint.seen.note(digest << 40, Some(at(i64::try_from(digest).unwrap())), at(0), at(0));
        }
        let length = checkpoint.to_text().len();
        assert!((100_000..180_000).contains(&length), "{length}");
    }
}
