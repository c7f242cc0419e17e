//! Invoices (Invoicing v2).

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    answer::Answer,
    call::Call,
    clock::Moment,
    effects::Moved,
    events,
    invoice_amount::Amounts,
    links::{SITE, link},
    money::Money,
    paging::Page,
    refusal::Refusal,
    world::World,
};

const PATH: &str = "/v2/invoicing/invoices";
const DAY: Duration = Duration::from_secs(86_400);

/// How often a day an invoice may be reminded of.
const REMINDERS: usize = 2;

/// How an invoice can be paid and refunded outside PayPal.
const METHODS: [&str; 10] = [
    "BANK_TRANSFER",
    "CASH",
    "CHECK",
    "CREDIT_CARD",
    "DEBIT_CARD",
    "PAYPAL",
    "WIRE_TRANSFER",
    "OTHER",
    "ACH_TRANSFER",
    "GIFT_CARD",
];

/// Whether an invoice has been sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Draft,
    Scheduled,
    Sent,
    Cancelled,
}

/// An invoice.
pub(super) struct Invoice {
    id: String,
    stage: Stage,
    /// As the merchant gave it, with a number.
    members: Value,
    amounts: Amounts,
    payments: Vec<Transaction>,
    refunds: Vec<Transaction>,
    reminders: Vec<Moment>,
    created: Moment,
    updated: Moment,
    sent: Option<Moment>,
}

/// A payment or a refund of an invoice.
struct Transaction {
    id: String,
    amount: i64,
    /// Whether it was made through PayPal rather than recorded.
    by_paypal: bool,
    document: Value,
}

fn sum(transactions: &[Transaction]) -> i64 {
    transactions.iter().map(|transaction| transaction.amount).sum()
}

impl Invoice {
    fn number(&self) -> &str {
        self.members["detail"]["invoice_number"].as_str().unwrap_or_default()
    }

    fn due(&self) -> i64 {
        self.amounts.total.minor - sum(&self.payments)
    }

    fn status(&self) -> &'static str {
        let by_paypal = self.payments.iter().any(|payment| payment.by_paypal);
        let (paid, refunded) = (sum(&self.payments), sum(&self.refunds));
        match self.stage {
            Stage::Draft => "DRAFT",
            Stage::Scheduled => "SCHEDULED",
            Stage::Cancelled => "CANCELLED",
            Stage::Sent if refunded > 0 && refunded < paid => "PARTIALLY_REFUNDED",
            Stage::Sent if refunded > 0 && by_paypal => "REFUNDED",
            Stage::Sent if refunded > 0 => "MARKED_AS_REFUNDED",
            Stage::Sent if paid == 0 => "SENT",
            Stage::Sent if self.due() > 0 => "PARTIALLY_PAID",
            Stage::Sent if by_paypal => "PAID",
            Stage::Sent => "MARKED_AS_PAID",
        }
    }

    /// The addresses that an e-mail about it goes to.
    fn readers(&self, options: &Value) -> u32 {
        let count = |list: &Value| list.as_array().map_or(0, Vec::len);
        let mut readers = count(&options["additional_recipients"]);
        if options["send_to_recipient"] != false {
            readers += count(&self.members["primary_recipients"]) + count(&self.members["additional_recipients"]);
        }
        readers += usize::from(options["send_to_invoicer"] == true);
        u32::try_from(readers).unwrap_or(u32::MAX)
    }

    fn page(&self) -> String {
        format!("{SITE}/invoice/p/#{}", self.id.trim_start_matches("INV2-").replace('-', ""))
    }

    pub(super) fn document(&self) -> Value {
        let path = format!("{PATH}/{}", self.id);
        let money = |minor: i64| self.amounts.total.with(minor).document();
        let mut document = json!({"id": self.id, "status": self.status()});
        for (name, value) in self.members.as_object().into_iter().flatten() {
            document[name.as_str()] = value.clone();
        }
        document["detail"]["metadata"] = json!({
            "create_time": self.created.rfc3339(),
            "last_update_time": self.updated.rfc3339(),
            "created_by_flow": "REGULAR_SINGLE",
            "recipient_view_url": self.page(),
        });
        if let Some(sent) = self.sent {
            document["detail"]["metadata"]["first_sent_time"] = sent.rfc3339().into();
        }
        document["amount"] = self.amounts.document();
        document["due_amount"] = money(self.due());
        let documents = |list: &[Transaction]| list.iter().map(|it| it.document.clone()).collect::<Vec<_>>();
        if !self.payments.is_empty() {
            let paid = money(sum(&self.payments));
            document["payments"] = json!({"paid_amount": paid, "transactions": documents(&self.payments)});
        }
        if !self.refunds.is_empty() {
            let refunded = money(sum(&self.refunds));
            document["refunds"] = json!({"refund_amount": refunded, "transactions": documents(&self.refunds)});
        }
        let mut links = vec![link("self", "GET", &path)];
        let mut add = |rel: &str, method: &str, to: String| links.push(link(rel, method, &to));
        match self.stage {
            Stage::Draft => {
                add("send", "POST", format!("{path}/send"));
                add("replace", "PUT", path.clone());
                add("delete", "DELETE", path.clone());
            }
            Stage::Scheduled => add("delete", "DELETE", path.clone()),
            Stage::Sent if self.due() > 0 => {
                add("cancel", "POST", format!("{path}/cancel"));
                add("remind", "POST", format!("{path}/remind"));
                add("record-payment", "POST", format!("{path}/payments"));
            }
            Stage::Sent => add("record-refund", "POST", format!("{path}/refunds")),
            Stage::Cancelled => {}
        }
        document["links"] = links.into();
        document
    }

    /// What a list shows of it, in short.
    fn short(&self) -> Value {
        let full = self.document();
        let detail = &full["detail"];
        json!({
            "id": full["id"],
            "status": full["status"],
            "detail": {
                "currency_code": detail["currency_code"],
                "invoice_number": detail["invoice_number"],
                "invoice_date": detail["invoice_date"],
            },
            "amount": full["amount"],
            "due_amount": full["due_amount"],
            "links": full["links"],
        })
    }

    /// What was paid through PayPal, by payment.
    pub(super) fn taken(&self) -> impl Iterator<Item = (String, Moved)> {
        let moved = |payment: &Transaction| Moved {
            of: self.id.clone(),
            currency: self.amounts.total.currency.to_owned(),
            minor_units: payment.amount,
        };
        self.payments.iter().map(move |payment| (payment.id.clone(), moved(payment)))
    }

    /// What was given back, by refund.
    pub(super) fn given_back(&self) -> impl Iterator<Item = (String, Moved)> {
        let moved = |refund: &Transaction| Moved {
            of: self.id.clone(),
            currency: self.amounts.total.currency.to_owned(),
            minor_units: refund.amount,
        };
        self.refunds.iter().map(move |refund| (refund.id.clone(), moved(refund)))
    }

    pub(super) fn state(&self) -> String {
        self.status().to_owned()
    }
}

