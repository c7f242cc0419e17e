//! From an HTTP response to a reply or a failure: no input or output.

mod provider_error;

use std::time::SystemTime;

use serde_json::value::RawValue;

use crate::{
    catalogue::{Action, Answer},
    document::NotJson,
    failure::{Failure, Kind},
    file::{self, File},
    multipart,
    response::{Cause, Lost, Response},
    retry,
};

/// A call that succeeded; see `kosha:connector/types.reply`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// PayPal's document as it came.
    pub body: Option<String>,
    /// PayPal's id of the exchange.
    pub debug_id: Option<String>,
    /// The idempotency key that was sent.
    pub idempotency_key: Option<String>,
    /// How many times the request was sent.
    pub attempts: u32,
    /// The input of the next page.
    pub next: Option<String>,
    /// The file that came in place of a document.
    pub file: Option<File>,
}

impl Reply {
    /// The reply of an action that asks nothing of PayPal.
    #[must_use]
    pub fn own(body: String) -> Self {
        Self {
            status: 200,
            body: Some(body),
            debug_id: None,
            idempotency_key: None,
            attempts: 0,
            next: None,
            file: None,
        }
    }
}

/// The exchange as far as its outcome depends on it.
#[derive(Clone, Copy)]
pub struct Exchange<'a> {
    /// What was asked for.
    pub action: &'static Action,
    /// The key it was asked under.
    pub idempotency_key: Option<&'a str>,
    /// How many times it has been sent by now.
    pub attempts: u32,
    /// Whether an earlier attempt may have reached PayPal.
    pub sent: bool,
}

