//! A place in a valid JSON text, and the steps from one token to the next. It relies on the grammar having been checked: on
//! any other text it ends early, but never panics.

/// A place in a valid JSON text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// Where it is, in bytes from the start of the text.
    pub(super) fn offset(&self) -> usize {
        self.at
    }

    /// The first byte of the next token.
    pub(super) fn peek(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        self.at += rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps to the next item of an array, into which it steps first; false, behind the array, where there is none left.
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

    /// Steps to the value of the next member of an object, into which it steps first, and returns its name as it is written;
    /// none, behind the object, where there is none left.
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

    /// The text of the next value, behind which it steps. It takes no recursion.
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

/// Behind the closing quotation mark of the string that begins at a place.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}
