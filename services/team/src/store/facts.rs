//! What team tells the other services: `baton.team.v1.MemberChanged`, without the address, and `TeamChanged`, without the description.

use baton_kit::data::NewFact;
use baton_proto::{
    common::v1::ActorKind,
    team::v1::{self as wire, MemberChanged, TeamChanged},
};
use jiff::Timestamp;
use prost::Message as _;
use uuid::Uuid;

use crate::{
    application::ports::Doer,
    domain::{
        member::Member,
        role::Role,
        team::{Color, Team},
    },
};

/// The number of the fact "a member changed".
const MEMBER_CHANGED: i32 = 1;

/// The number of the fact "a team changed".
const TEAM_CHANGED: i32 = 2;

/// The fact that a member was added, changed or removed.
pub(super) fn member_changed(member: &Member, by: Doer, fact_id: Uuid, at: Timestamp) -> NewFact {
    let (kind, actor) = actor(by);
    NewFact {
        event_id: fact_id,
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
        at,
    }
}

/// The fact that a team was made or changed.
pub(super) fn team_changed(team: &Team, by: Doer, fact_id: Uuid, at: Timestamp) -> NewFact {
    let (kind, actor) = actor(by);
    NewFact {
        event_id: fact_id,
        kind: TEAM_CHANGED,
        workspace: team.workspace,
        subject: team.id.uuid(),
        item: None,
        sequence: None,
        revision: team.revision,
        fence: 0,
        actor_kind: kind.into(),
        actor,
        body: team_body(team).encode_to_vec(),
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

fn wire_moment(at: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() }
}

fn wire_color(color: Color) -> wire::TeamColor {
    match color {
        Color::Gray => wire::TeamColor::Gray,
        Color::Red => wire::TeamColor::Red,
        Color::Orange => wire::TeamColor::Orange,
        Color::Amber => wire::TeamColor::Amber,
        Color::Lime => wire::TeamColor::Lime,
        Color::Green => wire::TeamColor::Green,
        Color::Teal => wire::TeamColor::Teal,
        Color::Cyan => wire::TeamColor::Cyan,
        Color::Blue => wire::TeamColor::Blue,
        Color::Indigo => wire::TeamColor::Indigo,
        Color::Purple => wire::TeamColor::Purple,
        Color::Pink => wire::TeamColor::Pink,
    }
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
