//! Ids and random bytes that repeat: the same seed gives the same run.
//!
//! Anything but random: never outside of tests.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use baton_kit::life::ids::{IdSource, SharedIds};
use uuid::Uuid;

/// Milliseconds of the first id, 2024-01-15 12:00:00 UTC.
const FIRST_MILLISECOND: u64 = 1_705_320_000_000;

const RAND_BITS: u128 = 0x0fff_3fff_ffff_ffff_ffff;
const VERSION_AND_VARIANT: u128 = 0x7000_8000_0000_0000_0000;

/// Keeps the stream of bytes apart from that of ids.
const BYTES: u64 = 0x0062_7974_6573;

/// Ids shaped as UUID v7, strictly increasing, and bytes, both from a seed. Two streams: drawing
/// bytes does not change the ids that follow.
#[derive(Debug)]
pub struct SeededIds {
    seed: u64,
    ids: AtomicU64,
    words: AtomicU64,
}

impl SeededIds {
    /// A source that repeats for the same seed; other seeds give other ids.
    #[expect(clippy::new_ret_no_self, reason = "code under test takes the shared source")]
    pub fn new(seed: u64) -> SharedIds {
        Arc::new(Self { seed, ids: AtomicU64::new(0), words: AtomicU64::new(0) })
    }
}

impl IdSource for SeededIds {
    fn next(&self) -> Uuid {
        let n = self.ids.fetch_add(1, Ordering::Relaxed);
        // One millisecond an id: the time part alone makes them rise.
        let time = u128::from(FIRST_MILLISECOND + n) << 80;
        let high = u128::from(mix(self.seed, 2 * n)) << 64;
        let random = (high | u128::from(mix(self.seed, 2 * n + 1))) & RAND_BITS;
        Uuid::from_u128(time | VERSION_AND_VARIANT | random)
    }

    fn fill(&self, buf: &mut [u8]) {
        for chunk in buf.chunks_mut(8) {
            let n = self.words.fetch_add(1, Ordering::Relaxed);
            let word = mix(self.seed ^ BYTES, n).to_le_bytes();
            chunk.iter_mut().zip(word).for_each(|(place, byte)| *place = byte);
        }
    }
}

/// The `n`th number of a seed's stream (splitmix64).
fn mix(seed: u64, n: u64) -> u64 {
    const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
    // The seed is mixed too: neighbouring seeds would otherwise be one stream, shifted.
    scramble(scramble(seed.wrapping_add(STEP)).wrapping_add(n.wrapping_mul(STEP)))
}

fn scramble(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn ids(seed: u64) -> Vec<Uuid> {
        let source = SeededIds::new(seed);
        (0..1000).map(|_| source.next()).collect()
    }

    fn bytes(seed: u64) -> [u8; 37] {
        let mut bytes = [0; 37];
        SeededIds::new(seed).fill(&mut bytes);
        bytes
    }

    #[test]
    fn the_same_seed_gives_the_same_ids_and_bytes() {
        assert_eq!(ids(7), ids(7));
        assert_eq!(bytes(7), bytes(7));
    }

    #[test]
    fn other_seeds_give_other_ids_and_bytes() {
        let both: BTreeSet<Uuid> = ids(7).into_iter().chain(ids(8)).collect();
        assert_eq!(both.len(), 2000);
        assert_ne!(bytes(7), bytes(8));
    }

    #[test]
    fn ids_rise_strictly_and_are_shaped_as_version_7() {
        let ids = ids(1);
        assert!(ids.is_sorted_by(|a, b| a < b));
        for id in ids {
            assert_eq!((id.get_version_num(), id.get_variant()), (7, uuid::Variant::RFC4122));
        }
    }

    #[test]
    fn drawing_bytes_does_not_change_the_ids() {
        let source = SeededIds::new(3);
        source.fill(&mut [0; 64]);
        assert_eq!(source.next(), SeededIds::new(3).next());
    }
}
