//! The ports in memory, for the tests of the use cases: queue, decisions, members, and a conversation that keeps its own truth.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use baton_kit::{data::StoreError, life::ids::WorkspaceId};
use jiff::Timestamp;
use uuid::Uuid;

use super::ports::{
    Answer, Conversations, Counts, Desk, Explained, Lease, LeftLying, MemberSeen, Overdue, Planner, Snapshot,
    Staff, TeamSeen,
};
use crate::domain::{
    availability::{Availability, AvailabilityState, Word, missed, say},
    decide::{BARRED_FOR, Colleague, Waiting},
    decision::{Decision, Kind, Outcome, Refused, Settlement},
    ids::{ConversationId, DecisionId, MemberId},
    queue::{Entry, EntryState, Seen},
    team::Teams,
};

mod promises;

pub use promises::{InMemoryTeller, KeptPromise};

type Result<T> = std::result::Result<T, StoreError>;

/// A decision as it is kept.
#[derive(Debug, Clone)]
pub struct Kept {
    pub decision: Decision,
    pub settled_at: Option<Timestamp>,
    pub accept_due: Option<Timestamp>,
    pub owner: Uuid,
    pub until: Timestamp,
}

#[derive(Default)]
pub struct State {
    pub entries: BTreeMap<(WorkspaceId, ConversationId), (Entry, i64)>,
    pub revisions: BTreeMap<(WorkspaceId, ConversationId), i64>,
    pub decisions: Vec<Kept>,
    pub members: BTreeMap<MemberId, MemberSeen>,
    pub said: BTreeMap<MemberId, Availability>,
    pub given: BTreeMap<MemberId, Timestamp>,
    pub teams: Teams,
    pub hours: super::ports::Kept,
    pub promises: BTreeMap<(WorkspaceId, ConversationId), KeptPromise>,
}

/// Implements [`Desk`] and [`Staff`].
#[derive(Default)]
pub struct InMemoryDesk {
    state: Mutex<State>,
}

impl InMemoryDesk {
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn decidable(&self, workspace: WorkspaceId) -> Vec<Entry> {
        let own = self.entries.iter().filter(|((of, _), _)| *of == workspace);
        let fresh = own.filter(|(_, (entry, spent))| {
            entry.state == EntryState::Requested && entry.assignment_version > *spent
        });
        fresh.map(|(_, (entry, _))| entry.clone()).collect()
    }

    fn open(&self) -> impl Iterator<Item = &Kept> {
        self.decisions.iter().filter(|kept| kept.decision.outcome == Outcome::Pending)
    }

    fn waiting(&self, entry: Entry, now: Timestamp) -> Waiting {
        let of_handoff: Vec<&Kept> = self
            .decisions
            .iter()
            .filter(|kept| kept.decision.handoff == entry.handoff && kept.decision.kind == Kind::Assign)
            .collect();
        let at = |kept: &Kept| kept.settled_at.unwrap_or(kept.decision.created_at);
        let asked = of_handoff.iter().filter(|kept| matches!(kept.decision.outcome, Outcome::Assigned(_)));
        let asked = asked.filter_map(|kept| Some((kept.decision.member?, at(kept)))).collect();
        let refused = |kept: &&&Kept| kept.decision.outcome == Outcome::Refused(Refused::MemberNotEligible);
        let barred =
            of_handoff.iter().filter(refused).filter(|kept| now.duration_since(at(kept)) < BARRED_FOR);
        let barred = barred.filter_map(|kept| kept.decision.member).collect();
        Waiting { entry, asked, barred }
    }

    fn snapshot(&self, workspace: WorkspaceId, now: Timestamp) -> Snapshot {
        let undecided =
            |entry: &Entry| !self.open().any(|kept| kept.decision.conversation == entry.conversation);
        let waiting = self
            .decidable(workspace)
            .into_iter()
            .filter(undecided)
            .map(|entry| self.waiting(entry, now))
            .collect();
        let colleague = |seen: &MemberSeen| {
            let said = self.said.get(&seen.member);
            Colleague {
                member: seen.member,
                active: seen.active,
                may_reply: seen.active && seen.may_reply,
                state: said.map_or(AvailabilityState::Offline, |said| said.state),
                limit: said.map_or(0, |said| said.limit),
                held: 0,
                online_since: said.and_then(|said| said.online_since),
                last_given: self.given.get(&seen.member).copied(),
            }
        };
        let nobody = self.decisions.iter().filter(|kept| kept.decision.outcome == Outcome::Nobody);
        Snapshot {
            waiting,
            colleagues: self.members.values().map(colleague).collect(),
            teams: self.teams.clone(),
            open: self.open().filter_map(|kept| Some((kept.decision.member?, kept.decision.kind))).collect(),
            nobody: nobody.map(|kept| (kept.decision.handoff, kept.decision.candidates.clone())).collect(),
        }
    }

