//! A cache for the certificates of webhook events, within bounds. Each is fetched once for all that wait. A failed
//! fetch is remembered for a while, as anybody can send a delivery that names any address of a certificate.

mod answer;
mod error;
mod fetch;
mod flights;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{HeaderMap, Uri, header};

use crate::transport::digits;

use answer::Answer;
pub use error::CertificateError;
use flights::{Flight, Flights};

/// The limit of a certificate, in bytes. PayPal's have 3 KiB.
pub(super) const MOST: usize = 64 * 1024;

/// The longest time to keep one, whatever PayPal says.
const LONGEST: Duration = Duration::from_secs(86_400);

/// The shortest time, whatever PayPal says: an address always names the same certificate, and fetching it for each
/// delivery would soon use up the connection's allowance.
const SHORTEST: Duration = Duration::from_secs(60);

/// How many are kept. PayPal uses one or two at a time.
const KEPT: usize = 32;

/// How long to remember that there is none at an address.
const ABSENT: Duration = Duration::from_secs(60);

/// The same after a temporary error, such as a 503 or a broken connection.
const FAILED: Duration = Duration::from_secs(10);

/// How many addresses to remember.
const MISSING: usize = 256;

/// The cache that all calls share. Clones share it too.
#[derive(Clone, Default)]
pub(crate) struct Certificates(Arc<Shared>);

#[derive(Default)]
struct Shared {
    kept: Mutex<HashMap<Uri, Entry<Bytes>>>,
    missing: Mutex<HashMap<Uri, Entry<Answer>>>,
    flights: Flights,
}

struct Entry<T> {
    value: T,
    until: Instant,
}

impl Certificates {
    /// Returns a certificate that is kept.
    pub(super) fn get(&self, uri: &Uri, now: Instant) -> Option<Bytes> {
        live(&lock(&self.0.kept), uri, now)
    }

    /// Returns whether there was a certificate at an address, even if it has expired. This recognises PayPal's own
    /// addresses among random ones.
    fn is_familiar(&self, uri: &Uri) -> bool {
        lock(&self.0.kept).contains_key(uri)
    }

    /// Returns the result of a failed fetch.
    fn missing(&self, uri: &Uri, now: Instant) -> Option<Answer> {
        live(&lock(&self.0.missing), uri, now)
    }

    /// Returns the fetch of an address; there is one at a time.
    fn flight(&self, uri: &Uri) -> Flight {
        self.0.flights.of(uri)
    }

    /// Keeps a certificate for as long as its `Cache-Control` says, from [`SHORTEST`] to [`LONGEST`].
    pub(super) fn keep(&self, uri: &Uri, headers: &HeaderMap, pem: &Bytes, now: Instant) {
        let age = max_age(headers).unwrap_or_default().clamp(SHORTEST, LONGEST);
        // Expired ones stay, as familiar addresses, until their room is needed.
        insert(&mut lock(&self.0.kept), KEPT, uri, pem.clone(), now, age);
    }

    /// Remembers a failed fetch. Of a page that is not a certificate only the beginning is needed.
    fn miss(&self, uri: &Uri, answer: Answer, now: Instant) {
        let time = if answer.passes() { FAILED } else { ABSENT };
        let answer = match answer {
            Answer::Served(status, body) => Answer::Served(status, Bytes::copy_from_slice(&body[..body.len().min(64)])),
            failed @ Answer::Failed(_) => failed,
        };
        let mut missing = lock(&self.0.missing);
        missing.retain(|_, entry| now < entry.until);
        insert(&mut missing, MISSING, uri, answer, now, time);
    }
}

fn lock<T>(entries: &Mutex<T>) -> MutexGuard<'_, T> {
    entries.lock().unwrap_or_else(PoisonError::into_inner)
}

fn live<T: Clone>(entries: &HashMap<Uri, Entry<T>>, uri: &Uri, now: Instant) -> Option<T> {
    entries.get(uri).filter(|entry| now < entry.until).map(|entry| entry.value.clone())
}

