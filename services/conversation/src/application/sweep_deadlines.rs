//! Whoever waits too long is not forgotten: each second the passed deadlines are looked at, whatever the other services do.

use std::{sync::Arc, time::Duration};

use baton_kit::{data::StoreError, life::clock::SharedClock};
use tokio_util::sync::CancellationToken;

use super::{
    command_conversation::{CommandConversation, Target},
    ports::{DeadlineFinder, Scope},
};
use crate::domain::message::Actor;

/// How often deadlines are looked at.
const EVERY: Duration = Duration::from_secs(1);
/// How many a round; what is left waits a second longer.
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

    /// One round: every deadline passed by now. Answers how many handoffs were made.
    ///
    /// # Errors
    /// When deadlines cannot be read.
    pub async fn once(&self) -> Result<usize, StoreError> {
        let passed = self.finder.silent_assistants(self.clock.now(), BATCH).await?;
        let mut made = 0;
        for (workspace, conversation) in passed {
            let target = Target { scope: Scope::all_of(workspace), conversation, by: Actor::System };
            match self.command.ai_unavailable(target, None).await {
                Ok(changed) => made += usize::from(changed.happened),
                // One that cannot be acted on keeps nobody else waiting; the next round tries it again.
                Err(refused) => tracing::warn!(%conversation, %refused, "a deadline could not be acted on"),
            }
        }
        Ok(made)
    }
}
