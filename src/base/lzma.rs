//! Data compressed by the build script.

use lzma_rust2::{LzmaReader, Read as _};

/// The content of a `.lzma` file; `None` if it is none. Takes up to twice as much memory meanwhile.
pub(crate) fn decompress(file: &[u8]) -> Option<Vec<u8>> {
    // Properties (a byte), size of the dictionary (four), length of the content (eight, little-endian), data.
    let (length, _) = file.get(5..)?.split_first_chunk()?;
    let mut content = vec![0; usize::try_from(u64::from_le_bytes(*length)).ok()?];
    LzmaReader::new_mem_limit(file, u32::MAX, None).ok()?.read_exact(&mut content).ok()?;
    Some(content)
}
