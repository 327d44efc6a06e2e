//! Credentials from outside become principal tokens: asked of team once, remembered for most of a token's minute, and given up at once
//! when team says that they were revoked.
//!
//! Secrets are kept only as hashes. Must not know where a credential was found.

mod lease;
mod revoked;
mod watch;

pub(crate) use lease::Lease;
pub(crate) use watch::Watch;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use baton_kit::{
    door::{peer::Peer, refusal::is_transient},
    life::{clock::SharedClock, ids::SharedIds},
};
use baton_proto::internal::team::v1::{
    ExchangeRequest, ExchangeResponse, exchange_request::Credential as Wire,
    session_service_client::SessionServiceClient,
};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use tonic::Status;

use lease::Leases;
use revoked::{Moment, Name, Revoked, Standing};

/// A token is not handed out any more when this little of its life is left: a call must be able to end within it.
const RESERVE_SECONDS: i64 = 20;
const REMEMBERED: u64 = 100_000;
const LONGEST_MEMORY: Duration = Duration::from_secs(60);
/// Names known to be revoked; of more than these, the ones before are taken as if all had been.
const REVOKED_NAMES: usize = 16_384;

/// The hash by which a credential is known here.
type Fingerprint = [u8; 32];

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
    fn fingerprint(self) -> Fingerprint {
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

/// What a credential was exchanged for.
#[derive(Clone)]
pub(crate) struct Grant {
    /// The principal token.
    pub token: Arc<str>,
    end: Timestamp,
    /// What it may be revoked by.
    names: Arc<[Name]>,
    asked: Moment,
}

/// Exchanges credentials. Clones share what is remembered.
#[derive(Clone)]
pub(crate) struct Exchange {
    team: Peer,
    clock: SharedClock,
    ids: SharedIds,
    known: moka::sync::Cache<Fingerprint, Grant>,
    revoked: Arc<Mutex<Revoked>>,
    leases: Arc<Leases>,
}

impl Exchange {
    /// Remembers nothing yet.
    pub fn new(team: Peer, clock: SharedClock, ids: SharedIds) -> Self {
        let known =
            moka::sync::Cache::builder().max_capacity(REMEMBERED).time_to_live(LONGEST_MEMORY).build();
        let revoked = Arc::new(Mutex::new(Revoked::new(REVOKED_NAMES)));
        Self { team, clock, ids, known, revoked, leases: Arc::default() }
    }

    /// A principal token for a credential. One that may have been revoked unheard is good only while nobody can be asked.
    pub async fn token(&self, credential: Credential<'_>) -> Result<Grant, Status> {
        let latest = self.clock.now().as_second() + RESERVE_SECONDS;
        let remembered =
            self.known.get(&credential.fingerprint()).filter(|grant| grant.end.as_second() > latest);
        if let Some(grant) = remembered.as_ref().filter(|grant| self.standing(grant) == Standing::Good) {
            return Ok(grant.clone());
        }
        // Boxed: once a minute it is needed, and every call would carry the room for it.
        match (Box::pin(self.renew(credential)).await, remembered) {
            (Err(status), Some(grant)) if is_transient(&status) && self.standing(&grant) == Standing::Old => {
                Ok(grant)
            }
            (renewed, _) => renewed,
        }
    }

    /// The same, asking in any case.
    pub async fn renew(&self, credential: Credential<'_>) -> Result<Grant, Status> {
        let (fingerprint, asked) = (credential.fingerprint(), self.revoked().now());
        let request = ExchangeRequest { credential: Some(credential.wire()) };
        match SessionServiceClient::new(self.team.as_self()).exchange(request).await {
            Ok(answer) => {
                let grant = granted(fingerprint, asked, answer.into_inner());
                self.known.insert(fingerprint, grant.clone());
                Ok(grant)
            }
            Err(status) => {
                if status.code() == tonic::Code::Unauthenticated {
                    self.known.invalidate(&fingerprint);
                }
                Err(status)
            }
        }
    }

    /// What a stream lives by, from the moment its token was asked for.
    pub fn lease(&self, grant: &Grant) -> Lease {
        let lease = Lease::new(&self.leases, &grant.names, (&self.clock, &self.ids));
        // After it listens: what came before is in the book, what comes later is heard.
        match self.standing(grant) {
            Standing::Good => {}
            Standing::Old => lease.catch_up(false),
            Standing::Revoked => lease.catch_up(true),
        }
        lease
    }

    /// Forgets a credential that was given up here, and wakes the streams that live by it.
    ///
    /// The book holds so many names, and anybody can make secrets up: one that nothing here lives by leaves no name in it. Whoever is just
    /// being answered about one that is real hears of its end from team, as of all that is ended elsewhere.
    pub fn forget(&self, credential: Credential<'_>) {
        let fingerprint = credential.fingerprint();
        let (was_known, name) = (self.known.remove(&fingerprint).is_some(), Name::Secret(fingerprint));
        if was_known || self.leases.live_by(&name) {
            self.give_up(name);
        }
    }

    /// Forgets what goes by an id, and wakes the streams that live by it.
    fn revoke(&self, id: &str) {
        self.give_up(Name::Id(id.into()));
    }

    /// Something may have been revoked unheard: everything remembered is asked for anew, and all streams look again, spread out.
    fn take_all_as_old(&self) {
        self.revoked().anything();
        self.leases.ring_all();
    }

    fn give_up(&self, name: Name) {
        self.revoked().name(name.clone());
        self.leases.ring(&name);
    }

    fn standing(&self, grant: &Grant) -> Standing {
        self.revoked().standing(&grant.names, grant.asked)
    }

    /// No code that may panic runs under this lock.
    fn revoked(&self) -> MutexGuard<'_, Revoked> {
        self.revoked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;

fn granted(fingerprint: Fingerprint, asked: Moment, answer: ExchangeResponse) -> Grant {
    let end = answer.expire_time.and_then(|end| Timestamp::from_second(end.seconds).ok());
    let ids = [answer.credential_id, answer.principal_id].into_iter().filter(|id| !id.is_empty());
    let names = std::iter::once(Name::Secret(fingerprint)).chain(ids.map(|id| Name::Id(id.into())));
    Grant {
        token: answer.token.into(),
        end: end.unwrap_or(Timestamp::UNIX_EPOCH),
        names: names.collect(),
        asked,
    }
}
