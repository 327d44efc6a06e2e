//! Every refusal of a use case as the contract names it. The only file that knows reasons.

use baton_kit::{data::StoreError, door::refusal::Refusal};
use baton_proto::common::v1::ErrorReason;
use tonic_types::FieldViolation;

use crate::{
    application::{
        open_session::SessionRefused,
        ports::{
            AcceptRefused, ChangeRefused, NoteRefused, briefs::BriefRefused, contacts::ContactRefused,
            read_marks::MarkRefused,
        },
        read_conversation::ReadRefused,
    },
    domain::{
        commands::{Fences, Refused},
        ids::ConversationId,
        posting::PostRefused,
    },
};

/// A database that does not answer, or a fault of ours.
pub fn store(error: &StoreError) -> Refusal {
    match error {
        StoreError::Unavailable(_) => Refusal::unavailable(error),
        StoreError::Conflict { .. } | StoreError::Broken(_) => Refusal::internal(error),
    }
}

/// A read.
pub fn read(refused: &ReadRefused) -> Refusal {
    match refused {
        ReadRefused::NotFound => Refusal::not_found("conversation"),
        ReadRefused::Store(error) => store(error),
    }
}

/// A message.
pub fn accept(refused: &AcceptRefused) -> Refusal {
    match refused {
        AcceptRefused::NotFound(what) => Refusal::not_found(what),
        AcceptRefused::Post(refused) => post(refused),
        AcceptRefused::Reused => Refusal::new(ErrorReason::RequestIdReused, refused.to_string()),
        AcceptRefused::AnotherOpen(id) => another_open(refused, *id),
        AcceptRefused::ExternalIdTaken(id) => Refusal::new(ErrorReason::AlreadyExists, refused.to_string())
            .with("field", "external_id")
            .with("conversation_id", id),
        AcceptRefused::NotEligible => Refusal::new(ErrorReason::MemberNotEligible, refused.to_string()),
        AcceptRefused::Store(error) => store(error),
    }
}

fn post(refused: &PostRefused) -> Refusal {
    match refused {
        PostRefused::Command(refused) => command(refused),
        PostRefused::Superseded => Refusal::new(ErrorReason::TurnSuperseded, refused.to_string()),
        PostRefused::ThreadMoved { last_member_sequence } => {
            Refusal::new(ErrorReason::StaleVersion, refused.to_string())
                .with("last_member_sequence", last_member_sequence)
        }
    }
}

/// A command.
pub fn change(refused: &ChangeRefused) -> Refusal {
    match refused {
        ChangeRefused::NotFound => Refusal::not_found("conversation"),
        ChangeRefused::Refused(refused) => command(refused),
        ChangeRefused::CapacityExceeded => Refusal::new(ErrorReason::CapacityExceeded, refused.to_string()),
        ChangeRefused::NotEligible => Refusal::new(ErrorReason::MemberNotEligible, refused.to_string()),
        ChangeRefused::NoSuchTeam => Refusal::not_found("team"),
        ChangeRefused::AnotherOpen(id) => another_open(refused, *id),
        ChangeRefused::AddressKnown => Refusal::new(ErrorReason::PermissionDenied, refused.to_string()),
        ChangeRefused::Reused => Refusal::new(ErrorReason::RequestIdReused, refused.to_string()),
        ChangeRefused::Store(error) => store(error),
    }
}

fn command(refused: &Refused) -> Refusal {
    let message = refused.to_string();
    match refused {
        Refused::StaleVersion(fences) => {
            with_fences(Refusal::new(ErrorReason::StaleVersion, message), *fences)
        }
        Refused::StaleEpoch(fences) => with_fences(Refusal::new(ErrorReason::StaleEpoch, message), *fences),
        Refused::Closed => Refusal::new(ErrorReason::ConversationClosed, message),
        Refused::HumanInControl => Refusal::new(ErrorReason::HumanInControl, message),
        Refused::NoOpenHandoff => Refusal::new(ErrorReason::NoOpenHandoff, message),
        Refused::NoSuchHandoff => Refusal::not_found("handoff"),
        Refused::EmailRequired => Refusal::new(ErrorReason::EmailRequired, message),
        Refused::WrongState(state) => Refusal::new(ErrorReason::WrongState, message).with("state", state),
    }
}

fn another_open(refused: &impl std::fmt::Display, id: Option<ConversationId>) -> Refusal {
    let refusal = Refusal::new(ErrorReason::AnotherConversationOpen, refused.to_string());
    match id {
        Some(id) => refusal.with("conversation_id", id),
        None => refusal,
    }
}

fn with_fences(refusal: Refusal, fences: Fences) -> Refusal {
    refusal.with("control_epoch", fences.control_epoch).with("assignment_version", fences.assignment_version)
}

/// A note.
pub fn note(refused: &NoteRefused) -> Refusal {
    match refused {
        NoteRefused::NotFound => Refusal::not_found("conversation"),
        NoteRefused::Reused => Refusal::new(ErrorReason::RequestIdReused, refused.to_string()),
        NoteRefused::Store(error) => store(error),
    }
}

/// A contact.
pub fn contact(refused: &ContactRefused) -> Refusal {
    match refused {
        ContactRefused::NotFound => Refusal::not_found("contact"),
        ContactRefused::AddressKnown => Refusal::new(ErrorReason::PermissionDenied, refused.to_string()),
        ContactRefused::Stale { etag } => {
            Refusal::new(ErrorReason::StaleEtag, refused.to_string()).with("etag", etag)
        }
        ContactRefused::Store(error) => store(error),
    }
}

/// A brief.
pub fn brief(refused: &BriefRefused) -> Refusal {
    match refused {
        BriefRefused::NotFound(what) => Refusal::not_found(what),
        BriefRefused::Reused => Refusal::new(ErrorReason::RequestIdReused, refused.to_string()),
        BriefRefused::Store(error) => store(error),
    }
}

/// A read mark.
pub fn mark(refused: &MarkRefused) -> Refusal {
    match refused {
        MarkRefused::NotFound => Refusal::not_found("conversation"),
        MarkRefused::BeyondEnd { .. } => {
            Refusal::fields(vec![FieldViolation::new("sequence", refused.to_string())])
        }
        MarkRefused::Store(error) => store(error),
    }
}

/// A visitor's session.
pub fn session(refused: &SessionRefused) -> Refusal {
    match refused {
        SessionRefused::UnknownKey => Refusal::not_found("widget"),
        SessionRefused::UnknownSecret | SessionRefused::DeadLink => {
            Refusal::new(ErrorReason::Unauthenticated, refused.to_string())
        }
        SessionRefused::Store(error) => store(error),
    }
}
