//! Powers modulo an odd number by Montgomery multiplication (Handbook of Applied Cryptography, sections 14.3.2 and 14.6).
//!
//! For public values only: its running time depends on them. It exists because the libraries tried take two to six times as
//! long in WebAssembly (`docs/performance.md`, "A received event").

use std::iter::zip;

/// Bits of a limb. A column adds up at most twice as many products of two limbs as a number of 4096 bits has limbs. With 27
/// bits it stays below 2^64, so carries are propagated only once, at the end. WebAssembly has no carry flag and no product of
/// 128 bits.
const BITS: usize = 27;
const MASK: u64 = (1 << BITS) - 1;

/// How many limbs of a factor are multiplied at once.
const ROWS: usize = 4;

/// The longest modulus, in bits.
pub(super) const LONGEST: usize = 4096;

/// Leading bits of the modulus that are used to estimate a quotient.
const LEADING: usize = 35;

/// An odd number of at least 64 and at most [`LONGEST`] bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Modulus {
    /// The least significant limb first, with at least two spare bits, so that the product of two numbers less than twice the
    /// modulus is again less than twice the modulus.
    limbs: Vec<u32>,
    /// In bits.
    length: usize,
    /// The negated inverse of the modulus, modulo 2^27.
    negated_inverse: u64,
}

/// A number that is less than a modulus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Residue(Vec<u32>);

impl Modulus {
    /// Reads a number in big-endian bytes. Returns `None` if it is even, too short or too long.
    pub(super) fn new(bytes: &[u8]) -> Option<Self> {
        let bytes = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
        let length = bytes.len() * 8 - usize::try_from(bytes.first()?.leading_zeros()).ok()?;
        if !(64..=LONGEST).contains(&length) || bytes.last()? % 2 == 0 {
            return None;
        }
        let mut limbs = limbs(bytes);
        limbs.resize((length + 2).div_ceil(ROWS * BITS) * ROWS, 0);
        let lowest = u64::from(limbs[0]);
        // Newton's iteration: each round doubles the number of correct bits, which is three at first for an odd number.
        let inverse =
            (0..4).fold(lowest, |inverse, _| inverse.wrapping_mul(2_u64.wrapping_sub(lowest.wrapping_mul(inverse))));
        Some(Self { limbs, length, negated_inverse: inverse.wrapping_neg() & MASK })
    }

    /// Returns the length in bits.
    pub(super) fn bits(&self) -> usize {
        self.length
    }

    /// Reads a number in big-endian bytes. Returns `None` unless it is less than the modulus.
    pub(super) fn residue(&self, bytes: &[u8]) -> Option<Residue> {
        let mut limbs = limbs(bytes);
        if limbs.iter().skip(self.limbs.len()).any(|limb| *limb != 0) {
            return None;
        }
        limbs.resize(self.limbs.len(), 0);
        limbs.iter().rev().lt(self.limbs.iter().rev()).then_some(Residue(limbs))
    }

    /// Raises a base to an exponent that is odd and not 1.
    pub(super) fn power(&self, base: &Residue, exponent: u64) -> Residue {
        let mut columns = vec![0; 2 * self.limbs.len()];
        let form = self.montgomery_form(base);
        let mut power = form.clone();
        for bit in (1..exponent.ilog2()).rev() {
            power = self.square(&power, &mut columns);
            if exponent >> bit & 1 == 1 {
                power = self.product(&power, &form, &mut columns);
            }
        }
        power = self.square(&power, &mut columns);
        // The last factor is not in Montgomery form, so neither is the product.
        self.reduced(self.product(&power, &base.0, &mut columns))
    }

    /// Returns the number times 2^27 for each limb of the modulus, modulo the modulus, but only less than twice the modulus.
    fn montgomery_form(&self, number: &Residue) -> Vec<u32> {
        let Residue(mut form) = number.clone();
        let leading = self.length - LEADING;
        // Both are cut after 35 bits of the modulus, the number rounded down and the modulus up. So an estimate is never too
        // large, and too small by less than 2, and the remainder is less than twice the modulus.
        let divisor = bits_from(&self.limbs, leading) + 1;
        for _ in 0..form.len() {
            let quotient = (bits_from(&form, leading) << BITS) / divisor;
            let (mut carry, mut below) = (0, 0);
            for (limb, modulus) in zip(&mut form, &self.limbs) {
                let difference = carry + i64::from(below) - (quotient * u64::from(*modulus)).cast_signed();
                below = *limb;
                *limb = (difference.cast_unsigned() & MASK) as u32;
                carry = difference >> BITS;
            }
        }
        form
    }

    /// Returns the Montgomery product of two numbers: see [`Modulus::reduce`].
    fn product(&self, one: &[u32], other: &[u32], columns: &mut [u64]) -> Vec<u32> {
        columns.fill(0);
        let other = chunks(other);
        for (place, rows) in chunks(one).iter().enumerate() {
            add_rows(&mut columns[ROWS * place..], rows.map(u64::from), other);
        }
        self.reduce(columns)
    }

