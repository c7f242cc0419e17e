//! The pages of an action, one after another: each reply's `next` is the input of the following call.
//!
//! Nothing is read before it is asked for, and one page is in memory at a time: 500 rows of `transactions.list`, and of
//! `transactions.search` 10 000 rows or 8 MiB. What grows with the pages is 16 bytes for each, by which a list that leads in
//! a circle ends.

mod list;

use std::{
    collections::{BTreeMap, HashSet},
    fmt,
    hash::{BuildHasher as _, RandomState},
};

use serde_json::{Value, value::RawValue};

use list::{Items, List};

use crate::{
    bindings::{Failure, Reply},
    call::error::CallError,
    connector::Connector,
    schema::Catalogue,
    tenant::Tenant,
};

/// The unread pages of an action.
///
/// ```no_run
/// # async fn read(connector: &connector_host::Connector, tenant: &connector_host::Tenant) -> Result<(), Box<dyn std::error::Error>> {
/// let mut pages = connector_host::paging::Pages::of(connector, tenant, "plans.list", r#"{"page_size": 20}"#).await?;
/// while let Some(page) = pages.next_page().await? {
///     for plan in page.items {
///         println!("{plan}");
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub struct Pages {
    connector: Connector,
    tenant: Tenant,
    action: String,
    /// The member of the reply's body that has the items.
    list: List,
    /// The defaults of parameters that an input leaves out.
    defaults: BTreeMap<String, Value>,
    upcoming: Option<String>,
    /// The pages that were read, by [`Pages::identity`].
    read: HashSet<u128>,
    hashers: [RandomState; 2],
}

/// One page.
#[derive(Debug)]
pub struct Page {
    /// The number of the page, from 1 for the first one that was read.
    pub number: usize,
    /// The input of its call.
    pub input: String,
    /// Its items, unchanged from PayPal's document.
    pub items: Vec<Box<RawValue>>,
    /// The parts that could not be read, and that no other page has: each an object with a `reason`. Only an action of the
    /// connector's own has them, such as `transactions.search`; its description says when.
    pub missing: Vec<Box<RawValue>>,
    /// The input of the next page, if there is one.
    pub next: Option<String>,
}

/// Why the pages of an action cannot be read.
#[derive(Debug)]
pub enum NoPages {
    /// There is no such action.
    Unknown(String),
    /// Its responses do not have pages.
    Single(String),
    /// The component failed, or has no usable catalogue.
    Component(String),
}

impl fmt::Display for NoPages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(action) => write!(f, "there is no action `{action}`; `actions` lists them"),
            Self::Single(action) => write!(f, "the responses of `{action}` do not have pages"),
            Self::Component(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for NoPages {}

/// Why a page could not be read. [`Pages::upcoming`] is still its input.
#[derive(Debug)]
pub enum Interruption {
    /// The action failed.
    Failed(Failure),
    /// The component did not complete the call.
    Stopped(CallError),
    /// The page has been read before: following the links would never end.
    Repeated,
    /// The response is not a page with that list.
    NoList(String),
}

impl fmt::Display for Interruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(failure) => f.write_str(&failure.message),
            Self::Stopped(error) => error.fmt(f),
            Self::Repeated => f.write_str("PayPal's link to the next page leads to one that was read before"),
            Self::NoList(member) => {
                write!(f, "malformed-reply: PayPal's response is not a page with a list in `{member}`")
            }
        }
    }
}

impl std::error::Error for Interruption {}

impl From<CallError> for Interruption {
    fn from(error: CallError) -> Self {
        Self::Stopped(error)
    }
}

impl Pages {
    /// Creates the pages of an action, starting with the one that the input asks for. Nothing is sent yet.
    ///
    /// # Errors
    /// If the action is unknown or has no pages.
    pub async fn of(connector: &Connector, tenant: &Tenant, action: &str, input: &str) -> Result<Self, NoPages> {
        let unusable = |error: &dyn fmt::Display| NoPages::Component(error.to_string());
        let actions = connector.actions().await.map_err(|error| unusable(&error))?;
        let info = actions.into_iter().find(|info| info.id == action);
        let info = info.ok_or_else(|| NoPages::Unknown(action.to_owned()))?;
        let output = info.output_schema.filter(|_| info.paged).ok_or_else(|| NoPages::Single(action.to_owned()))?;

        let manifest = connector.describe().await.map_err(|error| unusable(&error))?;
        let catalogue = Catalogue::parse(&manifest.openapi).map_err(|error| unusable(&error))?;
        let output = catalogue.json_schema(&output).map_err(|error| unusable(&error))?;
        let list = List::of(&output, &info.path).ok_or_else(|| {
            NoPages::Component(format!("the schema of `{action}` does not show which list has the items of a page"))
        })?;
        let parameters = catalogue.at(&info.input_schema)["properties"].as_object().into_iter().flatten();
        let default = |(name, schema): (&String, &Value)| Some((name.clone(), schema.get("default")?.clone()));
        Ok(Self {
            connector: connector.clone(),
            tenant: tenant.clone(),
            action: action.to_owned(),
            list,
            defaults: parameters.filter_map(default).collect(),
            upcoming: Some(input.to_owned()),
            read: HashSet::new(),
            hashers: Default::default(),
        })
    }

    /// Reads the next page; `None` after the last one.
    ///
    /// # Errors
    /// If the page cannot be read. The next call tries again.
    pub async fn next_page(&mut self) -> Result<Option<Page>, Interruption> {
        let Some(input) = self.upcoming.clone() else { return Ok(None) };
        let identity = self.identity(&input);
        if self.read.contains(&identity) {
            return Err(Interruption::Repeated);
        }
        let outcome = self.connector.invoke(&self.tenant, &self.action, &input).await?;
        let reply = outcome.result.map_err(Interruption::Failed)?;
        let (items, missing) = self.items(&reply)?;
        self.read.insert(identity);
        self.upcoming.clone_from(&reply.next);
        Ok(Some(Page { number: self.read.len(), input, items, missing, next: reply.next }))
    }

    /// Returns the input of the next page; `None` after the last one.
    #[must_use]
    pub fn upcoming(&self) -> Option<&str> {
        self.upcoming.as_deref()
    }

    /// Returns the member of the reply's body that has the items.
    #[must_use]
    pub fn list(&self) -> &str {
        &self.list.name
    }

    /// Returns the same number for all inputs that ask for the same page.
    fn identity(&self, input: &str) -> u128 {
        let normal = self.normal(input);
        let [high, low] = self.hashers.each_ref().map(|hasher| u128::from(hasher.hash_one(&normal)));
        high << 64 | low
    }

    /// An input with its defaults, its members in order.
    fn normal(&self, input: &str) -> String {
        match serde_json::from_str::<BTreeMap<String, Value>>(input) {
            Ok(mut members) => {
                for (name, value) in &self.defaults {
                    members.entry(name.clone()).or_insert_with(|| value.clone());
                }
                serde_json::to_string(&members).unwrap_or_default()
            }
            // The component reports what is wrong with it.
            Err(_) => input.to_owned(),
        }
    }

    /// The items of a page, and what is missing from it.
    fn items(&self, reply: &Reply) -> Result<Items, Interruption> {
        let Some(body) = &reply.body else { return Ok(Items::default()) };
        self.list.items(body).map_err(|_| Interruption::NoList(self.list.name.clone()))
    }
}
