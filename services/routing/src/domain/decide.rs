//! Who is given what: a pure function over what waits and who is there.
//!
//! Strategy: everyone of the team who may reply, least busy by share of capacity, then longest not given, then by id. Must not know where its
//! arguments come from nor what becomes of its verdicts.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::{
    availability::AvailabilityState,
    decision::{Candidate, FilterReason},
    ids::MemberId,
    queue::{Entry, turn},
    team::{Reach, Teams, reach},
};

/// How long a member that conversation refused as not eligible is passed over for that handoff: one of the two projections is
/// behind, and catches up.
pub const BARRED_FOR: SignedDuration = SignedDuration::from_secs(5);

/// One entry to decide on, with its history.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The entry.
    pub entry: Entry,
    /// Who was asked for this handoff, and when.
    pub asked: Vec<(MemberId, Timestamp)>,
    /// Whom conversation just refused for this handoff as not eligible.
    pub barred: Vec<MemberId>,
}

/// One member that might be asked.
#[derive(Debug, Clone)]
pub struct Colleague {
    /// The member.
    pub member: MemberId,
    /// On the staff.
    pub active: bool,
    /// Active, and may reply.
    pub may_reply: bool,
    /// What they said last.
    pub state: AvailabilityState,
    /// Their limit.
    pub limit: i32,
    /// What they hold, decisions under way included.
    pub held: i32,
    /// When they last came online.
    pub online_since: Option<Timestamp>,
    /// When they were last given something; `None` for never.
    pub last_given: Option<Timestamp>,
}

/// What is decided about one entry.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The entry.
    pub entry: Entry,
    /// Everyone looked at.
    pub candidates: Vec<Candidate>,
    /// Who is asked; `None` for nobody.
    pub choice: Option<MemberId>,
}

/// Decides on what waits, the next first: at most `most` are given and at most `most` are told that there is nobody.
pub fn decide(
    mut waiting: Vec<Waiting>,
    mut colleagues: Vec<Colleague>,
    teams: &Teams,
    now: Timestamp,
    most: usize,
) -> Vec<Verdict> {
    waiting.sort_by_key(|waiting| turn(&waiting.entry.place(), now));
    let able: BTreeSet<MemberId> =
        colleagues.iter().filter(|one| one.may_reply).map(|one| one.member).collect();
    let (mut given, mut nobody) = (0, 0);
    let mut verdicts = Vec::new();
    for waiting in waiting {
        let free = colleagues.iter().any(|colleague| general_filter(colleague).is_none());
        if given == most || (!free && nobody == most) {
            break;
        }
        let reach = reach(&waiting.entry, teams, |member| able.contains(&member), now);
        let looked_at = look_at(&waiting, &colleagues, reach);
        let choice = choose(&looked_at, &colleagues);
        let room = if choice.is_some() { &mut given } else { &mut nobody };
        if *room < most {
            *room += 1;
            verdicts.push(Verdict { entry: waiting.entry, candidates: looked_at, choice });
        }
        if let Some(member) = choice {
            give(&mut colleagues, member, now);
        }
    }
    verdicts
}

/// Everyone, each with what they held before this entry and why they are passed over.
fn look_at(waiting: &Waiting, colleagues: &[Colleague], reach: Reach<'_>) -> Vec<Candidate> {
    let asked_at =
        |member| waiting.asked.iter().filter(|(asked, _)| *asked == member).map(|(_, at)| *at).max();
    let barred = |member| waiting.barred.contains(&member);
    // Whoever was asked comes again only when nobody else is there, and only after coming online anew: a house with one person at
    // the desk would otherwise never give what that person once missed.
    let is_other = |other: &Colleague| !barred(other.member) && asked_at(other.member).is_none();
    let others_are_there =
        colleagues.iter().any(|other| is_there(other) && reach.covers(other.member) && is_other(other));
    let was_asked = |colleague: &Colleague| {
        asked_at(colleague.member)
            .is_some_and(|at| others_are_there || colleague.online_since.is_none_or(|since| since <= at))
    };
    let filter = |colleague: &Colleague| {
        if !colleague.active {
            Some(FilterReason::Removed)
        } else if !colleague.may_reply || barred(colleague.member) {
            Some(FilterReason::NotAllowed)
        } else if !reach.covers(colleague.member) {
            Some(FilterReason::OtherTeam)
        } else if was_asked(colleague) {
            Some(FilterReason::AlreadyAsked)
        } else {
            general_filter(colleague)
        }
    };
    let candidate = |colleague: &Colleague| Candidate {
        member: colleague.member,
        held: colleague.held,
        limit: colleague.limit,
        filtered: filter(colleague),
    };
    colleagues.iter().map(candidate).collect()
}

fn is_there(colleague: &Colleague) -> bool {
    colleague.may_reply && colleague.state == AvailabilityState::Online
}

/// Why a member is passed over whatever the entry.
fn general_filter(colleague: &Colleague) -> Option<FilterReason> {
    if !colleague.may_reply {
        Some(FilterReason::NotAllowed)
    } else if colleague.state != AvailabilityState::Online {
        Some(FilterReason::NotOnline)
    } else if colleague.held >= colleague.limit {
        Some(FilterReason::AtLimit)
    } else {
        None
    }
}

fn choose(looked_at: &[Candidate], colleagues: &[Colleague]) -> Option<MemberId> {
    let candidates = looked_at.iter().zip(colleagues).filter(|(candidate, _)| candidate.filtered.is_none());
    let best = candidates.min_by(|(_, a), (_, b)| {
        // held/limit compared without dividing; a candidate's limit is above what they hold, so never 0.
        let share = |own: &Colleague, other: &Colleague| i64::from(own.held) * i64::from(other.limit);
        let by_share = share(a, b).cmp(&share(b, a));
        by_share.then(a.last_given.cmp(&b.last_given)).then(a.member.cmp(&b.member))
    });
    best.map(|(candidate, _)| candidate.member)
}

fn give(colleagues: &mut [Colleague], member: MemberId, now: Timestamp) {
    for colleague in colleagues.iter_mut().filter(|colleague| colleague.member == member) {
        colleague.held += 1;
        colleague.last_given = Some(now);
    }
}

#[cfg(test)]
mod tests;
