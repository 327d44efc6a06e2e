//! A brief as the staff reads it.
//!
//! Must not know who made it.

use baton_proto::conversation::v1 as wire;

use super::timestamp;
use crate::{
    application::ports::AttachedBrief,
    domain::{
        brief::{Line, LineKind, Maker},
        mood::Sentiment,
    },
};

pub(in crate::transport) fn brief(attached: AttachedBrief) -> wire::Brief {
    let AttachedBrief { id, handoff, brief, created_at, revision } = attached;
    let engine = match brief.maker {
        Maker::Extractive => wire::BriefEngine::Extractive,
        Maker::Model => wire::BriefEngine::Model,
    };
    let sentiment = match brief.sentiment {
        None => wire::Sentiment::Unspecified,
        Some(Sentiment::Positive) => wire::Sentiment::Positive,
        Some(Sentiment::Neutral) => wire::Sentiment::Neutral,
        Some(Sentiment::Negative) => wire::Sentiment::Negative,
    };
    wire::Brief {
        id: id.to_string(),
        handoff_id: handoff.to_string(),
        engine: engine.into(),
        lines: brief.lines.into_iter().map(line).collect(),
        sentiment: sentiment.into(),
        language: brief.language,
        up_to_sequence: brief.up_to,
        create_time: Some(timestamp(created_at)),
        revision,
    }
}

fn line(line: Line) -> wire::BriefLine {
    let kind = match line.kind {
        LineKind::Wish => wire::BriefLineKind::Wish,
        LineKind::Tried => wire::BriefLineKind::Tried,
        LineKind::Promised => wire::BriefLineKind::Promised,
        LineKind::Fact => wire::BriefLineKind::Fact,
        LineKind::OpenQuestion => wire::BriefLineKind::OpenQuestion,
    };
    wire::BriefLine { kind: kind.into(), text: line.text, sequences: line.sequences }
}
