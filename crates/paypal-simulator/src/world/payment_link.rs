//! A payment link: a page at which anybody buys one item.

use serde_json::{Value, json};

use crate::base::{
    clock::Moment,
    documents::pick,
    links::{SITE, link, page},
};

pub(crate) const PATH: &str = "/v1/checkout/payment-resources";
const MEMBERS: [&str; 5] = ["integration_mode", "type", "reusable", "return_url", "line_items"];

pub(crate) struct PaymentLink {
    pub(crate) id: String,
    /// Counts up, for the order of a list.
    pub(crate) number: usize,
    /// What the merchant has sent.
    pub(crate) members: Value,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
}

impl PaymentLink {
    /// The path of the page where it is paid.
    fn page(&self) -> String {
        format!("/ncp/payment/{}", self.id)
    }

    /// Returns the item that it sells.
    pub(crate) fn item(&self) -> &Value {
        &self.members["line_items"][0]
    }

    pub(crate) fn document(&self) -> Value {
        let path = format!("{PATH}/{}", self.id);
        let mut document = pick(&self.members, &MEMBERS);
        if document["reusable"].is_null() {
            document["reusable"] = "MULTIPLE".into();
        }
        document["id"] = self.id.as_str().into();
        document["status"] = "ACTIVE".into();
        document["create_time"] = self.created.rfc3339().into();
        document["update_time"] = self.updated.rfc3339().into();
        document["payment_link"] = format!("{SITE}{}", self.page()).into();
        document["links"] = json!([
            link("self", "GET", &path),
            link("replace", "PUT", &path),
            link("delete", "DELETE", &path),
            page("payment_link", &self.page()),
        ]);
        document
    }
}
