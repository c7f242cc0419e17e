//! The two functions of the C library that Rust's standard library would use to print a panic.
//!
//! The C library's versions look up file descriptors among open files, which makes the component import
//! `wasi:filesystem`, a permission it does not need. These write to standard error only.
#![allow(unsafe_code, reason = "the C library's signatures are made of raw pointers")]

use std::slice;

use wasip2::cli::stderr::get_stderr;

/// One piece of a `writev`, as POSIX lays it out.
#[repr(C)]
struct Piece {
    start: *const u8,
    length: usize,
}

fn print(bytes: &[u8]) {
    // The most that `blocking-write-and-flush` takes at once.
    for chunk in bytes.chunks(4096) {
        // An error here cannot be reported.
        let _ = get_stderr().blocking_write_and_flush(chunk);
    }
}

/// POSIX `write`.
#[unsafe(no_mangle)]
extern "C" fn write(_descriptor: i32, start: *const u8, length: usize) -> isize {
    // SAFETY: the caller promises `length` readable bytes.
    print(unsafe { slice::from_raw_parts(start, length) });
    length.cast_signed()
}

/// POSIX `writev`.
#[unsafe(no_mangle)]
extern "C" fn writev(descriptor: i32, pieces: *const Piece, count: usize) -> isize {
    // SAFETY: the caller promises `count` pieces.
    let pieces = unsafe { slice::from_raw_parts(pieces, count) };
    pieces.iter().map(|piece| write(descriptor, piece.start, piece.length)).sum()
}
