//! Ends mails of some kinds to somebody, by the link in one of them. Whoever has the link may do that and nothing else.

use std::sync::Arc;

use baton_kit::{
    data::StoreError,
    door::links::Links,
    life::{clock::SharedClock, ids::WorkspaceId},
};
use uuid::Uuid;

use super::ports::{
    Wishes,
    mail::{Composer, UnsubscribePage},
};
use crate::domain::{
    ids::{ContactId, MemberId},
    kind::{Kind, Recipient},
    mailing::Mailing,
};

/// What tokens of these links are made for.
const PURPOSE: &str = "unsubscribe";
/// How they are laid out: so that another layout is told from this one.
const LAYOUT: u8 = 1;
const MEMBER: u8 = 1;
const CONTACT: u8 = 2;
/// Layout, workspace, kind and id of the recipient, kind of notification; the language is the rest.
const HEAD: usize = 1 + 16 + 1 + 16 + 1;

/// Whose mails of which kind a link ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// Whose.
    pub recipient: Recipient,
    /// Which.
    pub kind: Kind,
    /// The language of the mail it stands in.
    pub language: String,
}

/// Makes and reads the tokens.
#[derive(Clone)]
pub struct Permits {
    links: Links,
}

impl Permits {
    /// Signed by these.
    pub fn new(links: Links) -> Self {
        Self { links }
    }

    /// The token for a mail in this language.
    pub fn seal(&self, mailing: &Mailing, language: &str) -> String {
        let (who, id) = match mailing.recipient {
            Recipient::Member(id) => (MEMBER, id.uuid()),
            Recipient::Contact(id) => (CONTACT, id.uuid()),
        };
        let mut content = vec![LAYOUT];
        content.extend(mailing.workspace.uuid().as_bytes());
        content.push(who);
        content.extend(id.as_bytes());
        content.push(code(mailing.kind));
        content.extend(language.as_bytes());
        self.links.seal(PURPOSE, &content)
    }

    /// What a token permits, if it was made here and is as it was made.
    pub fn open(&self, token: &str) -> Option<Permit> {
        let content = self.links.open(PURPOSE, token)?;
        let (head, language) = content.split_at_checked(HEAD)?;
        let (&[LAYOUT], rest) = head.split_first_chunk()? else { return None };
        let (workspace, rest) = rest.split_first_chunk::<16>()?;
        let (&[who], rest) = rest.split_first_chunk()?;
        let (id, rest) = rest.split_first_chunk::<16>()?;
        let (&[kind], _) = rest.split_first_chunk()?;
        let id = Uuid::from_bytes(*id);
        let recipient = match who {
            MEMBER => Recipient::Member(MemberId::from_uuid(id)),
            CONTACT => Recipient::Contact(ContactId::from_uuid(id)),
            _ => return None,
        };
        Some(Permit {
            workspace: WorkspaceId::from_uuid(Uuid::from_bytes(*workspace)),
            recipient,
            kind: kind_of(kind)?,
            language: std::str::from_utf8(language).ok()?.to_owned(),
        })
    }
}

/// Numbers in tokens that are out in the world: they never change their meaning.
fn code(kind: Kind) -> u8 {
    match kind {
        Kind::HandoffRequested => 1,
        Kind::AssignedToMe => 2,
        Kind::AssignedToMyTeam => 3,
        Kind::ReplyOverdue => 4,
        Kind::VisitorReply => 5,
    }
}

fn kind_of(number: u8) -> Option<Kind> {
    Kind::OF_MEMBERS.into_iter().chain([Kind::VisitorReply]).find(|kind| code(*kind) == number)
}

/// Why nothing was ended.
#[derive(Debug, thiserror::Error)]
pub enum UnsubscribeError {
    /// The link was not made here, or was changed.
    #[error("no such link")]
    NoSuchLink,
    /// The database.
    #[error(transparent)]
    Internal(#[from] StoreError),
}

/// The use case.
#[derive(Clone)]
pub struct Unsubscribe {
    /// What people want.
    pub wishes: Arc<dyn Wishes>,
    /// Reads the tokens.
    pub permits: Permits,
    /// Has the words of the page.
    pub composer: Arc<dyn Composer>,
    /// Time.
    pub clock: SharedClock,
}

impl Unsubscribe {
    /// The page behind a link. Changes nothing.
    ///
    /// # Errors
    /// [`UnsubscribeError::NoSuchLink`]
    pub fn describe(&self, token: &str) -> Result<UnsubscribePage, UnsubscribeError> {
        Ok(self.page(&self.permits.open(token).ok_or(UnsubscribeError::NoSuchLink)?))
    }

    /// Ends what a link is for. Safe to repeat.
    ///
    /// # Errors
    /// [`UnsubscribeError`]
    pub async fn run(&self, token: &str) -> Result<UnsubscribePage, UnsubscribeError> {
        let permit = self.permits.open(token).ok_or(UnsubscribeError::NoSuchLink)?;
        let now = self.clock.now();
        self.wishes.unsubscribe(permit.workspace, permit.recipient, vec![permit.kind], now).await?;
        Ok(self.page(&permit))
    }

    fn page(&self, permit: &Permit) -> UnsubscribePage {
        self.composer.unsubscribe_page(&permit.language, permit.kind)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::{
        ids::{ConversationId, HandoffId, MailingId},
        kind::Subject,
    };

    fn mailing(kind: Kind, recipient: Recipient) -> Mailing {
        Mailing {
            id: MailingId::from_uuid(Uuid::from_u128(1)),
            workspace: WorkspaceId::from_uuid(Uuid::from_u128(2)),
            kind,
            recipient,
            conversation: ConversationId::from_uuid(Uuid::from_u128(3)),
            subject: Subject::Handoff(HandoffId::from_uuid(Uuid::from_u128(4))),
            sequence: 1,
            since: Timestamp::UNIX_EPOCH,
            attempts: 0,
            tries: 0,
            upto: None,
            traceparent: None,
        }
    }

    #[test]
    fn g_n4_a_token_permits_what_it_was_made_for_and_no_changed_one_permits_anything() {
        let permits = Permits::new(Links::new([7; 32], None));
        for (kind, recipient) in [
            (Kind::ReplyOverdue, Recipient::Member(MemberId::from_uuid(Uuid::from_u128(5)))),
            (Kind::VisitorReply, Recipient::Contact(ContactId::from_uuid(Uuid::from_u128(6)))),
        ] {
            let token = permits.seal(&mailing(kind, recipient), "de");
            let permit = permits.open(&token).unwrap();
            assert_eq!((permit.kind, permit.recipient, permit.language.as_str()), (kind, recipient, "de"));
            for at in 0..token.len() {
                let mut bytes = token.clone().into_bytes();
                bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
                assert_eq!(permits.open(std::str::from_utf8(&bytes).unwrap()), None, "changed at {at}");
            }
        }
    }

    #[test]
    fn a_token_of_another_purpose_or_layout_permits_nothing() {
        let links = Links::new([7; 32], None);
        let permits = Permits::new(links.clone());
        assert_eq!(permits.open(&links.seal("resume", &[LAYOUT; 60])), None);
        assert_eq!(permits.open(&links.seal(PURPOSE, &[2; 60])), None);
        assert_eq!(permits.open(&links.seal(PURPOSE, &[LAYOUT; HEAD - 1])), None);
        assert_eq!(permits.open(&links.seal(PURPOSE, &[LAYOUT; 16])), None);
    }
}
