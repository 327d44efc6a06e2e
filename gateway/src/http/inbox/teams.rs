//! Groups of members that work is given to.

use baton_proto::team::v1::{
    self as wire, ArchiveTeamRequest, CreateTeamRequest, GetTeamRequest, ListTeamsRequest,
    SetTeamMembersRequest, UpdateTeamRequest,
};

use super::{
    super::{
        answers::{IfMatch, Made, Tagged, WithEtag, made, mask, page, tagged},
        body::Body,
        clients::Desk,
        convert::{some, time},
        params::Id,
        problem::Problem,
        words::TeamColor,
    },
    routes::{list, read},
};

/// A group of members.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct Team {
    /// `team_…`.
    id: String,
    /// Unique in the workspace, archived teams included.
    name: String,
    /// What it is for.
    description: Option<String>,
    /// One of the palette.
    color: TeamColor,
    /// `mem_…`, in the order of the ids.
    member_ids: Vec<String>,
    /// True once archived.
    archived: bool,
    /// When made, RFC 3339.
    create_time: Option<String>,
    /// Rises with every change.
    revision: i64,
    /// For `If-Match` of a change.
    etag: String,
}

page! {
    /// A page of teams, archived ones too, oldest first.
    TeamPage of teams: Team from wire::ListTeamsResponse
}

/// A team to be made.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTeam {
    /// The client's own id of the request: 1 to 64 printable ASCII characters. Sent again, one team is made.
    request_id: String,
    /// 1 to 60 characters.
    name: String,
    /// At most 500 bytes.
    #[serde(default)]
    description: String,
    /// One of the palette.
    color: TeamColor,
    /// `mem_…`; at most 200.
    #[serde(default)]
    member_ids: Vec<String>,
}

/// What is to be another way. What is absent stays.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TeamChange {
    /// 1 to 60 characters.
    name: Option<String>,
    /// At most 500 bytes; an empty text clears it.
    description: Option<String>,
    /// One of the palette.
    color: Option<TeamColor>,
}

/// Who belongs to a team.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TeamMembers {
    /// `mem_…`; at most 200. None empties the team.
    member_ids: Vec<String>,
}

impl From<wire::Team> for Team {
    fn from(team: wire::Team) -> Self {
        Self {
            id: team.id,
            name: team.name,
            description: some(team.description),
            color: team.color.into(),
            member_ids: team.member_ids,
            archived: team.archived,
            create_time: time(team.create_time),
            revision: team.revision,
            etag: team.etag,
        }
    }
}

impl Tagged for Team {
    fn etag(&self) -> &str {
        &self.etag
    }
}

list! {
    /// Lists the teams, archived ones too, oldest first.
    "/v1/inbox/teams" as "listTeams": teams.list_teams(ListTeamsRequest) -> TeamPage
}

read! {
    /// Reads a team.
    "/v1/inbox/teams/{id}" as "readTeam": teams.get_team(GetTeamRequest { team_id }) -> Team, tagged
}

/// Makes a team.
#[utoipa::path(post, path = "/v1/inbox/teams", operation_id = "createTeam", tag = "inbox", request_body = NewTeam,
    responses((status = 201, body = Team)))]
pub(super) async fn create(Desk(desk): Desk, Body(new): Body<NewTeam>) -> Made<Team> {
    let team = wire::Team {
        name: new.name,
        description: new.description,
        color: new.color.into(),
        member_ids: new.member_ids,
        ..wire::Team::default()
    };
    made(desk.teams().create_team(CreateTeamRequest { request_id: new.request_id, team: Some(team) }).await?)
}

/// Changes name, description or colour of a team.
#[utoipa::path(patch, path = "/v1/inbox/teams/{id}", operation_id = "updateTeam", tag = "inbox", request_body = TeamChange,
    params(("If-Match" = String, Header, description = "The etag as last read, quoted.")),
    responses((status = 200, body = Team)))]
pub(super) async fn update(
    Desk(desk): Desk,
    Id(team_id): Id,
    IfMatch(etag): IfMatch,
    Body(change): Body<TeamChange>,
) -> Result<WithEtag<Team>, Problem> {
    let update_mask = mask([
        ("name", change.name.is_some()),
        ("description", change.description.is_some()),
        ("color", change.color.is_some()),
    ]);
    let team = wire::Team {
        name: change.name.unwrap_or_default(),
        description: change.description.unwrap_or_default(),
        color: change.color.map(i32::from).unwrap_or_default(),
        ..wire::Team::default()
    };
    tagged(
        desk.teams().update_team(UpdateTeamRequest { team_id, team: Some(team), update_mask, etag }).await?,
    )
}

/// Replaces the members of a team.
#[utoipa::path(put, path = "/v1/inbox/teams/{id}/members", operation_id = "setTeamMembers", tag = "inbox", request_body = TeamMembers,
    params(("If-Match" = String, Header, description = "The etag as last read, quoted.")),
    responses((status = 200, body = Team)))]
pub(super) async fn set_members(
    Desk(desk): Desk,
    Id(team_id): Id,
    IfMatch(etag): IfMatch,
    Body(TeamMembers { member_ids }): Body<TeamMembers>,
) -> Result<WithEtag<Team>, Problem> {
    tagged(desk.teams().set_team_members(SetTeamMembersRequest { team_id, member_ids, etag }).await?)
}

/// Archives a team for good.
#[utoipa::path(post, path = "/v1/inbox/teams/{id}/archive", operation_id = "archiveTeam", tag = "inbox",
    responses((status = 200, body = Team)))]
pub(super) async fn archive(Desk(desk): Desk, Id(team_id): Id) -> Result<WithEtag<Team>, Problem> {
    tagged(desk.teams().archive_team(ArchiveTeamRequest { team_id }).await?)
}
