//! The machine of control, row by row: what each command needs and what it does.
//!
//! Every command that changes control raises `control_epoch`; every change of control, assignee, team, status or handoff raises
//! `assignment_version`, once a command.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    conversation::{Control, Conversation, Status},
    effects::{DeadlineEdit, DeadlineKind, Effects, EventKind, LoadChange},
    handoff::{Handoff, HandoffReason, HandoffState},
    ids::{HandoffId, MemberId},
    message::Notice,
};

/// How long an assistant may stay without a sign of life.
pub const AI_SILENCE: Duration = Duration::from_secs(8);

/// Why a command is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The caller saw another assignment version.
    #[error("the conversation changed since it was read")]
    StaleVersion(Fences),
    /// The caller saw another epoch.
    #[error("control changed since the turn began")]
    StaleEpoch(Fences),
    /// It is resolved.
    #[error("the conversation is resolved")]
    Closed,
    /// A person has it.
    #[error("a person has the conversation")]
    HumanInControl,
    /// Nobody is waited for.
    #[error("no handoff is open")]
    NoOpenHandoff,
    /// The command makes no sense now.
    #[error("not possible while the handoff is {0}")]
    WrongState(&'static str),
}

/// The two fences, as they are now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fences {
    /// Who may speak.
    pub control_epoch: i64,
    /// Who is responsible.
    pub assignment_version: i64,
}

/// A handoff to be opened.
#[derive(Debug, Clone, Copy)]
pub struct NewHandoff {
    /// Its id.
    pub id: HandoffId,
    /// Why.
    pub reason: HandoffReason,
    /// Now.
    pub at: Timestamp,
}

/// What a turn of the assistant looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// The epoch it began under.
    pub epoch: i64,
    /// The visitor message it answers.
    pub visitor_sequence: i64,
}

/// A command as the store is given it.
#[derive(Debug, Clone)]
pub enum Command {
    /// Asks for a person. The assistant names the epoch its turn began under.
    RequestHandoff {
        /// The handoff to open.
        new: NewHandoff,
        /// The assistant's turn that asks; `None` for everybody else.
        turn: Option<Turn>,
    },
    /// Routing asks a member.
    Assign {
        /// Who.
        member: MemberId,
        /// What they may hold.
        limit: i32,
        /// The version seen.
        seen: i64,
    },
    /// Routing takes an untaken assignment back.
    Release {
        /// The version seen.
        seen: i64,
    },
    /// A member takes it.
    TakeOver {
        /// Who.
        member: MemberId,
        /// The version seen; 0 for none.
        seen: i64,
    },
    /// A member gives it back to the AI.
    HandBack {
        /// The version seen; 0 for none.
        seen: i64,
    },
    /// The visitor takes the wish for a person back.
    Withdraw,
    /// It is done.
    Resolve {
        /// The version seen; 0 for none.
        seen: i64,
    },
    /// The assistant failed, or was silent for too long.
    AiUnavailable {
        /// The handoff to open.
        new: NewHandoff,
        /// The epoch of the turn that failed; `None` where silence itself is the cause.
        epoch: Option<i64>,
    },
    /// A turn ended well: messages up to here are dealt with.
    FinishTurn {
        /// The epoch of the turn.
        epoch: i64,
        /// The visitor message it dealt with.
        visitor_sequence: i64,
    },
}

impl Command {
    /// The member who becomes responsible, and must be allowed to reply.
    pub fn member(&self) -> Option<MemberId> {
        match self {
            Self::Assign { member, .. } | Self::TakeOver { member, .. } => Some(*member),
            _ => None,
        }
    }
}

impl Conversation {
    /// Carries out a command. `false` if there was nothing to do.
    ///
    /// # Errors
    /// Why it is refused; then nothing has changed.
    pub fn apply(
        &mut self,
        command: &Command,
        at: Timestamp,
        effects: &mut Effects,
    ) -> Result<bool, Refused> {
        match *command {
            Command::RequestHandoff { new, turn } => self.request_handoff(new, turn, effects),
            Command::Assign { member, limit, seen } => {
                self.assign_by_routing(member, limit, seen, effects).map(|()| true)
            }
            Command::Release { seen } => self.release(seen, effects).map(|()| true),
            Command::TakeOver { member, seen } => self.take_over(member, seen, at, effects),
            Command::HandBack { seen } => self.hand_back(seen, at, effects),
            Command::Withdraw => self.withdraw(at, effects).map(|()| true),
            Command::Resolve { seen } => self.resolve(seen, at, effects),
            Command::AiUnavailable { new, epoch } => {
                epoch.map_or(Ok(()), |epoch| self.expect_epoch(epoch))?;
                Ok(self.ai_unavailable(new, effects))
            }
            Command::FinishTurn { epoch, visitor_sequence } => {
                self.finish_turn(epoch, visitor_sequence, effects)
            }
        }
    }

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

    /// The fences as they are.
    pub fn fences(&self) -> Fences {
        Fences { control_epoch: self.control_epoch, assignment_version: self.assignment_version }
    }

