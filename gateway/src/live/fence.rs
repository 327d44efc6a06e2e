//! One voice: no piece of an answer may follow what showed a newer epoch of control. Pure; must not know who follows.
//!
//! One fence serves all streams of a hub. They are sent everything in the hub's order, so what it has let through is at least what any
//! one of them has shown.

use std::collections::HashMap;

baton_kit::prefixed_id!(
    /// A thread, as conversation names it.
    ConversationId,
    "conv"
);

/// An epoch of control that is shown, or under which a piece of an answer was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Epoch {
    /// Whose.
    pub conversation: ConversationId,
    /// Which.
    pub number: i64,
}

/// The highest epochs shown, of the conversations heard of last. Holds at most twice `most` of them.
pub(super) struct Fence {
    young: HashMap<ConversationId, i64>,
    old: HashMap<ConversationId, i64>,
    most: usize,
    /// Once anything was forgotten, not to know a conversation says nothing any more.
    forgot: bool,
}

impl Fence {
    /// Nothing was shown yet.
    pub fn new(most: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), most, forgot: false }
    }

    /// Notes what is about to be shown.
    pub fn raise(&mut self, epoch: Epoch) {
        let highest = self.highest(epoch.conversation).map_or(epoch.number, |known| known.max(epoch.number));
        if self.young.len() >= self.most && !self.young.contains_key(&epoch.conversation) {
            self.forgot |= !self.old.is_empty();
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(epoch.conversation, highest);
    }

    /// Whether a piece of an answer may be shown. In doubt it may not: it is sent again within a second, and the answer comes whole.
    pub fn lets(&mut self, piece: Epoch) -> bool {
        let lets = self.highest(piece.conversation).map_or(!self.forgot, |known| piece.number >= known);
        if lets {
            self.raise(piece);
        }
        lets
    }

    fn highest(&self, conversation: ConversationId) -> Option<i64> {
        self.young.get(&conversation).or_else(|| self.old.get(&conversation)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch(conversation: u128, number: i64) -> Epoch {
        Epoch { conversation: ConversationId::from_uuid(uuid::Uuid::from_u128(conversation)), number }
    }

    #[test]
    fn g_h1_what_is_below_the_highest_epoch_does_not_pass() {
        let mut fence = Fence::new(8);
        assert!(fence.lets(epoch(1, 3)));
        fence.raise(epoch(1, 4));
        assert!(!fence.lets(epoch(1, 3)));
        assert!(fence.lets(epoch(1, 4)) && fence.lets(epoch(1, 5)));
        fence.raise(epoch(1, 2));
        assert!(!fence.lets(epoch(1, 4)), "an epoch never goes back");
        assert!(fence.lets(epoch(2, 1)), "conversations are apart");
    }

    #[test]
    fn g_h1_a_forgotten_conversation_is_silent_until_it_is_heard_of_again() {
        let mut fence = Fence::new(2);
        for conversation in 1..=5 {
            fence.raise(epoch(conversation, 7));
        }
        assert!(fence.young.len() + fence.old.len() <= 4);
        assert!(!fence.lets(epoch(1, 6)) && !fence.lets(epoch(1, 9)));
        assert!(!fence.lets(epoch(5, 6)) && fence.lets(epoch(5, 7)));
        fence.raise(epoch(1, 9));
        assert!(fence.lets(epoch(1, 9)) && !fence.lets(epoch(1, 8)));
    }
}
