//! Refusals of the use cases as callers can tell them apart. The only place here that knows reasons.

use baton_kit::{data::StoreError, door::refusal::Refusal};

use crate::application::explain_routing::ExplainError;

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
