//! Tells of every credential that ended and every member or key whose rights changed, from now on.

use std::sync::Arc;

use super::ports::{RevocationLog, RevocationWatch};

/// The use case.
#[derive(Clone)]
pub struct WatchRevocations {
    /// Where they are heard of.
    pub log: Arc<dyn RevocationLog>,
}

impl WatchRevocations {
    /// Listens: what is revoked after this returned is told.
    pub fn run(&self) -> Box<dyn RevocationWatch> {
        self.log.watch()
    }
}