/// An invoice's members out of a body, with a number that no other invoice has.
fn read(world: &World, body: &Value, but: &str) -> Result<(Value, Amounts), Refusal> {
    if !body["detail"].is_object() {
        return Err(Refusal::missing("/detail"));
    }
    if body["detail"]["currency_code"].is_null() {
        return Err(Refusal::missing("/detail/currency_code"));
    }
    let amounts = Amounts::of(body)?;
    let mut members = body.clone();
    for derived in ["id", "status", "payments", "refunds", "due_amount", "links", "amount"] {
        if let Value::Object(members) = &mut members {
            members.remove(derived);
        }
    }
    // The breakdown is an input as well: the amounts follow from it whenever the invoice is replaced.
    if let Some(amount) = body.get("amount") {
        members["amount"] = amount.clone();
    }
    match members["detail"]["invoice_number"].as_str() {
        Some(number) if world.invoices.values().any(|it| it.number() == number && it.id != but) => {
            let field = "/detail/invoice_number";
            let description = "Another invoice has this number.";
            return Err(Refusal::business_at(field, number, "DUPLICATE_INVOICE_NUMBER", description));
        }
        Some(_) => {}
        None => members["detail"]["invoice_number"] = next_number(world).into(),
    }
    if members["detail"]["invoice_date"].is_null() {
        members["detail"]["invoice_date"] = world.now().date().into();
    }
    Ok((members, amounts))
}

/// The number after the highest one that is a number.
fn next_number(world: &World) -> String {
    let numbers = world.invoices.values().filter_map(|invoice| invoice.number().parse::<u64>().ok());
    format!("{:04}", numbers.max().unwrap_or(0).saturating_add(1))
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let (members, amounts) = read(world, &call.body, "")?;
    let (id, now) = (world.ids.invoice(), world.now());
    let invoice = Invoice {
        id: id.clone(),
        stage: Stage::Draft,
        members,
        amounts,
        payments: Vec::new(),
        refunds: Vec::new(),
        reminders: Vec::new(),
        created: now,
        updated: now,
        sent: None,
    };
    world.invoices.insert(id.clone(), invoice);
    tell(world, &id, "INVOICING.INVOICE.CREATED");
    Ok(show(world, call, &id).status(201).about(id))
}

