//! QR codes as PNG images.

use qrcode::{Color, EcLevel, QrCode};

/// The white modules around a code that scanners need (ISO/IEC 18004, section 9.1).
const QUIET: usize = 4;

/// Draws a code that leads to a text, black on white and in the middle of an image of that many pixels. Returns `None` if
/// the text is too long for a code, or the code for the image.
pub(crate) fn png(text: &str, width: usize, height: usize) -> Option<Vec<u8>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let modules = code.width();
    let scale = width.min(height) / (modules + 2 * QUIET);
    if scale == 0 {
        return None;
    }
    let (left, top) = ((width - modules * scale) / 2, (height - modules * scale) / 2);
    let is_black = |x: usize, y: usize| {
        let module = |at: usize, from: usize| at.checked_sub(from).map(|at| at / scale).filter(|it| *it < modules);
        module(x, left).zip(module(y, top)).is_some_and(|(x, y)| code[(x, y)] == Color::Dark)
    };
    // A bit for each pixel, 1 for white; each row fills whole bytes.
    let mut rows = Vec::with_capacity(height * width.div_ceil(8));
    for y in 0..height {
        for first in (0..width).step_by(8) {
            let bit = |at: usize| u8::from(!is_black(first + at, y)) << (7 - at);
            rows.push((0..8).map(bit).sum());
        }
    }
    let mut image = Vec::new();
    let mut encoder = png::Encoder::new(&mut image, u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.write_header().ok()?.write_image_data(&rows).ok()?;
    Some(image)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// Reads an image back: its size, and the text of its code.
    fn read(image: Vec<u8>) -> ((u32, u32), String) {
        let mut reader = png::Decoder::new(Cursor::new(image)).read_info().unwrap();
        let mut rows = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut rows).unwrap();
        let (width, height) = (info.width as usize, info.height as usize);
        let bit = |x: usize, y: usize| rows[y * info.line_size + x / 8] >> (7 - x % 8) & 1;
        let mut picture = rqrr::PreparedImage::prepare_from_bitmap(width, height, |x, y| bit(x, y) == 0);
        let (_, text) = picture.detect_grids()[0].decode().unwrap();
        ((info.width, info.height), text)
    }

    #[test]
    fn a_code_leads_where_it_should_in_every_size() {
        let text = "https://www.sandbox.paypal.com/invoice/p/#7KQ4M2XR9DTH6WBE";
        for (width, height) in [(150, 150), (500, 500), (203, 151), (150, 499)] {
            let image = png(text, width, height).unwrap();
            assert_eq!(read(image), ((width as u32, height as u32), text.to_owned()));
        }
        assert_eq!(png(&"x".repeat(3000), 500, 500), None);
        assert_eq!(png(&"x".repeat(500), 50, 50), None);
    }
}
