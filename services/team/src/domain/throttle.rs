//! How often somebody may try to sign in: a growing wait, never a closed door.
//!
//! An attempt counts when it begins, so that many at once do not slip through together; one that
//! succeeds is taken back. Bounded: whoever floods it makes it forget the oldest, not grow.

use std::{collections::HashMap, hash::Hash, time::Duration};

/// What the throttle allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThrottleLimits {
    /// Attempts before the first wait.
    pub free: u32,
    /// The first wait; each further attempt doubles it.
    pub first_wait: Duration,
    /// The longest wait.
    pub longest_wait: Duration,
    /// Without an attempt for so long, everything is forgotten.
    pub forget_after: Duration,
    /// How many are remembered at once.
    pub remembered: usize,
}

#[derive(Debug, Clone, Copy)]
struct Attempts {
    count: u32,
    last: Duration,
}

/// The attempts of the last while, by account or by caller.
#[derive(Debug)]
pub struct Throttle<K> {
    limits: ThrottleLimits,
    attempts: HashMap<K, Attempts>,
}

impl<K: Hash + Eq + Clone> Throttle<K> {
    /// Nobody has tried yet.
    pub fn new(limits: ThrottleLimits) -> Self {
        Self { limits, attempts: HashMap::new() }
    }

    /// How long this one still has to wait; zero for not at all. `now` is monotonic.
    pub fn wait(&self, key: &K, now: Duration) -> Duration {
        let Some(attempts) = self.live(key, now) else {
            return Duration::ZERO;
        };
        (attempts.last + self.wait_after(attempts.count)).saturating_sub(now)
    }

    /// Counts an attempt that begins.
    pub fn count(&mut self, key: K, now: Duration) {
        let count = self.live(&key, now).map_or(0, |attempts| attempts.count).saturating_add(1);
        if self.attempts.len() >= self.limits.remembered && !self.attempts.contains_key(&key) {
            self.make_room(now);
        }
        self.attempts.insert(key, Attempts { count, last: now });
    }

    /// Takes one attempt back: it succeeded, or failed through no fault of the caller.
    pub fn take_back(&mut self, key: &K) {
        if let Some(attempts) = self.attempts.get_mut(key) {
            attempts.count = attempts.count.saturating_sub(1);
        }
    }

    /// Forgets every attempt of this one.
    pub fn forget(&mut self, key: &K) {
        self.attempts.remove(key);
    }

    fn live(&self, key: &K, now: Duration) -> Option<Attempts> {
        self.attempts.get(key).copied().filter(|attempts| !self.is_over(*attempts, now))
    }

    fn is_over(&self, attempts: Attempts, now: Duration) -> bool {
        now.saturating_sub(attempts.last) >= self.limits.forget_after
    }

    fn wait_after(&self, count: u32) -> Duration {
        let Some(beyond) = count.checked_sub(self.limits.free) else {
            return Duration::ZERO;
        };
        let doubled = 2_u32.checked_pow(beyond).and_then(|factor| self.limits.first_wait.checked_mul(factor));
        doubled.map_or(self.limits.longest_wait, |wait| wait.min(self.limits.longest_wait))
    }

    /// Drops what is over, and if that is too little the older half: one sweep for many attempts.
    fn make_room(&mut self, now: Duration) {
        let forget_after = self.limits.forget_after;
        self.attempts.retain(|_, attempts| now.saturating_sub(attempts.last) < forget_after);
        if self.attempts.len() < self.limits.remembered {
            return;
        }
        let mut ages: Vec<(Duration, K)> =
            self.attempts.iter().map(|(key, attempts)| (attempts.last, key.clone())).collect();
        ages.sort_by_key(|(last, _)| *last);
        for (_, key) in ages.iter().take(ages.len().div_ceil(2)) {
            self.attempts.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const LIMITS: ThrottleLimits = ThrottleLimits {
        free: 5,
        first_wait: SECOND,
        longest_wait: Duration::from_secs(60),
        forget_after: Duration::from_secs(900),
        remembered: 100,
    };

    #[test]
    fn s_61_the_wait_grows_with_every_attempt_up_to_a_bound() {
        let mut throttle = Throttle::new(LIMITS);
        let mut now = Duration::ZERO;
        let mut waits = Vec::new();
        for _ in 0..14 {
            throttle.count("ada", now);
            let wait = throttle.wait(&"ada", now);
            waits.push(wait.as_secs());
            now += wait;
            assert_eq!(throttle.wait(&"ada", now), Duration::ZERO, "never a permanent lock");
        }
        assert_eq!(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
    }

    #[test]
    fn one_account_does_not_wait_for_another() {
        let mut throttle = Throttle::new(LIMITS);
        (0..20).for_each(|_| throttle.count("ada", SECOND));
        assert_eq!(throttle.wait(&"bob", SECOND), Duration::ZERO);
    }

    #[test]
    fn success_forgets_and_a_taken_back_attempt_does_not_count() {
        let mut throttle = Throttle::new(LIMITS);
        (0..5).for_each(|_| throttle.count("ada", SECOND));
        throttle.take_back(&"ada");
        assert_eq!(throttle.wait(&"ada", SECOND), Duration::ZERO);
        throttle.count("ada", SECOND);
        assert_ne!(throttle.wait(&"ada", SECOND), Duration::ZERO);
        throttle.forget(&"ada");
        assert_eq!(throttle.wait(&"ada", SECOND), Duration::ZERO);
        throttle.take_back(&"nobody");
    }

    #[test]
    fn silence_is_forgiven() {
        let mut throttle = Throttle::new(LIMITS);
        (0..20).for_each(|_| throttle.count("ada", Duration::ZERO));
        throttle.count("ada", LIMITS.forget_after);
        assert_eq!(throttle.wait(&"ada", LIMITS.forget_after), Duration::ZERO);
    }

    #[test]
    fn a_flood_makes_it_forget_the_oldest_and_never_grow() {
        let mut throttle = Throttle::new(LIMITS);
        for n in 0..10_000_u64 {
            throttle.count(n, Duration::from_millis(n));
            assert!(throttle.attempts.len() <= LIMITS.remembered);
        }
        assert!(throttle.attempts.contains_key(&9_999));
    }
}
