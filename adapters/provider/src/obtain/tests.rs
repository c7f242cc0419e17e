use std::time::Duration;

use super::*;
use crate::{renewal::Kept, secret::Secret};

/// A book in memory. `others` has what another writes while this one waits.
#[derive(Default)]
struct Page {
    known: Known,
    others: Vec<Option<Known>>,
    claimed: u32,
}

impl Book for Page {
    fn read(&mut self) -> Result<Known, TokenError> {
        Ok(self.known.clone())
    }

    fn claim(&mut self) -> Result<bool, TokenError> {
        let free = self.others.is_empty();
        self.claimed += u32::from(free);
        Ok(free)
    }

    fn write(&mut self, known: Known) {
        self.known = known;
    }

    fn wait(&mut self) -> bool {
        if let Some(known) = self.others.remove(0) {
            self.known = known;
        }
        !self.others.is_empty() || self.known.kept.is_some()
    }
}

fn token(value: &str) -> Token {
    Token { value: Secret::new(value.to_owned()), scopes: None }
}

fn granted(value: &str) -> Granted {
    Granted { token: token(value), lifetime: Some(Duration::from_secs(32400)) }
}

fn down() -> TokenError {
    TokenError::unreachable("down")
}

#[test]
fn a_token_is_requested_once_and_kept() {
    let mut page = Page::default();
    assert_eq!(obtain(&mut page, None, |_| Ok(granted("A"))), Ok(token("A")));
    assert_eq!(obtain(&mut page, None, |_| panic!()), Ok(token("A")));
    assert_eq!(obtain(&mut page, Some("A"), |_| Ok(granted("B"))), Ok(token("B")));
    assert_eq!(obtain(&mut page, Some("A"), |_| panic!()), Ok(token("B")));
    assert_eq!(page.claimed, 2);
}

#[test]
fn another_s_request_is_waited_for() {
    let known = Known::default().granted(None, granted("A"));
    let mut page = Page { others: vec![None, None, Some(known)], ..Page::default() };
    assert_eq!(obtain(&mut page, None, |_| panic!()), Ok(token("A")));
    let mut page = Page { others: vec![None], ..Page::default() };
    let Err(TokenError::Unreachable { reason, .. }) = obtain(&mut page, None, |_| panic!()) else { panic!() };
    assert!(reason.contains("another host"), "{reason}");
}

#[test]
fn a_token_that_is_due_is_used_while_another_renews_it() {
    let kept = Kept { token: token("A"), age: Duration::MAX, renew: Some(Duration::ZERO), expires: None };
    let known = Known { kept: Some(kept), ..Known::default() };
    let mut page = Page { known: known.clone(), others: vec![None], ..Page::default() };
    assert_eq!(obtain(&mut page, None, |_| panic!()), Ok(token("A")));
    // And if it cannot be renewed, which takes less time than without it.
    let mut page = Page { known, ..Page::default() };
    let slow = |patience| {
        assert_eq!(patience, PATIENCE_WITH_ANOTHER);
        Err(down())
    };
    assert_eq!(obtain(&mut page, None, slow), Ok(token("A")));
    assert_eq!(obtain(&mut page, None, |_| panic!()), Ok(token("A")));
    assert!(obtain(&mut page, Some("A"), |_| panic!()).is_err());
}

#[test]
fn a_request_that_fails_does_not_lengthen_the_life_of_a_token() {
    let left = |time| Kept { token: token("A"), age: Duration::ZERO, renew: Some(Duration::ZERO), expires: Some(time) };
    let slow = |_: Duration| {
        std::thread::sleep(Duration::from_millis(30));
        Err(down())
    };
    let kept = Some(left(Duration::from_secs(40)));
    let mut page = Page { known: Known { kept, ..Known::default() }, ..Page::default() };
    assert_eq!(obtain(&mut page, None, slow), Ok(token("A")));
    let kept = page.known.kept.unwrap();
    assert!(kept.age >= Duration::from_millis(30), "{kept:?}");
    assert!(kept.expires.unwrap() <= Duration::from_millis(39_970), "{kept:?}");
    // It has expired meanwhile.
    let kept = Some(left(Duration::from_millis(20)));
    let mut page = Page { known: Known { kept, ..Known::default() }, ..Page::default() };
    assert_eq!(obtain(&mut page, None, slow), Err(down()));
}

#[test]
fn a_failure_is_reported_and_not_repeated_at_once() {
    let mut page = Page::default();
    assert_eq!(obtain(&mut page, None, |_| Err(down())), Err(down()));
    assert!(obtain(&mut page, None, |_| panic!()).is_err());
    assert_eq!(page.claimed, 1);
}
