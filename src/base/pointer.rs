//! JSON Pointers (RFC 6901).

use std::borrow::Cow;

use crate::base::document::Document;

/// The reference token for a member, with its slash. A name that is longer than any real one is cut.
pub(crate) fn member(name: &str) -> String {
    let name: String = name.chars().take(100).collect();
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// The names in a pointer from the outside in; `None` if it is no pointer.
pub(crate) fn names(pointer: &str) -> Option<Vec<Cow<'_, str>>> {
    if pointer.is_empty() {
        return Some(Vec::new());
    }
    let name = |token| match str::contains(token, '~') {
        true => Cow::Owned(token.replace("~1", "/").replace("~0", "~")),
        false => Cow::Borrowed(token),
    };
    Some(pointer.strip_prefix('/')?.split('/').map(name).collect())
}

/// What a pointer points to in a document, if anything.
pub(crate) fn at<'a, 'b>(document: &'a Document<'b>, pointer: &str) -> Option<&'a Document<'b>> {
    names(pointer)?.iter().try_fold(document, |place, name| match place {
        Document::Array(items) => items.get(name.parse::<usize>().ok()?),
        place => place.get(name),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_and_cut() {
        assert_eq!(member("a/b~c"), "/a~1b~0c");
        assert_eq!(member(&"x".repeat(10_000)).len(), 101);
    }

    #[test]
    fn a_pointer_is_read_as_it_is_written() {
        assert_eq!(names(&format!("{}/0", member("a/b~c~1"))).unwrap(), ["a/b~c~1", "0"]);
        assert_eq!(names("").unwrap().len(), 0);
        assert_eq!(names("/").unwrap(), [""]);
        assert_eq!(names("a"), None);
    }

    #[test]
    fn a_pointer_leads_through_objects_and_lists() {
        let document = Document::parse(r#"{"a": [{"b": 1}, {"b": 2}], "0": null}"#).unwrap();
        let found = |pointer| at(&document, pointer).map(Document::to_json);
        assert_eq!(found("/a/1/b").as_deref(), Some("2"));
        assert_eq!(found("/0").as_deref(), Some("null"));
        for nowhere in ["/a/2", "/a/b", "/a/-", "/b", "/a/0/b/c", "a"] {
            assert_eq!(found(nowhere), None, "{nowhere}");
        }
    }
}
