//! What was decided about telling somebody, newest first.

use std::sync::Arc;

use baton_kit::{data::StoreError, life::ids::WorkspaceId};

use super::ports::{Before, EntriesWanted, Ledger, mail::Post};
use crate::domain::ledger::Entry;

/// A page of entries.
#[derive(Debug, Clone)]
pub struct Page {
    /// The page, each with its mail's `Message-ID`, empty for other ways.
    pub entries: Vec<(Entry, String)>,
    /// Where the next one begins; `None` after the last.
    pub next: Option<Before>,
}

/// The use case.
#[derive(Clone)]
pub struct ListLedger {
    /// The ledger.
    pub ledger: Arc<dyn Ledger>,
    /// Knows how mails are named.
    pub post: Arc<dyn Post>,
}

impl ListLedger {
    /// Lists them.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn run(&self, workspace: WorkspaceId, wanted: EntriesWanted) -> Result<Page, StoreError> {
        let more = EntriesWanted { most: wanted.most.saturating_add(1), ..wanted };
        let mut entries = self.ledger.list(workspace, more).await?;
        let size = usize::try_from(wanted.most).unwrap_or(usize::MAX);
        let further = entries.len() > size;
        entries.truncate(size);
        let last = entries.last().filter(|_| further);
        let next = last.map(|entry| Before { at: entry.at, id: entry.id.uuid() });
        let named = |entry: Entry| {
            let name = entry.mailing.map(|mailing| self.post.message_id(mailing)).unwrap_or_default();
            (entry, name)
        };
        Ok(Page { entries: entries.into_iter().map(named).collect(), next })
    }
}