/// An invoice as a write shows it: no more than a link, unless all is asked for.
fn show(world: &World, call: &Call, id: &str) -> Answer {
    match world.invoices.get(id).filter(|_| call.representation) {
        Some(invoice) => Answer::ok(invoice.document()),
        None => Answer::ok(link("self", "GET", &format!("{PATH}/{id}"))),
    }
}

fn tell(world: &mut World, id: &str, event: &str) {
    if let Some(document) = world.invoices.get(id).map(Invoice::document) {
        events::emit(world, event, "invoices", json!({"id": id, "invoice": document}));
    }
}

fn find<'a>(world: &'a World, call: &Call) -> Result<&'a Invoice, Refusal> {
    let id = call.id(0);
    world.invoices.get(id).ok_or_else(|| Refusal::not_found("invoice_id", id))
}

fn change(world: &mut World, id: &str, how: impl FnOnce(&mut Invoice)) {
    let now = world.now();
    if let Some(invoice) = world.invoices.get_mut(id) {
        how(invoice);
        invoice.updated = now;
    }
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(find(world, call)?.document()))
}

/// Replaces an invoice by a whole one; the recipient of one that was sent is told.
pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let invoice = find(world, call)?;
    if invoice.stage == Stage::Cancelled || !invoice.payments.is_empty() {
        return Err(Refusal::business("INVOICE_NOT_EDITABLE", "A cancelled or paid invoice does not change."));
    }
    let (id, sent) = (invoice.id.clone(), invoice.stage == Stage::Sent);
    let (members, amounts) = read(world, &call.body, &id)?;
    let flag = |name: &str| call.parameter(name).map(|value| value == "true");
    let options = json!({"send_to_recipient": flag("send_to_recipient"), "send_to_invoicer": flag("send_to_invoicer")});
    change(world, &id, |invoice| (invoice.members, invoice.amounts) = (members, amounts));
    if sent {
        let readers = world.invoices.get(&id).map_or(0, |invoice| invoice.readers(&options));
        world.mail(&id, readers);
    }
    tell(world, &id, "INVOICING.INVOICE.UPDATED");
    Ok(show(world, call, &id).about(id))
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let invoice = find(world, call)?;
    if !matches!(invoice.stage, Stage::Draft | Stage::Scheduled) {
        let description = "Only drafts and scheduled invoices can be deleted.";
        return Err(Refusal::business_at("invoice_id", &*invoice.id, "CANNOT_DELETE_INVOICE", description));
    }
    let id = invoice.id.clone();
    world.invoices.remove(&id);
    Ok(Answer::none().about(id))
}

/// Sends an invoice, or schedules it where its date is to come. Only a draft can be sent.
pub(super) fn send(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let invoice = find(world, call)?;
    if !matches!(invoice.stage, Stage::Draft | Stage::Scheduled) {
        let description = "The invoice is not a draft.";
        return Err(Refusal::business_at("invoice_id", &*invoice.id, "CANNOT_SEND_INVOICE", description));
    }
    let link = json!({"href": invoice.page(), "rel": "payer-view", "method": "GET"});
    let (id, now) = (invoice.id.clone(), world.now());
    if invoice.members["detail"]["invoice_date"].as_str().is_some_and(|date| date > &*now.date()) {
        change(world, &id, |invoice| invoice.stage = Stage::Scheduled);
        tell(world, &id, "INVOICING.INVOICE.SCHEDULED");
        return Ok(Answer::json(202, link).about(id));
    }
    let readers = invoice.readers(&call.body);
    change(world, &id, |invoice| (invoice.stage, invoice.sent) = (Stage::Sent, Some(now)));
    world.mail(&id, readers);
    Ok(Answer::ok(link).about(id))
}

pub(super) fn remind(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let (invoice, now) = (find(world, call)?, world.now());
    if invoice.stage != Stage::Sent || invoice.due() <= 0 {
        let description = "Only an invoice that is sent and unpaid can be reminded of.";
        return Err(Refusal::business("CANNOT_REMIND_INVOICE", description));
    }
    if invoice.reminders.iter().filter(|time| now.since(**time) < DAY).count() >= REMINDERS {
        let description = "The invoice has been reminded of 2 times today.";
        return Err(Refusal::business_at("invoice_id", &*invoice.id, "CANNOT_REMIND_INVOICE", description));
    }
    let (id, readers) = (invoice.id.clone(), invoice.readers(&call.body));
    change(world, &id, |invoice| invoice.reminders.push(now));
    world.mail(&id, readers);
    Ok(Answer::none().about(id))
}

