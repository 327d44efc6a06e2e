//! A mailing: a mail that there is reason to write, until it was sent or decided against.

use std::time::Duration;

use baton_kit::life::ids::WorkspaceId;
use jiff::Timestamp;

use super::{
    ids::{ConversationId, MailingId},
    kind::{Kind, Recipient, Subject},
    ledger::{Decision, Reason},
};

/// A mailing that is open still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailing {
    /// Its id; the mail's `Message-ID` is made of it, so that every attempt has the same.
    pub id: MailingId,
    /// The tenant.
    pub workspace: WorkspaceId,
    /// Of what.
    pub kind: Kind,
    /// To whom.
    pub recipient: Recipient,
    /// About which conversation.
    pub conversation: ConversationId,
    /// What exactly it is about.
    pub subject: Subject,
    /// For members: who has read up to here has seen it. For visitors: the newest message in it.
    pub sequence: i64,
    /// When there was reason for it.
    pub since: Timestamp,
    /// Attempts to send it that were begun.
    pub attempts: i32,
    /// How often it was taken on before and nothing came of it: it could not be sent, nobody said what to send, or whoever had it died.
    pub tries: i32,
    /// What the attempts before said it tells of; `None` before the first.
    pub upto: Option<i64>,
    /// The trace of the change it is about.
    pub traceparent: Option<String>,
}

/// How long things are waited for.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// What a member has time to read without a mail.
    pub delay: Duration,
    /// What a visitor has time to read without a mail.
    pub visitor_delay: Duration,
    /// In which a recipient gets one mail about a conversation.
    pub window: Duration,
    /// After which a mail is not tried any more.
    pub give_up_after: Duration,
    /// Whether mails go out at all.
    pub mails: bool,
}

impl Terms {
    /// When a mail of this kind is due that there was reason for at this moment.
    pub fn due(&self, kind: Kind, since: Timestamp) -> Timestamp {
        let delay = if kind == Kind::VisitorReply { self.visitor_delay } else { self.delay };
        later(since, delay)
    }

    /// Whether a mailing was tried for long enough. Nothing new is begun either for what is so old.
    pub fn is_too_late(&self, since: Timestamp, now: Timestamp) -> bool {
        now >= later(since, self.give_up_after)
    }
}

/// A moment so much later.
pub fn later(at: Timestamp, by: Duration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}

/// How an attempt at a mailing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The mail was handed over.
    Sent,
    /// Another one tells it.
    Merged(Reason),
    /// It is not sent.
    Dropped(Reason),
    /// It could not be sent and is not tried again.
    Failed(Reason),
    /// It waits once more.
    Waits {
        /// Until when.
        until: Timestamp,
        /// What for.
        reason: Reason,
    },
    /// It did not work, and is tried again.
    TryAgain {
        /// When.
        at: Timestamp,
        /// Whether the mail server had it; else somebody who was to be asked did not answer, of which there is nothing to tell.
        sent: bool,
    },
}

impl Outcome {
    /// What stands in the ledger of it; `None` for nothing.
    pub fn entry(self) -> Option<(Decision, Reason)> {
        match self {
            Self::Sent => Some((Decision::Sent, Reason::Due)),
            Self::Merged(reason) => Some((Decision::Merged, reason)),
            Self::Dropped(reason) => Some((Decision::Dropped, reason)),
            Self::Failed(reason) => Some((Decision::Failed, reason)),
            // That it is read first stands there since the mailing was made.
            Self::Waits { reason: Reason::ReadFirst, .. } | Self::TryAgain { sent: false, .. } => None,
            Self::Waits { reason, .. } => Some((Decision::Delayed, reason)),
            Self::TryAgain { sent: true, .. } => Some((Decision::Failed, Reason::TryAgain)),
        }
    }
}
