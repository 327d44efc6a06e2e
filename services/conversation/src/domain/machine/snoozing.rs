//! Put off, and taken up again. While snoozed nobody's load counts it and no clock of a member runs.

use jiff::Timestamp;

use super::super::{
    commands::Refused,
    conversation::{Control, Conversation, Status},
    effects::{DeadlineEdit, DeadlineKind, Effects, EventKind, Stage},
    patience::Now,
};

impl Conversation {
    /// Puts it off. `false` if it is put off until then already.
    ///
    /// # Errors
    /// When resolved, no member has it, the version is another, or it would stand unanswered for ever.
    pub fn snooze(
        &mut self,
        seen: i64,
        until: Option<Timestamp>,
        effects: &mut Effects,
    ) -> Result<bool, Refused> {
        match (self.status, self.control) {
            (Status::Resolved, _) => return Err(Refused::Closed),
            (_, Control::Ai | Control::Waiting) => return Err(Refused::WrongState("not taken")),
            (Status::Snoozed, _) if self.snoozed_until == until => return Ok(false),
            (Status::Open | Status::Snoozed, Control::Human) => self.expect_version(seen)?,
        }
        // A post does not raise the version: the visitor may have asked something that who puts it off has not seen.
        if until.is_none() && self.unanswered_sequence() > 0 {
            return Err(Refused::WrongState("unanswered"));
        }
        if self.status == Status::Open {
            if let Some(assignee) = self.assignee {
                self.count_held(assignee, -1, effects);
            }
            self.status = Status::Snoozed;
            self.raise_version();
            effects.deadlines.push(DeadlineEdit::End(DeadlineKind::ResponseDue));
        }
        self.snoozed_until = until;
        effects.event(EventKind::StatusChanged);
        effects.deadlines.push(match until {
            Some(until) => DeadlineEdit::Reset(DeadlineKind::Wake, until, Stage::First),
            None => DeadlineEdit::End(DeadlineKind::Wake),
        });
        Ok(true)
    }

    /// Takes it up again: its assignee has it. `false` if it is not put off.
    ///
    /// # Errors
    /// When resolved, or the version is another.
    pub fn wake(&mut self, seen: i64, now: &Now, effects: &mut Effects) -> Result<bool, Refused> {
        match self.status {
            Status::Resolved => return Err(Refused::Closed),
            Status::Open => return Ok(false),
            Status::Snoozed => self.expect_version(seen)?,
        }
        self.end_snooze(effects);
        self.raise_version();
        self.expect_response(now, effects);
        Ok(true)
    }

    /// It is open again, whatever follows; nothing where it is not put off.
    pub(super) fn end_snooze(&mut self, effects: &mut Effects) {
        if self.status != Status::Snoozed {
            return;
        }
        self.status = Status::Open;
        self.snoozed_until = None;
        if let Some(assignee) = self.assignee {
            self.count_held(assignee, 1, effects);
        }
        effects.event(EventKind::StatusChanged);
        effects.deadlines.push(DeadlineEdit::End(DeadlineKind::Wake));
    }
}
