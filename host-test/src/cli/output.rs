//! Prints results to stdout, a whole piece at a time, and reports if that fails.

use std::{
    fmt,
    fs::File,
    io::{self, Write},
    process::ExitCode,
    sync::{Mutex, PoisonError},
};

use connector_host::printable::printable;

/// A result could not be printed.
#[derive(Debug)]
pub(super) struct Undelivered(io::Error);

impl Undelivered {
    /// Whether the reader is gone, as after `head`, so that nothing more needs to be printed.
    pub(super) fn is_closed(&self) -> bool {
        self.0.kind() == io::ErrorKind::BrokenPipe
    }
}

impl fmt::Display for Undelivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot write to stdout: {}", self.0)
    }
}

impl std::error::Error for Undelivered {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

static OUTPUT: Mutex<Option<Output>> = Mutex::new(None);

/// Prints to stdout, with control characters escaped. Nothing stays in a buffer, where it could be lost at exit.
///
/// # Errors
/// If stdout cannot be written.
pub(super) fn print(text: &str) -> Result<(), Undelivered> {
    // A write that panicked leaves a consistent state.
    let mut output = OUTPUT.lock().unwrap_or_else(PoisonError::into_inner);
    let output = match &mut *output {
        Some(output) => output,
        none => none.insert(Output { file: stdout().map_err(Undelivered)?, cut: false }),
    };
    output.line(&printable(text)).map_err(Undelivered)
}

/// Checks that something printed to stdout by other code has been written.
///
/// # Errors
/// If not all of it could be written.
pub(super) fn delivered(printed: io::Result<()>) -> Result<(), Undelivered> {
    stdout().and(printed).and_then(|()| io::stdout().flush()).map_err(Undelivered)
}

/// Starts the next piece on a new line: an earlier process may have been killed in the middle of a line.
pub(super) fn begin_line() {
    let mut output = OUTPUT.lock().unwrap_or_else(PoisonError::into_inner);
    let Ok(file) = stdout() else { return };
    let cut = file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() > 0);
    *output = Some(Output { file, cut });
}

struct Output<W = File> {
    file: W,
    /// Whether the last piece may be incomplete.
    cut: bool,
}

impl<W: Write> Output<W> {
    fn line(&mut self, text: &str) -> io::Result<()> {
        let begin = if self.cut { "\n" } else { "" };
        let line = [begin, text, "\n"].concat();
        let mut rest = line.as_bytes();
        while !rest.is_empty() {
            match self.file.write(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => {
                    rest = rest.get(written..).unwrap_or_default();
                    self.cut = !rest.is_empty();
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.file.flush()
    }
}

/// Stdout without the buffer that Rust puts in front of it.
#[cfg(unix)]
fn stdout() -> io::Result<File> {
    use std::os::fd::AsFd as _;

    io::stdout().as_fd().try_clone_to_owned().map(File::from)
}

#[cfg(windows)]
fn stdout() -> io::Result<File> {
    use std::os::windows::io::AsHandle as _;

    io::stdout().as_handle().try_clone_to_owned().map(File::from)
}

/// Prints an error to stderr. Returns the exit code.
pub(super) fn report_error(message: &str, code: u8) -> ExitCode {
    // If stderr is closed, the error cannot be reported.
    let _ = writeln!(io::stderr(), "error: {}", printable(message));
    ExitCode::from(code)
}

/// Returns an error with its causes, as far as the message that has the last of them in it: some errors repeat their causes.
pub(super) fn explain(error: &anyhow::Error) -> String {
    let root = error.root_cause().to_string();
    // Wasmtime's may have many.
    let first_line = root.lines().next().unwrap_or_default();
    let mut said = error.to_string();
    for cause in error.chain().skip(1) {
        if said.contains(first_line) {
            break;
        }
        said = format!("{said}: {cause}");
    }
    said
}

/// Prints a note to stderr.
pub(super) fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{}", printable(text));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Accepts `room` bytes, a few at a time.
    struct Disk {
        taken: Vec<u8>,
        room: usize,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let written = bytes.len().min(3).min(self.room);
            if written == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.room -= written;
            self.taken.extend(&bytes[..written]);
            Ok(written)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_cause_is_said_once() {
        let undelivered = Undelivered(io::Error::other("it is full"));
        let error = anyhow::Error::from(undelivered).context("the third page");
        assert_eq!(explain(&error), "the third page: cannot write to stdout: it is full");
        let error = anyhow::anyhow!("no such byte\n at 0").context("it does not parse").context("a file: no such byte");
        assert_eq!(explain(&error), "a file: no such byte");
        assert_eq!(explain(&anyhow::anyhow!("one\ntwo").context("three")), "three: one\ntwo");
    }

    #[test]
    fn what_was_cut_off_does_not_run_into_the_next_line() {
        let mut output = Output { file: Disk { taken: Vec::new(), room: 8 }, cut: false };
        output.line("one").unwrap();
        assert_eq!(output.line("second").unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(output.line("third").unwrap_err().kind(), io::ErrorKind::StorageFull);
        output.file.room = 100;
        output.line("fourth").unwrap();
        output.line("fifth").unwrap();
        assert_eq!(String::from_utf8(output.file.taken).unwrap(), "one\nseco\nfourth\nfifth\n");
    }
}
