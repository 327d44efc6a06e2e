//! A circuit breaker: when calls to a provider fail too often, the next ones fail at once, until a single one has shown that the
//! provider is back.
//!
//! Pure: time and chance are given. Must not know what is called.

use std::{collections::VecDeque, time::Duration};

/// How far the time of being open is moved by chance, either way: replicas should not come back together.
const JITTER: f64 = 0.2;

/// When it opens, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerRules {
    /// Opens when this share of the calls in the window failed, in per cent.
    pub failure_percent: u32,
    /// And there were at least so many of them.
    pub least_calls: usize,
    /// Over which time calls are counted.
    pub window: Duration,
    /// Opens at once after so many calls in a row that found nobody there.
    pub connect_failures: u32,
    /// For how long it lets nothing through, before chance.
    pub open_for: Duration,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallOutcome {
    /// The provider answered, whatever it said.
    Answered,
    /// It failed, or was too slow.
    Failed,
    /// Nobody was there.
    NotConnected,
    /// The caller lost interest: says nothing about the provider.
    Abandoned,
}

/// A call that was let through; its outcome has to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    phase: u64,
}

/// What an outcome changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turned {
    /// It lets nothing through for so long.
    Open(Duration),
    /// It lets everything through again.
    Closed,
}

/// The breaker of one provider.
#[derive(Debug)]
pub struct Breaker {
    rules: BreakerRules,
    state: State,
    /// Rises with every change of state; outcomes of calls from an earlier phase are too old to count.
    phase: u64,
}

#[derive(Debug)]
enum State {
    Closed { calls: VecDeque<Call>, unconnected: u32 },
    Open { until: Duration },
    Probing,
}

#[derive(Debug, Clone, Copy)]
struct Call {
    at: Duration,
    failed: bool,
}

impl Breaker {
    /// A closed one.
    pub fn new(rules: BreakerRules) -> Self {
        Self { rules, state: closed(), phase: 0 }
    }

    /// Whether calls are refused at the moment.
    pub fn is_open(&self) -> bool {
        !matches!(self.state, State::Closed { .. })
    }

    /// Lets a call through, or not. `now` is time since any fixed moment.
    pub fn admit(&mut self, now: Duration) -> Option<Ticket> {
        match self.state {
            State::Closed { .. } => {}
            State::Open { until } if now >= until => self.turn(State::Probing),
            State::Open { .. } | State::Probing => return None,
        }
        Some(Ticket { phase: self.phase })
    }

    /// A call's first piece came: the provider is back, and nobody waits for the end of what it says to the one that tries. How that
    /// ends counts all the same, like any other call's.
    pub fn began(&mut self, ticket: &mut Ticket) -> Option<Turned> {
        if ticket.phase != self.phase || !matches!(self.state, State::Probing) {
            return None;
        }
        self.turn(closed());
        ticket.phase = self.phase;
        Some(Turned::Closed)
    }

    /// Takes an outcome. `chance` is between -1 and 1.
    pub fn record(
        &mut self,
        ticket: Ticket,
        outcome: CallOutcome,
        now: Duration,
        chance: f64,
    ) -> Option<Turned> {
        if ticket.phase != self.phase {
            return None;
        }
        let rules = self.rules;
        match (&mut self.state, outcome) {
            (State::Probing, CallOutcome::Abandoned) => {
                // The next call tries instead.
                self.turn(State::Open { until: now });
                None
            }
            (State::Probing, CallOutcome::Answered) => {
                self.turn(closed());
                Some(Turned::Closed)
            }
            (State::Probing, CallOutcome::Failed | CallOutcome::NotConnected) => Some(self.open(now, chance)),
            (State::Closed { calls, unconnected }, outcome) => {
                let due = count(calls, unconnected, outcome, now, &rules);
                due.then(|| self.open(now, chance))
            }
            (State::Open { .. }, _) => None,
        }
    }

    fn open(&mut self, now: Duration, chance: f64) -> Turned {
        let length = self.rules.open_for.mul_f64(1.0 + JITTER * chance.clamp(-1.0, 1.0));
        self.turn(State::Open { until: now.saturating_add(length) });
        Turned::Open(length)
    }

    fn turn(&mut self, state: State) {
        self.state = state;
        self.phase += 1;
    }
}

fn closed() -> State {
    State::Closed { calls: VecDeque::new(), unconnected: 0 }
}

