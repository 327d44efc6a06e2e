//! What those are called whom a visitor hears, and who they are.

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

use super::{
    ids::{AssistantId, MemberId},
    message::Author,
};

/// Assistants and members whose names are to be looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Speakers {
    assistants: BTreeSet<AssistantId>,
    members: BTreeSet<MemberId>,
}

impl Speakers {
    /// Who wrote these, as far as they have a name of ours.
    pub fn of(authors: impl IntoIterator<Item = Author>) -> Self {
        let mut speakers = Self::default();
        authors.into_iter().for_each(|author| speakers.add_author(author));
        speakers
    }

    /// One more.
    pub fn add_author(&mut self, author: Author) {
        match author {
            Author::Ai(id) => drop(self.assistants.insert(id)),
            Author::Member(id) => self.add_member(id),
            Author::Visitor(_) | Author::System => {}
        }
    }

    /// One more.
    pub fn add_member(&mut self, member: MemberId) {
        self.members.insert(member);
    }

    /// Nobody is to be looked up.
    pub fn is_empty(&self) -> bool {
        self.assistants.is_empty() && self.members.is_empty()
    }

    /// The assistants.
    pub fn assistants(&self) -> impl Iterator<Item = AssistantId> {
        self.assistants.iter().copied()
    }

    /// The members.
    pub fn members(&self) -> impl Iterator<Item = MemberId> {
        self.members.iter().copied()
    }
}

/// Names that were looked up. Who is not known has none.
#[derive(Debug, Clone, Default)]
pub struct Names(HashMap<Uuid, String>);

impl Names {
    /// By id.
    pub fn new(by_id: impl IntoIterator<Item = (Uuid, String)>) -> Self {
        Self(by_id.into_iter().collect())
    }

    /// Of an assistant or a member; empty for others.
    pub fn of_author(&self, author: Author) -> String {
        match author {
            Author::Ai(id) => self.named(id.uuid()),
            Author::Member(id) => self.of_member(id),
            Author::Visitor(_) | Author::System => String::new(),
        }
    }

    /// Of a member.
    pub fn of_member(&self, member: MemberId) -> String {
        self.named(member.uuid())
    }

    fn named(&self, id: Uuid) -> String {
        self.0.get(&id).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::ContactId;

    #[test]
    fn only_assistants_and_members_are_named() {
        let id = Uuid::from_u128;
        let (ai, member) =
            (Author::Ai(AssistantId::from_uuid(id(1))), Author::Member(MemberId::from_uuid(id(2))));
        let visitor = Author::Visitor(ContactId::from_uuid(id(3)));
        assert!(Speakers::of([visitor, Author::System]).is_empty());
        let speakers = Speakers::of([ai, member, visitor, ai]);
        assert_eq!((speakers.assistants().count(), speakers.members().count()), (1, 1));
        let names = Names::new([(id(1), "Robin".to_owned()), (id(3), "never".to_owned())]);
        let said = [ai, member, visitor, Author::System].map(|author| names.of_author(author));
        assert_eq!(said, ["Robin", "", "", ""]);
    }
}
