//! Refusals as HTTP says them: one table from the gRPC status to the HTTP status, `application/problem+json` with the same reason.
//!
//! Must not know which call was refused.

use std::collections::BTreeMap;

use axum::{
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use baton_kit::door::{
    context,
    refusal::{Refusal, metadata_of, reason_of},
};
use baton_proto::common::v1::ErrorReason;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/problem+json");

/// Why a request was refused (RFC 9457).
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub(crate) struct Document {
    /// `urn:baton:error:` and the reason.
    #[serde(rename = "type")]
    #[schema(example = "urn:baton:error:STALE_VERSION")]
    kind: String,
    /// The HTTP status in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// A sentence for people; programs go by `reason`.
    detail: String,
    /// The name of a `baton.common.v1.ErrorReason`, without its prefix.
    #[schema(example = "STALE_VERSION")]
    reason: String,
    /// To quote when asking for help.
    request_id: Option<String>,
    /// Every malformed field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// Values a program may act on, such as the current `control_epoch`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<String, String>,
    /// Seconds after which to come back.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
}

/// A malformed field.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct FieldError {
    /// Which one.
    field: String,
    /// What is wrong with it.
    message: String,
}

/// A refusal on its way out.
#[derive(Debug)]
pub(crate) struct Problem(Box<Parts>);

#[derive(Debug)]
struct Parts {
    status: StatusCode,
    reason: ErrorReason,
    detail: String,
    errors: Vec<FieldError>,
    metadata: BTreeMap<String, String>,
    retry_after: Option<u64>,
}

impl Problem {
    /// A refusal of the edge's own.
    pub fn new(reason: ErrorReason, detail: &str) -> Self {
        Status::from(Refusal::new(reason, detail)).into()
    }

    /// One malformed field.
    pub fn field(field: &str, message: impl ToString) -> Self {
        let mut problem =
            Self::new(ErrorReason::InvalidFields, &format!("the request has malformed fields: {field}"));
        problem.0.errors.push(FieldError { field: field.to_owned(), message: message.to_string() });
        problem
    }

    /// Nobody is signed in.
    pub fn unauthenticated() -> Self {
        Self::new(ErrorReason::Unauthenticated, "the credential is missing, malformed, expired or not ours")
    }

    /// A request that HTTP itself has a status for.
    pub fn http(status: StatusCode, detail: &str) -> Self {
        let mut problem = Self::new(ErrorReason::InvalidFields, detail);
        problem.0.status = status;
        problem
    }

    /// No such method here.
    pub fn method_not_allowed(method: &Method) -> Self {
        let mut problem =
            Self::new(ErrorReason::Unimplemented, &format!("{method} is not offered at this address"));
        problem.0.status = StatusCode::METHOD_NOT_ALLOWED;
        problem
    }

    /// Too many calls.
    pub fn too_many(retry_after: std::time::Duration) -> Self {
        let refusal = Refusal::new(ErrorReason::RateLimited, "too many calls of this kind");
        Status::from(refusal.retry_after(retry_after)).into()
    }

    /// Too many streams.
    pub fn full() -> Self {
        let refusal = Refusal::new(ErrorReason::Overloaded, "too many live streams at once");
        Status::from(refusal.retry_after(std::time::Duration::from_secs(5))).into()
    }

    /// Too many streams of one party.
    pub fn crowded() -> Self {
        let refusal =
            Refusal::new(ErrorReason::RateLimited, "too many live streams at once of this caller or address");
        Status::from(refusal.retry_after(std::time::Duration::from_secs(5))).into()
    }

    fn document(self) -> (StatusCode, Document) {
        let parts = *self.0;
        let name = parts.reason.as_str_name();
        let reason = name.strip_prefix("ERROR_REASON_").unwrap_or(name).to_owned();
        let document = Document {
            kind: format!("urn:baton:error:{reason}"),
            title: parts.status.canonical_reason().unwrap_or_default().to_owned(),
            status: parts.status.as_u16(),
            detail: parts.detail,
            reason,
            request_id: context::request_id(),
            errors: parts.errors,
            metadata: parts.metadata,
            retry_after: parts.retry_after,
        };
        (parts.status, document)
    }
}

impl From<Status> for Problem {
    fn from(status: Status) -> Self {
        let known = reason_of(&status);
        // A status that is not one of our refusals comes from the transport; its words are not for people.
        let detail =
            if known.is_some() { status.message().to_owned() } else { generic(status.code()).to_owned() };
        let reason = known.unwrap_or_else(|| reason_for(status.code()));
        let violations = status.get_details_bad_request().map(|bad| bad.field_violations).unwrap_or_default();
        let delay = status.get_details_retry_info().and_then(|info| info.retry_delay);
        Self(Box::new(Parts {
            status: http_status(status.code(), reason),
            reason,
            detail,
            errors: violations
                .into_iter()
                .map(|v| FieldError { field: v.field, message: v.description })
                .collect(),
            metadata: metadata_of(&status).into_iter().collect(),
            retry_after: delay.map(|delay| delay.as_secs() + u64::from(delay.subsec_nanos() > 0)),
        }))
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Status::from(refusal).into()
    }
}

