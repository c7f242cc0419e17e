//! Which types of events are forwarded.

/// A list of event types. One that ends in `*` stands for all that begin like it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter(Vec<String>);

impl EventFilter {
    /// Parses a list such as `PAYMENT.CAPTURE.*,CHECKOUT.ORDER.APPROVED`.
    ///
    /// # Errors
    /// If an entry is not the name of a type. The set of names is open, so that any in PayPal's form is accepted.
    pub fn parse(list: &str) -> Result<Self, String> {
        let types: Vec<String> = list.split(',').map(|name| name.trim().to_ascii_uppercase()).collect();
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        match types.iter().find(|name| name.is_empty() || !name.strip_suffix('*').unwrap_or(name).bytes().all(fits)) {
            Some(_) => Err("it is a list of event types, such as PAYMENT.CAPTURE.*,CHECKOUT.ORDER.APPROVED".to_owned()),
            None => Ok(Self(types)),
        }
    }

    /// Whether an event is of one of these types; without any, every event is.
    pub(super) fn includes(&self, event_type: Option<&str>) -> bool {
        let is_of = |name: &str| match name.strip_suffix('*') {
            Some(beginning) => event_type.unwrap_or_default().starts_with(beginning),
            None => event_type == Some(name),
        };
        self.0.is_empty() || self.0.iter().any(|name| is_of(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_types_and_beginnings() {
        let filter = EventFilter::parse("PAYMENT.CAPTURE.*, checkout.order.approved").unwrap();
        for (name, expected) in [
            ("PAYMENT.CAPTURE.COMPLETED", true),
            ("PAYMENT.CAPTURE.", true),
            ("PAYMENT.CAPTURES", false),
            ("CHECKOUT.ORDER.APPROVED", true),
            ("CHECKOUT.ORDER.APPROVED.X", false),
            ("", false),
        ] {
            assert_eq!(filter.includes(Some(name)), expected, "{name}");
        }
        assert!(!filter.includes(None));
        assert!(EventFilter::default().includes(None) && EventFilter::parse("*").unwrap().includes(None));
    }

    #[test]
    fn what_is_no_type_is_refused() {
        for list in ["", ",", "A,,B", "A B", "A,b/c", "**", "*.A"] {
            assert!(EventFilter::parse(list).is_err(), "{list:?}");
        }
    }
}
