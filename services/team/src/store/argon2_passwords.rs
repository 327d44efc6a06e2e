//! Passwords by argon2id, off the runtime's threads and few at a time.
//!
//! Must not know whose password it is. One hash takes some 20 ms of a core and 19 MiB: without a bound,
//! fifty people signing in at once would stop everything else.

use std::sync::Arc;

use argon2::{
    Argon2, Params, PasswordHasher as _, PasswordVerifier as _,
    password_hash::{self, phc},
};
use async_trait::async_trait;
use baton_kit::life::ids::SharedIds;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Semaphore;

use crate::application::ports::{PasswordHash, Passwords, PasswordsError, Verdict};

/// Hashes at work at once.
const PERMITS: usize = 2;
const SALT_BYTES: usize = 16;

/// Implements the port with the parameters that are today's default: m = 19 MiB, t = 2, p = 1.
#[derive(Clone)]
pub(crate) struct Argon2Passwords {
    permits: Arc<Semaphore>,
    /// Compared with where there is nobody, so that it takes as long.
    dummy: PasswordHash,
    ids: SharedIds,
}

impl Argon2Passwords {
    pub(crate) async fn new(ids: SharedIds) -> Result<Self, PasswordsError> {
        let mut unguessable = [0; 32];
        ids.fill(&mut unguessable);
        let salt = salt(&ids);
        let permits = Arc::new(Semaphore::new(PERMITS));
        let dummy = blocking(&permits, move || hash(&unguessable, salt)).await?;
        Ok(Self { permits, dummy, ids })
    }
}

#[async_trait]
impl Passwords for Argon2Passwords {
    async fn hash(&self, password: &SecretString) -> Result<PasswordHash, PasswordsError> {
        let (password, salt) = (password.clone(), salt(&self.ids));
        blocking(&self.permits, move || hash(password.expose_secret().as_bytes(), salt)).await
    }

    async fn verify(
        &self,
        password: &SecretString,
        known: Option<&PasswordHash>,
    ) -> Result<Verdict, PasswordsError> {
        let (password, known) = (password.clone(), known.unwrap_or(&self.dummy).clone());
        blocking(&self.permits, move || verify(&password, &known)).await
    }
}

/// The permit goes with the work: a caller who went away must not make room for a third.
async fn blocking<T: Send + 'static>(
    permits: &Arc<Semaphore>,
    work: impl FnOnce() -> Result<T, PasswordsError> + Send + 'static,
) -> Result<T, PasswordsError> {
    let permit = Arc::clone(permits).acquire_owned().await.map_err(failed)?;
    let done = tokio::task::spawn_blocking(move || {
        let outcome = work();
        drop(permit);
        outcome
    });
    done.await.map_err(failed)?
}

fn salt(ids: &SharedIds) -> [u8; SALT_BYTES] {
    let mut salt = [0; SALT_BYTES];
    ids.fill(&mut salt);
    salt
}

fn hash(password: &[u8], salt: [u8; SALT_BYTES]) -> Result<PasswordHash, PasswordsError> {
    let hash = Argon2::default().hash_password_with_salt(password, &salt).map_err(failed)?;
    Ok(PasswordHash(hash.to_string().into()))
}

fn verify(password: &SecretString, known: &PasswordHash) -> Result<Verdict, PasswordsError> {
    let known = phc::PasswordHash::new(known.0.expose_secret()).map_err(failed)?;
    match Argon2::default().verify_password(password.expose_secret().as_bytes(), &known) {
        Ok(()) if is_weak(&known)? => Ok(Verdict::RightButWeak),
        Ok(()) => Ok(Verdict::Right),
        Err(password_hash::Error::PasswordInvalid) => Ok(Verdict::Wrong),
        Err(error) => Err(failed(error)),
    }
}

fn is_weak(known: &phc::PasswordHash) -> Result<bool, PasswordsError> {
    let (known, today) = (Params::try_from(known).map_err(failed)?, Params::DEFAULT);
    Ok(known.m_cost() < today.m_cost() || known.t_cost() < today.t_cost())
}

fn failed(error: impl std::fmt::Display) -> PasswordsError {
    PasswordsError(error.to_string())
}

#[cfg(test)]
mod tests {
    use baton_kit_testing::seeds::SeededIds;

    use super::*;

    async fn passwords() -> Argon2Passwords {
        Argon2Passwords::new(SeededIds::new(1)).await.unwrap()
    }

    fn text(password: &str) -> SecretString {
        password.into()
    }

    #[tokio::test]
    async fn s_60_a_stored_hash_is_argon2id_with_todays_parameters() {
        let hash = passwords().await.hash(&text("correct horse")).await.unwrap();
        let phc = hash.0.expose_secret();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
    }

    #[tokio::test]
    async fn the_same_password_never_has_the_same_hash() {
        let passwords = passwords().await;
        let first = passwords.hash(&text("correct horse")).await.unwrap();
        let second = passwords.hash(&text("correct horse")).await.unwrap();
        assert_ne!(first.0.expose_secret(), second.0.expose_secret());
    }

    #[tokio::test]
    async fn exact_bytes_are_compared() {
        let passwords = passwords().await;
        let hash = passwords.hash(&text("Ünïcode ☃")).await.unwrap();
        for (given, verdict) in [
            ("Ünïcode ☃", Verdict::Right),
            ("U\u{308}nïcode ☃", Verdict::Wrong),
            ("ünïcode ☃", Verdict::Wrong),
            ("Ünïcode ☃ ", Verdict::Wrong),
        ] {
            assert_eq!(passwords.verify(&text(given), Some(&hash)).await, Ok(verdict), "{given}");
        }
    }

    #[tokio::test]
    async fn s_63_nobody_is_compared_with_as_much_work() {
        let passwords = passwords().await;
        assert_eq!(passwords.verify(&text("anything"), None).await, Ok(Verdict::Wrong));
        let cost = |hash: &PasswordHash| hash.0.expose_secret().split('$').nth(3).map(str::to_owned);
        let real = passwords.hash(&text("correct horse")).await.unwrap();
        assert_eq!(cost(&passwords.dummy), cost(&real));
    }

    #[tokio::test]
    async fn s_60_a_hash_of_weaker_times_is_told_apart() {
        let weak = Argon2::new(Default::default(), Default::default(), Params::new(8, 1, 1, None).unwrap());
        let hash = weak.hash_password_with_salt(b"correct horse", b"a salt of bytes").unwrap();
        let hash = PasswordHash(hash.to_string().into());
        let passwords = passwords().await;
        assert_eq!(passwords.verify(&text("correct horse"), Some(&hash)).await, Ok(Verdict::RightButWeak));
        assert_eq!(passwords.verify(&text("wrong horse"), Some(&hash)).await, Ok(Verdict::Wrong));
    }

    #[tokio::test]
    async fn s_62_hashes_wait_for_their_turn() {
        let passwords = passwords().await;
        let held = passwords.permits.clone().acquire_many_owned(2).await.unwrap();
        let password = text("correct horse");
        let mut waiting = Box::pin(passwords.hash(&password));
        assert!(futures::poll!(&mut waiting).is_pending());
        drop(held);
        waiting.await.unwrap();
    }
}
