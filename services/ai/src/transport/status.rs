//! Why a use case refused, as a caller can tell it apart. One exhaustive match each.
//!
//! Must not know what was asked.

use baton_kit::{data::StoreError, door::refusal::Refusal};
use baton_proto::common::v1::ErrorReason;

use crate::application::{create_assistant, create_document, find_assistants};

pub(super) fn create_assistant(refused: create_assistant::Refused) -> Refusal {
    match refused {
        create_assistant::Refused::RequestIdReused => reused(),
        create_assistant::Refused::Store(error) => store(error),
    }
}

pub(super) fn create_document(refused: create_document::Refused) -> Refusal {
    match refused {
        create_document::Refused::RequestIdReused => reused(),
        create_document::Refused::Store(error) => store(error),
    }
}

pub(super) fn get_assistant(refused: find_assistants::NotFound) -> Refusal {
    match refused {
        find_assistants::NotFound::Unknown => Refusal::not_found("assistant"),
        find_assistants::NotFound::Store(error) => store(error),
    }
}

pub(super) fn store(error: StoreError) -> Refusal {
    match error {
        StoreError::Unavailable(_) => Refusal::unavailable(&error),
        StoreError::Conflict { .. } | StoreError::Broken(_) => Refusal::internal(&error),
    }
}

fn reused() -> Refusal {
    Refusal::new(ErrorReason::RequestIdReused, "the request id was used before with another content")
}
