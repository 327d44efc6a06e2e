//! Carries out a command: load in its scope, ask the domain, save state and events, in one transaction.

use std::sync::Arc;

use async_trait::async_trait;
use baton_kit::data::{Recalled, RequestKey, StoreError, Unit};
use sea_orm::EntityTrait as _;

use super::{
    SqlStore,
    entity::{deadline, member},
    persist::Saving,
};
use crate::{
    application::ports::{Change, ChangeRefused, Changed, ConversationChanger},
    domain::{
        commands::Command,
        conversation::Conversation,
        effects::{DeadlineKind, Effects},
        ids::MemberId,
    },
};

#[async_trait]
impl ConversationChanger for SqlStore {
    async fn change(&self, change: Change) -> Result<Changed, ChangeRefused> {
        let (store, change) = (self.clone(), Arc::new(change));
        self.database
            .write(move |unit| {
                let (store, change) = (store.clone(), Arc::clone(&change));
                Box::pin(async move { store.change_once(unit, &change).await })
            })
            .await
    }
}

impl SqlStore {
    /// A decision of routing is carried out once, whatever becomes of the reply.
    async fn change_once(&self, unit: &Unit, change: &Change) -> Result<Changed, ChangeRefused> {
        let Some((key, fingerprint)) = idempotency(change) else {
            return self.change_in(unit, change).await;
        };
        match unit.recall(&key, &fingerprint).await? {
            Recalled::Other => Err(ChangeRefused::Reused),
            Recalled::New => {
                let changed = self.change_in(unit, change).await?;
                let version = changed.conversation.assignment_version;
                unit.remember(&key, &fingerprint, &version.to_be_bytes()).await?;
                Ok(changed)
            }
            Recalled::Same(version) => {
                let found = self.load_held(unit, change.scope, change.conversation).await?;
                let mut conversation = found.ok_or(ChangeRefused::NotFound)?;
                // The first answer: what the version was then.
                if let Ok(version) = version.try_into() {
                    conversation.assignment_version = i64::from_be_bytes(version);
                }
                Ok(Changed { conversation, happened: false })
            }
        }
    }

    async fn change_in(&self, unit: &Unit, change: &Change) -> Result<Changed, ChangeRefused> {
        let before =
            self.load_held(unit, change.scope, change.conversation).await?.ok_or(ChangeRefused::NotFound)?;
        if matches!(change.command, Command::AiUnavailable { epoch: None, .. })
            && !self.silence_passed(unit, change).await?
        {
            return Ok(Changed { conversation: before, happened: false });
        }
        if let Some(member) = change.command.member() {
            self.require_eligible(unit, &before, member).await?;
        }
        let (mut after, mut effects) = (before.clone(), Effects::default());
        let happened = after.apply(&change.command, change.at, &mut effects)?;
        if after != before || !effects.is_empty() {
            let saving = Saving { store: self, unit, by: change.by, at: change.at };
            saving.save(&before, &mut after, &effects).await?;
        }
        Ok(Changed { conversation: after, happened })
    }

    /// The sweeper saw the deadline passed; it counts only if that still holds under the lock, since an answer may have come and a new
    /// deadline begun.
    async fn silence_passed(&self, unit: &Unit, change: &Change) -> Result<bool, StoreError> {
        let key = (change.conversation.uuid(), DeadlineKind::AiDue as i32);
        let running = deadline::Entity::find_by_id(key).one(unit.tx()).await?;
        Ok(running.is_some_and(|deadline| deadline.due_at <= change.at.as_microsecond()))
    }

    /// The member is active and may reply, by what is known in the same transaction.
    pub(super) async fn require_eligible(
        &self,
        unit: &Unit,
        it: &Conversation,
        id: MemberId,
    ) -> Result<(), ChangeRefused> {
        let known = member::Entity::find_by_id(id.uuid()).one(unit.tx()).await.map_err(StoreError::from)?;
        let eligible =
            known.is_some_and(|member| member.may_reply && member.workspace_id == it.workspace.uuid());
        if eligible { Ok(()) } else { Err(ChangeRefused::NotEligible) }
    }
}

fn idempotency(change: &Change) -> Option<(RequestKey, Vec<u8>)> {
    let key = RequestKey {
        workspace: change.scope.workspace,
        principal: "routing".to_owned(),
        method: "decision",
        request_id: change.decision?.to_string(),
    };
    let what = match &change.command {
        Command::Assign { member, limit, seen } => {
            format!("assign {} {member} {limit} {seen}", change.conversation)
        }
        Command::Release { seen } => format!("release {} {seen}", change.conversation),
        other => format!("{other:?}"),
    };
    Some((key, what.into_bytes()))
}
