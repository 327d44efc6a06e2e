//! Changes of members between wire and use cases.

use baton_kit::door::{fields::Fields, principal::Caller, refusal::Refusal};
use baton_proto::team::v1::{RemoveMemberRequest, SetMemberRolesRequest};

use super::{doer, roles};
use crate::{
    application::{remove_member::RemoveMemberCommand, set_member_roles::SetMemberRolesCommand},
    domain::role::{Role, Roles},
};

/// Reads SetMemberRolesRequest.
pub(in crate::transport) fn set_member_roles(
    caller: &Caller,
    wire: &SetMemberRolesRequest,
) -> Result<SetMemberRolesCommand, Refusal> {
    let mut fields = Fields::new();
    let member = fields.parsed("member_id", &wire.member_id);
    let roles = each_once(&mut fields, &wire.roles);
    let (member, roles) = fields.all((member, roles))?;
    let (workspace, by, held) = (caller.workspace()?, doer(caller), caller.scopes.clone());
    Ok(SetMemberRolesCommand { workspace, by, held, member, roles })
}

/// Reads RemoveMemberRequest.
pub(in crate::transport) fn remove_member(
    caller: &Caller,
    wire: &RemoveMemberRequest,
) -> Result<RemoveMemberCommand, Refusal> {
    let mut fields = Fields::new();
    let member = fields.parsed("member_id", &wire.member_id);
    let (member,) = fields.all((member,))?;
    Ok(RemoveMemberCommand {
        workspace: caller.workspace()?,
        by: doer(caller),
        held: caller.scopes.clone(),
        member,
    })
}

fn each_once(fields: &mut Fields, entries: &[i32]) -> Option<Roles> {
    let read = roles(fields, "roles", entries)?;
    if entries.len() > Role::ALL.len() || read.iter().count() < entries.len() {
        fields.fault("roles", "must name each role at most once");
        return None;
    }
    Some(read)
}
