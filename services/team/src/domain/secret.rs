//! Secrets given out once, and the hashes by which they are known again.
//!
//! 32 random bytes need no slow hash: nobody guesses them. Must not know what a secret opens.

use std::fmt;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// Bytes of chance in a secret.
pub const SECRET_BYTES: usize = 32;

/// What a session's secret begins with, so that scanners of leaked text know it.
pub const SESSION_PREFIX: &str = "batonsess_";
/// What an API key's secret begins with.
pub const API_KEY_PREFIX: &str = "batonkey_";

/// Writes 32 random bytes as a secret to give out.
pub fn mint(prefix: &str, chance: &[u8; SECRET_BYTES]) -> SecretString {
    format!("{prefix}{}", BASE64_URL_SAFE_NO_PAD.encode(chance)).into()
}

/// By what a secret is found again; tells nothing about it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// The hash of a whole secret, prefix included.
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret).into())
    }

    /// An id that follows from it, one for each purpose, from which it cannot be told.
    pub fn name(&self, purpose: &str) -> Uuid {
        let digest = Sha256::new().chain_update(purpose).chain_update([0]).chain_update(self.0).finalize();
        Uuid::from_u128(digest.iter().take(16).fold(0, |id, byte| (id << 8) | u128::from(*byte)))
    }

    /// As tables keep it.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether two secrets are the same, in a time that does not depend on where they differ.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(***)")
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn a_secret_says_what_it_is_and_holds_all_of_its_chance() {
        let secret = mint(API_KEY_PREFIX, &[0xff; SECRET_BYTES]);
        let body = secret.expose_secret().strip_prefix("batonkey_").unwrap();
        assert_eq!(BASE64_URL_SAFE_NO_PAD.decode(body).unwrap(), [0xff; SECRET_BYTES]);
        assert!(!format!("{secret:?}").contains(body));
    }

    #[test]
    fn only_the_same_secret_matches() {
        let hash = SecretHash::of("batonsess_a");
        assert!(hash.matches(&SecretHash::of("batonsess_a")));
        assert!(!hash.matches(&SecretHash::of("batonsess_b")));
        assert!(!hash.matches(&SecretHash::of("")));
    }
}
