//! Clocks that a test owns: [`FakeClock`] stands still until told, [`ScaledClock`] runs fast.
//!
//! Knows nothing of what waits on them.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use baton_kit::life::clock::{Clock, SharedClock, to_microseconds};
use futures::{FutureExt as _, future::BoxFuture};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{oneshot, watch};

/// 2024-01-15 12:00:00 UTC, a Monday noon: inside everybody's working day and far from every edge.
const MONDAY_NOON: i64 = 1_705_320_000;

/// How often [`FakeClock::run`] steps aside so that woken tasks, and those they wake, can run.
const YIELDS: usize = 64;

/// A clock that stands still. Clones share the time.
///
/// Waiting on it never depends on the machine: a sleeper wakes when the test advances past its
/// moment, and not otherwise.
#[derive(Clone)]
pub struct FakeClock {
    state: Arc<Mutex<State>>,
    asleep: watch::Sender<usize>,
}

struct State {
    wall: Timestamp,
    monotonic: Duration,
    sleepers: BTreeMap<(Duration, u64), oneshot::Sender<()>>,
    next_sleeper: u64,
}

impl Default for FakeClock {
    fn default() -> Self {
        Self::new()
    }
}

impl FakeClock {
    /// A clock that shows Monday, 15 January 2024, 12:00 UTC.
    pub fn new() -> Self {
        Self::at(Timestamp::from_second(MONDAY_NOON).unwrap_or(Timestamp::UNIX_EPOCH))
    }

    /// A clock that shows `wall`.
    pub fn at(wall: Timestamp) -> Self {
        let state = State {
            wall: to_microseconds(wall),
            monotonic: Duration::ZERO,
            sleepers: BTreeMap::new(),
            next_sleeper: 0,
        };
        Self { state: Arc::new(Mutex::new(state)), asleep: watch::Sender::new(0) }
    }

    /// The clock as code under test takes it.
    pub fn shared(&self) -> SharedClock {
        Arc::new(self.clone())
    }

    /// Moves both clocks forward and wakes, in the order of their moments, all whose time has come.
    /// They run after this returns, so all of them see the same, final time; see [`run`](Self::run).
    pub fn advance(&self, d: Duration) {
        let end = self.monotonic().saturating_add(d);
        while self.step(end) {}
    }

    /// Moves forward as [`advance`](Self::advance) does but stops at every sleeper's moment and lets
    /// woken tasks run, so that each sees its own time and loops may sleep again within `d`.
    ///
    /// For a current-thread runtime: elsewhere nobody can say when the woken ones have run.
    pub async fn run(&self, d: Duration) {
        let end = self.monotonic().saturating_add(d);
        settle().await;
        while self.step(end) {
            settle().await;
        }
    }

    /// Sets the wall clock, also backwards, as an administrator would. Sleepers do not notice.
    pub fn set_wall(&self, wall: Timestamp) {
        self.state().wall = to_microseconds(wall);
    }

    /// How many wait on this clock now.
    pub fn sleepers(&self) -> usize {
        let mut state = self.state();
        state.forget_dropped();
        state.sleepers.len()
    }

    /// Completes once at least `count` wait on this clock: the moment to advance it, without guessing.
    pub async fn until_asleep(&self, count: usize) {
        let mut asleep = self.asleep.subscribe();
        while self.sleepers() < count {
            // The sender is ours, so this cannot fail.
            let _ = asleep.changed().await;
        }
    }

    /// Moves to the next sleeper's moment and wakes it; without one up to `end`, moves there and is
    /// false.
    fn step(&self, end: Duration) -> bool {
        let mut state = self.state();
        state.forget_dropped();
        let due = state.sleepers.first_key_value().map(|((due, _), _)| *due).filter(|due| *due <= end);
        state.move_to(due.unwrap_or(end));
        let woken = due.and_then(|_| state.sleepers.pop_first());
        drop(state);
        woken.is_some_and(|(_, sleeper)| {
            let _ = sleeper.send(());
            true
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn move_to(&mut self, moment: Duration) {
        let passed = moment.saturating_sub(self.monotonic);
        let passed_signed = SignedDuration::try_from(passed).unwrap_or(SignedDuration::MAX);
        self.monotonic += passed;
        self.wall = self.wall.saturating_add(passed_signed).unwrap_or(Timestamp::MAX);
    }

    /// Sleeps that were given up, as the losing arm of a select.
    fn forget_dropped(&mut self) {
        self.sleepers.retain(|_, sleeper| !sleeper.is_closed());
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        to_microseconds(self.state().wall)
    }

    fn monotonic(&self) -> Duration {
        self.state().monotonic
    }

    fn sleep(&self, d: Duration) -> BoxFuture<'static, ()> {
        if d.is_zero() {
            return futures::future::ready(()).boxed();
        }
        let (wake, woken) = oneshot::channel();
        let mut state = self.state();
        let key = (state.monotonic.saturating_add(d), state.next_sleeper);
        state.next_sleeper += 1;
        state.sleepers.insert(key, wake);
        drop(state);
        self.asleep.send_modify(|count| *count += 1);
        async move {
            // A clock that is gone will never strike: its sleepers sleep on.
            if woken.await.is_err() {
                std::future::pending::<()>().await;
            }
        }
        .boxed()
    }
}

async fn settle() {
    for _ in 0..YIELDS {
        tokio::task::yield_now().await;
    }
}

/// The machine's clock, run `factor` times as fast, for tests with real sockets: at 100 a deadline of
/// 8 s passes in 80 ms. Sleeps are exact to about a millisecond of real time, `factor` ms of its own.
#[derive(Debug, Clone)]
pub struct ScaledClock {
    factor: u32,
    wall: Timestamp,
    start: Instant,
}

impl ScaledClock {
    /// A clock that starts at the machine's time. A factor of 0 counts as 1.
    #[expect(clippy::disallowed_methods, reason = "scales the machine's clock")]
    pub fn new(factor: u32) -> Self {
        Self::starting_at(Timestamp::now(), factor)
    }

    /// A clock that starts at `wall`.
    #[expect(clippy::disallowed_methods, reason = "scales the machine's clock")]
    pub fn starting_at(wall: Timestamp, factor: u32) -> Self {
        Self { factor: factor.max(1), wall, start: Instant::now() }
    }

    /// The clock as code under test takes it.
    pub fn shared(&self) -> SharedClock {
        Arc::new(self.clone())
    }
}

impl Clock for ScaledClock {
    fn now(&self) -> Timestamp {
        let passed = SignedDuration::try_from(self.monotonic()).unwrap_or(SignedDuration::MAX);
        to_microseconds(self.wall.saturating_add(passed).unwrap_or(Timestamp::MAX))
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed().saturating_mul(self.factor)
    }

    #[expect(clippy::disallowed_methods, reason = "scales the machine's clock")]
    fn sleep(&self, d: Duration) -> BoxFuture<'static, ()> {
        tokio::time::sleep(d / self.factor).boxed()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "bare tasks and the machine's clock, to be compared with")]

