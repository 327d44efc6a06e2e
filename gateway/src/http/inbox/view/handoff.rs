//! The passage from AI to people, and what is read before answering.

use baton_proto::conversation::v1 as wire;

use crate::http::{
    convert::{some, time, word},
    widget::Promise,
    words::{BriefEngine, BriefLineKind, HandoffReason, HandoffState, ReturnCause, Sentiment},
};

/// One passage from AI to people.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(in crate::http::inbox) struct Handoff {
    /// `hand_…`.
    id: String,
    /// Where it stands.
    state: HandoffState,
    /// Why it was made.
    reason: HandoffReason,
    /// The handoff it continues.
    previous_handoff_id: Option<String>,
    /// Why it continues another one.
    return_cause: Option<ReturnCause>,
    /// When it was asked for, RFC 3339.
    create_time: Option<String>,
    /// When it was closed, RFC 3339.
    close_time: Option<String>,
    /// When the visitor began to wait, RFC 3339.
    waiting_since_time: Option<String>,
    /// What the visitor is told about when somebody answers.
    promise: Option<Promise>,
    /// When the answer was promised by e-mail, RFC 3339.
    fallback_promised_time: Option<String>,
    /// When it was found that nobody had taken it and nobody could be told, RFC 3339.
    alarmed_time: Option<String>,
}

/// What the staff reads before answering.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(in crate::http::inbox) struct Brief {
    /// `brief_…`.
    id: String,
    /// The handoff it was made for, `hand_…`.
    handoff_id: String,
    /// How it was made.
    engine: BriefEngine,
    /// In the order to be read.
    lines: Vec<BriefLine>,
    /// How the visitor feels; absent if it is not to be told.
    sentiment: Option<Sentiment>,
    /// The language of the visitor, BCP 47.
    language: Option<String>,
    /// The last message that was looked at.
    up_to_sequence: i64,
    /// When it was attached, RFC 3339.
    create_time: Option<String>,
    /// The revision of the conversation that it made.
    revision: i64,
}

/// A statement of a brief.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(in crate::http::inbox) struct BriefLine {
    /// What it says.
    kind: BriefLineKind,
    /// Plain text.
    text: String,
    /// The messages it rests on.
    sequences: Vec<i64>,
}

impl From<wire::Handoff> for Handoff {
    fn from(handoff: wire::Handoff) -> Self {
        Self {
            id: handoff.id,
            state: handoff.state.into(),
            reason: handoff.reason.into(),
            previous_handoff_id: some(handoff.previous_handoff_id),
            return_cause: word(handoff.return_cause),
            create_time: time(handoff.create_time),
            close_time: time(handoff.close_time),
            waiting_since_time: time(handoff.waiting_since_time),
            promise: handoff.promise.map(Promise::from),
            fallback_promised_time: time(handoff.fallback_promised_time),
            alarmed_time: time(handoff.alarmed_time),
        }
    }
}

impl From<wire::Brief> for Brief {
    fn from(brief: wire::Brief) -> Self {
        Self {
            id: brief.id,
            handoff_id: brief.handoff_id,
            engine: brief.engine.into(),
            lines: brief.lines.into_iter().map(BriefLine::from).collect(),
            sentiment: word(brief.sentiment),
            language: some(brief.language),
            up_to_sequence: brief.up_to_sequence,
            create_time: time(brief.create_time),
            revision: brief.revision,
        }
    }
}

impl From<wire::BriefLine> for BriefLine {
    fn from(line: wire::BriefLine) -> Self {
        Self { kind: line.kind.into(), text: line.text, sequences: line.sequences }
    }
}
