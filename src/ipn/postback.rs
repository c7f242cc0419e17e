//! The request that asks PayPal whether it has sent a message: the message itself, posted back.
//! <https://developer.paypal.com/api/nvp-soap/ipn/IPNImplementation/>

use crate::platform::{
    environment::Environment,
    request::{Method, Request, USER_AGENT},
    response::Response,
};

/// The command, which precedes the message.
const COMMAND: &[u8] = b"cmd=_notify-validate&";

/// The largest response, in bytes. It is one word.
const MAX_ANSWER: usize = 1024;

/// The request. After the command it has the original bytes of the message, never decoded and encoded again: PayPal
/// compares them. Its media type is that of a form, with the charset of the message's own `Content-Type`, if valid. It
/// needs no token.
#[must_use]
pub(crate) fn postback<'a>(environment: Environment, message: &'a [u8], content_type: Option<&str>) -> Request<'a> {
    let media_type = match content_type.and_then(charset) {
        Some(charset) => format!("application/x-www-form-urlencoded; charset={charset}").into(),
        None => "application/x-www-form-urlencoded".into(),
    };
    Request {
        method: Method::Post,
        authority: match environment {
            Environment::Sandbox => "ipnpb.sandbox.paypal.com",
            Environment::Live => "ipnpb.paypal.com",
        },
        path_and_query: "/cgi-bin/webscr".to_owned(),
        headers: vec![
            ("accept", "text/plain".into()),
            // PayPal's sample sends one; requests without it may be refused.
            ("user-agent", USER_AGENT.into()),
            ("content-type", media_type),
            ("content-length", (COMMAND.len() + message.len()).to_string().into()),
        ],
        body: vec![COMMAND.into(), message.into()],
        max_answer: MAX_ANSWER,
    }
}

/// The charset of a media type (RFC 9110 section 8.3.1), if it is a plain word: it is untrusted, and goes into a
/// header.
fn charset(content_type: &str) -> Option<&str> {
    let parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let (_, value) = parameters.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    let value = value.trim();
    let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
    let is_in = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':' | b'+');
    ((1..=40).contains(&value.len()) && value.bytes().all(is_in)).then_some(value)
}

/// PayPal's verdict on a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// PayPal has sent it.
    Verified,
    /// PayPal has not sent it, or it was changed.
    Invalid,
}

/// Reads PayPal's answer. Returns `None` if it is neither of the two words.
#[must_use]
pub(crate) fn verdict(response: &Response) -> Option<Verdict> {
    match response.body.as_ref().map(|body| body.trim_ascii()) {
        Ok(b"VERIFIED") if response.status == 200 => Some(Verdict::Verified),
        Ok(b"INVALID") if response.status == 200 => Some(Verdict::Invalid),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::response::Cause;

    /// Pseudo-random numbers, the same each time (xorshift64, Marsaglia 2003).
    struct Numbers(u64);

    impl Numbers {
        fn next(&mut self) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0
        }
    }

    #[test]
    fn the_message_goes_back_byte_for_byte() {
        let mut numbers = Numbers(0x1234_5678_9abc_def1);
        for length in (0..400).chain([4_095, 4_096, 65_537]) {
            let message: Vec<u8> = (0..length).map(|_| numbers.next().to_le_bytes()[3]).collect();
            let request = postback(Environment::Live, &message, None);
            let body = request.body.concat();
            let (command, rest) = body.split_at(21);
            assert_eq!(command, b"cmd=_notify-validate&");
            assert!(rest == message, "{length} bytes");
            let (_, stated) = request.headers.iter().find(|(name, _)| *name == "content-length").unwrap();
            assert_eq!(stated.parse(), Ok(body.len()));
        }
        for message in [&b"custom=%u00e9&a=+%2b%2B&charset=utf-16"[..], b"a=1&&b&=\r\n", b"\xff\xfe\0"] {
            assert_eq!(postback(Environment::Live, message, None).body.concat()[21..], *message);
        }
    }

    #[test]
    fn it_goes_to_the_host_of_its_environment() {
        for (environment, authority) in
            [(Environment::Live, "ipnpb.paypal.com"), (Environment::Sandbox, "ipnpb.sandbox.paypal.com")]
        {
            let request = postback(environment, b"a=1", None);
            assert_eq!((request.authority, &*request.path_and_query), (authority, "/cgi-bin/webscr"));
            assert_eq!((request.method, request.max_answer), (Method::Post, 1024));
            let headers: Vec<_> = request.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            assert_eq!(
                headers,
                [
                    "accept: text/plain",
                    &format!("user-agent: paypal-connector/{}", env!("CARGO_PKG_VERSION")),
                    "content-type: application/x-www-form-urlencoded",
                    "content-length: 24"
                ]
            );
        }
    }

    #[test]
    fn the_charset_of_its_media_type_is_kept() {
        let form = "application/x-www-form-urlencoded";
        for (content_type, expected) in [
            ("application/x-www-form-urlencoded; charset=UTF-8", "; charset=UTF-8"),
            ("application/x-www-form-urlencoded;CHARSET=\"gb2312\"; x=y", "; charset=gb2312"),
            ("text/plain; charset=windows-1252", "; charset=windows-1252"),
            ("application/x-www-form-urlencoded", ""),
            ("application/x-www-form-urlencoded; charset=", ""),
            ("application/x-www-form-urlencoded; charset=a\r\nx-evil: 1", ""),
            ("application/x-www-form-urlencoded; charset=\"a b\"", ""),
            ("application/x-www-form-urlencoded; charset=é", ""),
            ("charset=UTF-8", ""),
            ("", ""),
        ] {
            let request = postback(Environment::Live, b"a=1", Some(content_type));
            let (_, sent) = request.headers.iter().find(|(name, _)| *name == "content-type").unwrap();
            assert_eq!(*sent, format!("{form}{expected}"), "{content_type}");
        }
    }

    #[test]
    fn only_the_two_words_are_a_verdict() {
        for (status, body, expected) in [
            (200, "VERIFIED", Some(Verdict::Verified)),
            (200, " VERIFIED\r\n", Some(Verdict::Verified)),
            (200, "INVALID", Some(Verdict::Invalid)),
            (200, "verified", None),
            (200, "VERIFIED INVALID", None),
            (200, "<html>VERIFIED</html>", None),
            (200, "", None),
            (201, "VERIFIED", None),
            (302, "VERIFIED", None),
            (503, "INVALID", None),
        ] {
            let response = Response { status, headers: Vec::new(), body: Ok(body.as_bytes().to_vec()) };
            assert_eq!(verdict(&response), expected, "{status} {body}");
        }
        let broken = Response { status: 200, headers: Vec::new(), body: Err(Cause::Broken) };
        assert_eq!(verdict(&broken), None);
    }
}
