//! The last changes in order, found again by their tokens. Pure; must not know who follows.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use baton_kit::life::ids::WorkspaceId;
use bytes::Bytes;

use super::{
    fence::{ConversationId, Epoch},
    hub::{Audience, ContactId},
};

/// A change as it goes out.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// The place after it.
    pub token: Arc<str>,
    /// What it shows of who may speak.
    pub epoch: Option<Epoch>,
    /// How it looks.
    pub views: Views,
}

/// Something as each audience sees it: serialised once for each, shared by all who follow.
#[derive(Debug, Clone)]
pub(crate) struct Views {
    /// The tenant it belongs to.
    pub workspace: WorkspaceId,
    /// The contact it concerns.
    pub contact: Option<ContactId>,
    /// The conversation it is of.
    pub conversation: Option<ConversationId>,
    /// The frame for the staff.
    pub staff: Option<Bytes>,
    /// The frame for the contact.
    pub visitor: Option<Bytes>,
}

impl Views {
    /// Everyone it may concern.
    pub fn audiences(&self) -> impl Iterator<Item = Audience> + use<> {
        let workspace = self.workspace;
        let visitor = |only| self.contact.map(|contact| Audience::Visitor { workspace, contact, only });
        // Those who may see all of the contact's, and those who may see this conversation only.
        let restricted = self.conversation.and_then(|conversation| visitor(Some(conversation)));
        std::iter::once(Audience::Staff { workspace }).chain(visitor(None)).chain(restricted)
    }

    /// The frame this audience may see.
    pub fn seen_by(&self, audience: &Audience) -> Option<&Bytes> {
        match audience {
            Audience::Staff { workspace } => self.staff.as_ref().filter(|_| *workspace == self.workspace),
            Audience::Visitor { workspace, contact, only } => {
                let theirs = *workspace == self.workspace && Some(*contact) == self.contact;
                let within = only.is_none() || *only == self.conversation;
                self.visitor.as_ref().filter(|_| theirs && within)
            }
        }
    }
}

enum Slot {
    Change(Item),
    /// A place that carries nothing for anybody.
    Mark(Arc<str>),
}

impl Slot {
    fn token(&self) -> &Arc<str> {
        match self {
            Self::Change(item) => &item.token,
            Self::Mark(token) => token,
        }
    }
}

/// The ring. Complete from `floor` on.
pub(super) struct Ring {
    slots: VecDeque<Slot>,
    capacity: usize,
    floor: Option<Arc<str>>,
    /// How many slots were ever dropped at the front: the ordinal of the first one kept.
    dropped: u64,
    places: HashMap<Arc<str>, u64>,
}

impl Ring {
    pub fn new(capacity: usize) -> Self {
        Self { slots: VecDeque::new(), capacity, floor: None, dropped: 0, places: HashMap::new() }
    }

    /// Forgets everything: from here on only what comes is known.
    pub fn clear(&mut self) {
        *self = Self::new(self.capacity);
    }

    /// Adds a change; `false` if it is there already, which an upstream that begins again may cause.
    pub fn push(&mut self, item: Item) -> bool {
        self.append(Slot::Change(item))
    }

    /// Notes a place without a change.
    pub fn mark(&mut self, token: &str) {
        if self.slots.is_empty() && self.floor.is_none() {
            self.floor = Some(token.into());
        } else {
            self.append(Slot::Mark(token.into()));
        }
    }

    /// The newest place known.
    pub fn head(&self) -> Option<&Arc<str>> {
        self.slots.back().map(Slot::token).or(self.floor.as_ref())
    }

    /// Whether a place is known.
    pub fn knows(&self, token: &str) -> bool {
        self.places.contains_key(token) || self.floor.as_deref() == Some(token)
    }

    /// What this audience may see after a place; `None` if the place is not known.
    pub fn after(&self, token: &str, audience: &Audience) -> Option<Vec<Bytes>> {
        let skip = match self.places.get(token) {
            Some(ordinal) => usize::try_from(ordinal + 1 - self.dropped).ok()?,
            None if self.floor.as_deref() == Some(token) => 0,
            None => return None,
        };
        let seen = |slot: &Slot| match slot {
            Slot::Change(item) => item.views.seen_by(audience).cloned(),
            Slot::Mark(_) => None,
        };
        Some(self.slots.iter().skip(skip).filter_map(seen).collect())
    }

    fn append(&mut self, slot: Slot) -> bool {
        let token = Arc::clone(slot.token());
        if token.is_empty() || self.knows(&token) {
            return false;
        }
        if self.slots.len() == self.capacity
            && let Some(oldest) = self.slots.pop_front()
        {
            self.places.remove(oldest.token());
            self.floor = Some(Arc::clone(oldest.token()));
            self.dropped += 1;
        }
        let ordinal = self.dropped + u64::try_from(self.slots.len()).unwrap_or_default();
        self.places.insert(token, ordinal);
        self.slots.push_back(slot);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace(n: u128) -> WorkspaceId {
        WorkspaceId::from_uuid(uuid::Uuid::from_u128(n))
    }

    fn staff() -> Audience {
        Audience::Staff { workspace: workspace(1) }
    }

    fn item(token: &str) -> Item {
        let staff = Some(Bytes::copy_from_slice(token.as_bytes()));
        let views =
            Views { workspace: workspace(1), contact: None, conversation: None, staff, visitor: None };
        Item { token: token.into(), epoch: None, views }
    }

    fn ring(capacity: usize, tokens: &[&str]) -> Ring {
        let mut ring = Ring::new(capacity);
        ring.mark("start");
        for token in tokens {
            ring.push(item(token));
        }
        ring
    }

    #[test]
    fn what_came_after_a_place_is_found_again() {
        let ring = ring(4, &["a", "b", "c"]);
        assert_eq!(ring.after("start", &staff()).unwrap(), ["a", "b", "c"]);
        assert_eq!(ring.after("b", &staff()).unwrap(), ["c"]);
        assert_eq!(ring.after("c", &staff()).unwrap(), Vec::<Bytes>::new());
        assert_eq!(ring.after("x", &staff()), None);
    }

    #[test]
    fn the_place_just_dropped_is_still_good_and_the_one_before_is_not() {
        let ring = ring(2, &["a", "b", "c"]);
        assert_eq!(ring.after("a", &staff()).unwrap(), ["b", "c"]);
        assert_eq!(ring.after("start", &staff()), None);
    }

    #[test]
    fn a_repeated_change_is_not_taken_twice() {
        let mut ring = ring(4, &["a", "b"]);
        assert!(!ring.push(item("a")));
        assert_eq!(ring.after("start", &staff()).unwrap(), ["a", "b"]);
    }

    #[test]
    fn a_mark_is_a_place_without_a_change() {
        let mut ring = ring(4, &["a"]);
        ring.mark("idle");
        ring.push(item("b"));
        assert_eq!(ring.after("idle", &staff()).unwrap(), ["b"]);
        assert_eq!(ring.after("a", &staff()).unwrap(), ["b"]);
        assert_eq!(ring.head().unwrap().as_ref(), "b");
    }

    #[test]
    fn another_workspace_sees_nothing() {
        let other = Audience::Staff { workspace: workspace(2) };
        assert_eq!(ring(4, &["a"]).after("start", &other).unwrap(), Vec::<Bytes>::new());
    }
}
