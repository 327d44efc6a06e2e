//! Teams between wire and use cases.

use baton_kit::door::{fields::Fields, principal::Caller, refusal::Refusal};
use baton_proto::team::v1::{self as wire, CreateTeamRequest, SetTeamMembersRequest, UpdateTeamRequest};

use super::{
    doer,
    mask::{etag, if_named, named},
    repeatable,
};
use crate::{
    application::{
        create_team::CreateTeamCommand, set_team_members::SetTeamMembersCommand,
        update_team::UpdateTeamCommand,
    },
    contract::{wire_color, wire_moment},
    domain::{
        ids::MemberId,
        name::DisplayName,
        team::{Color, LONGEST_DESCRIPTION, LONGEST_NAME, Team, TeamMembers, TeamMembersError},
    },
    transport::rules,
};

/// Reads CreateTeamRequest.
pub(in crate::transport) fn create_team(
    caller: &Caller,
    wire: CreateTeamRequest,
) -> Result<CreateTeamCommand, Refusal> {
    let mut fields = Fields::new();
    let request_id = fields.request_id("request_id", &wire.request_id);
    let team = fields.present("team", wire.team).unwrap_or_default();
    let name = name(&mut fields, &team);
    let description = description(&mut fields, &team);
    let color = color(&mut fields, &team);
    let members = members(&mut fields, "team.member_ids", &team.member_ids);
    let (request_id, name, description, color, members) =
        fields.all((request_id, name, description, color, members))?;
    let ids: Vec<String> = members.iter().map(|id| id.to_string()).collect();
    let content = [name.as_str(), &description, color.as_str(), &ids.join(",")];
    Ok(CreateTeamCommand {
        request: repeatable(caller, rules::CREATE_TEAM, request_id, &content),
        workspace: caller.workspace()?,
        by: doer(caller),
        name: DisplayName::new(&name),
        description,
        color,
        members,
    })
}

/// Reads UpdateTeamRequest.
pub(in crate::transport) fn update_team(
    caller: &Caller,
    wire: UpdateTeamRequest,
) -> Result<UpdateTeamCommand, Refusal> {
    let mut fields = Fields::new();
    let id = fields.parsed("team_id", &wire.team_id);
    let team = fields.present("team", wire.team).unwrap_or_default();
    let [new_name, new_description, new_color] =
        named(&mut fields, wire.update_mask, ["name", "description", "color"]);
    let name = if_named(new_name, || name(&mut fields, &team));
    let description = if_named(new_description, || description(&mut fields, &team));
    let color = if_named(new_color, || color(&mut fields, &team));
    let etag = etag(&mut fields, &wire.etag);
    let (id, name, description, color, etag) = fields.all((id, name, description, color, etag))?;
    Ok(UpdateTeamCommand {
        workspace: caller.workspace()?,
        by: doer(caller),
        team: id,
        name: name.map(|name| DisplayName::new(&name)),
        description,
        color,
        etag,
    })
}

/// Reads SetTeamMembersRequest.
pub(in crate::transport) fn set_team_members(
    caller: &Caller,
    wire: SetTeamMembersRequest,
) -> Result<SetTeamMembersCommand, Refusal> {
    let mut fields = Fields::new();
    let id = fields.parsed("team_id", &wire.team_id);
    let members = members(&mut fields, "member_ids", &wire.member_ids);
    let etag = etag(&mut fields, &wire.etag);
    let (id, members, etag) = fields.all((id, members, etag))?;
    Ok(SetTeamMembersCommand { workspace: caller.workspace()?, by: doer(caller), team: id, members, etag })
}

fn name(fields: &mut Fields, team: &wire::Team) -> Option<String> {
    fields.name("team.name", &team.name, LONGEST_NAME)
}

fn description(fields: &mut Fields, team: &wire::Team) -> Option<String> {
    fields.text("team.description", &team.description, 0..=LONGEST_DESCRIPTION)
}

fn color(fields: &mut Fields, team: &wire::Team) -> Option<Color> {
    fields.choice("team.color", team.color).and_then(color_of)
}

fn members(fields: &mut Fields, field: &str, entries: &[String]) -> Option<TeamMembers> {
    // What is too long is one fault, however much nonsense is in it.
    if entries.len() > TeamMembers::MOST {
        fields.fault(field, TeamMembersError::TooMany);
        return None;
    }
    let read = |(n, text): (usize, &String)| fields.parsed::<MemberId>(&format!("{field}[{n}]"), text);
    let ids: Vec<Option<MemberId>> = entries.iter().enumerate().map(read).collect();
    match TeamMembers::new(&ids.into_iter().collect::<Option<Vec<_>>>()?) {
        Ok(members) => Some(members),
        Err(error) => {
            fields.fault(field, error);
            None
        }
    }
}

/// A team as the staff sees it.
pub(in crate::transport) fn wire_team(team: &Team) -> wire::Team {
    wire::Team {
        id: team.id.to_string(),
        name: team.name.as_str().to_owned(),
        description: team.description.clone(),
        color: wire_color(team.color).into(),
        member_ids: team.members.iter().map(|id| id.to_string()).collect(),
        archived: team.archived,
        create_time: Some(wire_moment(team.created_at)),
        revision: team.revision,
        etag: team.etag().to_string(),
    }
}

fn color_of(color: wire::TeamColor) -> Option<Color> {
    match color {
        wire::TeamColor::Unspecified => None,
        wire::TeamColor::Gray => Some(Color::Gray),
        wire::TeamColor::Red => Some(Color::Red),
        wire::TeamColor::Orange => Some(Color::Orange),
        wire::TeamColor::Amber => Some(Color::Amber),
        wire::TeamColor::Lime => Some(Color::Lime),
        wire::TeamColor::Green => Some(Color::Green),
        wire::TeamColor::Teal => Some(Color::Teal),
        wire::TeamColor::Cyan => Some(Color::Cyan),
        wire::TeamColor::Blue => Some(Color::Blue),
        wire::TeamColor::Indigo => Some(Color::Indigo),
        wire::TeamColor::Purple => Some(Color::Purple),
        wire::TeamColor::Pink => Some(Color::Pink),
    }
}
