//! Assistants in SQL, and the fact each change of one publishes.
//!
//! Must not know who may change them.

use async_trait::async_trait;
use baton_kit::{
    data::{Database, NewFact, Recalled, StoreError, Unit},
    life::ids::{SharedIds, WorkspaceId},
};
use baton_proto::{ai::v1 as wire, common::v1::ActorKind};
use futures::FutureExt as _;
use jiff::Timestamp;
use prost::Message as _;
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::{
    entities::assistant::{Column, Entity},
    rows,
};
use crate::{
    application::ports::{Actor, After, AssistantChange, AssistantStore, ChangeError, Once, Stored},
    domain::{assistant::Assistant, ids::AssistantId},
};

/// The kind of the fact that an assistant changed. Numbers are never given to another kind.
const ASSISTANT_CHANGED: i32 = 1;

/// Assistants in SQL.
pub(crate) struct SqlAssistantStore {
    /// The service's database.
    pub database: Database,
    /// Ids of facts.
    pub ids: SharedIds,
}

#[async_trait]
impl AssistantStore for SqlAssistantStore {
    async fn create(&self, once: &Once, assistant: &Assistant) -> Result<Stored<Assistant>, StoreError> {
        let (once, assistant, event_id) = (once.clone(), assistant.clone(), self.ids.next());
        self.database.write(move |unit| create(unit, once.clone(), assistant.clone(), event_id).boxed()).await
    }

    async fn change(&self, wanted: AssistantChange) -> Result<Assistant, ChangeError> {
        let event_id = self.ids.next();
        self.database.write(move |unit| change(unit, wanted.clone(), event_id).boxed()).await
    }

    async fn find(&self, workspace: WorkspaceId, id: AssistantId) -> Result<Option<Assistant>, StoreError> {
        find(self.database.reader(), workspace, id.uuid()).await
    }

    async fn list(
        &self,
        workspace: WorkspaceId,
        after: Option<After>,
        limit: u64,
    ) -> Result<Vec<Assistant>, StoreError> {
        let mut query = Entity::find().filter(Column::WorkspaceId.eq(workspace.uuid()));
        if let Some(After { created_at, id }) = after {
            let at = created_at.as_microsecond();
            let same = Condition::all().add(Column::CreatedAt.eq(at)).add(Column::Id.gt(id));
            query = query.filter(Condition::any().add(Column::CreatedAt.gt(at)).add(same));
        }
        let ordered = query.order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).limit(limit);
        let rows = ordered.all(self.database.reader()).await?;
        rows.into_iter().map(rows::assistant_of).collect()
    }
}

async fn create(
    unit: &Unit,
    once: Once,
    assistant: Assistant,
    event_id: Uuid,
) -> Result<Stored<Assistant>, StoreError> {
    match unit.recall(&once.key, &once.fingerprint).await? {
        Recalled::New => {}
        Recalled::Other => return Ok(Stored::Reused),
        Recalled::Same(id) => {
            let id = Uuid::from_slice(&id)
                .map_err(|error| StoreError::Broken(format!("a remembered assistant: {error}")))?;
            let first = find(unit.tx(), assistant.workspace, id).await?;
            return first
                .map(Stored::Kept)
                .ok_or_else(|| StoreError::Broken(format!("the remembered assistant {id} is gone")));
        }
    }
    Entity::insert(rows::assistant_row(&assistant)?).exec_without_returning(unit.tx()).await?;
    unit.publish(changed(&assistant, once.actor, event_id, assistant.created_at)).await?;
    unit.remember(&once.key, &once.fingerprint, assistant.id.uuid().as_bytes()).await?;
    Ok(Stored::Kept(assistant))
}

async fn change(unit: &Unit, wanted: AssistantChange, event_id: Uuid) -> Result<Assistant, ChangeError> {
    let AssistantChange { workspace, assistant, edit, etag, actor, at } = wanted;
    // Locked: of two changes at once the second sees what the first made.
    let mine = Entity::find_by_id(assistant.uuid()).filter(Column::WorkspaceId.eq(workspace.uuid()));
    let found = mine.lock_exclusive().one(unit.tx()).await.map_err(StoreError::from)?;
    let before = found.map(rows::assistant_of).transpose()?.ok_or(ChangeError::NotFound)?;
    let current = before.etag();
    if etag != current {
        return Err(ChangeError::Stale { current });
    }
    let Some(after) = before.edited(edit) else { return Ok(before) };
    let row = rows::assistant_row(&after)?;
    Entity::update(row).exec(unit.tx()).await.map_err(StoreError::from)?;
    unit.publish(changed(&after, actor, event_id, at)).await?;
    Ok(after)
}

async fn find<C: sea_orm::ConnectionTrait>(
    db: &C,
    workspace: WorkspaceId,
    id: Uuid,
) -> Result<Option<Assistant>, StoreError> {
    let mine = Entity::find_by_id(id).filter(Column::WorkspaceId.eq(workspace.uuid()));
    mine.one(db).await?.map(rows::assistant_of).transpose()
}

fn changed(assistant: &Assistant, actor: Actor, event_id: Uuid, at: Timestamp) -> NewFact {
    let body = wire::AssistantChanged {
        assistant_id: assistant.id.to_string(),
        name: assistant.settings.name.clone(),
        widget_key: assistant.widget_key.clone(),
        revision: assistant.revision,
        handoff_enabled: assistant.settings.handoff.enabled,
        allowed_sites: assistant.settings.allowed_sites.iter().map(ToString::to_string).collect(),
    };
    let (actor_kind, actor) = match actor {
        Actor::Member(id) => (ActorKind::Member, Some(id)),
        Actor::ApiKey(id) => (ActorKind::ApiKey, Some(id)),
        Actor::System => (ActorKind::System, None),
    };
    NewFact {
        event_id,
        kind: ASSISTANT_CHANGED,
        workspace: assistant.workspace,
        subject: assistant.id.uuid(),
        item: None,
        sequence: None,
        revision: assistant.revision,
        fence: 0,
        actor_kind: actor_kind.into(),
        actor,
        body: body.encode_to_vec(),
        at,
    }
}
