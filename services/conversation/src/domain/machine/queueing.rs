//! Into the queue and back to the assistant: a person is asked for, wanted no longer, or gives the conversation back.

use super::super::{
    commands::{NewHandoff, Refused, Turn},
    conversation::{Control, Conversation, Status},
    effects::{DeadlineEdit, DeadlineKind, Effects, EventKind, Stage},
    handoff::{Handoff, HandoffReason, HandoffState, ReturnCause},
    ids::TeamId,
    message::Notice,
    patience::Now,
};

/// A wish for a person.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// The handoff to open.
    pub new: NewHandoff,
    /// The assistant's turn that asks; `None` for everybody else.
    pub turn: Option<Turn>,
    /// The team to ask; `None` leaves it as it is.
    pub team: Option<TeamId>,
}

impl Conversation {
    /// Asks for a person. `false` if one is waited for already.
    ///
    /// # Errors
    /// When resolved, or a person has it, or a message is left that nobody could answer.
    pub fn request_handoff(&mut self, wish: Wish, now: &Now, effects: &mut Effects) -> Result<bool, Refused> {
        match (self.status, self.control) {
            (Status::Resolved, _) => Err(Refused::Closed),
            (_, Control::Human) => Err(Refused::HumanInControl),
            (_, Control::Waiting) => {
                // An address given with it counts for the handoff that is open.
                self.email_became_known(now, effects);
                Ok(false)
            }
            (_, Control::Ai) => self.open_wish(wish, now, effects).map(|()| true),
        }
    }

    fn open_wish(&mut self, wish: Wish, now: &Now, effects: &mut Effects) -> Result<(), Refused> {
        if wish.new.reason == HandoffReason::MessageLeft && !now.email_known {
            return Err(Refused::EmailRequired);
        }
        if let Some(turn) = wish.turn {
            self.expect_epoch(turn.epoch)?;
            // It has dealt with the message it looked at, and with none that came since.
            let dealt_with = turn.visitor_sequence.min(self.last_visitor_sequence);
            self.answered_sequence = self.answered_sequence.max(dealt_with);
        }
        if wish.team.is_some() && wish.team != self.team {
            self.team = wish.team;
            effects.event(EventKind::AssignmentChanged);
        }
        self.queue(wish.new, None, now, effects);
        self.raise_version();
        Ok(())
    }

    /// The assistant failed or was silent. `false` if that no longer matters.
    pub fn ai_unavailable(&mut self, new: NewHandoff, now: &Now, effects: &mut Effects) -> bool {
        let still_owed =
            self.control == Control::Ai && self.status == Status::Open && self.unanswered_sequence() > 0;
        if !still_owed {
            effects.deadlines.push(DeadlineEdit::End(DeadlineKind::AiDue));
        }
        still_owed && self.request_handoff(Wish { new, turn: None, team: None }, now, effects) == Ok(true)
    }

    /// The handoff that was to follow the assistant's question did not. `false` if that no longer matters.
    pub(super) fn handoff_stayed_away(&mut self, new: NewHandoff, now: &Now, effects: &mut Effects) -> bool {
        let owed = self.control == Control::Ai && self.status == Status::Open;
        if !owed {
            effects.deadlines.push(DeadlineEdit::End(DeadlineKind::HandoffOwed));
        }
        owed && self.request_handoff(Wish { new, turn: None, team: None }, now, effects) == Ok(true)
    }

    /// Silences the AI, or relieves the member who has it, and queues it for a team or for everyone. While a person is waited for
    /// already, only the team changes. `false` if nothing does.
    ///
    /// # Errors
    /// When resolved, or the version is another.
    pub fn hand_to_team(
        &mut self,
        (team, new): (Option<TeamId>, NewHandoff),
        seen: i64,
        now: &Now,
        effects: &mut Effects,
    ) -> Result<bool, Refused> {
        if self.status == Status::Resolved {
            return Err(Refused::Closed);
        }
        if self.control == Control::Waiting {
            return self.set_team(team, seen, effects);
        }
        self.expect_version(seen)?;
        if self.team != team {
            self.team = team;
            effects.event(EventKind::AssignmentChanged);
        }
        let cause = (self.control == Control::Human).then_some(ReturnCause::GivenBack);
        self.queue(new, cause, now, effects);
        self.raise_version();
        Ok(true)
    }

