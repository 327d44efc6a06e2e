//! What conversation knows of members and assistants; only a higher revision is applied.

use async_trait::async_trait;
use baton_kit::data::StoreError;

use super::SqlStore;
use crate::application::ports::{KnownMember, Projections, WidgetAssistant};

const MEMBER: &str = "INSERT INTO members (id, workspace_id, display_name, may_reply, revision) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (id) DO UPDATE SET display_name = excluded.display_name, may_reply = excluded.may_reply, \
     revision = excluded.revision WHERE members.revision < excluded.revision";

const ASSISTANT: &str = "INSERT INTO assistants (id, workspace_id, name, widget_key, revision) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, widget_key = excluded.widget_key, \
     revision = excluded.revision WHERE assistants.revision < excluded.revision";

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
        self.apply(MEMBER, values).await
    }

    async fn assistant(
        &self,
        assistant: WidgetAssistant,
        widget_key: String,
        revision: i64,
    ) -> Result<(), StoreError> {
        let values = [
            assistant.id.uuid().into(),
            assistant.workspace.uuid().into(),
            assistant.name.into(),
            widget_key.into(),
            revision.into(),
        ];
        self.apply(ASSISTANT, values).await
    }
}

impl SqlStore {
    async fn apply(&self, sql: &'static str, values: [sea_orm::Value; 5]) -> Result<(), StoreError> {
        self.database
            .write(move |unit| {
                let values = values.clone();
                Box::pin(async move { unit.execute(sql, values).await.map(drop) })
            })
            .await
    }
}
