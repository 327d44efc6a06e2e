//! A duty to find out about a handoff, kept until it is done.
//!
//! Must not know how it is carried out.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    brief::Insight,
    ids::{HandoffId, InsightId},
    turn::Place,
};

/// A duty to find out about a handoff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsightJob {
    /// Its id, also the request id of the brief it attaches.
    pub id: InsightId,
    /// Where.
    pub place: Place,
    /// About which handoff; there is one job for each.
    pub handoff: HandoffId,
    /// How often it was begun, this time included.
    pub attempts: u32,
    /// What was found out before, if it came so far: sent again as it is, so that no retry makes another brief or another priority.
    pub made: Option<Insight>,
    /// When it was entered.
    pub created_at: Timestamp,
    /// The trace it belongs to.
    pub traceparent: Option<String>,
}

/// How a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobEnding {
    /// The brief is attached.
    Attached,
    /// The handoff is not the conversation's last one any more, or the conversation does not exist.
    Gone,
    /// Conversation could not be reached for too long.
    GivenUp,
}

impl InsightJob {
    /// How long to wait before it is begun again: doubled each time, at most half a minute.
    pub fn back_off(&self) -> Duration {
        let doublings = self.attempts.saturating_sub(1).min(7);
        Duration::from_millis(250 << doublings).min(Duration::from_secs(30))
    }
}
