//! Hosts with their ports, as clients write them.

use http::uri::Authority;

/// Reads a host, with a port or without one, but without a user and without a wildcard. The host is returned in lower case, and
/// a default port is left out, as clients leave it out.
pub(crate) fn read(text: &str, defaults: &[u16]) -> Option<String> {
    let authority: Authority = text.parse().ok()?;
    let host = authority.host();
    // A user, if there is one, stands before the host.
    let port = text.strip_prefix(host).filter(|_| !host.is_empty() && !host.contains('*'))?;
    let host = host.to_ascii_lowercase();
    if port.is_empty() {
        return Some(host);
    }
    let port = port.strip_prefix(':').filter(|it| it.bytes().all(|it| it.is_ascii_digit()))?;
    let port: u16 = port.parse().ok().filter(|it| *it != 0)?;
    Some(if defaults.contains(&port) { host } else { format!("{host}:{port}") })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_host_is_written_in_one_way() {
        for (text, expected) in [
            ("Pay.Example", "pay.example"),
            ("pay.example:8443", "pay.example:8443"),
            ("pay.example:08443", "pay.example:8443"),
            ("pay.example:443", "pay.example"),
            ("pay.example:80", "pay.example:80"),
            ("[::1]", "[::1]"),
            ("[::A]:443", "[::a]"),
            ("[::1]:65535", "[::1]:65535"),
        ] {
            assert_eq!(read(text, &[443]).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_no_client_writes_is_refused() {
        for text in [
            "",
            "*",
            "*.example",
            "*:443",
            ":443",
            "pay.example:",
            "pay.example:0",
            "pay.example:65536",
            "pay.example:99999999999",
            "pay.example:+80",
            "pay.example:x",
            "pay.example:80:80",
            "u@pay.example",
            "u:p@pay.example:80",
            "a@a",
            "pay.example/",
            "pay example",
            "https://pay.example",
            "é.example",
        ] {
            assert_eq!(read(text, &[443]), None, "{text}");
        }
    }
}