    /// Gives it back to the AI. `false` if the AI has it already.
    ///
    /// # Errors
    /// When resolved, or the version is another.
    pub fn hand_back(
        &mut self,
        seen: i64,
        instruction: &str,
        now: &Now,
        effects: &mut Effects,
    ) -> Result<bool, Refused> {
        if self.status == Status::Resolved {
            return Err(Refused::Closed);
        }
        if self.control == Control::Ai {
            return Ok(false);
        }
        self.expect_version(seen)?;
        self.return_to_ai(HandoffState::HandedBack, now, effects);
        effects.notices.push(Notice::HandedBack);
        instruction.clone_into(&mut self.instruction);
        Ok(true)
    }

    /// The visitor takes the wish for a person back.
    ///
    /// # Errors
    /// When nobody is waited for, or a person has it.
    pub fn withdraw(&mut self, now: &Now, effects: &mut Effects) -> Result<(), Refused> {
        if self.open_handoff().is_none() {
            return Err(Refused::NoOpenHandoff);
        }
        self.return_to_ai(HandoffState::Withdrawn, now, effects);
        effects.notices.push(Notice::Withdrawn);
        Ok(())
    }

    fn return_to_ai(&mut self, state: HandoffState, now: &Now, effects: &mut Effects) {
        self.close_handoff(state, now, effects);
        self.end_snooze(effects);
        self.give_to(None, effects);
        self.pass_control(Control::Ai, effects);
        self.raise_version();
        self.expect_assistant(effects);
    }

    /// From the AI or a member into the queue: nobody is responsible, a person is looked for, and the visitor is told.
    pub(super) fn queue(
        &mut self,
        new: NewHandoff,
        cause: Option<ReturnCause>,
        now: &Now,
        effects: &mut Effects,
    ) {
        let notice =
            if self.control == Control::Human { Notice::BackInQueue } else { Notice::HandoffRequested };
        self.end_snooze(effects);
        self.give_to(None, effects);
        self.handoff = Some(self.next_handoff(new, cause, now));
        self.pass_control(Control::Waiting, effects);
        let due = now.after(now.patience.handoff);
        effects.deadlines.push(DeadlineEdit::Reset(DeadlineKind::HandoffDue, due, Stage::First));
        effects.event(EventKind::HandoffChanged);
        effects.notices.push(notice);
    }

    /// The handoff that a return makes continues the one that was taken, and so does the waiting, unless a member has answered in
    /// between. Then the visitor waits since the oldest message that nobody answered, or since now.
    fn next_handoff(&self, new: NewHandoff, cause: Option<ReturnCause>, now: &Now) -> Handoff {
        let taken = |it: &&Handoff| self.control == Control::Human && it.state == HandoffState::Taken;
        let previous = self.handoff.as_ref().filter(taken);
        let unanswered = previous.filter(|it| self.last_member_sequence <= it.made_at_sequence);
        let waits_anew = match self.control {
            Control::Human => now.unanswered_since.unwrap_or(new.at),
            Control::Ai | Control::Waiting => new.at,
        };
        Handoff {
            id: new.id,
            state: HandoffState::Requested,
            reason: new.reason,
            previous: previous.map(|it| it.id),
            created_at: new.at,
            waiting_since: unanswered.map_or(waits_anew, |it| it.waiting_since),
            closed_at: None,
            return_cause: cause,
            made_at_sequence: self.last_sequence,
            assigned_by: None,
            promise: None,
            fallback_promised_at: None,
            alarmed_at: None,
        }
    }

    /// Closes the open handoff; one that was taken moves on to how it ended, keeping when it was closed.
    pub(super) fn close_handoff(&mut self, state: HandoffState, now: &Now, effects: &mut Effects) {
        let Some(handoff) = &mut self.handoff else { return };
        if handoff.state.is_open() || handoff.state == HandoffState::Taken {
            handoff.state = state;
            handoff.closed_at = handoff.closed_at.or(Some(now.at));
            handoff.assigned_by = None;
            effects.event(EventKind::HandoffChanged);
        }
    }
}