impl Exchange<'_> {
    /// What a response means.
    ///
    /// # Errors
    /// Every status but 2xx, and a 2xx whose body is not what PayPal documents.
    pub fn outcome(&self, response: Response) -> Result<Reply, Failure> {
        if !(200..300).contains(&response.status) {
            return Err(self.refused(response));
        }
        let debug_id = debug_id(&response);
        let answered = |failure: Failure| Failure {
            status: Some(response.status),
            debug_id: debug_id.clone(),
            ..self.sent(failure)
        };
        let status = response.status;
        let content_type = response.header("content-type").map(str::to_owned);
        let answers_with_file = matches!(self.action.answer, Answer::File { .. });
        let unclear = |kind, what: &str| answered(self.unclear(kind, &format!("PayPal answered {status} {what}")));
        let bytes = response.body.map_err(|cause| match cause {
            Cause::TooLarge => unclear(Kind::TooLarge, "with more than the limit allows"),
            Cause::TimedOut => unclear(Kind::TimedOut, "and did not end in time"),
            Cause::Broken | Cause::Denied | Cause::Limited | Cause::Unreachable => {
                unclear(Kind::MalformedReply, "and broke off")
            }
        })?;
        let (body, file) = match self.action.answer {
            Answer::Document => (text(bytes).map_err(|what| unclear(Kind::MalformedReply, &what))?, None),
            Answer::File { part, media_type } => {
                (None, content_type.and_then(|content_type| file(&content_type, &bytes, part, media_type)))
            }
        };
        // PayPal's answers without a document are 204 and 202. An empty 200 may come from anything on the way.
        let documented = matches!(status, 200 | 201) || self.action.is_read() || answers_with_file;
        if body.is_none() && file.is_none() && documented {
            return Err(unclear(Kind::MalformedReply, "without what was asked for"));
        }
        Ok(Reply {
            status: response.status,
            body,
            debug_id,
            idempotency_key: self.idempotency_key.map(str::to_owned),
            attempts: self.attempts,
            next: None,
            file,
        })
    }

    /// What it means that no response came.
    #[must_use]
    pub fn lost(&self, lost: Lost) -> Failure {
        let Lost { cause, sent, reason } = lost;
        let unsent = |kind, what: &str| Failure {
            request_sent: self.sent,
            retryable: matches!(kind, Kind::Unreachable | Kind::TimedOut | Kind::RateLimited),
            idempotency_key: self.idempotency_key.map(str::to_owned),
            attempts: self.attempts,
            ..Failure::unsent(kind, format!("{what} ({reason}); it has not acted"))
        };
        match (sent, cause) {
            (false, Cause::Denied) => unsent(Kind::Denied, "the platform does not allow this request"),
            (false, Cause::Limited) => {
                unsent(Kind::RateLimited, "PayPal was not asked: a limit of the platform is reached")
            }
            (false, Cause::TooLarge) => unsent(Kind::TooLarge, "the request is over a size limit"),
            (false, Cause::TimedOut) => unsent(Kind::TimedOut, "PayPal could not be reached in time"),
            (false, Cause::Unreachable | Cause::Broken) => unsent(Kind::Unreachable, "PayPal could not be reached"),
            (true, cause) => {
                let on_read = match cause {
                    Cause::TimedOut => Kind::TimedOut,
                    Cause::TooLarge => Kind::TooLarge,
                    Cause::Broken | Cause::Denied | Cause::Limited | Cause::Unreachable => Kind::Unreachable,
                };
                self.sent(self.unclear(on_read, &format!("no answer came from PayPal ({reason})")))
            }
        }
    }

    /// An error status: the status decides, PayPal's document says more.
    fn refused(&self, response: Response) -> Failure {
        let kind = match response.status {
            400 => Kind::InvalidInput,
            401 => Kind::Unauthorized,
            403 => Kind::Forbidden,
            404 => Kind::NotFound,
            408 => Kind::TimedOut,
            409 => Kind::Conflict,
            413 => Kind::TooLarge,
            429 => Kind::RateLimited,
            402 | 422 => Kind::Unprocessable,
            _ => Kind::ProviderError,
        };
        let mut failure = self.sent(Failure::unsent(kind, ""));
        failure.status = Some(response.status);
        failure.retry_after_ms =
            response.header("retry-after").and_then(|value| retry_after_ms(value, SystemTime::now()));
        failure.debug_id = debug_id(&response);
        let status = response.status;
        provider_error::read(response, &mut failure);
        let in_progress = retry::is_in_progress(&failure);
        if !self.action.is_read() && (retry::is_unclear(status) || in_progress) {
            failure.kind = Kind::OutcomeUnknown;
            failure.message += &self.perhaps_done();
        }
        failure.retryable = match kind {
            // Refused before PayPal looked at it.
            Kind::RateLimited => true,
            _ => (retry::passes(status) || in_progress) && self.repeatable(),
        };
        failure
    }

    /// No answer, or none that can be understood: on a read that is all, on a write nobody knows what happened.
    fn unclear(&self, on_read: Kind, what: &str) -> Failure {
        let kind = if self.action.is_read() { on_read } else { Kind::OutcomeUnknown };
        // What is too large will be so again.
        let retryable = self.repeatable() && kind != Kind::TooLarge;
        Failure { retryable, ..Failure::unsent(kind, what.to_owned() + &self.perhaps_done()) }
    }

    /// What to do about a write that PayPal may have carried out.
    fn perhaps_done(&self) -> String {
        match (self.action.is_read(), &self.action.idempotency, self.action.lookup) {
            (true, ..) => String::new(),
            (false, Some(idempotency), _) => format!(
                "; it may have acted: repeat the call with the same idempotency key within {} to find out",
                duration(idempotency.retention_seconds)
            ),
            (false, None, Some(lookup)) => {
                format!("; it may have acted: look by `{lookup}` before you repeat the call")
            }
            (false, None, None) => "; it may have acted: look before you repeat the call".to_owned(),
        }
    }

    /// The failure of a call of which an earlier attempt may have been carried out, where this is not about that one.
    #[must_use]
    pub fn in_doubt(&self, failure: Failure) -> Failure {
        let message = format!(
            "an earlier attempt was left without an answer that says what became of it; the last one: {}{}",
            failure.message,
            self.perhaps_done()
        );
        Failure { kind: Kind::OutcomeUnknown, message, request_sent: true, retryable: self.repeatable(), ..failure }
    }

    /// Whether the same request can be sent again without the risk of a second effect.
    #[must_use]
    pub fn repeatable(&self) -> bool {
        self.action.is_read() || self.action.idempotency.is_some()
    }

    fn sent(&self, failure: Failure) -> Failure {
        Failure {
            request_sent: true,
            idempotency_key: self.idempotency_key.map(str::to_owned),
            attempts: self.attempts,
            ..failure
        }
    }
}

fn debug_id(response: &Response) -> Option<String> {
    response.header("paypal-debug-id").filter(|id| !id.is_empty()).map(str::to_owned)
}