pub(super) fn cancel(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let invoice = find(world, call)?;
    let refuse = |issue, description| Err(Refusal::business(issue, description));
    match invoice.stage {
        Stage::Draft => return refuse("CANNOT_CANCEL_DRAFT_INVOICE", "The invoice is a draft."),
        Stage::Scheduled => return refuse("CANNOT_CANCEL_SCHEDULED_INVOICE", "The invoice is scheduled."),
        Stage::Cancelled => return refuse("INVOICE_CANCELED_ALREADY", "The invoice is cancelled."),
        Stage::Sent if !invoice.refunds.is_empty() => {
            return refuse("CANNOT_CANCEL_REFUNDED_INVOICE", "The invoice has been refunded, or some of it.");
        }
        Stage::Sent if !invoice.payments.is_empty() => {
            return refuse("CANNOT_CANCEL_PAID_INVOICE", "The invoice is paid, or in part.");
        }
        Stage::Sent => {}
    }
    let (id, readers) = (invoice.id.clone(), invoice.readers(&call.body));
    change(world, &id, |invoice| invoice.stage = Stage::Cancelled);
    world.mail(&id, readers);
    tell(world, &id, "INVOICING.INVOICE.CANCELLED");
    Ok(Answer::none().about(id))
}

/// How much is paid or refunded: what the body says, or all.
fn amount(body: &Value, all: Money) -> Result<Money, Refusal> {
    let amount = match &body["amount"] {
        Value::Null => all,
        document => Money::read(document, "/amount")?,
    };
    if amount.currency != all.currency {
        let field = "/amount/currency_code";
        return Err(Refusal::business_at(field, amount.currency, "CURRENCY_MISMATCH", "It is not the invoice's."));
    }
    if amount.minor == 0 {
        let description = "The amount must be more than zero.";
        return Err(Refusal::invalid("/amount/value", amount.value(), "VALUE_CANNOT_BE_ZERO", description));
    }
    Ok(amount)
}

fn method(body: &Value, issue: &str) -> Result<String, Refusal> {
    match body["method"].as_str() {
        Some(method) if METHODS.contains(&method) => Ok(method.to_owned()),
        Some(method) => Err(Refusal::invalid("/method", method, issue, "There is no such method.")),
        None => Err(Refusal::missing("/method")),
    }
}

/// Notes a payment that was made outside PayPal.
pub(super) fn record_payment(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let invoice = find(world, call)?;
    let method = method(&call.body, "INVALID_PAYMENT_METHOD")?;
    if invoice.stage != Stage::Sent || invoice.due() <= 0 {
        return Err(Refusal::business("CANNOT_PROCESS_PAYMENTS", "The invoice takes no payments."));
    }
    let amount = amount(&call.body, invoice.amounts.total.with(invoice.due()))?;
    if amount.minor > invoice.due() {
        let issue = "PAYMENT_AMOUNT_GREATER_THAN_AMOUNT_DUE";
        return Err(Refusal::business(issue, "It is more than what is due."));
    }
    let invoice = invoice.id.clone();
    let id = pay(world, &invoice, amount, &method, call.body["payment_date"].clone(), false);
    Ok(Answer::ok(json!({"payment_id": id})).about(id))
}

/// Adds a payment to an invoice.
fn pay(world: &mut World, invoice: &str, amount: Money, method: &str, date: Value, by_paypal: bool) -> String {
    let text = world.ids.transaction();
    let id = if by_paypal { text } else { format!("EXTR-{text}") };
    let date = if date.is_null() { world.now().date().into() } else { date };
    let document = json!({
        "type": if by_paypal { "PAYPAL" } else { "EXTERNAL" },
        "payment_id": id,
        "payment_date": date,
        "method": method,
        "amount": amount.document(),
    });
    let payment = Transaction { id: id.clone(), amount: amount.minor, by_paypal, document };
    change(world, invoice, |invoice| invoice.payments.push(payment));
    tell(world, invoice, "INVOICING.INVOICE.PAID");
    id
}

/// The recipient pays what is due, at the page that the invoice links to.
pub(super) fn pay_by_paypal(world: &mut World, id: &str) -> Result<(), Refusal> {
    let invoice = world.invoices.get(id).ok_or_else(|| Refusal::not_found("invoice_id", id))?;
    if invoice.stage != Stage::Sent || invoice.due() <= 0 {
        return Err(Refusal::business("CANNOT_PROCESS_PAYMENTS", "The invoice takes no payments."));
    }
    let amount = invoice.amounts.total.with(invoice.due());
    pay(world, id, amount, "PAYPAL", Value::Null, true);
    Ok(())
}

