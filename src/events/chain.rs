//! Whether a certificate is PayPal's: its chain of issuers up to a trusted root, and its name.

use std::time::Duration;

use rustls_pki_types::{CertificateDer, DnsName, ServerName, TrustAnchor, UnixTime, pem::PemObject as _};
use webpki::{EndEntityCert, Error, KeyUsage, anchor_from_trusted_cert};

use super::rsa::{Key, RsaSha256};
use crate::{base::date::OffsetDateTime, platform::environment::Environment};

/// The longest certificate text that is read, in bytes. PayPal's have about 3 kB.
pub(crate) const MAX_PEM: usize = 64 * 1024;

/// The most certificates in one text: a chain has three or four.
const MAX_CERTIFICATES: usize = 8;

/// The names in PayPal's certificates, and the environment whose events each signs.
const NAMES: [(&str, Environment); 2] = [
    ("messageverificationcerts.paypal.com", Environment::Live),
    ("messageverificationcerts.sandbox.paypal.com", Environment::Sandbox),
];

/// The roots of PayPal's certificates: DigiCert's High Assurance EV Root CA for the old ones, and its Global Root G2
/// for those that it issues now. <https://www.digicert.com/kb/digicert-root-certificates.htm>
const ROOTS: [&[u8]; 2] = [
    include_bytes!("authorities/digicert-high-assurance-ev-root-ca.der"),
    include_bytes!("authorities/digicert-global-root-g2.der"),
];

/// The intermediates. PayPal serves only the certificate, without its issuers.
const INTERMEDIATES: [&[u8]; 2] = [
    include_bytes!("authorities/digicert-sha2-extended-validation-server-ca.der"),
    include_bytes!("authorities/digicert-ev-rsa-ca-g2.der"),
];

/// The key of a certificate that is PayPal's.
#[derive(Clone, Debug)]
pub(crate) struct Signer {
    /// The environment whose events it signs.
    pub environment: Environment,
    /// The key.
    pub key: Key,
}

/// Why a certificate is not trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CertificateError {
    /// The text holds no certificate, or one that cannot be read, or more than a chain has.
    Unreadable,
    /// The text is longer than [`MAX_PEM`].
    TooLarge,
    /// It, or one of its issuers, was no longer valid at the time.
    Expired,
    /// It, or one of its issuers, was not yet valid at the time.
    NotYetValid,
    /// It is not for the name in PayPal's certificates.
    WrongName,
    /// It has no trusted root: it is self-signed, or another authority's.
    UnknownIssuer,
    /// It, or one of its issuers, was not signed by the issuer that it names.
    BadSignature,
    /// Its key is not RSA with 2048 to 4096 bits.
    UnsuitableKey,
    /// It violates another rule for server certificates (RFC 5280): it is for another use, or was not signed by RSA
    /// over SHA-256, as all in PayPal's chains are.
    Unsuitable,
}

/// Reads a certificate in PEM (RFC 7468) and verifies that it is PayPal's and was valid at `time`. Further certificates
/// are taken for its issuers; text around them is ignored.
///
/// `authorities` are PEM texts of certificates that are trusted in addition to those compiled in: the self-signed ones
/// as roots, the others as intermediates. Unreadable ones are ignored. In live the name in the sandbox's certificates
/// is refused.
///
/// # Errors
/// If it is not, with the reason.
pub(crate) fn verify(
    pem: &[u8],
    authorities: &[String],
    time: OffsetDateTime,
    environment: Environment,
) -> Result<Signer, CertificateError> {
    let received = read(pem)?;
    let leaf = received.first().ok_or(CertificateError::Unreadable)?;
    let certificate = EndEntityCert::try_from(leaf).map_err(|_| CertificateError::Unreadable)?;

    let trusted: Vec<CertificateDer> = authorities.iter().flat_map(|pem| authorities_of(pem)).collect();
    let (mut roots, mut intermediates) = (ROOTS.map(CertificateDer::from).to_vec(), Vec::new());
    intermediates.extend(received[1..].iter().cloned());
    intermediates.extend(INTERMEDIATES.map(CertificateDer::from));
    for certificate in trusted {
        match is_self_issued(&certificate) {
            Some(true) => roots.push(certificate),
            Some(false) => intermediates.push(certificate),
            None => {}
        }
    }
    let anchors: Vec<TrustAnchor> = roots.iter().filter_map(|root| anchor_from_trusted_cert(root).ok()).collect();
    let seconds = u64::try_from(time.unix_timestamp()).map_err(|_| CertificateError::NotYetValid)?;
    let moment = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    certificate
        .verify_for_usage(&[&RsaSha256], &anchors, &intermediates, moment, KeyUsage::server_auth(), None, None)
        .map_err(|error| certificate_error(&error, certificate.issuer() == certificate.subject()))?;

    let is_for = |name: &str| {
        let name = DnsName::try_from_str(name).map(ServerName::DnsName);
        name.is_ok_and(|name| certificate.verify_is_valid_for_subject_name(&name).is_ok())
    };
    let counts = |of: Environment| of == environment || environment == Environment::Sandbox;
    let (_, signs) =
        NAMES.into_iter().find(|(name, of)| counts(*of) && is_for(name)).ok_or(CertificateError::WrongName)?;
    let key =
        Key::from_public_key_info(&certificate.subject_public_key_info()).ok_or(CertificateError::UnsuitableKey)?;
    Ok(Signer { environment: signs, key })
}

