//! Refusals of the use cases as callers can tell them apart. The only place here that knows reasons.

use baton_kit::{data::StoreError, door::refusal::Refusal};
use baton_proto::common::v1::ErrorReason;

use crate::application::{explain_routing::ExplainError, ports::SetError};

/// A fault of the store.
pub fn store(error: &StoreError) -> Refusal {
    match error {
        StoreError::Unavailable(_) => Refusal::unavailable(error),
        StoreError::Conflict { .. } | StoreError::Broken(_) => Refusal::internal(error),
    }
}

/// Why a conversation is not explained.
pub fn explain(error: &ExplainError) -> Refusal {
    match error {
        ExplainError::NotFound => Refusal::not_found("conversation"),
        ExplainError::Internal(error) => store(error),
    }
}

/// Why office hours were not changed.
pub fn set_office_hours(error: &SetError) -> Refusal {
    match error {
        SetError::Stale(current) => {
            Refusal::new(ErrorReason::StaleEtag, "the office hours changed since they were read")
                .with("etag", current)
        }
        SetError::Internal(error) => store(error),
    }
}
