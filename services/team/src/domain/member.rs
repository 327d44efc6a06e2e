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
    /// Only owners make and unmake owners.
    #[error("only an owner makes or unmakes owners")]
    OwnersMakeOwners,
    /// Nobody gives or takes what it does not have.
    #[error("the roles allow more than the caller may do")]
    MoreThanOwn {
        /// The first scope that the giver lacks.
        lacking: Scope,
    },
}

impl Granter {
    /// Whether these roles may be given, and taken from somebody.
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

/// What is to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MemberEdit {
    /// All its roles.
    Roles(Roles),
    /// No longer on the staff, for good.
    Remove,
}

/// Why a member may not be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EditRefused {
    /// It is not for the changer to give or take these roles.
    #[error(transparent)]
    Grant(#[from] GrantRefused),
    /// Whoever was removed has no roles to change.
    #[error("the member was removed")]
    Removed,
    /// A workspace without an owner could never have one again.
    #[error("the workspace would have no owner")]
    LastOwner,
}

impl Member {
    /// What the member may do: nothing once removed.
    pub fn scopes(&self) -> Vec<Scope> {
        if self.active { self.roles.scopes() } else { Vec::new() }
    }

    /// Whether it is an owner now.
    pub fn is_owner(&self) -> bool {
        self.active && self.roles.contain(Role::Owner)
    }

    /// The member after the change, of the next revision; `None` if it is so already.
    ///
    /// # Errors
    /// [`EditRefused`], each as it says.
    pub fn edited(
        &self,
        edit: &MemberEdit,
        by: &Granter,
        another_owner: bool,
    ) -> Result<Option<Self>, EditRefused> {
        let mut member = self.clone();
        match edit {
            // Before anything is asked: an owner who left by their own hand may not hear of it the first time.
            MemberEdit::Remove if !self.active => return Ok(None),
            MemberEdit::Remove => {
                by.may_give(&self.roles)?;
                member.active = false;
            }
            MemberEdit::Roles(roles) => {
                by.may_give(&self.roles)?;
                by.may_give(roles)?;
                if !self.active {
                    return Err(EditRefused::Removed);
                }
                member.roles.clone_from(roles);
            }
        }
        if self.is_owner() && !member.is_owner() && !another_owner {
            return Err(EditRefused::LastOwner);
        }
        Ok((member != *self).then(|| Self { revision: self.revision + 1, ..member }))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

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

    fn member(roles: &[Role], active: bool) -> Member {
        Member {
            id: MemberId::from_uuid(Uuid::from_u128(1)),
            workspace: WorkspaceId::from_uuid(Uuid::from_u128(2)),
            display_name: DisplayName::new("Bob"),
            email: EmailAddress::new("bob@example.org".to_owned()),
            roles: Roles::new(roles.iter().copied()).unwrap(),
            active,
            created_at: Timestamp::UNIX_EPOCH,
            revision: 4,
        }
    }

    fn to(role: Role) -> MemberEdit {
        MemberEdit::Roles(Roles::new([role]).unwrap())
    }

    #[test]
    fn a_change_makes_the_next_revision_and_what_is_so_already_makes_none() {
        let (owner, before) = (granter(Role::Owner), member(&[Role::Agent], true));
        let next = Member { revision: 5, ..before.clone() };
        let admin = Member { roles: Roles::new([Role::Admin]).unwrap(), ..next.clone() };
        let removed = Member { active: false, ..next };
        assert_eq!(before.edited(&to(Role::Agent), &owner, true), Ok(None));
        assert_eq!(before.edited(&to(Role::Admin), &owner, true), Ok(Some(admin)));
        assert_eq!(before.edited(&MemberEdit::Remove, &owner, true), Ok(Some(removed.clone())));
        assert_eq!(removed.edited(&MemberEdit::Remove, &owner, true), Ok(None));
        assert_eq!(removed.edited(&to(Role::Agent), &owner, true), Err(EditRefused::Removed));
        assert_eq!((removed.scopes(), removed.is_owner()), (Vec::new(), false));
    }

    #[test]
    fn the_last_owner_stays_an_owner_and_stays() {
        let (owner, last) = (granter(Role::Owner), member(&[Role::Owner, Role::Agent], true));
        for edit in [to(Role::Agent), MemberEdit::Remove] {
            assert_eq!(last.edited(&edit, &owner, false), Err(EditRefused::LastOwner), "{edit:?}");
            assert!(last.edited(&edit, &owner, true).unwrap().is_some());
        }
        assert!(last.edited(&to(Role::Owner), &owner, false).unwrap().is_some(), "it stays one");
        assert!(member(&[Role::Agent], true).edited(&MemberEdit::Remove, &owner, false).unwrap().is_some());
    }

    #[test]
    fn only_owners_unmake_owners_and_nobody_takes_more_than_it_has() {
        let (admin, owner) = (granter(Role::Admin), member(&[Role::Owner], true));
        for edit in [to(Role::Agent), to(Role::Owner), MemberEdit::Remove] {
            let refused = owner.edited(&edit, &admin, true);
            assert_eq!(refused, Err(GrantRefused::OwnersMakeOwners.into()), "{edit:?}");
        }
        let key = Granter { scopes: vec![Scope::MembersWrite, Scope::ConversationsRead], owner: false };
        for edit in [to(Role::Viewer), MemberEdit::Remove] {
            assert!(member(&[Role::Viewer], true).edited(&edit, &key, true).is_ok());
            let refused = member(&[Role::Agent], true).edited(&edit, &key, true);
            assert!(matches!(refused, Err(EditRefused::Grant(GrantRefused::MoreThanOwn { .. }))), "{edit:?}");
        }
    }
}
