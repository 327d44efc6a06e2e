//! Somebody changes who speaks, who is responsible, or where a conversation stands.

use std::sync::Arc;

use baton_kit::life::{clock::SharedClock, ids::SharedIds};

use super::ports::{Change, ChangeRefused, Changed, ConversationChanger, Scope};
use crate::domain::{
    commands::{Command, NewHandoff, Turn},
    handoff::HandoffReason,
    ids::{ConversationId, DecisionId, HandoffId},
    message::Actor,
};

/// Commands conversations.
#[derive(Clone)]
pub struct CommandConversation {
    /// Where they are kept.
    pub changer: Arc<dyn ConversationChanger>,
    /// Time.
    pub clock: SharedClock,
    /// Ids.
    pub ids: SharedIds,
}

/// Which conversation, and who commands.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Whose view.
    pub scope: Scope,
    /// Which one.
    pub conversation: ConversationId,
    /// Who.
    pub by: Actor,
}

impl CommandConversation {
    /// Carries a command out.
    ///
    /// # Errors
    /// Why it is refused.
    pub async fn run(&self, target: Target, command: Command) -> Result<Changed, ChangeRefused> {
        self.changer.change(self.change(target, command, None)).await
    }

    /// Carries a decision of routing out, once.
    ///
    /// # Errors
    /// Why it is refused.
    pub async fn decide(
        &self,
        target: Target,
        decision: DecisionId,
        command: Command,
    ) -> Result<Changed, ChangeRefused> {
        self.changer.change(self.change(target, command, Some(decision))).await
    }

    /// A person is needed.
    ///
    /// # Errors
    /// Why it is refused.
    pub async fn request_handoff(
        &self,
        target: Target,
        reason: HandoffReason,
        turn: Option<Turn>,
    ) -> Result<Changed, ChangeRefused> {
        self.run(target, Command::RequestHandoff { new: self.handoff(reason), turn }).await
    }

    /// The assistant failed or was silent.
    ///
    /// # Errors
    /// Why it is refused.
    pub async fn ai_unavailable(&self, target: Target, epoch: Option<i64>) -> Result<Changed, ChangeRefused> {
        let new = self.handoff(HandoffReason::AiUnavailable);
        self.run(target, Command::AiUnavailable { new, epoch }).await
    }

    fn handoff(&self, reason: HandoffReason) -> NewHandoff {
        NewHandoff { id: HandoffId::from_uuid(self.ids.next()), reason, at: self.clock.now() }
    }

    fn change(&self, target: Target, command: Command, decision: Option<DecisionId>) -> Change {
        let Target { scope, conversation, by } = target;
        Change { scope, conversation, by, command, at: self.clock.now(), decision }
    }
}
