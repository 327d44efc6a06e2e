//! Carries out a command: load in its scope, ask the domain, save state and events, in one transaction.

use std::sync::Arc;

use async_trait::async_trait;
use baton_kit::data::{Recalled, RequestKey, Unit};

use super::{SqlStore, persist::Saving};
use crate::{
    application::ports::{Change, ChangeRefused, Changed, ConversationChanger, ConversationReader as _},
    domain::{commands::Command, effects::Effects},
};

#[async_trait]
impl ConversationChanger for SqlStore {
    async fn change(&self, change: Change) -> Result<Changed, ChangeRefused> {
        let (store, change) = (self.clone(), Arc::new(change));
        let carried_out = {
            let change = Arc::clone(&change);
            self.database.write(move |unit| {
                let (store, change) = (store.clone(), Arc::clone(&change));
                Box::pin(async move { store.change_once(unit, &change).await })
            })
        };
        match carried_out.await {
            Err(refused) => Err(self.name_open_one(&change, refused).await),
            changed => changed,
        }
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
        if !self.still_counts(unit, &before, change).await? {
            return Ok(Changed { conversation: before, happened: false });
        }
        let command = self.looked_up(unit, &before, change).await?;
        let now = self.now(unit, &before, &command, change.at).await?;
        let (mut after, mut effects) = (before.clone(), Effects::default());
        let happened = after.apply(&command, &now, &mut effects)?;
        if after != before || !effects.is_empty() {
            let saving = Saving { store: self, unit, by: change.by, at: change.at };
            saving.save(&before, &mut after, &effects).await?;
        }
        Ok(Changed { conversation: after, happened })
    }

    /// Re-opening is refused by the unique index if the contact has another open conversation.
    async fn name_open_one(&self, change: &Change, refused: ChangeRefused) -> ChangeRefused {
        let conflict =
            matches!(&refused, ChangeRefused::Store(error) if error.is_conflict_on("conversations"));
        if !conflict || !matches!(change.command, Command::Reopen { .. }) {
            return refused;
        }
        match self.find(change.scope, change.conversation).await {
            Ok(Some(it)) => match self.open_one(it.assistant.uuid(), it.contact.uuid()).await {
                Ok(open) => open.map_or(refused, |id| ChangeRefused::AnotherOpen(Some(id))),
                Err(error) => error.into(),
            },
            Ok(None) => ChangeRefused::NotFound,
            Err(error) => error.into(),
        }
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
