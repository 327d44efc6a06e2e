//! A member takes a conversation: from the AI, the queue, a colleague, or after it was resolved.

use super::super::{
    commands::Refused,
    conversation::{Control, Conversation, Status},
    effects::{Effects, EventKind},
    handoff::HandoffState,
    ids::MemberId,
    message::Notice,
    patience::Now,
};

impl Conversation {
    /// A member takes it, from the AI, the queue or a colleague. `false` if they have it already.
    ///
    /// # Errors
    /// When resolved, or the version is another.
    pub fn take_over(
        &mut self,
        member: MemberId,
        seen: i64,
        now: &Now,
        effects: &mut Effects,
    ) -> Result<bool, Refused> {
        if self.status == Status::Resolved {
            return Err(Refused::Closed);
        }
        if self.has_it(member) {
            return Ok(false);
        }
        self.expect_version(seen)?;
        if self.open_handoff().is_some() {
            self.set_handoff_state(HandoffState::Taken, Some(now));
            effects.event(EventKind::HandoffChanged);
        }
        self.end_snooze(effects);
        self.give_to(Some(member), effects);
        // Also where they were asked already: who is responsible for it is news now.
        effects.event(EventKind::AssignmentChanged);
        if self.control != Control::Human {
            self.pass_control(Control::Human, effects);
        }
        self.raise_version();
        self.expect_response(now, effects);
        effects.notices.push(Notice::MemberJoined);
        Ok(true)
    }

    /// A member opens it again, and has it. `false` if they have it already.
    ///
    /// # Errors
    /// When it is not resolved, or the version is another.
    pub fn reopen(
        &mut self,
        member: MemberId,
        seen: i64,
        now: &Now,
        effects: &mut Effects,
    ) -> Result<bool, Refused> {
        if self.has_it(member) {
            return Ok(false);
        }
        if self.status != Status::Resolved {
            return Err(Refused::WrongState("not resolved"));
        }
        self.expect_version(seen)?;
        self.status = Status::Open;
        effects.event(EventKind::StatusChanged);
        self.give_to(Some(member), effects);
        self.pass_control(Control::Human, effects);
        self.raise_version();
        self.expect_response(now, effects);
        effects.notices.push(Notice::MemberJoined);
        Ok(true)
    }

    /// The visitor writes again: the assistant answers.
    pub fn reopen_by_visitor(&mut self, effects: &mut Effects) {
        self.status = Status::Open;
        self.ai_since_sequence = self.last_sequence;
        self.raise_version();
        effects.event(EventKind::StatusChanged);
    }

    fn has_it(&self, member: MemberId) -> bool {
        self.control == Control::Human && self.assignee == Some(member)
    }
}
