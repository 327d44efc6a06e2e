//! Between wire messages and what use cases take and give. Reads collect every fault; nothing here decides.

use baton_kit::{
    data::RequestKey,
    door::{
        fields::Fields,
        principal::{Caller, Kind, Scope},
        refusal::Refusal,
    },
    life::ids::WorkspaceId,
};
use baton_proto::team::v1::{
    self as wire, ApiKey, CreateApiKeyRequest, CreateMemberRequest, CreateWorkspaceRequest,
};
use jiff::Timestamp;
use uuid::Uuid;

mod canned;
mod mask;
mod members;
mod teams;

pub(super) use canned::{
    create_canned_response, delete_canned_response, list_canned_responses, render_canned_response,
    update_canned_response, viewer, wire_canned_response, wire_rendered,
};
pub(super) use members::{remove_member, set_member_roles};
pub(super) use teams::{create_team, set_team_members, update_team, wire_team};

pub(super) use crate::contract::wire_moment;

use super::rules;
use crate::{
    application::{
        create_api_key::CreateApiKeyCommand,
        create_member::CreateMemberCommand,
        create_workspace::CreateWorkspaceCommand,
        ports::{Doer, Repeatable},
    },
    contract::wire_role,
    domain::{
        api_key,
        email::EmailAddress,
        ids::ContactId,
        ids::MemberId,
        member::Member,
        name::DisplayName,
        role::{Role, Roles},
        secret::SecretHash,
        workspace::Workspace,
    },
};

/// More entries than this in a list of names is a mistake or an attack.
const MOST_ENTRIES: usize = 64;

/// Who does it, as facts tell it.
pub(super) fn doer(caller: &Caller) -> Doer {
    match caller.kind {
        Kind::Member => Doer::Member(caller.subject),
        Kind::ApiKey => Doer::ApiKey(caller.subject),
        Kind::Visitor | Kind::Service | Kind::Operator => Doer::System,
    }
}

/// A request that may come twice, of somebody in a workspace or of the operator, who is in none.
fn repeatable(caller: &Caller, method: &'static str, request_id: String, content: &[&str]) -> Repeatable {
    let workspace = caller.workspace.unwrap_or(WorkspaceId::from_uuid(Uuid::nil()));
    Repeatable {
        key: RequestKey { workspace, principal: caller.fingerprint(), method, request_id },
        // No field has a control character in it, so this is unambiguous.
        fingerprint: SecretHash::of(&content.join("\0")),
    }
}

/// Reads CreateWorkspaceRequest.
pub(crate) fn create_workspace(
    caller: &Caller,
    wire: CreateWorkspaceRequest,
) -> Result<CreateWorkspaceCommand, Refusal> {
    let mut fields = Fields::new();
    let request_id = fields.request_id("request_id", &wire.request_id);
    let workspace = fields.present("workspace", wire.workspace).unwrap_or_default();
    let slug = fields.parsed("workspace.slug", &workspace.slug);
    let name = fields.name("workspace.display_name", &workspace.display_name, DisplayName::LONGEST);
    let email = fields.email("owner_email", &wire.owner_email);
    let owner = fields.name("owner_display_name", &wire.owner_display_name, DisplayName::LONGEST);
    let password = fields.parsed("owner_password", &wire.owner_password);
    let (request_id, slug, name, email, owner, owner_password) =
        fields.all((request_id, slug, name, email, owner, password))?;
    let content = [workspace.slug.as_str(), &name, &email, &owner];
    Ok(CreateWorkspaceCommand {
        request: repeatable(caller, rules::CREATE_WORKSPACE, request_id, &content),
        slug,
        display_name: DisplayName::new(&name),
        owner_name: DisplayName::new(&owner),
        owner_email: EmailAddress::new(email),
        owner_password,
        replies: Vec::new(),
    })
}

/// Reads CreateMemberRequest.
pub(super) fn create_member(
    caller: &Caller,
    wire: CreateMemberRequest,
) -> Result<CreateMemberCommand, Refusal> {
    let mut fields = Fields::new();
    let request_id = fields.request_id("request_id", &wire.request_id);
    let member = fields.present("member", wire.member).unwrap_or_default();
    let name = fields.name("member.display_name", &member.display_name, DisplayName::LONGEST);
    let email = fields.email("member.email", &member.email);
    let roles = roles(&mut fields, "member.roles", &member.roles);
    let password = fields.parsed("password", &wire.password);
    let (request_id, name, email, roles, password) =
        fields.all((request_id, name, email, roles, password))?;
    let content = [name.as_str(), &email, &roles.to_text()];
    Ok(CreateMemberCommand {
        request: repeatable(caller, rules::CREATE_MEMBER, request_id, &content),
        workspace: caller.workspace()?,
        by: doer(caller),
        held: caller.scopes.clone(),
        display_name: DisplayName::new(&name),
        email: EmailAddress::new(email),
        roles,
        password,
    })
}

