//! Answers whether people work at an instant, what a visitor would be told, and how it looks at the desk now.

use std::sync::Arc;

use baton_kit::{
    data::StoreError,
    life::{clock::SharedClock, ids::WorkspaceId},
};
use jiff::Timestamp;

use super::{
    assess::{Assess, Assessment, Question},
    ports::{Counts, Desk},
};

/// The use case.
#[derive(Clone)]
pub struct CheckOfficeHours {
    /// What office hours mean.
    pub assess: Assess,
    /// Who is there and what waits.
    pub desk: Arc<dyn Desk>,
    /// Time.
    pub clock: SharedClock,
}

impl CheckOfficeHours {
    /// Checks an instant, now if none is named.
    pub async fn run(
        &self,
        workspace: WorkspaceId,
        at: Option<Timestamp>,
        language: Option<String>,
    ) -> Result<(Assessment, Counts), StoreError> {
        let question = Question { at: at.unwrap_or_else(|| self.clock.now()), asked_at: None, language };
        let assessment = self.assess.run(workspace, question).await?;
        Ok((assessment, self.desk.counts(workspace).await?))
    }
}
