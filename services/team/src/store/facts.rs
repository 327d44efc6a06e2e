//! What team tells the other services: `baton.team.v1.MemberChanged`, without the address.

use baton_kit::data::NewFact;
use baton_proto::{
    common::v1::ActorKind,
    team::v1::{self as wire, MemberChanged},
};
use prost::Message as _;
use uuid::Uuid;

use crate::{
    application::ports::{Doer, NewMember},
    domain::{member::Member, role::Role},
};

/// The number of the fact "a member changed".
const MEMBER_CHANGED: i32 = 1;

/// The fact that a member was added.
pub(super) fn member_changed(new: &NewMember) -> NewFact {
    let member = &new.member;
    let (kind, actor) = actor(new.by);
    NewFact {
        event_id: new.fact_id,
        kind: MEMBER_CHANGED,
        workspace: member.workspace,
        subject: member.id.uuid(),
        item: None,
        sequence: None,
        revision: member.revision,
        fence: 0,
        actor_kind: kind.into(),
        actor,
        body: body(member).encode_to_vec(),
        at: member.created_at,
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
    let at = member.created_at;
    let state = wire::Member {
        id: member.id.to_string(),
        display_name: member.display_name.as_str().to_owned(),
        email: String::new(),
        roles: member.roles.iter().map(|role| wire_role(role).into()).collect(),
        active: member.active,
        create_time: Some(prost_types::Timestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() }),
        revision: member.revision,
    };
    let scopes = member.roles.scopes().iter().map(ToString::to_string).collect();
    MemberChanged { member: Some(state), scopes }
}

fn wire_role(role: Role) -> wire::Role {
    match role {
        Role::Owner => wire::Role::Owner,
        Role::Admin => wire::Role::Admin,
        Role::Editor => wire::Role::Editor,
        Role::Analyst => wire::Role::Analyst,
        Role::Agent => wire::Role::Agent,
        Role::Viewer => wire::Role::Viewer,
    }
}
