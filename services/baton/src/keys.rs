//! The installation's secret, and the signing key of each service derived from it.
//!
//! One secret instead of five key files: a laptop makes it at first start, a cluster mounts it. Whoever has it can sign for every
//! service, as whoever has the database can; keys of their own per service come with separate deployments. Two secrets may be accepted at
//! once, one signs: that is how the secret is changed without a token being refused.

use std::{fs, io, io::Write as _, os::unix::fs::OpenOptionsExt as _, path::Path};

use baton_kit::{
    door::{
        links::Links,
        principal::Kind,
        tokens::{KeySet, Signer, SigningError},
    },
    life::{clock::SharedClock, ids::IdSource},
};
use secrecy::ExposeSecret as _;
use sha2::{Digest as _, Sha256};

use crate::config::SuiteConfig;

/// Where the secret is kept that nobody configured.
const FILE: &str = "secret";
/// Where it is moved to when it is changed, so that tokens signed before are good until they end.
const PREVIOUS_FILE: &str = "secret.previous";

const LABEL: &[u8] = b"baton signing key v1:";
const LINK_LABEL: &[u8] = b"baton link key v1:";

/// Who may sign for whom.
const SIGNERS: [(&str, &[Kind]); 6] = [
    ("conversation", &[Kind::Visitor]),
    ("team", &[Kind::Member, Kind::ApiKey, Kind::Operator]),
    ("routing", &[]),
    ("ai", &[]),
    ("notification", &[]),
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
    pub notification: Signer,
    /// Signs its own.
    pub gateway: Signer,
}

/// What each service signs links in mails with.
pub struct MailLinks {
    /// Links that open a conversation again.
    pub conversation: Links,
    /// Links that switch mails off.
    pub notification: Links,
}

/// Derives the signers and publishes their keys, and what links are signed with; of a second secret, only what accepts.
///
/// # Errors
/// If a secret cannot be had.
pub fn signers(
    config: &SuiteConfig,
    ids: &dyn IdSource,
    clock: &SharedClock,
) -> Result<(Signers, MailLinks, KeySet), KeyError> {
    let keys = KeySet::default();
    let second = also_accepted(config)?;
    if let Some(second) = second {
        derive(second, clock, &keys)?;
    }
    let first = secret(config, ids)?;
    let signers = derive(first, clock, &keys)?;
    let links = |service: &str| {
        let key = |secret: [u8; 32]| seed(LINK_LABEL, service, secret);
        Links::new(key(first), second.map(key))
    };
    Ok((
        signers,
        MailLinks { conversation: links("conversation"), notification: links("notification") },
        keys,
    ))
}

fn seed(label: &[u8], service: &str, secret: [u8; 32]) -> [u8; 32] {
    Sha256::new().chain_update(label).chain_update(service.as_bytes()).chain_update(secret).finalize().into()
}

fn derive(secret: [u8; 32], clock: &SharedClock, keys: &KeySet) -> Result<Signers, KeyError> {
    let mut made = SIGNERS.iter().map(|(service, may_sign)| {
        let seed = seed(LABEL, service, secret);
        let (signer, key) = Signer::from_seed(service, &seed, may_sign, clock.clone())?;
        keys.publish(key);
        Ok::<_, KeyError>(signer)
    });
    let mut next = || {
        made.next().unwrap_or_else(|| Err(KeyError::Malformed { path: "the list of services".to_owned() }))
    };
    Ok(Signers {
        conversation: next()?,
        team: next()?,
        routing: next()?,
        ai: next()?,
        notification: next()?,
        gateway: next()?,
    })
}

/// The configured one; where the secret is a file of ours, the file beside it that it was moved to.
fn also_accepted(config: &SuiteConfig) -> Result<Option<[u8; 32]>, KeyError> {
    let configured = config.also_accepted_secret.expose_secret();
    if !configured.is_empty() {
        return parse(configured, "the configuration").map(Some);
    }
    if !config.secret.expose_secret().is_empty() {
        return Ok(None);
    }
    read(&config.data_dir.join(PREVIOUS_FILE))
}

fn secret(config: &SuiteConfig, ids: &dyn IdSource) -> Result<[u8; 32], KeyError> {
    let configured = config.secret.expose_secret();
    if !configured.is_empty() {
        return parse(configured, "the configuration");
    }
    let path = config.data_dir.join(FILE);
    if let Some(secret) = read(&path)? {
        return Ok(secret);
    }
    let mut bytes = [0; 32];
    ids.fill(&mut bytes);
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    write_private(&path, &text).map_err(|cause| unreadable(&path, cause))?;
    Ok(bytes)
}

/// The secret in a file; `None` if there is no such file.
fn read(path: &Path) -> Result<Option<[u8; 32]>, KeyError> {
    match fs::read_to_string(path) {
        Ok(text) => parse(text.trim(), &path.display().to_string()).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(unreadable(path, cause)),
    }
}

