//! `baton.team.v1.TeamService`.

use baton_kit::door::{fields::Fields, principal::caller_of, refusal::Refusal};
use baton_proto::team::v1::{
    ArchiveTeamRequest, ArchiveTeamResponse, CreateTeamRequest, CreateTeamResponse, GetTeamRequest,
    GetTeamResponse, ListTeamsRequest, ListTeamsResponse, SetTeamMembersRequest, SetTeamMembersResponse,
    UpdateTeamRequest, UpdateTeamResponse, team_service_server::TeamService,
};
use tonic::{Request, Response, Status, async_trait};

use super::{convert, paging::Wanted, rules, status};
use crate::application::{
    archive_team::{ArchiveTeam, ArchiveTeamCommand},
    create_team::CreateTeam,
    get_team::GetTeam,
    list_teams::ListTeams,
    set_team_members::SetTeamMembers,
    update_team::UpdateTeam,
};

/// The server.
#[derive(Clone)]
pub(crate) struct TeamApi {
    pub create: CreateTeam,
    pub get: GetTeam,
    pub list: ListTeams,
    pub update: UpdateTeam,
    pub set_members: SetTeamMembers,
    pub archive: ArchiveTeam,
}

#[async_trait]
impl TeamService for TeamApi {
    async fn create_team(
        &self,
        request: Request<CreateTeamRequest>,
    ) -> Result<Response<CreateTeamResponse>, Status> {
        let caller = caller_of(&request)?;
        let command = convert::create_team(&caller, request.into_inner())?;
        let team = self.create.run(command).await.map_err(status::create_team)?;
        Ok(Response::new(CreateTeamResponse { team: Some(convert::wire_team(&team)) }))
    }

    async fn get_team(&self, request: Request<GetTeamRequest>) -> Result<Response<GetTeamResponse>, Status> {
        let workspace = caller_of(&request)?.workspace()?;
        let mut fields = Fields::new();
        let id = fields.parsed("team_id", &request.get_ref().team_id);
        let (id,) = fields.all((id,))?;
        let found = self.get.run(workspace, id).await.map_err(status::store)?;
        let team = found.ok_or_else(|| Refusal::not_found("team"))?;
        Ok(Response::new(GetTeamResponse { team: Some(convert::wire_team(&team)) }))
    }

    async fn list_teams(
        &self,
        request: Request<ListTeamsRequest>,
    ) -> Result<Response<ListTeamsResponse>, Status> {
        let caller = caller_of(&request)?;
        let asked = request.into_inner();
        let wanted = Wanted::read(rules::LIST_TEAMS, &caller, asked.page_size, &asked.page_token)?;
        let page = self.list.run(wanted.workspace, wanted.after, wanted.size).await.map_err(status::store)?;
        let teams = page.rows.iter().map(convert::wire_team).collect();
        let next_page_token = wanted.next_token(page.next);
        Ok(Response::new(ListTeamsResponse { teams, next_page_token }))
    }

    async fn update_team(
        &self,
        request: Request<UpdateTeamRequest>,
    ) -> Result<Response<UpdateTeamResponse>, Status> {
        let caller = caller_of(&request)?;
        let command = convert::update_team(&caller, request.into_inner())?;
        let team = self.update.run(command).await.map_err(status::change_team)?;
        Ok(Response::new(UpdateTeamResponse { team: Some(convert::wire_team(&team)) }))
    }

    async fn set_team_members(
        &self,
        request: Request<SetTeamMembersRequest>,
    ) -> Result<Response<SetTeamMembersResponse>, Status> {
        let caller = caller_of(&request)?;
        let command = convert::set_team_members(&caller, request.into_inner())?;
        let team = self.set_members.run(command).await.map_err(status::change_team)?;
        Ok(Response::new(SetTeamMembersResponse { team: Some(convert::wire_team(&team)) }))
    }

    async fn archive_team(
        &self,
        request: Request<ArchiveTeamRequest>,
    ) -> Result<Response<ArchiveTeamResponse>, Status> {
        let caller = caller_of(&request)?;
        let (workspace, by) = (caller.workspace()?, convert::doer(&caller));
        let mut fields = Fields::new();
        let id = fields.parsed("team_id", &request.get_ref().team_id);
        let (team,) = fields.all((id,))?;
        let command = ArchiveTeamCommand { workspace, by, team };
        let team = self.archive.run(command).await.map_err(status::change_team)?;
        Ok(Response::new(ArchiveTeamResponse { team: Some(convert::wire_team(&team)) }))
    }
}
