//! What team tells the other services: `baton.team.v1.MemberChanged`, without the address, and `TeamChanged`, without the description;
//! of a session that ended and a key that was revoked nothing but the id.

use baton_kit::{
    data::{Fact, NewFact},
    life::ids::WorkspaceId,
};
use baton_proto::{
    common::v1::ActorKind,
    team::v1::{self as wire, MemberChanged, TeamChanged},
};
use jiff::Timestamp;
use prost::Message as _;
use uuid::Uuid;

use crate::{
    application::ports::{Doer, KeyRevocation, SessionEnd},
    contract::{wire_color, wire_moment, wire_role},
    domain::{
        ids::{ApiKeyId, MemberId, SessionId},
        member::Member,
        revocation::Revocation,
        session::Session,
        team::Team,
    },
};

/// The number of the fact "a member changed".
const MEMBER_CHANGED: i32 = 1;

/// The number of the fact "a team changed".
const TEAM_CHANGED: i32 = 2;

/// The number of the fact "a session was ended".
const SESSION_ENDED: i32 = 3;

/// The number of the fact "a key was revoked".
const API_KEY_REVOKED: i32 = 4;

/// The revision of whatever was just made.
const MADE: i64 = 1;

/// The fact that a member was added, changed or removed.
pub(super) fn member_changed(member: &Member, by: Doer, fact_id: Uuid, at: Timestamp) -> NewFact {
    NewFact {
        revision: member.revision,
        body: body(member).encode_to_vec(),
        ..bare(MEMBER_CHANGED, member.workspace, member.id.uuid(), (by, fact_id, at))
    }
}

/// The fact that a team was made or changed.
pub(super) fn team_changed(team: &Team, by: Doer, fact_id: Uuid, at: Timestamp) -> NewFact {
    NewFact {
        revision: team.revision,
        body: team_body(team).encode_to_vec(),
        ..bare(TEAM_CHANGED, team.workspace, team.id.uuid(), (by, fact_id, at))
    }
}

/// The fact that somebody signed out.
pub(super) fn session_ended(session: &Session, end: SessionEnd) -> NewFact {
    let by = Doer::Member(session.member.uuid());
    bare(SESSION_ENDED, session.workspace, session.id().uuid(), (by, end.fact_id, end.at))
}

/// The fact that a key was revoked.
pub(super) fn api_key_revoked(revocation: KeyRevocation) -> NewFact {
    let KeyRevocation { workspace, key, by, fact_id, at } = revocation;
    bare(API_KEY_REVOKED, workspace, key.uuid(), (by, fact_id, at))
}

/// What a fact takes away from somebody, if anything: whoever was just added had nothing to lose.
pub(super) fn revocation(fact: &Fact) -> Option<Revocation> {
    match fact.kind {
        MEMBER_CHANGED if fact.revision > MADE => Some(Revocation::Member(MemberId::from_uuid(fact.subject))),
        SESSION_ENDED => Some(Revocation::Session(SessionId::from_uuid(fact.subject))),
        API_KEY_REVOKED => Some(Revocation::ApiKey(ApiKeyId::from_uuid(fact.subject))),
        _ => None,
    }
}

/// A fact without a state: who did what to whom, when, and its own id.
fn bare(
    kind: i32,
    workspace: WorkspaceId,
    subject: Uuid,
    (by, event_id, at): (Doer, Uuid, Timestamp),
) -> NewFact {
    let (actor_kind, actor) = actor(by);
    NewFact {
        event_id,
        kind,
        workspace,
        subject,
        item: None,
        sequence: None,
        revision: 0,
        fence: 0,
        actor_kind: actor_kind.into(),
        actor,
        body: Vec::new(),
        at,
    }
}

/// The number and id of whoever did something.
pub(super) fn actor(by: Doer) -> (ActorKind, Option<Uuid>) {
    match by {
        Doer::Member(id) => (ActorKind::Member, Some(id)),
        Doer::ApiKey(id) => (ActorKind::ApiKey, Some(id)),
        Doer::System => (ActorKind::System, None),
    }
}

fn body(member: &Member) -> MemberChanged {
    let state = wire::Member {
        id: member.id.to_string(),
        display_name: member.display_name.as_str().to_owned(),
        email: String::new(),
        roles: member.roles.iter().map(|role| wire_role(role).into()).collect(),
        active: member.active,
        create_time: Some(wire_moment(member.created_at)),
        revision: member.revision,
    };
    let scopes = member.scopes().iter().map(ToString::to_string).collect();
    MemberChanged { member: Some(state), scopes }
}

fn team_body(team: &Team) -> TeamChanged {
    let state = wire::Team {
        id: team.id.to_string(),
        name: team.name.as_str().to_owned(),
        description: String::new(),
        color: wire_color(team.color).into(),
        member_ids: team.members.iter().map(|id| id.to_string()).collect(),
        archived: team.archived,
        create_time: Some(wire_moment(team.created_at)),
        revision: team.revision,
        etag: String::new(),
    };
    TeamChanged { team: Some(state) }
}
