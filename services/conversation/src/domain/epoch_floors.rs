//! Which epoch of control a follower has been told of, for the conversations whose answers it watches: no older piece of an answer may
//! follow.
//!
//! Bounded, and may forget: what is not known here is asked of the conversation itself, whose epoch is never below what was told.

use std::collections::HashMap;

use baton_kit::life::ids::WorkspaceId;

use super::ids::{ContactId, ConversationId};

/// What is known of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Floor {
    /// Pieces of an older epoch are not told.
    pub control_epoch: i64,
    /// The tenant.
    pub workspace: WorkspaceId,
    /// Whose conversation it is.
    pub contact: ContactId,
}

/// The floors of the conversations used last, in two generations: when the young one is full it becomes the old one, which is forgotten.
#[derive(Debug)]
pub struct EpochFloors {
    half: usize,
    young: HashMap<ConversationId, Floor>,
    old: HashMap<ConversationId, Floor>,
}

impl EpochFloors {
    /// Knows at most `capacity` conversations, and of the ones used last at least half as many.
    pub fn new(capacity: usize) -> Self {
        Self { half: (capacity / 2).max(1), young: HashMap::new(), old: HashMap::new() }
    }

    /// What is known of a conversation; looking counts as use.
    pub fn get(&mut self, id: ConversationId) -> Option<Floor> {
        if let Some(floor) = self.young.get(&id) {
            return Some(*floor);
        }
        let floor = self.old.remove(&id)?;
        self.insert(id, floor);
        Some(floor)
    }

    /// Learns of a conversation. What is known already is never lowered.
    pub fn learn(&mut self, id: ConversationId, floor: Floor) {
        let known = self.get(id).map_or(floor.control_epoch, |known| known.control_epoch);
        self.insert(id, Floor { control_epoch: known.max(floor.control_epoch), ..floor });
    }

    /// The follower is told of an epoch. A conversation that is not known here need not become so.
    pub fn raise(&mut self, id: ConversationId, control_epoch: i64) {
        let known = self.young.get_mut(&id).or_else(|| self.old.get_mut(&id));
        if let Some(floor) = known {
            floor.control_epoch = floor.control_epoch.max(control_epoch);
        }
    }

    fn insert(&mut self, id: ConversationId, floor: Floor) {
        if self.young.len() >= self.half && !self.young.contains_key(&id) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(id, floor);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn conversation(number: u8) -> ConversationId {
        ConversationId::from_uuid(Uuid::from_u128(number.into()))
    }

    fn floor(control_epoch: i64) -> Floor {
        let (workspace, contact) = (WorkspaceId::from_uuid(Uuid::nil()), ContactId::from_uuid(Uuid::nil()));
        Floor { control_epoch, workspace, contact }
    }

    #[test]
    fn what_is_used_is_kept_and_what_is_not_is_forgotten() {
        let mut floors = EpochFloors::new(4);
        floors.learn(conversation(0), floor(7));
        for number in 1..100 {
            floors.learn(conversation(number), floor(1));
            assert_eq!(floors.get(conversation(0)), Some(floor(7)), "{number}");
            assert!(floors.young.len() + floors.old.len() <= 4);
        }
        assert_eq!(floors.get(conversation(1)), None);
    }

    proptest! {
        /// A follower with room for two conversations, against all that was told: whatever order control changes and pieces come in.
        #[test]
        fn g_h1_no_delta_of_an_older_epoch_follows_what_was_told(
            steps in prop::collection::vec((0..5_u8, any::<bool>(), 0..4_i64), 1..200)
        ) {
            let (mut floors, mut truth, mut told) = (EpochFloors::new(2), [1_i64; 5], [0_i64; 5]);
            for (number, changes, behind) in steps {
                let (id, at) = (conversation(number), usize::from(number));
                if changes {
                    truth[at] += 1;
                    told[at] = truth[at];
                    floors.raise(id, truth[at]);
                    continue;
                }
                let floor = floors.get(id).unwrap_or_else(|| {
                    floors.learn(id, floor(truth[at]));
                    floor(truth[at])
                });
                let piece = (truth[at] - behind).max(1);
                if piece >= floor.control_epoch {
                    prop_assert!(piece >= told[at]);
                }
            }
        }
    }
}
