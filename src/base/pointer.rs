//! JSON Pointers (RFC 6901).

/// The reference token for a member, with its slash. A name that is longer than any real one is cut.
pub(crate) fn member(name: &str) -> String {
    let name: String = name.chars().take(100).collect();
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use super::member;

    #[test]
    fn names_are_escaped_and_cut() {
        assert_eq!(member("a/b~c"), "/a~1b~0c");
        assert_eq!(member(&"x".repeat(10_000)).len(), 101);
    }
}
