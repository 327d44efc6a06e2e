//! Credentials from outside become principal tokens: asked of team once, remembered for most of a token's minute.
//!
//! Secrets are kept only as hashes. Must not know where a credential was found.

use std::{sync::Arc, time::Duration};

use baton_kit::{door::peer::Peer, life::clock::SharedClock};
use baton_proto::internal::team::v1::{
    ExchangeRequest, exchange_request::Credential as Wire, session_service_client::SessionServiceClient,
};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use tokio::sync::broadcast;
use tonic::Status;

/// A token is not handed out any more when this little of its life is left: a call must be able to end within it.
const RESERVE_SECONDS: i64 = 20;
const REMEMBERED: u64 = 100_000;
const LONGEST_MEMORY: Duration = Duration::from_secs(60);

/// The hash by which a credential is known here.
pub(crate) type Fingerprint = [u8; 32];

/// A credential as it came from outside.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Credential<'a> {
    /// A member's session.
    Session(&'a str),
    /// A program's key.
    ApiKey(&'a str),
    /// The platform operator.
    Operator(&'a str),
}

impl Credential<'_> {
    /// The hash of kind and secret.
    pub fn fingerprint(self) -> Fingerprint {
        let (kind, secret) = match self {
            Self::Session(secret) => (b's', secret),
            Self::ApiKey(secret) => (b'k', secret),
            Self::Operator(secret) => (b'o', secret),
        };
        Sha256::new().chain_update([kind]).chain_update(secret).finalize().into()
    }

    fn wire(self) -> Wire {
        match self {
            Self::Session(secret) => Wire::SessionSecret(secret.to_owned()),
            Self::ApiKey(secret) => Wire::ApiKey(secret.to_owned()),
            Self::Operator(secret) => Wire::OperatorToken(secret.to_owned()),
        }
    }
}

#[derive(Clone)]
struct Granted {
    token: Arc<str>,
    end: Timestamp,
}

/// Exchanges credentials. Clones share what is remembered.
#[derive(Clone)]
pub(crate) struct Exchange {
    team: Peer,
    clock: SharedClock,
    known: moka::sync::Cache<Fingerprint, Granted>,
    ended: broadcast::Sender<Fingerprint>,
}

impl Exchange {
    /// Remembers nothing yet.
    pub fn new(team: Peer, clock: SharedClock) -> Self {
        let known =
            moka::sync::Cache::builder().max_capacity(REMEMBERED).time_to_live(LONGEST_MEMORY).build();
        Self { team, clock, known, ended: broadcast::Sender::new(1024) }
    }

    /// A principal token for a credential.
    pub async fn token(&self, credential: Credential<'_>) -> Result<Arc<str>, Status> {
        let latest = self.clock.now().as_second() + RESERVE_SECONDS;
        match self.known.get(&credential.fingerprint()) {
            Some(granted) if granted.end.as_second() > latest => Ok(granted.token),
            _ => self.renew(credential).await,
        }
    }

    /// The same, asking in any case.
    pub async fn renew(&self, credential: Credential<'_>) -> Result<Arc<str>, Status> {
        let request = ExchangeRequest { credential: Some(credential.wire()) };
        let answer = SessionServiceClient::new(self.team.as_self()).exchange(request).await;
        let answer = match answer {
            Ok(answer) => answer.into_inner(),
            Err(status) => {
                if status.code() == tonic::Code::Unauthenticated {
                    self.known.invalidate(&credential.fingerprint());
                }
                return Err(status);
            }
        };
        let end = answer.expire_time.and_then(|end| Timestamp::from_second(end.seconds).ok());
        let granted = Granted { token: answer.token.into(), end: end.unwrap_or(Timestamp::UNIX_EPOCH) };
        self.known.insert(credential.fingerprint(), granted.clone());
        Ok(granted.token)
    }

    /// Forgets a credential that was given up, and tells the streams that live by it.
    pub fn forget(&self, credential: Credential<'_>) {
        let fingerprint = credential.fingerprint();
        self.known.invalidate(&fingerprint);
        // No receiver only means that there is no stream.
        let _ = self.ended.send(fingerprint);
    }

    /// Hears which credentials were given up here from now on.
    pub fn given_up(&self) -> broadcast::Receiver<Fingerprint> {
        self.ended.subscribe()
    }
}