/// Inserts an entry. If there are too many, removes the one that expires first.
fn insert<T>(entries: &mut HashMap<Uri, Entry<T>>, most: usize, uri: &Uri, value: T, now: Instant, time: Duration) {
    if entries.len() >= most
        && !entries.contains_key(uri)
        && let Some(first) = entries.iter().min_by_key(|(_, entry)| entry.until).map(|(uri, _)| uri.clone())
    {
        entries.remove(&first);
    }
    entries.insert(uri.clone(), Entry { value, until: now + time });
}

/// Returns `max-age` (RFC 9111 section 5.2.2.1), unless the response must not be stored or reused.
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let fields = headers.get_all(header::CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let directives: Vec<String> =
        fields.flat_map(|field| field.split(',')).map(|it| it.trim().to_ascii_lowercase()).collect();
    if directives.iter().any(|it| it == "no-store" || it == "no-cache") {
        return None;
    }
    let age = directives.iter().find_map(|it| it.strip_prefix("max-age="))?;
    digits::number(age.trim_matches('"')).map(Duration::from_secs)
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
            ("Public, Max-Age=61", 61),
            ("max-age=99999999", 86_400),
            ("max-age=99999999999999999999999", 86_400),
            ("max-age=0", 60),
            ("no-store, max-age=3600", 60),
            ("no-cache", 60),
            ("public", 60),
            ("max-age=soon", 60),
            ("max-age=-1", 60),
            ("max-age=+99", 60),
        ] {
            let certificates = Certificates::default();
            certificates.keep(&uri, &headers(cache_control), &pem, now);
            let last = later(seconds).checked_sub(Duration::from_millis(1)).unwrap();
            assert_eq!(certificates.get(&uri, last).as_ref(), Some(&pem), "{cache_control}");
            assert_eq!(certificates.get(&uri, later(seconds)), None, "{cache_control}");
        }
    }

    #[test]
    fn not_too_many_are_kept() {
        let now = Instant::now();
        let certificates = Certificates::default();
        let uri = |number| format!("https://api.paypal.com/v1/notifications/certs/CERT-{number}").parse().unwrap();
        let pem = Bytes::from_static(b"-----BEGIN CERTIFICATE-----");
        for number in 0..100_u64 {
            certificates.keep(&uri(number), &headers(&format!("max-age={}", number + 60)), &pem, now);
        }
        let left = (0..100).filter(|number| certificates.get(&uri(*number), now).is_some());
        assert_eq!(left.collect::<Vec<_>>(), (68..100).collect::<Vec<_>>());
    }

    #[test]
    fn where_there_was_none_is_known_for_a_while() {
        let now = Instant::now();
        let certificates = Certificates::default();
        let uri: Uri = "https://api.paypal.com/v1/notifications/certs/CERT-1".parse().unwrap();
        let served = |status: u16, body: &'static str| {
            Answer::Served(http::StatusCode::from_u16(status).unwrap(), Bytes::from_static(body.as_bytes()))
        };
        for (answer, time) in [
            (served(404, ""), ABSENT),
            (served(301, ""), ABSENT),
            (served(200, "<html>sorry</html>"), ABSENT),
            (Answer::Failed(answer::Fault::TooLarge), ABSENT),
            (served(503, ""), FAILED),
            (served(429, ""), FAILED),
            (Answer::Failed(answer::Fault::TimedOut), FAILED),
            (Answer::Failed(answer::Fault::Broken), FAILED),
        ] {
            assert!(!answer.is_certificate());
            certificates.miss(&uri, answer.clone(), now);
            let last = now + time.checked_sub(Duration::from_millis(1)).unwrap();
            let known = certificates.missing(&uri, last).unwrap();
            assert_eq!(format!("{known:?}"), format!("{answer:?}"));
            assert!(certificates.missing(&uri, now + time).is_none(), "{answer:?}");
            assert!(certificates.get(&uri, now).is_none());
        }
        assert!(served(200, "\n-----BEGIN CERTIFICATE-----\n").is_certificate());
        let other =
            |number: usize| format!("https://api.paypal.com/v1/notifications/certs/CERT-{number}").parse().unwrap();
        for number in 0..10 * MISSING {
            certificates.miss(&other(number), served(404, ""), now);
        }
        let known = (0..10 * MISSING).filter(|number| certificates.missing(&other(*number), now).is_some());
        assert_eq!(known.count(), MISSING);
    }
}