/// The certificates in an untrusted text.
fn read(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    if pem.len() > MAX_PEM {
        return Err(CertificateError::TooLarge);
    }
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).take(MAX_CERTIFICATES + 1).collect();
    match certificates {
        Ok(certificates) if certificates.len() <= MAX_CERTIFICATES => Ok(certificates),
        _ => Err(CertificateError::Unreadable),
    }
}

/// The readable certificates in a text from the platform.
fn authorities_of(pem: &str) -> impl Iterator<Item = CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(pem.as_bytes()).filter_map(Result::ok)
}

/// Whether a certificate names itself as its issuer; `None` if it cannot be read.
fn is_self_issued(certificate: &CertificateDer) -> Option<bool> {
    let certificate = EndEntityCert::try_from(certificate).ok()?;
    Some(certificate.issuer() == certificate.subject())
}

fn certificate_error(error: &Error, self_signed: bool) -> CertificateError {
    match error {
        Error::CertExpired { .. } => CertificateError::Expired,
        Error::CertNotValidYet { .. } => CertificateError::NotYetValid,
        Error::InvalidSignatureForPublicKey | Error::SignatureAlgorithmMismatch => CertificateError::BadSignature,
        Error::UnknownIssuer => CertificateError::UnknownIssuer,
        Error::CaUsedAsEndEntity if self_signed => CertificateError::UnknownIssuer,
        _ => CertificateError::Unsuitable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::date,
        events::samples::{ROOT, Sample, testdata},
    };

    const NOW: &str = "2030-01-01T00:00:00Z";

    fn check(pem: &[u8], time: &str, environment: Environment) -> Result<Environment, CertificateError> {
        // Unreadable certificates do not affect the others.
        let section = |text| format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n");
        let bundle = [&*section("AAAA"), &section("?"), "-----BEGIN", "\n", ROOT, "-----BEGIN X-----"].concat();
        let authorities = [String::new(), bundle, section("MIIB"), testdata("intermediate.pem")];
        verify(pem, &authorities, date::parse(time).unwrap(), environment).map(|signer| signer.environment)
    }

    fn own(name: &str) -> Result<Environment, CertificateError> {
        check(testdata(name).as_bytes(), NOW, Environment::Sandbox)
    }

    #[test]
    fn the_names_are_those_of_the_environments() {
        assert_eq!(own("leaf-sandbox.pem"), Ok(Environment::Sandbox));
        assert_eq!(own("leaf-live.pem"), Ok(Environment::Live));
        let live = |name| check(testdata(name).as_bytes(), NOW, Environment::Live);
        assert_eq!(live("leaf-live.pem"), Ok(Environment::Live));
        assert_eq!(live("leaf-sandbox.pem"), Err(CertificateError::WrongName));
    }

    #[test]
    fn every_error_has_its_name() {
        for (name, fault) in [
            ("leaf-other-name.pem", CertificateError::WrongName),
            ("leaf-client.pem", CertificateError::Unsuitable),
            ("leaf-sha1.pem", CertificateError::Unsuitable),
            ("leaf-sha384.pem", CertificateError::Unsuitable),
            ("leaf-1024.pem", CertificateError::UnsuitableKey),
            ("leaf-curve.pem", CertificateError::UnsuitableKey),
            ("leaf-forged.pem", CertificateError::BadSignature),
            ("self-signed.pem", CertificateError::UnknownIssuer),
            ("root.pem", CertificateError::UnknownIssuer),
            ("intermediate.pem", CertificateError::Unsuitable),
        ] {
            assert_eq!(own(name).unwrap_err(), fault, "{name}");
        }
        let leaf = testdata("leaf-sandbox.pem");
        let at = |time| check(leaf.as_bytes(), time, Environment::Sandbox).unwrap_err();
        assert_eq!(at("2020-01-01T00:00:00Z"), CertificateError::NotYetValid);
        assert_eq!(at("1960-01-01T00:00:00Z"), CertificateError::NotYetValid);
        assert_eq!(at("2300-01-01T00:00:00Z"), CertificateError::Expired);
        let none: [String; 0] = [];
        let unknown = verify(leaf.as_bytes(), &none, date::parse(NOW).unwrap(), Environment::Sandbox).unwrap_err();
        assert_eq!(unknown, CertificateError::UnknownIssuer);
    }

    #[test]
    fn issuers_may_come_along_but_roots_may_not() {
        let with = |more: &str, authorities: &[String]| {
            let pem = testdata("leaf-sandbox.pem") + more;
            let verified = verify(pem.as_bytes(), authorities, date::parse(NOW).unwrap(), Environment::Sandbox);
            verified.map(|signer| signer.environment)
        };
        let intermediate = testdata("intermediate.pem");
        assert_eq!(with(&intermediate, &[ROOT.to_owned()]), Ok(Environment::Sandbox));
        assert_eq!(with("", &[ROOT.to_owned()]), Err(CertificateError::UnknownIssuer));
        assert_eq!(with("", &[intermediate.clone() + ROOT]), Ok(Environment::Sandbox));
        assert_eq!(with(&(intermediate.clone() + ROOT), &[]), Err(CertificateError::UnknownIssuer));
        assert_eq!(with(&intermediate.repeat(MAX_CERTIFICATES), &[ROOT.to_owned()]), Err(CertificateError::Unreadable));
    }

    #[test]
    fn text_around_and_line_ends_do_not_matter() {
        let leaf = testdata("leaf-sandbox.pem");
        for pem in [leaf.replace('\n', "\r\n"), format!("subject=CN = x\n\n{leaf}\nthe end"), format!("\n\n{leaf}")] {
            assert_eq!(check(pem.as_bytes(), NOW, Environment::Sandbox), Ok(Environment::Sandbox), "{pem}");
        }
    }

    #[test]
    fn an_invalid_certificate_is_unreadable() {
        let leaf = testdata("leaf-sandbox.pem");
        let cut = &leaf[..leaf.len() / 2];
        let broken = leaf.replacen("MII", "MIJ", 1);
        for pem in ["", "<html></html>", cut, &broken, "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"] {
            assert_eq!(check(pem.as_bytes(), NOW, Environment::Sandbox), Err(CertificateError::Unreadable), "{pem}");
        }
        assert_eq!(check(&[0xff; 100], NOW, Environment::Sandbox), Err(CertificateError::Unreadable));
        let large = leaf + &" ".repeat(MAX_PEM);
        assert_eq!(check(&large.as_bytes()[..MAX_PEM], NOW, Environment::Sandbox), Ok(Environment::Sandbox));
        assert_eq!(check(large.as_bytes(), NOW, Environment::Sandbox), Err(CertificateError::TooLarge));
    }

    #[test]
    fn the_embedded_authorities_are_roots_and_intermediates() {
        assert!(ROOTS.iter().all(|root| is_self_issued(&CertificateDer::from(*root)) == Some(true)));
        assert!(INTERMEDIATES.iter().all(|it| is_self_issued(&CertificateDer::from(*it)) == Some(false)));
    }

    #[test]
    fn a_changed_certificate_never_counts() {
        let der = CertificateDer::from_pem_slice(testdata("leaf-sandbox.pem").as_bytes()).unwrap();
        for place in (0..der.len()).step_by(7) {
            let mut changed = der.to_vec();
            changed[place] ^= 1;
            let encoded = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, &changed);
            let pem = format!("-----BEGIN CERTIFICATE-----\n{encoded}\n-----END CERTIFICATE-----\n");
            assert!(check(pem.as_bytes(), NOW, Environment::Sandbox).is_err(), "{place}");
        }
    }

    #[test]
    fn paypal_s_own_count_at_their_time() {
        for sample in Sample::all() {
            let time = sample.header("PAYPAL-TRANSMISSION-TIME");
            let pem = sample.certificate();
            let at = |time, environment| {
                let verified = verify(&pem, &[], date::parse(time).unwrap(), environment);
                verified.map(|signer| signer.environment)
            };
            let of = if sample.is_simulated() { Environment::Live } else { Environment::Sandbox };
            assert_eq!(at(time, Environment::Sandbox), Ok(of), "{}", sample.name);
            let live = if sample.is_simulated() { Ok(Environment::Live) } else { Err(CertificateError::WrongName) };
            assert_eq!(at(time, Environment::Live), live, "{}", sample.name);
            assert_eq!(
                at("2026-01-01T00:00:00Z", Environment::Sandbox),
                Err(CertificateError::Expired),
                "{}",
                sample.name
            );
            assert_eq!(
                at("2013-12-01T00:00:00Z", Environment::Sandbox),
                Err(CertificateError::NotYetValid),
                "{}",
                sample.name
            );
        }
    }
}
