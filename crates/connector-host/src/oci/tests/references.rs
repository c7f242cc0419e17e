//! References that are typed by people.

use crate::oci::OciReference;

const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

#[test]
fn a_reference_names_a_registry_or_a_layout() {
    for (place, registry) in [
        ("oci://ghcr.io/example/paypal-connector", Some("ghcr.io")),
        ("oci://127.0.0.1:5000/a/b_c/d--e.f:0.1.0", Some("127.0.0.1:5000")),
        ("oci://[::1]:5000/a", Some("[::1]:5000")),
        ("oci-layout:dist/oci", None),
        ("oci-layout:/a@b/c", None),
    ] {
        let text = format!("{place}@{DIGEST}");
        let read: OciReference = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!((read.registry(), read.to_string()), (registry, text));
    }
}

#[test]
fn a_url_is_no_name_of_a_file() {
    for text in ["oci://ghcr.io/a", "OCI://ghcr.io/a", "https://me:hunter2@ghcr.io/a", "oci-layout:a"] {
        assert!(OciReference::is_meant(text), "{text}");
    }
    for text in ["paypal.wasm", "C:/paypal.wasm", "./oci://a", "oci:a", "a@b/c.wasm"] {
        assert!(!OciReference::is_meant(text), "{text}");
    }
}

#[test]
fn what_names_no_content_for_certain_is_refused() {
    for (text, reason) in [
        ("oci://ghcr.io/a:latest", "has no digest; a tag alone may name something else tomorrow"),
        ("oci://ghcr.io/a", "has no digest"),
        ("oci://ghcr.io/a@sha256:e3b0", "does not end in sha256: and 64"),
        (&format!("oci://ghcr.io/a@{}", DIGEST.to_uppercase()), "does not end in sha256: and 64"),
        (&format!("oci://ghcr.io@{DIGEST}"), "names no repository"),
        (&format!("oci://ghcr.io/../a@{DIGEST}"), "has no name of a repository"),
        (&format!("oci://ghcr.io/a/../b@{DIGEST}"), "has no name of a repository"),
        (&format!("oci://ghcr.io/a?b@{DIGEST}"), "has no name of a repository"),
        (&format!("oci://ghcr.io/A@{DIGEST}"), "has no name of a repository"),
        (&format!("oci://ghcr.io/a:b/c@{DIGEST}"), "has no valid tag"),
        (&format!("oci:///a@{DIGEST}"), "has no host"),
        (&format!("oci://a b/c@{DIGEST}"), "has no host"),
        (&format!("oci://:80/c@{DIGEST}"), "has no host"),
        (&format!("oci://a:b/c@{DIGEST}"), "has no host"),
        (&format!("oci://a:/c@{DIGEST}"), "has no host"),
        (&format!("oci-layout:@{DIGEST}"), "names no directory"),
        (&format!("https://ghcr.io/a@{DIGEST}"), "is no reference"),
    ] {
        let error = text.parse::<OciReference>().unwrap_err().to_string();
        assert!(error.contains(reason) && error.contains("expected oci://HOST/NAME@sha256:DIGEST"), "{text}: {error}");
    }
}

#[test]
fn a_password_in_a_reference_is_not_repeated() {
    for scheme in ["oci://", "OCI://", "https://", "docker://", ""] {
        for user in ["me:hunter2", "hunter2", "me:hunter2/3@4", "me:/hunter2", "me:@hunter2", "me:@sha256:hunter2"] {
            for digest in [&format!("@{DIGEST}"), ""] {
                let text = format!("{scheme}{user}@ghcr.io/a{digest}");
                let error = text.parse::<OciReference>().unwrap_err().to_string();
                let shown = format!("{scheme}[…]@ghcr.io/a{digest}: ");
                assert!(!error.contains("hunter2") && error.starts_with(&shown), "{text}: {error}");
            }
        }
    }
    // Without a user all is said.
    for text in [format!("https://ghcr.io/a@{DIGEST}"), "oci-layout:/a@b".to_owned(), "oci://a".to_owned()] {
        let error = text.parse::<OciReference>().unwrap_err().to_string();
        assert!(error.starts_with(&format!("{text}: ")), "{error}");
    }
}
