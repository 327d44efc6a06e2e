//! Rows to domain and back. A row that cannot be what it says is named in the error.
//!
//! Must not know how rows are found.

use baton_kit::{data::StoreError, life::ids::WorkspaceId};
use jiff::Timestamp;
use sea_orm::Set;

use super::entities::{assistant, document, insight, turn};
use crate::domain::{
    assistant::{Assistant, AssistantSettings},
    brief::Insight,
    document::{Document, DocumentText},
    ids::{AssistantId, ConversationId, DocumentId, HandoffId, InsightId, TurnId},
    insight::{InsightJob, JobEnding},
    turn::{Ending, Place, Turn},
};

pub(super) fn assistant_of(row: assistant::Model) -> Result<Assistant, StoreError> {
    let at = format!("assistant row {}", row.id);
    let handoff = serde_json::from_str(&row.handoff)
        .map_err(|error| StoreError::Broken(format!("{at}: handoff: {error}")))?;
    let allowed_sites = serde_json::from_str(&row.allowed_sites)
        .map_err(|error| StoreError::Broken(format!("{at}: allowed_sites: {error}")))?;
    Ok(Assistant {
        id: AssistantId::from_uuid(row.id),
        workspace: WorkspaceId::from_uuid(row.workspace_id),
        settings: AssistantSettings {
            name: row.name,
            instructions: row.instructions,
            handoff,
            allowed_sites,
        },
        widget_key: row.widget_key,
        created_at: time(&at, row.created_at)?,
        revision: row.revision,
    })
}

pub(super) fn assistant_row(assistant: &Assistant) -> Result<assistant::ActiveModel, StoreError> {
    let settings = &assistant.settings;
    let unwritable = |error: serde_json::Error| StoreError::Broken(error.to_string());
    let handoff = serde_json::to_string(&settings.handoff).map_err(unwritable)?;
    let allowed_sites = serde_json::to_string(&settings.allowed_sites).map_err(unwritable)?;
    Ok(assistant::ActiveModel {
        id: Set(assistant.id.uuid()),
        workspace_id: Set(assistant.workspace.uuid()),
        name: Set(settings.name.clone()),
        instructions: Set(settings.instructions.clone()),
        handoff: Set(handoff),
        widget_key: Set(assistant.widget_key.clone()),
        created_at: Set(assistant.created_at.as_microsecond()),
        revision: Set(assistant.revision),
        allowed_sites: Set(allowed_sites),
    })
}

pub(super) fn document_of(row: document::Model) -> Result<Document, StoreError> {
    Ok(Document {
        id: DocumentId::from_uuid(row.id),
        workspace: WorkspaceId::from_uuid(row.workspace_id),
        created_at: time(&format!("document row {}", row.id), row.created_at)?,
        content: DocumentText { title: row.title, text: row.body, uri: row.uri },
    })
}

pub(super) fn document_row(document: &Document) -> document::ActiveModel {
    document::ActiveModel {
        id: Set(document.id.uuid()),
        workspace_id: Set(document.workspace.uuid()),
        title: Set(document.content.title.clone()),
        body: Set(document.content.text.clone()),
        uri: Set(document.content.uri.clone()),
        created_at: Set(document.created_at.as_microsecond()),
    }
}

pub(super) fn turn_of(row: turn::Model) -> Result<Turn, StoreError> {
    let at = format!("turn row {}", row.id);
    let attempts = u32::try_from(row.attempts)
        .map_err(|_| StoreError::Broken(format!("{at}: attempts {}", row.attempts)))?;
    let workspace = WorkspaceId::from_uuid(row.workspace_id);
    Ok(Turn {
        id: TurnId::from_uuid(row.id),
        place: Place { workspace, conversation: ConversationId::from_uuid(row.conversation_id) },
        epoch: row.epoch,
        visitor_sequence: row.visitor_sequence,
        attempts,
        created_at: time(&at, row.created_at)?,
        traceparent: row.traceparent,
    })
}

pub(super) fn insight_of(row: insight::Model) -> Result<InsightJob, StoreError> {
    let at = format!("insight row {}", row.id);
    let attempts = u32::try_from(row.attempts)
        .map_err(|_| StoreError::Broken(format!("{at}: attempts {}", row.attempts)))?;
    let made = row.made.and_then(|made| made_of(&at, &made));
    let workspace = WorkspaceId::from_uuid(row.workspace_id);
    Ok(InsightJob {
        id: InsightId::from_uuid(row.id),
        place: Place { workspace, conversation: ConversationId::from_uuid(row.conversation_id) },
        handoff: HandoffId::from_uuid(row.handoff_id),
        attempts,
        made,
        created_at: time(&at, row.created_at)?,
        traceparent: row.traceparent,
    })
}

/// What cannot be read, as after another release wrote it, is made again. Not shown: it quotes people, and so would the error.
fn made_of(at: &str, made: &str) -> Option<Insight> {
    let read = serde_json::from_str(made);
    if read.is_err() {
        tracing::warn!("{at}: what was made cannot be read and is made again");
    }
    read.ok()
}

/// The number an ending is kept as. Numbers are never given to another ending.
pub(super) fn job_ending_number(ending: JobEnding) -> i32 {
    match ending {
        JobEnding::Attached => 1,
        JobEnding::Gone => 2,
        JobEnding::GivenUp => 3,
    }
}

/// The number an ending is kept as. Numbers are never given to another ending.
pub(super) fn ending_number(ending: Ending) -> i32 {
    match ending {
        Ending::Answered => 1,
        Ending::HandedOff => 2,
        Ending::Nothing => 3,
        Ending::Failed => 4,
        Ending::Superseded => 5,
        Ending::Gone => 6,
        Ending::GivenUp => 7,
    }
}

fn time(at: &str, microseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(microseconds)
        .map_err(|_| StoreError::Broken(format!("{at}: {microseconds} is no time")))
}
