//! What may be posted, by whom, under which condition, and what it does to the conversation.
//!
//! The store's fast path checks the same conditions in SQL; a property test holds the two together.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    commands::{AI_SILENCE, Refused},
    conversation::{Control, Conversation, Status},
    effects::{DeadlineEdit, DeadlineKind, Effects, Stage},
    ids::{ConversationId, MemberId, MessageId},
    message::{Author, Source},
    patience::Now,
};
use baton_kit::life::ids::WorkspaceId;

/// A message to be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Its id.
    pub id: MessageId,
    /// The tenant.
    pub workspace: WorkspaceId,
    /// The thread.
    pub conversation: ConversationId,
    /// Who writes, and under which condition.
    pub writer: Writer,
    /// The text.
    pub text: String,
    /// The sender's own id of it.
    pub client_message_id: String,
    /// Now.
    pub at: Timestamp,
}

/// Who writes, and under which condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Writer {
    /// The end user.
    Visitor(super::ids::ContactId),
    /// A member; replying is taking over.
    Member {
        /// Who.
        member: MemberId,
        /// Refuse if a member message above this one is there.
        seen_member_sequence: Option<i64>,
    },
    /// The assistant, within a turn.
    Assistant {
        /// The epoch the turn began under.
        epoch: i64,
        /// The visitor message it answers.
        visitor_sequence: i64,
        /// What it rests on.
        sources: Vec<Source>,
        /// It asks for something before a handoff that is to have followed after so long. `None` promises none.
        handoff_within: Option<Duration>,
    },
}

/// Why a message is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostRefused {
    /// The conversation does not allow it.
    #[error(transparent)]
    Command(#[from] Refused),
    /// A newer visitor message came while the answer was made.
    #[error("a newer visitor message supersedes the turn")]
    Superseded,
    /// Another member answered first.
    #[error("a member answered first")]
    ThreadMoved {
        /// The sequence of that answer.
        last_member_sequence: i64,
    },
}

impl Conversation {
    /// The condition under which a message goes in without changing anything but counters and the clock of who answers; `false` where it
    /// takes a command first, or promises something.
    pub fn may_post_directly(&self, writer: &Writer) -> bool {
        match writer {
            Writer::Visitor(contact) => self.status == Status::Open && self.contact == *contact,
            Writer::Member { member, seen_member_sequence } => {
                self.status == Status::Open
                    && self.control == Control::Human
                    && self.assignee == Some(*member)
                    && seen_member_sequence.is_none_or(|seen| seen >= self.last_member_sequence)
            }
            Writer::Assistant { epoch, visitor_sequence, handoff_within, .. } => {
                handoff_within.is_none()
                    && self.status == Status::Open
                    && self.control == Control::Ai
                    && self.control_epoch == *epoch
                    && self.last_visitor_sequence == *visitor_sequence
            }
        }
    }

    /// Makes the conversation ready for a message, by the command that the message implies.
    ///
    /// # Errors
    /// Why the message is refused.
    pub fn prepare_post(
        &mut self,
        message: &NewMessage,
        now: &Now,
        effects: &mut Effects,
    ) -> Result<(), PostRefused> {
        match &message.writer {
            Writer::Visitor(_) => match self.status {
                Status::Resolved => self.reopen_by_visitor(effects),
                Status::Snoozed => drop(self.wake(0, now, effects)?),
                Status::Open => {}
            },
            Writer::Member { member, seen_member_sequence } => {
                let seen = seen_member_sequence.unwrap_or(i64::MAX);
                if self.last_member_sequence > seen {
                    return Err(PostRefused::ThreadMoved { last_member_sequence: self.last_member_sequence });
                }
                if self.status == Status::Snoozed && self.assignee == Some(*member) {
                    self.wake(0, now, effects)?;
                }
                self.take_over(*member, 0, now, effects)?;
            }
            Writer::Assistant { epoch, visitor_sequence, .. } => {
                if self.status == Status::Resolved {
                    return Err(Refused::Closed.into());
                }
                if self.control != Control::Ai || self.control_epoch != *epoch {
                    return Err(Refused::StaleEpoch(self.fences()).into());
                }
                if self.last_visitor_sequence != *visitor_sequence {
                    return Err(PostRefused::Superseded);
                }
            }
        }
        Ok(())
    }

    /// Counts a message that was put at `sequence`.
    pub fn count_post(&mut self, writer: &Writer, sequence: i64, now: &Now, effects: &mut Effects) {
        self.last_sequence = sequence;
        self.last_activity_at = now.at;
        match writer {
            Writer::Visitor(_) => self.last_visitor_sequence = sequence,
            Writer::Member { .. } => {
                self.last_member_sequence = sequence;
                self.answered_sequence = self.last_visitor_sequence;
            }
            Writer::Assistant { visitor_sequence, .. } => self.answered_sequence = *visitor_sequence,
        }
        effects.deadlines.extend(deadlines_after(writer, self.control, now));
    }

    /// The author as stored.
    pub fn author(&self, writer: &Writer) -> Author {
        match writer {
            Writer::Visitor(contact) => Author::Visitor(*contact),
            Writer::Member { member, .. } => Author::Member(*member),
            Writer::Assistant { .. } => Author::Ai(self.assistant),
        }
    }
}

/// What a message does to the clock of who answers: the visitor's begins it, the answer ends it. A question of the assistant before a
/// handoff counts as an answer, so the clock of that handoff runs in its place; an answer proper ends that one too.
fn deadlines_after(writer: &Writer, control: Control, now: &Now) -> Vec<DeadlineEdit> {
    use DeadlineKind::{AiDue, HandoffOwed, ResponseDue};
    match (writer, control) {
        (Writer::Visitor(_), Control::Ai) => vec![DeadlineEdit::Begin(AiDue, AI_SILENCE)],
        (Writer::Visitor(_), Control::Human) => vec![DeadlineEdit::Begin(ResponseDue, now.patience.response)],
        // Its handoff has a clock of its own.
        (Writer::Visitor(_), Control::Waiting) => Vec::new(),
        (Writer::Assistant { handoff_within, .. }, _) => {
            let owed =
                handoff_within.map(|wait| DeadlineEdit::Reset(HandoffOwed, now.after(wait), Stage::First));
            vec![DeadlineEdit::End(AiDue), owed.unwrap_or(DeadlineEdit::End(HandoffOwed))]
        }
        (Writer::Member { .. }, _) => vec![DeadlineEdit::End(ResponseDue)],
    }
}
