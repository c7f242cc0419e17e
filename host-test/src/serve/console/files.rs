//! The files of the pages.

use std::{fmt::Write as _, sync::LazyLock};

use sha2::{Digest as _, Sha256};

/// All files, ordered by path.
pub(super) const ALL: &[(&str, &[u8])] = &include!(concat!(env!("OUT_DIR"), "/console.rs"));

/// The version of the files: the begin of a digest of them all.
pub(super) static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut digest = Sha256::new();
    for (path, bytes) in ALL {
        // With its length, so that nothing moves from one file to the next unseen.
        digest.update(path.len().to_le_bytes());
        digest.update(path);
        digest.update(bytes.len().to_le_bytes());
        digest.update(bytes);
    }
    digest.finalize().iter().take(8).fold(String::new(), |mut text, byte| {
        // A text takes everything.
        _ = write!(text, "{byte:02x}");
        text
    })
});

/// Returns a file.
pub(super) fn find(path: &str) -> Option<&'static [u8]> {
    let at = ALL.binary_search_by(|(name, _)| (*name).cmp(path)).ok()?;
    ALL.get(at).map(|(_, bytes)| *bytes)
}

/// Returns a file's media type, by the end of its name.
pub(super) fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, end)| end) {
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    }
}
