//! Reads a delivery from a request, or refuses it with a status.

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body::Body as _;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::time::timeout;

use crate::listen::{
    delivery::{Channel, Delivery},
    limits::Limits,
    receiver::Receiver,
};

/// How many bytes of a body that is too long are read: a client that is still sending when the connection is closed may not see
/// the response.
const MAX_DISCARDED: u64 = 16 * 1024 * 1024;

/// The maximum length of a media type, in bytes; PayPal's have at most 50.
const MEDIA_TYPE: usize = 256;

pub(super) async fn read(
    request: Request<Incoming>,
    receiver: &impl Receiver,
    limits: &Limits,
) -> Result<Delivery, StatusCode> {
    let channels = [Channel::Webhook, Channel::Ipn].into_iter().filter(|channel| receiver.receives(*channel));
    let channel = channels.into_iter().find(|channel| channel.path() == request.uri().path());
    let channel = channel.ok_or(StatusCode::NOT_FOUND)?;
    if request.method() != Method::POST {
        return Err(StatusCode::METHOD_NOT_ALLOWED);
    }
    let (parts, body) = request.into_parts();
    let (headers, content_type) = head(&parts.headers)?;
    let body = timeout(limits.body_time, read_body(body, limits.body)).await;
    let body = body.map_err(|_| StatusCode::REQUEST_TIMEOUT)??;
    Ok(Delivery { channel, headers, content_type, fields: parts.headers, body })
}

/// The header fields of a signature, and the media type.
pub(crate) type Head = (Vec<(String, String)>, Option<String>);

/// Reads the head of a delivery.
///
/// # Errors
/// The status that refuses it.
pub(crate) fn head(headers: &HeaderMap) -> Result<Head, StatusCode> {
    Ok((signed_headers(headers)?, media_type(headers)?))
}

/// Returns the header fields of PayPal's signature, without those of the connection and of proxies, which may be in any
/// character set. PayPal's are ASCII: errors if one is not.
fn signed_headers(headers: &HeaderMap) -> Result<Vec<(String, String)>, StatusCode> {
    let signed = headers.iter().filter(|(name, _)| name.as_str().starts_with("paypal-"));
    let pair = |(name, value): (&header::HeaderName, &header::HeaderValue)| {
        let value = value.to_str().map_err(|_| StatusCode::BAD_REQUEST)?;
        Ok((name.as_str().to_owned(), value.to_owned()))
    };
    signed.map(pair).collect()
}

fn media_type(headers: &HeaderMap) -> Result<Option<String>, StatusCode> {
    let Some(value) = headers.get(header::CONTENT_TYPE) else { return Ok(None) };
    let value = value.to_str().map_err(|_| StatusCode::BAD_REQUEST)?;
    if value.len() > MEDIA_TYPE {
        return Err(StatusCode::BAD_REQUEST);
    }
    Ok((!value.is_empty()).then(|| value.to_owned()))
}

async fn read_body(mut body: Incoming, limit: usize) -> Result<Bytes, StatusCode> {
    if body.size_hint().lower() > MAX_DISCARDED {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let mut read = BytesMut::new();
    let mut length = 0_u64;
    while let Some(frame) = body.frame().await {
        // The client has gone away, or its chunks are malformed.
        let Ok(data) = frame.map_err(|_| StatusCode::BAD_REQUEST)?.into_data() else { continue };
        length += data.len() as u64;
        if length > MAX_DISCARDED {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        if length <= limit as u64 {
            read.extend_from_slice(&data);
        }
    }
    if length > limit as u64 { Err(StatusCode::PAYLOAD_TOO_LARGE) } else { Ok(read.freeze()) }
}
