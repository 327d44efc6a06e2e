//! The machine of control, story by story: what each command needs and what it does.
//!
//! Every command that changes control raises `control_epoch`; every change of control, assignee, team, status or handoff raises
//! `assignment_version`, once a command. What several stories share is here.

mod assigning;
mod ending;
mod promising;
mod queueing;
mod snoozing;
mod taking;
mod urgency;

pub use queueing::Wish;

use super::{
    commands::{AI_SILENCE, NewHandoff},
    conversation::{Control, Conversation, Status},
    effects::{DeadlineEdit, DeadlineKind, Effects, EventKind, LoadChange, Stage},
    handoff::{HandoffState, ReturnCause},
    ids::MemberId,
    patience::Now,
};

impl Conversation {
    /// A deadline has passed. `false` if that no longer matters; it has ended or moved in any case.
    pub fn deadline_passed(
        &mut self,
        (kind, stage): (DeadlineKind, Stage),
        new: NewHandoff,
        now: &Now,
        effects: &mut Effects,
    ) -> bool {
        match kind {
            DeadlineKind::AiDue => self.ai_unavailable(new, now, effects),
            DeadlineKind::HandoffOwed => self.handoff_stayed_away(new, now, effects),
            DeadlineKind::ResponseDue => self.reply_overdue(stage, new, now, effects),
            DeadlineKind::HandoffDue => self.handoff_overdue(now, effects),
            DeadlineKind::Wake => {
                effects.deadlines.push(DeadlineEdit::End(DeadlineKind::Wake));
                self.status == Status::Snoozed && self.wake(0, now, effects) == Ok(true)
            }
        }
    }

    /// The member who has it let the visitor wait: a warning first, after the grace back into the queue.
    fn reply_overdue(&mut self, stage: Stage, new: NewHandoff, now: &Now, effects: &mut Effects) -> bool {
        // Asked once more, since whoever spoke may not have known of the clock.
        if self.control != Control::Human || self.status != Status::Open || !self.owes_a_reply() {
            effects.deadlines.push(DeadlineEdit::End(DeadlineKind::ResponseDue));
            return false;
        }
        match stage {
            Stage::First => {
                let due = now.after(now.patience.response_grace);
                effects.deadlines.push(DeadlineEdit::Reset(DeadlineKind::ResponseDue, due, Stage::Grace));
                effects.event(EventKind::ReplyOverdue);
            }
            Stage::Grace => {
                self.queue(new, Some(ReturnCause::NoReply), now, effects);
                self.raise_version();
            }
        }
        true
    }

    /// The clock of the member who has it begins anew, or ends where nothing is owed.
    fn expect_response(&self, now: &Now, effects: &mut Effects) {
        if !self.owes_a_reply() {
            effects.deadlines.push(DeadlineEdit::End(DeadlineKind::ResponseDue));
            return;
        }
        let due = now.after(now.patience.response);
        effects.deadlines.push(DeadlineEdit::Reset(DeadlineKind::ResponseDue, due, Stage::First));
    }

    /// The visitor waits for a member's word: something stands unanswered, or a person was asked for and taken is not answered.
    fn owes_a_reply(&self) -> bool {
        let taken = self.handoff.as_ref().filter(|it| it.state == HandoffState::Taken);
        let unspoken = taken.is_some_and(|it| self.last_member_sequence <= it.made_at_sequence);
        unspoken || self.unanswered_sequence() > 0
    }

    /// The assistant's clock begins, if it owes an answer.
    fn expect_assistant(&self, effects: &mut Effects) {
        if self.unanswered_sequence() > 0 {
            effects.deadlines.push(DeadlineEdit::Begin(DeadlineKind::AiDue, AI_SILENCE));
        }
    }

    /// Who may speak changes: the clock of who spoke until now ends, and so does what the assistant was told to do.
    fn pass_control(&mut self, to: Control, effects: &mut Effects) {
        effects.deadlines.push(DeadlineEdit::End(match self.control {
            Control::Ai => DeadlineKind::AiDue,
            Control::Waiting => DeadlineKind::HandoffDue,
            Control::Human => DeadlineKind::ResponseDue,
        }));
        if self.control == Control::Ai {
            effects.deadlines.push(DeadlineEdit::End(DeadlineKind::HandoffOwed));
        }
        self.control = to;
        self.control_epoch += 1;
        self.instruction.clear();
        if to == Control::Ai {
            self.ai_since_sequence = self.last_sequence;
        }
        effects.event(EventKind::ControlChanged);
    }

    /// Moves responsibility and what members hold. Loads count only open conversations.
    fn give_to(&mut self, to: Option<MemberId>, effects: &mut Effects) {
        if self.assignee == to {
            return;
        }
        if let Some(former) = self.assignee {
            self.last_assignee = Some(former);
            self.count_held(former, -1, effects);
        }
        if let Some(member) = to {
            self.count_held(member, 1, effects);
        }
        self.assignee = to;
        effects.event(EventKind::AssignmentChanged);
    }

    /// A load changes, if the conversation counts.
    fn count_held(&self, member: MemberId, by: i32, effects: &mut Effects) {
        if self.status == Status::Open {
            effects.loads.push(LoadChange { member, by, below: None });
        }
    }

    fn set_handoff_state(&mut self, state: HandoffState, now: Option<&Now>) {
        if let Some(handoff) = &mut self.handoff {
            handoff.state = state;
            handoff.closed_at = now.map(|now| now.at);
            handoff.assigned_by = None;
        }
    }

    fn raise_version(&mut self) {
        self.assignment_version += 1;
    }
}
