//! Adds a member who can sign in at once.

use std::sync::Arc;

use baton_kit::{
    data::StoreError,
    door::principal::Scope,
    life::{clock::SharedClock, ids::SharedIds, ids::WorkspaceId},
};

use super::ports::{
    Doer, Made, MakeError, MemberStore, NewMember, Passwords, PasswordsError, Repeatable, Verdict,
};
use crate::domain::{
    email::EmailAddress,
    ids::MemberId,
    member::{GrantRefused, Granter, Member},
    name::DisplayName,
    password::NewPassword,
    role::Roles,
};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct CreateMemberCommand {
    /// The request.
    pub request: Repeatable,
    /// Where.
    pub workspace: WorkspaceId,
    /// Who asks.
    pub by: Doer,
    /// What the asker may do.
    pub held: Vec<Scope>,
    /// The member's name.
    pub display_name: DisplayName,
    /// Its address.
    pub email: EmailAddress,
    /// Its roles.
    pub roles: Roles,
    /// Its password.
    pub password: NewPassword,
}

/// Why there is no such member now.
#[derive(Debug, thiserror::Error)]
pub enum CreateMemberError {
    /// The asker may not give these roles.
    #[error(transparent)]
    Grant(#[from] GrantRefused),
    /// Another member has the address.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// The request id was used for something else.
    #[error("the request id was used for something else")]
    RequestIdReused,
    /// Passwords cannot be hashed.
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<MakeError> for CreateMemberError {
    fn from(error: MakeError) -> Self {
        match error {
            MakeError::Taken => Self::EmailTaken,
            MakeError::RequestIdReused => Self::RequestIdReused,
            MakeError::Store(error) => Self::Store(error),
        }
    }
}

/// The use case.
#[derive(Clone)]
pub struct CreateMember {
    /// Where members are.
    pub members: Arc<dyn MemberStore>,
    /// Hashes.
    pub passwords: Arc<dyn Passwords>,
    /// Time.
    pub clock: SharedClock,
    /// New ids.
    pub ids: SharedIds,
}

impl CreateMember {
    /// The member; the same one when the request comes again.
    ///
    /// # Errors
    /// [`CreateMemberError`], each as it says.
    pub async fn run(&self, command: CreateMemberCommand) -> Result<Member, CreateMemberError> {
        self.granter(&command).await?.may_give(&command.roles)?;
        let new = NewMember {
            password: self.passwords.hash(command.password.secret()).await?,
            member: self.member(&command),
            by: command.by,
            fact_id: self.ids.next(),
        };
        match self.members.create(new, command.request.clone()).await? {
            Made::Now(member) => Ok(member),
            Made::Before(member) => self.same_password(&command, member).await,
        }
    }

    /// Roles are read anew: a token's scopes do not tell an owner from an admin.
    async fn granter(&self, command: &CreateMemberCommand) -> Result<Granter, StoreError> {
        let asker = match command.by {
            Doer::Member(id) => self.members.find(command.workspace, MemberId::from_uuid(id)).await?,
            Doer::ApiKey(_) | Doer::System => None,
        };
        let owner = asker.is_some_and(|asker| asker.is_owner());
        Ok(Granter { scopes: command.held.clone(), owner })
    }

    fn member(&self, command: &CreateMemberCommand) -> Member {
        Member {
            id: MemberId::from_uuid(self.ids.next()),
            workspace: command.workspace,
            display_name: command.display_name.clone(),
            email: command.email.clone(),
            roles: command.roles.clone(),
            active: true,
            created_at: self.clock.now(),
            revision: 1,
        }
    }

    /// The password is no part of the fingerprint, so a repeat is compared with what was kept.
    async fn same_password(
        &self,
        command: &CreateMemberCommand,
        member: Member,
    ) -> Result<Member, CreateMemberError> {
        // Of whoever was removed meanwhile nothing is kept to compare with.
        if !member.active {
            return Ok(member);
        }
        let known = self.members.find_with_password(command.workspace, &command.email).await?;
        let hash = known.as_ref().map(|(_, hash)| hash);
        match self.passwords.verify(command.password.secret(), hash).await? {
            Verdict::Right | Verdict::RightButWeak => Ok(member),
            Verdict::Wrong => Err(CreateMemberError::RequestIdReused),
        }
    }
}
