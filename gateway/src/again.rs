//! When to begin again with a stream that another service ended: soon at first, ever later while nothing comes of it, and never in
//! step with other gateways. Must not know what is streamed.

use std::time::Duration;

use baton_kit::{
    door::refusal::Refusal,
    life::{clock::SharedClock, ids::SharedIds},
};
use baton_proto::common::v1::ErrorReason;
use tonic::Status;

/// Longer than this no stream is silent: signs of life come at least every 10 s.
pub(crate) const SILENCE: Duration = Duration::from_secs(30);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The pauses of one follower.
pub(crate) struct Again {
    clock: SharedClock,
    ids: SharedIds,
    pause: Duration,
}

impl Again {
    /// Nothing was tried yet.
    pub fn new(clock: &SharedClock, ids: &SharedIds) -> Self {
        Self { clock: clock.clone(), ids: ids.clone(), pause: FIRST_PAUSE }
    }

    /// Waits before the next try; the last one was fruitful if something came.
    pub async fn pause(&mut self, fruitful: bool) {
        self.pause = if fruitful { FIRST_PAUSE } else { (self.pause * 2).min(LONGEST_PAUSE) };
        self.clock.sleep(self.spread()).await;
    }

    /// Between half and the whole of it.
    fn spread(&self) -> Duration {
        let mut byte = [0; 1];
        self.ids.fill(&mut byte);
        self.pause / 2 + self.pause * u32::from(byte[0]) / 510
    }
}

/// A stream that ended without a word why.
pub(crate) fn closed(why: &str) -> Status {
    Refusal::new(ErrorReason::Unavailable, why).into()
}
