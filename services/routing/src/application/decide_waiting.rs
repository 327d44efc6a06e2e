//! Gives what waits in one workspace, round after round until nothing more can be given.
//!
//! Must not know why it was woken.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use baton_kit::{
    data::StoreError,
    life::ids::{SharedIds, WorkspaceId},
};
use futures::future::join_all;
use jiff::Timestamp;

use super::{
    carry_out::CarryOut,
    ports::{Planner, Snapshot},
};
use crate::domain::{
    availability::AvailabilityState,
    decide::{Colleague, Verdict, decide},
    decision::{Candidate, Decision, Kind, Outcome, Refused},
    ids::{DecisionId, MemberId},
};

/// Candidates kept in a record; those passed over are left out first.
const CANDIDATES_KEPT: usize = 200;

/// The use case. Clones share.
#[derive(Clone)]
pub struct DecideWaiting {
    /// Queue, conversation, clock.
    pub carry_out: CarryOut,
    /// Ids of decisions.
    pub ids: SharedIds,
    /// Decisions a round.
    pub batch: usize,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Nothing more can be given now.
    Done,
    /// Somebody does not answer; to be tried again.
    Unfinished,
}

/// What a round knows beside the snapshot.
struct Round {
    workspace: WorkspaceId,
    loads: BTreeMap<MemberId, i32>,
    /// Members that conversation just said are full.
    full: BTreeSet<MemberId>,
    now: Timestamp,
    batch: usize,
    ids: SharedIds,
}

impl DecideWaiting {
    /// Rounds until there is nothing to give. A member found full is passed over in the rounds that follow; each settles at least one
    /// decision, so they end.
    pub async fn run(&self, workspace: WorkspaceId) -> Result<Ended, StoreError> {
        let mut full = BTreeSet::new();
        while self.carry_out.desk.has_waiting(workspace).await? {
            let loads = match self.carry_out.conversations.loads(workspace).await {
                Ok(loads) => loads,
                Err(cause) => {
                    tracing::warn!(%cause, %workspace, "member loads are not to be had");
                    return Ok(Ended::Unfinished);
                }
            };
            let taken = self.round(workspace, loads, full.clone()).await?;
            if taken.is_empty() {
                return Ok(Ended::Done);
            }
            let outcomes = join_all(taken.iter().map(|decision| self.carry_out.run(decision.clone()))).await;
            if outcomes.iter().all(Option::is_none) {
                return Ok(Ended::Unfinished);
            }
            let refused =
                |outcome: &Option<Outcome>| *outcome == Some(Outcome::Refused(Refused::CapacityExceeded));
            let found_full = taken.iter().zip(&outcomes).filter(|(_, outcome)| refused(outcome));
            full.extend(found_full.filter_map(|(decision, _)| decision.member));
        }
        Ok(Ended::Done)
    }

    async fn round(
        &self,
        workspace: WorkspaceId,
        loads: BTreeMap<MemberId, i32>,
        full: BTreeSet<MemberId>,
    ) -> Result<Vec<Decision>, StoreError> {
        let lease = self.carry_out.lease();
        let round =
            Round { workspace, loads, full, now: lease.now, batch: self.batch, ids: Arc::clone(&self.ids) };
        let planner: Planner = Arc::new(move |snapshot| round.plan(snapshot));
        self.carry_out.desk.decide(workspace, lease, planner).await
    }
}

impl Round {
    fn plan(&self, snapshot: Snapshot) -> Vec<Decision> {
        let Snapshot { waiting, colleagues, teams, open, nobody } = snapshot;
        let colleagues = colleagues.into_iter().map(|colleague| self.weighed(colleague, &open)).collect();
        let verdicts = decide(waiting, colleagues, &teams, self.now, self.batch);
        let is_news = |verdict: &Verdict| {
            let told = nobody.get(&verdict.entry.handoff).map(|candidates| reasons(candidates));
            verdict.choice.is_some() || told != Some(reasons(&kept(&verdict.candidates)))
        };
        verdicts.into_iter().filter(is_news).map(|verdict| self.decision(verdict)).collect()
    }

    /// A colleague with what they hold: the hint, and what is being given to them. Whoever is about to become away counts as away.
    fn weighed(&self, colleague: Colleague, open: &[(MemberId, Kind)]) -> Colleague {
        let of =
            |kind| open.iter().filter(|(member, open)| (*member, *open) == (colleague.member, kind)).count();
        let under_way = i32::try_from(of(Kind::Assign)).unwrap_or(i32::MAX);
        let known = self.loads.get(&colleague.member).copied().unwrap_or(0).saturating_add(under_way);
        let held = if self.full.contains(&colleague.member) { known.max(colleague.limit) } else { known };
        let state = if of(Kind::Release) > 0 { AvailabilityState::Away } else { colleague.state };
        Colleague { held, state, ..colleague }
    }

    fn decision(&self, verdict: Verdict) -> Decision {
        let Verdict { entry, candidates, choice } = verdict;
        let chosen = candidates.iter().find(|candidate| Some(candidate.member) == choice);
        Decision {
            id: DecisionId::from_uuid(self.ids.next()),
            workspace: self.workspace,
            conversation: entry.conversation,
            handoff: entry.handoff,
            kind: Kind::Assign,
            member: choice,
            assignment_version: entry.assignment_version,
            limit: chosen.map_or(0, |candidate| candidate.limit),
            candidates: kept(&candidates),
            outcome: if choice.is_some() { Outcome::Pending } else { Outcome::Nobody },
            created_at: self.now,
            traceparent: entry.traceparent,
        }
    }
}

/// What of the candidates is recorded.
fn kept(candidates: &[Candidate]) -> Vec<Candidate> {
    let (mut kept, passed_over): (Vec<_>, Vec<_>) =
        candidates.iter().cloned().partition(|candidate| candidate.filtered.is_none());
    kept.extend(passed_over);
    kept.truncate(CANDIDATES_KEPT);
    kept
}

/// What must change for a new record that there is nobody.
fn reasons(candidates: &[Candidate]) -> Vec<(MemberId, Option<u8>)> {
    candidates
        .iter()
        .map(|candidate| (candidate.member, candidate.filtered.map(|reason| reason as u8)))
        .collect()
}
