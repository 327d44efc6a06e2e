//! A refusal as a caller can tell it apart: status code, typed reason, details. The only place that makes a [`Status`].
//!
//! Must not know which use case refused.

use std::{collections::HashMap, time::Duration};

use baton_proto::common::v1::ErrorReason;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt as _};

/// `ErrorInfo.domain` of every refusal.
pub const DOMAIN: &str = "baton";

const REASON_PREFIX: &str = "ERROR_REASON_";

/// Why a call is refused.
#[derive(Debug, Clone)]
pub struct Refusal {
    code: Code,
    reason: ErrorReason,
    message: String,
    metadata: HashMap<String, String>,
    violations: Vec<FieldViolation>,
    retry_after: Option<Duration>,
}

impl Refusal {
    /// A refusal with a sentence for people. The code follows from the reason: one reason, one code, everywhere.
    pub fn new(reason: ErrorReason, message: impl Into<String>) -> Self {
        Self {
            code: code_of(reason),
            reason,
            message: message.into(),
            metadata: HashMap::new(),
            violations: Vec::new(),
            retry_after: None,
        }
    }

    /// No such thing, or not the caller's: told apart by nobody.
    pub fn not_found(what: &str) -> Self {
        Self::new(ErrorReason::NotFound, format!("no such {what}"))
    }

    /// A fault of ours. The cause goes to the log, where the error is consumed; the caller gets the request id.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "internal fault");
        Self::new(ErrorReason::Internal, "something went wrong on our side")
    }

    /// A dependency does not answer; the same request may be repeated.
    pub fn unavailable(cause: &dyn std::fmt::Display) -> Self {
        tracing::warn!(%cause, "dependency unavailable");
        Self::new(ErrorReason::Unavailable, "not available right now").retry_after(Duration::from_secs(1))
    }

    /// Malformed fields, all of them.
    pub fn fields(violations: Vec<FieldViolation>) -> Self {
        let names: Vec<&str> = violations.iter().map(|v| v.field.as_str()).collect();
        let message = format!("the request has malformed fields: {}", names.join(", "));
        Self { violations, ..Self::new(ErrorReason::InvalidFields, message) }
    }

    /// Adds a value a program may act on.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl ToString) -> Self {
        self.metadata.insert(key.to_owned(), value.to_string());
        self
    }

    /// Says when to come back.
    #[must_use]
    pub fn retry_after(mut self, delay: Duration) -> Self {
        self.retry_after = Some(delay);
        self
    }

    /// The typed reason.
    pub fn reason(&self) -> ErrorReason {
        self.reason
    }
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        let mut details = ErrorDetails::new();
        let reason = refusal.reason.as_str_name();
        let reason = reason.strip_prefix(REASON_PREFIX).unwrap_or(reason);
        if refusal.code == Code::FailedPrecondition {
            details.add_precondition_failure_violation(reason, "", refusal.message.clone());
        }
        details.set_error_info(reason, DOMAIN, refusal.metadata);
        if !refusal.violations.is_empty() {
            details.set_bad_request(refusal.violations);
        }
        if let Some(delay) = refusal.retry_after {
            details.set_retry_info(Some(delay));
        }
        if let Some(id) = super::context::request_id() {
            details.set_request_info(id, "");
        }
        Status::with_error_details(refusal.code, refusal.message, details)
    }
}

/// The reason of a status another Baton service answered; `None` if it carries none of ours.
pub fn reason_of(status: &Status) -> Option<ErrorReason> {
    let info = status.get_details_error_info()?;
    if info.domain != DOMAIN {
        return None;
    }
    ErrorReason::from_str_name(&format!("{REASON_PREFIX}{}", info.reason))
}

/// The metadata of a status another Baton service answered; empty if it carries none.
pub fn metadata_of(status: &Status) -> HashMap<String, String> {
    status.get_details_error_info().map(|info| info.metadata).unwrap_or_default()
}

/// Whether asking again with the same request may succeed, the outcome of this try being unknown or transient.
pub fn is_transient(status: &Status) -> bool {
    match status.code() {
        Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled => true,
        // What is full does not empty by itself.
        Code::ResourceExhausted => reason_of(status) != Some(ErrorReason::LimitReached),
        _ => false,
    }
}

fn code_of(reason: ErrorReason) -> Code {
    use ErrorReason as R;
    match reason {
        R::InvalidFields | R::InvalidToken => Code::InvalidArgument,
        R::NotFound => Code::NotFound,
        R::Unauthenticated | R::SignInRefused => Code::Unauthenticated,
        R::PermissionDenied => Code::PermissionDenied,
        R::RequestIdReused | R::AlreadyExists => Code::AlreadyExists,
        R::StaleEpoch | R::StaleVersion | R::TurnSuperseded | R::RequestInFlight | R::StaleEtag => {
            Code::Aborted
        }
        R::ConversationClosed
        | R::HumanInControl
        | R::NoOpenHandoff
        | R::WrongState
        | R::CapacityExceeded
        | R::MemberNotEligible
        | R::AnotherConversationOpen
        | R::LastOwner
        | R::EmailRequired => Code::FailedPrecondition,
        R::RateLimited | R::Overloaded | R::LimitReached => Code::ResourceExhausted,
        R::DeadlineExceeded => Code::DeadlineExceeded,
        R::Unavailable => Code::Unavailable,
        R::Unimplemented => Code::Unimplemented,
        R::Unspecified | R::Internal => Code::Internal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_travels_with_reason_and_metadata() {
        let status = Status::from(Refusal::new(ErrorReason::StaleEpoch, "stale").with("control_epoch", 4));
        assert_eq!(status.code(), Code::Aborted);
        assert_eq!(reason_of(&status), Some(ErrorReason::StaleEpoch));
        assert_eq!(metadata_of(&status).get("control_epoch").map(String::as_str), Some("4"));
    }

    #[test]
    fn malformed_fields_are_all_listed() {
        let violations = vec![FieldViolation::new("a", "x"), FieldViolation::new("b", "y")];
        let status = Status::from(Refusal::fields(violations));
        let listed = status.get_details_bad_request().unwrap().field_violations;
        assert_eq!(listed.iter().map(|v| v.field.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn what_is_full_stays_so_and_what_is_too_much_passes() {
        for (reason, passes) in [
            (ErrorReason::RateLimited, true),
            (ErrorReason::Overloaded, true),
            (ErrorReason::Unavailable, true),
            (ErrorReason::LimitReached, false),
            (ErrorReason::NotFound, false),
        ] {
            assert_eq!(is_transient(&Refusal::new(reason, "x").into()), passes, "{reason:?}");
        }
    }

    #[test]
    fn a_foreign_status_has_no_reason_of_ours() {
        let mut details = ErrorDetails::new();
        details.set_error_info("NOT_FOUND", "elsewhere", HashMap::new());
        assert_eq!(reason_of(&Status::with_error_details(Code::NotFound, "x", details)), None);
    }
}
