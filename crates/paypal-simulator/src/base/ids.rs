//! Ids in PayPal's formats, generated from a seed.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

/// Generates ids without repeats. The same seed gives the same ids in the same order.
pub(crate) struct Ids {
    state: u64,
    /// The numbers of debug ids, which every request takes: a read must not change the ids of what is made later. A process that
    /// carries out the same world again goes on with others.
    debug: u64,
    /// The hashes of those that were given: an id with the hash of another one is not given.
    given: HashSet<u64>,
}

const LETTERS_AND_DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKLMNPRSTUVWXY";
const ACCOUNT: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed, debug: !seed, given: HashSet::new() }
    }

    pub(crate) fn number(&mut self) -> u64 {
        next(&mut self.state)
    }

    /// The id of an order, an authorization, a capture, a refund or a webhook: 17 letters and digits.
    pub(crate) fn transaction(&mut self) -> String {
        self.unique(|ids| ids.text(17))
    }

    /// The id of an account: 13 letters and digits that nobody mistakes for others.
    pub(crate) fn account(&mut self) -> String {
        self.unique(|ids| ids.letters(13, ACCOUNT))
    }

    pub(crate) fn template(&mut self) -> String {
        self.unique(|ids| format!("TEMP-{}", ids.text(17)))
    }

    pub(crate) fn invoice(&mut self) -> String {
        self.unique(|ids| {
            let groups: Vec<_> = (0..4).map(|_| ids.text(4)).collect();
            format!("INV2-{}", groups.join("-"))
        })
    }

    pub(crate) fn recurring_invoice(&mut self) -> String {
        self.unique(|ids| format!("RI-{}", ids.text(17)))
    }

    /// The id of an automatic reminder.
    pub(crate) fn reminder(&mut self) -> String {
        self.unique(|ids| format!("RC-{}", ids.text(17)))
    }

    pub(crate) fn conditional_rule(&mut self) -> String {
        self.unique(|ids| {
            let groups: Vec<_> = [4, 4, 8, 4, 12].into_iter().map(|length| ids.text(length)).collect();
            format!("CR-{}", groups.join("-"))
        })
    }

    pub(crate) fn product(&mut self) -> String {
        self.unique(|ids| format!("PROD-{}", ids.text(17)))
    }

    pub(crate) fn plan(&mut self) -> String {
        self.unique(|ids| format!("P-{}", ids.text(24)))
    }

    pub(crate) fn subscription(&mut self) -> String {
        self.unique(|ids| format!("I-{}", ids.text(12)))
    }

    /// The id of a payout or of one of its items: 13 letters and digits.
    pub(crate) fn payout(&mut self) -> String {
        self.unique(|ids| ids.text(13))
    }

    /// The id of a payment token: 8 letters and digits.
    pub(crate) fn payment_token(&mut self) -> String {
        self.unique(|ids| ids.text(8).to_ascii_lowercase())
    }

    /// The id of a customer of the vault: 10 letters and digits.
    pub(crate) fn customer(&mut self) -> String {
        self.unique(|ids| ids.text(10))
    }

    pub(crate) fn dispute(&mut self) -> String {
        self.unique(|ids| {
            let letters: String = (0..3).map(|_| char::from(b'A' + (ids.number() % 26) as u8)).collect();
            format!("PP-R-{letters}-{:08}", ids.number() % 100_000_000)
        })
    }

    /// The id of a payment link: `PLB-` and 12 letters and digits.
    pub(crate) fn payment_link(&mut self) -> String {
        self.unique(|ids| format!("PLB-{}", ids.text(12)))
    }

    /// The id of a web experience profile: `XP` and four groups of letters and digits.
    pub(crate) fn web_profile(&mut self) -> String {
        self.unique(|ids| {
            let groups: Vec<_> = (0..4).map(|_| ids.text(4)).collect();
            format!("XP-{}", groups.join("-"))
        })
    }

    /// The id of a partner's referral: 48 letters and digits.
    pub(crate) fn referral(&mut self) -> String {
        self.unique(|ids| ids.text(48))
    }

    pub(crate) fn event(&mut self) -> String {
        self.unique(|ids| format!("WH-{}-{}", ids.text(17), ids.text(17)))
    }

    /// Letters and digits for what is handed out and not kept, such as the token of a browser. They may repeat, and like debug
    /// ids they change nothing of what is made later.
    pub(crate) fn passing(&mut self, length: usize) -> String {
        let letter = |number: u64| char::from(LETTERS_AND_DIGITS[(number >> 59) as usize]);
        (0..length).map(|_| letter(next(&mut self.debug))).collect()
    }

    /// The debug id: 13 hexadecimal digits, the first of them `f`.
    pub(crate) fn debug(&mut self) -> String {
        debug(next(&mut self.debug))
    }

    /// A debug id that is kept: the same for the same thing, however much was read before.
    pub(crate) fn debug_of(thing: &str) -> String {
        let mixed = thing.bytes().fold(0, |mixed, byte| {
            let mut mixed = mixed ^ u64::from(byte);
            next(&mut mixed)
        });
        debug(mixed)
    }

    /// Begins other debug ids, and others of what passes, than those of an earlier process: `number` must be another one for each.
    #[cfg(feature = "store")]
    pub(crate) fn go_on(&mut self, number: u64) {
        let mut mixed = self.debug.wrapping_add(number);
        self.debug = next(&mut mixed);
    }

    /// A UUID of version 1, like `Paypal-Transmission-Id`.
    pub(crate) fn transmission(&mut self) -> String {
        self.unique(|ids| {
            let (high, low) = (ids.number(), ids.number());
            format!(
                "{:08x}-{:04x}-1{:03x}-{:04x}-{:012x}",
                high >> 32,
                high >> 16 & 0xffff,
                high & 0xfff,
                low >> 48 & 0x3fff | 0x8000,
                low & 0xffff_ffff_ffff
            )
        })
    }

    /// Returns that many letters and digits.
    pub(crate) fn text(&mut self, length: usize) -> String {
        self.letters(length, LETTERS_AND_DIGITS)
    }

    fn letters(&mut self, length: usize, alphabet: &[u8; 32]) -> String {
        let letter = |number: u64| char::from(alphabet[(number >> 59) as usize]);
        (0..length).map(|_| letter(self.number())).collect()
    }

    fn unique(&mut self, make: impl Fn(&mut Self) -> String) -> String {
        loop {
            let id = make(self);
            let mut hasher = DefaultHasher::new();
            id.hash(&mut hasher);
            if self.given.insert(hasher.finish()) {
                return id;
            }
        }
    }
}

