//! Who is asked and who is responsible: by routing within a limit, by a person without one, and no longer.

use super::super::{
    commands::{NewHandoff, Refused},
    conversation::{Control, Conversation, Status},
    effects::{Effects, EventKind},
    handoff::{AssignedBy, HandoffState, ReturnCause},
    ids::{MemberId, TeamId},
    patience::Now,
};

impl Conversation {
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
        self.ask(member, AssignedBy::Routing, effects);
        if let Some(change) = effects.loads.iter_mut().find(|change| change.by > 0) {
            change.below = Some(limit);
        }
        self.raise_version();
        Ok(())
    }

    /// Routing takes an untaken assignment back.
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
        self.ask_nobody(effects);
        self.raise_version();
        Ok(())
    }

    /// A person makes a member responsible; no limit binds it. From the AI or the queue the member is asked, from another member it
    /// is a transfer. `false` if they are responsible already by a person's word.
    ///
    /// # Errors
    /// When resolved, or the version is another.
    pub fn assign_by_person(
        &mut self,
        (member, new): (MemberId, NewHandoff),
        seen: i64,
        now: &Now,
        effects: &mut Effects,
    ) -> Result<bool, Refused> {
        if self.status == Status::Resolved {
            return Err(Refused::Closed);
        }
        let by_routing = self.open_handoff().is_some_and(|it| it.assigned_by != Some(AssignedBy::Person));
        if self.assignee == Some(member) && !by_routing {
            return Ok(false);
        }
        self.expect_version(seen)?;
        match self.control {
            Control::Ai => {
                self.queue(new, None, now, effects);
                self.ask(member, AssignedBy::Person, effects);
            }
            Control::Waiting => self.ask(member, AssignedBy::Person, effects),
            Control::Human => self.transfer(member, now, effects),
        }
        self.raise_version();
        Ok(true)
    }

    /// One that is snoozed stays so, and its clocks stand still.
    fn transfer(&mut self, member: MemberId, now: &Now, effects: &mut Effects) {
        self.give_to(Some(member), effects);
        if self.status == Status::Open {
            self.expect_response(now, effects);
        }
    }

    /// A person puts it back into the queue. `false` if it is there already and nobody is asked.
    ///
    /// # Errors
    /// When resolved, the AI has it, or the version is another.
    pub fn unassign(
        &mut self,
        seen: i64,
        new: NewHandoff,
        now: &Now,
        effects: &mut Effects,
    ) -> Result<bool, Refused> {
        match (self.status, self.control) {
            (Status::Resolved, _) => return Err(Refused::Closed),
            (_, Control::Ai) => return Err(Refused::NoOpenHandoff),
            (_, Control::Waiting) if self.assignee.is_none() => return Ok(false),
            (_, Control::Waiting | Control::Human) => self.expect_version(seen)?,
        }
        self.relieve(new, ReturnCause::GivenBack, now, effects);
        Ok(true)
    }

    /// The member may no longer reply: what they were asked to take waits for another, what they had goes back into the queue, also
    /// what they put off. `false` if they are not responsible.
    pub fn member_left(
        &mut self,
        member: MemberId,
        new: NewHandoff,
        now: &Now,
        effects: &mut Effects,
    ) -> bool {
        let theirs = self.assignee == Some(member);
        if theirs {
            self.relieve(new, ReturnCause::MemberLeft, now, effects);
        }
        theirs
    }

    fn relieve(&mut self, new: NewHandoff, cause: ReturnCause, now: &Now, effects: &mut Effects) {
        if self.control == Control::Waiting {
            self.ask_nobody(effects);
        } else {
            self.queue(new, Some(cause), now, effects);
        }
        self.raise_version();
    }

    /// Sets or clears the team, a label. While a person is waited for it says who is asked: then what routing decided under the other
    /// team is taken back, what a person decided is not. `false` if it has that team already.
    ///
    /// # Errors
    /// When the version is another.
    pub fn set_team(
        &mut self,
        team: Option<TeamId>,
        seen: i64,
        effects: &mut Effects,
    ) -> Result<bool, Refused> {
        if self.team == team {
            return Ok(false);
        }
        self.expect_version(seen)?;
        self.team = team;
        effects.event(EventKind::AssignmentChanged);
        let asked = self.open_handoff().filter(|handoff| handoff.state == HandoffState::Assigned);
        // Nobody's word means routing's: from before it was written down.
        if asked.is_some_and(|handoff| handoff.assigned_by != Some(AssignedBy::Person)) {
            self.ask_nobody(effects);
        }
        self.raise_version();
        Ok(true)
    }

    fn ask(&mut self, member: MemberId, by: AssignedBy, effects: &mut Effects) {
        self.give_to(Some(member), effects);
        self.set_handoff_state(HandoffState::Assigned, None);
        if let Some(handoff) = &mut self.handoff {
            handoff.assigned_by = Some(by);
        }
        effects.event(EventKind::HandoffChanged);
    }

    fn ask_nobody(&mut self, effects: &mut Effects) {
        self.give_to(None, effects);
        self.set_handoff_state(HandoffState::Requested, None);
        effects.event(EventKind::HandoffChanged);
    }
}
