//! Inputs made from those of a corpus.

use fastrand::Rng;

use crate::LARGEST;

/// Tokens of the languages that the targets parse, and numbers at the bounds of integer types.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "\"",
    "\\",
    ":",
    ",",
    "\\u0000",
    "\\ud83d",
    "\\ude00",
    "\\ud83d\\ude00",
    "1e999",
    "-0",
    "0.1e-9",
    "null",
    "true",
    "[[[[[[[[[[[[[[[[",
    "{\"a\":",
    "\"id\":",
    "\"links\":[",
    "\"rel\":\"next\"",
    "\"href\":\"",
    "\r\n",
    "\r\n\r\n",
    "--",
    "&",
    "=",
    "%",
    "%00",
    "%u65E5",
    "%2e%2e",
    "+",
    "-",
    ".",
    "..",
    "/",
    "//",
    "@",
    "#",
    "?",
    ";",
    "|",
    " ",
    "\t",
    "\u{feff}",
    "\u{202e}",
    "\u{e9}",
    "\u{1f600}",
    "\0",
    "0",
    "9",
    "255",
    "65536",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "Z",
    "T",
    "+0000",
    "-23:59",
    "charset=utf-16&",
    "boundary=",
    "USD",
    "JPY",
    "https://",
    "api.paypal.com",
    "localhost",
    "127.0.0.1",
];

/// Makes inputs from a corpus.
pub struct Mutator<'a> {
    random: Rng,
    corpus: &'a [Vec<u8>],
}

impl<'a> Mutator<'a> {
    /// Returns a mutator whose inputs follow from the seed.
    #[must_use]
    pub fn new(seed: u64, corpus: &'a [Vec<u8>]) -> Self {
        Self { random: Rng::with_seed(seed), corpus }
    }

    /// Returns the next input, of at most [`LARGEST`] bytes.
    pub fn input(&mut self) -> Vec<u8> {
        let mut input = self.sample().to_vec();
        for _ in 0..self.random.usize(1..8) {
            self.change(&mut input);
            input.truncate(LARGEST);
        }
        input
    }

    fn sample(&mut self) -> &'a [u8] {
        let corpus = self.corpus;
        self.random.choice(corpus).map_or(&[], Vec::as_slice)
    }

    /// Returns a range, mostly a short one.
    fn range(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.random.usize(0..=length);
        let longest = if self.random.bool() { 8 } else { length };
        let end = start + self.random.usize(0..=longest.min(length - start));
        start..end
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let range = self.range(input.len());
        match self.random.u8(0..7) {
            0 => _ = input.drain(range),
            1 => {
                let piece = self.random.choice(PIECES).copied().unwrap_or_default();
                input.splice(range.start..range.start, piece.bytes());
            }
            2 => {
                let piece = self.random.choice(PIECES).copied().unwrap_or_default();
                input.splice(range, piece.bytes());
            }
            3 => {
                let copy = input[range.clone()].repeat(self.random.usize(1..20));
                input.splice(range, copy);
            }
            4 => {
                let other = self.sample();
                let part = self.range(other.len());
                input.splice(range, other[part].iter().copied());
            }
            5 => {
                let bit = 1 << self.random.u8(0..8);
                if let Some(byte) = input.get_mut(range.start) {
                    *byte ^= bit;
                }
            }
            _ => {
                let byte = self.random.u8(..);
                input.splice(range, [byte]);
            }
        }
    }
}
