//! QR codes of invoices.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use serde_json::Value;

use crate::{
    base::{qr_code, scopes},
    operations::invoices::change::find,
    operations::operation::{Operation, operation},
    request::{
        answer::{Answer, Body},
        call::Call,
        refusal::Refusal,
    },
    world::{World, invoice::Stage},
};

/// The operations.
pub(crate) static OPERATIONS: &[Operation] = &[operation(
    "invoices.generate-qr-code",
    "POST",
    "/v2/invoicing/invoices/*/generate-qr-code",
    scopes::INVOICES,
    generate,
)];

/// The pixels that an image may have each way, and those that it has unless others are asked for.
const SMALLEST: usize = 150;
const LARGEST: usize = 500;

/// Draws a code that leads to the page where the recipient sees and pays the invoice. The answer is a form with one part,
/// the PNG image in base64, as PayPal's recordings have it.
fn generate(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let invoice = find(world, call)?;
    let (width, height) = (pixels(&call.body, "width"), pixels(&call.body, "height"));
    let action = &call.body["action"];
    let is_known = |it: &str| ["pay", "details"].iter().any(|known| known.eq_ignore_ascii_case(it));
    if !action.is_null() && !action.as_str().is_some_and(is_known) {
        let description = "It must be pay or details.";
        return Err(Refusal::invalid("/action", action.clone(), "INVALID_PARAMETER_SYNTAX", description));
    }
    if matches!(invoice.stage, Stage::Draft | Stage::Scheduled) {
        let (id, description) = (&*invoice.id, "The invoice has not been sent.");
        return Err(Refusal::business_at("invoice_id", id, "INVOICE_NOT_SENT", description).in_path());
    }
    let image = qr_code::png(&invoice.page(), width, height).ok_or_else(Refusal::internal)?;
    // The code is a read: it must not change the ids of what is made later.
    let boundary = world.ids.debug();
    let image = BASE64_STANDARD.encode(image);
    let form = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"image\"\r\nContent-Type: text/plain\r\n\r\n\
         {image}\r\n--{boundary}--\r\n"
    );
    let body = Body::Other(format!("multipart/form-data; boundary={boundary}"), Bytes::from(form));
    Ok(Answer::new(200, body))
}

/// Returns a size, which has been checked, or the largest one.
fn pixels(body: &Value, name: &str) -> usize {
    let given = body[name].as_u64().and_then(|pixels| usize::try_from(pixels).ok());
    given.unwrap_or(LARGEST).clamp(SMALLEST, LARGEST)
}