/// The JSON text of a body, none for an empty one; otherwise how it is not JSON.
fn text(bytes: Vec<u8>) -> Result<Option<String>, String> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let text = String::from_utf8(bytes).map_err(|_| "with something that is not text (compressed?)")?;
    match serde_json::from_str::<&RawValue>(&text) {
        Ok(_) => Ok(Some(text)),
        Err(error) => Err(format!("with something that {}", NotJson::from(error))),
    }
}

/// The file that a part of a multipart answer holds in base64.
fn file(content_type: &str, body: &[u8], part: &str, media_type: &str) -> Option<File> {
    let data = file::decode(multipart::read(content_type, body, part)?)?;
    Some(File { name: part.to_owned(), media_type: media_type.to_owned(), data }).filter(|file| !file.data.is_empty())
}

/// A number of seconds in the largest unit that it is whole in.
fn duration(seconds: u32) -> String {
    let (count, unit) = match seconds {
        _ if seconds.is_multiple_of(86_400) => (seconds / 86_400, "day"),
        _ if seconds.is_multiple_of(3_600) => (seconds / 3_600, "hour"),
        _ => (seconds, "second"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

/// How long to wait, in milliseconds: `Retry-After` is a number of seconds or a date (RFC 9110 section 10.2.3).
fn retry_after_ms(value: &str, now: SystemTime) -> Option<u64> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return seconds.checked_mul(1000);
    }
    let wait = httpdate::parse_http_date(value).ok()?.duration_since(now).unwrap_or_default();
    u64::try_from(wait.as_millis()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        catalogue::{PLAIN, orders, payments},
        failure::Issue,
    };

    fn exchange(action: &'static Action) -> Exchange<'static> {
        Exchange { action, idempotency_key: action.idempotency.as_ref().map(|_| "key-1"), attempts: 1, sent: false }
    }

    fn response(status: u16, body: &str) -> Response {
        let headers = vec![("paypal-debug-id".to_owned(), b"f00d".to_vec())];
        Response { status, headers, body: Ok(body.as_bytes().to_vec()) }
    }

    fn refused(status: u16, body: &str) -> Failure {
        exchange(orders::CREATE).outcome(response(status, body)).unwrap_err()
    }

    #[test]
    fn a_reply_carries_the_document_as_it_came() {
        let body = "{\"quantity\": 1.0,\r\n \"new\" :null}";
        let reply = exchange(orders::CREATE).outcome(response(201, body)).unwrap();
        assert_eq!(reply.body.as_deref(), Some(body));
        assert_eq!((reply.status, reply.debug_id.as_deref()), (201, Some("f00d")));
        assert_eq!((reply.idempotency_key.as_deref(), reply.attempts), (Some("key-1"), 1));
    }

    #[test]
    fn no_body_is_a_success_of_a_write_and_not_of_a_read() {
        assert_eq!(exchange(orders::UPDATE).outcome(response(204, "")).unwrap().body, None);
        assert_eq!(exchange(orders::GET).outcome(response(200, "")).unwrap_err().kind, Kind::MalformedReply);
    }

    #[test]
    fn a_file_comes_out_of_its_part() {
        static IMAGE: Action = Action { answer: Answer::File { part: "image", media_type: "image/png" }, ..PLAIN };
        let answer = |content_type: &str, body: &str| {
            let headers = vec![("content-type".to_owned(), content_type.as_bytes().to_vec())];
            exchange(&IMAGE).outcome(Response { headers, ..response(200, body) })
        };
        let part = "--7f-b\r\nContent-Disposition: form-data; name=\"image\"\r\nContent-Type: text/plain\r\n\r\niVBORw==\r\n--7f-b--\r\n";
        let reply = answer("multipart/form-data; boundary=7f-b", part).unwrap();
        let file = reply.file.unwrap();
        assert_eq!((&*file.name, &*file.media_type, &*file.data), ("image", "image/png", &b"\x89PNG"[..]));
        assert_eq!(reply.body, None);
        for (content_type, body) in [
            ("multipart/form-data; boundary=other", part),
            ("multipart/form-data; boundary=7f-b", &part[..70]),
            ("multipart/form-data; boundary=7f-b", &part.replace("iVBORw==", "*")),
            ("multipart/form-data; boundary=7f-b", &part.replace("iVBORw==", "")),
            ("application/json", "{}"),
        ] {
            assert_eq!(answer(content_type, body).unwrap_err().kind, Kind::MalformedReply, "{content_type} {body}");
        }
    }

    #[test]
    fn what_cannot_be_understood_leaves_the_outcome_of_a_write_unknown() {
        for body in ["<html>", "{\"id\": ", "\u{0}", "{} {}"] {
            let read = exchange(orders::GET).outcome(response(200, body)).unwrap_err();
            assert_eq!((read.kind, read.retryable), (Kind::MalformedReply, true), "{body}");
            let write = exchange(orders::CREATE).outcome(response(201, body)).unwrap_err();
            assert_eq!((write.kind, write.retryable), (Kind::OutcomeUnknown, true), "{body}");
            assert!(write.message.contains("repeat the call with the same idempotency key within 6 hours"));
            let blind = exchange(orders::ADD_TRACKING).outcome(response(201, body)).unwrap_err();
            assert_eq!((blind.kind, blind.retryable), (Kind::OutcomeUnknown, false), "{body}");
            assert!(blind.message.contains("look by `orders.get` before you repeat"));
        }
        let gzip = Response { body: Ok(vec![0x1f, 0x8b, 0x08, 0xff]), ..response(200, "") };
        assert!(exchange(orders::GET).outcome(gzip).unwrap_err().message.contains("compressed?"));
        for (cause, kind) in [
            (Cause::TooLarge, Kind::TooLarge),
            (Cause::TimedOut, Kind::TimedOut),
            (Cause::Broken, Kind::MalformedReply),
        ] {
            let cut = || Response { body: Err(cause), ..response(200, "") };
            let read = exchange(orders::GET).outcome(cut()).unwrap_err();
            assert_eq!((read.kind, read.status), (kind, Some(200)));
            assert_eq!(exchange(orders::CREATE).outcome(cut()).unwrap_err().kind, Kind::OutcomeUnknown);
        }
    }

    #[test]
    fn a_write_is_not_done_where_its_document_is_missing() {
        use crate::catalogue::{invoices, subscriptions};
        for (action, status) in
            [(orders::CAPTURE, 200), (orders::CREATE, 201), (orders::ADD_TRACKING, 200), (orders::UPDATE, 200)]
        {
            let failure = exchange(action).outcome(response(status, "")).unwrap_err();
            assert_eq!((failure.kind, failure.status), (Kind::OutcomeUnknown, Some(status)), "{}", action.id);
            assert_eq!(failure.retryable, action.idempotency.is_some(), "{}", action.id);
        }
        for (action, status) in [
            (payments::VOID_AUTHORIZATION, 204),
            (orders::UPDATE, 204),
            (invoices::SEND, 202),
            (subscriptions::CAPTURE, 202),
        ] {
            let reply = exchange(action).outcome(response(status, "")).unwrap();
            assert_eq!((reply.status, reply.body), (status, None), "{}", action.id);
        }
    }

    #[test]
    fn the_status_decides_on_the_kind() {
        for (status, kind, retryable) in [
            (302, Kind::ProviderError, false),
            (400, Kind::InvalidInput, false),
            (401, Kind::Unauthorized, false),
            (402, Kind::Unprocessable, false),
            (403, Kind::Forbidden, false),
            (404, Kind::NotFound, false),
            (408, Kind::OutcomeUnknown, true),
            (413, Kind::TooLarge, false),
            (415, Kind::ProviderError, false),
            (422, Kind::Unprocessable, false),
            (429, Kind::RateLimited, true),
            (500, Kind::OutcomeUnknown, true),
            (501, Kind::OutcomeUnknown, false),
            (503, Kind::OutcomeUnknown, true),
            (999, Kind::OutcomeUnknown, false),
        ] {
            for body in ["", "<html>", "[]", "{}", r#"{"name": 7, "details": {"issue": 1}}"#] {
                let failure = refused(status, body);
                assert_eq!((failure.kind, failure.retryable), (kind, retryable), "{status} {body}");
                assert_eq!((failure.status, failure.request_sent), (Some(status), true));
                assert_eq!(failure.debug_id.as_deref(), Some("f00d"));
            }
        }
        let without_a_key = exchange(orders::ADD_TRACKING).outcome(response(503, "")).unwrap_err();
        assert_eq!((without_a_key.kind, without_a_key.retryable), (Kind::OutcomeUnknown, false));
        for (status, kind) in [(408, Kind::TimedOut), (500, Kind::ProviderError), (999, Kind::ProviderError)] {
            assert_eq!(exchange(orders::GET).outcome(response(status, "")).unwrap_err().kind, kind, "a read: {status}");
        }
    }

    #[test]
    fn every_shape_of_error_ends_in_one_record() {
        let issue = |field: &str, issue: Option<&str>, description: Option<&str>| Issue {
            field: Some(field.to_owned()),
            issue: issue.map(str::to_owned),
            description: description.map(str::to_owned),
            ..Issue::default()
        };
        for (body, name, debug_id, details) in [
            (
                r#"{"name": "A", "debug_id": "b0d7", "details": [{"field": "/x", "issue": "I", "description": "D"}]}"#,
                Some("A"),
                "b0d7",
                vec![issue("/x", Some("I"), Some("D"))],
            ),
            (
                r#"{"name": "B", "debugId": "camel", "details": [{"field": "/x", "description": "D"}]}"#,
                Some("B"),
                "camel",
                vec![issue("/x", None, Some("D"))],
            ),
            (r#"{"error": "invalid_token", "error_description": "D"}"#, Some("invalid_token"), "f00d", vec![]),
            (
                r#"{"localizedMessage": "M", "name": "C", "details": [{"field": "x", "value": null, "issue": "Prose."}]}"#,
                Some("C"),
                "f00d",
                vec![issue("x", Some("Prose."), None)],
            ),
            ("", None, "f00d", vec![]),
        ] {
            let failure = refused(422, body);
            assert_eq!(failure.name.as_deref(), name, "{body}");
            assert_eq!(failure.debug_id.as_deref(), Some(debug_id), "{body}");
            assert_eq!(failure.details, details, "{body}");
            assert_eq!(failure.body.as_deref(), (!body.is_empty()).then_some(body));
        }
    }

    #[test]
    fn a_request_in_progress_may_be_repeated() {
        let body = r#"{"name": "RESOURCE_CONFLICT", "details": [{"issue": "PREVIOUS_REQUEST_IN_PROGRESS"}]}"#;
        let failure = exchange(payments::REFUND_CAPTURE).outcome(response(409, body)).unwrap_err();
        assert_eq!((failure.kind, failure.retryable), (Kind::OutcomeUnknown, true));
        // One that has lost its document may be that.
        for lost in [Err(Cause::Broken), Err(Cause::TimedOut), Ok(body.as_bytes()[..60].to_vec()), Ok(Vec::new())] {
            let response = Response { body: lost, ..response(409, "") };
            let failure = exchange(payments::REFUND_CAPTURE).outcome(response).unwrap_err();
            assert_eq!((failure.kind, failure.retryable), (Kind::OutcomeUnknown, true));
        }
        for other in [r#"{"name": "RESOURCE_CONFLICT"}"#, "{}", "[]"] {
            let failure = exchange(payments::REFUND_CAPTURE).outcome(response(409, other)).unwrap_err();
            assert_eq!((failure.kind, failure.retryable), (Kind::Conflict, false), "{other}");
        }
        // Without a key there is no earlier request.
        let failure = exchange(orders::ADD_TRACKING).outcome(response(409, "")).unwrap_err();
        assert_eq!((failure.kind, failure.retryable), (Kind::Conflict, false));
    }

    #[test]
    fn what_was_never_sent_has_not_acted() {
        for (cause, kind, retryable) in [
            (Cause::Denied, Kind::Denied, false),
            (Cause::Limited, Kind::RateLimited, true),
            (Cause::Unreachable, Kind::Unreachable, true),
            (Cause::TimedOut, Kind::TimedOut, true),
            (Cause::TooLarge, Kind::TooLarge, false),
        ] {
            let failure = exchange(orders::CREATE).lost(Lost { cause, sent: false, reason: "why".to_owned() });
            assert_eq!((failure.kind, failure.retryable, failure.request_sent), (kind, retryable, false));
            let failure = exchange(orders::CREATE).lost(Lost { cause, sent: true, reason: "why".to_owned() });
            assert_eq!((failure.kind, failure.retryable, failure.request_sent), (Kind::OutcomeUnknown, true, true));
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = httpdate::parse_http_date("Sat, 21 Nov 2026 10:00:00 GMT").unwrap();
        for (value, expected) in [
            ("0", Some(0)),
            ("5", Some(5_000)),
            (" 120 ", Some(120_000)),
            ("Sat, 21 Nov 2026 10:01:30 GMT", Some(90_000)),
            ("Sat, 21 Nov 2026 09:00:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
            ("1.5", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(retry_after_ms(value, now), expected, "{value}");
        }
    }
}
