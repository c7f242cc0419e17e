use super::*;
use encoding_rs::REPLACEMENT;

/// Labels of all encodings, and the decoders of theirs.
fn decoders() -> Vec<Decoder> {
    let others =
        ["utf-8", "utf-16be", "utf-16le", "x-user-defined", "windows-1252", "gbk", "gb18030", "big5", "euc-kr"];
    let labels = SINGLE_BYTE.iter().chain(&others).chain(&["shift_jis", "euc-jp", "iso-2022-jp"]);
    labels.map(|label| Decoder::new(Encoding::for_label(label.as_bytes()).unwrap())).collect()
}

#[track_caller]
fn check(decoder: &Decoder, bytes: &[u8]) {
    let (expected, _) = decoder.encoding.decode_without_bom_handling(bytes);
    assert_eq!(decoder.decode(bytes), expected, "{}: {bytes:x?}", decoder.encoding.name());
}

#[test]
fn there_is_a_decoder_for_every_encoding() {
    // What the standard has, but for `replacement`.
    assert_eq!(decoders().len(), 39);
    assert!(decoders().iter().all(|decoder| decoder.encoding != REPLACEMENT));
    for decoder in decoders() {
        let is_named = SINGLE_BYTE.contains(&decoder.encoding.name());
        assert_eq!(
            is_named,
            decoder.encoding.is_single_byte() && ![WINDOWS_1252, X_USER_DEFINED].contains(&decoder.encoding)
        );
    }
}

#[test]
fn all_pairs_of_bytes_are_decoded_as_by_encoding_rs() {
    for decoder in decoders() {
        for first in 0..=0xff {
            check(&decoder, &[first]);
            for second in 0..=0xff {
                check(&decoder, &[first, second]);
                check(&decoder, &[first, second, b'a']);
            }
        }
    }
}

#[test]
fn all_characters_of_three_and_four_bytes_are_decoded_as_by_encoding_rs() {
    let of = |encoding: &'static Encoding| Decoder::new(encoding);
    let (euc_jp, gb18030, iso_2022_jp) = (of(EUC_JP), of(GB18030), of(ISO_2022_JP));
    for first in 0..=0xff {
        for second in 0..=0xff {
            check(&euc_jp, &[0x8f, first, second]);
            check(&iso_2022_jp, &[0x1b, b'$', b'B', first, second]);
            check(&iso_2022_jp, &[0x1b, b'(', b'I', first, second]);
            check(&iso_2022_jp, &[0x1b, b'(', b'J', first, second]);
        }
    }
    for lead in 0x81..=0xfe {
        for second in 0x30..=0x39 {
            // A long text at once: each takes a while.
            let all: Vec<u8> = (0x81..=0xfe)
                .flat_map(|third| (0x30..=0x39).map(move |fourth| [lead, second, third, fourth]))
                .flatten()
                .collect();
            check(&gb18030, &all);
        }
    }
}

#[test]
fn what_is_cut_off_or_mixed_up_is_decoded_as_by_encoding_rs() {
    // Bytes of which the encodings' states depend.
    const BYTES: [u8; 26] = [
        0x1b, b'(', b'$', b'B', b'J', b'I', b'@', b'a', 0x00, 0x0e, 0x21, 0x30, 0x39, 0x5c, 0x7e, 0x7f, 0x80, 0x81,
        0x8e, 0x8f, 0xa1, 0xd8, 0xdc, 0xf0, 0xfe, 0xff,
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    for decoder in decoders() {
        for _ in 0..20_000 {
            let length = random(12);
            let bytes: Vec<u8> = (0..length).map(|_| BYTES[random(BYTES.len())]).collect();
            check(&decoder, &bytes);
        }
    }
}
