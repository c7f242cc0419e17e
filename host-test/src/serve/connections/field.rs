//! The rules for the texts of a connection: those of the connector's form, `connector_spec.json`.

use serde_json::Value;

use crate::serve::violation::Violation;

/// The lengths of the form's fields.
pub(crate) struct Rules(Value);

impl Rules {
    /// Reads the form of the connector's manifest.
    pub(crate) fn of_form(form: &str) -> serde_json::Result<Self> {
        let mut form: Value = serde_json::from_str(form)?;
        Ok(Self(form["fields"].take()))
    }

    /// Checks a text by the field whose name is the member's in upper case. A text that the form does not have is not checked.
    pub(super) fn check(&self, field: &'static str, text: &str) -> Result<(), Violation> {
        let name = field.to_ascii_uppercase();
        let rule = self.0.as_array().into_iter().flatten().find(|it| it["field"] == *name);
        let bound = |keyword: &str| rule.and_then(|it| it[keyword].as_u64());
        let (least, most) = (bound("minLength").unwrap_or(1), bound("maxLength").unwrap_or(u64::MAX));
        let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
        if !(least..=most).contains(&length) {
            let expected = if least == most {
                format!("expected {least} characters")
            } else {
                format!("expected {least} to {most} characters")
            };
            return Err(Violation::new(field, "INVALID_STRING_LENGTH", expected));
        }
        // They go into header fields.
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Violation::invalid(field, "expected letters, digits and punctuation without spaces"));
        }
        Ok(())
    }
}
