//! What all pages have in common. Everything in a page is escaped by `maud`, and a page may load and run nothing: its
//! policy allows its own style alone.

use std::sync::LazyLock;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use rsa::sha2::{Digest as _, Sha256};

use crate::request::answer::{Answer, Body};

const STYLE: &str = include_str!("style.css");

/// The style's digest, as policies name it.
static DIGEST: LazyLock<String> = LazyLock::new(|| BASE64_STANDARD.encode(Sha256::digest(STYLE)));

/// Where the forms of a page may lead.
#[derive(Clone, Copy)]
pub(super) enum Forms {
    /// To the simulator.
    Here,
    /// On to the shop, by a redirect. Chromium holds all further redirects against the policy too, and a shop's page may
    /// lead to any other: so the policy names no hosts. `javascript:` and `data:` stay forbidden.
    ToShop,
}

/// Returns a page for a payer: narrow, about one thing.
pub(super) fn payer(title: &str, main: &Markup) -> Answer {
    answer(title, "payer", Forms::ToShop, main)
}

/// Returns a page of the simulator's own.
pub(super) fn own(title: &str, main: &Markup) -> Answer {
    answer(title, "own", Forms::Here, main)
}

/// Returns a page for a payer that says one thing.
pub(super) fn message(status: u16, title: &str, text: &str) -> Answer {
    payer(title, &html! { h1 { (title) } p { (text) } }).status(status)
}

/// Returns the page for what does not exist.
pub(super) fn missing(what: &str) -> Answer {
    message(
        404,
        &format!("There is no such {what}"),
        "Check the link. Unless it has a file (--store), the simulator forgets everything when it ends.",
    )
}

fn answer(title: &str, class: &str, forms: Forms, main: &Markup) -> Answer {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · PayPal simulator" }
                style { (PreEscaped(STYLE)) }
            }
            body class=(class) {
                header {
                    a href="/" { "PayPal simulator" }
                    span { "No real money moves here" }
                }
                main { (main) }
                footer { "This is a simulator for developers. It is not PayPal, nor made by PayPal." }
            }
        }
    };
    let action = match forms {
        Forms::Here => "'self'",
        Forms::ToShop => "'self' http: https:",
    };
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; form-action {action}; base-uri 'none'; frame-ancestors 'none'",
        *DIGEST
    );
    Answer::new(200, Body::Page(page.into_string(), policy))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The text of a page.
    pub(in crate::pages) fn html_of(answer: &Answer) -> &str {
        match &answer.body {
            Body::Page(html, _) => html,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn text_is_escaped_and_the_style_is_the_policy_s() {
        let text = "<script>\"><img src=x onerror=alert(1)>";
        let answer = message(200, text, text);
        let html = html_of(&answer);
        assert!(!html.contains("<script>") && !html.contains("<img"), "{html}");
        let (_, rest) = html.split_once("<style>").unwrap();
        let (style, _) = rest.split_once("</style>").unwrap();
        let Body::Page(_, policy) = &answer.body else { panic!() };
        let digest = BASE64_STANDARD.encode(Sha256::digest(style));
        assert!(policy.contains(&format!("style-src 'sha256-{digest}';")), "{policy}");
    }
}
