//! Refusals of the use cases as callers can tell them apart. The only place here that knows reasons.

use baton_kit::{data::StoreError, door::refusal::Refusal};

use crate::application::{ports::mail::FilesUnreadable, unsubscribe::UnsubscribeError};

/// A fault of the store.
pub fn store(error: &StoreError) -> Refusal {
    match error {
        StoreError::Unavailable(_) => Refusal::unavailable(error),
        StoreError::Conflict { .. } | StoreError::Broken(_) => Refusal::internal(error),
    }
}

/// Why nothing was ended.
pub fn unsubscribe(error: &UnsubscribeError) -> Refusal {
    match error {
        UnsubscribeError::NoSuchLink => Refusal::not_found("link"),
        UnsubscribeError::Internal(error) => store(error),
    }
}

/// Why filed mails are not shown.
pub fn files(error: &FilesUnreadable) -> Refusal {
    Refusal::unavailable(error)
}
