//! Replaces a workspace's office hours. Whoever waits is told anew by the new ones.

use std::sync::Arc;

use baton_kit::life::ids::WorkspaceId;

use super::{
    ports::{Hours, Kept, SetError},
    tell_promises::Bell,
};
use crate::domain::hours::OfficeHours;

/// The use case.
#[derive(Clone)]
pub struct SetOfficeHours {
    /// Where they are kept.
    pub hours: Arc<dyn Hours>,
    /// Who tells visitors what they are promised.
    pub promises: Bell,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Command {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// As last read.
    pub etag: String,
    /// The new ones; their zone is known.
    pub hours: OfficeHours,
}

impl SetOfficeHours {
    /// Replaces them.
    pub async fn run(&self, command: Command) -> Result<Kept, SetError> {
        let Command { workspace, etag, hours } = command;
        let kept = self.hours.set(workspace, &etag, hours).await?;
        self.promises.ring();
        Ok(kept)
    }
}
