//! Checksums.

use crc::{CRC_32_ISO_HDLC, Crc};

/// CRC-32 as in zlib and PNG. One table of 1 KiB: faster ones take 16.
pub(crate) static CRC_32: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_checksum_of_zlib() {
        for (data, checksum) in [(&b""[..], 0), (b"123456789", 0xcbf4_3926), (b"{\"id\":\"WH-1\"}", 0x3201_9972)] {
            assert_eq!(CRC_32.checksum(data), checksum);
        }
    }
}
