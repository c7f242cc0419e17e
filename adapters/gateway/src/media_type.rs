//! The media types of bodies.

/// Whether a media type is JSON's, in UTF-8.
pub(crate) fn is_json(media_type: &str) -> bool {
    let mut parts = media_type.split(';').map(str::trim);
    let utf8 = |parameter: &str| {
        let charset = parameter.split_once('=').filter(|(name, _)| name.eq_ignore_ascii_case("charset"));
        charset.is_none_or(|(_, value)| value.trim_matches('"').eq_ignore_ascii_case("utf-8"))
    };
    parts.next().is_some_and(|it| it.eq_ignore_ascii_case("application/json")) && parts.all(utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_known_by_its_media_type() {
        for media_type in
            ["application/json", "Application/JSON; charset=utf-8", "application/json;charset=\"UTF-8\"; v=1"]
        {
            assert!(is_json(media_type), "{media_type}");
        }
        for media_type in
            ["", "text/plain", "application/json5", "application/json; charset=latin1", "multipart/form-data"]
        {
            assert!(!is_json(media_type), "{media_type}");
        }
    }
}
