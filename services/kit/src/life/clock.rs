//! Time as a parameter, so that a test can own it.
//!
//! The only place that reads the machine's clocks. It must not know what anybody waits for.

use std::{future::Future, sync::Arc, time::Duration};

use futures::future::BoxFuture;
use jiff::Timestamp;
use tokio::time::Instant;

/// A source of time. Everything that waits or stamps a row asks one of these, never the machine.
pub trait Clock: Send + Sync + 'static {
    /// Wall-clock time, cut to microseconds because that is what both databases keep: a value read
    /// back equals the value written.
    fn now(&self) -> Timestamp;

    /// Time since an arbitrary start. Never goes back, also when the wall clock is corrected.
    fn monotonic(&self) -> Duration;

    /// Completes when `d` has passed on this clock. The wait begins with the call, not with the
    /// first poll.
    fn sleep(&self, d: Duration) -> BoxFuture<'static, ()>;
}

/// A clock as it is handed around.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's own clocks.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// A clock whose monotonic time starts now.
    #[expect(clippy::disallowed_methods, reason = "the home of the machine's clocks")]
    #[expect(clippy::new_ret_no_self, reason = "nobody should hold the concrete clock")]
    pub fn new() -> SharedClock {
        Arc::new(Self { start: Instant::now() })
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the home of the machine's clocks")]
    fn now(&self) -> Timestamp {
        to_microseconds(Timestamp::now())
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }

    #[expect(clippy::disallowed_methods, reason = "the home of the machine's clocks")]
    fn sleep(&self, d: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(d))
    }
}

/// Cuts what neither database can keep. Every implementation of [`Clock::now`] ends with this.
pub fn to_microseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

/// The time given to [`timeout`] has passed; the future was dropped unfinished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not finished within {0:?}")]
pub struct Elapsed(
    /// The time that was allowed.
    pub Duration,
);

/// Runs `f` for at most `d` of the suite's clock. A future that is ready in the same moment in
/// which the time passes wins.
///
/// # Errors
/// [`Elapsed`] when the time passed first.
pub async fn timeout<F: Future>(clock: &SharedClock, d: Duration, f: F) -> Result<F::Output, Elapsed> {
    tokio::select! {
        biased;
        output = f => Ok(output),
        () = clock.sleep(d) => Err(Elapsed(d)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wall_clock_is_cut_to_microseconds() {
        let now = SystemClock::new().now();
        assert_eq!(now.subsec_nanosecond() % 1000, 0);
    }

    #[test]
    fn cutting_keeps_the_microseconds() {
        let at = Timestamp::new(1_700_000_000, 123_456_789).unwrap();
        assert_eq!(to_microseconds(at).subsec_nanosecond(), 123_456_000);
    }

    #[test]
    fn monotonic_time_never_goes_back() {
        let clock = SystemClock::new();
        let first = clock.monotonic();
        assert!(clock.monotonic() >= first);
    }

    #[tokio::test]
    async fn a_finished_future_beats_a_time_out_of_zero() {
        let clock = SystemClock::new();
        assert_eq!(timeout(&clock, Duration::ZERO, async { 7 }).await, Ok(7));
    }

    #[tokio::test]
    async fn a_future_that_never_ends_is_given_up() {
        let clock = SystemClock::new();
        let never = std::future::pending::<()>();
        let outcome = timeout(&clock, Duration::ZERO, never).await;
        assert_eq!(outcome, Err(Elapsed(Duration::ZERO)));
    }
}
