//! What a call carries along without being asked: its request id and its deadline.
//!
//! Must not know what the call is about.

use std::time::Duration;

use http::HeaderMap;

tokio::task_local! {
    static CURRENT: CallContext;
}

/// The header that names a request.
pub const REQUEST_ID_HEADER: &str = "x-request-id";

/// The call in which the present task works.
#[derive(Debug, Clone)]
pub struct CallContext {
    /// Made at the outermost door, carried through all.
    pub request_id: String,
    /// When the caller stops waiting, on the monotonic clock of the process.
    pub deadline: Option<Duration>,
}

impl CallContext {
    /// Runs a future as part of this call.
    pub async fn scope<F: Future>(self, future: F) -> F::Output {
        CURRENT.scope(self, future).await
    }
}

/// The id of the request being worked on, to quote in errors.
pub fn request_id() -> Option<String> {
    CURRENT.try_with(|context| context.request_id.clone()).ok()
}

/// When the caller of the request being worked on stops waiting.
pub fn deadline() -> Option<Duration> {
    CURRENT.try_with(|context| context.deadline).ok().flatten()
}

/// A request id from outside is taken only if it is harmless in logs and headers.
pub fn given_request_id(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(REQUEST_ID_HEADER)?.to_str().ok()?;
    let harmless = (8..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    harmless.then(|| text.to_owned())
}

/// The time a gRPC caller gives, by the protocol's `grpc-timeout`: at most 8 digits and a unit. Malformed means none given.
pub fn given_timeout(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("grpc-timeout")?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let amount: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(amount * 3600)),
        "M" => Some(Duration::from_secs(amount * 60)),
        "S" => Some(Duration::from_secs(amount)),
        "m" => Some(Duration::from_millis(amount)),
        "u" => Some(Duration::from_micros(amount)),
        "n" => Some(Duration::from_nanos(amount)),
        _ => None,
    }
}

/// A duration as `grpc-timeout` wants it, rounded down to milliseconds.
pub fn timeout_header(timeout: Duration) -> String {
    format!("{}m", timeout.as_millis().min(99_999_999))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(text: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert("grpc-timeout", text.parse().unwrap());
        given_timeout(&headers)
    }

    #[test]
    fn f_30_only_well_formed_timeouts_are_taken() {
        assert_eq!(given("250m"), Some(Duration::from_millis(250)));
        assert_eq!(given("0n"), Some(Duration::ZERO));
        for bad in ["abc", "99999999999H", "-1S", "S", "", "1", "1x", "+1S"] {
            assert_eq!(given(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_request_id_that_could_hurt_a_log_is_not_taken() {
        let mut headers = HeaderMap::new();
        headers.insert(REQUEST_ID_HEADER, "short".parse().unwrap());
        assert_eq!(given_request_id(&headers), None);
        headers.insert(REQUEST_ID_HEADER, "has spaces in it".parse().unwrap());
        assert_eq!(given_request_id(&headers), None);
        headers.insert(REQUEST_ID_HEADER, "0af7651916cd43dd".parse().unwrap());
        assert_eq!(given_request_id(&headers).as_deref(), Some("0af7651916cd43dd"));
    }
}
