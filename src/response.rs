//! An HTTP response, or what came of it.

/// An HTTP response as the transport delivers it.
#[derive(Debug)]
pub struct Response {
    /// The status code, whatever it is.
    pub status: u16,
    /// The header fields, names in lower case.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body, or why it could not be read to its end.
    pub body: Result<Vec<u8>, Cause>,
}

impl Response {
    /// The first header field of that name (in lower case), where it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(key, _)| key == name)?;
        std::str::from_utf8(value).ok()
    }
}

/// What ended an exchange before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The platform's policy does not allow it.
    Denied,
    /// The platform limits how much is sent at once, or how fast.
    Limited,
    /// No connection: name resolution, TCP or TLS failed.
    Unreachable,
    /// Time ran out.
    TimedOut,
    /// A size limit was passed.
    TooLarge,
    /// The connection broke, or what came over it was no HTTP.
    Broken,
}

/// An exchange that ended without a response.
#[derive(Debug)]
pub struct Lost {
    /// What ended it.
    pub cause: Cause,
    /// Whether any of the request may have reached PayPal. Where that is not known it is true.
    pub sent: bool,
    /// The transport's own words, without anything of the request in them.
    pub reason: String,
}