    fn keep(&mut self, decision: &Decision, lease: Lease) {
        let kept = Kept {
            decision: decision.clone(),
            settled_at: None,
            accept_due: None,
            owner: lease.owner,
            until: lease.until,
        };
        assert!(
            decision.outcome != Outcome::Pending
                || !self.open().any(|open| open.decision.conversation == decision.conversation),
            "a queue entry has at most one open decision"
        );
        self.decisions.push(kept);
    }
}

#[async_trait]
impl Desk for InMemoryDesk {
    async fn apply(&self, seen: Seen) -> Result<()> {
        let mut state = self.state();
        let key = (seen.workspace, seen.conversation);
        if state.revisions.get(&key).is_some_and(|held| *held >= seen.revision) {
            return Ok(());
        }
        state.revisions.insert(key, seen.revision);
        state.owe(&seen, seen.entry.as_ref());
        match seen.entry {
            Some(entry) => {
                let spent = state.entries.get(&key).map_or(0, |(_, spent)| *spent);
                let same = |(known, _): &&(Entry, i64)| {
                    (known.assignment_version, known.state) == (entry.assignment_version, entry.state)
                };
                let seen_at =
                    state.entries.get(&key).filter(same).map_or(entry.seen_at, |(known, _)| known.seen_at);
                state.entries.insert(key, (Entry { seen_at, ..entry }, spent));
            }
            None => drop(state.entries.remove(&key)),
        }
        Ok(())
    }

    async fn has_waiting(&self, workspace: WorkspaceId) -> Result<bool> {
        Ok(!self.state().decidable(workspace).is_empty())
    }

    async fn decide(&self, workspace: WorkspaceId, lease: Lease, planner: Planner) -> Result<Vec<Decision>> {
        let mut state = self.state();
        let planned = planner(state.snapshot(workspace, lease.now));
        for decision in &planned {
            let is_old = |kept: &Kept| {
                kept.decision.outcome == Outcome::Nobody && kept.decision.handoff == decision.handoff
            };
            if decision.outcome == Outcome::Nobody {
                state.decisions.retain(|kept| !is_old(kept));
            }
            state.keep(decision, lease);
            if let Some(member) = decision.member {
                state.given.insert(member, lease.now);
            }
        }
        Ok(planned.into_iter().filter(|decision| decision.outcome == Outcome::Pending).collect())
    }

    async fn claim(&self, decision: DecisionId, lease: Lease) -> Result<bool> {
        let mut state = self.state();
        let open =
            |kept: &&mut Kept| kept.decision.id == decision && kept.decision.outcome == Outcome::Pending;
        let Some(kept) = state.decisions.iter_mut().find(open) else {
            return Ok(false);
        };
        if kept.owner != lease.owner && kept.until > lease.now {
            return Ok(false);
        }
        (kept.owner, kept.until) = (lease.owner, lease.until);
        Ok(true)
    }

    async fn settle(&self, settlement: Settlement) -> Result<()> {
        let Settlement { decision, outcome, at, accept_due } = settlement;
        let mut state = self.state();
        let open =
            |kept: &&mut Kept| kept.decision.id == decision.id && kept.decision.outcome == Outcome::Pending;
        let Some(kept) = state.decisions.iter_mut().find(open) else {
            return Ok(());
        };
        kept.decision.outcome = outcome;
        (kept.settled_at, kept.accept_due) = (Some(at), accept_due);
        if outcome.spends_version()
            && let Some((_, spent)) = state.entries.get_mut(&(decision.workspace, decision.conversation))
        {
            *spent = decision.assignment_version.max(*spent);
        }
        if let (Outcome::Released(_), Some(member)) = (outcome, decision.member)
            && let Some(away) = state.said.get(&member).and_then(missed)
        {
            state.said.insert(member, away);
        }
        Ok(())
    }

    async fn unclaimed(&self, now: Timestamp) -> Result<Vec<Decision>> {
        Ok(self.state().open().filter(|kept| kept.until <= now).map(|kept| kept.decision.clone()).collect())
    }

