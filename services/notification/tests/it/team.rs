//! A team service for tests: knows addresses, and how the workspace calls itself.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use baton_kit::door::{access::Rule, principal::caller_of, refusal::Refusal};
use baton_proto::team::v1::{
    CreateMemberRequest, CreateMemberResponse, CreateWorkspaceRequest, CreateWorkspaceResponse,
    GetMemberRequest, GetMemberResponse, GetWorkspaceRequest, GetWorkspaceResponse, ListMembersRequest,
    ListMembersResponse, Member, RemoveMemberRequest, RemoveMemberResponse, SetMemberRolesRequest,
    SetMemberRolesResponse, Workspace, member_service_server::MemberService,
    workspace_service_server::WorkspaceService,
};
use tonic::{Request, Response, Status};

pub const RULES: &[Rule] = &[
    Rule::on("/baton.team.v1.MemberService/GetMember").services(&["notification"]),
    Rule::on("/baton.team.v1.WorkspaceService/GetWorkspace").authenticated(),
];
/// How every workspace calls itself.
pub const WORKSPACE_NAME: &str = "Acme and Sons";

/// Implements what is asked of `MemberService`. Clones share.
#[derive(Clone, Default)]
pub struct FakeTeam {
    members: Arc<Mutex<BTreeMap<String, Member>>>,
}

impl FakeTeam {
    pub fn knows(&self, member: Member) {
        self.members.lock().unwrap().insert(member.id.clone(), member);
    }
}

#[tonic::async_trait]
impl MemberService for FakeTeam {
    async fn get_member(
        &self,
        request: Request<GetMemberRequest>,
    ) -> Result<Response<GetMemberResponse>, Status> {
        caller_of(&request)?.workspace()?;
        let member = self.members.lock().unwrap().get(&request.get_ref().member_id).cloned();
        let member = member.ok_or_else(|| Refusal::not_found("member"))?;
        Ok(Response::new(GetMemberResponse { member: Some(member) }))
    }

    async fn create_member(
        &self,
        _: Request<CreateMemberRequest>,
    ) -> Result<Response<CreateMemberResponse>, Status> {
        unreachable!("nobody asks")
    }

    async fn list_members(
        &self,
        _: Request<ListMembersRequest>,
    ) -> Result<Response<ListMembersResponse>, Status> {
        unreachable!("nobody asks")
    }

    async fn set_member_roles(
        &self,
        _: Request<SetMemberRolesRequest>,
    ) -> Result<Response<SetMemberRolesResponse>, Status> {
        unreachable!("nobody asks")
    }

    async fn remove_member(
        &self,
        _: Request<RemoveMemberRequest>,
    ) -> Result<Response<RemoveMemberResponse>, Status> {
        unreachable!("nobody asks")
    }
}

#[tonic::async_trait]
impl WorkspaceService for FakeTeam {
    async fn get_workspace(
        &self,
        request: Request<GetWorkspaceRequest>,
    ) -> Result<Response<GetWorkspaceResponse>, Status> {
        let id = caller_of(&request)?.workspace()?.to_string();
        let workspace = Workspace { id, display_name: WORKSPACE_NAME.to_owned(), ..Workspace::default() };
        Ok(Response::new(GetWorkspaceResponse { workspace: Some(workspace) }))
    }

    async fn create_workspace(
        &self,
        _: Request<CreateWorkspaceRequest>,
    ) -> Result<Response<CreateWorkspaceResponse>, Status> {
        unreachable!("nobody asks")
    }
}
