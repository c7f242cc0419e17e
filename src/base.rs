//! Code that is independent of PayPal: JSON documents and pointers into them, dates, decimals, checksums, spelling.

pub(crate) mod checksum;
pub(crate) mod date;
pub(crate) mod decimal;
pub(crate) mod document;
pub(crate) mod lzma;
pub(crate) mod pointer;
pub(crate) mod random;
pub(crate) mod spelling;
