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
    secret::SecretHash,
    session::{Session, SessionLimits},
};

/// How long a principal token lives: what a revocation needs at most to be known everywhere.
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
    /// The token, and when it ends.
    ///
    /// # Errors
    /// [`ExchangeError`], each as it says.
    pub async fn run(&self, credential: &Credential) -> Result<(String, Timestamp), ExchangeError> {
        let subject = match credential {
            Credential::Session(secret) => self.member(hash_of(secret)).await?,
            Credential::ApiKey(secret) => self.key(hash_of(secret)).await?,
            Credential::Operator(secret) => self.operator(hash_of(secret))?,
        };
        Ok(self.signer.sign(&subject, TOKEN_LIFE)?)
    }

    async fn member(&self, hash: SecretHash) -> Result<Subject, ExchangeError> {
        let now = self.clock.now();
        let (session, member) = self.sessions.find(hash).await?.ok_or(ExchangeError::Refused)?;
        if !session.is_alive(now, self.limits) || !member.active {
            return Err(ExchangeError::Refused);
        }
        if session.is_worth_noting(now) {
            self.note(&session, now).await;
        }
        Ok(Subject {
            kind: Kind::Member,
            id: member.id.uuid(),
            workspace: Some(member.workspace),
            scopes: member.scopes(),
            bound: Uuid::nil(),
        })
    }

    /// A note that cannot be written must not shut anybody out: the session was good.
    async fn note(&self, session: &Session, now: Timestamp) {
        if let Err(error) = self.sessions.note_seen(session, now).await {
            tracing::warn!(%error, "the use of a session was not noted");
        }
    }

    async fn key(&self, hash: SecretHash) -> Result<Subject, ExchangeError> {
        let key = self.keys.find(hash).await?.filter(|key| key.is_usable(self.clock.now()));
        let key = key.ok_or(ExchangeError::Refused)?;
        Ok(Subject {
            kind: Kind::ApiKey,
            id: key.id.uuid(),
            workspace: Some(key.workspace),
            scopes: key.scopes,
            bound: Uuid::nil(),
        })
    }

    fn operator(&self, hash: SecretHash) -> Result<Subject, ExchangeError> {
        match self.operator {
            Some(known) if known.matches(&hash) => Ok(Subject {
                kind: Kind::Operator,
                id: Uuid::nil(),
                workspace: None,
                scopes: Vec::new(),
                bound: Uuid::nil(),
            }),
            _ => Err(ExchangeError::Refused),
        }
    }
}

fn hash_of(secret: &SecretString) -> SecretHash {
    SecretHash::of(secret.expose_secret())
}
