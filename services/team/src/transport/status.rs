//! Refusals of the use cases as a caller can tell them apart. Exhaustive: a new refusal does not compile without its row.

use baton_kit::{
    data::StoreError,
    door::{principal::Scope, refusal::Refusal},
};
use baton_proto::common::v1::ErrorReason;
use tonic_types::FieldViolation;

use crate::{
    application::{
        create_api_key::CreateApiKeyError,
        create_member::CreateMemberError,
        create_workspace::CreateWorkspaceError,
        exchange::ExchangeError,
        ports::{
            ChangeCannedError, ChangeMemberError, ChangeTeamError, DeleteCannedError, MakeCannedError,
            MakeError, MakeTeamError, PasswordsError,
        },
        render_canned_response::RenderCannedError,
        sign_in::SignInError,
    },
    domain::{
        etag::Etag,
        ids::MemberId,
        member::{EditRefused, GrantRefused},
    },
};

pub(crate) fn store(error: StoreError) -> Refusal {
    match error {
        StoreError::Unavailable(_) => Refusal::unavailable(&error),
        StoreError::Conflict { .. } | StoreError::Broken(_) => Refusal::internal(&error),
    }
}

pub(crate) fn create_workspace(error: CreateWorkspaceError) -> Refusal {
    match error {
        CreateWorkspaceError::SlugTaken => taken("workspace.slug"),
        CreateWorkspaceError::RequestIdReused => reused(),
        CreateWorkspaceError::Passwords(error) => passwords(&error),
        CreateWorkspaceError::Store(error) => store(error),
    }
}

pub(super) fn create_member(error: CreateMemberError) -> Refusal {
    match error {
        CreateMemberError::Grant(refused) => grant(refused),
        CreateMemberError::EmailTaken => taken("member.email"),
        CreateMemberError::RequestIdReused => reused(),
        CreateMemberError::Passwords(error) => passwords(&error),
        CreateMemberError::Store(error) => store(error),
    }
}

pub(super) fn change_member(error: ChangeMemberError) -> Refusal {
    match error {
        ChangeMemberError::NotFound => Refusal::not_found("member"),
        ChangeMemberError::Refused(EditRefused::Grant(refused)) => grant(refused),
        ChangeMemberError::Refused(refused @ EditRefused::Removed) => {
            Refusal::new(ErrorReason::WrongState, refused.to_string())
        }
        ChangeMemberError::Refused(refused @ EditRefused::LastOwner) => {
            Refusal::new(ErrorReason::LastOwner, refused.to_string())
        }
        ChangeMemberError::Store(error) => store(error),
    }
}

pub(super) fn create_team(error: MakeTeamError) -> Refusal {
    match error {
        MakeTeamError::UnknownMembers(members) => unknown_members("team.member_ids", &members),
        MakeTeamError::Make(MakeError::Taken) => taken("team.name"),
        MakeTeamError::Make(MakeError::RequestIdReused) => reused(),
        MakeTeamError::Make(MakeError::Store(error)) => store(error),
    }
}

pub(super) fn change_team(error: ChangeTeamError) -> Refusal {
    match error {
        ChangeTeamError::NotFound => Refusal::not_found("team"),
        ChangeTeamError::Stale { current } => {
            Refusal::new(ErrorReason::StaleEtag, "the team changed since it was read").with("etag", current)
        }
        ChangeTeamError::UnknownMembers(members) => unknown_members("member_ids", &members),
        ChangeTeamError::Taken => taken("team.name"),
        ChangeTeamError::Store(error) => store(error),
    }
}

/// Another workspace's member is told like nobody.
fn unknown_members(field: &str, members: &[MemberId]) -> Refusal {
    let told =
        |id: &MemberId| FieldViolation::new(field, format!("{id} is no active member of this workspace"));
    Refusal::fields(members.iter().map(told).collect())
}

pub(super) fn create_canned_response(error: MakeCannedError) -> Refusal {
    match error {
        MakeCannedError::Denied => manages(&error),
        MakeCannedError::UnknownTeam => {
            let unknown = "is no team of this workspace";
            Refusal::fields(vec![FieldViolation::new("canned_response.team_id", unknown)])
        }
        MakeCannedError::OwnerRemoved => Refusal::new(ErrorReason::PermissionDenied, error.to_string()),
        MakeCannedError::Full { limit } => {
            Refusal::new(ErrorReason::LimitReached, error.to_string()).with("limit", limit)
        }
        MakeCannedError::Deleted => Refusal::not_found("canned response"),
        MakeCannedError::Make(MakeError::Taken) => taken("canned_response.shortcut"),
        MakeCannedError::Make(MakeError::RequestIdReused) => reused(),
        MakeCannedError::Make(MakeError::Store(error)) => store(error),
    }
}

