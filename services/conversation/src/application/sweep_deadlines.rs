//! Whoever waits too long is not forgotten: each second the passed deadlines are looked at, whatever the other services do.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use baton_kit::{data::StoreError, life::clock::SharedClock};
use tokio_util::sync::CancellationToken;

use super::{
    command_conversation::{CommandConversation, Target},
    ports::{
        Scope,
        deadlines::{DeadlineFinder, PassedDeadline},
    },
};
use crate::domain::{commands::Command, effects::DeadlineKind, handoff::HandoffReason, message::Actor};

/// How often deadlines are looked at.
const EVERY: Duration = Duration::from_secs(1);
/// How many of a kind a round; what is left waits a second longer.
const BATCH: u32 = 500;

/// Looks at deadlines.
#[derive(Clone)]
pub struct SweepDeadlines {
    /// Which have passed.
    pub finder: Arc<dyn DeadlineFinder>,
    /// What is done about them.
    pub command: CommandConversation,
    /// Time.
    pub clock: SharedClock,
    /// Where the number of alarms is shown: open handoffs that nobody took and nobody could be told of.
    pub alarms: Arc<AtomicU64>,
}

impl SweepDeadlines {
    /// Sweeps until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        while stop.run_until_cancelled(self.clock.sleep(EVERY)).await.is_some() {
            if let Err(error) = self.once().await {
                // The next round tries again; nothing is lost by it.
                tracing::warn!(%error, "the sweep of deadlines failed");
            }
        }
    }

    /// One round: every deadline passed by now. Answers how many mattered.
    ///
    /// # Errors
    /// When deadlines cannot be read.
    pub async fn once(&self) -> Result<usize, StoreError> {
        let mut mattered = 0;
        for kind in DeadlineKind::ALL {
            for passed in self.finder.passed(kind, self.clock.now(), BATCH).await? {
                mattered += usize::from(self.act_on(passed).await);
            }
        }
        self.alarms.store(self.finder.alarms().await?, Ordering::Relaxed);
        Ok(mattered)
    }

    async fn act_on(&self, passed: PassedDeadline) -> bool {
        let PassedDeadline { workspace, conversation, kind, stage } = passed;
        let target = Target { scope: Scope::all_of(workspace), conversation, by: Actor::System };
        let reason = match kind {
            DeadlineKind::AiDue | DeadlineKind::HandoffOwed => HandoffReason::AiUnavailable,
            DeadlineKind::ResponseDue | DeadlineKind::HandoffDue | DeadlineKind::Wake => {
                HandoffReason::Returned
            }
        };
        let new = self.command.handoff(reason);
        match self.command.run(target, Command::DeadlinePassed { kind, stage, new }).await {
            Ok(changed) => changed.happened,
            Err(refused) => {
                // One that cannot be acted on keeps nobody else waiting; the next round tries it again.
                tracing::warn!(%conversation, %refused, "a deadline could not be acted on");
                false
            }
        }
    }
}
