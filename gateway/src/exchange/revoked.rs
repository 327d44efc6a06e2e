//! What was revoked, and when: what was asked for before it no longer counts, whenever its answer comes. Pure; must not know what a
//! name stands for.

use std::{collections::HashMap, sync::Arc};

use super::Fingerprint;

/// What a token can be revoked by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Name {
    /// The secret it was given for.
    Secret(Fingerprint),
    /// A session, key or member, as team names it.
    Id(Arc<str>),
}

/// A place in the order of what was asked and what was revoked here.
pub(super) type Moment = u64;

/// What is left of something remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing is known against it.
    Good,
    /// It may have been revoked unheard: to be asked for anew, and only good while nobody answers.
    Old,
    /// It was revoked: of no use any more.
    Revoked,
}

/// The book of it. Holds at most `most` names.
pub(super) struct Revoked {
    now: Moment,
    /// What was asked for before is old.
    old: Moment,
    /// What was asked for before is taken as revoked: the names of that time are forgotten.
    forgotten: Moment,
    of: HashMap<Name, Moment>,
    most: usize,
}

impl Revoked {
    /// Nothing was revoked.
    pub fn new(most: usize) -> Self {
        Self { now: 0, old: 0, forgotten: 0, of: HashMap::new(), most }
    }

    /// Now: what is asked for at this moment is not concerned by what was revoked so far.
    pub fn now(&self) -> Moment {
        self.now
    }

    /// Takes down that one name is revoked.
    pub fn name(&mut self, name: Name) {
        self.now += 1;
        if self.of.len() >= self.most && !self.of.contains_key(&name) {
            self.of.clear();
            self.forgotten = self.now;
        }
        self.of.insert(name, self.now);
    }

    /// Takes down that anything may have been revoked.
    pub fn anything(&mut self) {
        self.now += 1;
        self.old = self.now;
    }

    /// What is left of what goes by these names and was asked for then.
    pub fn standing(&self, names: &[Name], asked: Moment) -> Standing {
        let last = names.iter().filter_map(|name| self.of.get(name)).max().copied().unwrap_or_default();
        if asked < last.max(self.forgotten) {
            Standing::Revoked
        } else if asked < self.old {
            Standing::Old
        } else {
            Standing::Good
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> Name {
        Name::Id(text.into())
    }

    #[test]
    fn s_11_what_was_asked_for_before_a_revocation_is_of_no_use_after_it() {
        let mut revoked = Revoked::new(8);
        let before = revoked.now();
        revoked.name(id("mem_1"));
        let names = [id("sess_1"), id("mem_1")];
        assert_eq!(revoked.standing(&names, before), Standing::Revoked);
        assert_eq!(revoked.standing(&names, revoked.now()), Standing::Good, "asked for after it");
        assert_eq!(revoked.standing(&[id("mem_2")], before), Standing::Good, "others are not concerned");
    }

    #[test]
    fn when_anything_may_have_been_revoked_everything_is_old() {
        let mut revoked = Revoked::new(8);
        let before = revoked.now();
        revoked.anything();
        assert_eq!(revoked.standing(&[id("mem_1")], before), Standing::Old);
        assert_eq!(revoked.standing(&[id("mem_1")], revoked.now()), Standing::Good);
        revoked.name(id("mem_1"));
        assert_eq!(revoked.standing(&[id("mem_1")], before), Standing::Revoked);
    }

    #[test]
    fn s_11_forgetting_a_name_revokes_too_much_and_never_too_little() {
        let mut revoked = Revoked::new(2);
        let before = revoked.now();
        for n in 0..10 {
            revoked.name(id(&format!("mem_{n}")));
        }
        assert!(revoked.of.len() <= 2);
        for n in 0..12 {
            let standing = revoked.standing(&[id(&format!("mem_{n}"))], before);
            assert_eq!(standing, Standing::Revoked, "mem_{n}");
        }
        assert_eq!(revoked.standing(&[id("mem_3")], revoked.now()), Standing::Good);
    }
}
