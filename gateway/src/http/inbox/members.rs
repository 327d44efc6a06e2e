//! The staff.

use baton_proto::team::v1::{
    self as wire, CreateMemberRequest, GetMemberRequest, ListMembersRequest, RemoveMemberRequest,
    SetMemberRolesRequest,
};

use super::{
    super::{
        answers::{Answer, Made, made, page, shown},
        body::Body,
        clients::Desk,
        convert::time,
        params::Id,
        words::Role,
    },
    routes::{list, read},
};

/// A person on the staff.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct StaffMember {
    /// `mem_…`.
    id: String,
    /// Shown to visitors.
    display_name: String,
    /// Unique in the workspace.
    email: String,
    /// At least one.
    roles: Vec<Role>,
    /// False once removed.
    active: bool,
    /// When added, RFC 3339.
    create_time: Option<String>,
    /// Rises with every change.
    revision: i64,
}

page! {
    /// A page of members, oldest first.
    MemberPage of members: StaffMember from wire::ListMembersResponse
}

/// A member to be added.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMember {
    /// The client's own id of the request: 1 to 64 printable ASCII characters. Sent again, one member is added.
    request_id: String,
    /// 1 to 80 characters, shown to visitors.
    display_name: String,
    /// Unique in the workspace without regard to case.
    email: String,
    /// At least one.
    roles: Vec<Role>,
    /// To sign in with: 8 to 128 characters, not one of the commonest.
    #[schema(format = Password)]
    password: String,
}

/// What a member may do from now on.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Roles {
    /// At least one, each once.
    roles: Vec<Role>,
}

impl From<wire::Member> for StaffMember {
    fn from(member: wire::Member) -> Self {
        Self {
            id: member.id,
            display_name: member.display_name,
            email: member.email,
            roles: member.roles.into_iter().map(Role::from).collect(),
            active: member.active,
            create_time: time(member.create_time),
            revision: member.revision,
        }
    }
}

list! {
    /// Lists the members, oldest first.
    "/v1/inbox/members" as "listMembers": members.list_members(ListMembersRequest) -> MemberPage
}

read! {
    /// Reads a member.
    "/v1/inbox/members/{id}" as "readMember": members.get_member(GetMemberRequest { member_id }) -> StaffMember, shown
}

/// Adds a member, who can sign in at once.
#[utoipa::path(post, path = "/v1/inbox/members", operation_id = "createMember", tag = "inbox", request_body = NewMember,
    responses((status = 201, body = StaffMember)))]
pub(super) async fn create(Desk(desk): Desk, Body(new): Body<NewMember>) -> Made<StaffMember> {
    let member = wire::Member {
        display_name: new.display_name,
        email: new.email,
        roles: numbers(new.roles),
        ..wire::Member::default()
    };
    let request =
        CreateMemberRequest { request_id: new.request_id, member: Some(member), password: new.password };
    made(desk.members().create_member(request).await?)
}

/// Replaces a member's roles. Only owners make or unmake owners.
#[utoipa::path(put, path = "/v1/inbox/members/{id}/roles", operation_id = "setMemberRoles", tag = "inbox", request_body = Roles,
    responses((status = 200, body = StaffMember)))]
pub(super) async fn set_roles(
    Desk(desk): Desk,
    Id(member_id): Id,
    Body(Roles { roles }): Body<Roles>,
) -> Answer<StaffMember> {
    let request = SetMemberRolesRequest { member_id, roles: numbers(roles) };
    shown(desk.members().set_member_roles(request).await?)
}

/// Removes a member: sessions end, and what they held goes back into the queue.
#[utoipa::path(post, path = "/v1/inbox/members/{id}/remove", operation_id = "removeMember", tag = "inbox",
    responses((status = 200, body = StaffMember)))]
pub(super) async fn remove(Desk(desk): Desk, Id(member_id): Id) -> Answer<StaffMember> {
    shown(desk.members().remove_member(RemoveMemberRequest { member_id }).await?)
}

fn numbers(roles: Vec<Role>) -> Vec<i32> {
    roles.into_iter().map(i32::from).collect()
}
