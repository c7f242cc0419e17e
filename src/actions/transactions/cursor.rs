//! Where a call stopped, for the next one: the parameter `cursor`.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{
    actions::changes::{Digest, digest},
    base::{
        date::{self, OffsetDateTime, full_second},
        document::Json,
    },
    call::arguments::Arguments,
    platform::failure::{Failure, Issue, Location},
};

/// The transactions that were listed already and that the first window may list again, with how often they were listed.
#[derive(Clone, Debug, Default)]
pub(super) struct Seam(BTreeMap<Digest, usize>);

impl Seam {
    /// Those of a window that the next one may list too, because its first second has them: by their dates, or because
    /// these cannot be read.
    pub(super) fn of<'a>(transactions: impl Iterator<Item = &'a str>, second: OffsetDateTime) -> Self {
        let mut seam = Self::default();
        for transaction in transactions.filter(|transaction| may_occur_at(transaction, second)) {
            seam.note(transaction);
        }
        seam
    }

    /// Notes a transaction that was listed.
    pub(super) fn note(&mut self, transaction: &str) {
        *self.0.entry(digest(transaction)).or_default() += 1;
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.values().sum()
    }

    fn parse(digests: Vec<String>) -> Option<Self> {
        let mut seam = Self::default();
        for text in digests {
            *seam.0.entry(u64::from_str_radix(&text, 16).ok()?).or_default() += 1;
        }
        Some(seam)
    }

    fn to_text(&self) -> String {
        let all = self.0.iter().flat_map(|(digest, times)| std::iter::repeat_n(digest, *times));
        all.map(|digest| format!("{digest:x}")).collect::<Vec<_>>().join(",")
    }

    /// Whether a transaction was listed already. Each counts once.
    pub(super) fn take(&mut self, transaction: &str) -> bool {
        if self.0.is_empty() {
            return false;
        }
        match self.0.get_mut(&digest(transaction)) {
            Some(times @ 1..) => {
                *times -= 1;
                true
            }
            _ => false,
        }
    }
}

/// The transactions that were listed of a window whose other pages could not be read. The next call reads it again.
#[derive(Clone, Debug)]
pub(super) struct Begun {
    /// The end of that window.
    pub(super) end: OffsetDateTime,
    pub(super) listed: Seam,
}

impl Begun {
    /// Whether a window from this second on may list any of them again.
    pub(super) fn reaches(&self, second: OffsetDateTime) -> bool {
        second <= self.end && self.listed.len() > 0
    }
}

/// Where a search goes on.
#[derive(Debug, Default)]
pub(crate) struct Cursor {
    /// The ends of the first windows, the first one last.
    pub(super) ends: Vec<OffsetDateTime>,
    pub(super) seam: Seam,
    pub(super) begun: Option<Begun>,
}

impl Cursor {
    /// The cursor of a call; an empty one begins the search.
    ///
    /// # Errors
    /// `invalid-input` if it is not one that [`Cursor::to_text`] has written.
    pub(super) fn of(arguments: &Arguments) -> Result<Self, Failure> {
        match arguments.parameter("cursor") {
            None => Ok(Self::default()),
            Some(text) => Self::parse(&text).ok_or_else(invalid),
        }
    }

    /// Reads what [`Cursor::to_text`] has written; `None` for another text.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (ends, rest) = text.split_once(';')?;
        let (seam, begun) = rest.split_once(';').map_or((rest, None), |(seam, begun)| (seam, Some(begun)));
        let listed = |list: &'_ str| list.split(',').filter(|it| !it.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        let end = |text: String| OffsetDateTime::from_unix_timestamp(text.parse().ok()?).ok();
        let ends = listed(ends).into_iter().map(end).collect::<Option<_>>()?;
        let begun = match begun {
            None => None,
            Some(begun) => {
                let (until, digests) = begun.split_once(':')?;
                Some(Begun { end: end(until.to_owned())?, listed: Seam::parse(listed(digests))? })
            }
        };
        Some(Self { ends, seam: Seam::parse(listed(seam))?, begun })
    }

    /// The ends in seconds since 1970, a semicolon, and the digests in hexadecimal; then, if a window was begun, a
    /// semicolon, its end, a colon, and its digests.
    pub(crate) fn to_text(&self) -> String {
        let ends: Vec<_> = self.ends.iter().map(|end| end.unix_timestamp().to_string()).collect();
        let mut text = format!("{};{}", ends.join(","), self.seam.to_text());
        if let Some(begun) = &self.begun {
            // A text can always be written to.
            let _ = write!(text, ";{}:{}", begun.end.unix_timestamp(), begun.listed.to_text());
        }
        text
    }
}

