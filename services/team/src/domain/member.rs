//! A person on the staff, and who may add one.

use baton_kit::{door::principal::Scope, life::ids::WorkspaceId};
use jiff::Timestamp;

use super::{
    email::EmailAddress,
    ids::MemberId,
    name::DisplayName,
    role::{Role, Roles},
};

/// A person on the staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its id.
    pub id: MemberId,
    /// The tenant.
    pub workspace: WorkspaceId,
    /// Shown to visitors.
    pub display_name: DisplayName,
    /// Unique in the workspace without regard to case.
    pub email: EmailAddress,
    /// What the member is.
    pub roles: Roles,
    /// False once removed.
    pub active: bool,
    /// When added.
    pub created_at: Timestamp,
    /// Rises with every change.
    pub revision: i64,
}

/// Who gives roles to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granter {
    /// What it may do itself.
    pub scopes: Vec<Scope>,
    /// Whether it is a member that is an owner now.
    pub owner: bool,
}

/// Why roles may not be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GrantRefused {
    /// Only owners make owners.
    #[error("only an owner makes owners")]
    OwnersMakeOwners,
    /// Nobody gives away what it does not have.
    #[error("the role allows more than its giver may do")]
    MoreThanOwn {
        /// The first scope that the giver lacks.
        lacking: Scope,
    },
}

impl Granter {
    /// Whether these roles may be given.
    ///
    /// # Errors
    /// [`GrantRefused`], each as it says.
    pub fn may_give(&self, roles: &Roles) -> Result<(), GrantRefused> {
        if roles.contain(Role::Owner) && !self.owner {
            return Err(GrantRefused::OwnersMakeOwners);
        }
        match roles.scopes().into_iter().find(|scope| !self.scopes.contains(scope)) {
            Some(lacking) => Err(GrantRefused::MoreThanOwn { lacking }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granter(role: Role) -> Granter {
        Granter { scopes: role.scopes().to_vec(), owner: role == Role::Owner }
    }

    fn gives(granter: &Granter, role: Role) -> Result<(), GrantRefused> {
        granter.may_give(&Roles::new([role]).unwrap())
    }

    #[test]
    fn only_owners_make_owners() {
        assert_eq!(gives(&granter(Role::Owner), Role::Owner), Ok(()));
        assert_eq!(gives(&granter(Role::Admin), Role::Owner), Err(GrantRefused::OwnersMakeOwners));
        let mixed = Roles::new([Role::Viewer, Role::Owner]).unwrap();
        assert_eq!(granter(Role::Admin).may_give(&mixed), Err(GrantRefused::OwnersMakeOwners));
    }

    #[test]
    fn an_admin_gives_every_other_role() {
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Owner) {
            assert_eq!(gives(&granter(Role::Admin), role), Ok(()), "{role:?}");
        }
    }

    #[test]
    fn a_key_cannot_make_somebody_who_may_do_more_than_itself() {
        let key = Granter { scopes: vec![Scope::MembersWrite, Scope::ConversationsRead], owner: false };
        assert_eq!(gives(&key, Role::Viewer), Ok(()));
        assert!(matches!(gives(&key, Role::Admin), Err(GrantRefused::MoreThanOwn { .. })));
    }
}
