//! How long to wait before the next attempt at a mail.

use std::time::Duration;

const FIRST: Duration = Duration::from_secs(15);
const LONGEST: Duration = Duration::from_secs(30 * 60);

/// The pause after so many attempts that did not work: doubled each time, half of it left to chance.
pub fn pause(tries: i32, chance: u8) -> Duration {
    let doublings = u32::try_from(tries.saturating_sub(1)).unwrap_or(0).min(16);
    let whole = FIRST.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST);
    whole / 2 + whole / 2 * u32::from(chance) / 255
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_are_never_less_than_half() {
        for (tries, whole) in [(0, 15), (1, 15), (2, 30), (5, 240), (8, 1800), (99, 1800)] {
            let whole = Duration::from_secs(whole);
            assert_eq!((pause(tries, 0), pause(tries, 255)), (whole / 2, whole), "{tries}");
        }
    }
}
