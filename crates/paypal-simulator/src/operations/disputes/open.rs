//! Opens disputes, as the buyer of a transaction.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};

use crate::{
    operations::{
        disputes::{
            change::{Party, answer, change, emit, one_of, text},
            evidence,
            files::{self, MAX_DOCUMENTS},
            money,
            resolve::{ANSWER_DAYS, expire, wait},
        },
        operation::DAY,
    },
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{
        World,
        dispute::{Dispute, Stage, State},
        dispute_rules::{NOT_AS_DESCRIBED, NOT_RECEIVED},
        disputed::{self, Disputed},
        money::Money,
    },
};

/// How long a payment can be disputed.
const DISPUTABLE: Duration = Duration::from_secs(180 * DAY);
/// How long an inquiry lasts at most.
const INQUIRY: Duration = Duration::from_secs(20 * DAY);

const REASONS: [&str; 10] = [
    NOT_RECEIVED,
    NOT_AS_DESCRIBED,
    "UNAUTHORISED",
    "CREDIT_NOT_PROCESSED",
    "DUPLICATE_TRANSACTION",
    "INCORRECT_AMOUNT",
    "PAYMENT_BY_OTHER_MEANS",
    "CANCELED_RECURRING_BILLING",
    "PROBLEM_WITH_REMITTANCE",
    "OTHER",
];

/// What a buyer says.
struct Complaint<'a> {
    reason: &'a str,
    amount: &'a Value,
    /// The member that `amount` is.
    amount_field: &'static str,
    message: Option<&'a str>,
    /// With the files.
    call: &'a Call,
    stage: Option<Stage>,
    is_external: bool,
    external_reason: Option<String>,
    extensions: Value,
}

/// Opens a dispute by the API, in the sandbox only. Merchant and buyer see a transaction under the same id here.
pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let body = &call.body;
    let Some(transaction) = body["disputed_transactions"][0]["buyer_transaction_id"].as_str() else {
        let (field, issue) = ("/disputed_transactions/0/buyer_transaction_id", "MANDATORY_PARAMETER_MISSING");
        return Err(Refusal::validation("body", field, issue, "The id that the buyer sees is needed."));
    };
    let Some(found) = disputed::find(&world.books, transaction) else {
        return Err(Refusal::not_found("buyer_transaction_id", transaction));
    };
    let extensions = body["extensions"].clone();
    let complaint = Complaint {
        reason: one_of(body, "reason", &REASONS, "INVALID_PARAMETER_VALUE")?.unwrap_or("OTHER"),
        amount: &body["dispute_amount"],
        amount_field: "/dispute_amount",
        message: None,
        call,
        stage: None,
        is_external: false,
        external_reason: None,
        extensions: if extensions.is_object() { extensions } else { json!({"reported_source": "API"}) },
    };
    let id = open(world, transaction, &found, complaint)?;
    Ok(answer(world, &id).status(201))
}

/// Opens a dispute as the buyer does at PayPal's Resolution Center, or a bank for the buyer.
pub(crate) fn by_buyer(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let body = &call.body;
    let Some(transaction) = text(&body["disputed_transaction_id"], "/disputed_transaction_id", true)? else {
        return Err(Refusal::missing("/disputed_transaction_id"));
    };
    world.enter_where(|books| disputed::find(books, transaction).is_some());
    let Some(found) = disputed::find(&world.books, transaction) else {
        return Err(Refusal::not_found("disputed_transaction_id", transaction));
    };
    let issue = "INVALID_PARAMETER_VALUE";
    let stages = Stage::NAMES.map(|(name, _)| name);
    let stage = one_of(body, "stage", &stages, issue)?;
    let reason = one_of(body, "reason", &REASONS, issue)?.ok_or_else(|| Refusal::missing("/reason"))?;
    let channel = one_of(body, "channel", &["INTERNAL", "EXTERNAL"], issue)?;
    let external_reason = text(&body["external_reason_code"], "/external_reason_code", false)?;
    let complaint = Complaint {
        reason,
        amount: &body["amount"],
        amount_field: "/amount",
        message: text(&body["message"], "/message", false)?,
        call,
        stage: stage.and_then(|name| Stage::NAMES.into_iter().find(|(it, _)| *it == name)).map(|(_, stage)| stage),
        is_external: channel == Some("EXTERNAL"),
        external_reason: external_reason.map(str::to_owned),
        extensions: json!({"reported_source": "WEB"}),
    };
    let id = open(world, transaction, &found, complaint)?;
    let links = world.books.disputes.get(&id).map(Dispute::own_link);
    Ok(Answer::json(201, json!({"dispute_id": id, "links": [links]})).about(id))
}

/// Reads the amount: at most what is left of the transaction, and all of that if none is given.
fn amount(found: &Disputed, complaint: &Complaint<'_>) -> Result<Money, Refusal> {
    let (left, field) = (found.gross.with(found.left), complaint.amount_field);
    if complaint.amount.is_null() {
        return Ok(left);
    }
    let amount = Money::read_positive(complaint.amount, field)?;
    let issue = "INVALID_PARAMETER_VALUE";
    if amount.currency != left.currency {
        let description = "It must be the currency of the transaction.";
        return Err(Refusal::invalid(&format!("{field}/currency_code"), amount.currency, issue, description));
    }
    if amount.minor > left.minor {
        let description = "It is more than what is left of the transaction.";
        return Err(Refusal::invalid(&format!("{field}/value"), amount.value(), issue, description));
    }
    Ok(amount)
}

