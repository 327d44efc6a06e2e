//! What somebody is told of, and who.

use std::{fmt, str::FromStr};

use super::ids::{ContactId, HandoffId, MemberId, TeamId};

/// What somebody is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A person is needed.
    HandoffRequested,
    /// A conversation was given to the member by routing or by somebody else.
    AssignedToMe,
    /// A conversation was given to the member's team, and nobody has it.
    AssignedToMyTeam,
    /// The member lets a visitor wait.
    ReplyOverdue,
    /// A member answered and the visitor has not read it.
    VisitorReply,
}

impl Kind {
    /// The kinds that members are told of.
    pub const OF_MEMBERS: [Self; 4] =
        [Self::HandoffRequested, Self::AssignedToMe, Self::AssignedToMyTeam, Self::ReplyOverdue];

    /// A word for logs and metrics.
    pub const fn word(self) -> &'static str {
        match self {
            Self::HandoffRequested => "handoff_requested",
            Self::AssignedToMe => "assigned_to_me",
            Self::AssignedToMyTeam => "assigned_to_my_team",
            Self::ReplyOverdue => "reply_overdue",
            Self::VisitorReply => "visitor_reply",
        }
    }
}

/// A way to tell somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Channel {
    /// A notice in the inbox.
    InApp,
    /// A mail.
    Email,
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Recipient {
    /// A person on the staff.
    Member(MemberId),
    /// An end user.
    Contact(ContactId),
}

/// What exactly it is about: the same change, however often it is heard of, has the same subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// This handoff.
    Handoff(HandoffId),
    /// The assignment that made this version.
    Assignment(i64),
    /// That it was given to this team, by the change that made this version.
    Team(TeamId, i64),
    /// The warning at this revision.
    Warning(i64),
    /// The message with this sequence, and those that joined it.
    Message(i64),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Handoff(id) => id.fmt(f),
            Self::Assignment(version) => write!(f, "v{version}"),
            Self::Team(team, version) => write!(f, "{team}/{version}"),
            Self::Warning(revision) => write!(f, "r{revision}"),
            Self::Message(sequence) => write!(f, "m{sequence}"),
        }
    }
}

/// Not a subject as this version writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no subject of a mailing")]
pub struct NoSubject;

impl FromStr for Subject {
    type Err = NoSubject;

    fn from_str(text: &str) -> Result<Self, NoSubject> {
        if let Ok(handoff) = text.parse() {
            return Ok(Self::Handoff(handoff));
        }
        if let Some((team, version)) = text.split_once('/') {
            let team = team.parse().map_err(|_| NoSubject)?;
            return version.parse().map(|version| Self::Team(team, version)).map_err(|_| NoSubject);
        }
        let (letter, number) = text.split_at_checked(1).ok_or(NoSubject)?;
        let number = number.parse().map_err(|_| NoSubject)?;
        match letter {
            "v" => Ok(Self::Assignment(number)),
            "r" => Ok(Self::Warning(number)),
            "m" => Ok(Self::Message(number)),
            _ => Err(NoSubject),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn every_subject_is_read_as_it_was_written() {
        let (handoff, team) = (Uuid::from_u128(1 << 120), Uuid::from_u128(7));
        for subject in [
            Subject::Handoff(HandoffId::from_uuid(handoff)),
            Subject::Assignment(3),
            Subject::Team(TeamId::from_uuid(team), 4),
            Subject::Warning(12),
            Subject::Message(1),
        ] {
            assert_eq!(subject.to_string().parse(), Ok(subject));
        }
    }

    #[test]
    fn anything_else_is_no_subject() {
        for text in ["", "v", "x3", "v3x", "team_/3", "hand_", "é3", "conv_00000000000000000000000000"] {
            assert_eq!(text.parse::<Subject>(), Err(NoSubject), "{text}");
        }
    }
}
