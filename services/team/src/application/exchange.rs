//! Exchanges a credential for a principal token that every door verifies offline.

use std::{sync::Arc, time::Duration};

use baton_kit::{
    data::StoreError,
    door::{
        principal::Kind,
        tokens::{Signer, SigningError, Subject},
    },
    life::clock::SharedClock,
};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

use super::ports::{ApiKeyStore, SessionStore};
use crate::domain::{
    ids::{ApiKeyId, MemberId, SessionId},
    secret::SecretHash,
    session::{Session, SessionLimits},
};

/// How long a principal token lives: what a revocation needs at most to be known even where nobody heard of it.
const TOKEN_LIFE: Duration = Duration::from_secs(60);

/// What somebody shows. Never printed.
#[derive(Debug, Clone)]
pub enum Credential {
    /// A session's secret.
    Session(SecretString),
    /// An API key's secret.
    ApiKey(SecretString),
    /// The operator's token.
    Operator(SecretString),
}

/// Whose a credential is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// A member's, who signed in.
    Member {
        /// The session.
        session: SessionId,
        /// Who.
        member: MemberId,
    },
    /// A program's.
    ApiKey(ApiKeyId),
    /// The operator's.
    Operator,
}

/// What a credential was exchanged for. Never printed.
#[derive(Clone)]
pub struct Exchanged {
    /// The principal token.
    pub token: String,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Whose it is.
    pub holder: Holder,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The credential opens nothing, or nothing any more.
    #[error("the credential opens nothing")]
    Refused,
    /// The token could not be signed.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The use case.
#[derive(Clone)]
pub struct Exchange {
    /// Where sessions are.
    pub sessions: Arc<dyn SessionStore>,
    /// Where keys are.
    pub keys: Arc<dyn ApiKeyStore>,
    /// The operator's token; `None` for no operator.
    pub operator: Option<SecretHash>,
    /// How long sessions live.
    pub limits: SessionLimits,
    /// Signs.
    pub signer: Signer,
    /// Time.
    pub clock: SharedClock,
}

impl Exchange {
    /// The token, and whose it is.
    ///
    /// # Errors
    /// [`ExchangeError`], each as it says.
    pub async fn run(&self, credential: &Credential) -> Result<Exchanged, ExchangeError> {
        let (subject, holder) = match credential {
            Credential::Session(secret) => self.member(hash_of(secret)).await?,
            Credential::ApiKey(secret) => self.key(hash_of(secret)).await?,
            Credential::Operator(secret) => self.operator(hash_of(secret))?,
        };
        let (token, ends_at) = self.signer.sign(&subject, TOKEN_LIFE)?;
        Ok(Exchanged { token, ends_at, holder })
    }

    async fn member(&self, hash: SecretHash) -> Result<(Subject, Holder), ExchangeError> {
        let now = self.clock.now();
        let (session, member) = self.sessions.find(hash).await?.ok_or(ExchangeError::Refused)?;
        if !session.is_alive(now, self.limits) || !member.active {
            return Err(ExchangeError::Refused);
        }
        if session.is_worth_noting(now) {
            self.note(&session, now).await;
        }
        let subject = Subject {
            kind: Kind::Member,
            id: member.id.uuid(),
            workspace: Some(member.workspace),
            scopes: member.scopes(),
            bound: Uuid::nil(),
        };
        Ok((subject, Holder::Member { session: session.id(), member: member.id }))
    }

    /// A note that cannot be written must not shut anybody out: the session was good.
    async fn note(&self, session: &Session, now: Timestamp) {
        if let Err(error) = self.sessions.note_seen(session, now).await {
            tracing::warn!(%error, "the use of a session was not noted");
        }
    }

    async fn key(&self, hash: SecretHash) -> Result<(Subject, Holder), ExchangeError> {
        let key = self.keys.find(hash).await?.filter(|key| key.is_usable(self.clock.now()));
        let key = key.ok_or(ExchangeError::Refused)?;
        let subject = Subject {
            kind: Kind::ApiKey,
            id: key.id.uuid(),
            workspace: Some(key.workspace),
            scopes: key.scopes,
            bound: Uuid::nil(),
        };
        Ok((subject, Holder::ApiKey(key.id)))
    }

    fn operator(&self, hash: SecretHash) -> Result<(Subject, Holder), ExchangeError> {
        if !self.operator.is_some_and(|known| known.matches(&hash)) {
            return Err(ExchangeError::Refused);
        }
        let subject = Subject {
            kind: Kind::Operator,
            id: Uuid::nil(),
            workspace: None,
            scopes: Vec::new(),
            bound: Uuid::nil(),
        };
        Ok((subject, Holder::Operator))
    }
}

fn hash_of(secret: &SecretString) -> SecretHash {
    SecretHash::of(secret.expose_secret())
}
