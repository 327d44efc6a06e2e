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

use super::ports::{NewSession, VisitorSessions, WidgetAssistant};
use crate::domain::ids::ContactId;

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
}

/// A session to hand to the browser.
#[derive(Debug, Clone)]
pub struct OpenedSession {
    /// The assistant it is bound to.
    pub assistant: WidgetAssistant,
    /// The contact.
    pub contact: ContactId,
    /// The next renewal secret; kept nowhere here.
    pub renewal_secret: String,
}

/// Why no session is given.
#[derive(Debug, thiserror::Error)]
pub enum SessionRefused {
    /// No assistant has this key.
    #[error("no such widget")]
    UnknownKey,
    /// The secret is not known, or too old.
    #[error("the session cannot be renewed")]
    UnknownSecret,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OpenSession {
    /// A session for a browser that knows only the widget key.
    ///
    /// # Errors
    /// When no assistant has the key.
    pub async fn open(&self, widget_key: &str) -> Result<OpenedSession, SessionRefused> {
        let assistant =
            self.sessions.assistant_of_key(widget_key).await?.ok_or(SessionRefused::UnknownKey)?;
        let (contact, renewal_secret) = (ContactId::from_uuid(self.ids.next()), self.secret());
        let session = NewSession {
            workspace: assistant.workspace,
            contact,
            assistant: assistant.id,
            secret_hash: hash(&renewal_secret),
            at: self.clock.now(),
        };
        self.sessions.open(session).await?;
        Ok(OpenedSession { assistant, contact, renewal_secret })
    }

    /// Goes on with a session by its secret, which is good once.
    ///
    /// # Errors
    /// When the secret is not known, or too old.
    pub async fn renew(&self, secret: &str) -> Result<OpenedSession, SessionRefused> {
        let renewal_secret = self.secret();
        let renewed = self.sessions.renew(hash(secret), hash(&renewal_secret), self.clock.now()).await?;
        let renewed = renewed.ok_or(SessionRefused::UnknownSecret)?;
        Ok(OpenedSession { assistant: renewed.assistant, contact: renewed.contact, renewal_secret })
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