    /// Returns the Montgomery product of a number with itself. Each product of two different limbs occurs twice.
    fn square(&self, number: &[u32], columns: &mut [u64]) -> Vec<u32> {
        columns.fill(0);
        let number = chunks(number);
        for (place, rows) in number.iter().enumerate() {
            let rows = rows.map(u64::from);
            let columns = &mut columns[2 * ROWS * place..];
            for (one, limb) in rows.iter().enumerate() {
                for (other, factor) in rows.iter().enumerate() {
                    columns[one + other] += limb * factor;
                }
            }
            add_rows(&mut columns[ROWS..], rows.map(|limb| 2 * limb), &number[place + 1..]);
        }
        self.reduce(columns)
    }

    /// Returns the product of two numbers less than twice the modulus, divided by 2^27 for each limb, modulo the modulus, but
    /// only less than twice the modulus.
    fn reduce(&self, columns: &mut [u64]) -> Vec<u32> {
        let modulus = chunks(&self.limbs);
        let lowest = modulus[0].map(u64::from);
        for place in 0..modulus.len() {
            let columns = &mut columns[ROWS * place..];
            // Adds the multiple of the modulus that makes the lowest columns, with their carries, divisible by 2^27.
            let (mut times, mut carry) = ([0; ROWS], 0);
            for row in 0..ROWS {
                let before: u64 = (0..row).map(|other| times[other] * lowest[row - other]).sum();
                let column = columns[row] + carry + before;
                times[row] = column.wrapping_mul(self.negated_inverse) & MASK;
                carry = (column + times[row] * lowest[0]) >> BITS;
            }
            add_rows(columns, times, modulus);
            columns[ROWS] += carry;
        }
        let mut carry = 0;
        let carried = columns[self.limbs.len()..].iter().map(|column| {
            let sum = column + carry;
            carry = sum >> BITS;
            (sum & MASK) as u32
        });
        carried.collect()
    }

    /// Reduces a number less than twice the modulus.
    fn reduced(&self, mut limbs: Vec<u32>) -> Residue {
        if limbs.iter().rev().ge(self.limbs.iter().rev()) {
            let mut carry = 0;
            for (limb, modulus) in zip(&mut limbs, &self.limbs) {
                let difference = carry + i64::from(*limb) - i64::from(*modulus);
                *limb = (difference.cast_unsigned() & MASK) as u32;
                carry = difference >> BITS;
            }
        }
        Residue(limbs)
    }
}

/// Adds the product of four neighbouring limbs with a number. Four at once, because loading and storing columns takes longer
/// than multiplying.
fn add_rows(columns: &mut [u64], [x0, x1, x2, x3]: [u64; ROWS], limbs: &[[u32; ROWS]]) {
    let (columns, _) = columns.as_chunks_mut();
    // The previous limbs.
    let (mut l1, mut l2, mut l3) = (0, 0, 0);
    for ([c0, c1, c2, c3], [a0, a1, a2, a3]) in zip(&mut *columns, limbs) {
        let (a0, a1, a2, a3) = (u64::from(*a0), u64::from(*a1), u64::from(*a2), u64::from(*a3));
        *c0 += x0 * a0 + x1 * l3 + x2 * l2 + x3 * l1;
        *c1 += x0 * a1 + x1 * a0 + x2 * l3 + x3 * l2;
        *c2 += x0 * a2 + x1 * a1 + x2 * a0 + x3 * l3;
        *c3 += x0 * a3 + x1 * a2 + x2 * a1 + x3 * a0;
        (l1, l2, l3) = (a1, a2, a3);
    }
    let [c0, c1, c2, _] = &mut columns[limbs.len()];
    *c0 += x1 * l3 + x2 * l2 + x3 * l1;
    *c1 += x2 * l3 + x3 * l2;
    *c2 += x3 * l3;
}

/// Returns limbs in groups of four. Every number has a multiple of four.
fn chunks(limbs: &[u32]) -> &[[u32; ROWS]] {
    limbs.as_chunks().0
}

/// Splits a number in big-endian bytes into limbs. The last ones may be 0.
fn limbs(bytes: &[u8]) -> Vec<u32> {
    let mut limbs = Vec::with_capacity(bytes.len() * 8 / BITS + 1);
    let (mut bits, mut length) = (0_u64, 0);
    for byte in bytes.iter().rev() {
        bits |= u64::from(*byte) << length;
        length += 8;
        if length >= BITS {
            limbs.push((bits & MASK) as u32);
            bits >>= BITS;
            length -= BITS;
        }
    }
    limbs.push(bits as u32);
    limbs
}

