//! Numbers, times and texts in bytes.

use crate::base::date::{self, OffsetDateTime};

/// Writes values one after another.
#[derive(Default)]
pub(super) struct Writer(pub(super) Vec<u8>);

impl Writer {
    /// A number in groups of 7 bits, the lowest first (LEB128).
    pub(super) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number.to_le_bytes()[0] | 0x80);
            number >>= 7;
        }
        self.0.push(number.to_le_bytes()[0]);
    }

    /// A number of 8 bytes.
    pub(super) fn fixed(&mut self, number: u64) {
        self.0.extend(number.to_be_bytes());
    }

    pub(super) fn flag(&mut self, flag: bool) {
        self.0.push(flag.into());
    }

    /// The full second of a moment.
    pub(super) fn moment(&mut self, moment: OffsetDateTime) {
        let seconds = moment.unix_timestamp();
        // Small numbers of either sign are short: 0, -1, 1, -2 and so on become 0, 1, 2, 3.
        self.number(((seconds << 1) ^ (seconds >> 63)).cast_unsigned());
    }

    pub(super) fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.extend(text.as_bytes());
    }
}

/// Reads what a [`Writer`] has written. Each method returns `None` if that is not next.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?.first()?;
            let bits = u64::from(byte & 0x7f);
            // In one spelling only: no bits that are lost, and no leading zeros.
            if bits << shift >> shift != bits || (shift > 0 && *byte == 0) {
                return None;
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    pub(super) fn fixed(&mut self) -> Option<u64> {
        self.take(8)?.try_into().ok().map(u64::from_be_bytes)
    }

    pub(super) fn flag(&mut self) -> Option<bool> {
        match self.take(1)? {
            [0] => Some(false),
            [1] => Some(true),
            _ => None,
        }
    }

    pub(super) fn hour(&mut self) -> Option<u32> {
        self.number()?.try_into().ok()
    }

    /// A moment whose year has four digits.
    pub(super) fn moment(&mut self) -> Option<OffsetDateTime> {
        let folded = self.number()?;
        let seconds = (folded >> 1).cast_signed() ^ -(folded & 1).cast_signed();
        let moment = OffsetDateTime::from_unix_timestamp(seconds).ok()?;
        date::format(moment).is_some().then_some(moment)
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = self.number()?.try_into().ok()?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
}
