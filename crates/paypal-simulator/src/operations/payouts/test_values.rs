//! PayPal's test values: a note or an id that gets a certain answer
//! (<https://developer.paypal.com/docs/payouts/standard/integrate-api/test-go-live/>). Nothing is changed by them.

use serde_json::{Value, json};

use super::refusals::{mistake, not_found, refuse};
use crate::{
    request::{answer::Answer, refusal::Refusal},
    world::{
        World,
        money::Money,
        payout::{Batch, BatchStatus, Item, ItemStatus, Reason, RecipientType},
    },
};

/// Refusals of a payout, by the note of the first item. The documents give no statuses: those up to `ERRPYO010`, `ERRPYO014`
/// and `ERRPYO038` are the sandbox's, the others those of their kind.
const CREATE: [(&str, u16, &str); 16] = [
    ("ERRPYO001", 403, "SENDER_RESTRICTED"),
    ("ERRPYO002", 403, "SENDER_EMAIL_UNCONFIRMED"),
    ("ERRPYO003", 403, "AUTHORIZATION_ERROR"),
    ("ERRPYO005", 422, "INSUFFICIENT_FUNDS"),
    ("ERRPYO006", 500, "INTERNAL_ERROR"),
    ("ERRPYO010", 400, "VALIDATION_ERROR"),
    ("ERRPYO011", 403, "REQUIRED_SCOPE_MISSING"),
    ("ERRPYO012", 403, "SENDER_LOCKED"),
    ("ERRPYO014", 400, "USER_BUSINESS_ERROR"),
    ("ERRPYO035", 429, "RATE_LIMIT_VALIDATION"),
    ("ERRPYO036", 504, "REQUEST_TIMEOUT_EXCEEDED"),
    ("ERRPYO037", 400, "SYNC_MODE_NOT_APPLICABLE"),
    ("ERRPYO038", 400, "NON_HOLDING_CURRENCY"),
    ("ERRPYO039", 409, "PREVIOUS_REQUEST_IN_PROGRESS"),
    ("ERRPYO040", 403, "CIP_NOT_VERIFIED"),
    ("ERRPYO013", 400, "VALIDATION_ERROR"),
];

/// Refusals of a cancellation, by the id of the item.
const CANCEL: [(&str, u16, &str); 5] = [
    ("ERRPOI001", 404, "INVALID_RESOURCE_ID"),
    ("ERRPYO004", 400, "BATCH_NOT_COMPLETED"),
    ("ERRPYO007", 400, "ITEM_ALREADY_CANCELLED"),
    ("ERRPYO008", 400, "ITEM_CANCELLATION_FAILED"),
    ("ERRPYO009", 400, "ITEM_INCORRECT_STATUS"),
];

/// The statuses of batches, by their id.
const BATCHES: [(&str, BatchStatus); 5] = [
    ("POSPYO002", BatchStatus::Success),
    ("ERRPYOB001", BatchStatus::Success),
    ("ERRPYOB002", BatchStatus::Pending),
    ("ERRPYOB003", BatchStatus::Processing),
    ("ERRPYOB004", BatchStatus::Denied),
];

/// Reasons of the items: by the id of the batch, and by that of the item.
const REASONS: [(&str, &str, &str); 30] = [
    ("ERRPYOB005", "ERRPYOB016", "ACCOUNT_RESTRICTED"),
    ("ERRPYOB006", "ERRPYOB017", "ACCOUNT_UNCONFIRMED_EMAIL"),
    ("ERRPYOB007", "ERRPYOB018", "APPROVER_DENIED"),
    ("ERRPYOB008", "ERRPYOB019", "GAMER_FAILED_COUNTRY_OF_RESIDENCE_CHECK"),
    ("ERRPYOB009", "ERRPYOB020", "GAMER_FAILED_FUNDING_SOURCE_CHECK"),
    ("ERRPYOB010", "ERRPYOB021", "GAMING_INVALID_PAYMENT_FLOW"),
    ("ERRPYOB011", "ERRPYOB022", "NON_HOLDING_CURRENCY"),
    ("ERRPYOB012", "ERRPYOB023", "PENDING_RECIPIENT_NON_HOLDING_CURRENCY_PAYMENT_PREFERENCE"),
    ("ERRPYOB013", "ERRPYOB024", "SENDER_STATE_RESTRICTED"),
    ("ERRPYOB014", "ERRPYOB025", "SPENDING_LIMIT_EXCEEDED"),
    ("ERRPYOB015", "ERRPYOB026", "TRANSACTION_DECLINED_BY_TRAVEL_RULE"),
    ("ERRPYO015", "ERRPYO041", "CLOSED_MARKET"),
    ("ERRPYO016", "ERRPYO042", "CURRENCY_COMPLIANCE"),
    ("ERRPYO017", "ERRPYO043", "CURRENCY_NOT_SUPPORTED_FOR_RECEIVER"),
    ("ERRPYO018", "", "DUPLICATE_ITEM"),
    ("ERRPYO019", "ERRPYO044", "RECEIVER_ACCOUNT_LOCKED"),
    ("ERRPYO020", "ERRPYO045", "RECEIVER_COUNTRY_NOT_ALLOWED"),
    ("ERRPYO021", "ERRPYO046", "RECEIVER_UNCONFIRMED"),
    ("ERRPYO022", "ERRPYO047", "RECEIVER_UNREGISTERED"),
    ("ERRPYO023", "ERRPYO048", "RECEIVER_YOUTH_ACCOUNT"),
    ("ERRPYO024", "ERRPYO049", "RECEIVING_LIMIT_EXCEEDED"),
    ("ERRPYO025", "ERRPYO050", "REGULATORY_BLOCKED"),
    ("ERRPYO026", "ERRPYO051", "REGULATORY_PENDING"),
    ("ERRPYO027", "ERRPYO052", "RISK_DECLINE"),
    ("ERRPYO028", "ERRPYO053", "SELF_PAY_NOT_ALLOWED"),
    ("ERRPYO029", "ERRPYO054", "TRANSACTION_LIMIT_EXCEEDED"),
    ("ERRPYO030", "ERRPYO055", "UNDEFINED"),
    ("ERRPYO031", "ERRPYO056", "ZERO_AMOUNT"),
    ("ERRPYO034", "ERRPYO059", "INVALID_EMAIL"),
    ("ERRPYO060", "ERRPYO061", "RECEIVER_ACCOUNT_LIMITATION"),
];

