//! A parsed webhook event: its type, its subject and status, and the original text.

use std::collections::BTreeMap;

use super::types;
use crate::paypal::subject::Subject;
use crate::{
    base::{
        date,
        document::{Document, Json},
    },
    paypal::resource::{self, Amount, text},
};

/// A document that PayPal has sent as an event.
pub(crate) struct Event<'a> {
    raw: &'a str,
    document: Document<'a>,
}

/// Returns the text of a body that can be an event: a JSON object in UTF-8. Builds no tree.
#[must_use]
pub(crate) fn text_of(body: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(body).ok()?;
    let is_object = text.trim_start_matches([' ', '\t', '\r', '\n']).starts_with('{');
    (is_object && Json::parse(text).is_ok()).then_some(text)
}

impl<'a> Event<'a> {
    /// Parses an event. Returns `None` if the text is not a JSON object. A member with too many values for a tree is
    /// left unparsed.
    #[must_use]
    pub(crate) fn parse(raw: &'a str) -> Option<Self> {
        let in_parts = || {
            // Of members with the same name the last one counts.
            let members: BTreeMap<_, _> = Json::parse(raw).ok()?.members().collect();
            let read = |value: Json<'a>| value.document().unwrap_or_else(|_| Document::Unparsed(value.as_str().into()));
            Some(Document::Object(members.into_iter().map(|(name, value)| (name, read(value))).collect()))
        };
        let document = Document::parse(raw).ok().or_else(in_parts)?;
        matches!(document, Document::Object(_)).then_some(Self { raw, document })
    }

    /// Its id, `WH-...`: the same however often it is delivered.
    #[must_use]
    pub(crate) fn id(&self) -> Option<&str> {
        text(&self.document, "id")
    }

    /// Its type, such as `PAYMENT.CAPTURE.COMPLETED`.
    #[must_use]
    pub(crate) fn event_type(&self) -> Option<&str> {
        text(&self.document, "event_type")
    }

    /// When it was created, RFC 3339 in UTC. `None` if that is not a valid timestamp: the simulator's have a month 19.
    #[must_use]
    pub(crate) fn time(&self) -> Option<String> {
        text(&self.document, "create_time").and_then(date::parse).and_then(date::format)
    }

    /// The resource that it is about.
    #[must_use]
    pub(crate) fn subject(&self) -> Option<Subject<'_>> {
        let kind = self.event_type().and_then(types::of).flatten();
        Subject::of(kind, text(&self.document, "resource_type"), self.resource()?)
    }

    /// The other resources that it names, one of each kind.
    #[must_use]
    pub(crate) fn related(&self) -> Vec<Subject<'_>> {
        self.resource().map(|it| Subject::related_with_payments(self.subject(), it)).unwrap_or_default()
    }

    /// The status of its resource, in upper case.
    #[must_use]
    pub(crate) fn status(&self) -> Option<String> {
        self.resource().and_then(resource::status)
    }

    /// PayPal's code for why the resource has that status.
    #[must_use]
    pub(crate) fn status_reason(&self) -> Option<&str> {
        self.resource().and_then(resource::status_reason)
    }

    /// The amount of its resource.
    #[must_use]
    pub(crate) fn amount(&self) -> Option<Amount<'_>> {
        self.resource().and_then(resource::amount)
    }

    /// Its resource.
    pub(super) fn resource(&self) -> Option<&Document<'a>> {
        self.document.get("resource")
    }

    /// The id of its resource, of any kind.
    #[must_use]
    pub(crate) fn resource_id(&self) -> Option<&str> {
        let own = self.subject().map(|subject| subject.id);
        own.or_else(|| self.resource().and_then(|resource| text(resource, "id")))
    }

    /// The related resources as an object, by kind.
    #[must_use]
    pub(crate) fn related_document(&self) -> Document<'_> {
        Document::Object(self.related().iter().map(|it| (it.kind.as_str().into(), it.id.into())).collect())
    }

    /// As JSON, with the received text unchanged as `raw`.
    #[must_use]
    pub(crate) fn to_json(&self) -> String {
        let kept = |name| self.document.get(name).cloned().unwrap_or(Document::Null);
        let subject = self.subject().map(|subject| {
            let (kind, id) = (subject.kind.as_str().into(), subject.id.into());
            Document::Object(vec![("kind".into(), kind), ("id".into(), id)])
        });
        let amount = self.amount();
        let members = [
            ("id", kept("id")),
            ("type", kept("event_type")),
            ("known", self.event_type().is_some_and(|name| types::of(name).is_some()).into()),
            ("event_version", kept("event_version")),
            ("resource_type", kept("resource_type")),
            ("resource_version", kept("resource_version")),
            ("resource_id", self.resource_id().into()),
            ("summary", kept("summary")),
            ("create_time", kept("create_time")),
            ("time", self.time().into()),
            ("links", kept("links")),
            ("subject", subject.into()),
            ("related", self.related_document()),
            ("status", self.status().into()),
            ("status_reason", self.status_reason().into()),
            ("amount", amount.as_ref().map_or(Document::Null, Amount::to_document)),
        ];
        Document::to_json_with(members, "raw", self.raw)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::samples::Sample;

    fn read(raw: &str) -> serde_json::Value {
        serde_json::from_str(&Event::parse(raw).unwrap().to_json()).unwrap()
    }

    const CAPTURE: &str = r#" {"id" : "WH-1", "event_type": "PAYMENT.CAPTURE.PENDING", "event_version": "1.0",
        "create_time": "2026-02-20T16:59:59-0700", "resource_type": "capture", "resource_version": "2.0",
        "summary": "Payment pending \u00e9", "links": [{"rel": "self", "href": "https://x/WH-1"}],
        "resource": {"id": "C1", "status": "PENDING", "status_details": {"reason": "ECHECK"}, "quantity": 1.0,
            "amount": {"currency_code": "INR", "value": "120.25"},
            "supplementary_data": {"related_ids": {"order_id": "O1"}}}}
