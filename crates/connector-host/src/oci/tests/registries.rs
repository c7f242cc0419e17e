//! Registries that lie, that never end, and that lead elsewhere.

use std::sync::Mutex;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, header};

use super::{COMPONENT, manifest_of, said, wrong_manifests};
use crate::{
    Secret,
    oci::{OciError, OciReference, RegistryLogin, digest::Digest},
    transport::{BoxFuture, Error, Timeouts, Transport, WasiBody, whole},
};

/// Answers by a function, and notes every request: its address, and its authorisation.
struct Fake<F> {
    answer: F,
    requests: Mutex<Vec<(String, Option<String>)>>,
}

type Canned = (StatusCode, Vec<(&'static str, String)>, Vec<u8>);

impl<F: Fn(&str, &HeaderMap) -> Canned + Send + Sync> Transport for Fake<F> {
    fn send(&self, request: Request<Bytes>, _: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>> {
        let address = request.uri().to_string();
        let authorization = request.headers().get(header::AUTHORIZATION);
        let authorization = authorization.map(|value| value.to_str().unwrap().to_owned());
        let (status, headers, body) = (self.answer)(&address, request.headers());
        self.requests.lock().unwrap().push((address, authorization));
        let mut response = Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(name, value);
        }
        Box::pin(async move { Ok(response.body(whole(body.into())).unwrap()) })
    }
}

type Requests = Vec<(String, Option<String>)>;

/// Reads `ghcr.io/a/b` with the login `me`, from a registry that answers so. Returns the requests besides.
async fn read_from(
    host: &str,
    manifest: &[u8],
    answer: impl Fn(&str, &HeaderMap) -> Canned + Send + Sync,
) -> (Result<Vec<u8>, OciError>, Requests) {
    let reference: OciReference = format!("oci://{host}/a/b@{}", Digest::of(manifest)).parse().unwrap();
    let fake = Fake { answer, requests: Mutex::default() };
    let login = RegistryLogin::new("me", Secret::new("hunter2".to_owned()));
    let read = reference.read(&fake, Some(&login)).await;
    (read, fake.requests.into_inner().unwrap())
}

fn ok(body: &[u8]) -> Canned {
    (StatusCode::OK, Vec::new(), body.to_vec())
}

fn status(status: u16) -> Canned {
    (StatusCode::from_u16(status).unwrap(), Vec::new(), b"hunter2".to_vec())
}

fn redirect(location: &str) -> Canned {
    (StatusCode::TEMPORARY_REDIRECT, vec![("location", location.to_owned())], Vec::new())
}

fn challenge(value: &str) -> Canned {
    (StatusCode::UNAUTHORIZED, vec![("www-authenticate", value.to_owned())], Vec::new())
}

fn manifest() -> Vec<u8> {
    manifest_of(COMPONENT).to_string().into_bytes()
}

#[tokio::test]
async fn the_layer_is_read_by_its_digest() {
    let (read, requests) = read_from("ghcr.io", &manifest(), |address, _| {
        if address.contains("/manifests/") { ok(&manifest()) } else { ok(COMPONENT) }
    })
    .await;
    assert_eq!(read.unwrap(), COMPONENT);
    let (named, layer) = (Digest::of(&manifest()), Digest::of(COMPONENT));
    // Nobody asked for the login.
    let plain = |address: String| (address, None);
    assert_eq!(
        requests,
        [
            plain(format!("https://ghcr.io/v2/a/b/manifests/{named}")),
            plain(format!("https://ghcr.io/v2/a/b/blobs/{layer}")),
        ]
    );
}

#[tokio::test]
async fn what_does_not_match_is_refused() {
    let huge = vec![b' '; 4 * 1024 * 1024 + 1];
    let mut other = manifest();
    other.push(b' ');
    for (served, reason) in [(&other, "has the digest sha256:"), (&huge, "sends more than 4194304 bytes")] {
        let (read, requests) = read_from("ghcr.io", &manifest(), |_, _| ok(served)).await;
        let said = said(read);
        assert!(said.contains(reason) && requests.len() == 1, "{said}");
    }
    let mut changed = COMPONENT.to_vec();
    changed[16] ^= 1;
    for (layer, reason) in [
        (&changed, "has the digest sha256:"),
        (&COMPONENT[..5].to_vec(), "has 5 bytes; the manifest says 17"),
        (&[COMPONENT, b"x"].concat(), "sends more than 17 bytes"),
    ] {
        let (read, _) = read_from("ghcr.io", &manifest(), |address, _| {
            if address.contains("/manifests/") { ok(&manifest()) } else { ok(layer) }
        })
        .await;
        let said = said(read);
        assert!(said.contains(reason), "{said}");
    }
    for (wrong, reason) in wrong_manifests() {
        let wrong = wrong.to_string().into_bytes();
        let (read, requests) = read_from("ghcr.io", &wrong, |_, _| ok(&wrong)).await;
        let said = said(read);
        assert!(said.contains(reason) && requests.len() == 1, "{said}");
    }
}

#[tokio::test]
async fn a_redirection_gets_no_login() {
    for (asked, authorization) in [
        (r#"Bearer realm="https://auth.ghcr.io/token",service="ghcr.io",scope="other""#, "Bearer t0ken"),
        (r#"Basic realm="x""#, "Basic bWU6aHVudGVyMg=="),
    ] {
        let (read, requests) = read_from("ghcr.io", &manifest(), |address, headers| match address {
            _ if address.starts_with("https://auth.ghcr.io/token") => ok(br#"{"token": "t0ken"}"#),
            _ if address.starts_with("https://cdn.example") => ok(COMPONENT),
            _ if !headers.contains_key(header::AUTHORIZATION) => challenge(asked),
            _ if address.contains("/manifests/") => ok(&manifest()),
            _ => redirect("https://cdn.example/x?signature=s"),
        })
        .await;
        assert_eq!(read.unwrap(), COMPONENT);
        for (address, sent) in requests.iter().skip(1) {
            let expected = match address {
                _ if address.starts_with("https://ghcr.io/v2/a/b/") => Some(authorization),
                // The scope that is needed, not the one that was asked for.
                _ if address == "https://auth.ghcr.io/token?scope=repository%3Aa%2Fb%3Apull&service=ghcr%2Eio" => {
                    Some("Basic bWU6aHVudGVyMg==")
                }
                _ => None,
            };
            assert_eq!(sent.as_deref(), expected, "{address}");
        }
        assert!(requests.iter().any(|(address, _)| address.starts_with("https://cdn.example")), "{requests:?}");
    }
}

#[tokio::test]
async fn a_registry_leads_nowhere_unsafe() {
    for location in [
        "http://ghcr.io/v2/a/b",
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:1/x",
        "https://me:hunter2@cdn.example/x",
        "file:///etc/passwd",
        "//cdn.example/x",
        "x y",
    ] {
        let (read, requests) = read_from("ghcr.io", &manifest(), |_, _| redirect(location)).await;
        let said = said(read);
        assert!(said.contains("is not https") || said.contains("an address that is none"), "{location}: {said}");
        assert_eq!(requests.len(), 1, "{location}");
        let realm = format!(r#"Bearer realm="{location}""#);
        let (read, requests) = read_from("ghcr.io", &manifest(), |_, _| challenge(&realm)).await;
        assert!(read.is_err() && requests.len() == 1, "{location}: {requests:?}");
    }
    let (read, requests) = read_from("ghcr.io", &manifest(), |_, _| redirect("/v2/again")).await;
    assert_eq!((said(read), requests.len()), ("the registry ghcr.io redirects more than 5 times".to_owned(), 6));
}

#[tokio::test]
async fn a_refusal_says_what_to_do_and_repeats_no_secret() {
    let token = r#"Bearer realm="https://auth.ghcr.io/token""#;
    let at_service = |answer: Canned| {
        move |address: &str, _: &HeaderMap| {
            if address.starts_with("https://auth") { answer.clone() } else { challenge(token) }
        }
    };
    for (answer, reason) in [
        (ok(br#"{"token": "a\nb"}"#), "gives a token that cannot be sent"),
        (ok(br#"{"token": ""}"#), "gives a token that cannot be sent"),
        (ok(b"hunter2"), "gives a token that cannot be sent"),
        (ok(&vec![b' '; 300_000]), "sends more than 262144 bytes"),
        (status(401), "gives no token for a/b: 401"),
        (ok(br#"{"access_token": "t"}"#), "does not give a/b, with the login: 401"),
    ] {
        let said = said(read_from("ghcr.io", &manifest(), at_service(answer)).await.0);
        assert!(said.contains(reason) && !said.contains("hunter2"), "{said}");
    }
    for (answer, reason) in [
        (status(404), "in a/b"),
        (status(403), "does not give a/b, with the login: 403"),
        (status(500), "answers 500"),
        (status(401), "asks for a login in a way that is not supported"),
        (challenge("Negotiate"), "asks for a login in a way that is not supported"),
        (challenge(r#"Bearer realm="#), "asks for a login in a way that is not supported"),
        ((StatusCode::FOUND, Vec::new(), Vec::new()), "does not say where to"),
    ] {
        let said = said(read_from("ghcr.io", &manifest(), |_, _| answer.clone()).await.0);
        assert!(said.contains(reason) && !said.contains("hunter2"), "{said}");
    }
}

#[tokio::test]
async fn plain_http_is_for_this_machine() {
    for (host, scheme) in [("127.0.0.1:5000", "http"), ("localhost", "http"), ("10.0.0.1:5000", "https")] {
        let (_, requests) = read_from(host, &manifest(), |_, _| status(404)).await;
        assert!(requests[0].0.starts_with(&format!("{scheme}://{host}/v2/")), "{requests:?}");
    }
}
