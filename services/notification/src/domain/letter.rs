//! What a mail says, before it has words: everything a letter is composed of, as other services and people gave it.
//!
//! Nothing in here is clean: names and texts are as somebody typed them. Must not know of templates, headers or servers.

pub mod clean;

use baton_kit::life::ids::WorkspaceId;
use jiff::Timestamp;

use super::{
    ids::{ConversationId, MailingId},
    kind::Kind,
};

/// What one mail is written from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterContent {
    /// Of what it tells. Also says whether it goes to a member or to a visitor.
    pub kind: Kind,
    /// The languages its reader may read (BCP 47), the best first; English stands in for those there are no words of.
    pub languages: Vec<String>,
    /// The tenant.
    pub workspace: WorkspaceId,
    /// Makes the `Message-ID`: the same for every attempt.
    pub mailing: MailingId,
    /// Makes `References` and `In-Reply-To`, so that mail programs put the mails of one conversation together.
    pub conversation: ConversationId,
    /// Whom it goes to.
    pub to: Addressee,
    /// As whom it comes: the name beside the address in `From`. Empty for the address alone.
    pub from_name: String,
    /// What the business calls itself. Empty if nobody said.
    pub workspace_name: String,
    /// The end user's name. Empty if nobody said.
    pub contact_name: String,
    /// The assistant's name. Empty if it has none.
    pub assistant_name: String,
    /// The team asked or given to.
    pub team_name: Option<String>,
    /// Why a person is needed.
    pub handoff_reason: Option<HandoffReason>,
    /// How much it matters.
    pub priority: Option<Priority>,
    /// Lines of the brief, without their citations; the first ten are shown.
    pub brief: Vec<String>,
    /// What was not read, oldest first; the newest ten are shown.
    pub messages: Vec<Quoted>,
    /// Where the button leads: the conversation in the inbox, or the visitor's resume link. `https://` or `http://`.
    pub link: String,
    /// Where the reader stops mails of this kind; it is asked by POST (RFC 8058) and shown by GET.
    pub unsubscribe_link: String,
}

/// Whom a mail goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressee {
    /// Their name. Empty if nobody said.
    pub name: String,
    /// Their address, as they gave it.
    pub address: String,
}

/// A message that is shown in a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted {
    /// Who wrote it, by name. Empty if there is none.
    pub author: String,
    /// The text; shown as it is, no Markdown and no links made of it.
    pub text: String,
    /// When it was accepted.
    pub at: Timestamp,
}

/// Why a person is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HandoffReason {
    /// The visitor asked for a person.
    VisitorRequest,
    /// The assistant decided by its instructions.
    AiDecision,
    /// A phrase of the assistant's rules was said.
    Phrase,
    /// The assistant found no answer as often as its rules allow.
    NoAnswer,
    /// The visitor repeated themselves as often as the rules allow.
    Repetition,
    /// The visitor is angry or upset.
    NegativeMood,
    /// The assistant failed.
    AiUnavailable,
    /// A member queued it.
    MemberRequest,
    /// A program asked for it.
    ApiRequest,
    /// Whoever had it gave it back, or let it wait.
    Returned,
    /// The visitor left a message.
    MessageLeft,
}

#[cfg(test)]
impl HandoffReason {
    /// Every reason.
    pub const ALL: [Self; 11] = [
        Self::VisitorRequest,
        Self::AiDecision,
        Self::Phrase,
        Self::NoAnswer,
        Self::Repetition,
        Self::NegativeMood,
        Self::AiUnavailable,
        Self::MemberRequest,
        Self::ApiRequest,
        Self::Returned,
        Self::MessageLeft,
    ];
}

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Priority {
    /// May wait.
    Low,
    /// The usual.
    Medium,
    /// Before the usual.
    High,
    /// Before everything.
    Urgent,
}
