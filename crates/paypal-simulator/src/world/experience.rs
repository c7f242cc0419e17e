//! What a merchant asks of the payer's pages.

use serde_json::Value;

/// What a merchant asks of the pages on which a payer approves: `experience_context` of a payment source, or
/// `application_context`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Experience {
    pub(crate) return_url: Option<String>,
    pub(crate) cancel_url: Option<String>,
    pub(crate) brand_name: Option<String>,
    /// Whether the money is taken as soon as the payer approves (`PAY_NOW`), rather than after a last look in the shop.
    pub(crate) pay_now: bool,
}

impl Experience {
    /// Reads it from a request. What the payment source says goes before what the application says.
    pub(crate) fn read(body: &Value) -> Self {
        let sources = body["payment_source"].as_object().into_iter().flat_map(|it| it.values());
        let contexts: Vec<_> =
            sources.map(|source| &source["experience_context"]).chain([&body["application_context"]]).collect();
        let text = |name: &str| contexts.iter().find_map(|it| it[name].as_str()).map(str::to_owned);
        Self {
            return_url: text("return_url"),
            cancel_url: text("cancel_url"),
            brand_name: text("brand_name"),
            pay_now: text("user_action").as_deref() == Some("PAY_NOW"),
        }
    }

    /// Takes from a later request what it says.
    pub(crate) fn update(&mut self, body: &Value) {
        let later = Self::read(body);
        self.return_url = later.return_url.or_else(|| self.return_url.take());
        self.cancel_url = later.cancel_url.or_else(|| self.cancel_url.take());
        self.brand_name = later.brand_name.or_else(|| self.brand_name.take());
        self.pay_now |= later.pay_now;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_payment_source_goes_before_the_application() {
        let body = json!({
            "payment_source": {"paypal": {"experience_context": {"return_url": "https://a.example/", "user_action": "PAY_NOW"}}},
            "application_context": {"return_url": "https://b.example/", "cancel_url": "https://c.example/", "brand_name": 7},
        });
        let mut read = Experience::read(&body);
        let text = |text: &str| Some(text.to_owned());
        let expected = Experience {
            return_url: text("https://a.example/"),
            cancel_url: text("https://c.example/"),
            brand_name: None,
            pay_now: true,
        };
        assert_eq!(read, expected);
        read.update(&json!({"application_context": {"brand_name": "Shop"}}));
        assert_eq!(read, Experience { brand_name: text("Shop"), ..expected });
        assert_eq!(Experience::read(&json!({"payment_source": {}})), Experience::default());
    }
}
