//! Who may call what: one row a method.

use baton_kit::door::{access::Rule, principal::Scope};

/// Sign-in, sign-out, exchange and what was revoked are the gateway's alone.
const GATEWAY: &[&str] = &["gateway"];

/// Looks up, for letters, whom it writes to: in the workspace that it names.
const LETTERS: &[&str] = &["notification"];

pub(super) const CREATE_WORKSPACE: &str = "/baton.team.v1.WorkspaceService/CreateWorkspace";
pub(super) const CREATE_MEMBER: &str = "/baton.team.v1.MemberService/CreateMember";
pub(super) const LIST_MEMBERS: &str = "/baton.team.v1.MemberService/ListMembers";
pub(super) const CREATE_TEAM: &str = "/baton.team.v1.TeamService/CreateTeam";
pub(super) const LIST_TEAMS: &str = "/baton.team.v1.TeamService/ListTeams";
pub(super) const CREATE_CANNED_RESPONSE: &str = "/baton.team.v1.CannedResponseService/CreateCannedResponse";
pub(super) const LIST_CANNED_RESPONSES: &str = "/baton.team.v1.CannedResponseService/ListCannedResponses";
pub(super) const LIST_API_KEYS: &str = "/baton.team.v1.CredentialService/ListApiKeys";

/// One row a method of this service.
pub const RULES: &[Rule] = &[
    Rule::on(CREATE_WORKSPACE).operator(),
    Rule::on("/baton.team.v1.WorkspaceService/GetWorkspace").authenticated(),
    Rule::on(CREATE_MEMBER).staff(Scope::MembersWrite),
    Rule::on("/baton.team.v1.MemberService/GetMember").staff(Scope::MembersRead).services(LETTERS),
    Rule::on(LIST_MEMBERS).staff(Scope::MembersRead),
    Rule::on("/baton.team.v1.MemberService/SetMemberRoles").staff(Scope::MembersWrite),
    Rule::on("/baton.team.v1.MemberService/RemoveMember").staff(Scope::MembersWrite),
    Rule::on(CREATE_TEAM).staff(Scope::MembersWrite),
    Rule::on("/baton.team.v1.TeamService/GetTeam").staff(Scope::MembersRead).services(LETTERS),
    Rule::on(LIST_TEAMS).staff(Scope::MembersRead),
    Rule::on("/baton.team.v1.TeamService/UpdateTeam").staff(Scope::MembersWrite),
    Rule::on("/baton.team.v1.TeamService/SetTeamMembers").staff(Scope::MembersWrite),
    Rule::on("/baton.team.v1.TeamService/ArchiveTeam").staff(Scope::MembersWrite),
    // Changing what is not one's own needs `members:write` as well: the use cases see to it.
    Rule::on(CREATE_CANNED_RESPONSE).staff(Scope::ConversationsWrite),
    Rule::on("/baton.team.v1.CannedResponseService/GetCannedResponse").staff(Scope::ConversationsRead),
    Rule::on(LIST_CANNED_RESPONSES).staff(Scope::ConversationsRead),
    Rule::on("/baton.team.v1.CannedResponseService/UpdateCannedResponse").staff(Scope::ConversationsWrite),
    Rule::on("/baton.team.v1.CannedResponseService/DeleteCannedResponse").staff(Scope::ConversationsWrite),
    Rule::on("/baton.team.v1.CannedResponseService/RenderCannedResponse").staff(Scope::ConversationsRead),
    Rule::on("/baton.team.v1.CredentialService/WhoAmI").authenticated(),
    Rule::on("/baton.team.v1.CredentialService/CreateApiKey").staff(Scope::KeysWrite),
    Rule::on(LIST_API_KEYS).staff(Scope::KeysWrite),
    Rule::on("/baton.team.v1.CredentialService/RevokeApiKey").staff(Scope::KeysWrite),
    Rule::on("/baton.team.v1.ServerInfoService/GetServerInfo").open(),
    Rule::on("/baton.internal.team.v1.SessionService/SignIn").services(GATEWAY),
    Rule::on("/baton.internal.team.v1.SessionService/SignOut").services(GATEWAY),
    Rule::on("/baton.internal.team.v1.SessionService/Exchange").services(GATEWAY),
    Rule::on("/baton.internal.team.v1.RevocationService/WatchRevocations").services(GATEWAY),
];
