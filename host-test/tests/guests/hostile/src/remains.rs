//! Leaves a secret in all memory that a guest can write to, and searches it for the secret of another call.
//!
//! Tables and globals are not written to: Rust has no way to name them.

use core::{
    arch::wasm32::{memory_grow, memory_size},
    hint::black_box,
    ops::Range,
    sync::atomic::{AtomicU64, Ordering},
};
use std::fmt;

/// The unit of linear memory, in bytes.
const PAGE: usize = 64 * 1024;

/// The words in a frame of the shadow stack.
const FRAME: usize = 1024;

/// The words in a static.
const STATIC: usize = 4096;

/// A word of the memory's initial image.
const INITIAL: u64 = 0x0123_4567_89ab_cdef;

/// Memory that is zero at first, and memory that is not: they are restored in different ways.
static ZEROS: [AtomicU64; STATIC] = [const { AtomicU64::new(0) }; STATIC];
static IMAGE: [AtomicU64; STATIC] = [const { AtomicU64::new(INITIAL) }; STATIC];

/// Words that are not as they should be.
#[derive(Default)]
struct Found {
    /// Of the secret, below the stack pointer.
    stack: usize,
    /// Of the secret, in the two statics.
    statics: usize,
    /// Of the secret, elsewhere.
    rest: usize,
    /// Of anything but zero, in pages that this call has grown by.
    grown: usize,
    /// Of the statics, other than at first.
    changed: usize,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stack, statics, rest, grown, changed } = self;
        write!(f, "{stack} {statics} {rest} {grown} {changed}")
    }
}

/// Grows memory by so many pages and writes a secret to them, to so many frames of the stack, and to the statics. The input is
/// `SECRET PAGES FRAMES`; what follows is returned.
pub(crate) fn leave(input: &str) -> Result<&str, String> {
    let (secret, rest) = number(input)?;
    let (pages, rest) = number(rest)?;
    let (frames, rest) = number(rest)?;
    for word in grow(pages as usize)?.step_by(8) {
        // SAFETY: this call has grown memory by it, and nobody else knows of it.
        unsafe { (word as *mut u64).write_volatile(secret) };
    }
    for word in ZEROS.iter().chain(&IMAGE) {
        word.store(secret, Ordering::Relaxed);
    }
    stack(secret, frames);
    Ok(rest)
}

/// Grows memory by so many pages, then searches all of it. The input is `SECRET PAGES`, with the bits of the secret inverted:
/// this call must not have the secret itself anywhere. Returns the numbers of [`Found`].
pub(crate) fn search(input: &str) -> Result<String, String> {
    let (inverted, rest) = number(input)?;
    let (pages, _) = number(rest)?;
    let grown = grow(pages as usize)?;
    let here = 0_u8;
    let below = &raw const *black_box(&here) as usize;
    let (zeros, image) = (ZEROS.as_ptr_range(), IMAGE.as_ptr_range());
    let mut found = Found::default();
    // Rust does not read at the address 0.
    for address in (8..memory_size::<0>() * PAGE).step_by(8) {
        // SAFETY: it is in linear memory, and any bytes are a number.
        let word = unsafe { (address as *const u64).read_volatile() };
        if !word == inverted {
            let of_static = |it: &Range<*const AtomicU64>| it.contains(&(address as *const AtomicU64));
            match address {
                _ if of_static(&zeros) || of_static(&image) => found.statics += 1,
                address if address < below => found.stack += 1,
                _ => found.rest += 1,
            }
        }
        found.grown += usize::from(grown.contains(&address) && word != 0);
    }
    let changed = |of: &[AtomicU64], from: u64| of.iter().filter(|word| word.load(Ordering::Relaxed) != from).count();
    found.changed = changed(&ZEROS, 0) + changed(&IMAGE, INITIAL);
    Ok(found.to_string())
}

/// Writes it to the shadow stack, where it stays when this returns.
#[inline(never)]
fn stack(secret: u64, frames: u64) {
    if frames > 0 {
        let mut frame = [0; FRAME];
        black_box(&mut frame).fill(secret);
        stack(secret, frames - 1);
        // The frame is needed until here.
        black_box(&mut frame);
    }
}

/// Returns the addresses of new pages.
fn grow(pages: usize) -> Result<Range<usize>, String> {
    match memory_grow::<0>(pages) {
        usize::MAX => Err(format!("memory does not grow by {pages} pages")),
        first => Ok(first * PAGE..(first + pages) * PAGE),
    }
}

/// Parses a number, and returns the rest.
fn number(input: &str) -> Result<(u64, &str), String> {
    let (first, rest) = input.split_once(' ').unwrap_or((input, ""));
    Ok((first.parse().map_err(|_| format!("not a number: {first}"))?, rest))
}
