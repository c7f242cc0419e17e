//! The certificates that webhook events are signed under, kept for as long as PayPal says.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{HeaderMap, Uri, header};

/// The most that is read of a certificate, in bytes. PayPal's have 3 KiB.
pub(super) const MOST: usize = 64 * 1024;

/// The longest that one is kept, whatever PayPal says.
const LONGEST: Duration = Duration::from_secs(86_400);

/// How many are kept. PayPal signs under one or two at a time.
const KEPT: usize = 32;

/// A cache that all calls share. Clones are the same.
#[derive(Clone, Default)]
pub(crate) struct Certificates(Arc<Mutex<HashMap<Uri, Kept>>>);

struct Kept {
    pem: Bytes,
    until: Instant,
}

impl Certificates {
    pub(super) fn get(&self, uri: &Uri, now: Instant) -> Option<Bytes> {
        self.kept().get(uri).filter(|kept| now < kept.until).map(|kept| kept.pem.clone())
    }

    /// Keeps an answer for as long as its `Cache-Control` allows, if it is a certificate: a page that says sorry is read
    /// again.
    pub(super) fn keep(&self, uri: &Uri, headers: &HeaderMap, pem: &Bytes, now: Instant) {
        let Some(age) = max_age(headers).filter(|_| pem.trim_ascii_start().starts_with(b"-----BEGIN CERTIFICATE-----"))
        else {
            return;
        };
        let mut kept = self.kept();
        kept.retain(|_, it| now < it.until);
        if kept.len() >= KEPT
            && let Some(first) = kept.iter().min_by_key(|(_, it)| it.until).map(|(uri, _)| uri.clone())
        {
            kept.remove(&first);
        }
        kept.insert(uri.clone(), Kept { pem: pem.clone(), until: now + age.min(LONGEST) });
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<Uri, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `max-age` (RFC 9111 section 5.2.2.1), unless the answer is not to be stored or not to be used again unasked.
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let fields = headers.get_all(header::CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let directives: Vec<String> =
        fields.flat_map(|field| field.split(',')).map(|it| it.trim().to_ascii_lowercase()).collect();
    if directives.iter().any(|it| it == "no-store" || it == "no-cache") {
        return None;
    }
    let age = directives.iter().find_map(|it| it.strip_prefix("max-age="))?;
    age.trim_matches('"').parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(cache_control: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::CACHE_CONTROL, cache_control.parse().unwrap())])
    }

    #[test]
    fn a_certificate_is_kept_as_long_as_it_may_be() {
        let pem = Bytes::from_static(b"-----BEGIN CERTIFICATE-----\r\nx");
        let uri = Uri::from_static("https://api.paypal.com/v1/notifications/certs/CERT-1");
        let now = Instant::now();
        let later = |seconds| now + Duration::from_secs(seconds);
        for (cache_control, seconds) in [
            ("public,max-age=86400", 86_400),
            ("Public, Max-Age=60", 60),
            ("max-age=99999999", 86_400),
            ("max-age=0", 0),
            ("no-store, max-age=60", 0),
            ("no-cache", 0),
            ("public", 0),
            ("max-age=soon", 0),
        ] {
            let certificates = Certificates::default();
            certificates.keep(&uri, &headers(cache_control), &pem, now);
            let last = later(seconds).checked_sub(Duration::from_millis(1)).filter(|_| seconds > 0);
            assert_eq!(last.and_then(|last| certificates.get(&uri, last)).is_some(), seconds > 0, "{cache_control}");
            assert_eq!(certificates.get(&uri, later(seconds)), None, "{cache_control}");
        }
    }

    #[test]
    fn only_certificates_are_kept_and_not_too_many() {
        let now = Instant::now();
        let certificates = Certificates::default();
        let uri = |number| format!("https://api.paypal.com/v1/notifications/certs/CERT-{number}").parse().unwrap();
        certificates.keep(&uri(0), &headers("max-age=60"), &Bytes::from_static(b"<html>sorry</html>"), now);
        assert_eq!(certificates.get(&uri(0), now), None);
        let pem = Bytes::from_static(b"-----BEGIN CERTIFICATE-----");
        for number in 0..100_u64 {
            certificates.keep(&uri(number), &headers(&format!("max-age={}", number + 60)), &pem, now);
        }
        let left = (0..100).filter(|number| certificates.get(&uri(*number), now).is_some());
        assert_eq!(left.collect::<Vec<_>>(), (68..100).collect::<Vec<_>>());
    }
}