"#;

    #[test]
    fn an_event_is_typed_and_its_text_unchanged() {
        let event = read(CAPTURE);
        let expected = serde_json::json!({
            "id": "WH-1", "type": "PAYMENT.CAPTURE.PENDING", "known": true, "event_version": "1.0",
            "resource_type": "capture", "resource_version": "2.0", "resource_id": "C1", "summary": "Payment pending \u{e9}",
            "create_time": "2026-02-20T16:59:59-0700", "time": "2026-02-20T23:59:59Z",
            "links": [{"rel": "self", "href": "https://x/WH-1"}], "subject": {"kind": "capture", "id": "C1"},
            "related": {"order": "O1"}, "status": "PENDING", "status_reason": "ECHECK",
            "amount": {"currency_code": "INR", "value": "120.25"}, "raw": event["raw"],
        });
        assert_eq!(event, expected);
        let json = Event::parse(CAPTURE).unwrap().to_json();
        assert_eq!(json.split_once(",\"raw\":").unwrap().1, format!("{CAPTURE}}}"));
    }

    #[test]
    fn an_unknown_type_and_a_bare_object_pass() {
        let event = read(r#"{"id": "WH-1", "event_type": "CHECKOUT.ORDER.FORGOTTEN", "resource": {"id": "X"}}"#);
        assert_eq!((&event["known"], &event["type"]), (&false.into(), &"CHECKOUT.ORDER.FORGOTTEN".into()));
        assert_eq!((&event["subject"], &event["resource_id"]), (&serde_json::Value::Null, &"X".into()));
        let bare = read("{}");
        for name in ["id", "type", "time", "subject", "status", "amount", "links"] {
            assert_eq!(bare.get(name), Some(&serde_json::Value::Null), "{name}");
        }
        assert_eq!((&bare["known"], &bare["related"]), (&false.into(), &serde_json::json!({})));
        let odd = read(r#"{"id": 7, "event_type": [], "create_time": {}, "resource": "text", "links": "none"}"#);
        assert_eq!((&odd["id"], &odd["links"], &odd["time"]), (&7.into(), &"none".into(), &serde_json::Value::Null));
    }

    #[test]
    fn an_invalid_event_is_refused() {
        let deep = format!("{{\"a\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        let amount = |value: u8| format!(r#""amount": {{"currency_code": "USD", "value": "{value}"}}"#);
        let doubled = &format!(r#"{{"id": "WH-1", "resource": {{{}, {}}}}}"#, amount(1), amount(2));
        for text in ["", "[]", "null", "\"text\"", "{", "{}{}", "<html>", "\u{feff}{}"] {
            assert!(Event::parse(text).is_none() && text_of(text.as_bytes()).is_none(), "{text}");
        }
        assert_eq!(read(doubled)["amount"]["value"], "2");
        assert!(text_of(b"{\"a\": \"\xff\"}").is_none() && text_of(b"").is_none());
        assert_eq!(text_of(b" {} \r\n"), Some(" {} \r\n"));
        for text in [&deep, doubled, r#"{"a": "\ud83d", "b": 1e999}"#] {
            assert!(Event::parse(text).is_some() && text_of(text.as_bytes()).is_some());
        }
    }

    #[test]
    fn paypal_s_own_are_read() {
        for sample in Sample::all() {
            let raw = text_of(&sample.body).unwrap();
            let event = read(raw);
            let facts: Vec<_> = ["status", "time"].map(|name| event[name].as_str().unwrap_or("-").to_owned()).into();
            let subject = event["subject"]["kind"].as_str().unwrap();
            let value = event["amount"]["value"].as_str().unwrap_or("-");
            let related = event["related"].to_string();
            assert_eq!(event["known"], true, "{}", sample.name);
            assert_eq!(event["raw"], serde_json::from_str::<serde_json::Value>(raw).unwrap());
            let found = format!("{subject} {} {} {value} {related}", facts[0], facts[1]);
            let expected = match &*sample.name {
                "2015-05-12-sale-completed" => {
                    "sale COMPLETED 2015-05-12T18:14:14Z 20.00 {\"payment\":\"PAY-1A142943SV880364LKVJEFPQ\"}"
                }
                "2016-10-05-sale-completed" => {
                    "sale COMPLETED 2016-10-05T14:57:40Z 6.01 {\"payment\":\"PAY-11X29866PC6848407K72RIQA\"}"
                }
                "2017-03-30-billing-plan-created" => "plan CREATED 2017-03-30T20:04:05.613Z - {}",
                "2018-09-14-sale-completed" => {
                    "sale COMPLETED 2018-09-14T20:40:03.847Z 30.11 {\"payment\":\"PAY-4KU08690AH983051SLOOBY7Y\"}"
                }
                "2024-07-30-plan-created" => "plan ACTIVE - - {\"product\":\"PROD-XXCD1234QWER65782\"}",
                _ => "capture COMPLETED 2019-02-14T21:50:07.94Z 30.00 {\"order\":\"1AB234567A1234567\"}",
            };
            assert_eq!(found, expected, "{}", sample.name);
            if sample.name == "2024-07-30-plan-created" {
                assert_eq!(event["create_time"], "2018-19-12T22:20:32.000Z");
            }
        }
    }
}
