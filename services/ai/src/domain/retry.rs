//! How often a call may be tried again: little, and less the more calls fail.
//!
//! Pure: chance is given. Must not know what is called.

use std::time::Duration;

/// What a call adds; a try more takes a whole one. So tries stay below 1.2 times the calls.
const EARNED: f64 = 0.2;
/// The most that is saved up.
const MOST: f64 = 5.0;
/// The longest wait before the second try; doubled for each further one.
const BACK_OFF: Duration = Duration::from_millis(300);

/// What tries are paid from. Shared by all calls to one provider.
#[derive(Debug)]
pub struct RetryBudget {
    saved: f64,
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self { saved: 1.0 }
    }
}

impl RetryBudget {
    /// A call was made.
    pub fn earn(&mut self) {
        self.saved = (self.saved + EARNED).min(MOST);
    }

    /// Takes what one more try costs; false if it cannot be afforded.
    pub fn spend(&mut self) -> bool {
        let enough = self.saved >= 1.0;
        if enough {
            self.saved -= 1.0;
        }
        enough
    }
}

/// How long to wait after so many tries: at least a third of the longest wait. `chance` is 0 to 1.
pub fn back_off(tries: u32, chance: f64) -> Duration {
    let most = BACK_OFF * (1 << tries.saturating_sub(1).min(4));
    most.mul_f64((1.0 + 2.0 * chance.clamp(0.0, 1.0)) / 3.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g_h4_tries_stay_below_a_fifth_more_than_calls() {
        let mut budget = RetryBudget::default();
        let tries = (0..1000)
            .filter(|_| {
                budget.earn();
                budget.spend()
            })
            .count();
        assert!((200..=201).contains(&tries), "{tries}");
    }

    #[test]
    fn waiting_grows_and_differs() {
        assert_eq!(back_off(1, 0.0), Duration::from_millis(100));
        assert_eq!(back_off(1, 1.0), Duration::from_millis(300));
        assert_eq!(back_off(2, 1.0), Duration::from_millis(600));
    }
}
