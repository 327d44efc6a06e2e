//! How long is waited for whom. Settings; the assistant's silence is not one of them.

use std::time::Duration;

use jiff::Timestamp;

/// How long is waited for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For the answer of the member who has it.
    pub response: Duration,
    /// From the warning that none came until the conversation returns to the queue.
    pub response_grace: Duration,
    /// For somebody who takes a handoff, until routing promises another time.
    pub handoff: Duration,
    /// From the promise of an answer by e-mail until it is an alarm.
    pub fallback: Duration,
}

/// What a command finds beside the conversation: read in the same transaction.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// The moment.
    pub at: Timestamp,
    /// How long is waited for whom.
    pub patience: Patience,
    /// Whether the visitor can be reached by e-mail.
    pub email_known: bool,
    /// When the oldest visitor message that nobody answered was accepted.
    pub unanswered_since: Option<Timestamp>,
}

impl Now {
    /// A moment about which nothing else is known.
    pub fn plain(at: Timestamp, patience: Patience) -> Self {
        Self { at, patience, email_known: false, unanswered_since: None }
    }

    /// So much later. A time that cannot be written is as late as can be.
    pub fn after(&self, wait: Duration) -> Timestamp {
        self.at.checked_add(wait).unwrap_or(Timestamp::MAX)
    }
}
