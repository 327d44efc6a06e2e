//! Makes the brief of a conversation's last handoff again, because somebody asks.
//!
//! Must not know who may.

use std::sync::Arc;

use baton_kit::life::ids::SharedIds;

use super::{
    make_insight::MakeInsight,
    ports::{AttachedBrief, CallError, Conversation, InsightSink, NewBrief},
};
use crate::domain::{ids::InsightId, turn::Place};

/// Why it was not made.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// No such conversation in the workspace.
    #[error("no such conversation")]
    Unknown,
    /// There never was a handoff.
    #[error("there never was a handoff")]
    NoHandoff,
    /// Conversation does not answer.
    #[error("conversation does not answer: {0}")]
    Unavailable(String),
    /// Conversation would not have it: a fault of one of us.
    #[error("conversation refused: {0}")]
    Broken(String),
}

/// The use case.
#[derive(Clone)]
pub struct RegenerateBrief {
    /// Where the thread is.
    pub conversation: Arc<dyn Conversation>,
    /// Who keeps the brief.
    pub sink: Arc<dyn InsightSink>,
    /// Finds out.
    pub make: MakeInsight,
    /// Ids.
    pub ids: SharedIds,
}

impl RegenerateBrief {
    /// The brief as attached. Another one each time; the priority stays as it is.
    ///
    /// # Errors
    /// As [`Refused`] says.
    pub async fn run(&self, place: Place) -> Result<AttachedBrief, Refused> {
        let context = self.conversation.context(place).await?;
        let handoff = context.handoff.ok_or(Refused::NoHandoff)?;
        let made = self.make.run(place, &context, false).await;
        let job = InsightId::from_uuid(self.ids.next());
        Ok(self.sink.attach(place, &NewBrief { job, handoff, brief: made.brief }).await?)
    }
}

impl From<CallError> for Refused {
    fn from(error: CallError) -> Self {
        match error {
            CallError::NotFound => Self::Unknown,
            CallError::Transient(cause) => Self::Unavailable(cause),
            CallError::Stale | CallError::Superseded | CallError::AlreadyPosted | CallError::Refused(_) => {
                Self::Broken(error.to_string())
            }
        }
    }
}
