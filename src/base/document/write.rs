//! Writing a tree as text.

use super::value::Document;

impl Document<'_> {
    /// As JSON text, without white space.
    #[must_use]
    pub(crate) fn to_json(&self) -> String {
        let mut json = String::new();
        write(self, &mut json);
        json
    }

    /// An object of these members and a last one whose value is a JSON text, which is copied unchanged.
    #[must_use]
    pub(crate) fn to_json_with<const N: usize>(members: [(&'static str, Self); N], name: &str, text: &str) -> String {
        let members = members.map(|(name, value)| (name.into(), value));
        let mut json = Document::Object(members.into()).to_json();
        // Its closing brace. There are always members before it.
        json.pop();
        [&json, ",\"", name, "\":", text, "}"].concat()
    }
}

/// A string as JSON text.
pub(crate) fn quoted(text: &str) -> String {
    // Writing a string to memory does not fail.
    serde_json::to_string(text).unwrap_or_default()
}

fn write(document: &Document, json: &mut String) {
    match document {
        Document::Null => json.push_str("null"),
        Document::Boolean(value) => json.push_str(if *value { "true" } else { "false" }),
        Document::Number(number) => json.push_str(number.as_str()),
        Document::Text(text) => json.push_str(&quoted(text)),
        Document::Unparsed(text) => json.push_str(text),
        Document::Array(items) => list(items, ['[', ']'], json, |item, json| write(item, json)),
        Document::Object(members) => list(members, ['{', '}'], json, |(name, value), json| {
            json.push_str(&quoted(name));
            json.push(':');
            write(value, json);
        }),
    }
}

fn list<T>(items: &[T], [open, close]: [char; 2], json: &mut String, item: impl Fn(&T, &mut String)) {
    json.push(open);
    for (index, it) in items.iter().enumerate() {
        if index > 0 {
            json.push(',');
        }
        item(it, json);
    }
    json.push(close);
}
