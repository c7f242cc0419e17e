//! Checkpoints: one that is read is written so that it reads the same. The input is the text, or its bytes without the
//! checksum, which a fuzzer would hardly find.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};

use super::input::text;
use crate::{actions::changes::checkpoint::Checkpoint, base::checksum::CRC_32};

pub(super) fn run(input: &[u8]) {
    if let Some(text) = text(input) {
        check(text);
    }
    let with_checksum = [input, &CRC_32.checksum(input).to_be_bytes()].concat();
    check(&BASE64_URL_SAFE_NO_PAD.encode(with_checksum));
}

fn check(text: &str) {
    let Some(checkpoint) = Checkpoint::parse(text) else { return };
    let written = checkpoint.to_text();
    assert_eq!(Checkpoint::parse(&written).as_ref(), Some(&checkpoint), "{text}");
    assert!(written.len() <= text.len(), "{text}");
}
