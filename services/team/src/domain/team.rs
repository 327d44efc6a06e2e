//! A group of members, and what changing it means.

use std::{collections::BTreeSet, str::FromStr};

use baton_kit::life::ids::WorkspaceId;
use jiff::Timestamp;

use super::{
    etag::Etag,
    ids::{MemberId, TeamId},
    name::DisplayName,
};

/// The most characters the name of a team has.
pub const LONGEST_NAME: usize = 60;

/// The most bytes its description has.
pub const LONGEST_DESCRIPTION: usize = 500;

/// The palette.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// Gray.
    Gray,
    /// Red.
    Red,
    /// Orange.
    Orange,
    /// Amber.
    Amber,
    /// Lime.
    Lime,
    /// Green.
    Green,
    /// Teal.
    Teal,
    /// Cyan.
    Cyan,
    /// Blue.
    Blue,
    /// Indigo.
    Indigo,
    /// Purple.
    Purple,
    /// Pink.
    Pink,
}

/// No colour of the palette.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no colour of the palette")]
pub struct ColorError;

impl Color {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Gray,
        Self::Red,
        Self::Orange,
        Self::Amber,
        Self::Lime,
        Self::Green,
        Self::Teal,
        Self::Cyan,
        Self::Blue,
        Self::Indigo,
        Self::Purple,
        Self::Pink,
    ];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gray => "gray",
            Self::Red => "red",
            Self::Orange => "orange",
            Self::Amber => "amber",
            Self::Lime => "lime",
            Self::Green => "green",
            Self::Teal => "teal",
            Self::Cyan => "cyan",
            Self::Blue => "blue",
            Self::Indigo => "indigo",
            Self::Purple => "purple",
            Self::Pink => "pink",
        }
    }
}

impl FromStr for Color {
    type Err = ColorError;

    fn from_str(text: &str) -> Result<Self, ColorError> {
        Self::ALL.into_iter().find(|color| color.as_str() == text).ok_or(ColorError)
    }
}

/// Who is in a team: each once, in the order of the ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TeamMembers(BTreeSet<MemberId>);

/// Not the members of a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TeamMembersError {
    /// More than a team holds.
    #[error("must have at most {} entries", TeamMembers::MOST)]
    TooMany,
    /// Somebody is named again.
    #[error("must name nobody twice")]
    Twice,
}

impl TeamMembers {
    /// The most members a team has.
    pub const MOST: usize = 200;

    /// These members.
    ///
    /// # Errors
    /// [`TeamMembersError`], each as it says.
    pub fn new(members: &[MemberId]) -> Result<Self, TeamMembersError> {
        if members.len() > Self::MOST {
            return Err(TeamMembersError::TooMany);
        }
        let each: BTreeSet<MemberId> = members.iter().copied().collect();
        if each.len() < members.len() { Err(TeamMembersError::Twice) } else { Ok(Self(each)) }
    }

    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = MemberId> {
        self.0.iter().copied()
    }

    /// All but this one.
    #[must_use]
    pub fn without(&self, member: MemberId) -> Self {
        Self(self.0.iter().copied().filter(|each| *each != member).collect())
    }

    /// Those who are not among `known`.
    pub fn beyond(&self, known: &BTreeSet<MemberId>) -> Vec<MemberId> {
        self.0.difference(known).copied().collect()
    }
}

/// A group of members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// The tenant.
    pub workspace: WorkspaceId,
    /// Unique in the workspace without regard to case.
    pub name: DisplayName,
    /// What it is for.
    pub description: String,
    /// How it is shown.
    pub color: Color,
    /// Who is in it.
    pub members: TeamMembers,
    /// True once archived.
    pub archived: bool,
    /// When made.
    pub created_at: Timestamp,
    /// Rises with every change.
    pub revision: i64,
}

/// What is to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TeamEdit {
    /// What is named here, and nothing else.
    Describe {
        /// The name.
        name: Option<DisplayName>,
        /// The description.
        description: Option<String>,
        /// The colour.
        color: Option<Color>,
    },
    /// Everybody who is in it.
    Members(TeamMembers),
    /// No longer in use, for good.
    Archive,
}

