//! Teams, as far as they say who may be given what.
//!
//! Must not know their names.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::{
    ids::{MemberId, TeamId},
    queue::Entry,
};

/// How long a conversation of a team that nobody has told routing about waits for that fact, before everyone is asked: nothing is given
/// outside a team because a fact is slow, and nobody waits for ever because one is lost.
pub const GRACE: SignedDuration = SignedDuration::from_secs(15);

/// A team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// No longer in use, for good.
    pub archived: bool,
    /// Who is in it.
    pub members: BTreeSet<MemberId>,
}

/// The teams that are known.
pub type Teams = BTreeMap<TeamId, Team>;

/// Who an entry may be given to, as far as teams go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach<'t> {
    /// Everyone.
    Everyone,
    /// These members.
    Only(&'t BTreeSet<MemberId>),
    /// Nobody yet.
    Nobody,
}

impl Reach<'_> {
    /// Whether it goes as far as a member.
    pub fn covers(&self, member: MemberId) -> bool {
        match self {
            Self::Everyone => true,
            Self::Only(members) => members.contains(&member),
            Self::Nobody => false,
        }
    }
}

/// How far an entry reaches. Without a team: everyone. With one: its members, whether or not any of them is there now. A team that is
/// archived, or in which nobody may reply, can answer nothing: everyone, so that nobody is forgotten. So does one that is not known
/// after [`GRACE`].
pub fn reach<'t>(
    entry: &Entry,
    teams: &'t Teams,
    may_reply: impl Fn(MemberId) -> bool,
    now: Timestamp,
) -> Reach<'t> {
    let Some(team) = entry.team else {
        return Reach::Everyone;
    };
    match teams.get(&team) {
        None if now.duration_since(entry.seen_at) < GRACE => Reach::Nobody,
        Some(team) if !team.archived && team.members.iter().any(|member| may_reply(*member)) => {
            Reach::Only(&team.members)
        }
        _ => Reach::Everyone,
    }
}
