//! What passes with time: assignments nobody accepted, decisions whose outcome nobody knows, workspaces that were not woken.
//!
//! Runs each second and at start. Must not know how decisions are taken.

use std::time::Duration;

use baton_kit::{
    data::StoreError,
    life::ids::{SharedIds, WorkspaceId},
};
use futures::future::join_all;
use jiff::Timestamp;

use super::{
    carry_out::CarryOut,
    ports::{LeftLying, Overdue},
    wakes::Wakes,
};
use crate::domain::{
    decision::{Decision, Kind, Outcome},
    ids::DecisionId,
};

/// The use case. Clones share.
#[derive(Clone)]
pub struct Sweep {
    /// Queue, conversation, clock.
    pub carry_out: CarryOut,
    /// Who gives what waits.
    pub wakes: Wakes,
    /// Ids of decisions.
    pub ids: SharedIds,
    /// How long a member has to take what a person gave them.
    pub by_hand_within: Duration,
}

impl Sweep {
    /// One sweep; `recheck` also looks at every workspace where somebody waits.
    pub async fn run(&self, recheck: bool) -> Result<(), StoreError> {
        self.wakes.wake_later_ones();
        self.take_back_missed().await?;
        self.take_back_left_lying().await?;
        self.resume_open().await?;
        if recheck {
            let waiting = self.carry_out.desk.waiting_workspaces().await?;
            waiting.into_iter().for_each(|workspace| self.wakes.wake(workspace));
        }
        Ok(())
    }

    async fn take_back_missed(&self) -> Result<(), StoreError> {
        let now = self.carry_out.clock.now();
        let mut releases = Vec::new();
        for overdue in self.carry_out.desk.overdue(now).await? {
            let release = self.release_of(&overdue);
            if self.carry_out.desk.begin_release(&overdue, &release, self.carry_out.lease()).await? {
                releases.push(release);
            }
        }
        self.carry_out_all(releases).await;
        Ok(())
    }

    /// A person's assignment is taken back too, later, and nobody becomes away: they may not know of it.
    async fn take_back_left_lying(&self) -> Result<(), StoreError> {
        let now = self.carry_out.clock.now();
        let given_before = now.checked_sub(self.by_hand_within).unwrap_or(Timestamp::MIN);
        let mut releases = Vec::new();
        for lying in self.carry_out.desk.left_lying(given_before).await? {
            let release = self.release_of_lying(&lying);
            if self.carry_out.desk.begin_release_by_hand(&lying, &release, self.carry_out.lease()).await? {
                releases.push(release);
            }
        }
        self.carry_out_all(releases).await;
        Ok(())
    }

    async fn resume_open(&self) -> Result<(), StoreError> {
        let lease = self.carry_out.lease();
        let mut claimed = Vec::new();
        for decision in self.carry_out.desk.unclaimed(lease.now).await? {
            if self.carry_out.desk.claim(decision.id, lease).await? {
                claimed.push(decision);
            }
        }
        self.carry_out_all(claimed).await;
        Ok(())
    }

    async fn carry_out_all(&self, decisions: Vec<Decision>) {
        let workspaces: std::collections::BTreeSet<WorkspaceId> =
            decisions.iter().map(|decision| decision.workspace).collect();
        join_all(decisions.into_iter().map(|decision| self.carry_out.run(decision))).await;
        workspaces.into_iter().for_each(|workspace| self.wakes.wake(workspace));
    }

    fn release_of_lying(&self, lying: &LeftLying) -> Decision {
        Decision {
            id: DecisionId::from_uuid(self.ids.next()),
            workspace: lying.workspace,
            conversation: lying.conversation,
            handoff: lying.handoff,
            kind: Kind::Release,
            member: None,
            assignment_version: lying.version,
            limit: 0,
            candidates: Vec::new(),
            outcome: Outcome::Pending,
            created_at: self.carry_out.clock.now(),
            traceparent: lying.traceparent.clone(),
        }
    }

    fn release_of(&self, overdue: &Overdue) -> Decision {
        Decision {
            id: DecisionId::from_uuid(self.ids.next()),
            kind: Kind::Release,
            assignment_version: overdue.version,
            candidates: Vec::new(),
            outcome: Outcome::Pending,
            created_at: self.carry_out.clock.now(),
            ..overdue.assignment.clone()
        }
    }
}
