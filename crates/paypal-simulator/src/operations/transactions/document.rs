//! A transaction as reports show it, in sections.

use serde_json::{Map, Value, json};

use super::filter::{card, is_given};
use crate::{
    base::clock::Moment,
    request::{call::Call, refusal::Refusal},
    world::{World, invoice::Invoice, ledger::Record, money::Money, order::Unit},
};

/// The sections, as `fields` names them.
const ALL: [&str; 7] =
    ["transaction_info", "payer_info", "shipping_info", "cart_info", "store_info", "auction_info", "incentive_info"];

/// The sections that a request asks for.
pub(super) struct Sections {
    names: Vec<&'static str>,
    ending_balance: bool,
}

impl Sections {
    pub(super) fn read(call: &Call) -> Result<Self, Refusal> {
        let text = call.parameter("fields").filter(|text| !text.is_empty()).unwrap_or(ALL[0]);
        let mut names = Vec::new();
        for name in text.split(',').map(str::trim) {
            match ALL.into_iter().find(|it| *it == name) {
                Some(name) => names.push(name),
                None if name == "all" => names.extend(ALL),
                None => {
                    let description = "There is no such field";
                    return Err(Refusal::query("fields", text, "INVALID_PARAMETER_VALUE", description));
                }
            }
        }
        Ok(Self { names, ending_balance: !is_given(call) })
    }

    /// Returns what a movement was at a time.
    pub(super) fn document(&self, world: &World, record: &Record, at: Moment) -> Value {
        let of = |name: &str| match name {
            "transaction_info" => self.info(world, record, at),
            "payer_info" => payer(world, record),
            "shipping_info" => unit(world, record).map_or_else(|| json!({}), shipping),
            "cart_info" => cart(world, record),
            // Nothing here is sold in a store or an auction, or with an incentive.
            _ => json!({}),
        };
        self.names.iter().map(|name| ((*name).to_owned(), of(name))).collect::<Map<_, _>>().into()
    }

    fn info(&self, world: &World, record: &Record, at: Moment) -> Value {
        let entry = &record.entry;
        let amount = |minor: i64| entry.gross.with(minor).document();
        let mut document = json!({
            "transaction_id": entry.id,
            "transaction_event_code": entry.code,
            "transaction_initiation_date": entry.time.report(),
            "transaction_updated_date": record.updated(at).report(),
            "transaction_amount": entry.gross.document(),
            "transaction_status": record.status(at).letter(),
        });
        let mut add = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                document[name] = value;
            }
        };
        let text = |text: &Option<String>| text.as_deref().filter(|text| !text.is_empty()).map(Value::from);
        add("paypal_account_id", text(&entry.payer));
        if let Some((id, kind)) = &entry.reference {
            add("paypal_reference_id", Some(id.as_str().into()));
            add("paypal_reference_id_type", Some((*kind).into()));
        }
        add("fee_amount", (entry.fee != 0).then(|| amount(entry.fee)));
        if entry.affects_balance() {
            add("ending_balance", self.ending_balance.then(|| amount(record.after.total)));
            add("available_balance", Some(amount(record.after.available())));
        }
        add("invoice_id", text(&entry.invoice_id));
        add("custom_field", text(&entry.custom_id));
        add("transaction_note", text(&entry.note));
        let unit = unit(world, record);
        add("protection_eligibility", Some(if unit.is_some() { "01" } else { "02" }.into()));
        if let Some(unit) = unit {
            let instrument = card(world, record).map_or("PAYPAL", |card| match card {
                "DEBITCARD" => "DEBIT_CARD",
                _ => "CREDIT_CARD",
            });
            add("instrument_type", Some(instrument.into()));
            // The parts of the whole amount, not those of a part of it.
            let breakdown = (unit.amount == entry.gross).then(|| unit.document()["amount"]["breakdown"].take());
            for (name, part) in
                [("sales_tax_amount", "tax_total"), ("shipping_amount", "shipping"), ("insurance_amount", "insurance")]
            {
                add(name, breakdown.as_ref().and_then(|breakdown| breakdown.get(part)).cloned());
            }
        }
        document
    }
}

/// Returns the purchase unit that a movement is a payment of.
fn unit<'a>(world: &'a World, record: &Record) -> Option<&'a Unit> {
    let (order, _) = record.entry.reference.as_ref().filter(|(_, kind)| *kind == "ODR")?;
    let id = &record.entry.id;
    let units = &world.books.orders.get(order)?.units;
    units.iter().find(|unit| unit.captures.contains(id) || unit.authorizations.contains(id))
}

fn payer(world: &World, record: &Record) -> Value {
    let id = record.entry.payer.as_ref();
    let Some(payer) = id.and_then(|id| world.payers.iter().find(|payer| payer.id == *id)) else {
        return json!({});
    };
    json!({
        "account_id": payer.id,
        "email_address": payer.email,
        "address_status": "N",
        "payer_status": "Y",
        "payer_name": {
            "given_name": payer.given_name,
            "surname": payer.surname,
            "alternate_full_name": format!("{} {}", payer.given_name, payer.surname),
        },
        "country_code": payer.country,
    })
}

fn shipping(unit: &Unit) -> Value {
    let shipping = &unit.document()["shipping"];
    let mut document = json!({});
    if let Some(name) = shipping["name"]["full_name"].as_str() {
        document["name"] = name.into();
    }
    let address = &shipping["address"];
    let names = [
        ("line1", "address_line_1"),
        ("line2", "address_line_2"),
        ("city", "admin_area_2"),
        ("state", "admin_area_1"),
        ("country_code", "country_code"),
        ("postal_code", "postal_code"),
    ];
    let parts: Map<_, _> =
        names.iter().filter_map(|(name, part)| Some(((*name).to_owned(), address.get(*part)?.clone()))).collect();
    // Without these three it is no address of a report.
    if ["line1", "city", "country_code"].iter().all(|name| parts.contains_key(*name)) {
        document["address"] = parts.into();
    }
    document
}

fn cart(world: &World, record: &Record) -> Value {
    let id = &record.entry.id;
    let paid = |invoice: &&Invoice| invoice.payments.iter().any(|payment| payment.id == *id);
    if let Some(invoice) = world.books.invoices.values().find(paid) {
        return json!({"paypal_invoice_id": invoice.id});
    }
    let items = unit(world, record).map(|unit| unit.document()["items"].take());
    match items.as_ref().and_then(Value::as_array) {
        Some(items) if !items.is_empty() => json!({"item_details": items.iter().map(item).collect::<Vec<_>>()}),
        _ => json!({}),
    }
}

fn item(item: &Value) -> Value {
    let mut document = json!({});
    for (name, member) in [
        ("item_code", "sku"),
        ("item_name", "name"),
        ("item_description", "description"),
        ("item_quantity", "quantity"),
    ] {
        if let Some(text) = item[member].as_str().filter(|text| !text.is_empty()) {
            document[name] = text.into();
        }
    }
    let quantity = item["quantity"].as_str().and_then(|text| text.parse::<i64>().ok());
    let price = Money::read(&item["unit_amount"], "").ok();
    if let Some((price, quantity)) = price.zip(quantity) {
        document["item_unit_price"] = price.document();
        if let Some(amount) = price.minor.checked_mul(quantity) {
            document["item_amount"] = price.with(amount).document();
            document["total_item_amount"] = price.with(amount).document();
        }
    }
    document
}
