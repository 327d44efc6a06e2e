//! Signs a member in by password.
//!
//! Whether the workspace, the address or the password was wrong is told by nothing: same words, same work.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use baton_kit::{
    data::StoreError,
    life::{clock::SharedClock, ids::SharedIds},
};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};

use super::ports::{MemberStore, PasswordHash, Passwords, PasswordsError, SessionStore, Verdict};
use crate::domain::{
    email::EmailAddress,
    member::Member,
    password::GivenPassword,
    secret::{self, SECRET_BYTES, SESSION_PREFIX, SecretHash},
    session::{Session, SessionLimits},
    throttle::{Throttle, ThrottleLimits},
    workspace::Slug,
};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct SignInCommand {
    /// Which workspace.
    pub slug: Slug,
    /// Who.
    pub email: EmailAddress,
    /// The proof.
    pub password: GivenPassword,
    /// From where, if the gateway said so.
    pub from: Option<IpAddr>,
}

/// Somebody signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The session's secret, shown once.
    pub secret: SecretString,
    /// When the session ends at the latest.
    pub expires_at: Timestamp,
    /// Who.
    pub member: Member,
}

/// Why nobody signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Address and password do not belong together.
    #[error("address and password do not belong together")]
    Refused,
    /// Too many attempts.
    #[error("too many attempts")]
    TooMany {
        /// When to come back.
        retry_after: Duration,
    },
    /// Passwords cannot be compared.
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The attempts of the last while, by account and by caller. Lost on a restart, and per replica.
pub struct Attempts {
    books: Mutex<Books>,
    clock: SharedClock,
}

struct Books {
    accounts: Throttle<SecretHash>,
    callers: Throttle<IpAddr>,
}

impl Attempts {
    /// Nobody has tried yet.
    pub fn new(accounts: ThrottleLimits, callers: ThrottleLimits, clock: SharedClock) -> Self {
        let books = Books { accounts: Throttle::new(accounts), callers: Throttle::new(callers) };
        Self { books: Mutex::new(books), clock }
    }

    /// Counts an attempt, unless it comes too early. One that comes too early costs nothing and prolongs nothing.
    fn begin(&self, account: SecretHash, from: Option<IpAddr>) -> Result<(), SignInError> {
        let now = self.clock.monotonic();
        let mut books = self.books();
        let caller_waits = from.map_or(Duration::ZERO, |from| books.callers.wait(&from, now));
        let retry_after = books.accounts.wait(&account, now).max(caller_waits);
        if !retry_after.is_zero() {
            return Err(SignInError::TooMany { retry_after });
        }
        books.accounts.count(account, now);
        if let Some(from) = from {
            books.callers.count(from, now);
        }
        Ok(())
    }

    /// The account's past is forgiven; the caller's only for this attempt, or an own account would wash off the rest.
    fn succeeded(&self, account: SecretHash, from: Option<IpAddr>) {
        let mut books = self.books();
        books.accounts.forget(&account);
        if let Some(from) = from {
            books.callers.take_back(&from);
        }
    }

    fn take_back(&self, account: SecretHash, from: Option<IpAddr>) {
        let mut books = self.books();
        books.accounts.take_back(&account);
        if let Some(from) = from {
            books.callers.take_back(&from);
        }
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The use case.
#[derive(Clone)]
pub struct SignIn {
    /// Where members are.
    pub members: Arc<dyn MemberStore>,
    /// Where sessions are.
    pub sessions: Arc<dyn SessionStore>,
    /// Compares.
    pub passwords: Arc<dyn Passwords>,
    /// Who tried how often.
    pub attempts: Arc<Attempts>,
    /// How long sessions live.
    pub limits: SessionLimits,
    /// Time.
    pub clock: SharedClock,
    /// Chance.
    pub ids: SharedIds,
}

impl SignIn {
    /// A new session.
    ///
    /// # Errors
    /// [`SignInError`], each as it says.
    pub async fn run(&self, command: SignInCommand) -> Result<SignedIn, SignInError> {
        let account = SecretHash::of(&format!("{}\n{}", command.slug, command.email.key()));
        let from = command.from.map(household);
        self.attempts.begin(account, from)?;
        let outcome = self.prove(&command).await;
        match &outcome {
            Ok(_) => self.attempts.succeeded(account, from),
            Err(SignInError::Refused | SignInError::TooMany { .. }) => {}
            Err(SignInError::Passwords(_) | SignInError::Store(_)) => self.attempts.take_back(account, from),
        }
        self.open(outcome?).await
    }

    async fn prove(&self, command: &SignInCommand) -> Result<Member, SignInError> {
        let found = self.members.find_for_sign_in(&command.slug, &command.email).await?;
        let known = found.as_ref().map(|(_, hash)| hash);
        let verdict = self.passwords.verify(command.password.secret(), known).await?;
        let (member, hash) = found.ok_or(SignInError::Refused)?;
        match verdict {
            Verdict::Wrong => return Err(SignInError::Refused),
            Verdict::Right => {}
            Verdict::RightButWeak => self.strengthen(&member, hash, command).await?,
        }
        Ok(member)
    }

    async fn strengthen(
        &self,
        member: &Member,
        old: PasswordHash,
        command: &SignInCommand,
    ) -> Result<(), SignInError> {
        let new = self.passwords.hash(command.password.secret()).await?;
        Ok(self.members.strengthen(member, old, new).await?)
    }

    async fn open(&self, member: Member) -> Result<SignedIn, SignInError> {
        let now = self.clock.now();
        let mut chance = [0; SECRET_BYTES];
        self.ids.fill(&mut chance);
        let secret = secret::mint(SESSION_PREFIX, &chance);
        let hash = SecretHash::of(secret.expose_secret());
        let session = Session::begin(hash, member.workspace, member.id, now, self.limits);
        let expires_at = session.expires_at;
        let idle_since = now.saturating_sub(self.limits.idle).unwrap_or(Timestamp::MIN);
        let opened = self.sessions.open(session, idle_since).await?;
        if opened { Ok(SignedIn { secret, expires_at, member }) } else { Err(SignInError::Refused) }
    }
}

/// Who has one IPv6 address has the whole /64 around it.
fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s_61_addresses_of_one_household_are_one_caller() {
        let household = |text: &str| household(text.parse().unwrap());
        assert_eq!(household("2001:db8::1"), household("2001:db8::ffff:1"));
        assert_ne!(household("2001:db8::1"), household("2001:db8:0:1::1"));
        assert_eq!(household("::ffff:192.0.2.1"), household("192.0.2.1"));
        assert_ne!(household("192.0.2.1"), household("192.0.2.2"));
    }
}