/// Returns at least 37 bits of a number, from a bit upwards.
fn bits_from(limbs: &[u32], bit: usize) -> u64 {
    let mut bits = 0;
    for (place, limb) in limbs[bit / BITS..].iter().take(3).enumerate() {
        bits |= u64::from(*limb) << (place * BITS);
    }
    bits >> (bit % BITS)
}

#[cfg(test)]
mod tests {
    use rsa::BigUint;
    use sha2::{Digest as _, Sha256};

    use super::*;

    /// Bytes that look random and are the same each time.
    fn bytes(seed: usize, length: usize) -> Vec<u8> {
        let block = |block: usize| Sha256::digest(format!("{seed}, {block}")).to_vec();
        (0..=length / 32).flat_map(block).take(length).collect()
    }

    /// An odd number of so many bits.
    fn modulus(seed: usize, bits: usize) -> BigUint {
        let number = BigUint::from_bytes_be(&bytes(seed, bits.div_ceil(8))) >> (bits.div_ceil(8) * 8 - bits);
        let one = BigUint::from(1_u8);
        number | &one | (one << (bits - 1))
    }

    fn number(limbs: &[u32]) -> BigUint {
        limbs.iter().rev().fold(BigUint::default(), |number, limb| (number << BITS) + *limb)
    }

    fn assert_power(modulus: &BigUint, base: &BigUint, exponent: u64) {
        let read = Modulus::new(&modulus.to_bytes_be()).unwrap();
        let residue = read.residue(&base.to_bytes_be()).unwrap();
        assert_eq!(number(&residue.0), *base);
        let power = read.power(&residue, exponent);
        assert_eq!(number(&power.0), base.modpow(&exponent.into(), modulus), "{base} to {exponent} modulo {modulus}");
        assert_eq!(read.residue(&number(&power.0).to_bytes_be()), Some(power));
    }

    #[test]
    fn powers_are_those_of_another_library() {
        let lengths = (64..=128).chain(2046..=2112).chain([3071, 3072, 3073, 4040, 4095, LONGEST]);
        for (seed, bits) in lengths.enumerate() {
            let modulus = modulus(seed, bits);
            let base = BigUint::from_bytes_be(&bytes(seed + 1000, 600)) % &modulus;
            assert_power(&modulus, &base, [3, 17, 65537, 5, (1 << 33) - 1, (1 << 32) + 1][seed % 6]);
        }
    }

    #[test]
    fn powers_are_right_where_carries_are_longest() {
        let one = BigUint::from(1_u8);
        for bits in [64, 107, 108, 109, 2048, 2049, 2104, 2106, 2107, 4050, LONGEST] {
            let power = &one << bits;
            for modulus in [&power - 1_u8, (&one << (bits - 1)) + 1_u8, &power - (&one << (bits / 2)) - 1_u8] {
                for base in
                    [BigUint::default(), one.clone(), 2_u8.into(), &modulus - 1_u8, &modulus - 2_u8, &modulus >> 1]
                {
                    for exponent in [3, 65537] {
                        assert_power(&modulus, &base, exponent);
                    }
                }
            }
        }
    }

    #[test]
    fn a_residue_is_less_than_the_modulus() {
        for bits in [64, 2047, 2048, 2049, 2052, 2053, 2106, LONGEST] {
            let modulus = modulus(bits, bits);
            let read = Modulus::new(&modulus.to_bytes_be()).unwrap();
            assert_eq!(read.bits(), bits);
            let residue = |number: &BigUint| read.residue(&number.to_bytes_be());
            assert!(residue(&(&modulus - 1_u8)).is_some());
            assert!(residue(&modulus).is_none() && residue(&(&modulus + 1_u8)).is_none());
            for above in 0..120 {
                assert!(residue(&(BigUint::from(1_u8) << (bits + above))).is_none(), "{bits}, {above}");
            }
            assert_eq!(read.residue(&[&[0; 9][..], &[7]].concat()), residue(&7_u8.into()));
            assert_eq!(number(&read.residue(&[]).unwrap().0), BigUint::default());
        }
    }

    #[test]
    fn a_modulus_is_odd_and_of_a_length_that_is_counted_with() {
        let new = |number: &BigUint| Modulus::new(&number.to_bytes_be());
        assert!(Modulus::new(&[]).is_none() && Modulus::new(&[0; 300]).is_none());
        for bits in [2, 63, LONGEST + 1, LONGEST + 8] {
            assert!(new(&modulus(bits, bits)).is_none(), "{bits}");
        }
        let even = modulus(1, 2048) - 1_u8;
        assert!(new(&even).is_none() && new(&(even + 1_u8)).is_some());
        let with_zeros = [&[0; 3], &*modulus(1, 2048).to_bytes_be()].concat();
        assert_eq!(Modulus::new(&with_zeros), new(&modulus(1, 2048)));
    }
}
