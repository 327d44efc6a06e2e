//! Tells visitors who wait for a person when somebody answers, again and again until it is certain that they are told.
//!
//! A promise is owed from the transaction that applied the fact of its handoff, so a restart loses none. Must not know what is promised.

use std::{sync::Arc, time::Duration};

use baton_kit::data::StoreError;
use futures::future::join_all;
use jiff::Timestamp;
use tokio::sync::Notify;

use super::{
    assess::{Assess, Question},
    carry_out::{CarryOut, after},
    ports::{PromiseAnswer, Promises, Teller, Told},
};
use crate::domain::promise::{Owed, Promise, Terms, due};

/// Promises told at a time.
const BATCH: u64 = 50;
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Wakes whoever tells. Clones share.
#[derive(Clone, Default)]
pub struct Bell(Arc<Notify>);

impl Bell {
    /// Something is owed.
    pub fn ring(&self) {
        self.0.notify_one();
    }

    /// Completes once it was rung.
    pub async fn heard(&self) {
        self.0.notified().await;
    }
}

/// The use case. Clones share.
#[derive(Clone)]
pub struct TellPromises {
    /// What is owed.
    pub promises: Arc<dyn Promises>,
    /// Who tells it.
    pub teller: Arc<dyn Teller>,
    /// What office hours mean.
    pub assess: Assess,
    /// Clock, leases and the number of calls at once.
    pub carry_out: CarryOut,
    /// When a handoff is overdue.
    pub terms: Terms,
}

impl TellPromises {
    /// Tells everything that is owed now. What cannot be told is put off, so it ends.
    pub async fn run(&self) -> Result<(), StoreError> {
        loop {
            let lease = self.carry_out.lease();
            let mut claimed = Vec::new();
            for owed in self.promises.owed(lease.now, BATCH).await? {
                if self.promises.claim(&owed, lease).await? {
                    claimed.push(owed);
                }
            }
            if claimed.is_empty() {
                return Ok(());
            }
            for told in join_all(claimed.iter().map(|owed| self.tell(owed))).await {
                told?;
            }
        }
    }

    async fn tell(&self, owed: &Owed) -> Result<(), StoreError> {
        let promise = self.promise(owed).await?;
        let Ok(_slot) = self.carry_out.calls.acquire().await else {
            return Ok(());
        };
        let told = match self.teller.tell(owed, &promise).await {
            PromiseAnswer::Told | PromiseAnswer::Ended => Told::Definite,
            PromiseAnswer::Malformed(cause) => {
                tracing::error!(%cause, conversation = %owed.conversation, "conversation does not understand a promise");
                Told::Definite
            }
            PromiseAnswer::Unknown(cause) => {
                tracing::warn!(%cause, conversation = %owed.conversation, "nobody knows whether a promise was told");
                Told::Unknown(after(self.carry_out.clock.now(), pause(owed.tries)))
            }
        };
        self.promises.settle(owed, told).await
    }

    /// As of now: what is told late is true when it is told.
    async fn promise(&self, owed: &Owed) -> Result<Promise, StoreError> {
        let now: Timestamp = self.carry_out.clock.now();
        let question = Question { at: now, asked_at: Some(owed.asked_at), language: None };
        let assessment = self.assess.run(owed.workspace, question).await?;
        Ok(Promise {
            promised_by: assessment.promised_by,
            text: assessment.text,
            outside_hours: !assessment.look.open,
            due: due(&assessment.working, assessment.promised_by, owed.asked_at, self.terms),
        })
    }
}

/// A second, twice as long each time.
fn pause(tries: u32) -> Duration {
    Duration::from_secs(1).saturating_mul(2_u32.saturating_pow(tries)).min(LONGEST_PAUSE)
}
