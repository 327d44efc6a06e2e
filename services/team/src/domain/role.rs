//! Roles, and the scopes that each of them gives.
//!
//! Must not know what a scope protects.

use std::collections::BTreeSet;

use baton_kit::door::principal::Scope;

/// What a member is in a workspace. A member may be several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Everything, also other owners.
    Owner,
    /// Everything but owners.
    Admin,
    /// Assistants, knowledge, office hours and policies; no conversations.
    Editor,
    /// Reads everything.
    Analyst,
    /// Reads and replies.
    Agent,
    /// Reads conversations.
    Viewer,
}

impl Role {
    /// Every role there is.
    pub const ALL: [Self; 6] =
        [Self::Owner, Self::Admin, Self::Editor, Self::Analyst, Self::Agent, Self::Viewer];

    /// As tables keep it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Editor => "editor",
            Self::Analyst => "analyst",
            Self::Agent => "agent",
            Self::Viewer => "viewer",
        }
    }

    /// What the role allows.
    pub fn scopes(self) -> &'static [Scope] {
        use Scope as S;
        match self {
            Self::Owner | Self::Admin => Scope::ALL,
            Self::Editor => &[
                S::AssistantsRead,
                S::AssistantsWrite,
                S::KnowledgeRead,
                S::KnowledgeWrite,
                S::MembersRead,
                S::RoutingRead,
                S::RoutingWrite,
            ],
            Self::Analyst => {
                &[S::ConversationsRead, S::AssistantsRead, S::KnowledgeRead, S::MembersRead, S::RoutingRead]
            }
            Self::Agent => &[
                S::ConversationsRead,
                S::ConversationsWrite,
                S::AssistantsRead,
                S::KnowledgeRead,
                S::MembersRead,
                S::RoutingRead,
            ],
            Self::Viewer => &[S::ConversationsRead],
        }
    }
}

/// The roles of one member: at least one, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles(BTreeSet<Role>);

/// Why a text is not the roles of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RolesError {
    /// There are none.
    #[error("a member has at least one role")]
    None,
    /// One of them is not a role.
    #[error("is not a role")]
    Unknown,
}

impl Roles {
    /// These roles, however often they are named.
    ///
    /// # Errors
    /// [`RolesError::None`] if there are none.
    pub fn new(roles: impl IntoIterator<Item = Role>) -> Result<Self, RolesError> {
        let roles: BTreeSet<Role> = roles.into_iter().collect();
        if roles.is_empty() { Err(RolesError::None) } else { Ok(Self(roles)) }
    }

    /// The roles of whoever founds a workspace.
    pub fn owner() -> Self {
        Self(BTreeSet::from([Role::Owner]))
    }

    /// Whether this one is among them.
    pub fn contain(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// Each of them, the mightiest first.
    pub fn iter(&self) -> impl Iterator<Item = Role> {
        self.0.iter().copied()
    }

    /// What they allow together, in the order of [`Scope::ALL`].
    pub fn scopes(&self) -> Vec<Scope> {
        let allowed: BTreeSet<Scope> = self.iter().flat_map(Role::scopes).copied().collect();
        allowed.into_iter().collect()
    }

    /// As tables keep them: `admin,agent`.
    pub fn to_text(&self) -> String {
        self.iter().map(Role::as_str).collect::<Vec<_>>().join(",")
    }

    /// Reads what [`Roles::to_text`] wrote.
    ///
    /// # Errors
    /// [`RolesError`] for anything else.
    pub fn from_text(text: &str) -> Result<Self, RolesError> {
        let named = |name: &str| Role::ALL.into_iter().find(|role| role.as_str() == name);
        let roles: Option<BTreeSet<Role>> = text.split(',').map(named).collect();
        Self::new(roles.ok_or(RolesError::Unknown)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(role: Role) -> Vec<&'static str> {
        role.scopes().iter().map(|scope| scope.as_str()).collect()
    }

    #[test]
    fn each_role_allows_what_its_row_says() {
        for mighty in [Role::Owner, Role::Admin] {
            assert_eq!(mighty.scopes(), Scope::ALL);
        }
        assert_eq!(
            texts(Role::Editor),
            [
                "assistants:read",
                "assistants:write",
                "knowledge:read",
                "knowledge:write",
                "members:read",
                "routing:read",
                "routing:write"
            ]
        );
        assert_eq!(
            texts(Role::Agent),
            [
                "conversations:read",
                "conversations:write",
                "assistants:read",
                "knowledge:read",
                "members:read",
                "routing:read"
            ]
        );
        assert_eq!(texts(Role::Viewer), ["conversations:read"]);
    }

    #[test]
    fn an_analyst_reads_everything_and_writes_nothing() {
        let readable: Vec<Scope> =
            Scope::ALL.iter().copied().filter(|scope| scope.as_str().ends_with(":read")).collect();
        assert_eq!(Role::Analyst.scopes(), readable);
    }

    #[test]
    fn several_roles_allow_what_each_of_them_does_and_once() {
        let roles = Roles::new([Role::Viewer, Role::Editor, Role::Viewer]).unwrap();
        assert_eq!(roles.iter().collect::<Vec<_>>(), [Role::Editor, Role::Viewer]);
        assert!(roles.scopes().contains(&Scope::ConversationsRead));
        assert!(roles.scopes().contains(&Scope::KnowledgeWrite));
        assert_eq!(Roles::new([Role::Analyst, Role::Agent]).unwrap().scopes().len(), 6);
    }

    #[test]
    fn roles_come_back_from_their_text_and_nothing_else_does() {
        let roles = Roles::new(Role::ALL).unwrap();
        assert_eq!(Roles::from_text(&roles.to_text()), Ok(roles));
        for bad in ["", "boss", "owner,", "Owner", "owner,boss"] {
            assert_eq!(Roles::from_text(bad), Err(RolesError::Unknown), "{bad:?}");
        }
        assert_eq!(Roles::new([]), Err(RolesError::None));
    }
}
