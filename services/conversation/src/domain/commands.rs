//! Commands as data, why they are refused, and which piece of the machine carries each out.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    contact::EmailAddress,
    conversation::{Conversation, Priority},
    effects::{DeadlineKind, Effects, Stage},
    handoff::{HandoffReason, Promise},
    ids::{HandoffId, MemberId, TeamId},
    machine::Wish,
    patience::Now,
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
    /// The open handoff is another one.
    #[error("no such open handoff")]
    NoSuchHandoff,
    /// The command makes no sense now.
    #[error("not possible while it is {0}")]
    WrongState(&'static str),
    /// A message for people needs an address to answer to.
    #[error("an e-mail address is needed to answer to")]
    EmailRequired,
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
        /// Why, and whom.
        wish: Wish,
        /// Where to answer a visitor who asks; kept with the contact.
        email: Option<EmailAddress>,
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
    /// A person makes a member responsible.
    AssignByPerson {
        /// Who.
        member: MemberId,
        /// The version seen; 0 for none.
        seen: i64,
        /// The handoff to open, should the AI have it.
        new: NewHandoff,
    },
    /// A person puts it back into the queue.
    Unassign {
        /// The version seen; 0 for none.
        seen: i64,
        /// The handoff to open, should a member have it.
        new: NewHandoff,
    },
    /// The member may no longer reply.
    MemberLeft {
        /// Who.
        member: MemberId,
        /// The handoff to open, should they have it.
        new: NewHandoff,
    },
    /// Another team, or none.
    SetTeam {
        /// Which.
        team: Option<TeamId>,
        /// The version seen; 0 for none.
        seen: i64,
    },
    /// Silences the AI and queues it for a team, or for everyone.
    HandToTeam {
        /// Which.
        team: Option<TeamId>,
        /// The version seen; 0 for none.
        seen: i64,
        /// The handoff to open, unless one is.
        new: NewHandoff,
    },
    /// A member takes it.
    TakeOver {
        /// Who.
        member: MemberId,
        /// The version seen; 0 for none.
        seen: i64,
    },
    /// A member opens it again.
    Reopen {
        /// Who.
        member: MemberId,
        /// The version seen; 0 for none.
        seen: i64,
    },
    /// A member gives it back to the AI.
    HandBack {
        /// The version seen; 0 for none.
        seen: i64,
        /// What the assistant is to do; empty for nothing.
        instruction: String,
    },
    /// The visitor takes the wish for a person back.
    Withdraw,
    /// It is done.
    Resolve {
        /// The version seen; 0 for none.
        seen: i64,
    },
    /// It is put off.
    Snooze {
        /// The version seen; 0 for none.
        seen: i64,
        /// When it wakes by itself.
        until: Option<Timestamp>,
    },
    /// It is put off no longer.
    Wake {
        /// The version seen; 0 for none.
        seen: i64,
    },
    /// A person says how urgent it is, or that nobody is to say.
    SetPriority {
        /// How.
        priority: Option<Priority>,
        /// Why; empty for no reason given.
        reason: String,
    },
    /// The assistant says how urgent it is.
    SuggestPriority {
        /// The open handoff it looked at.
        handoff: HandoffId,
        /// How.
        priority: Priority,
        /// Why.
        reason: String,
    },
    /// Routing says what the visitor is told.
    SetPromise {
        /// The open handoff.
        handoff: HandoffId,
        /// What.
        promise: Promise,
        /// When it is overdue.
        due: Timestamp,
    },
    /// The visitor can be reached by e-mail now.
    EmailKnown,
    /// The assistant failed.
    AiUnavailable {
        /// The handoff to open.
        new: NewHandoff,
        /// The epoch of the turn that failed.
        epoch: i64,
    },
    /// A turn ended well: messages up to here are dealt with.
    FinishTurn {
        /// The epoch of the turn.
        epoch: i64,
        /// The visitor message it dealt with.
        visitor_sequence: i64,
    },
    /// A deadline has passed.
    DeadlinePassed {
        /// Which.
        kind: DeadlineKind,
        /// How far it had come.
        stage: Stage,
        /// The handoff to open, if that is what follows.
        new: NewHandoff,
    },
}

impl Command {
    /// The member who becomes responsible, and must be allowed to reply.
    pub fn member(&self) -> Option<MemberId> {
        match self {
            Self::Assign { member, .. }
            | Self::AssignByPerson { member, .. }
            | Self::TakeOver { member, .. }
            | Self::Reopen { member, .. } => Some(*member),
            _ => None,
        }
    }

    /// The team that must be there.
    pub fn team(&self) -> Option<TeamId> {
        match self {
            Self::SetTeam { team, .. } | Self::HandToTeam { team, .. } => *team,
            _ => None,
        }
    }
}

impl Conversation {
    /// Carries out a command. `false` if there was nothing to do. As long as there are commands: one match names them all.
    ///
    /// # Errors
    /// Why it is refused; then nothing has changed.
    pub fn apply(&mut self, command: &Command, now: &Now, effects: &mut Effects) -> Result<bool, Refused> {
        match command {
            Command::RequestHandoff { wish, .. } => self.request_handoff(*wish, now, effects),
            Command::Assign { member, limit, seen } => {
                self.assign_by_routing(*member, *limit, *seen, effects).map(|()| true)
            }
            Command::Release { seen } => self.release(*seen, effects).map(|()| true),
            Command::AssignByPerson { member, seen, new } => {
                self.assign_by_person((*member, *new), *seen, now, effects)
            }
            Command::Unassign { seen, new } => self.unassign(*seen, *new, now, effects),
            Command::MemberLeft { member, new } => Ok(self.member_left(*member, *new, now, effects)),
            Command::SetTeam { team, seen } => self.set_team(*team, *seen, effects),
            Command::HandToTeam { team, seen, new } => self.hand_to_team((*team, *new), *seen, now, effects),
            Command::TakeOver { member, seen } => self.take_over(*member, *seen, now, effects),
            Command::Reopen { member, seen } => self.reopen(*member, *seen, now, effects),
            Command::HandBack { seen, instruction } => self.hand_back(*seen, instruction, now, effects),
            Command::Withdraw => self.withdraw(now, effects).map(|()| true),
            Command::Resolve { seen } => self.resolve(*seen, now, effects),
            Command::Snooze { seen, until } => self.snooze(*seen, *until, effects),
            Command::Wake { seen } => self.wake(*seen, now, effects),
            Command::SetPriority { priority, reason } => {
                Ok(self.set_priority(*priority, reason, now, effects))
            }
            Command::SuggestPriority { handoff, priority, reason } => {
                self.suggest_priority(*handoff, *priority, reason, effects)
            }
            Command::SetPromise { handoff, promise, due } => {
                self.set_promise(*handoff, promise, *due, effects)
            }
            Command::EmailKnown => Ok(self.email_became_known(now, effects)),
            Command::AiUnavailable { new, epoch } => {
                self.expect_epoch(*epoch)?;
                Ok(self.ai_unavailable(*new, now, effects))
            }
            Command::FinishTurn { epoch, visitor_sequence } => {
                self.finish_turn(*epoch, *visitor_sequence, effects)
            }
            Command::DeadlinePassed { kind, stage, new } => {
                Ok(self.deadline_passed((*kind, *stage), *new, now, effects))
            }
        }
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
}

#[cfg(test)]
#[path = "commands_tests.rs"]
mod tests;
