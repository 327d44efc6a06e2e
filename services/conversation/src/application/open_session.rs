//! A browser with the widget comes, or comes back.

use std::sync::Arc;

use baton_kit::{
    data::StoreError,
    life::{
        clock::SharedClock,
        ids::{SharedIds, base32},
    },
};
use sha2::{Digest as _, Sha256};

use super::{
    ports::{
        Scope,
        sessions::{NewSession, RenewedSession, VisitorSessions, WidgetAssistant},
    },
    resume_links::ResumeLinks,
};
use crate::domain::ids::{ContactId, ConversationId};

const SECRET_PREFIX: &str = "batonvis_";

/// Opens and renews visitors' sessions.
#[derive(Clone)]
pub struct OpenSession {
    /// Where they are kept.
    pub sessions: Arc<dyn VisitorSessions>,
    /// Time.
    pub clock: SharedClock,
    /// Ids and secrets.
    pub ids: SharedIds,
    /// Links in mails.
    pub links: ResumeLinks,
}

/// A session to hand to the browser.
#[derive(Debug, Clone)]
pub struct OpenedSession {
    /// The assistant it is bound to.
    pub assistant: WidgetAssistant,
    /// The contact.
    pub contact: ContactId,
    /// The next renewal secret; kept nowhere here. Empty where the session is not renewed.
    pub renewal_secret: String,
    /// The one conversation it is for; `None` for all of the contact's with the assistant.
    pub only: Option<ConversationId>,
}

/// Why no session is given.
#[derive(Debug, thiserror::Error)]
pub enum SessionRefused {
    /// No assistant has this key.
    #[error("no such widget")]
    UnknownKey,
    /// The secret is not known, or good no more.
    #[error("the session cannot be renewed")]
    UnknownSecret,
    /// The link was not made here, is too old, or what it opened is gone.
    #[error("the link opens nothing any more")]
    DeadLink,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OpenSession {
    /// What must be known before a page may carry a widget.
    ///
    /// # Errors
    /// When no assistant has the key.
    pub async fn widget(&self, widget_key: &str) -> Result<WidgetAssistant, SessionRefused> {
        self.sessions.assistant_of_key(widget_key).await?.ok_or(SessionRefused::UnknownKey)
    }

    /// A session for a browser that knows only the widget key.
    ///
    /// # Errors
    /// When no assistant has the key.
    pub async fn open(&self, widget_key: &str) -> Result<OpenedSession, SessionRefused> {
        let assistant = self.widget(widget_key).await?;
        let (contact, renewal_secret) = (ContactId::from_uuid(self.ids.next()), self.secret());
        let session = NewSession {
            workspace: assistant.workspace,
            contact,
            assistant: assistant.id,
            secret_hash: hash(&renewal_secret),
            at: self.clock.now(),
        };
        self.sessions.open(session).await?;
        Ok(OpenedSession { assistant, contact, renewal_secret, only: None })
    }

    /// A session for the one conversation that a link in a mail opens. Nothing is kept of it: the link can be opened again.
    ///
    /// # Errors
    /// When the link opens nothing, or nothing any more.
    pub async fn resume(&self, token: &str) -> Result<OpenedSession, SessionRefused> {
        let link = self.links.open(token, self.clock.now()).ok_or(SessionRefused::DeadLink)?;
        let only = Some(link.conversation);
        let scope = Scope { only, ..Scope::all_of_contact(link.workspace, link.contact) };
        let assistant = self.sessions.assistant_of(scope, link.conversation).await?;
        let assistant = assistant.ok_or(SessionRefused::DeadLink)?;
        Ok(OpenedSession { assistant, contact: link.contact, renewal_secret: String::new(), only })
    }

    /// Goes on with a session by its secret, which is good until the next one was used and for a minute more.
    ///
    /// # Errors
    /// When the secret is not known, or good no more.
    pub async fn renew(&self, secret: &str) -> Result<OpenedSession, SessionRefused> {
        let renewal_secret = self.secret();
        let renewed = self.sessions.renew(hash(secret), hash(&renewal_secret), self.clock.now()).await?;
        let renewed = renewed.ok_or(SessionRefused::UnknownSecret)?;
        let RenewedSession { assistant, contact } = renewed;
        Ok(OpenedSession { assistant, contact, renewal_secret, only: None })
    }

    /// 256 random bits.
    fn secret(&self) -> String {
        let mut bytes = [0; 32];
        self.ids.fill(&mut bytes);
        let (high, low) = bytes.split_at(16);
        let half = |bytes: &[u8]| base32::encode(bytes.try_into().map_or(0, u128::from_be_bytes));
        format!("{SECRET_PREFIX}{}{}", half(high), half(low))
    }
}

fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}