/// Refuses a transaction that cannot be disputed, or not for this reason at this stage.
fn check(world: &World, transaction: &str, found: &Disputed, complaint: &Complaint<'_>) -> Result<(), Refusal> {
    let now = world.now();
    let refuse = |description: &str| Err(Refusal::business("DISPUTE_REASON_NOT_ELIGIBLE", description));
    let mut earlier = world.books.disputes_of(transaction);
    if earlier.any(|dispute| dispute.is_open() || dispute.state(now) == "APPEALABLE") {
        return refuse("The transaction is in dispute, or the merchant can still appeal.");
    }
    if found.left <= 0 {
        return refuse("All of the transaction has gone back.");
    }
    if now.since(found.created) >= DISPUTABLE {
        return refuse("A transaction can be disputed for 180 days.");
    }
    let is_inquiry = complaint.stage == Some(Stage::Inquiry);
    if is_inquiry && (complaint.is_external || ![NOT_RECEIVED, NOT_AS_DESCRIBED].contains(&complaint.reason)) {
        return refuse("Inquiries are about items that were not received or not as described. This begins as a claim.");
    }
    Ok(())
}

/// Adds a dispute, and holds its amount. Returns its id.
fn open(world: &mut World, transaction: &str, found: &Disputed, complaint: Complaint<'_>) -> Result<String, Refusal> {
    check(world, transaction, found, &complaint)?;
    files::check(complaint.call, MAX_DOCUMENTS)?;
    let amount = amount(found, &complaint)?;
    let Complaint { reason, message, call, is_external, external_reason, extensions, .. } = complaint;
    let is_talk = !is_external && [NOT_RECEIVED, NOT_AS_DESCRIBED].contains(&reason);
    let stage = complaint.stage.unwrap_or(if is_talk { Stage::Inquiry } else { Stage::Chargeback });
    let (id, now) = (world.ids.dispute(), world.now());
    let dispute = Dispute {
        id: id.clone(),
        number: world.books.disputes.len(),
        transaction: transaction.to_owned(),
        transaction_members: outline(world, transaction, found),
        reason: reason.to_owned(),
        amount,
        is_external,
        external_reason,
        stage,
        state: State::Open,
        offer: None,
        outcome: None,
        appealable: None,
        due: None,
        held: 0,
        taken: 0,
        fee: 0,
        reimbursed: 0,
        is_reversed: false,
        lists: BTreeMap::new(),
        history: Vec::new(),
        members: json!({"extensions": extensions}),
        created: now,
        updated: now,
    };
    world.books.add_dispute(dispute);
    if let Some(message) = message {
        evidence::post(world, &id, Party::Buyer, message, Vec::new());
    }
    if !call.files.is_empty() {
        let piece = json!({"evidence_type": "CREATE", "documents": files::documents(call, &id)});
        evidence::submit(world, &id, Party::Buyer, vec![piece]);
    }
    money::hold(world, &id);
    if stage == Stage::Inquiry {
        let end = now.after(INQUIRY);
        change(world, &id, |dispute| dispute.due = Some(end));
        world.schedule(end, expire, &id);
    } else {
        ask(world, &id);
    }
    world.mail(&id, 1);
    emit(world, &id, "CUSTOMER.DISPUTE.CREATED");
    Ok(id)
}

/// Asks the merchant for evidence on a claim.
pub(super) fn ask(world: &mut World, id: &str) {
    let is_parcel = world.books.disputes.get(id).is_some_and(|dispute| dispute.reason == NOT_RECEIVED);
    let types = if is_parcel { ["PROOF_OF_FULFILLMENT", "PROOF_OF_REFUND"] } else { ["PROOF_OF_REFUND", "OTHER"] };
    evidence::request(world, id, State::SellerEvidence, &types);
    wait(world, id, State::SellerEvidence, ANSWER_DAYS);
}

/// Returns what the document says of the transaction.
fn outline(world: &World, id: &str, found: &Disputed) -> Value {
    let (merchant, payer) = (world.merchant(), found.payer.clone().unwrap_or_else(|| world.payer()));
    let mut outline = json!({
        "buyer_transaction_id": id,
        "seller_transaction_id": id,
        "create_time": found.created.rfc3339_millis(),
        "gross_amount": found.gross.document(),
        "buyer": {"name": format!("{} {}", payer.given_name, payer.surname)},
        "seller": {"email": merchant.email, "merchant_id": merchant.id, "name": merchant.name},
    });
    // An invoice id of another form than this has no place in the document.
    let is_number = |id: &&String| {
        (1..=127).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-' | b'|'))
    };
    if let Some(number) = found.invoice_id.as_ref().filter(is_number) {
        outline["invoice_number"] = number.as_str().into();
    }
    if let Some(custom) = found.custom_id.as_ref().filter(|custom| !custom.is_empty()) {
        outline["custom"] = custom.as_str().into();
    }
    outline
}
