//! Webhook deliveries: only PayPal's certificates are fetched, and only valid ids become ids.

use super::{
    credits,
    input::{first_line, text},
};
use crate::{
    base::document::{Document, Json},
    events::{
        certificate::CertificateUrl,
        claim::Claim,
        credits as of_event,
        delivery::Delivery,
        event::{Event, text_of},
        payer,
        rsa::Key,
    },
    platform::environment::Environment,
};

/// Header fields on a line each, an empty line, and the body.
pub(super) fn delivery(input: &[u8]) {
    let mut rest = input;
    let mut headers = Vec::new();
    loop {
        let (line, after) = first_line(rest);
        rest = after;
        let Some(pair) = text(line).and_then(|line| line.split_once(':')) else { break };
        headers.push(pair);
    }
    let Ok(delivery) = Delivery::read(&headers, rest) else { return };
    let fields = [delivery.id, delivery.time, delivery.signature, delivery.certificate_url, delivery.algorithm];
    for field in fields {
        assert!(!field.is_empty() && !field.contains('|') && !field.chars().any(char::is_control), "{field:?}");
        assert!(headers.iter().any(|(_, value)| value.trim_matches([' ', '\t']) == field));
    }
    // Repeated headers must have the same value.
    for (name, value) in &headers {
        let says_url = name.eq_ignore_ascii_case("paypal-cert-url");
        assert!(!says_url || value.trim_matches([' ', '\t']) == delivery.certificate_url, "two addresses");
    }
    for environment in [Environment::Sandbox, Environment::Live] {
        if let Ok(claim) = Claim::read(&delivery, environment) {
            assert_url(delivery.certificate_url, &claim.url);
            assert!(environment == Environment::Sandbox || claim.url.environment == Environment::Live);
            assert_eq!(claim.text.as_bytes(), rest);
            assert!(Json::parse(claim.text).is_ok_and(Json::is_object));
            assert!(claim.verify(b"-----BEGIN CERTIFICATE-----\n", &[], "5GP028458E2496506").is_err());
        }
    }
}

/// The URL of a certificate.
pub(super) fn certificate_url(input: &[u8]) {
    let Some(text) = text(input) else { return };
    if let Some(url) = CertificateUrl::parse(text) {
        assert_url(text, &url);
    }
}

/// The public key of a certificate, in DER: it has one form.
pub(super) fn public_key(input: &[u8]) {
    if Key::from_public_key_info(input).is_some() {
        assert!(Key::from_public_key_info(&input[1..]).is_none(), "a key within a key");
        assert!(Key::from_public_key_info(&[input, &[0]].concat()).is_none(), "more than a key");
        let modulus = input.len().checked_sub(30).map_or(0, |most| 8 * most);
        assert!((2048..4096 + 256).contains(&modulus), "{} bytes", input.len());
    }
}

fn assert_url(text: &str, url: &CertificateUrl) {
    assert!(format!("https://{}{}", url.authority, url.path).eq_ignore_ascii_case(text), "{text} is another address");
    assert!(url.authority.ends_with(".paypal.com"));
    assert_eq!(url.authority.contains(".sandbox."), url.environment == Environment::Sandbox);
    let name = url.path.strip_prefix("/v1/notifications/certs/CERT-");
    let is_name = |name: &str| {
        (1..=100).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    assert!(name.is_some_and(is_name), "{text} is no certificate's");
}

/// The body of a delivery.
pub(super) fn event(input: &[u8]) {
    let taken = text_of(input);
    let Some(event) = text(input).and_then(Event::parse) else {
        assert_eq!(taken, None, "a body may be an event and is not read");
        return;
    };
    let is_id = |id: &str| (1..=127).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    let subject = event.subject();
    let related = event.related();
    for it in related.iter().chain(&subject) {
        assert!(is_id(it.id), "{:?} is an id", it.id);
        assert_eq!(it.name().matches(|it: char| it.is_whitespace()).count(), 0);
    }
    let mut kinds: Vec<_> = related.iter().map(|it| it.kind.as_str()).collect();
    kinds.sort_unstable();
    assert!(kinds.windows(2).all(|pair| pair[0] != pair[1]), "two of a kind");
    assert!(event.time().is_none_or(|time| crate::base::date::parse(&time).is_some()));
    credits::check(&of_event::credits(&event, false));
    let ids = payer::owners(&event).into_iter().flat_map(|(one, other)| [one, other]);
    assert!(ids.chain(payer::payer(&event).map(|(id, _)| id)).all(is_id), "an owner without an id");
    let json = event.to_json();
    let Ok(read) = Json::parse(&json) else { panic!("{json} is no JSON") };
    let raw = read.get("raw").map(Json::as_str);
    let sent = text(input).map(|it| it.trim_matches([' ', '\t', '\r', '\n']));
    assert_eq!(raw, sent, "the event is not what was sent");
    let id = read.get("subject").and_then(|it| it.get("id")).and_then(Json::text);
    assert_eq!(id.as_deref(), subject.map(|it| it.id));
    // By the whole's own tree.
    if let Some(Ok(document)) = text(input).map(Document::parse) {
        let kind = document.get("event_type").and_then(Document::as_text).filter(|it| !it.is_empty());
        assert_eq!(event.event_type(), kind);
    }
    assert!(json.len() <= 3 * input.len() + 8_000);
}