    async fn overdue(&self, now: Timestamp) -> Result<Vec<Overdue>> {
        let state = self.state();
        let due = state.decisions.iter().filter(|kept| kept.accept_due.is_some_and(|due| due <= now));
        let overdue = |kept: &Kept| match kept.decision.outcome {
            Outcome::Assigned(version) => Some(Overdue { assignment: kept.decision.clone(), version }),
            _ => None,
        };
        Ok(due.filter_map(overdue).collect())
    }

    async fn begin_release(&self, overdue: &Overdue, release: &Decision, lease: Lease) -> Result<bool> {
        let mut state = self.state();
        let key = (overdue.assignment.workspace, overdue.assignment.conversation);
        let stands = state.entries.get(&key).map(|(entry, _)| (entry.assignment_version, entry.state));
        if stands.is_some_and(|(version, _)| version < overdue.version) {
            return Ok(false);
        }
        let kept = state.decisions.iter_mut().find(|kept| kept.decision.id == overdue.assignment.id);
        let stopped = kept.and_then(|kept| kept.accept_due.take()).is_some();
        if !stopped || stands != Some((overdue.version, EntryState::Assigned)) {
            return Ok(false);
        }
        state.keep(release, lease);
        Ok(true)
    }

    async fn left_lying(&self, given_before: Timestamp) -> Result<Vec<LeftLying>> {
        let state = self.state();
        let stands = |(entry, spent): &(Entry, i64)| {
            entry.state == EntryState::Assigned
                && entry.assignment_version > *spent
                && entry.seen_at <= given_before
        };
        let lying =
            |((workspace, conversation), (entry, _)): (&(WorkspaceId, ConversationId), &(Entry, i64))| {
                LeftLying {
                    workspace: *workspace,
                    conversation: *conversation,
                    handoff: entry.handoff,
                    version: entry.assignment_version,
                    traceparent: None,
                }
            };
        Ok(state.entries.iter().filter(|(_, kept)| stands(kept)).map(lying).collect())
    }

    async fn begin_release_by_hand(
        &self,
        lying: &LeftLying,
        release: &Decision,
        lease: Lease,
    ) -> Result<bool> {
        let mut state = self.state();
        let own = |kept: &Kept| {
            let made = kept.decision.outcome == Outcome::Assigned(lying.version);
            kept.decision.conversation == lying.conversation
                && (made || kept.decision.outcome == Outcome::Pending)
        };
        let stands =
            state.entries.get(&(lying.workspace, lying.conversation)).is_some_and(|(entry, spent)| {
                entry.assignment_version == lying.version
                    && entry.state == EntryState::Assigned
                    && lying.version > *spent
            });
        if !stands || state.decisions.iter().any(own) {
            return Ok(false);
        }
        state.keep(release, lease);
        Ok(true)
    }

    async fn counts(&self, workspace: WorkspaceId) -> Result<Counts> {
        let state = self.state();
        let online = |said: &&Availability| said.state == AvailabilityState::Online;
        let waiting = state.entries.keys().filter(|(of, _)| *of == workspace).count();
        Ok(Counts { available: state.said.values().filter(online).count(), waiting })
    }

    async fn waiting_workspaces(&self) -> Result<Vec<WorkspaceId>> {
        Ok(self.state().entries.keys().map(|(workspace, _)| *workspace).collect())
    }

    async fn explain(
        &self,
        workspace: WorkspaceId,
        conversation: ConversationId,
    ) -> Result<Option<Explained>> {
        let state = self.state();
        let known = state.revisions.contains_key(&(workspace, conversation));
        let mut decisions: Vec<Decision> = state.decisions.iter().map(|kept| kept.decision.clone()).collect();
        decisions.retain(|decision| decision.conversation == conversation && decision.kind == Kind::Assign);
        decisions.reverse();
        Ok(known.then(|| Explained {
            entry: state.entries.get(&(workspace, conversation)).map(|(entry, _)| entry.clone()),
            waiting: state.entries.values().map(|(entry, _)| entry.place()).collect(),
            decisions,
        }))
    }
}

#[async_trait]
impl Staff for InMemoryDesk {
    async fn apply(&self, seen: MemberSeen) -> Result<()> {
        let mut state = self.state();
        if state.members.get(&seen.member).is_none_or(|held| held.revision < seen.revision) {
            state.members.insert(seen.member, seen);
        }
        Ok(())
    }

