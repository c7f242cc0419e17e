//! The pages of the console, as they are served. What they do in a browser is tested by `host-test/console/scripts/test`.

use serde_json::Value;

use crate::{service::Service, wire::send};

/// What the policy of a page must say: it loads from here alone, and makes no script and no markup of a text.
const POLICY: [&str; 8] = [
    "default-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "style-src 'self'",
    "connect-src 'self'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
];

#[test]
fn all_pages_are_one_document_without_data_that_runs_its_own_files_alone() {
    let service = Service::start();
    let first = send(service.address, "GET", "/", &[], b"");
    for target in [
        "/",
        "/sign-in",
        "/keys",
        "/connections",
        "/connections/simulator/actions/orders.create",
        "/connections/%3Cscript%3E",
    ] {
        let page = send(service.address, "GET", target, &[], b"");
        assert_eq!((page.status, page.text()), (200, first.text()), "{target}");
        let policy = page.header("content-security-policy").unwrap();
        for part in POLICY {
            assert!(policy.split("; ").any(|it| it == part), "{part}: {policy}");
        }
        let scripts = policy.split("; ").find_map(|it| it.strip_prefix("script-src ")).unwrap();
        assert!(scripts.starts_with("'self' 'sha256-") && !scripts.contains("unsafe"), "{scripts}");
        assert_eq!(page.header("cache-control"), Some("no-store"));
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(page.header("cross-origin-opener-policy"), Some("same-origin"));
    }
    for target in ["/connection", "/index.html", "/console", "/keys/x"] {
        assert!(send(service.address, "GET", target, &[], b"").text() != first.text(), "{target}");
    }
    assert_eq!(send(service.address, "POST", "/", &[], b"").status, 405);
}

#[test]
fn files_are_found_by_their_version_and_kept_by_the_browser() {
    let service = Service::start();
    let page = send(service.address, "GET", "/", &[], b"").text();
    let files: Vec<_> = page.split('"').filter(|it| it.starts_with("/console/")).collect();
    for (file, media_type) in files.iter().map(|it| {
        (
            it,
            match it.rsplit('.').next().unwrap() {
                "css" => "text/css; charset=utf-8",
                "svg" => "image/svg+xml",
                _ => "text/javascript; charset=utf-8",
            },
        )
    }) {
        let answer = send(service.address, "GET", file, &[], b"");
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(media_type)), "{file}");
        assert!(answer.header("cache-control").unwrap().contains("immutable"));
    }
    let main = files.iter().find(|it| it.ends_with("/main.js")).unwrap();
    for target in [
        main.replace("/main.js", "/core/../main.js"),
        main.replace("/main.js", "/..%2f..%2fCargo.toml"),
        main.replace("/main.js", "/%2fetc%2fpasswd"),
        main.replace("/main.js", "/index.html"),
        main.replace("/main.js", "/core"),
        "/console/0000000000000000/main.js".to_owned(),
    ] {
        let answer = send(service.address, "GET", &target, &[], b"");
        assert_eq!((answer.status, &*answer.problem()), (404, "no-such-route"), "{target}");
    }
    // A page of another site does not get them, and nobody frames a page.
    let foreign = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "script")];
    assert_eq!(send(service.address, "GET", main, &foreign, b"").status, 403);
    let frame = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")];
    assert_eq!(send(service.address, "GET", "/", &frame, b"").status, 403);
    assert_eq!(service.call_by("", "GET", "/v1/connections", &[], &Value::Null).status, 401);
}