/// Counts a call of a closed breaker; whether it is to open.
fn count(
    calls: &mut VecDeque<Call>,
    unconnected: &mut u32,
    outcome: CallOutcome,
    now: Duration,
    rules: &BreakerRules,
) -> bool {
    let failed = match outcome {
        CallOutcome::Abandoned => return false,
        CallOutcome::Answered => false,
        CallOutcome::Failed | CallOutcome::NotConnected => true,
    };
    *unconnected = if outcome == CallOutcome::NotConnected { *unconnected + 1 } else { 0 };
    calls.push_back(Call { at: now, failed });
    while calls.front().is_some_and(|call| now.saturating_sub(call.at) > rules.window) {
        calls.pop_front();
    }
    let failures = calls.iter().filter(|call| call.failed).count();
    let too_many = calls.len() >= rules.least_calls
        && failures as u64 * 100 >= calls.len() as u64 * u64::from(rules.failure_percent);
    too_many || *unconnected >= rules.connect_failures
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn rules() -> BreakerRules {
        BreakerRules {
            failure_percent: 50,
            least_calls: 20,
            window: SECOND * 10,
            connect_failures: 5,
            open_for: SECOND * 5,
        }
    }

    fn call(breaker: &mut Breaker, outcome: CallOutcome, at: Duration) -> Option<Turned> {
        let ticket = breaker.admit(at).expect("it is let through");
        breaker.record(ticket, outcome, at, 0.0)
    }

    #[test]
    fn g_h4_it_opens_when_half_of_twenty_calls_in_ten_seconds_failed() {
        let mut breaker = Breaker::new(rules());
        for n in 0..19 {
            let outcome = if n % 2 == 0 { CallOutcome::Failed } else { CallOutcome::Answered };
            assert_eq!(call(&mut breaker, outcome, SECOND * n / 4), None, "{n}");
        }
        assert_eq!(call(&mut breaker, CallOutcome::Failed, SECOND * 5), Some(Turned::Open(SECOND * 5)));
        assert!(breaker.is_open() && breaker.admit(SECOND * 9).is_none());
    }

    #[test]
    fn failures_that_are_long_ago_do_not_count() {
        let mut breaker = Breaker::new(rules());
        for _ in 0..19 {
            call(&mut breaker, CallOutcome::Failed, Duration::ZERO);
        }
        assert_eq!(call(&mut breaker, CallOutcome::Failed, SECOND * 11), None);
        assert!(!breaker.is_open());
    }

    #[test]
    fn g_h4_it_opens_at_once_when_nobody_is_there() {
        let mut breaker = Breaker::new(rules());
        for _ in 0..4 {
            assert_eq!(call(&mut breaker, CallOutcome::NotConnected, SECOND), None);
        }
        call(&mut breaker, CallOutcome::Abandoned, SECOND);
        assert!(call(&mut breaker, CallOutcome::NotConnected, SECOND).is_some());
        let mut breaker = Breaker::new(rules());
        for _ in 0..4 {
            call(&mut breaker, CallOutcome::NotConnected, SECOND);
        }
        call(&mut breaker, CallOutcome::Failed, SECOND);
        assert_eq!(
            call(&mut breaker, CallOutcome::NotConnected, SECOND),
            None,
            "somebody was there meanwhile"
        );
    }

    fn opened() -> Breaker {
        let mut breaker = Breaker::new(BreakerRules { connect_failures: 1, ..rules() });
        call(&mut breaker, CallOutcome::NotConnected, Duration::ZERO);
        breaker
    }

    #[test]
    fn g_h4_one_call_tries_and_its_outcome_decides() {
        let mut breaker = opened();
        assert!(breaker.admit(SECOND * 4).is_none());
        let probe = breaker.admit(SECOND * 5).expect("one is let through");
        assert!(breaker.admit(SECOND * 5).is_none(), "and no other");
        let turned = breaker.record(probe, CallOutcome::Failed, SECOND * 6, 1.0);
        assert_eq!(turned, Some(Turned::Open(SECOND * 6)));
        assert!(breaker.admit(SECOND * 11).is_none());
        assert_eq!(call(&mut breaker, CallOutcome::Answered, SECOND * 12), Some(Turned::Closed));
        assert!(!breaker.is_open());
    }

    #[test]
    fn g_h4_the_first_piece_closes_it_and_the_end_of_that_call_still_counts() {
        let mut breaker = opened();
        let mut probe = breaker.admit(SECOND * 5).expect("one is let through");
        assert_eq!(breaker.began(&mut probe), Some(Turned::Closed));
        assert!(breaker.admit(SECOND * 5).is_some() && !breaker.is_open());
        assert_eq!(breaker.began(&mut probe), None);
        assert!(breaker.record(probe, CallOutcome::NotConnected, SECOND * 6, 0.0).is_some());
        assert!(breaker.is_open());
        let mut late = probe;
        assert_eq!(breaker.began(&mut late), None, "it is from before");
        assert!(breaker.is_open());
    }

    #[test]
    fn a_try_that_was_given_up_leaves_the_next_one_to_try() {
        let mut breaker = opened();
        let probe = breaker.admit(SECOND * 5).unwrap();
        assert_eq!(breaker.record(probe, CallOutcome::Abandoned, SECOND * 6, 0.0), None);
        assert!(breaker.admit(SECOND * 6).is_some());
    }

    #[test]
    fn a_call_from_before_it_opened_says_nothing_any_more() {
        let mut breaker = Breaker::new(BreakerRules { connect_failures: 1, ..rules() });
        let slow = breaker.admit(Duration::ZERO).unwrap();
        call(&mut breaker, CallOutcome::NotConnected, SECOND);
        assert_eq!(breaker.record(slow, CallOutcome::Answered, SECOND * 2, 0.0), None);
        assert!(breaker.is_open());
    }

    fn outcome() -> impl Strategy<Value = CallOutcome> {
        prop::sample::select(vec![
            CallOutcome::Answered,
            CallOutcome::Failed,
            CallOutcome::NotConnected,
            CallOutcome::Abandoned,
        ])
    }

    proptest! {
        #[test]
        fn it_never_stays_open_for_good_and_never_lets_two_try(calls in prop::collection::vec((outcome(), 0u64..3000, -2.0f64..2.0), 0..200)) {
            let (mut breaker, mut now) = (Breaker::new(rules()), Duration::ZERO);
            for (outcome, later, chance) in calls {
                now += Duration::from_millis(later);
                let was_open = breaker.is_open();
                if let Some(ticket) = breaker.admit(now) {
                    prop_assert!(!was_open || breaker.admit(now).is_none());
                    breaker.record(ticket, outcome, now, chance);
                }
            }
            prop_assert!(breaker.admit(now + SECOND * 6).is_some());
        }
    }
}
