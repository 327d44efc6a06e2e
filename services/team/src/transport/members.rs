//! `baton.team.v1.MemberService`.

use baton_kit::door::{fields::Fields, principal::caller_of, refusal::Refusal};
use baton_proto::team::v1::{
    CreateMemberRequest, CreateMemberResponse, GetMemberRequest, GetMemberResponse, ListMembersRequest,
    ListMembersResponse, RemoveMemberRequest, RemoveMemberResponse, SetMemberRolesRequest,
    SetMemberRolesResponse, member_service_server::MemberService,
};
use tonic::{Request, Response, Status, async_trait};

use super::{convert, paging::Wanted, rules, status};
use crate::application::{
    create_member::CreateMember, get_member::GetMember, list_members::ListMembers,
    remove_member::RemoveMember, set_member_roles::SetMemberRoles,
};

/// The server.
#[derive(Clone)]
pub(crate) struct MemberApi {
    pub create: CreateMember,
    pub get: GetMember,
    pub list: ListMembers,
    pub set_roles: SetMemberRoles,
    pub remove: RemoveMember,
}

#[async_trait]
impl MemberService for MemberApi {
    async fn create_member(
        &self,
        request: Request<CreateMemberRequest>,
    ) -> Result<Response<CreateMemberResponse>, Status> {
        let caller = caller_of(&request)?;
        let command = convert::create_member(&caller, request.into_inner())?;
        let member = self.create.run(command).await.map_err(status::create_member)?;
        Ok(Response::new(CreateMemberResponse { member: Some(convert::wire_member(&member)) }))
    }

    async fn get_member(
        &self,
        request: Request<GetMemberRequest>,
    ) -> Result<Response<GetMemberResponse>, Status> {
        let workspace = caller_of(&request)?.workspace()?;
        let mut fields = Fields::new();
        let id = fields.parsed("member_id", &request.get_ref().member_id);
        let (id,) = fields.all((id,))?;
        let found = self.get.run(workspace, id).await.map_err(status::store)?;
        let member = found.ok_or_else(|| Refusal::not_found("member"))?;
        Ok(Response::new(GetMemberResponse { member: Some(convert::wire_member(&member)) }))
    }

    async fn list_members(
        &self,
        request: Request<ListMembersRequest>,
    ) -> Result<Response<ListMembersResponse>, Status> {
        let caller = caller_of(&request)?;
        let asked = request.into_inner();
        let wanted = Wanted::read(rules::LIST_MEMBERS, &caller, asked.page_size, &asked.page_token)?;
        let page = self.list.run(wanted.workspace, wanted.after, wanted.size).await.map_err(status::store)?;
        let members = page.rows.iter().map(convert::wire_member).collect();
        let next_page_token = wanted.next_token(page.next);
        Ok(Response::new(ListMembersResponse { members, next_page_token }))
    }

    async fn set_member_roles(
        &self,
        request: Request<SetMemberRolesRequest>,
    ) -> Result<Response<SetMemberRolesResponse>, Status> {
        let caller = caller_of(&request)?;
        let command = convert::set_member_roles(&caller, request.get_ref())?;
        let member = self.set_roles.run(command).await.map_err(status::change_member)?;
        Ok(Response::new(SetMemberRolesResponse { member: Some(convert::wire_member(&member)) }))
    }

    async fn remove_member(
        &self,
        request: Request<RemoveMemberRequest>,
    ) -> Result<Response<RemoveMemberResponse>, Status> {
        let caller = caller_of(&request)?;
        let command = convert::remove_member(&caller, request.get_ref())?;
        let member = self.remove.run(command).await.map_err(status::change_member)?;
        Ok(Response::new(RemoveMemberResponse { member: Some(convert::wire_member(&member)) }))
    }
}