pub(super) fn delete_payment(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let (invoice, transaction) = (find(world, call)?, call.id(1).to_owned());
    let Some(payment) = invoice.payments.iter().find(|payment| payment.id == transaction) else {
        return Err(Refusal::not_found("transaction_id", &transaction));
    };
    if payment.by_paypal || sum(&invoice.payments) - payment.amount < sum(&invoice.refunds) {
        let description = "More would be refunded than was paid, or it was paid through PayPal.";
        return Err(Refusal::business("CANNOT_DELETE_EXTERNAL_PAYMENT", description));
    }
    let id = invoice.id.clone();
    change(world, &id, |invoice| invoice.payments.retain(|payment| payment.id != transaction));
    Ok(Answer::none().about(call.id(1)))
}

/// Notes a refund that was made outside PayPal.
pub(super) fn record_refund(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let invoice = find(world, call)?;
    let method = method(&call.body, "INVALID_REFUND_METHOD")?;
    let left = sum(&invoice.payments) - sum(&invoice.refunds);
    if invoice.stage != Stage::Sent || left <= 0 {
        return Err(Refusal::business("CANNOT_PROCESS_REFUNDS", "The invoice takes no refunds."));
    }
    let amount = amount(&call.body, invoice.amounts.total.with(left))?;
    if amount.minor > left {
        return Err(Refusal::business("INVALID_REFUND_AMOUNT", "It is more than was paid."));
    }
    let invoice = invoice.id.clone();
    let id = format!("EXTR-{}", world.ids.transaction());
    let date = match &call.body["refund_date"] {
        Value::Null => world.now().date().into(),
        date => date.clone(),
    };
    let document = json!({
        "type": "EXTERNAL",
        "refund_id": id,
        "refund_date": date,
        "method": method,
        "amount": amount.document(),
    });
    let refund = Transaction { id: id.clone(), amount: amount.minor, by_paypal: false, document };
    change(world, &invoice, |invoice| invoice.refunds.push(refund));
    tell(world, &invoice, "INVOICING.INVOICE.REFUNDED");
    Ok(Answer::ok(json!({"refund_id": id})).about(id))
}

pub(super) fn delete_refund(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let (invoice, transaction) = (find(world, call)?, call.id(1).to_owned());
    if !invoice.refunds.iter().any(|refund| refund.id == transaction) {
        return Err(Refusal::not_found("transaction_id", &transaction));
    }
    let id = invoice.id.clone();
    change(world, &id, |invoice| invoice.refunds.retain(|refund| refund.id != transaction));
    Ok(Answer::none().about(call.id(1)))
}

/// The newest first.
fn newest(world: &World, fits: impl Fn(&Invoice) -> bool, show: impl Fn(&Invoice) -> Value) -> Vec<Value> {
    let mut found: Vec<_> = world.invoices.values().filter(|invoice| fits(invoice)).collect();
    found.sort_by_key(|invoice| std::cmp::Reverse(invoice.created));
    found.into_iter().map(show).collect()
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let page = Page::read(call, 20, 100, 1000)?;
    let short = call.parameter("fields").is_some_and(|fields| fields.eq_ignore_ascii_case("none"));
    let show = |invoice: &Invoice| if short { invoice.short() } else { invoice.document() };
    let found = newest(world, |_| true, show);
    Ok(Answer::ok(page.document(call, "GET", PATH, "items", found)))
}

/// The invoices that meet all of: `status`, `invoice_number`, `recipient_email`, `currency_code`, `reference`.
pub(super) fn search(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let page = Page::read(call, 20, 100, 1000)?;
    let wanted = |name: &str, value: &Value| call.body[name].is_null() || call.body[name] == *value;
    let fits = |invoice: &Invoice| {
        let detail = &invoice.members["detail"];
        let recipients = invoice.members["primary_recipients"].as_array();
        let email = call.body["recipient_email"].as_str();
        let states = call.body["status"].as_array();
        states.is_none_or(|states| states.iter().any(|state| *state == *invoice.status()))
            && wanted("invoice_number", &detail["invoice_number"])
            && wanted("currency_code", &detail["currency_code"])
            && wanted("reference", &detail["reference"])
            && email.is_none_or(|email| {
                recipients.into_iter().flatten().any(|it| it["billing_info"]["email_address"] == email)
            })
    };
    let found = newest(world, fits, Invoice::document);
    Ok(Answer::ok(page.document(call, "POST", "/v2/invoicing/search-invoices", "items", found)))
}

/// The next free number. It is not reserved.
pub(super) fn generate_number(world: &mut World, _: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(json!({"invoice_number": next_number(world)})))
}
