//! Who is told what was found out about a handoff: the conversation service, over gRPC, in the name of the service `ai`.
//!
//! Must not know who found it out.

use async_trait::async_trait;
use baton_kit::door::peer::{Line, Peer};
use baton_proto::{
    conversation::v1 as wire,
    internal::conversation::v1::{
        AttachBriefRequest, SuggestPriorityRequest, insight_sink_service_client::InsightSinkServiceClient,
    },
};
use jiff::Timestamp;

use super::conversation::{error_of, names};
use crate::{
    application::ports::{AttachedBrief, CallError, InsightSink, NewBrief},
    domain::{
        brief::{Brief, Line as BriefLine, LineKind, Maker, Priority, Urgency},
        ids::HandoffId,
        mood::Sentiment,
        turn::Place,
    },
};

/// The conversation service behind gRPC.
pub(crate) struct GrpcInsightSink {
    /// The service.
    pub peer: Peer,
}

#[async_trait]
impl InsightSink for GrpcInsightSink {
    async fn attach(&self, place: Place, brief: &NewBrief) -> Result<AttachedBrief, CallError> {
        let (workspace_id, conversation_id) = names(place);
        let request = AttachBriefRequest {
            job_id: brief.job.to_string(),
            workspace_id,
            conversation_id,
            handoff_id: brief.handoff.to_string(),
            brief: Some(wire_brief(&brief.brief)),
        };
        let answered = self.client().attach_brief(request).await.map_err(|status| error_of(&status))?;
        let attached = answered.into_inner().brief.ok_or_else(|| broken("a brief"))?;
        attached_of(attached)
    }

    async fn suggest(&self, place: Place, handoff: HandoffId, urgency: &Urgency) -> Result<bool, CallError> {
        let (workspace_id, conversation_id) = names(place);
        let request = SuggestPriorityRequest {
            workspace_id,
            conversation_id,
            handoff_id: handoff.to_string(),
            priority: wire_priority(urgency.priority).into(),
            reason: urgency.reason.clone(),
        };
        let answered = self.client().suggest_priority(request).await.map_err(|status| error_of(&status))?;
        Ok(answered.into_inner().applied)
    }
}

impl GrpcInsightSink {
    fn client(&self) -> InsightSinkServiceClient<Line> {
        InsightSinkServiceClient::new(self.peer.as_self())
    }
}

fn broken(what: &str) -> CallError {
    CallError::Refused(format!("an answer without {what}"))
}

fn wire_brief(brief: &Brief) -> wire::Brief {
    wire::Brief {
        engine: wire_engine(brief.maker).into(),
        lines: brief.lines.iter().map(wire_line).collect(),
        sentiment: wire_sentiment(brief.sentiment).into(),
        language: brief.language.clone(),
        up_to_sequence: brief.up_to,
        ..wire::Brief::default()
    }
}

fn wire_line(line: &BriefLine) -> wire::BriefLine {
    let kind = match line.kind {
        LineKind::Wish => wire::BriefLineKind::Wish,
        LineKind::Tried => wire::BriefLineKind::Tried,
        LineKind::Promised => wire::BriefLineKind::Promised,
        LineKind::Fact => wire::BriefLineKind::Fact,
        LineKind::OpenQuestion => wire::BriefLineKind::OpenQuestion,
    };
    wire::BriefLine { kind: kind.into(), text: line.text.clone(), sequences: line.sequences.clone() }
}

fn wire_engine(maker: Maker) -> wire::BriefEngine {
    match maker {
        Maker::Extractive => wire::BriefEngine::Extractive,
        Maker::Model => wire::BriefEngine::Model,
    }
}

fn wire_sentiment(sentiment: Option<Sentiment>) -> wire::Sentiment {
    match sentiment {
        None => wire::Sentiment::Unspecified,
        Some(Sentiment::Positive) => wire::Sentiment::Positive,
        Some(Sentiment::Neutral) => wire::Sentiment::Neutral,
        Some(Sentiment::Negative) => wire::Sentiment::Negative,
    }
}

fn wire_priority(priority: Priority) -> wire::Priority {
    match priority {
        Priority::Low => wire::Priority::Low,
        Priority::Medium => wire::Priority::Medium,
        Priority::High => wire::Priority::High,
        Priority::Urgent => wire::Priority::Urgent,
    }
}

fn attached_of(brief: wire::Brief) -> Result<AttachedBrief, CallError> {
    let at = brief.create_time.ok_or_else(|| broken("a time"))?;
    let maker = match brief.engine() {
        wire::BriefEngine::Model => Maker::Model,
        wire::BriefEngine::Extractive | wire::BriefEngine::Unspecified => Maker::Extractive,
    };
    let sentiment = match brief.sentiment() {
        wire::Sentiment::Unspecified => None,
        wire::Sentiment::Positive => Some(Sentiment::Positive),
        wire::Sentiment::Neutral => Some(Sentiment::Neutral),
        wire::Sentiment::Negative => Some(Sentiment::Negative),
    };
    Ok(AttachedBrief {
        id: brief.id.parse().map_err(|_| broken("an id"))?,
        handoff: brief.handoff_id.parse().map_err(|_| broken("a handoff"))?,
        created_at: Timestamp::new(at.seconds, at.nanos).map_err(|_| broken("a time"))?,
        revision: brief.revision,
        brief: Brief {
            maker,
            lines: brief.lines.into_iter().filter_map(line_of).collect(),
            sentiment,
            language: brief.language,
            up_to: brief.up_to_sequence,
        },
    })
}

/// `None` for a kind this version does not know.
fn line_of(line: wire::BriefLine) -> Option<BriefLine> {
    let kind = match line.kind() {
        wire::BriefLineKind::Unspecified => return None,
        wire::BriefLineKind::Wish => LineKind::Wish,
        wire::BriefLineKind::Tried => LineKind::Tried,
        wire::BriefLineKind::Promised => LineKind::Promised,
        wire::BriefLineKind::Fact => LineKind::Fact,
        wire::BriefLineKind::OpenQuestion => LineKind::OpenQuestion,
    };
    Some(BriefLine { kind, text: line.text, sequences: line.sequences })
}
