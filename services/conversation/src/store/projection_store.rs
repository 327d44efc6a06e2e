//! What conversation knows of members, teams and assistants; only a higher revision is applied.

use async_trait::async_trait;
use baton_kit::{data::StoreError, life::ids::WorkspaceId};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};

use super::{SqlStore, entity::conversation, rows};
use crate::{
    application::ports::projections::{KnownAssistant, KnownMember, KnownTeam, Projections},
    domain::ids::{ConversationId, MemberId},
};

const MEMBER: &str = "INSERT INTO members (id, workspace_id, display_name, may_reply, revision) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (id) DO UPDATE SET display_name = excluded.display_name, may_reply = excluded.may_reply, \
     revision = excluded.revision WHERE members.revision < excluded.revision";

const TEAM: &str = "INSERT INTO teams (id, workspace_id, archived, revision) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (id) DO UPDATE SET archived = excluded.archived, \
     revision = excluded.revision WHERE teams.revision < excluded.revision";

const ASSISTANT: &str = "INSERT INTO assistants (id, workspace_id, name, widget_key, handoff_enabled, revision, allowed_sites) \
     VALUES ($1, $2, $3, $4, $5, $6, $7) \
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, widget_key = excluded.widget_key, \
     handoff_enabled = excluded.handoff_enabled, revision = excluded.revision, allowed_sites = excluded.allowed_sites \
     WHERE assistants.revision < excluded.revision";

#[async_trait]
impl Projections for SqlStore {
    async fn member(&self, member: KnownMember) -> Result<(), StoreError> {
        let values = [
            member.id.uuid().into(),
            member.workspace.uuid().into(),
            member.display_name.into(),
            member.may_reply.into(),
            member.revision.into(),
        ];
        self.learn(MEMBER, values.to_vec()).await
    }

    async fn team(&self, team: KnownTeam) -> Result<(), StoreError> {
        let values =
            [team.id.uuid().into(), team.workspace.uuid().into(), team.archived.into(), team.revision.into()];
        self.learn(TEAM, values.to_vec()).await
    }

    async fn assistant(&self, known: KnownAssistant) -> Result<(), StoreError> {
        let sites = serde_json::to_string(&known.assistant.allowed_sites)
            .map_err(|error| rows::broken("assistants", known.assistant.id.uuid(), error))?;
        let values = [
            known.assistant.id.uuid().into(),
            known.assistant.workspace.uuid().into(),
            known.assistant.name.into(),
            known.widget_key.into(),
            known.assistant.handoff_enabled.into(),
            known.revision.into(),
            sites.into(),
        ];
        self.learn(ASSISTANT, values.to_vec()).await
    }

    async fn held_by(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
        after: Option<ConversationId>,
        limit: u32,
    ) -> Result<Vec<ConversationId>, StoreError> {
        let mut held = conversation::Entity::find()
            .filter(conversation::Column::WorkspaceId.eq(workspace.uuid()))
            .filter(conversation::Column::AssigneeId.eq(member.uuid()));
        if let Some(after) = after {
            held = held.filter(conversation::Column::Id.gt(after.uuid()));
        }
        let held = held.order_by_asc(conversation::Column::Id).limit(u64::from(limit));
        let held = held.all(self.database.reader()).await?;
        Ok(held.into_iter().map(|row| ConversationId::from_uuid(row.id)).collect())
    }
}

impl SqlStore {
    async fn learn(&self, sql: &'static str, values: Vec<sea_orm::Value>) -> Result<(), StoreError> {
        self.database
            .write(move |unit| {
                let values = values.clone();
                Box::pin(async move { unit.execute(sql, values).await.map(drop) })
            })
            .await
    }
}
