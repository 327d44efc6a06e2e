//! Hands a conversation over to people: first asks, once, for what is configured and was not said; then, whatever the visitor says or
//! after a while of silence, requests the handoff.
//!
//! Everything it must remember stands in the thread, so that any worker of any replica goes on. Must not know who decided.

use std::{sync::Arc, time::Duration};

use super::ports::{
    Answer, AssistantStore, CallError, Contacts, Conversation, NewTurn, Outcome, Seen, TurnContext, TurnStore,
};
use crate::domain::{
    assistant::{Assistant, Information},
    decision::HandoffReason,
    facts::Names,
    gather::{self, Pending},
    speech::{Saying, Speech},
    thread::Thread,
    turn::Turn,
};

/// How much longer conversation waits than the reminder, before it takes the assistant for gone.
const GRACE: Duration = Duration::from_secs(60);
/// The longest that conversation waits for a handoff.
const LONGEST_WAIT: Duration = Duration::from_secs(86_400);
/// The longest that a visitor may be waited for: conversation must wait a while longer.
pub const LONGEST_PATIENCE: Duration = LONGEST_WAIT.saturating_sub(GRACE);

/// The use case.
pub struct HandOver {
    /// Where the thread is.
    pub conversation: Arc<dyn Conversation>,
    /// Who speaks, and what it is to gather.
    pub assistants: Arc<dyn AssistantStore>,
    /// Where the reminder of an unanswered question is kept.
    pub turns: Arc<dyn TurnStore>,
    /// What is known already.
    pub contacts: Arc<dyn Contacts>,
    /// How the question is put.
    pub speech: Speech,
    /// What names look like.
    pub names: Names,
    /// How long the visitor is waited for.
    pub patience: Duration,
}

impl HandOver {
    /// Hands over, or asks first.
    ///
    /// # Errors
    /// As conversation answers; nothing is lost by doing it again.
    pub async fn begin(
        &self,
        turn: &Turn,
        context: &TurnContext,
        reason: HandoffReason,
    ) -> Result<Outcome, CallError> {
        // An assistant that cannot be read asks for nothing: the handoff comes first.
        let assistant = self.assistant(turn, context).await.ok().flatten();
        let information = assistant.iter().flat_map(|it| &it.settings.handoff.information);
        let information: Vec<Information> = information.cloned().collect();
        let missing = gather::missing(&information, &context.thread, &self.names);
        let missing = self.unknown(turn, context, missing).await;
        if missing.is_empty() {
            return self.request(turn, context, reason, assistant.as_ref()).await;
        }
        let name = assistant.as_ref().map_or("", |it| it.settings.name.as_str());
        let question = Answer {
            control_epoch: context.control_epoch,
            visitor_sequence: context.unanswered,
            client_message_id: gather::question_id(turn, reason),
            text: self.question(&missing, &context.thread, name),
            sources: Vec::new(),
            // The question counts as an answer. Should the assistants be gone after it, conversation still hands over; and what is
            // promised with a question that the visitor overtook is not promised.
            handoff_within: Some(self.patience + GRACE),
        };
        match self.conversation.post(turn.place, &question).await {
            Ok(()) | Err(CallError::AlreadyPosted) => self.remind(turn, context).await,
            Err(refused) => Err(refused),
        }
    }

    /// Goes on with a handoff that waits for the visitor's word; `None` if none does.
    ///
    /// # Errors
    /// As conversation answers, or if the assistant cannot be read.
    pub async fn go_on(&self, turn: &Turn, context: &TurnContext) -> Result<Option<Outcome>, CallError> {
        let Some(Pending { reason, answered }) = gather::pending(&context.thread) else {
            return Ok(None);
        };
        let Some(assistant) = self.assistant(turn, context).await?.filter(|it| it.settings.handoff.enabled)
        else {
            return Ok(None);
        };
        if answered || turn.is_reminder() {
            return self.request(turn, context, reason, Some(&assistant)).await.map(Some);
        }
        self.remind(turn, context).await.map(Some)
    }

    /// Those that the contact does not have already. One that cannot be read is taken for unknown.
    async fn unknown<'a>(
        &self,
        turn: &Turn,
        context: &TurnContext,
        missing: Vec<&'a Information>,
    ) -> Vec<&'a Information> {
        let Some(contact) =
            context.contact.filter(|_| missing.iter().any(|item| item.contact_field.is_some()))
        else {
            return missing;
        };
        let known = self.contacts.read(turn.place, contact).await.unwrap_or_default();
        missing.into_iter().filter(|item| item.contact_field.is_none_or(|field| !known.has(field))).collect()
    }

    async fn assistant(&self, turn: &Turn, context: &TurnContext) -> Result<Option<Assistant>, CallError> {
        let found = self.assistants.find(turn.place.workspace, context.assistant).await;
        found.map_err(|error| CallError::Transient(error.to_string()))
    }

    async fn request(
        &self,
        turn: &Turn,
        context: &TurnContext,
        reason: HandoffReason,
        assistant: Option<&Assistant>,
    ) -> Result<Outcome, CallError> {
        let visitor_sequence = context.unanswered.max(context.thread.last_visitor());
        let seen = Seen { epoch: context.control_epoch, visitor_sequence };
        let team = assistant.and_then(|it| it.settings.handoff.team);
        self.conversation.request_handoff(turn.place, seen, reason, team).await?;
        Ok(Outcome::HandedOff)
    }

    /// Enters a turn for later, so that a visitor who says nothing more gets a person too. Entered twice, it is one.
    async fn remind(&self, turn: &Turn, context: &TurnContext) -> Result<Outcome, CallError> {
        let reminder = NewTurn {
            place: turn.place,
            epoch: context.control_epoch,
            visitor_sequence: Turn::reminder_of(context.thread.last_visitor()),
            wait: self.patience,
            traceparent: turn.traceparent.clone(),
        };
        let entered = self.turns.enqueue(&[reminder]).await;
        entered.map_err(|error| CallError::Transient(error.to_string()))?;
        Ok(Outcome::Answered)
    }

    fn question(&self, missing: &[&Information], thread: &Thread, name: &str) -> String {
        let said: Vec<&str> = thread.visitor().map(|m| m.text.as_str()).collect();
        let language = self.speech.language_of(&said.join("\n"));
        let wanted: Vec<String> = missing.iter().map(|item| format!("- {}", item.description)).collect();
        format!("{}\n{}", self.speech.say(Saying::Gather, language, name), wanted.join("\n"))
    }
}

#[cfg(test)]
mod tests;
