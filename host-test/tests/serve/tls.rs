//! TLS and proxies.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::Arc,
};

use rcgen::{CertificateParams, KeyPair};
use serde_json::Value;
use tokio_rustls::rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned, crypto::ring, pki_types::CertificateDer,
};

use crate::{
    service::{Data, Service},
    wire::{Answer, send},
};

#[test]
fn it_speaks_tls_with_the_given_certificate() {
    let data = Data::new();
    let directory = data.path();
    fs::create_dir_all(&directory).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["pay.example".to_owned()]).unwrap().self_signed(&key).unwrap();
    let (chain, private) = (directory.join("chain.pem"), directory.join("private.pem"));
    fs::write(&chain, certificate.pem()).unwrap();
    fs::write(&private, key.serialize_pem()).unwrap();
    let arguments = ["--listen", "127.0.0.1:0", "--host", "pay.example", "--tls-certificates", chain.to_str().unwrap()];
    let arguments = [&arguments[..], &["--tls-key", private.to_str().unwrap()]].concat();
    let service = Service::start_in(data.clone(), &arguments);
    assert!(
        service.link.starts_with(&format!("https://pay.example:{}/sign-in", service.address.port())),
        "{}",
        service.link
    );
    let ask = |request: &str| {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(certificate.der().to_vec())).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = ClientConnection::new(Arc::new(config), "pay.example".try_into().unwrap()).unwrap();
        let mut stream = StreamOwned::new(client, TcpStream::connect(service.address).unwrap());
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        Answer::read(&answer)
    };
    let own = "HTTP/1.1\r\nhost: pay.example\r\nconnection: close\r\n";
    let get = |target: &str, headers: &str| ask(&format!("GET {target} {own}{headers}\r\n"));
    assert_eq!(get("/healthz", "").status, 200);
    assert_eq!(get("/healthz", "origin: http://pay.example\r\n").status, 403, "another origin");
    assert_eq!(get("/healthz", "origin: https://pay.example\r\n").status, 200);
    let body = format!("{{\"token\": \"{}\"}}", service.token());
    let head = format!("{own}content-type: application/json\r\ncontent-length: {}\r\n", body.len());
    let signed = ask(&format!("POST /v1/session {head}\r\n{body}"));
    let cookie = signed.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-") && cookie.contains("; Secure"), "{cookie}");
    // Without TLS there is nothing.
    let mut plain = TcpStream::connect(service.address).unwrap();
    plain.write_all(b"GET /healthz HTTP/1.1\r\nhost: pay.example\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP/"), "{answer:?}");
    drop(service);
    // A key that is not the certificate's.
    fs::write(&private, KeyPair::generate().unwrap().serialize_pem()).unwrap();
    let refused = data.command(&arguments).output().unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && said.contains("chain.pem"), "{said}");
}

#[test]
fn behind_a_proxy_only_the_proxy_is_answered() {
    let arguments = ["--port", "0", "--host", "pay.example", "--trusted-proxy", "127.0.0.1"];
    let service = Service::start_in(Data::new(), &arguments);
    assert!(service.link.starts_with("https://pay.example/sign-in#"), "{}", service.link);
    let get = |headers: &[(&str, &str)]| send(service.address, "GET", "/healthz", headers, b"").status;
    assert_eq!(get(&[("host", "pay.example"), ("origin", "https://pay.example")]), 200);
    assert_eq!(get(&[("host", "pay.example"), ("origin", "http://pay.example")]), 403);
    assert_eq!(get(&[("host", "evil.example")]), 421);
    assert_eq!(service.call("GET", "/v1/session", &Value::Null).status, 200);
    let service =
        Service::start_in(Data::new(), &["--port", "0", "--host", "pay.example", "--trusted-proxy", "192.0.2.1"]);
    let mut stream = TcpStream::connect(service.address).unwrap();
    let _ = stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: pay.example\r\n\r\n");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert!(answer.is_empty(), "{answer:?}");
}
