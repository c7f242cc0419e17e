//! The tables that `build/charsets.rs` makes.

use crate::base::lzma;

include!(concat!(env!("OUT_DIR"), "/charsets.rs"));

/// Code points by table and index.
#[derive(Default)]
pub(super) struct Tables(Vec<u8>);

impl Tables {
    /// Takes about 400 KiB of memory, and half of that when it is done.
    pub(super) fn unpack() -> Self {
        // The tests decode with all of them, so this does not fail.
        Self(lzma::decompress(include_bytes!(concat!(env!("OUT_DIR"), "/charsets.lzma"))).unwrap_or_default())
    }

    /// The code point at an index, without its plane; 0 if there is none.
    pub(super) fn point(&self, index: usize) -> u32 {
        let byte = |index| u32::from(self.0.get(index).copied().unwrap_or_default());
        byte(index) << 8 | byte(END + index)
    }

    /// The code point of a lead and a column of Big5.
    pub(super) fn big5(&self, lead: u8, column: u8) -> u32 {
        let index = usize::from(lead - 0x81) * 157 + usize::from(column);
        let plane = u32::from(self.0.get(2 * END + index).copied().unwrap_or_default());
        plane << 16 | self.point(BIG5 + index)
    }

    /// The range of gb18030's four bytes that a number is in: its first number and its first code point.
    pub(super) fn range(&self, number: u32) -> (u32, u32) {
        let (mut low, mut high) = (0, (END - RANGES) / 2);
        while high - low > 1 {
            let middle = low.midpoint(high);
            *(if self.point(RANGES + 2 * middle) <= number { &mut low } else { &mut high }) = middle;
        }
        (self.point(RANGES + 2 * low), self.point(RANGES + 2 * low + 1))
    }
}
