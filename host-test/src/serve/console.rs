//! The console: pages in the browser, which use the API. Their files are in `host-test/console/app`, and part of the program.
//!
//! Every page is the same document; `main.js` draws what its path names. It has no data in it, so that anybody may load it. Its
//! policy lets it load nothing from elsewhere, run no script but its own, and make none of a text.

mod files;

use std::{fmt::Write as _, sync::LazyLock};

use axum::{
    Router,
    body::Body,
    extract::Path,
    response::{IntoResponse as _, Response},
    routing::get,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use http::{HeaderValue, StatusCode, header};
use sha2::{Digest as _, Sha256};

use crate::serve::forms::problem::{Kind, Problem};

/// The page that signs a person in, by the token after `#`.
pub(crate) const SIGN_IN: &str = "/sign-in";

/// The document of all pages. `@VERSION@` in it is that of the files.
const PAGE: &str = "index.html";

/// The page with its policy.
struct Page {
    html: String,
    policy: HeaderValue,
}

static PAGES: LazyLock<Option<Page>> = LazyLock::new(Page::make);

/// Returns the routes of the pages and their files.
pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/", get(page))
        .route(SIGN_IN, get(page))
        .route("/keys", get(page))
        .route("/connections", get(page))
        .route("/new-connection", get(page))
        .route("/connections/{*path}", get(page))
        .route("/console/{version}/{*path}", get(file))
}

async fn page() -> Response {
    let Some(page) = &*PAGES else { return missing() };
    let mut response = page.html.as_str().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, page.policy.clone());
    response
}

async fn file(Path((version, path)): Path<(String, String)>) -> Response {
    let Some(bytes) = files::find(&path).filter(|_| version == *files::VERSION && path != PAGE) else {
        return missing();
    };
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(files::media_type(&path)));
    // Another file has another path, as its version is in it.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    response
}

fn missing() -> Response {
    let problem =
        Problem::new(Kind::NO_ROUTE, "there is no such file: the page may be of another version; load it again");
    (StatusCode::NOT_FOUND, problem).into_response()
}

impl Page {
    /// `None` if the program was built without the page, or it is not as expected.
    fn make() -> Option<Self> {
        let html = std::str::from_utf8(files::find(PAGE)?).ok()?.replace("@VERSION@", &files::VERSION);
        // The map of the modules is the only script in the page, and is allowed by its digest.
        let (_, rest) = html.split_once("<script type=\"importmap\">")?;
        let (map, _) = rest.split_once("</script>")?;
        let mut policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'".to_owned();
        let digest = BASE64_STANDARD.encode(Sha256::digest(map));
        write!(policy, "; script-src 'self' 'sha256-{digest}'; style-src 'self'; connect-src 'self'").ok()?;
        // Pictures of the answers, which the page makes.
        policy.push_str("; img-src 'self' blob:; require-trusted-types-for 'script'; trusted-types 'none'");
        Some(Self { policy: HeaderValue::from_str(&policy).ok()?, html })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_there_and_names_files_that_are() {
        let page = PAGES.as_ref().unwrap();
        assert!(!page.html.contains('@'), "{}", page.html);
        let prefix = format!("/console/{}/", *files::VERSION);
        let named: Vec<_> = page.html.split(&prefix).skip(1).map(|it| it.split('"').next().unwrap()).collect();
        assert!(named.len() > 5, "{named:?}");
        for name in named {
            assert!(files::find(name).is_some(), "{name}");
        }
    }

    #[test]
    fn the_code_of_others_is_as_it_was_and_has_its_licence() {
        let list = std::str::from_utf8(files::find("vendor/VENDORED.txt").unwrap()).unwrap();
        for (path, bytes) in files::ALL {
            let Some(name) = path.strip_prefix("vendor/").filter(|it| *it != "VENDORED.txt") else { continue };
            let line = list.lines().find(|it| it.split_whitespace().next() == Some(name));
            let [_, package, version, licence, digest] = line.unwrap().split_whitespace().collect::<Vec<_>>()[..]
            else {
                panic!("{name}")
            };
            assert_eq!(digest, format!("{:x}", Sha256::digest(bytes)), "{name} {version}");
            assert!(["MIT", "Apache-2.0"].contains(&licence), "{name}: {licence}");
            assert!(list.lines().any(|it| it == package), "the licence's text of {package}");
        }
    }

    #[test]
    fn each_module_imports_what_is_there() {
        for (path, bytes) in files::ALL.iter().filter(|(path, _)| path.ends_with(".js") && !path.starts_with("vendor/"))
        {
            let source = std::str::from_utf8(bytes).unwrap();
            let imports = source.lines().filter(|line| line.starts_with("import ") || line.starts_with("} from "));
            for line in imports {
                let name = line.split('"').nth(1).unwrap();
                let Some(relative) = name.strip_prefix('.') else {
                    assert!(["preact", "preact/hooks", "htm"].contains(&name), "{path}: {line}");
                    continue;
                };
                let mut at: Vec<_> = path.split('/').collect();
                at.pop();
                let relative = format!(".{relative}");
                for step in relative.split('/').filter(|it| *it != ".") {
                    if step == ".." {
                        assert!(at.pop().is_some(), "{path}: {line}");
                    } else {
                        at.push(step);
                    }
                }
                let target = at.join("/");
                assert!(files::find(&target).is_some(), "{path}: {line}");
            }
        }
    }
}
