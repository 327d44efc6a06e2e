//! A turn: one duty to answer, kept until it is done.
//!
//! Must not know how it is carried out.

use std::time::Duration;

use baton_kit::life::ids::{WorkspaceId, base32};
use jiff::Timestamp;

use super::ids::{ConversationId, TurnId};

/// How often a duty is begun at least before it is given up: one that only waited, as through a restart, was not tried yet.
pub const LEAST_TRIES: u32 = 20;

/// Which conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// The conversation.
    pub conversation: ConversationId,
}

/// A duty to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Its id; the ids of its answers follow from it.
    pub id: TurnId,
    /// Where.
    pub place: Place,
    /// The epoch of control it began under.
    pub epoch: i64,
    /// The visitor's message that began it; 0 for whatever stands unanswered when the AI gets control back; below 0 for a reminder.
    pub visitor_sequence: i64,
    /// How often it was begun, this time included.
    pub attempts: u32,
    /// When it was entered.
    pub created_at: Timestamp,
    /// The trace it belongs to.
    pub traceparent: Option<String>,
}

impl Turn {
    /// The id of its nth answer: the same however often the turn is begun again.
    pub fn client_message_id(&self, ordinal: u32) -> String {
        format!("turn-{}-{ordinal}", base32::encode(self.id.uuid().as_u128()))
    }

    /// What stands for the visitor's message in a reminder that nobody answered what was asked after this message.
    pub fn reminder_of(visitor_sequence: i64) -> i64 {
        -visitor_sequence.abs().max(1)
    }

    /// Whether it only looks whether the visitor said something meanwhile.
    pub fn is_reminder(&self) -> bool {
        self.visitor_sequence < 0
    }

    /// Whether control came to the AI with it.
    pub fn is_return(&self) -> bool {
        self.visitor_sequence == 0
    }

    /// Which making of an answer, opaque: another one when it is begun again, or for messages that came meanwhile.
    pub fn making(&self, unanswered: i64) -> String {
        format!("{}-{}-{unanswered}", base32::encode(self.id.uuid().as_u128()), self.attempts)
    }

    /// How long to wait before it is begun again: doubled each time, at most five seconds.
    pub fn back_off(&self) -> Duration {
        let doublings = self.attempts.saturating_sub(1).min(5);
        Duration::from_millis(250 << doublings).min(Duration::from_secs(5))
    }
}

/// How a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Messages were posted.
    Answered,
    /// People were asked for.
    HandedOff,
    /// There was nothing to say.
    Nothing,
    /// The engine failed.
    Failed,
    /// Somebody else speaks now, or the conversation is over.
    Superseded,
    /// The conversation does not exist.
    Gone,
    /// Conversation could not be reached for so long that its own deadlines have taken care of the visitor.
    GivenUp,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use uuid::Uuid;

    pub(crate) fn workspace() -> WorkspaceId {
        WorkspaceId::from_uuid(Uuid::nil())
    }

    pub(crate) fn place() -> Place {
        Place { workspace: workspace(), conversation: ConversationId::from_uuid(Uuid::from_u128(5)) }
    }

    pub(crate) fn turn(epoch: i64, visitor_sequence: i64, created_at: Timestamp) -> Turn {
        let id = TurnId::from_uuid(Uuid::from_u128(42));
        Turn { id, place: place(), epoch, visitor_sequence, attempts: 1, created_at, traceparent: None }
    }

    fn begun(attempts: u32) -> Turn {
        let id = TurnId::from_uuid(Uuid::from_u128(7));
        Turn { id, attempts, ..turn(1, 1, Timestamp::UNIX_EPOCH) }
    }

    #[test]
    fn an_answers_id_depends_on_the_turn_alone() {
        assert_eq!(begun(1).client_message_id(0), begun(9).client_message_id(0));
        assert_eq!(begun(1).client_message_id(0), "turn-00000000000000000000000007-0");
        assert!(begun(1).client_message_id(u32::MAX).len() <= 64);
    }

    #[test]
    fn waiting_grows_up_to_five_seconds() {
        let waits: Vec<u128> = [0, 1, 2, 3, 6, u32::MAX].map(|n| begun(n).back_off().as_millis()).to_vec();
        assert_eq!(waits, [250, 250, 500, 1000, 5000, 5000]);
    }
}
