//! A member who may no longer reply leaves nothing waiting: what they had goes back into the queue.

use std::sync::Arc;

use baton_kit::life::ids::WorkspaceId;

use super::{
    command_conversation::{CommandConversation, Target},
    ports::{ChangeRefused, Scope, projections::Projections},
};
use crate::domain::{
    commands::Command,
    handoff::HandoffReason,
    ids::{ConversationId, MemberId},
    message::Actor,
};

/// How many conversations are looked up at once.
const BATCH: u32 = 100;

/// Relieves members who left.
#[derive(Clone)]
pub struct RelieveMember {
    /// What they hold.
    pub projections: Arc<dyn Projections>,
    /// How it is given back.
    pub command: CommandConversation,
}

impl RelieveMember {
    /// Gives back everything a member holds, one conversation a transaction. Safe to repeat, also half-way, and also for a member who
    /// may reply again: then nothing is given back. What cannot be given back keeps nothing else from it.
    ///
    /// # Errors
    /// The first that was not given back; then the whole is to be tried again.
    pub async fn run(&self, workspace: WorkspaceId, member: MemberId) -> Result<(), ChangeRefused> {
        let (mut after, mut outcome) = (None, Ok(()));
        loop {
            let held = self.projections.held_by(workspace, member, after, BATCH).await?;
            let Some(last) = held.last() else { return outcome };
            after = Some(*last);
            for conversation in held {
                outcome = outcome.and(self.give_back(workspace, member, conversation).await);
            }
        }
    }

    async fn give_back(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
        conversation: ConversationId,
    ) -> Result<(), ChangeRefused> {
        let target = Target { scope: Scope::all_of(workspace), conversation, by: Actor::System };
        let new = self.command.handoff(HandoffReason::Returned);
        match self.command.run(target, Command::MemberLeft { member, new }).await {
            // Gone or refused: it is nobody's to give back.
            Ok(_) | Err(ChangeRefused::NotFound | ChangeRefused::Refused(_)) => Ok(()),
            Err(other) => Err(other),
        }
    }
}