pub(super) fn change_canned_response(error: ChangeCannedError) -> Refusal {
    match error {
        ChangeCannedError::NotFound => Refusal::not_found("canned response"),
        ChangeCannedError::Denied => manages(&error),
        ChangeCannedError::Stale { current } => stale_canned(current),
        ChangeCannedError::Taken => taken("canned_response.shortcut"),
        ChangeCannedError::Store(error) => store(error),
    }
}

pub(super) fn delete_canned_response(error: DeleteCannedError) -> Refusal {
    match error {
        DeleteCannedError::Denied => manages(&error),
        DeleteCannedError::Stale { current } => stale_canned(current),
        DeleteCannedError::Store(error) => store(error),
    }
}

fn stale_canned(current: Etag) -> Refusal {
    Refusal::new(ErrorReason::StaleEtag, "the canned response changed since it was read")
        .with("etag", current)
}

pub(super) fn render_canned_response(error: RenderCannedError) -> Refusal {
    match error {
        RenderCannedError::NotFound => Refusal::not_found("canned response"),
        RenderCannedError::TooLong { bytes, most, value: Some(name) } => {
            let told = format!("makes the text {bytes} bytes long; a message has at most {most}");
            Refusal::fields(vec![FieldViolation::new(format!("values[{name}]"), told)])
        }
        RenderCannedError::TooLong { bytes, most, value: None } => {
            let told =
                format!("its fallbacks make the text {bytes} bytes long; a message has at most {most}");
            Refusal::fields(vec![FieldViolation::new("canned_response_id", told)])
        }
        RenderCannedError::Store(error) => store(error),
    }
}

/// What is not one's own is changed by whoever manages the staff.
fn manages(denied: &dyn std::fmt::Display) -> Refusal {
    Refusal::new(ErrorReason::PermissionDenied, denied.to_string()).with("scope", Scope::MembersWrite)
}

pub(super) fn create_api_key(error: CreateApiKeyError) -> Refusal {
    match error {
        CreateApiKeyError::MoreThanOwn(scope) => {
            Refusal::new(ErrorReason::PermissionDenied, "a key cannot do more than its maker")
                .with("scope", scope)
        }
        CreateApiKeyError::EndsInThePast => {
            Refusal::fields(vec![FieldViolation::new("api_key.expire_time", "must lie in the future")])
        }
        CreateApiKeyError::Store(error) => store(error),
    }
}

pub(super) fn sign_in(error: SignInError) -> Refusal {
    match error {
        SignInError::Refused => Refusal::new(
            ErrorReason::SignInRefused,
            "workspace, e-mail address and password do not belong together",
        ),
        SignInError::TooMany { retry_after } => {
            Refusal::new(ErrorReason::RateLimited, "too many attempts to sign in").retry_after(retry_after)
        }
        SignInError::Passwords(error) => passwords(&error),
        SignInError::Store(error) => store(error),
    }
}

pub(super) fn exchange(error: ExchangeError) -> Refusal {
    match error {
        ExchangeError::Refused => {
            Refusal::new(ErrorReason::Unauthenticated, "the credential is unknown, expired or revoked")
        }
        ExchangeError::Signing(error) => Refusal::internal(&error),
        ExchangeError::Store(error) => store(error),
    }
}

fn grant(refused: GrantRefused) -> Refusal {
    let refusal = Refusal::new(ErrorReason::PermissionDenied, refused.to_string());
    match refused {
        GrantRefused::OwnersMakeOwners => refusal,
        GrantRefused::MoreThanOwn { lacking } => refusal.with("scope", lacking),
    }
}

fn taken(field: &str) -> Refusal {
    Refusal::new(ErrorReason::AlreadyExists, format!("{field} is taken")).with("field", field)
}

fn reused() -> Refusal {
    Refusal::new(ErrorReason::RequestIdReused, "the request id was used with another content")
}

fn passwords(error: &PasswordsError) -> Refusal {
    Refusal::internal(error)
}
