//! Notices as they are made, for whoever is connected. What is missed is found in the list.

use baton_kit::{
    events::{SignalReader, Signals},
    life::ids::WorkspaceId,
};

use crate::domain::notice::Notice;

/// How many new notices are kept for a slow reader.
const KEPT: usize = 1024;

/// A notice and whose workspace it is.
pub type NewNotice = (WorkspaceId, Notice);

/// The use case. Clones share.
#[derive(Clone)]
pub struct WatchNotices {
    signals: Signals<NewNotice>,
}

impl Default for WatchNotices {
    fn default() -> Self {
        Self { signals: Signals::new(KEPT) }
    }
}

impl WatchNotices {
    /// Tells whoever watches. Nobody waits for them.
    pub fn tell(&self, workspace: WorkspaceId, notices: Vec<Notice>) {
        for notice in notices {
            self.signals.send((workspace, notice));
        }
    }

    /// Watches from now on.
    pub fn watch(&self) -> SignalReader<NewNotice> {
        self.signals.subscribe()
    }
}
