//! Why a use case refused, as a caller can tell it apart. One exhaustive match each.
//!
//! Must not know what was asked.

use baton_kit::{data::StoreError, door::refusal::Refusal};
use baton_proto::common::v1::ErrorReason;

use crate::application::{
    create_assistant, create_document, delete_document, find_assistants, ports::ChangeError, regenerate_brief,
};

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

pub(super) fn delete_document(refused: delete_document::Refused) -> Refusal {
    match refused {
        delete_document::Refused::Unknown => Refusal::not_found("document"),
        delete_document::Refused::Store(error) => store(error),
    }
}

pub(super) fn change_assistant(refused: ChangeError) -> Refusal {
    match refused {
        ChangeError::NotFound => Refusal::not_found("assistant"),
        ChangeError::Stale { current } => {
            let told = "the assistant changed since it was read";
            Refusal::new(ErrorReason::StaleEtag, told).with("etag", current)
        }
        ChangeError::Store(error) => store(error),
    }
}

pub(super) fn regenerate_brief(refused: regenerate_brief::Refused) -> Refusal {
    match refused {
        regenerate_brief::Refused::Unknown => Refusal::not_found("conversation"),
        regenerate_brief::Refused::NoHandoff => {
            Refusal::new(ErrorReason::NoOpenHandoff, "the conversation was never handed to people")
        }
        regenerate_brief::Refused::Unavailable(_) => Refusal::unavailable(&refused),
        regenerate_brief::Refused::Broken(_) => Refusal::internal(&refused),
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