impl Team {
    /// What a change must name.
    pub fn etag(&self) -> Etag {
        Etag::of(self.revision)
    }

    /// The team after the change, of the next revision; `None` if it is so already.
    pub fn edited(&self, edit: TeamEdit) -> Option<Self> {
        let mut team = self.clone();
        match edit {
            TeamEdit::Describe { name, description, color } => {
                team.name = name.unwrap_or(team.name);
                team.description = description.unwrap_or(team.description);
                team.color = color.unwrap_or(team.color);
            }
            TeamEdit::Members(members) => team.members = members,
            TeamEdit::Archive => team.archived = true,
        }
        (team != *self).then(|| Self { revision: self.revision + 1, ..team })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn member(n: u128) -> MemberId {
        MemberId::from_uuid(Uuid::from_u128(n))
    }

    fn team() -> Team {
        Team {
            id: TeamId::from_uuid(Uuid::from_u128(1)),
            workspace: WorkspaceId::from_uuid(Uuid::from_u128(2)),
            name: DisplayName::new("Billing"),
            description: "Invoices".to_owned(),
            color: Color::Teal,
            members: TeamMembers::new(&[member(1)]).unwrap(),
            archived: false,
            created_at: Timestamp::UNIX_EPOCH,
            revision: 1,
        }
    }

    fn describe(name: Option<&str>, description: Option<&str>, color: Option<Color>) -> TeamEdit {
        let (name, description) = (name.map(DisplayName::new), description.map(str::to_owned));
        TeamEdit::Describe { name, description, color }
    }

    #[test]
    fn every_colour_comes_back_by_its_name() {
        for color in Color::ALL {
            assert_eq!(color.as_str().parse(), Ok(color));
        }
        assert_eq!("mauve".parse::<Color>(), Err(ColorError));
    }

    #[test]
    fn a_team_has_at_most_200_members_each_once() {
        let many: Vec<MemberId> = (0..201).map(member).collect();
        let table = [
            (&many[..0], Ok(0)),
            (&many[..200], Ok(200)),
            (&many[..], Err(TeamMembersError::TooMany)),
            (&[member(7), member(8), member(7)], Err(TeamMembersError::Twice)),
        ];
        for (given, expected) in table {
            assert_eq!(TeamMembers::new(given).map(|members| members.iter().count()), expected);
        }
    }

    #[test]
    fn members_stand_in_the_order_of_their_ids() {
        let members = TeamMembers::new(&[member(3), member(1), member(2)]).unwrap();
        assert_eq!(members.iter().collect::<Vec<_>>(), [member(1), member(2), member(3)]);
        assert_eq!(members.beyond(&BTreeSet::from([member(2), member(9)])), [member(1), member(3)]);
    }

    #[test]
    fn an_edit_changes_what_it_names_and_nothing_else() {
        let before = team();
        let others = TeamMembers::new(&[member(2)]).unwrap();
        let next = Team { revision: 2, ..before.clone() };
        let table = [
            (describe(Some("Sales"), None, None), Team { name: DisplayName::new("Sales"), ..next.clone() }),
            (describe(None, Some(""), None), Team { description: String::new(), ..next.clone() }),
            (describe(None, None, Some(Color::Red)), Team { color: Color::Red, ..next.clone() }),
            (TeamEdit::Members(others.clone()), Team { members: others, ..next.clone() }),
            (TeamEdit::Archive, Team { archived: true, ..next }),
        ];
        for (edit, after) in table {
            assert_ne!(after.etag(), before.etag());
            assert_eq!(before.edited(edit), Some(after));
        }
    }

    #[test]
    fn what_is_so_already_is_no_change() {
        let archived = Team { archived: true, ..team() };
        let same = [
            describe(None, None, None),
            describe(Some("Billing"), Some("Invoices"), Some(Color::Teal)),
            TeamEdit::Members(team().members),
            TeamEdit::Archive,
        ];
        for edit in same {
            assert_eq!(archived.edited(edit.clone()), None, "{edit:?}");
        }
    }
}
