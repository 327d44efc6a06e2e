//! A reply that is used again, who may use it and who may change it.

use std::{fmt, str::FromStr};

use baton_kit::life::ids::WorkspaceId;
use jiff::Timestamp;

use super::{
    etag::Etag,
    ids::{CannedResponseId, MemberId, TeamId},
    name::DisplayName,
    template::Template,
};

/// The most characters its title has.
pub const LONGEST_TITLE: usize = 80;

/// The most bytes its text has.
pub const LONGEST_TEXT: usize = 8 * 1024;

/// The most that the workspace, one team or one member has.
pub const MOST_OF_A_PLACE: u64 = 500;

/// By what it is called up, and how such a word begins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shortcut(String);

/// Not a shortcut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must have 1 to 40 characters of a-z, 0-9, `_` and `-`")]
pub struct ShortcutError;

impl Shortcut {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Shortcut {
    type Err = ShortcutError;

    fn from_str(text: &str) -> Result<Self, ShortcutError> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-');
        if (1..=40).contains(&text.len()) && text.bytes().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ShortcutError)
        }
    }
}

impl fmt::Display for Shortcut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who may use a canned response. A shortcut is unique within each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Everybody.
    Workspace,
    /// The members of this team.
    Team(TeamId),
    /// This member.
    Personal(MemberId),
}

/// Who asks, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asker {
    /// The member it is; `None` for a key, which has nothing of its own and is in no team.
    pub member: Option<MemberId>,
    /// Whether it may change members and teams.
    pub manages: bool,
}

impl Asker {
    /// Whether it may use what is every team's, not only its own teams'.
    pub fn of_every_team(self) -> bool {
        self.manages || self.member.is_none()
    }

    /// Whether it may make and change what reaches so far.
    pub fn may_change(self, reach: Reach) -> bool {
        match reach {
            Reach::Workspace | Reach::Team(_) => self.manages,
            Reach::Personal(owner) => self.member == Some(owner),
        }
    }
}

/// A reply that is used again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannedResponse {
    /// Its id.
    pub id: CannedResponseId,
    /// The tenant.
    pub workspace: WorkspaceId,
    /// Who may use it.
    pub reach: Reach,
    /// Unique within its reach.
    pub shortcut: Shortcut,
    /// Shown in lists.
    pub title: DisplayName,
    /// What is said.
    pub text: Template,
    /// When made.
    pub created_at: Timestamp,
    /// Rises with every change.
    pub revision: i64,
}

/// What is to be changed: what is named here, and nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CannedEdit {
    /// The shortcut.
    pub shortcut: Option<Shortcut>,
    /// The title.
    pub title: Option<DisplayName>,
    /// The text.
    pub text: Option<Template>,
}

impl CannedResponse {
    /// What a change must name.
    pub fn etag(&self) -> Etag {
        Etag::of(self.revision)
    }

    /// The canned response after the change, of the next revision; `None` if it is so already.
    pub fn edited(&self, edit: CannedEdit) -> Option<Self> {
        let after = Self {
            shortcut: edit.shortcut.unwrap_or_else(|| self.shortcut.clone()),
            title: edit.title.unwrap_or_else(|| self.title.clone()),
            text: edit.text.unwrap_or_else(|| self.text.clone()),
            ..self.clone()
        };
        (after != *self).then(|| Self { revision: self.revision + 1, ..after })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn member(n: u128) -> MemberId {
        MemberId::from_uuid(Uuid::from_u128(n))
    }

    fn thanks() -> CannedResponse {
        CannedResponse {
            id: CannedResponseId::from_uuid(Uuid::from_u128(1)),
            workspace: WorkspaceId::from_uuid(Uuid::from_u128(2)),
            reach: Reach::Workspace,
            shortcut: "thanks".parse().unwrap(),
            title: DisplayName::new("Thank you"),
            text: "Thank you, {{contact.name|dear customer}}!".parse().unwrap(),
            created_at: Timestamp::UNIX_EPOCH,
            revision: 1,
        }
    }

    #[test]
    fn a_shortcut_is_short_and_plain() {
        let longest = "a".repeat(40);
        for good in ["a", "thanks", "re_open-2", "-", &longest] {
            assert_eq!(good.parse::<Shortcut>().unwrap().as_str(), good);
        }
        let too_long = "a".repeat(41);
        for bad in ["", "Thanks", "a b", "ä", "a\0", "/thanks", "a.b", &too_long] {
            assert_eq!(bad.parse::<Shortcut>(), Err(ShortcutError), "{bad:?}");
        }
    }

    #[test]
    fn the_staffs_are_changed_by_who_manages_it_and_ones_own_by_oneself_alone() {
        let team = Reach::Team(TeamId::from_uuid(Uuid::from_u128(7)));
        let (own, others) = (Reach::Personal(member(1)), Reach::Personal(member(2)));
        let (person, key) = (Some(member(1)), None);
        for (member, manages, allowed) in [
            (person, true, [true, true, true, false]),
            (person, false, [false, false, true, false]),
            (key, true, [true, true, false, false]),
            (key, false, [false; 4]),
        ] {
            let asker = Asker { member, manages };
            assert_eq!([Reach::Workspace, team, own, others].map(|reach| asker.may_change(reach)), allowed);
            assert_eq!(asker.of_every_team(), manages || member.is_none());
        }
    }

    #[test]
    fn an_edit_changes_what_it_names_and_nothing_else() {
        let before = thanks();
        let next = CannedResponse { revision: 2, ..before.clone() };
        let shortcut: Shortcut = "ta".parse().unwrap();
        let title = DisplayName::new("Ta");
        let text: Template = "Ta!".parse().unwrap();
        for (edit, after) in [
            (
                CannedEdit { shortcut: Some(shortcut.clone()), ..Default::default() },
                CannedResponse { shortcut, ..next.clone() },
            ),
            (
                CannedEdit { title: Some(title.clone()), ..Default::default() },
                CannedResponse { title, ..next.clone() },
            ),
            (CannedEdit { text: Some(text.clone()), ..Default::default() }, CannedResponse { text, ..next }),
        ] {
            assert_ne!(after.etag(), before.etag());
            assert_eq!(before.edited(edit), Some(after));
        }
    }

    #[test]
    fn what_is_so_already_is_no_change() {
        let same = thanks();
        let all = CannedEdit {
            shortcut: Some(same.shortcut.clone()),
            title: Some(same.title.clone()),
            text: Some(same.text.clone()),
        };
        assert_eq!(same.edited(all), None);
        assert_eq!(same.edited(CannedEdit::default()), None);
    }
}
