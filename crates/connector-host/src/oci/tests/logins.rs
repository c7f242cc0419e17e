//! What Docker's configuration says.

use std::fs;

use crate::oci::RegistryLogin;

/// `me:hunter2`.
const AUTH: &str = "bWU6aHVudGVyMg==";

fn login(text: &str) -> Result<Option<(String, String)>, String> {
    let found = RegistryLogin::from("ghcr.io", |name| (name == "DOCKER_AUTH_CONFIG").then(|| text.to_owned()));
    let exposed = found.map(|it| it.map(|it| (it.user.clone(), it.password.expose().to_owned())));
    exposed.map_err(|error| error.to_string())
}

#[test]
fn the_login_of_the_registry_is_found() {
    let me = Ok(Some(("me".to_owned(), "hunter2".to_owned())));
    assert_eq!(login(&format!(r#"{{"auths": {{"ghcr.io": {{"auth": "{AUTH}"}}}}}}"#)), me);
    assert_eq!(login(&format!(r#"{{"auths": {{"https://ghcr.io/v1/": {{"auth": "{AUTH}"}}}}}}"#)), me);
    assert_eq!(login(&format!(r#"{{"auths": {{"example.com": {{"auth": "{AUTH}"}}}}}}"#)), Ok(None));
    assert_eq!(login("{}"), Ok(None));

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().to_str().unwrap().to_owned();
    let from = |name: &str| {
        RegistryLogin::from("ghcr.io", |it| (it == name).then(|| path.clone())).map(|login| login.map(|it| it.user))
    };
    assert_eq!(from("DOCKER_CONFIG").unwrap(), None);
    assert_eq!(from("nothing").unwrap(), None);
    let text = format!(r#"{{"auths": {{"ghcr.io": {{"auth": "{AUTH}"}}}}}}"#);
    fs::write(directory.path().join("config.json"), &text).unwrap();
    fs::create_dir(directory.path().join(".docker")).unwrap();
    fs::write(directory.path().join(".docker/config.json"), &text).unwrap();
    assert_eq!(from("DOCKER_CONFIG").unwrap().as_deref(), Some("me"));
    assert_eq!(from("HOME").unwrap().as_deref(), Some("me"));
}

#[test]
fn a_wrong_configuration_is_an_error_without_its_secret() {
    for (text, reason) in [
        ("{", "is not JSON in the form of Docker's config.json"),
        (r#"{"auths": {"ghcr.io": {"auth": "hunter2"}}}"#, "has an `auth` that is not Base64 of USER:PASSWORD"),
        (r#"{"auths": {"ghcr.io": {"identitytoken": "hunter2"}}}"#, "is an identity token, which is not supported"),
        (
            &format!(r#"{{"auths": {{"ghcr.io": {{"auth": "{AUTH}", "username": "me", "password": "x"}}}}}}"#),
            "has an `auth` of another user or password",
        ),
        (r#"{"credHelpers": {"ghcr.io": "no-such-helper-hunter2"}}"#, "names a credential helper that cannot be run"),
    ] {
        let error = login(text).unwrap_err();
        assert!(error.starts_with("the login for ghcr.io: DOCKER_AUTH_CONFIG ") && error.contains(reason), "{error}");
        assert!(!error.contains("hunter2") && !error.contains(AUTH), "{error}");
    }
    let login = RegistryLogin::new("me", crate::Secret::new("hunter2".to_owned()));
    assert!(!format!("{login:?}").contains("hunter2"));
}
