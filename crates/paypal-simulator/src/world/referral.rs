//! A partner's referral: an invitation of a seller, and what has become of it.

use serde_json::{Value, json};

use crate::base::links::{link, page};

pub(crate) const PATH: &str = "/v2/customer/partner-referrals";

pub(crate) struct Referral {
    pub(crate) id: String,
    /// What the partner has sent.
    pub(crate) members: Value,
}

impl Referral {
    /// The path of the page where the seller agrees.
    fn page(&self) -> String {
        format!("/bizsignup/partner/entry?referralToken={}", self.id)
    }

    pub(crate) fn links(&self) -> Value {
        json!([link("self", "GET", &format!("{PATH}/{}", self.id)), page("action_url", &self.page())])
    }

    /// Returns what the partner has told, for the partner's account and app.
    pub(crate) fn document(&self, partner: &str, client_id: &str) -> Value {
        json!({
            "partner_referral_id": self.id,
            "submitter_payer_id": partner,
            "submitter_client_id": client_id,
            "referral_data": self.members,
            "links": self.links(),
        })
    }

    /// The partner's own id of the seller.
    pub(crate) fn tracking_id(&self) -> Option<&str> {
        self.members["tracking_id"].as_str()
    }

    /// What the partner wants to do for the seller, by PayPal's names.
    pub(crate) fn features(&self) -> Vec<String> {
        let operations = self.members["operations"].as_array().into_iter().flatten();
        let details = operations.flat_map(|operation| {
            let rest = &operation["api_integration_preference"]["rest_api_integration"];
            [&rest["third_party_details"]["features"], &rest["first_party_details"]["features"]]
        });
        let names = details.filter_map(Value::as_array).flatten().filter_map(Value::as_str);
        names.map(str::to_owned).collect()
    }

    /// The products for which the seller signs up.
    pub(crate) fn products(&self) -> Vec<String> {
        let products = self.members["products"].as_array().into_iter().flatten();
        products.filter_map(Value::as_str).map(str::to_owned).collect()
    }
}