const MESSAGE: &str = "The request asked for this error";

/// Refuses a payout whose first item asks for it.
pub(super) fn refuse_create(body: &Value) -> Result<(), Refusal> {
    let first = &body["items"][0];
    let asked = |(value, ..): &&(&str, u16, &str)| match *value {
        // The one that stands elsewhere.
        "ERRPYO013" => first["sender_batch_id"] == **value || body["sender_batch_header"]["sender_batch_id"] == **value,
        value => first["note"] == value,
    };
    match CREATE.iter().find(asked) {
        None => Ok(()),
        Some(("ERRPYO013", status, name)) => {
            let issues = vec![mistake("/items/0/note", "A payout to Venmo needs a note")];
            Err(Refusal { issues, ..refuse(*status, name, MESSAGE) })
        }
        Some((_, status, name)) => Err(refuse(*status, name, MESSAGE)),
    }
}

/// Answers for a batch with such an id.
pub(super) fn batch(world: &World, id: &str) -> Option<Result<Answer, Refusal>> {
    match id {
        "ERRPYO032" => return Some(Err(not_found())),
        "ERRPYO033" => return Some(Err(refuse(500, "INTERNAL_ERROR", MESSAGE))),
        _ => {}
    }
    let status = BATCHES.into_iter().find(|(value, _)| *value == id).map(|(_, status)| status);
    let reason = REASONS.iter().find(|(value, ..)| *value == id).and_then(|(.., name)| Reason::find(name));
    if status.is_none() && reason.is_none() {
        return None;
    }
    let item_status = match (reason, status) {
        (Some(reason), _) => reason.status(),
        (None, Some(BatchStatus::Success)) => ItemStatus::Success,
        (None, Some(BatchStatus::Denied)) => ItemStatus::Failed,
        (None, _) => ItemStatus::Pending,
    };
    let denied = if item_status == ItemStatus::Failed { BatchStatus::Denied } else { BatchStatus::Success };
    let status = status.unwrap_or(denied);
    let item = made_up(world, "RWD4EXMPL9VV8", id, item_status, reason);
    let batch = Batch {
        id: id.to_owned(),
        header: json!({"sender_batch_id": "test-value"}),
        amount: item.amount,
        status,
        items: Vec::new(),
        created: world.now(),
        completed: status.is_final().then(|| world.now()),
    };
    let links = batch.created()["links"].take();
    Some(Ok(Answer::ok(
        json!({"batch_header": batch.header(item.charged()), "items": [item.listed()], "links": links}),
    )))
}

/// Answers for an item with such an id.
pub(super) fn item(world: &World, id: &str) -> Option<Result<Answer, Refusal>> {
    let reason = match id {
        "ERRPYO057" => return Some(Err(not_found())),
        "ERRPYO058" => return Some(Err(refuse(500, "INTERNAL_ERROR", MESSAGE))),
        "POSPOI001" => None,
        "" => return None,
        _ => Some(Reason::find(REASONS.iter().find(|(_, value, _)| *value == id)?.2)?),
    };
    let status = reason.map_or(ItemStatus::Success, Reason::status);
    Some(Ok(Answer::ok(made_up(world, id, "POSPYO002", status, reason).document(Some("test-value")))))
}

/// Answers a cancellation of an item with such an id.
pub(super) fn cancelled(world: &World, id: &str) -> Option<Result<Answer, Refusal>> {
    if id == "POSPOI002" {
        let returned = ItemStatus::Returned { cancelled: true };
        return Some(Ok(Answer::ok(made_up(world, id, "POSPYO002", returned, None).document(Some("test-value")))));
    }
    CANCEL.iter().find(|(value, ..)| *value == id).map(|(_, status, name)| Err(refuse(*status, name, MESSAGE)))
}

/// An item that no merchant has sent: one dollar.
fn made_up(world: &World, id: &str, batch: &str, status: ItemStatus, reason: Option<Reason>) -> Item {
    let dollar = Money { currency: "USD", minor: 100 };
    let paid = !matches!(status, ItemStatus::Pending | ItemStatus::Failed | ItemStatus::Blocked | ItemStatus::OnHold);
    let receiver = "receiver@example.com";
    Item {
        id: id.to_owned(),
        batch: batch.to_owned(),
        amount: dollar,
        fee: 25,
        recipient: RecipientType::Email,
        receiver: receiver.to_owned(),
        detail: json!({
            "recipient_type": "EMAIL",
            "amount": dollar.old_document(),
            "receiver": receiver,
            "recipient_wallet": "PAYPAL",
        }),
        status,
        reason: reason.map(|reason| (reason, "f000000000000".to_owned())),
        transaction: paid.then(|| "4EXMPL152JD386402".to_owned()),
        activity: paid.then(|| "0EXMPL638XS032910".to_owned()),
        processed: Some(world.now()),
    }
}
