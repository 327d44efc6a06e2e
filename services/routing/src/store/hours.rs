//! Office hours, in SQL: a document a workspace.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use baton_kit::{
    data::{Database, StoreError, Unit},
    life::ids::WorkspaceId,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _,
    TryInsertResult, sea_query::Expr,
};
use uuid::Uuid;

use super::{entity::office_hours, promises};
use crate::{
    application::ports::{Hours, Kept, SetError},
    domain::hours::{Exception, ExceptionDay, OfficeHours, Reply, Span},
};

/// Implements [`Hours`].
pub struct SqlHours {
    database: Database,
}

impl SqlHours {
    /// Over routing's database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl Hours for SqlHours {
    async fn get(&self, workspace: WorkspaceId) -> Result<Kept, StoreError> {
        let row = office_hours::Entity::find_by_id(workspace.uuid()).one(self.database.reader()).await?;
        kept(row)
    }

    async fn set(&self, workspace: WorkspaceId, etag: &str, hours: OfficeHours) -> Result<Kept, SetError> {
        let asked = Arc::new((etag.to_owned(), hours));
        self.database
            .write(move |unit| {
                let asked = Arc::clone(&asked);
                Box::pin(async move { set(unit, workspace, &asked.0, &asked.1).await })
            })
            .await
    }

    async fn zones(&self) -> Result<Vec<(WorkspaceId, String)>, StoreError> {
        let zones: Vec<(Uuid, String)> = office_hours::Entity::find()
            .select_only()
            .columns([office_hours::Column::WorkspaceId, office_hours::Column::Zone])
            .into_tuple()
            .all(self.database.reader())
            .await?;
        Ok(zones.into_iter().map(|(workspace, zone)| (WorkspaceId::from_uuid(workspace), zone)).collect())
    }
}

async fn set(unit: &Unit, workspace: WorkspaceId, etag: &str, hours: &OfficeHours) -> Result<Kept, SetError> {
    let before = locked(unit, workspace).await?;
    if before.etag() != etag {
        return Err(SetError::Stale(before.etag()));
    }
    if before.hours.as_ref() == Some(hours) {
        return Ok(before);
    }
    let after = Kept { hours: Some(hours.clone()), revision: before.revision + 1 };
    if !write(unit, workspace, hours, before.revision).await? {
        // Set for the first time by two at once: the other one was quicker.
        return Err(SetError::Stale(locked(unit, workspace).await?.etag()));
    }
    promises::make_anew(unit, workspace).await?;
    Ok(after)
}

async fn locked(unit: &Unit, workspace: WorkspaceId) -> Result<Kept, StoreError> {
    kept(office_hours::Entity::find_by_id(workspace.uuid()).lock_exclusive().one(unit.tx()).await?)
}

/// False if it was to be the first and is not.
async fn write(
    unit: &Unit,
    workspace: WorkspaceId,
    hours: &OfficeHours,
    before: i64,
) -> Result<bool, StoreError> {
    let (zone, document) = (hours.zone.clone(), document_of(hours)?);
    if before == 0 {
        let row = office_hours::ActiveModel {
            workspace_id: Set(workspace.uuid()),
            zone: Set(zone),
            document: Set(document),
            revision: Set(1),
        };
        let insert = office_hours::Entity::insert(row).on_conflict_do_nothing();
        let inserted = insert.exec_without_returning(unit.tx()).await?;
        return Ok(matches!(inserted, TryInsertResult::Inserted(1..)));
    }
    let written = office_hours::Entity::update_many()
        .col_expr(office_hours::Column::Zone, Expr::value(zone))
        .col_expr(office_hours::Column::Document, Expr::value(document))
        .col_expr(office_hours::Column::Revision, Expr::value(before + 1))
        .filter(office_hours::Column::WorkspaceId.eq(workspace.uuid()))
        .filter(office_hours::Column::Revision.eq(before))
        .exec(unit.tx())
        .await?;
    Ok(written.rows_affected > 0)
}

fn kept(row: Option<office_hours::Model>) -> Result<Kept, StoreError> {
    let Some(row) = row else {
        return Ok(Kept::default());
    };
    Ok(Kept { hours: Some(hours_of(row.zone, &row.document)?), revision: row.revision })
}

/// Minutes from and until.
type StoredSpan = (i32, i32);

/// The document of a row. Fields are added with a default; none changes its meaning.
#[derive(serde::Serialize, serde::Deserialize)]
struct Document {
    week: [Vec<StoredSpan>; 7],
    exceptions: BTreeMap<String, StoredException>,
    reply: Option<StoredReply>,
    language: String,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct StoredException {
    spans: Vec<StoredSpan>,
    label: String,
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredReply {
    Minutes(u32),
    Custom(String),
}

fn document_of(hours: &OfficeHours) -> Result<String, StoreError> {
    let spans = |spans: &[Span]| {
        spans.iter().map(|span| (span.start().into(), span.end().into())).collect::<Vec<StoredSpan>>()
    };
    let exception = |(day, exception): (&ExceptionDay, &Exception)| {
        let stored = StoredException { spans: spans(&exception.spans), label: exception.label.clone() };
        (day.to_string(), stored)
    };
    let document = Document {
        week: hours.week.each_ref().map(|day| spans(day)),
        exceptions: hours.exceptions.iter().map(exception).collect(),
        reply: hours.reply.as_ref().map(|reply| match reply {
            Reply::Minutes(minutes) => StoredReply::Minutes(*minutes),
            Reply::Custom(text) => StoredReply::Custom(text.clone()),
        }),
        language: hours.language.clone(),
    };
    serde_json::to_string(&document).map_err(|error| broken(&error))
}

fn hours_of(zone: String, document: &str) -> Result<OfficeHours, StoreError> {
    let document: Document = serde_json::from_str(document).map_err(|error| broken(&error))?;
    let mut week: [Vec<Span>; 7] = Default::default();
    for (day, stored) in week.iter_mut().zip(document.week) {
        *day = spans_of(stored)?;
    }
    let mut exceptions = BTreeMap::new();
    for (day, stored) in document.exceptions {
        let day: ExceptionDay = day.parse().map_err(|error| broken(&error))?;
        exceptions.insert(day, Exception { spans: spans_of(stored.spans)?, label: stored.label });
    }
    let reply = document.reply.map(|reply| match reply {
        StoredReply::Minutes(minutes) => Reply::Minutes(minutes),
        StoredReply::Custom(text) => Reply::Custom(text),
    });
    Ok(OfficeHours { zone, week, exceptions, reply, language: document.language })
}

fn spans_of(stored: Vec<StoredSpan>) -> Result<Vec<Span>, StoreError> {
    stored.into_iter().map(|(start, end)| Span::new(start, end).map_err(|error| broken(&error))).collect()
}

fn broken(cause: &dyn std::fmt::Display) -> StoreError {
    StoreError::Broken(format!("office_hours.document: {cause}"))
}