/// The failure of a call with a cursor that no reply had.
pub(super) fn invalid() -> Failure {
    let description = "must be the one of an earlier reply's `next`, with its other parameters".to_owned();
    Failure::invalid_input(vec![Issue::found("/cursor", Location::Query, "INVALID_PARAMETER_VALUE", description)])
}

fn may_occur_at(transaction: &str, second: OffsetDateTime) -> bool {
    let info = Json::parse(transaction).ok().and_then(|it| it.get("transaction_info"));
    let date = |name| {
        let text = info?.get(name)?.text()?;
        full_second(date::parse(&text)?)
    };
    let dates = [date("transaction_initiation_date"), date("transaction_updated_date")];
    dates.contains(&Some(second)) || dates == [None, None]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::transactions::window::Window;

    const NOON: &str = "2026-02-20T12:00:00Z";

    fn noon() -> OffsetDateTime {
        full_second(date::parse(NOON).unwrap()).unwrap()
    }

    #[test]
    fn a_seam_has_what_the_second_may_list_again() {
        let dated = |first: &str, last: &str| {
            format!(
                r#"{{"transaction_info": {{"transaction_initiation_date": "{first}", "transaction_updated_date": "{last}"}}}}"#
            )
        };
        let [before, after] = ["2026-02-20T11:59:59+0000", "2026-02-20T12:00:01+0000"];
        for (transaction, expected) in [
            (dated("2026-02-20T12:00:00+0000", before), true),
            (dated(before, "2026-02-20T13:00:00.9+01:00"), true),
            (dated(before, after), false),
            (dated(before, "?"), false),
            (dated("?", ""), true),
            ("{}".to_owned(), true),
            ("null".to_owned(), true),
        ] {
            let mut seam = Seam::of([&*transaction].into_iter(), noon());
            assert_eq!(seam.take(&transaction), expected, "{transaction}");
            assert!(!seam.take(&transaction), "it was listed once");
        }
    }

    #[test]
    fn a_cursor_reads_as_it_was_written() {
        let seam = Seam::of(["{}", "{}", r#"{"a": 1}"#].into_iter(), noon());
        let begun = Some(Begun { end: noon(), listed: Seam::of(["{}"].into_iter(), noon()) });
        let text = Cursor { ends: vec![noon(), OffsetDateTime::UNIX_EPOCH], seam, begun }.to_text();
        let mut read = Cursor::parse(&text).unwrap();
        assert_eq!(read.to_text(), text);
        assert_eq!(read.ends, [noon(), OffsetDateTime::UNIX_EPOCH]);
        assert_eq!(
            ["{}", "{}", "{}", r#"{"a": 1}"#, "[]"].map(|it| read.seam.take(it)),
            [true, true, false, true, false]
        );
        let begun = read.begun.as_mut().unwrap();
        assert!(begun.reaches(noon()) && begun.listed.take("{}") && !begun.reaches(noon()));
        assert_eq!(Cursor::default().to_text(), ";");
        assert_eq!(Cursor::parse(";").unwrap().to_text(), ";");
    }

    #[test]
    fn another_text_is_refused() {
        for text in
            ["", "1", "x;", ";x", "1.5;", "99999999999999999;", ";11112222333344445", "1;2;3", ";;", ";;x:", ";;1:x"]
        {
            assert!(Cursor::parse(text).is_none(), "{text}");
        }
    }
}
