//! A position in a valid JSON text, and the steps from one token to the next. The grammar must have been checked: on an
//! invalid text the cursor ends early, but never panics.

/// A position in a valid JSON text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The position, in bytes from the start of the text.
    pub(super) fn offset(&self) -> usize {
        self.at
    }

    /// The first byte of the next token.
    pub(super) fn peek(&mut self) -> Option<u8> {
        loop {
            match self.text.as_bytes().get(self.at)? {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                byte => return Some(*byte),
            }
        }
    }

    /// Steps to the next item of an array, entering the array first. Returns false, and stands after the array, if
    /// there are no more.
    pub(super) fn enter_item(&mut self) -> bool {
        if matches!(self.peek(), Some(b'[' | b',')) {
            self.at += 1;
        }
        match self.peek() {
            Some(b']') => {
                self.at += 1;
                false
            }
            next => next.is_some(),
        }
    }

    /// Steps to the value of the next member of an object, entering the object first. Returns the name as written, or
    /// `None`, and stands after the object, if there are no more.
    pub(super) fn enter_member(&mut self) -> Option<&'a str> {
        if matches!(self.peek(), Some(b'{' | b',')) {
            self.at += 1;
        }
        match self.peek()? {
            b'}' => {
                self.at += 1;
                None
            }
            _ => {
                let name = self.value();
                self.peek();
                // The colon.
                self.at += 1;
                Some(name)
            }
        }
    }

    /// Steps over the next value and returns its text. Does not recurse.
    pub(super) fn value(&mut self) -> &'a str {
        let first = self.peek();
        let start = self.at;
        let bytes = self.text.as_bytes();
        match first {
            Some(b'"') => self.at = string_end(bytes, start),
            Some(b'{' | b'[') => {
                let mut depth = 0_usize;
                while let Some(byte) = bytes.get(self.at) {
                    match byte {
                        b'"' => {
                            self.at = string_end(bytes, self.at);
                            continue;
                        }
                        b'{' | b'[' => depth += 1,
                        b'}' | b']' => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    self.at += 1;
                    if depth == 0 {
                        break;
                    }
                }
            }
            _ => {
                let rest = bytes.get(start..).unwrap_or_default();
                let ends = |byte: &u8| matches!(byte, b',' | b']' | b'}' | b':' | b' ' | b'\t' | b'\n' | b'\r');
                self.at += rest.iter().position(ends).unwrap_or(rest.len());
            }
        }
        self.text.get(start..self.at).unwrap_or_default()
    }
}

/// The position after the closing quotation mark of the string that begins at `start`.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(rest) = bytes.get(at..) {
        let Some(plain) = memchr::memchr2(b'"', b'\\', rest) else { break };
        at += plain;
        if bytes.get(at) == Some(&b'"') {
            return at + 1;
        }
        at += 2;
    }
    bytes.len()
}