fn unreadable(path: &Path, cause: io::Error) -> KeyError {
    KeyError::File { path: path.display().to_string(), cause }
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
    use std::time::Duration;

    use baton_kit::{
        door::tokens::{Subject, Verifier},
        life::{clock::SystemClock, config::Sources, ids::SystemIds, ids::WorkspaceId},
    };
    use uuid::Uuid;

    use super::*;

    /// A process with these secrets: what it signs with, and what it verifies with.
    fn process(data_dir: &Path, secret: &str, also: &str) -> (Signers, Verifier) {
        let variables = [
            ("BATON_SUITE__DATA_DIR", data_dir.display().to_string()),
            ("BATON_SUITE__SECRET", secret.to_owned()),
            ("BATON_SUITE__ALSO_ACCEPTED_SECRET", also.to_owned()),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value));
        let config = Sources::from_parts(toml::Table::new(), variables).load::<SuiteConfig>().unwrap();
        let clock = SystemClock::new();
        let (signers, _, keys) = signers(&config, SystemIds::new().as_ref(), &clock).unwrap();
        (signers, Verifier::new(keys, clock))
    }

    fn with(secret: &str, also: &str) -> (Signers, Verifier) {
        process(Path::new("nowhere"), secret, also)
    }

    /// A visitor's token, which lives longest of all, and one that each service signs for itself.
    fn tokens(signers: &Signers) -> Vec<String> {
        let visitor = Subject {
            kind: Kind::Visitor,
            id: Uuid::from_u128(1),
            workspace: Some(WorkspaceId::from_uuid(Uuid::from_u128(2))),
            scopes: Vec::new(),
            bound: Uuid::nil(),
        };
        let Signers { conversation, team, routing, ai, notification, gateway } = signers;
        let visitor = conversation.sign(&visitor, Duration::from_secs(86_400)).unwrap().0;
        let services = [conversation, team, routing, ai, notification, gateway];
        let services = services.into_iter().map(|signer| signer.service_token().unwrap().0);
        services.chain([visitor]).collect()
    }

    fn accepts(verifier: &Verifier, tokens: &[String]) -> bool {
        let accepted = tokens.iter().filter(|token| verifier.verify(token).is_ok()).count();
        assert!(accepted == 0 || accepted == tokens.len(), "all of a process or none of it");
        accepted > 0
    }

    #[test]
    fn a_token_of_the_old_secret_is_good_during_the_change_and_refused_after_it() {
        let (old, new) = ("0a".repeat(32), "0b".repeat(32));
        let before = tokens(&with(&old, "").0);
        let (signers, during) = with(&new, &old);
        assert!(accepts(&during, &before));
        let (_, after) = with(&new, "");
        assert!(!accepts(&after, &before));
        assert!(
            accepts(&after, &tokens(&signers)),
            "what is signed during the change is signed by the new one"
        );
    }

    /// Processes are restarted one by one, so two steps of a change are at work at once, and never three.
    #[test]
    fn processes_one_step_apart_accept_each_other_and_two_steps_apart_do_not() {
        let (old, new) = ("0a".repeat(32), "0b".repeat(32));
        let steps = [with(&old, ""), with(&old, &new), with(&new, &old), with(&new, "")];
        for (n, (signers, _)) in steps.iter().enumerate() {
            let signed = tokens(signers);
            for (m, (_, verifier)) in steps.iter().enumerate() {
                let apart = n.abs_diff(m);
                if apart != 2 {
                    assert_eq!(
                        accepts(verifier, &signed),
                        apart < 2,
                        "signed in step {n}, shown in step {m}"
                    );
                }
            }
        }
        assert!(!accepts(&steps[0].1, &tokens(&steps[2].0)), "leaving out a step is leaving somebody out");
    }

    #[test]
    fn a_secret_that_was_moved_aside_is_accepted_until_it_is_deleted() {
        let dir = tempfile::tempdir().unwrap();
        let (file, previous) = (dir.path().join(FILE), dir.path().join(PREVIOUS_FILE));
        let before = tokens(&process(dir.path(), "", "").0);
        fs::rename(&file, &previous).unwrap();
        let (_, during) = process(dir.path(), "", "");
        assert!(file.exists() && accepts(&during, &before));
        fs::remove_file(&previous).unwrap();
        let (_, after) = process(dir.path(), "", "");
        assert!(!accepts(&after, &before));
    }

    #[test]
    fn a_link_in_a_mail_outlives_the_change_of_the_secret_by_its_second_step() {
        let links = |secret: &str, also: &str| {
            let variables = [("BATON_SUITE__SECRET", secret), ("BATON_SUITE__ALSO_ACCEPTED_SECRET", also)];
            let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
            let config = Sources::from_parts(toml::Table::new(), variables).load::<SuiteConfig>().unwrap();
            signers(&config, SystemIds::new().as_ref(), &SystemClock::new()).unwrap().1
        };
        let (old, new) = ("0a".repeat(32), "0b".repeat(32));
        let before = links(&old, "");
        let link = before.conversation.seal("resume", b"x");
        assert!(before.notification.open("resume", &link).is_none(), "each service has a key of its own");
        assert!(links(&new, &old).conversation.open("resume", &link).is_some());
        assert!(links(&new, "").conversation.open("resume", &link).is_none());
    }

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
