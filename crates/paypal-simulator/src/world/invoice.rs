//! An invoice with its payments and refunds.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    base::{
        clock::Moment,
        links::{SITE, link},
    },
    world::{
        conditional_rule::{ConditionalRule, Kind},
        effects::Moved,
        invoice_amounts::Amounts,
    },
};

pub(crate) const PATH: &str = "/v2/invoicing/invoices";

const DAY: u64 = 86_400;

/// Whether an invoice has been sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Draft,
    Scheduled,
    Sent,
    Cancelled,
}

pub(crate) struct Invoice {
    pub(crate) id: String,
    pub(crate) stage: Stage,
    /// What the merchant has sent, with a number.
    pub(crate) members: Value,
    pub(crate) amounts: Amounts,
    pub(crate) payments: Vec<Transaction>,
    pub(crate) refunds: Vec<Transaction>,
    /// When the merchant sent reminders.
    pub(crate) reminders: Vec<Moment>,
    pub(crate) rules: Vec<ConditionalRule>,
    /// What a discount for early payment has taken off, in minor units.
    pub(crate) rebate: i64,
    /// Whether automatic reminders are sent for it.
    pub(crate) is_reminded: bool,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
    pub(crate) sent: Option<Moment>,
    /// How it was asked to be sent, if it is scheduled.
    pub(crate) options: Value,
}

/// A payment or a refund of an invoice.
pub(crate) struct Transaction {
    pub(crate) id: String,
    pub(crate) amount: i64,
    /// Whether it was made through PayPal rather than recorded.
    pub(crate) by_paypal: bool,
    pub(crate) time: Moment,
    pub(crate) document: Value,
}

pub(crate) fn sum(transactions: &[Transaction]) -> i64 {
    transactions.iter().map(|transaction| transaction.amount).sum()
}

impl Invoice {
    pub(crate) fn number(&self) -> &str {
        self.members["detail"]["invoice_number"].as_str().unwrap_or_default()
    }

    /// When its date begins, in UTC.
    pub(crate) fn date(&self) -> Option<Moment> {
        Moment::parse(&format!("{}T00:00:00Z", self.members["detail"]["invoice_date"].as_str()?))
    }

    /// When the day on which it is due begins, in UTC; `None` if it has none.
    pub(crate) fn due_date(&self) -> Option<Moment> {
        let term = &self.members["detail"]["payment_term"];
        if let Some(day) = term["due_date"].as_str() {
            return Moment::parse(&format!("{day}T00:00:00Z"));
        }
        let days = match term["term_type"].as_str()? {
            "DUE_ON_RECEIPT" => 0,
            term => term.strip_prefix("NET_")?.parse().ok()?,
        };
        Some(self.date()?.after(Duration::from_secs(DAY.saturating_mul(days))))
    }

    pub(crate) fn due(&self) -> i64 {
        self.amounts.total.minor - self.rebate - sum(&self.payments)
    }

    /// Returns the discount for who pays it all at this time, in minor units.
    pub(crate) fn offered(&self, now: Moment) -> i64 {
        let rules = self.rules.iter().filter(|rule| self.payments.is_empty() && rule.applies(now));
        let discounts = rules.filter_map(|rule| rule.discount(&self.amounts, "").ok());
        // Something is left to pay, whatever the invoice has become since.
        discounts.sum::<i64>().min(self.due() - 1).max(0)
    }

    /// Notes that a rule has taken effect.
    pub(crate) fn apply(&mut self, kind: Kind) {
        self.rules.iter_mut().filter(|rule| rule.kind == kind).for_each(|rule| rule.applied = true);
    }

    /// What its rules say, as the term of payment shows them.
    fn conditional_rules(&self) -> Value {
        let mut shown = json!({});
        for rule in &self.rules {
            let day = rule.end.map(Moment::date);
            match rule.kind {
                Kind::EarlyPaymentDiscount => {
                    let value = &rule.members["conditional_rule_value"];
                    let mut discount = json!({"discount_end_date": day, "is_applied": rule.applied});
                    match rule.discount(&self.amounts, "") {
                        Ok(minor) if rule.members["conditional_rule_value_type"] == "AMOUNT" => {
                            discount["amount"] = self.amounts.total.with(minor).document();
                        }
                        _ => discount["percent"] = value.clone(),
                    }
                    shown["early_payment_discount"] = discount;
                }
                Kind::AutoCancel => {
                    shown["auto_cancellation"] = json!({"cancel_by_date": day, "is_applied": rule.applied});
                }
            }
        }
        shown
    }

    /// Whether it is sent and not paid in full.
    pub(crate) fn is_payable(&self) -> bool {
        self.stage == Stage::Sent && self.due() > 0
    }

    pub(crate) fn status(&self) -> &'static str {
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

    /// Returns the number of addresses that an e-mail about it goes to.
    pub(crate) fn readers(&self, options: &Value) -> u32 {
        let count = |list: &Value| list.as_array().map_or(0, Vec::len);
        let mut readers = count(&options["additional_recipients"]);
        if options["send_to_recipient"] != false {
            readers += count(&self.members["primary_recipients"]) + count(&self.members["additional_recipients"]);
        }
        readers += usize::from(options["send_to_invoicer"] == true);
        u32::try_from(readers).unwrap_or(u32::MAX)
    }

    pub(crate) fn page(&self) -> String {
        format!("{SITE}/invoice/p/#{}", self.key())
    }

    /// Returns its id as the link to its page has it.
    pub(crate) fn key(&self) -> String {
        self.id.trim_start_matches("INV2-").replace('-', "")
    }

    pub(crate) fn document(&self) -> Value {
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
        if !self.rules.is_empty() {
            document["detail"]["payment_term"]["conditional_rules"] = self.conditional_rules();
            document["configuration"]["has_conditional_rule"] = true.into();
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

    /// Returns the short form of lists.
    pub(crate) fn short(&self) -> Value {
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

    /// Returns the payments, through PayPal or recorded, by id.
    pub(crate) fn taken(&self) -> impl Iterator<Item = (String, Moved)> {
        self.moved(&self.payments)
    }

    /// Returns the refunds, by id.
    pub(crate) fn given_back(&self) -> impl Iterator<Item = (String, Moved)> {
        self.moved(&self.refunds)
    }

    fn moved(&self, transactions: &[Transaction]) -> impl Iterator<Item = (String, Moved)> {
        transactions.iter().map(|it| (it.id.clone(), self.amounts.total.with(it.amount).moved(&self.id)))
    }
}
