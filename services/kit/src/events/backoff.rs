//! How long to wait before the next attempt: longer each time, and never all at once.
//!
//! Must not know what is attempted.

use std::time::Duration;

use crate::life::ids::SharedIds;

const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(300);

/// The pause after the `attempts`-th failed attempt: doubled each time, half of it left to chance.
pub(super) fn pause(attempts: i32, ids: &SharedIds) -> Duration {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0);
    let whole = FIRST.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST);
    let mut chance = [0];
    ids.fill(&mut chance);
    let [chance] = chance;
    whole / 2 + whole / 2 * u32::from(chance) / 255
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::life::ids::SystemIds;

    #[test]
    fn pauses_double_up_to_the_longest_and_are_never_less_than_half() {
        let ids = SystemIds::new();
        for (attempts, whole) in
            [(1, 500), (2, 1_000), (5, 8_000), (10, 256_000), (11, 300_000), (99, 300_000)]
        {
            let (pause, whole) = (pause(attempts, &ids), Duration::from_millis(whole));
            assert!(pause >= whole / 2 && pause <= whole, "attempt {attempts}: {pause:?}");
        }
    }
}
