//! What becomes of a mail that is due: first by what is known here, then by how the conversation stands now.

use jiff::Timestamp;

use super::{
    ids::{HandoffId, MemberId, TeamId},
    kind::{Kind, Recipient, Subject},
    ledger::Reason,
    mailing::{Mailing, Outcome, Terms, later},
};

/// A mail about the same conversation that went out to the same recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastMail {
    /// When.
    pub at: Timestamp,
    /// The newest message it told of.
    pub upto: i64,
}

/// What is known here about a mailing and its recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Whether the recipient is told of anything at all: a member who is there and may reply, or a contact.
    pub eligible: bool,
    /// Whether the recipient wants this kind by mail.
    pub wanted: bool,
    /// Whether the recipient ended this kind by the link in a mail.
    pub unsubscribed: bool,
    /// Whether the notice of the same was read.
    pub notice_read: bool,
    /// The last message a member wrote.
    pub answered_upto: i64,
    /// The last mail about it to the recipient.
    pub last_mail: Option<LastMail>,
}

/// A message the reader has not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unread {
    /// Its place.
    pub sequence: i64,
    /// When it was accepted.
    pub at: Timestamp,
}

/// How a conversation stands now, for one reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Now {
    /// Whether it is resolved.
    pub resolved: bool,
    /// Who has it.
    pub assignee: Option<MemberId>,
    /// Whose it is.
    pub team: Option<TeamId>,
    /// The open handoff for which somebody is looked for.
    pub looked_for: Option<HandoffId>,
    /// The last message.
    pub last_sequence: i64,
    /// Up to where the reader has read.
    pub read_sequence: i64,
    /// What the reader has not read, oldest first.
    pub unread: Vec<Unread>,
}

/// What a mail that goes out tells of: what stands after `after` and up to `upto`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tells {
    /// What a mail before it told of.
    pub after: i64,
    /// The newest it tells of.
    pub upto: i64,
}

/// Why a mail does not go out now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// It waits.
    Wait {
        /// Until when.
        until: Timestamp,
        /// What for.
        reason: Reason,
    },
    /// It is not sent.
    Drop(Reason),
    /// Another one tells it.
    Merge(Reason),
}

impl From<Held> for Outcome {
    fn from(held: Held) -> Self {
        match held {
            Held::Wait { until, reason } => Self::Waits { until, reason },
            Held::Drop(reason) => Self::Dropped(reason),
            Held::Merge(reason) => Self::Merged(reason),
        }
    }
}

/// What is decided without asking anybody; `None` if the conversation is to be looked at.
pub fn by_standing(mailing: &Mailing, standing: &Standing, terms: &Terms, now: Timestamp) -> Option<Held> {
    let answered = mailing.kind == Kind::ReplyOverdue && standing.answered_upto > mailing.sequence;
    let table = [
        (!standing.eligible, Reason::NotEligible),
        (standing.unsubscribed, Reason::Unsubscribed),
        (!standing.wanted || !terms.mails, Reason::SwitchedOff),
        (standing.notice_read, Reason::Read),
        (answered, Reason::Overtaken),
    ];
    if let Some((_, reason)) = table.into_iter().find(|(holds, _)| *holds) {
        return Some(Held::Drop(reason));
    }
    let until = later(standing.last_mail?.at, terms.window);
    if until <= now {
        return None;
    }
    Some(match mailing.recipient {
        Recipient::Member(_) => Held::Merge(Reason::Window),
        // A member finds it in the inbox; what a visitor was answered would never be told, so it waits for the next mail.
        Recipient::Contact(_) => Held::Wait { until, reason: Reason::Window },
    })
}

/// What is decided by how the conversation stands.
///
/// # Errors
/// [`Held`]: why it does not go out now.
pub fn by_conversation(
    mailing: &Mailing,
    standing: &Standing,
    look: &Now,
    terms: &Terms,
    at: Timestamp,
) -> Result<Tells, Held> {
    match mailing.recipient {
        Recipient::Member(member) => for_member(mailing, member, look),
        Recipient::Contact(_) => for_visitor(mailing, standing, look, terms, at),
    }
}

fn for_member(mailing: &Mailing, member: MemberId, look: &Now) -> Result<Tells, Held> {
    let so_still = match (mailing.kind, mailing.subject) {
        (Kind::HandoffRequested, Subject::Handoff(id)) => look.looked_for == Some(id),
        (Kind::AssignedToMyTeam, Subject::Team(team, _)) => {
            look.team == Some(team) && look.assignee.is_none()
        }
        (Kind::AssignedToMe | Kind::ReplyOverdue, _) => look.assignee == Some(member),
        _ => false,
    };
    if look.resolved || !so_still {
        return Err(Held::Drop(Reason::Overtaken));
    }
    // Whoever is late has read it long ago: that is no answer.
    if mailing.kind != Kind::ReplyOverdue && look.read_sequence >= mailing.sequence {
        return Err(Held::Drop(Reason::Read));
    }
    Ok(Tells { after: 0, upto: look.last_sequence })
}

fn for_visitor(
    mailing: &Mailing,
    standing: &Standing,
    look: &Now,
    terms: &Terms,
    at: Timestamp,
) -> Result<Tells, Held> {
    let Some(newest) = look.unread.last() else {
        // A line of the house, such as who joined, is told of as its member's message: nobody wrote, and nobody has read it.
        let read = look.read_sequence >= mailing.sequence;
        return Err(Held::Drop(if read { Reason::Read } else { Reason::Overtaken }));
    };
    let after = standing.last_mail.map_or(0, |mail| mail.upto);
    // What was tried once stays as it was: another attempt must not say more under the same Message-ID.
    let upto = mailing.upto.unwrap_or(newest.sequence);
    let Some(oldest) = look.unread.iter().find(|it| it.sequence > after && it.sequence <= upto) else {
        let read = look.read_sequence >= upto;
        return Err(if read { Held::Drop(Reason::Read) } else { Held::Merge(Reason::Window) });
    };
    let until = later(oldest.at, terms.visitor_delay);
    if mailing.upto.is_none() && until > at {
        return Err(Held::Wait { until, reason: Reason::ReadFirst });
    }
    Ok(Tells { after, upto })
}

#[cfg(test)]
mod tests;
