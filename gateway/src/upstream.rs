//! Streams of other services that are followed for good: begun, read until they break off, and begun again, soon at first, ever later while
//! nothing comes of it, and never in step with other gateways.
//!
//! Must not know what is streamed.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use baton_kit::{
    door::{host::Host, refusal::Refusal},
    life::{
        clock::{self, SharedClock},
        ids::SharedIds,
    },
};
use baton_proto::common::v1::ErrorReason;
use tonic::{Status, Streaming};

/// Longer than this no stream is silent: signs of life come at least every 10 s.
const SILENCE: Duration = Duration::from_secs(30);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A stream of another service, and what is done with its words.
#[async_trait]
pub(crate) trait Upstream: Send + Sync + 'static {
    /// What comes.
    type Word: Send + 'static;
    /// How logs and tasks call it.
    const NAME: &'static str;

    /// Asks for the stream.
    async fn begin(&self) -> Result<Streaming<Self::Word>, Status>;

    /// The first word came: what is said from now on is heard.
    fn is_heard(&mut self) {}

    /// A word.
    fn take(&mut self, word: Self::Word);

    /// It broke off, or could not be begun; `heard`: something had come.
    fn broke_off(&mut self, why: &Status, heard: bool) {
        let _ = (why, heard);
    }
}

/// One that is followed.
struct Following<U> {
    upstream: U,
    clock: SharedClock,
    ids: SharedIds,
    /// Whether it is heard, for the metric.
    up: Arc<AtomicBool>,
    pause: Duration,
}

/// Follows until the host's life drains.
pub(crate) fn follow<U: Upstream>(upstream: U, host: &Host, up: Arc<AtomicBool>) {
    let (clock, ids, soft) = (host.clock.clone(), host.ids.clone(), host.life.soft());
    let following = Following { upstream, clock, ids, up, pause: FIRST_PAUSE };
    host.life.spawn(U::NAME, async move {
        soft.run_until_cancelled(following.run()).await;
    });
}

impl<U: Upstream> Following<U> {
    async fn run(mut self) {
        loop {
            let why = self.read().await;
            let heard = self.up.swap(false, Ordering::Relaxed);
            // Said once, not with every try.
            if heard || self.pause == FIRST_PAUSE {
                tracing::info!(stream = U::NAME, code = ?why.code(), heard, "broke off; beginning again");
            }
            self.upstream.broke_off(&why, heard);
            self.pause = if heard { FIRST_PAUSE } else { (self.pause * 2).min(LONGEST_PAUSE) };
            self.clock.sleep(self.spread()).await;
        }
    }

    async fn read(&mut self) -> Status {
        let mut stream = match self.upstream.begin().await {
            Ok(stream) => stream,
            Err(status) => return status,
        };
        loop {
            match clock::timeout(&self.clock, SILENCE, stream.message()).await {
                Ok(Ok(Some(word))) => {
                    if !self.up.swap(true, Ordering::Relaxed) {
                        self.upstream.is_heard();
                    }
                    self.upstream.take(word);
                }
                Ok(Ok(None)) => return closed("it ended"),
                Ok(Err(status)) => return status,
                Err(_) => return closed("it is silent"),
            }
        }
    }

    /// Between half and the whole of the pause.
    fn spread(&self) -> Duration {
        let mut byte = [0; 1];
        self.ids.fill(&mut byte);
        self.pause / 2 + self.pause * u32::from(byte[0]) / 510
    }
}

/// A stream that ended without a word why.
fn closed(why: &str) -> Status {
    Refusal::new(ErrorReason::Unavailable, why).into()
}
