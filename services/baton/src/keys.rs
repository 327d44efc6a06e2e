//! The installation's secret, and the signing key of each service derived from it.
//!
//! One secret instead of five key files: a laptop makes it at first start, a cluster mounts it. Whoever has it can sign for every
//! service, as whoever has the database can; keys of their own per service come with separate deployments.

use std::{fs, io, io::Write as _, os::unix::fs::OpenOptionsExt as _, path::Path};

use baton_kit::{
    door::{
        principal::Kind,
        tokens::{KeySet, Signer, SigningError},
    },
    life::{clock::SharedClock, ids::IdSource},
};
use secrecy::ExposeSecret as _;
use sha2::{Digest as _, Sha256};

use crate::config::SuiteConfig;

const LABEL: &[u8] = b"baton signing key v1:";

/// Who may sign for whom.
const SIGNERS: [(&str, &[Kind]); 5] = [
    ("conversation", &[Kind::Visitor]),
    ("team", &[Kind::Member, Kind::ApiKey, Kind::Operator]),
    ("routing", &[]),
    ("ai", &[]),
    ("gateway", &[]),
];

/// The secret cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or made.
    #[error("the secret in {path}: {cause}")]
    File {
        /// Which file.
        path: String,
        /// Why.
        cause: io::Error,
    },
    /// What stands there is no secret.
    #[error("the secret in {path} is not 64 hexadecimal digits")]
    Malformed {
        /// Where it stands.
        path: String,
    },
    /// A key cannot be made of it.
    #[error(transparent)]
    Signing(#[from] SigningError),
}

/// The signers of a suite; their public keys are in the key set.
pub struct Signers {
    /// Signs visitors' tokens.
    pub conversation: Signer,
    /// Signs members', keys' and the operator's tokens.
    pub team: Signer,
    /// Signs its own.
    pub routing: Signer,
    /// Signs its own.
    pub ai: Signer,
    /// Signs its own.
    pub gateway: Signer,
}

/// Derives the signers and publishes their keys.
///
/// # Errors
/// If the secret cannot be had.
pub fn signers(
    config: &SuiteConfig,
    ids: &dyn IdSource,
    clock: &SharedClock,
) -> Result<(Signers, KeySet), KeyError> {
    let secret = secret(config, ids)?;
    let keys = KeySet::default();
    let mut made = SIGNERS.iter().map(|(service, may_sign)| {
        let seed: [u8; 32] = Sha256::new()
            .chain_update(LABEL)
            .chain_update(service.as_bytes())
            .chain_update(secret)
            .finalize()
            .into();
        let (signer, key) = Signer::from_seed(service, &seed, may_sign, clock.clone())?;
        keys.publish(key);
        Ok::<_, KeyError>(signer)
    });
    let mut next = || {
        made.next().unwrap_or_else(|| Err(KeyError::Malformed { path: "the list of services".to_owned() }))
    };
    let signers =
        Signers { conversation: next()?, team: next()?, routing: next()?, ai: next()?, gateway: next()? };
    Ok((signers, keys))
}

fn secret(config: &SuiteConfig, ids: &dyn IdSource) -> Result<[u8; 32], KeyError> {
    let configured = config.secret.expose_secret();
    if !configured.is_empty() {
        return parse(configured, "the configuration");
    }
    let path = config.data_dir.join("secret");
    let shown = path.display().to_string();
    match fs::read_to_string(&path) {
        Ok(text) => parse(text.trim(), &shown),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut bytes = [0; 32];
            ids.fill(&mut bytes);
            let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            write_private(&path, &text).map_err(|cause| KeyError::File { path: shown, cause })?;
            Ok(bytes)
        }
        Err(cause) => Err(KeyError::File { path: shown, cause }),
    }
}

/// Writes a file that only its owner may read, and only if it is not there yet.
///
/// # Errors
/// What the file system says.
pub fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}

fn parse(text: &str, path: &str) -> Result<[u8; 32], KeyError> {
    let malformed = || KeyError::Malformed { path: path.to_owned() };
    let mut bytes = [0; 32];
    if text.len() != 64 {
        return Err(malformed());
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        let digits = text.get(index * 2..index * 2 + 2).ok_or_else(malformed)?;
        *byte = u8::from_str_radix(digits, 16).map_err(|_| malformed())?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_64_hexadecimal_digits() {
        assert_eq!(parse(&"0f".repeat(32), "x").unwrap(), [15; 32]);
        for bad in ["", "0f", &"0g".repeat(32), &"é".repeat(32)] {
            assert!(parse(bad, "x").is_err(), "{bad}");
        }
    }

    #[test]
    fn a_private_file_is_never_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("secret");
        write_private(&path, "one").unwrap();
        assert!(write_private(&path, "two").is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\n");
    }
}