/// Reads CreateApiKeyRequest.
pub(super) fn create_api_key(
    caller: &Caller,
    wire: CreateApiKeyRequest,
) -> Result<CreateApiKeyCommand, Refusal> {
    let mut fields = Fields::new();
    let key = fields.present("api_key", wire.api_key).unwrap_or_default();
    let name = fields.name("api_key.display_name", &key.display_name, DisplayName::LONGEST);
    let scopes = scopes(&mut fields, "api_key.scopes", &key.scopes);
    let end = moment_or_none(&mut fields, "api_key.expire_time", key.expire_time);
    let (name, scopes, expires_at) = fields.all((name, scopes, end))?;
    Ok(CreateApiKeyCommand {
        workspace: caller.workspace()?,
        by: doer(caller),
        held: caller.scopes.clone(),
        display_name: DisplayName::new(&name),
        scopes,
        expires_at,
    })
}

fn few<T>(fields: &mut Fields, field: &str, entries: &[T]) -> Option<()> {
    if (1..=MOST_ENTRIES).contains(&entries.len()) {
        return Some(());
    }
    fields.fault(field, format_args!("must have 1 to {MOST_ENTRIES} entries"));
    None
}

fn roles(fields: &mut Fields, field: &str, entries: &[i32]) -> Option<Roles> {
    few(fields, field, entries)?;
    let read = |(n, value): (usize, &i32)| fields.choice::<wire::Role>(&format!("{field}[{n}]"), *value);
    let all: Vec<Option<wire::Role>> = entries.iter().enumerate().map(read).collect();
    let all: Option<Vec<Role>> = all.into_iter().map(|role| role.and_then(role_of)).collect();
    Roles::new(all?).ok()
}

fn scopes(fields: &mut Fields, field: &str, entries: &[String]) -> Option<Vec<Scope>> {
    few(fields, field, entries)?;
    let read = |(n, text): (usize, &String)| fields.parsed::<Scope>(&format!("{field}[{n}]"), text);
    let all: Vec<Option<Scope>> = entries.iter().enumerate().map(read).collect();
    let mut all = all.into_iter().collect::<Option<Vec<Scope>>>()?;
    all.sort_unstable();
    all.dedup();
    Some(all)
}

fn moment_or_none(
    fields: &mut Fields,
    field: &str,
    at: Option<prost_types::Timestamp>,
) -> Option<Option<Timestamp>> {
    let Some(at) = at else { return Some(None) };
    let read = (0..1_000_000_000).contains(&at.nanos).then(|| Timestamp::new(at.seconds, at.nanos).ok());
    let Some(read) = read.flatten() else {
        fields.fault(field, "must be a time of the years 1 to 9999");
        return None;
    };
    Some(Some(baton_kit::life::clock::to_microseconds(read)))
}

fn role_of(role: wire::Role) -> Option<Role> {
    match role {
        wire::Role::Unspecified => None,
        wire::Role::Owner => Some(Role::Owner),
        wire::Role::Admin => Some(Role::Admin),
        wire::Role::Editor => Some(Role::Editor),
        wire::Role::Analyst => Some(Role::Analyst),
        wire::Role::Agent => Some(Role::Agent),
        wire::Role::Viewer => Some(Role::Viewer),
    }
}

/// A workspace as callers see it.
pub(super) fn wire_workspace(workspace: &Workspace) -> wire::Workspace {
    wire::Workspace {
        id: workspace.id.to_string(),
        slug: workspace.slug.to_string(),
        display_name: workspace.display_name.as_str().to_owned(),
        create_time: Some(wire_moment(workspace.created_at)),
    }
}

/// A member as the staff sees it.
pub(super) fn wire_member(member: &Member) -> wire::Member {
    wire::Member {
        id: member.id.to_string(),
        display_name: member.display_name.as_str().to_owned(),
        email: member.email.as_str().to_owned(),
        roles: member.roles.iter().map(|role| wire_role(role).into()).collect(),
        active: member.active,
        create_time: Some(wire_moment(member.created_at)),
        revision: member.revision,
    }
}

/// A key without its secret.
pub(super) fn wire_api_key(key: &api_key::ApiKey) -> ApiKey {
    ApiKey {
        id: key.id.to_string(),
        display_name: key.display_name.as_str().to_owned(),
        scopes: key.scopes.iter().map(ToString::to_string).collect(),
        create_time: Some(wire_moment(key.created_at)),
        expire_time: key.expires_at.map(wire_moment),
        revoke_time: key.revoked_at.map(wire_moment),
    }
}

/// Who a caller is.
pub(super) fn who_am_i(caller: &Caller) -> wire::WhoAmIResponse {
    use wire::PrincipalKind as P;
    let (kind, id) = match caller.kind {
        Kind::Visitor => (P::Visitor, ContactId::from_uuid(caller.subject).to_string()),
        Kind::Member => (P::Member, MemberId::from_uuid(caller.subject).to_string()),
        Kind::ApiKey => (P::ApiKey, crate::domain::ids::ApiKeyId::from_uuid(caller.subject).to_string()),
        Kind::Service => (P::Service, caller.service.clone()),
        Kind::Operator => (P::Operator, String::new()),
    };
    wire::WhoAmIResponse {
        kind: kind.into(),
        id,
        workspace_id: caller.workspace.map(|id| id.to_string()).unwrap_or_default(),
        scopes: caller.scopes.iter().map(ToString::to_string).collect(),
    }
}