fn debug(number: u64) -> String {
    format!("f{:012x}", number >> 16)
}

/// Returns the next number of SplitMix64 (Steele, Lea, Flood 2014).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut bits = *state;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_debug_id_that_is_kept_follows_from_its_thing() {
        let [one, same, other] = ["5AB", "5AB", "5AC"].map(Ids::debug_of);
        assert!(one == same && one != other && one.len() == 13 && one.starts_with('f'), "{one} {other}");
    }

    #[test]
    fn ids_follow_from_the_seed_and_have_paypal_s_forms() {
        let all = |seed| {
            let mut ids = Ids::new(seed);
            [ids.transaction(), ids.invoice(), ids.product(), ids.plan(), ids.subscription(), ids.event(), ids.debug()]
        };
        assert_eq!(all(7), all(7));
        assert_ne!(all(7), all(8));
        let forms = all(7).map(|id| {
            let upper = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '-';
            (id.split('-').next().unwrap().to_owned(), id.len(), id.chars().all(upper))
        });
        assert_eq!(
            [forms[0].1, forms[1].1, forms[2].1, forms[3].1, forms[4].1, forms[5].1, forms[6].1],
            [17, 24, 22, 26, 14, 38, 13]
        );
        assert_eq!(
            [&*forms[1].0, &*forms[2].0, &*forms[3].0, &*forms[4].0, &*forms[5].0],
            ["INV2", "PROD", "P", "I", "WH"]
        );
        assert!(forms[..6].iter().all(|form| form.2));
    }
}
