//! Writing mails, handing them over, and reading those that went to files instead.

use async_trait::async_trait;
use baton_kit::life::ids::WorkspaceId;
use jiff::Timestamp;

use crate::domain::{
    ids::{ConversationId, MailingId},
    kind::Kind,
    letter::{Addressee, LetterContent},
};

/// A mail with its words, ready to be handed over. Its text is clean; its headers are cleaned once more where they are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The tenant whose mail it is.
    pub workspace: WorkspaceId,
    /// The left side of its `Message-ID`; the right side is the domain of the address it comes from ([`Post::message_id`]).
    pub mailing: MailingId,
    /// The thread it belongs to.
    pub conversation: ConversationId,
    /// Whom it goes to.
    pub to: Addressee,
    /// As whom it comes; empty for the address alone.
    pub from_name: String,
    /// The subject.
    pub subject: String,
    /// The text part; lines end with `\n`.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// Where the reader stops mails of this kind.
    pub unsubscribe_link: String,
    /// The language it is in: the primary subtag, such as `de`.
    pub language: &'static str,
}

/// A letter could not be composed: a fault of the templates, or a link that is none. It will not work the next time either.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the letter cannot be composed: {0}")]
pub struct ComposeFailed(
    /// What is wrong; names no person and quotes nobody.
    pub String,
);

/// Finds the words.
pub trait Composer: Send + Sync + 'static {
    /// The mail that says this.
    ///
    /// # Errors
    /// [`ComposeFailed`] if a template fails or a link is none.
    fn compose(&self, content: &LetterContent) -> Result<Mail, ComposeFailed>;

    /// The language a mail to a reader of these is written in: a primary subtag, to be kept in the unsubscribe link.
    fn language(&self, wanted: &[&str]) -> &'static str;

    /// The words of the page behind a link to unsubscribe from this kind.
    fn unsubscribe_page(&self, language: &str, kind: Kind) -> UnsubscribePage;
}

/// The words of the page behind a link to unsubscribe. Plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsubscribePage {
    /// The language they are in.
    pub language: &'static str,
    /// The heading.
    pub title: String,
    /// What would be switched off.
    pub question: String,
    /// On the button.
    pub button: String,
    /// After it was done.
    pub done: String,
}

/// Why a mail was not handed over. The words are an SMTP code or a class, such as `451` or `timeout`: never an address, never text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostRefused {
    /// It may work later: 4xx, no connection, no answer in time, no TLS where it is required, or the server does not let us in.
    #[error("not now: {0}")]
    TryAgain(String),
    /// It will never work: 5xx, or an address that is none.
    #[error("refused: {0}")]
    Refused(String),
    /// It cannot be sent as it is written, to nobody: a link that is none, or no end of words. A fault of ours.
    #[error("unwritable: {0}")]
    Unwritable(String),
}

/// Hands mails over.
#[async_trait]
pub trait Post: Send + Sync + 'static {
    /// Hands one over. Answers in bounded time. Once it answered `Ok`, the mail is with the server (or in its file). After an error of class
    /// `timeout` it may be there nevertheless: the same `Message-ID` lets its receiver see that.
    ///
    /// # Errors
    /// [`PostRefused`]
    async fn send(&self, mail: &Mail) -> Result<(), PostRefused>;

    /// The `Message-ID` of a mailing, without angle brackets.
    fn message_id(&self, mailing: MailingId) -> String;
}

/// A mail that was written to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiledMail {
    /// Names it, without a path.
    pub name: String,
    /// To whom.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// When it was written.
    pub at: Timestamp,
}

/// A mail that was written to a file, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedMail {
    /// About it.
    pub mail: FiledMail,
    /// Its text part.
    pub text: String,
    /// Its HTML part.
    pub html: String,
    /// The message as it would go out.
    pub raw: String,
}

/// The folder cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the filed mails cannot be read: {0}")]
pub struct FilesUnreadable(
    /// What the system said.
    pub String,
);

/// Shows what was written to files, of one workspace at a time.
#[async_trait]
pub trait FiledMails: Send + Sync + 'static {
    /// Its newest 200, newest first. None where mails do not go to files.
    ///
    /// # Errors
    /// [`FilesUnreadable`]
    async fn list(&self, workspace: WorkspaceId) -> Result<Vec<FiledMail>, FilesUnreadable>;

    /// One of them; `None` if it has none of this name, or it is no name this gave out.
    ///
    /// # Errors
    /// [`FilesUnreadable`]
    async fn open(&self, workspace: WorkspaceId, name: &str) -> Result<Option<OpenedMail>, FilesUnreadable>;
}
