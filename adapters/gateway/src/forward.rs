//! Handing deliveries on to a consumer, signed as [Standard Webhooks](https://www.standardwebhooks.com) describes it.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use hmac::{Hmac, Mac as _};
use http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use sha2::{Digest as _, Sha256};

use crate::{authority, host::Host};

/// Where deliveries go, and what proves that they come from here.
pub(crate) struct Forward {
    pub(crate) url: Url,
    pub(crate) secret: Secret,
}

/// The consumer's URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Url {
    pub(crate) https: bool,
    /// Host and port.
    pub(crate) authority: String,
    pub(crate) path_and_query: String,
}

impl Url {
    /// Reads an `http` or `https` URL without a user and without a fragment.
    pub(crate) fn parse(url: &str) -> Option<Self> {
        let uri: Uri = url.trim().parse().ok().filter(|_| !url.contains('#'))?;
        let (https, port) = match uri.scheme_str()? {
            "https" => (true, 443),
            "http" => (false, 80),
            _ => return None,
        };
        let authority = authority::read(uri.authority()?.as_str(), &[port])?;
        let path_and_query = uri.path_and_query().map_or("/", |it| it.as_str()).to_owned();
        Some(Self { https, authority, path_and_query })
    }
}

/// The key that the consumer knows too.
pub(crate) struct Secret(Vec<u8>);

impl Secret {
    /// Reads `whsec_` with the base64 of 24 to 64 bytes.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64_STANDARD.decode(text.trim().strip_prefix("whsec_")?).ok()?;
        (24..=64).contains(&bytes.len()).then_some(Self(bytes))
    }

    /// Returns the signature of a message.
    fn sign(&self, id: &str, time: u64, document: &[u8]) -> Option<String> {
        // HMAC takes keys of any length.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(format!("{id}.{time}.").as_bytes());
        mac.update(document);
        Some(format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes())))
    }
}

impl Forward {
    /// Hands a document on. `id` is the same each time the same thing is delivered, so that the consumer can notice a repeat. The
    /// error says why it was not taken.
    pub(crate) fn hand_on(&self, host: &impl Host, id: Option<&str>, document: &[u8]) -> Result<(), String> {
        let id = message_id(id, document);
        let (time, mut headers) = (host.now(), HeaderMap::new());
        let signature = self.secret.sign(&id, time, document).ok_or("it cannot be signed")?;
        for (name, value) in [
            (header::CONTENT_TYPE, "application/json"),
            (header::CONTENT_LENGTH, &document.len().to_string()),
            (HeaderName::from_static("webhook-id"), &id),
            (HeaderName::from_static("webhook-timestamp"), &time.to_string()),
            (HeaderName::from_static("webhook-signature"), &signature),
        ] {
            headers.insert(name, HeaderValue::from_str(value).map_err(|_| "its id cannot be sent")?);
        }
        match host.post(&self.url, &headers, document) {
            Ok(200..=299) => Ok(()),
            Ok(status) => Err(format!("the consumer at GATEWAY_FORWARD_URL answered {status}")),
            Err(reason) => Err(format!("the consumer at GATEWAY_FORWARD_URL did not answer: {reason}")),
        }
    }
}

/// Returns the id of a message: the provider's, or a hash where that is none or would make the signed text ambiguous.
fn message_id(id: Option<&str>, document: &[u8]) -> String {
    let plain = |id: &&str| (1..=127).contains(&id.len()) && id.bytes().all(|it| it.is_ascii_graphic() && it != b'.');
    if let Some(id) = id.filter(plain) {
        return id.to_owned();
    }
    let digest = Sha256::digest(id.map_or(document, str::as_bytes));
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_standard_webhooks() {
        // The specification's example.
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signature.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_is_long_enough() {
        for text in
            ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa==", "whsec_é"]
        {
            assert!(Secret::parse(text).is_none(), "{text}");
        }
        assert!(Secret::parse(&format!("whsec_{}", BASE64_STANDARD.encode([7; 65]))).is_none());
        assert!(Secret::parse(&format!("whsec_{}", BASE64_STANDARD.encode([7; 64]))).is_some());
    }

    #[test]
    fn a_url_has_a_scheme_and_a_host() {
        let url = Url::parse("http://127.0.0.1:9000/hook?from=gateway").unwrap();
        assert_eq!(url.authority, "127.0.0.1:9000");
        assert_eq!((url.https, &*url.path_and_query), (false, "/hook?from=gateway"));
        assert_eq!(Url::parse("https://shop.example").unwrap().path_and_query, "/");
        assert_eq!(Url::parse("https://Shop.example:443").unwrap().authority, "shop.example");
        assert_eq!(Url::parse("https://shop.example:80").unwrap().authority, "shop.example:80");
        for url in [
            "",
            "/hook",
            "shop.example/hook",
            "ftp://shop.example",
            "https://u:p@shop.example",
            "https://*.example",
            "https://shop.example:99999",
            "https://shop.example:",
            "https://x/#y",
            "https://",
        ] {
            assert_eq!(Url::parse(url), None, "{url}");
        }
    }

    #[test]
    fn an_id_is_kept_if_it_can_be_signed() {
        assert_eq!(message_id(Some("WH-1:2"), b"a"), "WH-1:2");
        for id in [Some("a.b"), Some("a b"), Some("é"), Some(""), None] {
            let made = message_id(id, b"a");
            assert!(made.len() == 32 && made == message_id(id, b"a"), "{made}");
        }
        assert_ne!(message_id(None, b"a"), message_id(None, b"b"));
        assert_eq!(message_id(Some("a.b"), b"a"), message_id(Some("a.b"), b"b"));
    }
}