    /// Refuses a caller who saw another version; 0 saw none.
    ///
    /// # Errors
    /// The stale version.
    pub fn expect_version(&self, seen: i64) -> Result<(), Refused> {
        if seen == 0 || seen == self.assignment_version {
            Ok(())
        } else {
            Err(Refused::StaleVersion(self.fences()))
        }
    }

    /// Refuses a turn that began under another epoch.
    ///
    /// # Errors
    /// The stale epoch.
    pub fn expect_epoch(&self, seen: i64) -> Result<(), Refused> {
        if seen == self.control_epoch { Ok(()) } else { Err(Refused::StaleEpoch(self.fences())) }
    }

    /// Asks for a person. `false` if one is waited for already.
    ///
    /// # Errors
    /// When resolved, or a person has it.
    pub fn request_handoff(
        &mut self,
        new: NewHandoff,
        turn: Option<Turn>,
        effects: &mut Effects,
    ) -> Result<bool, Refused> {
        match (self.status, self.control) {
            (Status::Resolved, _) => Err(Refused::Closed),
            (_, Control::Human) => Err(Refused::HumanInControl),
            (_, Control::Waiting) => Ok(false),
            (_, Control::Ai) => {
                if let Some(turn) = turn {
                    self.expect_epoch(turn.epoch)?;
                    // It has dealt with the message it looked at, and with none that came since.
                    let dealt_with = turn.visitor_sequence.min(self.last_visitor_sequence);
                    self.answered_sequence = self.answered_sequence.max(dealt_with);
                }
                self.open_handoff_with(new, None, new.at);
                self.pass_control(Control::Waiting, effects);
                self.raise_version();
                effects.event(EventKind::HandoffChanged);
                effects.deadlines.push(DeadlineEdit::End(DeadlineKind::AiDue));
                effects.notices.push(Notice::HandoffRequested);
                Ok(true)
            }
        }
    }

    /// Routing asks a member to take the open handoff; bound by the member's limit.
    ///
    /// # Errors
    /// When the version is another, nobody is waited for, or a member is asked already.
    pub fn assign_by_routing(
        &mut self,
        member: MemberId,
        limit: i32,
        seen: i64,
        effects: &mut Effects,
    ) -> Result<(), Refused> {
        self.expect_version(seen)?;
        match self.open_handoff().map(|handoff| handoff.state) {
            None => return Err(Refused::NoOpenHandoff),
            Some(HandoffState::Requested) => {}
            Some(_) => return Err(Refused::WrongState("assigned")),
        }
        self.give_to(Some(member), effects);
        if let Some(change) = effects.loads.iter_mut().find(|change| change.by > 0) {
            change.below = Some(limit);
        }
        self.set_handoff_state(HandoffState::Assigned, None);
        self.raise_version();
        effects.event(EventKind::AssignmentChanged);
        effects.event(EventKind::HandoffChanged);
        Ok(())
    }

    /// Takes an untaken assignment back.
    ///
    /// # Errors
    /// When the version is another or nobody is asked.
    pub fn release(&mut self, seen: i64, effects: &mut Effects) -> Result<(), Refused> {
        self.expect_version(seen)?;
        match self.open_handoff().map(|handoff| handoff.state) {
            None => return Err(Refused::NoOpenHandoff),
            Some(HandoffState::Assigned) => {}
            Some(_) => return Err(Refused::WrongState("requested")),
        }
        self.give_to(None, effects);
        self.set_handoff_state(HandoffState::Requested, None);
        self.raise_version();
        effects.event(EventKind::AssignmentChanged);
        effects.event(EventKind::HandoffChanged);
        Ok(())
    }

    /// A member takes it, from the AI, the queue or a colleague. `false` if they have it already.
    ///
    /// # Errors
    /// When resolved, or the version is another.
    pub fn take_over(
        &mut self,
        member: MemberId,
        seen: i64,
        at: Timestamp,
        effects: &mut Effects,
    ) -> Result<bool, Refused> {
        if self.status == Status::Resolved {
            return Err(Refused::Closed);
        }
        if self.control == Control::Human && self.assignee == Some(member) {
            return Ok(false);
        }
        self.expect_version(seen)?;
        if self.open_handoff().is_some() {
            self.set_handoff_state(HandoffState::Taken, Some(at));
            effects.event(EventKind::HandoffChanged);
        }
        self.give_to(Some(member), effects);
        effects.event(EventKind::AssignmentChanged);
        if self.control != Control::Human {
            self.pass_control(Control::Human, effects);
        }
        self.raise_version();
        effects.deadlines.push(DeadlineEdit::End(DeadlineKind::AiDue));
        effects.notices.push(Notice::MemberJoined);
        Ok(true)
    }

    /// Gives it back to the AI. `false` if the AI has it already.
    ///
    /// # Errors
    /// When resolved, or the version is another.
    pub fn hand_back(&mut self, seen: i64, at: Timestamp, effects: &mut Effects) -> Result<bool, Refused> {
        if self.status == Status::Resolved {
            return Err(Refused::Closed);
        }
        if self.control == Control::Ai {
            return Ok(false);
        }
        self.expect_version(seen)?;
        self.return_to_ai(HandoffState::HandedBack, Notice::HandedBack, at, effects);
        Ok(true)
    }

