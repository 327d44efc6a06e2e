//! How long a model may take: to its first word, to the next ones, in all.
//!
//! Pure: time is given. Must not know who speaks.

use std::time::Duration;

/// The longest pause after the first word, whatever came before it. With a first word after 6 s, a model that then only drips is found
/// out in time for the promise that people are asked for within 10 s.
const LONGEST_PAUSE: Duration = Duration::from_millis(2500);

/// What is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// To the first word, retries included.
    pub first: Duration,
    /// To the end.
    pub total: Duration,
    /// What has to come after the first word, on average.
    pub least_bytes_per_second: u32,
}

/// What was waited for in vain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Late {
    /// The first word.
    First,
    /// The next words.
    Rate,
    /// The end.
    Total,
}

/// The clock of one answer.
#[derive(Debug)]
pub struct Pace {
    patience: Patience,
    end: Duration,
    due: Duration,
    begun: bool,
}

impl Pace {
    /// Begins now.
    pub fn new(patience: Patience, now: Duration) -> Self {
        let (end, due) = (now.saturating_add(patience.total), now.saturating_add(patience.first));
        Self { patience, end, due, begun: false }
    }

    /// Something came. Each byte buys the time that it may take at the least rate, up to the longest pause.
    pub fn came(&mut self, bytes: usize, now: Duration) {
        if bytes == 0 {
            return;
        }
        let most = now.saturating_add(LONGEST_PAUSE);
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let bought =
            Duration::from_secs(1).saturating_mul(bytes) / self.patience.least_bytes_per_second.max(1);
        self.due = if self.begun { self.due.saturating_add(bought).min(most) } else { most };
        self.begun = true;
    }

    /// How much longer may be waited for something; nothing is left if it is too late.
    pub fn left(&self, now: Duration) -> Duration {
        self.due.min(self.end).saturating_sub(now)
    }

    /// Whether anything came yet.
    pub fn has_begun(&self) -> bool {
        self.begun
    }

    /// What was waited for, once nothing is left.
    pub fn late(&self) -> Late {
        match self.begun {
            _ if self.end <= self.due => Late::Total,
            true => Late::Rate,
            false => Late::First,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn pace() -> Pace {
        let patience = Patience { first: SECOND * 6, total: SECOND * 60, least_bytes_per_second: 4 };
        Pace::new(patience, SECOND * 100)
    }

    #[test]
    fn g_h4_the_first_word_is_waited_for_six_seconds() {
        let pace = pace();
        assert_eq!(pace.left(SECOND * 101), SECOND * 5);
        assert_eq!((pace.left(SECOND * 106), pace.late()), (Duration::ZERO, Late::First));
    }

    #[test]
    fn g_h4_a_byte_a_second_is_too_little() {
        let mut pace = pace();
        let mut now = SECOND * 101;
        while !pace.left(now).is_zero() {
            pace.came(1, now);
            now += SECOND;
        }
        assert!(now <= SECOND * 105, "{now:?}");
        assert_eq!(pace.late(), Late::Rate);
    }

    #[test]
    fn what_keeps_coming_is_cut_off_at_the_end() {
        let mut pace = pace();
        let mut now = SECOND * 101;
        while !pace.left(now).is_zero() {
            pace.came(if now < SECOND * 130 { 4 } else { 100 }, now);
            now += SECOND;
        }
        assert_eq!((now, pace.late()), (SECOND * 160, Late::Total));
    }
}
