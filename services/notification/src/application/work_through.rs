//! Works through mailings that are due: so many at once, each in a task of its own, until the house closes.

use std::{sync::Arc, time::Duration};

use baton_kit::life::clock;
use tokio::sync::{Notify, Semaphore};

use super::{busy::Busy, ports::Lease, send_mail::SendMail};

/// Wakes whoever works through mailings; rung while nobody listens, it is heard the next time.
#[derive(Clone, Default)]
pub struct Bell(Arc<Notify>);

impl Bell {
    /// Something may be due.
    pub fn ring(&self) {
        self.0.notify_one();
    }

    async fn heard(&self) {
        self.0.notified().await;
    }
}

/// The use case.
#[derive(Clone)]
pub struct WorkThrough {
    /// What is done with each.
    pub send: SendMail,
    /// Rung when one may have become due or another one may be taken on.
    pub bell: Bell,
    /// What is worked on.
    pub busy: Busy,
    /// How many at once.
    pub at_once: usize,
    /// How often it is looked for what is due.
    pub look_every: Duration,
    /// For how long one is taken on: above what an attempt may take.
    pub lease: Duration,
}

impl WorkThrough {
    /// Runs until the house closes; what is under way then is finished.
    pub async fn run(self) {
        let slots = Arc::new(Semaphore::new(self.at_once));
        let soft = self.send.life.soft();
        while !soft.is_cancelled() {
            let taken = self.take(&slots).await;
            if taken == 0 {
                let pause = clock::timeout(&self.send.clock, self.look_every, self.bell.heard());
                soft.run_until_cancelled(pause).await;
            }
        }
    }

    /// Takes on what is due and fits; how many.
    async fn take(&self, slots: &Arc<Semaphore>) -> usize {
        let lease = Lease { owner: self.send.ids.next(), lasts: self.lease };
        let (now, most) = (self.send.clock.now(), slots.available_permits());
        let claimed = self.send.mailings.claim(lease, now, most).await;
        let claimed = claimed.unwrap_or_else(|error| {
            tracing::warn!(%error, "mailings cannot be taken on");
            Vec::new()
        });
        let taken = claimed.len();
        for mailing in claimed {
            // A lease that passed too early, by a clock that was set: its owner is still at it, and has it to the end.
            let Some(turn) = self.busy.begin(mailing.id) else { continue };
            // Here and not in the task, so that the next round knows how many fit.
            let slot = Arc::clone(slots).try_acquire_owned();
            let work = self.clone();
            self.send.life.spawn("mailing", async move {
                work.send.run(&mailing, lease).await;
                drop((turn, slot));
                work.bell.ring();
            });
        }
        taken
    }
}
