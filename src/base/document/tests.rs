use super::{
    limits::{MAX_DEPTH, MAX_VALUES},
    not_json::Reason,
    number::Number,
    *,
};

#[test]
fn a_fault_is_located_and_never_quoted() {
    let fault = Document::parse("{\n  \"number\": 4111111111111111x}").unwrap_err();
    assert_eq!((fault.line, fault.column, fault.reason == Reason::CutOff), (2, 29, false));
    assert!(!fault.to_string().contains("4111"));
}

#[test]
fn a_text_that_ends_early_is_cut_off() {
    assert!(Document::parse(r#"{"id": "5O19"#).unwrap_err().reason == Reason::CutOff);
    assert!(Document::parse("").unwrap_err().reason == Reason::CutOff);
    assert!(Document::parse("<html>").unwrap_err().reason == Reason::Malformed);
}

#[test]
fn a_caller_s_duplicate_member_is_refused_in_small_and_large_objects() {
    let refused = |text: &str| Document::parse_unambiguous(text, None).unwrap_err();
    assert!(refused(r#"{"value": "1.00", "value": "100.00"}"#).reason == Reason::DuplicateMember);
    assert!(refused(r#"{"value": "1.00", "\u0076alue": "100.00"}"#).reason == Reason::DuplicateMember);
    assert_eq!(refused("{\n \"a\": {\"b\": 1,\n\"b\": 2}}").to_string(), "names a member twice (line 3, column 5)");
    for last in ["m3", "m20", "m39"] {
        let members: Vec<_> = (0..40).map(|n| format!("\"m{n}\": 0")).collect();
        let text = format!("{{{}, \"{last}\": 1}}", members.join(", "));
        assert!(refused(&text).reason == Reason::DuplicateMember, "{last}");
        assert!(Document::parse_unambiguous(&text.replace(&format!(", \"{last}\": 1"), ""), None).is_ok());
    }
}

#[test]
fn what_a_caller_passes_on_may_name_a_member_twice() {
    let text = r#"{"webhook_event": {"a": 1, "a": 2}, "id": {"webhook_event": {}}}"#;
    let document = Document::parse_unambiguous(text, Some("webhook_event")).unwrap();
    assert_eq!(document.to_json(), r#"{"webhook_event":{},"id":{"webhook_event":{}}}"#);
    let many = format!(r#"{{"webhook_event": [{}0], "id": 1}}"#, "0,".repeat(MAX_VALUES));
    let document = Document::parse_unambiguous(&many, Some("webhook_event")).unwrap();
    assert_eq!(document.to_json(), r#"{"webhook_event":[],"id":1}"#);
    assert!(Document::parse_unambiguous(&many, None).is_err());
    for text in [
        r#"{"id": {"a": 1, "a": 2}, "webhook_event": {}}"#,
        r#"{"webhook_event": {}, "webhook_event": {}}"#,
        r#"{"id": {"webhook_event": {"a": 1, "a": 2}}}"#,
    ] {
        assert!(
            Document::parse_unambiguous(text, Some("webhook_event")).unwrap_err().reason == Reason::DuplicateMember,
            "{text}"
        );
    }
}

#[test]
fn a_text_stands_unchanged_in_an_object() {
    let json = Document::to_json_with([("a", true.into())], "raw", r#"{"quantity" : 1.0}"#);
    assert_eq!(json, r#"{"a":true,"raw":{"quantity" : 1.0}}"#);
}

#[test]
fn of_duplicate_members_the_last_counts() {
    let text = r#"{"a": 1, "b": [{"c": 1, "d": 2, "c": 3, "\u0063": 4}], "a": {"e": 5, "e": 6}}"#;
    assert_eq!(Document::parse(text).unwrap().to_json(), r#"{"b":[{"d":2,"c":4}],"a":{"e":6}}"#);
    let json = Json::parse(text).unwrap();
    assert_eq!(json.at(&["a", "e"]).map(Json::as_str), Some("6"));
    let many = format!("{{{}}}", vec!["\"a\": 0"; 100_000].join(", "));
    assert_eq!(Document::parse(&many).unwrap().to_json(), r#"{"a":0}"#);
}

#[test]
fn a_document_is_written_back() {
    let text = r#"{"b":[null,true,1,-1.50,"\u0001\"é"],"a":{}}"#;
    assert_eq!(Document::parse(text).unwrap().to_json(), text);
}

#[test]
fn everything_that_the_rfc_allows_is_read() {
    let document = Document::parse("{\"cut\": \"\\ud83d\", \"huge\": 1e999, \"long\": 123456789012345678901234567890}");
    let document = document.unwrap();
    assert_eq!(document.get("cut").and_then(Document::as_text), Some("\u{fffd}"));
    let Some(Document::Number(huge)) = document.get("huge") else { panic!("{document:?}") };
    assert_eq!((huge.as_str(), huge.as_u64(), huge.as_f64()), ("1e999", None, f64::INFINITY));
    assert_eq!(document.get("long").unwrap().to_scalar().unwrap(), "123456789012345678901234567890");
}

#[test]
fn values_nested_too_deep_stay_unparsed() {
    let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
    let text = format!(r#"{{"before":1,"deep":{open}{close},"after":{{"status":"ACTIVE"}}}}"#);
    let document = Document::parse(&text).unwrap();
    assert_eq!(document.get("after").and_then(|it| it.get("status")?.as_text()), Some("ACTIVE"));
    assert_eq!(document.to_json(), text);
    let json = Json::parse(&text).unwrap();
    assert_eq!(json.at(&["after", "status"]).and_then(Json::text).as_deref(), Some("ACTIVE"));
    assert!(Document::parse(&open).is_err());
}

#[test]
fn a_tree_has_an_end() {
    let text = format!("[{}0]", "0,".repeat(MAX_VALUES));
    assert_eq!(Document::parse(&text).unwrap_err().to_string(), "has more than 1000000 values");
    assert_eq!(Json::parse(&text).unwrap().items().count(), MAX_VALUES + 1);
}

#[test]
fn invalid_json_is_refused() {
    for text in ["{} {}", "{\"a\":}", "[1,]", "{\"a\" 1}", "01", "\"\n\"", "'a'", "\u{feff}{}", "[1 2]", "nul"] {
        assert!(Document::parse(text).is_err() && Json::parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_text_is_looked_at_piece_by_piece() {
    let text = " { \"a\\u0062\" : [ 1 , { } , \"x\\n\" ] ,\"c\":{\"d\": [[]]} , \"e\":null} ";
    let json = Json::parse(text).unwrap();
    let names: Vec<_> = json.members().map(|(name, value)| format!("{name}={}", value.as_str())).collect();
    assert_eq!(names, ["ab=[ 1 , { } , \"x\\n\" ]", "c={\"d\": [[]]}", "e=null"]);
    let items: Vec<_> = json.get("ab").unwrap().items().map(Json::as_str).collect();
    assert_eq!(items, ["1", "{ }", "\"x\\n\""]);
    assert_eq!(json.get("ab").unwrap().items().nth(2).and_then(Json::text).as_deref(), Some("x\n"));
    assert_eq!(json.at(&["c", "d"]).unwrap().items().next().unwrap().items().count(), 0);
    assert!(json.get("e").unwrap().is_null() && json.get("f").is_none());
    assert_eq!(json.get("c").unwrap().offset_in(text), text.find("{\"d\"").unwrap());
    for (text, scalar) in
        [("\"a\"", Some("a")), ("1.0", Some("1.0")), ("true", Some("true")), ("null", None), ("[]", None)]
    {
        assert_eq!(Json::parse(text).unwrap().to_scalar().as_deref(), scalar);
    }
}

/// The tree and the pieces agree with each other, and with serde_json if it can read the text.
#[test]
fn the_readings_agree() {
    let alphabet =
        ["{", "}", "[", "]", ",", ":", "\"a\"", "\"\\u00e9\"", "\"\\\\\"", " ", "1", "-0.5", "true", "null", "\"b\""];
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut read = 0;
    for _ in 0..200_000 {
        let mut text = String::new();
        for _ in 0..(state >> 60) + 1 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            text += alphabet[(state % alphabet.len() as u64) as usize];
        }
        let expected = serde_json::from_str::<serde_json::Value>(&text);
        let document = Document::parse(&text);
        assert_eq!(document.is_ok(), expected.is_ok(), "{text}");
        if let (Ok(document), Ok(expected)) = (document, expected) {
            let again: serde_json::Value = serde_json::from_str(&document.to_json()).unwrap();
            assert_eq!(again, expected, "{text}");
            read += 1;
        }
    }
    assert!(read > 1000, "{read} texts were JSON");
}
