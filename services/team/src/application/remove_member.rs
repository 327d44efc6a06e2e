//! Removes a member for good. What it wrote stays, and so do the keys it made.

use std::sync::Arc;

use baton_kit::{
    door::principal::Scope,
    life::{clock::SharedClock, ids::WorkspaceId},
};

use super::ports::{ChangeMemberError, Doer, MemberChange, MemberStore};
use crate::domain::{
    ids::MemberId,
    member::{Member, MemberEdit},
};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct RemoveMemberCommand {
    /// Where.
    pub workspace: WorkspaceId,
    /// Who asks.
    pub by: Doer,
    /// What the asker may do.
    pub held: Vec<Scope>,
    /// Which member.
    pub member: MemberId,
}

/// The use case.
#[derive(Clone)]
pub struct RemoveMember {
    /// Where members are.
    pub members: Arc<dyn MemberStore>,
    /// Time.
    pub clock: SharedClock,
}

impl RemoveMember {
    /// The member as changed, now or before.
    ///
    /// # Errors
    /// [`ChangeMemberError`], each as it says.
    pub async fn run(&self, command: RemoveMemberCommand) -> Result<Member, ChangeMemberError> {
        let change = MemberChange {
            workspace: command.workspace,
            member: command.member,
            edit: MemberEdit::Remove,
            by: command.by,
            held: command.held,
            at: self.clock.now(),
        };
        self.members.change(change).await
    }
}
