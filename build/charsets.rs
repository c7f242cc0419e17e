//! Generates the tables of character encodings, from `encoding_rs`: those of its own, made for speed, take twice the bytes.

use std::fmt::Write as _;

use anyhow::{Context, Result};
use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, SHIFT_JIS, WINDOWS_1252};

/// The encodings with a byte per character, besides windows-1252.
const SINGLE_BYTE: [&str; 27] = [
    "IBM866",
    "ISO-8859-2",
    "ISO-8859-3",
    "ISO-8859-4",
    "ISO-8859-5",
    "ISO-8859-6",
    "ISO-8859-7",
    "ISO-8859-8",
    "ISO-8859-8-I",
    "ISO-8859-10",
    "ISO-8859-13",
    "ISO-8859-14",
    "ISO-8859-15",
    "ISO-8859-16",
    "KOI8-R",
    "KOI8-U",
    "macintosh",
    "windows-874",
    "windows-1250",
    "windows-1251",
    "windows-1253",
    "windows-1254",
    "windows-1255",
    "windows-1256",
    "windows-1257",
    "windows-1258",
    "x-mac-cyrillic",
];

/// The source of constants that say where each table begins, and the tables: code points without their plane, 0 for none; all
/// high bytes, then all low bytes, then the planes of Big5, which compresses best.
pub(crate) fn generate() -> Result<(String, Vec<u8>)> {
    let mut points: Vec<u32> = Vec::new();
    let mut source = String::new();
    let high: Vec<u32> = (0x80..=0xff).map(|byte| point(WINDOWS_1252, &[byte])).collect();
    writeln!(source, "pub(super) static WINDOWS_1252: [u16; 128] = {high:?};")?;
    for name in SINGLE_BYTE {
        let encoding = Encoding::for_label(name.as_bytes()).with_context(|| format!("no encoding {name}"))?;
        points.extend((0x80..=0xff).map(|byte| point(encoding, &[byte])));
    }
    writeln!(source, "pub(super) static SINGLE_BYTE: [&str; {}] = {SINGLE_BYTE:?};", SINGLE_BYTE.len())?;
    let mut start = |name: &str, points: &[u32]| writeln!(source, "pub(super) const {name}: usize = {};", points.len());

    start("JIS0208", &points)?;
    let trail = |column: u8| column + if column < 0x3f { 0x40 } else { 0x41 };
    for pointer in 0..120 * 94_u32 {
        let lead = (pointer / 188) as u8;
        let bytes = [lead + if lead < 0x1f { 0x81 } else { 0xc1 }, trail((pointer % 188) as u8)];
        // Those for private use are computed.
        points.push(if (8836..=10715).contains(&pointer) { 0 } else { point(SHIFT_JIS, &bytes) });
    }
    start("JIS0212", &points)?;
    points.extend(plane(0xa1, 94, |column| column + 0xa1).map(|[lead, trail]| point(EUC_JP, &[0x8f, lead, trail])));
    start("GBK", &points)?;
    points.extend(plane(0x81, 190, trail).map(|bytes| point(GBK, &bytes)));
    start("EUC_KR", &points)?;
    points.extend(plane(0x81, 190, |column| column + 0x41).map(|bytes| point(EUC_KR, &bytes)));
    start("BIG5", &points)?;
    points
        .extend(plane(0x81, 157, |column| column + if column < 0x3f { 0x40 } else { 0x62 }).map(|it| point(BIG5, &it)));
    let big5 = points.len() - 126 * 157;
    start("RANGES", &points)?;
    // Where the difference between number and code point changes.
    let mut difference = None;
    for pointer in 0..39_420_u32 {
        let bytes = [pointer / 12_600, pointer / 1_260 % 10, pointer / 10 % 126, pointer % 10];
        let bytes = [bytes[0] as u8 + 0x81, bytes[1] as u8 + 0x30, bytes[2] as u8 + 0x81, bytes[3] as u8 + 0x30];
        let point = point(GB18030, &bytes);
        if difference != Some(point.wrapping_sub(pointer)) {
            difference = Some(point.wrapping_sub(pointer));
            points.extend([pointer, point]);
        }
    }
    start("END", &points)?;

    let high = points.iter().map(|point| (point >> 8) as u8);
    let low = points.iter().map(|point| *point as u8);
    let planes = points[big5..big5 + 126 * 157].iter().map(|point| (point >> 16) as u8);
    Ok((source, high.chain(low).chain(planes).collect()))
}

/// All pairs of bytes, by lead up to 0xFE and by column.
fn plane(first: u8, columns: u8, trail: impl Fn(u8) -> u8) -> impl Iterator<Item = [u8; 2]> {
    (first..=0xfe).flat_map(move |lead| (0..columns).map(|column| [lead, trail(column)]).collect::<Vec<_>>())
}

/// The code point of these bytes, or 0 if they have none or several.
fn point(encoding: &'static Encoding, bytes: &[u8]) -> u32 {
    let (text, is_bad) = encoding.decode_without_bom_handling(bytes);
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(character), None) if !is_bad => character.into(),
        _ => 0,
    }
}
