//! Certificates in PEM.

use base64::{Engine as _, prelude::BASE64_STANDARD};

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// Returns the certificates of a text one by one. What is between them, such as a comment, is left out.
///
/// # Errors
/// If there is none, or one of them is broken: what is expected.
pub(super) fn read(text: &str) -> Result<Vec<String>, &'static str> {
    let mut certificates = Vec::new();
    for part in text.split(BEGIN).skip(1) {
        let (base64, _) =
            part.split_once(END).ok_or("must have a line `-----END CERTIFICATE-----` after each certificate")?;
        let compact: String = base64.split_whitespace().collect();
        if compact.is_empty() || BASE64_STANDARD.decode(compact).is_err() {
            return Err("must have certificates in base64");
        }
        certificates.push(format!("{BEGIN}{base64}{END}\n"));
    }
    if certificates.is_empty() {
        return Err("must be certificates in PEM: `-----BEGIN CERTIFICATE-----` and so on");
    }
    Ok(certificates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_are_found_one_by_one() {
        let one = format!("{BEGIN}\nAAAA\nBBBB\n{END}\n");
        let other = format!("{BEGIN}\nCCCC\n{END}\n");
        assert_eq!(read(&format!("# a root\n{one}\n{other}")), Ok(vec![one, other]));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "AAAA", &format!("{BEGIN}\nAAAA\n"), &format!("{BEGIN}\n{END}"), &format!("{BEGIN}\n!{END}")] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