    use baton_kit::life::clock::{Elapsed, timeout};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_fake_clock_stands_still_until_advanced() {
        let clock = FakeClock::new();
        let before = clock.now();
        assert_eq!((clock.now(), clock.monotonic()), (before, Duration::ZERO));
        clock.advance(SECOND);
        assert_eq!(clock.now().duration_since(before), SignedDuration::from_secs(1));
        assert_eq!(clock.monotonic(), SECOND);
    }

    #[test]
    fn setting_the_wall_back_leaves_monotonic_time_alone() {
        let clock = FakeClock::new();
        clock.advance(SECOND);
        clock.set_wall(Timestamp::UNIX_EPOCH);
        assert_eq!((clock.now(), clock.monotonic()), (Timestamp::UNIX_EPOCH, SECOND));
    }

    #[tokio::test]
    async fn a_sleeper_wakes_at_its_moment_and_not_before() {
        let clock = FakeClock::new();
        let mut sleep = clock.sleep(SECOND);
        clock.advance(SECOND - Duration::from_nanos(1));
        assert!(futures::poll!(&mut sleep).is_pending());
        clock.advance(Duration::from_nanos(1));
        assert!(futures::poll!(&mut sleep).is_ready());
    }

    #[tokio::test]
    async fn a_sleep_of_zero_is_over_at_once() {
        assert!(futures::poll!(FakeClock::new().sleep(Duration::ZERO)).is_ready());
    }

    #[tokio::test]
    async fn sleepers_wake_in_the_order_of_their_moments() {
        let clock = FakeClock::new();
        let order = Arc::new(Mutex::new(Vec::new()));
        for seconds in [3, 1, 2] {
            let (sleep, order) = (clock.sleep(SECOND * seconds), Arc::clone(&order));
            tokio::spawn(async move {
                sleep.await;
                order.lock().unwrap().push(seconds);
            });
        }
        settle().await;
        clock.advance(SECOND * 3);
        settle().await;
        assert_eq!(*order.lock().unwrap(), [1, 2, 3]);
    }

    #[tokio::test]
    async fn running_lets_a_loop_sleep_again_and_see_each_moment() {
        let clock = FakeClock::new();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (ticking, ticks) = (clock.clone(), Arc::clone(&seen));
        tokio::spawn(async move {
            loop {
                ticking.sleep(SECOND).await;
                ticks.lock().unwrap().push(ticking.monotonic().as_secs());
            }
        });
        clock.run(SECOND * 3).await;
        assert_eq!(*seen.lock().unwrap(), [1, 2, 3]);
        assert_eq!(clock.monotonic(), SECOND * 3);
    }

    #[tokio::test]
    async fn a_test_can_wait_until_somebody_sleeps() {
        let clock = FakeClock::new();
        let sleeping = clock.shared();
        let sleeper = tokio::spawn(async move { sleeping.sleep(SECOND).await });
        clock.until_asleep(1).await;
        clock.advance(SECOND);
        sleeper.await.unwrap();
        assert_eq!(clock.sleepers(), 0);
    }

    #[test]
    fn a_sleep_that_was_given_up_is_forgotten() {
        let clock = FakeClock::new();
        drop(clock.sleep(SECOND));
        assert_eq!(clock.sleepers(), 0);
    }

    #[tokio::test]
    async fn a_time_out_passes_on_the_fake_clock() {
        let clock = FakeClock::new();
        let shared = clock.shared();
        let waiting =
            tokio::spawn(async move { timeout(&shared, SECOND * 8, std::future::pending::<()>()).await });
        clock.until_asleep(1).await;
        clock.advance(SECOND * 8);
        assert_eq!(waiting.await.unwrap(), Err(Elapsed(SECOND * 8)));
    }

    #[tokio::test]
    async fn the_scaled_clock_passes_long_sleeps_quickly() {
        let clock = ScaledClock::new(1000);
        let (wall, real) = (clock.now(), Instant::now());
        clock.sleep(SECOND * 20).await;
        assert!(clock.monotonic() >= SECOND * 20);
        assert!(clock.now().duration_since(wall) >= SignedDuration::from_secs(20));
        assert!(real.elapsed() < SECOND * 10);
    }
}