impl From<crate::live::Crowded> for Problem {
    fn from(_: crate::live::Crowded) -> Self {
        Self::crowded()
    }
}

impl From<crate::live::Full> for Problem {
    fn from(_: crate::live::Full) -> Self {
        Self::full()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, document) = self.document();
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, MEDIA_TYPE);
        if let Some(seconds) = document.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// The one table.
fn http_status(code: Code, reason: ErrorReason) -> StatusCode {
    match code {
        Code::Ok => StatusCode::OK,
        Code::InvalidArgument | Code::OutOfRange => StatusCode::BAD_REQUEST,
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::PermissionDenied => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        // What `If-Match` named is not what is there.
        Code::Aborted if reason == ErrorReason::StaleEtag => StatusCode::PRECONDITION_FAILED,
        Code::AlreadyExists | Code::Aborted | Code::FailedPrecondition => StatusCode::CONFLICT,
        Code::ResourceExhausted if reason == ErrorReason::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
        // Coming back later, as 429 asks for, would not help.
        Code::ResourceExhausted if reason == ErrorReason::LimitReached => StatusCode::CONFLICT,
        Code::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
        Code::Unimplemented => StatusCode::NOT_IMPLEMENTED,
        Code::Unavailable | Code::Cancelled => StatusCode::SERVICE_UNAVAILABLE,
        Code::DeadlineExceeded => StatusCode::GATEWAY_TIMEOUT,
        Code::Unknown | Code::Internal | Code::DataLoss => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn reason_for(code: Code) -> ErrorReason {
    match code {
        Code::InvalidArgument | Code::OutOfRange => ErrorReason::InvalidFields,
        Code::Unauthenticated => ErrorReason::Unauthenticated,
        Code::PermissionDenied => ErrorReason::PermissionDenied,
        Code::NotFound => ErrorReason::NotFound,
        Code::AlreadyExists => ErrorReason::AlreadyExists,
        Code::Aborted => ErrorReason::StaleVersion,
        Code::FailedPrecondition => ErrorReason::WrongState,
        Code::ResourceExhausted => ErrorReason::Overloaded,
        Code::Unimplemented => ErrorReason::Unimplemented,
        Code::Unavailable | Code::Cancelled => ErrorReason::Unavailable,
        Code::DeadlineExceeded => ErrorReason::DeadlineExceeded,
        Code::Ok | Code::Unknown | Code::Internal | Code::DataLoss => ErrorReason::Internal,
    }
}

fn generic(code: Code) -> &'static str {
    match code {
        Code::Unavailable | Code::Cancelled | Code::ResourceExhausted => "not available right now",
        Code::DeadlineExceeded => "no answer in time",
        Code::Ok | Code::Unknown | Code::Internal | Code::DataLoss => "something went wrong on our side",
        _ => "the request was refused",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(refusal: Refusal) -> (StatusCode, Document) {
        Problem::from(refusal).document()
    }

    #[test]
    fn every_reason_has_its_http_status() {
        for (reason, expected) in [
            (ErrorReason::InvalidFields, 400),
            (ErrorReason::InvalidToken, 400),
            (ErrorReason::Unauthenticated, 401),
            (ErrorReason::SignInRefused, 401),
            (ErrorReason::PermissionDenied, 403),
            (ErrorReason::NotFound, 404),
            (ErrorReason::RequestIdReused, 409),
            (ErrorReason::StaleVersion, 409),
            (ErrorReason::ConversationClosed, 409),
            (ErrorReason::EmailRequired, 409),
            (ErrorReason::LimitReached, 409),
            (ErrorReason::StaleEtag, 412),
            (ErrorReason::RateLimited, 429),
            (ErrorReason::Overloaded, 503),
            (ErrorReason::Unimplemented, 501),
            (ErrorReason::Unavailable, 503),
            (ErrorReason::DeadlineExceeded, 504),
        ] {
            assert_eq!(of(Refusal::new(reason, "x")).0.as_u16(), expected, "{reason:?}");
        }
    }

    #[test]
    fn what_a_program_needs_travels_along() {
        let stale = Refusal::new(ErrorReason::StaleEpoch, "stale").with("control_epoch", 4);
        let (_, document) = of(stale.retry_after(std::time::Duration::from_millis(1200)));
        assert_eq!(document.reason, "STALE_EPOCH");
        assert_eq!(document.metadata.get("control_epoch").map(String::as_str), Some("4"));
        assert_eq!(document.retry_after, Some(2));
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "what the transport makes by itself")]
    fn s_56_words_of_the_transport_do_not_leave() {
        let (status, document) = Problem::from(Status::unknown("tcp connect to 10.0.0.3 refused")).document();
        assert_eq!((status.as_u16(), document.reason.as_str()), (500, "INTERNAL"));
        assert_eq!(document.detail, "something went wrong on our side");
    }
}
