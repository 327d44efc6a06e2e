//! Replaces the roles of a member.

use std::sync::Arc;

use baton_kit::{
    door::principal::Scope,
    life::{clock::SharedClock, ids::WorkspaceId},
};

use super::ports::{ChangeMemberError, Doer, MemberChange, MemberStore};
use crate::domain::{
    ids::MemberId,
    member::{Member, MemberEdit},
    role::Roles,
};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct SetMemberRolesCommand {
    /// Where.
    pub workspace: WorkspaceId,
    /// Who asks.
    pub by: Doer,
    /// What the asker may do.
    pub held: Vec<Scope>,
    /// Which member.
    pub member: MemberId,
    /// What it is from now on.
    pub roles: Roles,
}

/// The use case.
#[derive(Clone)]
pub struct SetMemberRoles {
    /// Where members are.
    pub members: Arc<dyn MemberStore>,
    /// Time.
    pub clock: SharedClock,
}

impl SetMemberRoles {
    /// The member as changed, now or before.
    ///
    /// # Errors
    /// [`ChangeMemberError`], each as it says.
    pub async fn run(&self, command: SetMemberRolesCommand) -> Result<Member, ChangeMemberError> {
        let change = MemberChange {
            workspace: command.workspace,
            member: command.member,
            edit: MemberEdit::Roles(command.roles),
            by: command.by,
            held: command.held,
            at: self.clock.now(),
        };
        self.members.change(change).await
    }
}
