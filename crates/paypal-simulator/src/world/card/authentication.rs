//! The result of 3-D Secure.

use serde_json::{Value, json};

use crate::request::{
    field::{Field, Kind},
    refusal::Refusal,
};

static LIABILITY_SHIFTS: [&str; 3] = ["NO", "POSSIBLE", "UNKNOWN"];
static STATUSES: [&str; 8] = ["Y", "N", "U", "A", "C", "R", "D", "I"];
static ENROLLMENTS: [&str; 4] = ["Y", "N", "U", "B"];

/// What a form asks for.
pub(crate) static FIELDS: [Field; 3] = [
    Field { name: "authentication_status", kind: Kind::Choice(&STATUSES) },
    Field { name: "enrollment_status", kind: Kind::Choice(&ENROLLMENTS) },
    Field { name: "liability_shift", kind: Kind::Choice(&LIABILITY_SHIFTS) },
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Authentication {
    liability_shift: &'static str,
    status: Option<&'static str>,
    enrollment: Option<&'static str>,
}

impl Authentication {
    /// The payer has been authenticated.
    pub(crate) const SUCCESSFUL: Self = Self::new("POSSIBLE", Some("Y"), Some("Y"));

    pub(super) const fn new(
        liability_shift: &'static str,
        status: Option<&'static str>,
        enrollment: Option<&'static str>,
    ) -> Self {
        Self { liability_shift, status, enrollment }
    }

    /// Reads the result that a test asks for: `authentication_status`, `enrollment_status` and `liability_shift`. What is
    /// missing is left out, and the liability shifts if the payer was authenticated. `None` if all is missing.
    ///
    /// # Errors
    /// If a value is not PayPal's.
    pub(crate) fn read(document: &Value) -> Result<Option<Self>, Refusal> {
        let status = choice(document, "authentication_status", &STATUSES)?;
        let enrollment = choice(document, "enrollment_status", &ENROLLMENTS)?;
        let shift = choice(document, "liability_shift", &LIABILITY_SHIFTS)?;
        if status.is_none() && enrollment.is_none() && shift.is_none() {
            return Ok(None);
        }
        let shifts = matches!(status, Some("Y" | "A"));
        let liability_shift = shift.unwrap_or(if shifts { "POSSIBLE" } else { "NO" });
        Ok(Some(Self { liability_shift, status, enrollment }))
    }

    /// Whether it failed or was rejected: the card may not be charged.
    pub(crate) fn is_unsuccessful(&self) -> bool {
        matches!(self.status, Some("N" | "R"))
    }

    /// As an order shows it.
    pub(crate) fn document(&self) -> Value {
        let mut document = json!({"liability_shift": self.liability_shift});
        if let Some(details) = self.three_d_secure() {
            document["three_d_secure"] = details;
        }
        document
    }

    /// As the vault shows it.
    pub(crate) fn three_d_secure(&self) -> Option<Value> {
        let members = [("authentication_status", self.status), ("enrollment_status", self.enrollment)];
        let members = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), Value::from(value?))));
        Some(members.collect::<Value>()).filter(|it| it.as_object().is_some_and(|members| !members.is_empty()))
    }
}

fn choice(document: &Value, name: &str, choices: &[&'static str]) -> Result<Option<&'static str>, Refusal> {
    let given = &document[name];
    if given.is_null() {
        return Ok(None);
    }
    let description = format!("It must be one of {}.", choices.join(", "));
    let refuse = || Refusal::form(&format!("/{name}"), "INVALID_PARAMETER_VALUE", &description);
    choices.iter().find(|choice| *given == **choice).copied().map(Some).ok_or_else(refuse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_read_and_shown() {
        assert_eq!(Authentication::read(&json!({})).unwrap(), None);
        let failed =
            Authentication::read(&json!({"authentication_status": "N", "enrollment_status": "Y"})).unwrap().unwrap();
        let shown = json!({
            "liability_shift": "NO", "three_d_secure": {"authentication_status": "N", "enrollment_status": "Y"},
        });
        assert_eq!((failed.is_unsuccessful(), failed.document()), (true, shown));
        let timeout = Authentication::read(&json!({"liability_shift": "NO"})).unwrap().unwrap();
        assert_eq!((timeout.is_unsuccessful(), timeout.document()), (false, json!({"liability_shift": "NO"})));
        let refusal = Authentication::read(&json!({"authentication_status": "X"})).unwrap_err();
        assert_eq!(refusal.issues[0].field.as_deref(), Some("/authentication_status"));
    }
}
