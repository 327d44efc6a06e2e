//! Deadlines that have passed, and those that move.

use std::time::Duration;

use async_trait::async_trait;
use baton_kit::{data::StoreError, life::ids::WorkspaceId};
use jiff::Timestamp;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use super::{
    SqlStore,
    entity::{deadline, head},
};
use crate::{
    application::ports::deadlines::{DeadlineFinder, PassedDeadline, Progress},
    domain::{
        commands::AI_SILENCE,
        effects::{DeadlineKind, Stage},
        ids::ConversationId,
    },
};

/// A turn that lives ends at the latest this long after the message it answers.
const LONGEST_TURN: Duration = Duration::from_secs(60);

#[async_trait]
impl DeadlineFinder for SqlStore {
    async fn passed(
        &self,
        kind: DeadlineKind,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<PassedDeadline>, StoreError> {
        let passed = deadline::Entity::find()
            .filter(deadline::Column::DueAt.lte(now.as_microsecond()))
            .filter(deadline::Column::Kind.eq(kind as i32))
            .order_by_asc(deadline::Column::DueAt)
            .limit(u64::from(limit));
        let passed = passed.all(self.database.reader()).await?;
        passed.into_iter().map(|row| address(kind, &row)).collect()
    }

    async fn alarms(&self) -> Result<u64, StoreError> {
        // Constants, so that the index over nothing but alarms is found each second.
        let sql = "SELECT COUNT(*) AS alarms FROM handoffs WHERE alarmed_at IS NOT NULL AND state IN (1, 2)";
        let statement = self.database.engine().statement(sql, []);
        let counted = self.database.reader().query_one_raw(statement).await?;
        let alarms: i64 = counted.map_or(Ok(0), |row| row.try_get("", "alarms"))?;
        Ok(alarms.unsigned_abs())
    }

    async fn progress(
        &self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        epoch: i64,
        now: Timestamp,
    ) -> Result<Progress, StoreError> {
        self.database.write(move |unit| {
            Box::pin(async move {
                let head = head::Entity::find_by_id(conversation.uuid()).one(unit.tx()).await?;
                let Some(head) = head.filter(|head| head.workspace_id == workspace.uuid()) else { return Ok(Progress::NotFound) };
                if head.control_epoch != epoch {
                    return Ok(Progress::Stale);
                }
                let (due, longest) = (micros(now, AI_SILENCE), i64::try_from(LONGEST_TURN.as_micros()).unwrap_or(i64::MAX));
                let sql = "UPDATE deadlines SET due_at = CASE WHEN begun_at + $4 < $3 THEN begun_at + $4 ELSE $3 END \
                           WHERE conversation_id = $1 AND kind = $2";
                let kind = DeadlineKind::AiDue as i32;
                unit.execute(sql, [conversation.uuid().into(), kind.into(), due.into(), longest.into()]).await?;
                Ok(Progress::Noted)
            })
        }).await
    }
}

fn address(kind: DeadlineKind, row: &deadline::Model) -> Result<PassedDeadline, StoreError> {
    let conversation = ConversationId::from_uuid(row.conversation_id);
    let stage = Stage::try_from(row.stage)
        .map_err(|stage| StoreError::Broken(format!("deadlines {conversation}: stage is {stage}")))?;
    Ok(PassedDeadline { workspace: WorkspaceId::from_uuid(row.workspace_id), conversation, kind, stage })
}

fn micros(now: Timestamp, wait: Duration) -> i64 {
    now.as_microsecond().saturating_add(i64::try_from(wait.as_micros()).unwrap_or(i64::MAX))
}