    /// The visitor takes the wish for a person back.
    ///
    /// # Errors
    /// When nobody is waited for, or a person has it.
    pub fn withdraw(&mut self, at: Timestamp, effects: &mut Effects) -> Result<(), Refused> {
        if self.open_handoff().is_none() {
            return Err(Refused::NoOpenHandoff);
        }
        self.return_to_ai(HandoffState::Withdrawn, Notice::Withdrawn, at, effects);
        Ok(())
    }

    /// Resolves it. `false` if it is already.
    ///
    /// # Errors
    /// When the version is another.
    pub fn resolve(&mut self, seen: i64, at: Timestamp, effects: &mut Effects) -> Result<bool, Refused> {
        if self.status == Status::Resolved {
            return Ok(false);
        }
        self.expect_version(seen)?;
        self.close_handoff(HandoffState::Resolved, at, effects);
        if self.assignee.is_some() {
            effects.event(EventKind::AssignmentChanged);
        }
        self.give_to(None, effects);
        self.status = Status::Resolved;
        // Even if the AI has it: a running turn and its bubble end here.
        self.pass_control(Control::Ai, effects);
        self.raise_version();
        effects.event(EventKind::StatusChanged);
        effects.deadlines.push(DeadlineEdit::EndAll);
        effects.notices.push(Notice::Resolved);
        Ok(true)
    }

    /// The visitor writes again: the assistant answers.
    pub fn reopen_by_visitor(&mut self, effects: &mut Effects) {
        self.status = Status::Open;
        self.ai_since_sequence = self.last_sequence;
        self.raise_version();
        effects.event(EventKind::StatusChanged);
    }

    /// The assistant failed or was silent. `false` if that no longer matters.
    pub fn ai_unavailable(&mut self, new: NewHandoff, effects: &mut Effects) -> bool {
        let still_owed =
            self.control == Control::Ai && self.status == Status::Open && self.unanswered_sequence() > 0;
        if !still_owed {
            effects.deadlines.push(DeadlineEdit::End(DeadlineKind::AiDue));
        }
        still_owed && self.request_handoff(new, None, effects) == Ok(true)
    }

    fn return_to_ai(&mut self, state: HandoffState, notice: Notice, at: Timestamp, effects: &mut Effects) {
        self.close_handoff(state, at, effects);
        if self.assignee.is_some() {
            effects.event(EventKind::AssignmentChanged);
        }
        self.give_to(None, effects);
        self.pass_control(Control::Ai, effects);
        self.raise_version();
        if self.unanswered_sequence() > 0 {
            effects.deadlines.push(DeadlineEdit::Begin(DeadlineKind::AiDue, AI_SILENCE));
        }
        effects.notices.push(notice);
    }

    fn open_handoff_with(&mut self, new: NewHandoff, previous: Option<HandoffId>, waiting_since: Timestamp) {
        self.handoff = Some(Handoff {
            id: new.id,
            state: HandoffState::Requested,
            reason: new.reason,
            previous,
            created_at: new.at,
            waiting_since,
            closed_at: None,
        });
    }

    /// Closes the open handoff; one that was taken moves on to how it ended, keeping when it was closed.
    fn close_handoff(&mut self, state: HandoffState, at: Timestamp, effects: &mut Effects) {
        let Some(handoff) = &mut self.handoff else { return };
        if handoff.state.is_open() || handoff.state == HandoffState::Taken {
            handoff.state = state;
            handoff.closed_at = handoff.closed_at.or(Some(at));
            effects.event(EventKind::HandoffChanged);
        }
    }

    fn set_handoff_state(&mut self, state: HandoffState, closed_at: Option<Timestamp>) {
        if let Some(handoff) = &mut self.handoff {
            handoff.state = state;
            handoff.closed_at = closed_at;
        }
    }

    fn pass_control(&mut self, to: Control, effects: &mut Effects) {
        self.control = to;
        self.control_epoch += 1;
        if to == Control::Ai {
            self.ai_since_sequence = self.last_sequence;
        }
        effects.event(EventKind::ControlChanged);
    }

    /// Moves responsibility and what members hold. Loads count only open conversations; the conversation is open here or it was
    /// not held before.
    fn give_to(&mut self, to: Option<MemberId>, effects: &mut Effects) {
        if self.assignee == to {
            return;
        }
        let counted = self.status == Status::Open;
        if let Some(former) = self.assignee {
            self.last_assignee = Some(former);
            if counted {
                effects.loads.push(LoadChange { member: former, by: -1, below: None });
            }
        }
        if let Some(member) = to
            && counted
        {
            effects.loads.push(LoadChange { member, by: 1, below: None });
        }
        self.assignee = to;
    }

    fn raise_version(&mut self) {
        self.assignment_version += 1;
    }
}

#[cfg(test)]
#[path = "commands_tests.rs"]
mod tests;