    async fn apply_team(&self, seen: TeamSeen) -> Result<()> {
        self.state().teams.insert(seen.id, seen.team);
        Ok(())
    }

    async fn say(&self, _: WorkspaceId, word: Word, first_limit: i32) -> Result<Availability> {
        let mut state = self.state();
        let said = say(state.said.get(&word.member), &word, first_limit);
        state.said.insert(word.member, said.clone());
        Ok(said)
    }

    async fn list(&self, _: WorkspaceId, after: Option<MemberId>, most: u32) -> Result<Vec<Availability>> {
        let state = self.state();
        let behind = state.said.values().filter(|said| after.is_none_or(|after| said.member > after));
        Ok(behind.take(most as usize).cloned().collect())
    }
}

/// What happens to a call.
#[derive(Debug, Clone, Copy)]
pub enum Weather {
    /// It is carried out and the reply is lost.
    ReplyLost,
    /// It never arrives.
    Lost,
    /// It is refused so.
    Refuse(Refused),
}

/// One conversation of the fake.
#[derive(Debug, Clone)]
pub struct Truth {
    pub version: i64,
    pub state: EntryState,
    pub assignee: Option<MemberId>,
    pub entry: Entry,
}

#[derive(Default)]
pub struct World {
    pub truths: BTreeMap<ConversationId, Truth>,
    pub held: BTreeMap<MemberId, i32>,
    pub hint: BTreeMap<MemberId, i32>,
    pub weather: VecDeque<Weather>,
    pub replies: BTreeMap<DecisionId, Outcome>,
    pub calls: Vec<DecisionId>,
}

/// Implements [`Conversations`] with a truth of its own.
#[derive(Default)]
pub struct InMemoryConversations {
    world: Mutex<World>,
}

impl InMemoryConversations {
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl World {
    fn answer(&mut self, decision: &Decision) -> Outcome {
        if let Some(first) = self.replies.get(&decision.id) {
            return *first;
        }
        let outcome = match decision.kind {
            Kind::Assign => self.assign(decision),
            Kind::Release => self.release(decision),
        };
        self.replies.insert(decision.id, outcome);
        outcome
    }

    fn assign(&mut self, decision: &Decision) -> Outcome {
        let Some(truth) = self.truths.get_mut(&decision.conversation) else {
            return Outcome::Refused(Refused::Stale);
        };
        if truth.version != decision.assignment_version || truth.state != EntryState::Requested {
            return Outcome::Refused(Refused::Stale);
        }
        let member = decision.member.expect("an assignment has a member");
        let held = self.held.entry(member).or_default();
        if *held >= decision.limit {
            return Outcome::Refused(Refused::CapacityExceeded);
        }
        *held += 1;
        truth.version += 1;
        (truth.state, truth.assignee) = (EntryState::Assigned, Some(member));
        Outcome::Assigned(truth.version)
    }

    fn release(&mut self, decision: &Decision) -> Outcome {
        let Some(truth) = self.truths.get_mut(&decision.conversation) else {
            return Outcome::Refused(Refused::Stale);
        };
        if truth.version != decision.assignment_version || truth.state != EntryState::Assigned {
            return Outcome::Refused(Refused::Stale);
        }
        if let Some(held) = truth.assignee.take().and_then(|member| self.held.get_mut(&member)) {
            *held -= 1;
        }
        truth.version += 1;
        truth.state = EntryState::Requested;
        Outcome::Released(truth.version)
    }
}

#[async_trait]
impl Conversations for InMemoryConversations {
    async fn carry_out(&self, decision: &Decision) -> Answer {
        let mut world = self.world();
        world.calls.push(decision.id);
        match world.weather.pop_front() {
            None => Answer::Definite(world.answer(decision)),
            Some(Weather::Refuse(why)) => Answer::Definite(Outcome::Refused(why)),
            Some(Weather::Lost) => Answer::Unknown("lost".to_owned()),
            Some(Weather::ReplyLost) => {
                world.answer(decision);
                Answer::Unknown("reply lost".to_owned())
            }
        }
    }

    async fn loads(&self, _: WorkspaceId) -> std::result::Result<BTreeMap<MemberId, i32>, String> {
        let world = self.world();
        let mut loads = world.held.clone();
        loads.extend(world.hint.clone());
        Ok(loads)
    }
}
