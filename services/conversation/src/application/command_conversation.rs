//! Somebody changes who speaks, who is responsible, or where a conversation stands.

use std::sync::Arc;

use baton_kit::life::{clock::SharedClock, ids::SharedIds};

use super::ports::{Change, ChangeRefused, Changed, ConversationChanger, Scope};
use crate::domain::{
    commands::{Command, NewHandoff, Turn},
    contact::EmailAddress,
    handoff::HandoffReason,
    ids::{ConversationId, DecisionId, HandoffId, TeamId},
    machine::Wish,
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

/// A wish for a person, as it was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Why.
    pub reason: HandoffReason,
    /// The assistant's turn that asks.
    pub turn: Option<Turn>,
    /// The team to ask.
    pub team: Option<TeamId>,
    /// Where to answer.
    pub email: Option<EmailAddress>,
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
    pub async fn request_handoff(&self, target: Target, asked: Asked) -> Result<Changed, ChangeRefused> {
        let Asked { reason, turn, team, email } = asked;
        let wish = Wish { new: self.handoff(reason), turn, team };
        self.run(target, Command::RequestHandoff { wish, email }).await
    }

    /// The assistant failed.
    ///
    /// # Errors
    /// Why it is refused.
    pub async fn ai_unavailable(&self, target: Target, epoch: i64) -> Result<Changed, ChangeRefused> {
        let new = self.handoff(HandoffReason::AiUnavailable);
        self.run(target, Command::AiUnavailable { new, epoch }).await
    }

    /// A handoff that a command opens if it has to.
    pub fn handoff(&self, reason: HandoffReason) -> NewHandoff {
        NewHandoff { id: HandoffId::from_uuid(self.ids.next()), reason, at: self.clock.now() }
    }

    fn change(&self, target: Target, command: Command, decision: Option<DecisionId>) -> Change {
        let Target { scope, conversation, by } = target;
        Change { scope, conversation, by, command, at: self.clock.now(), decision }
    }
}
