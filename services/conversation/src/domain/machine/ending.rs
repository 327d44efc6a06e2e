//! What ends: a turn of the assistant, and the conversation.

use super::super::{
    commands::Refused,
    conversation::{Control, Conversation, Status},
    effects::{DeadlineEdit, DeadlineKind, Effects, EventKind},
    handoff::HandoffState,
    message::Notice,
    patience::Now,
};

impl Conversation {
    /// A turn ended without another answer: what it looked at is dealt with, and nothing is owed until the visitor writes again.
    ///
    /// # Errors
    /// When control changed since the turn began.
    pub fn finish_turn(
        &mut self,
        epoch: i64,
        visitor_sequence: i64,
        effects: &mut Effects,
    ) -> Result<bool, Refused> {
        self.expect_epoch(epoch)?;
        let dealt_with = visitor_sequence.min(self.last_visitor_sequence);
        if dealt_with <= self.answered_sequence {
            return Ok(false);
        }
        self.answered_sequence = dealt_with;
        if self.unanswered_sequence() == 0 {
            effects.deadlines.push(DeadlineEdit::End(DeadlineKind::AiDue));
        }
        Ok(true)
    }

    /// Resolves it. `false` if it is already.
    ///
    /// # Errors
    /// When the version is another.
    pub fn resolve(&mut self, seen: i64, now: &Now, effects: &mut Effects) -> Result<bool, Refused> {
        if self.status == Status::Resolved {
            return Ok(false);
        }
        self.expect_version(seen)?;
        self.close_handoff(HandoffState::Resolved, now, effects);
        self.give_to(None, effects);
        self.status = Status::Resolved;
        self.snoozed_until = None;
        // Even if the AI has it: a running turn and its bubble end here.
        self.pass_control(Control::Ai, effects);
        self.raise_version();
        effects.event(EventKind::StatusChanged);
        effects.deadlines.push(DeadlineEdit::EndAll);
        effects.notices.push(Notice::Resolved);
        Ok(true)
    }
}
