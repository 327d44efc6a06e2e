//! Briefs to rows and back; the lines are one column, since nobody asks for one of them.

use baton_kit::{data::StoreError, life::ids::WorkspaceId};
use sea_orm::ActiveValue::Set;

use super::{
    entity::brief,
    rows::{broken, number, time},
};
use crate::domain::{
    brief::{Brief, BriefLine, Findings},
    ids::{BriefId, ConversationId, HandoffId},
};

/// A line as the column has it.
#[derive(serde::Serialize, serde::Deserialize)]
struct Line {
    kind: i32,
    text: String,
    sequences: Vec<i64>,
}

/// A brief from its row.
pub(super) fn brief(row: brief::Model) -> Result<Brief, StoreError> {
    let lines: Vec<Line> =
        serde_json::from_str(&row.lines).map_err(|error| broken("briefs", row.id, error))?;
    let line = |line: Line| {
        let kind = number("briefs", row.id, "kind of a line", line.kind)?;
        Ok(BriefLine { kind, text: line.text, sequences: line.sequences })
    };
    let sentiment = row.sentiment.map(|value| number("briefs", row.id, "sentiment", value)).transpose()?;
    let findings = Findings {
        engine: number("briefs", row.id, "engine", row.engine)?,
        lines: lines.into_iter().map(line).collect::<Result<_, StoreError>>()?,
        sentiment,
        language: row.language,
        up_to_sequence: row.up_to_sequence,
    };
    Ok(Brief {
        id: BriefId::from_uuid(row.id),
        handoff: HandoffId::from_uuid(row.handoff_id),
        conversation: ConversationId::from_uuid(row.conversation_id),
        findings,
        created_at: time("briefs", row.id, row.created_at)?,
        revision: row.revision,
    })
}

/// The row of a brief.
///
/// # Errors
/// If the lines cannot be written.
pub(super) fn row(workspace: WorkspaceId, it: &Brief) -> Result<brief::ActiveModel, StoreError> {
    let line = |line: &BriefLine| Line {
        kind: line.kind as i32,
        text: line.text.clone(),
        sequences: line.sequences.clone(),
    };
    let lines: Vec<Line> = it.findings.lines.iter().map(line).collect();
    let lines = serde_json::to_string(&lines).map_err(|error| broken("briefs", it.id.uuid(), error))?;
    Ok(brief::ActiveModel {
        handoff_id: Set(it.handoff.uuid()),
        id: Set(it.id.uuid()),
        workspace_id: Set(workspace.uuid()),
        conversation_id: Set(it.conversation.uuid()),
        engine: Set(it.findings.engine as i32),
        lines: Set(lines),
        sentiment: Set(it.findings.sentiment.map(|sentiment| sentiment as i32)),
        language: Set(it.findings.language.clone()),
        up_to_sequence: Set(it.findings.up_to_sequence),
        revision: Set(it.revision),
        created_at: Set(it.created_at.as_microsecond()),
    })
}
