//! Finds out about a handoff, for the job and on demand alike; and does it without a model.
//!
//! Must not know what becomes of it.

use std::sync::Arc;

use async_trait::async_trait;

use super::ports::{AssistantStore, InsightEngine, InsightInput, TurnContext};
use crate::domain::{
    brief::{
        Insight,
        extract::{Extractor, Looked},
    },
    turn::Place,
};

/// The use case.
#[derive(Clone)]
pub struct MakeInsight {
    /// Who answered first.
    pub assistants: Arc<dyn AssistantStore>,
    /// Who finds out.
    pub engine: Arc<dyn InsightEngine>,
}

impl MakeInsight {
    /// What can be told of a conversation's handoff; how urgent it is only if the assistant is to say so.
    pub async fn run(&self, place: Place, context: &TurnContext, may_judge: bool) -> Insight {
        let found = self.assistants.find(place.workspace, context.assistant).await;
        let assistant = found.unwrap_or_else(|error| {
            tracing::warn!(%error, "an assistant cannot be read; a brief is made without its settings");
            None
        });
        let judges = assistant.as_ref().is_some_and(|it| it.settings.handoff.auto_assign_priority);
        let with_urgency = may_judge && judges;
        let input = InsightInput { assistant, thread: context.thread.clone(), with_urgency };
        self.engine.find_out(&input).await
    }
}

#[async_trait]
impl InsightEngine for Extractor {
    fn label(&self) -> &'static str {
        "builtin"
    }

    async fn find_out(&self, input: &InsightInput) -> Insight {
        let handoff = input.assistant.as_ref().map(|it| &it.settings.handoff);
        let information = handoff.map(|it| it.information.as_slice()).unwrap_or_default();
        self.insight(&Looked { thread: &input.thread, information, with_urgency: input.with_urgency })
    }
}
