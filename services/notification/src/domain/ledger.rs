//! The ledger: every decision about telling somebody, with its reason.

use jiff::Timestamp;

use super::{
    ids::{ConversationId, LedgerId, MailingId},
    kind::{Channel, Kind, Recipient},
};

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decision {
    /// It waits.
    Delayed,
    /// It was handed over.
    Sent,
    /// It is part of another one.
    Merged,
    /// It is not sent.
    Dropped,
    /// It could not be sent.
    Failed,
}

impl Decision {
    /// A word for logs and metrics.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Delayed => "delayed",
            Self::Sent => "sent",
            Self::Merged => "merged",
            Self::Dropped => "dropped",
            Self::Failed => "failed",
        }
    }
}

/// Why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// There was reason to tell, and none against it.
    Due,
    /// So that it can be read without a mail.
    ReadFirst,
    /// The recipient has read it meanwhile.
    Read,
    /// What it told of is no longer so.
    Overtaken,
    /// The recipient does not want this kind by this way.
    SwitchedOff,
    /// The recipient unsubscribed.
    Unsubscribed,
    /// Another mail about the conversation went out within the window.
    Window,
    /// No address is known.
    NoAddress,
    /// The recipient is no longer a member, or may not see the conversation.
    NotEligible,
    /// The mail server asked for patience, or did not answer.
    TryAgain,
    /// The mail server refused it for good.
    Refused,
    /// It was tried for long enough.
    GivenUp,
    /// There is a fault of ours in its words, its links or the settings they are made of.
    Unwritable,
}

impl Reason {
    /// A word for logs and metrics.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::ReadFirst => "read_first",
            Self::Read => "read",
            Self::Overtaken => "overtaken",
            Self::SwitchedOff => "switched_off",
            Self::Unsubscribed => "unsubscribed",
            Self::Window => "window",
            Self::NoAddress => "no_address",
            Self::NotEligible => "not_eligible",
            Self::TryAgain => "try_again",
            Self::Refused => "refused",
            Self::GivenUp => "given_up",
            Self::Unwritable => "unwritable",
        }
    }
}

/// One decision about one recipient and one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: LedgerId,
    /// Of what.
    pub kind: Kind,
    /// By which way.
    pub channel: Channel,
    /// To whom.
    pub recipient: Recipient,
    /// About which conversation.
    pub conversation: ConversationId,
    /// What was decided.
    pub decision: Decision,
    /// Why.
    pub reason: Reason,
    /// Which attempt to send it this was; 0 before the first.
    pub attempt: i32,
    /// When.
    pub at: Timestamp,
    /// The mail, which names its `Message-ID`; `None` for other ways.
    pub mailing: Option<MailingId>,
}
