//! Principal tokens: short-lived Ed25519 JWTs that every door verifies offline.
//!
//! Knows who may sign for whom; must not know how a person proves who they are.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use baton_proto::common::v1::ErrorReason;
use ed25519_dalek::{SigningKey, pkcs8::EncodePrivateKey as _};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{
    principal::{Caller, Kind, Scope},
    refusal::Refusal,
};
use crate::life::{clock::SharedClock, ids::IdSource, ids::WorkspaceId};

/// How far clocks of two machines may differ.
const LEEWAY: Duration = Duration::from_secs(30);
/// Life of a service's own token.
const SERVICE_TOKEN_LIFE: Duration = Duration::from_secs(60);
/// What `aud` says.
const AUDIENCE: &str = "baton";

/// What a token says.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    kind: Kind,
    ws: Option<WorkspaceId>,
    #[serde(default)]
    scp: Vec<String>,
    #[serde(default)]
    bound: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    only: Option<Uuid>,
    exp: i64,
    iat: i64,
}

/// A key that verifies, with what its owner may say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedKey {
    /// `kid` of the tokens.
    pub id: String,
    /// The service that signs with it.
    pub issuer: String,
    /// The raw 32 bytes of the public key.
    pub public: [u8; 32],
    /// Which principals the issuer may sign for besides itself.
    pub may_sign: Vec<Kind>,
}

/// The published keys as one process knows them. Clones share.
#[derive(Clone, Default)]
pub struct KeySet {
    keys: Arc<RwLock<HashMap<String, PublishedKey>>>,
}

impl KeySet {
    /// Adds or replaces a key.
    pub fn publish(&self, key: PublishedKey) {
        self.keys.write().unwrap_or_else(PoisonError::into_inner).insert(key.id.clone(), key);
    }

    fn find(&self, id: &str) -> Option<PublishedKey> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }
}

/// Signs tokens in one service's name.
#[derive(Clone)]
pub struct Signer {
    issuer: Arc<str>,
    key_id: Arc<str>,
    key: EncodingKey,
    clock: SharedClock,
}

/// What a signed token is about.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The kind of principal.
    pub kind: Kind,
    /// The contact, member or key; nil for the operator.
    pub id: Uuid,
    /// The tenant.
    pub workspace: Option<WorkspaceId>,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// What it is bound to; nil for nothing.
    pub bound: Uuid,
}

/// A key could not be made or used.
#[derive(Debug, thiserror::Error)]
#[error("signing key of {issuer}: {cause}")]
pub struct SigningError {
    issuer: String,
    cause: String,
}

impl Signer {
    /// A signer with this 32-byte seed, and the key to publish.
    ///
    /// # Errors
    /// If the key cannot be encoded.
    pub fn from_seed(
        issuer: &str,
        seed: &[u8; 32],
        may_sign: &[Kind],
        clock: SharedClock,
    ) -> Result<(Self, PublishedKey), SigningError> {
        let fault = |cause: String| SigningError { issuer: issuer.to_owned(), cause };
        let signing = SigningKey::from_bytes(seed);
        let public = signing.verifying_key().to_bytes();
        let der = signing.to_pkcs8_der().map_err(|e| fault(e.to_string()))?;
        let digest = Sha256::digest(public);
        let id = format!("{issuer}-{}", BASE64_URL_SAFE_NO_PAD.encode(digest.get(..9).unwrap_or_default()));
        let signer = Self {
            issuer: issuer.into(),
            key_id: id.as_str().into(),
            key: EncodingKey::from_ed_der(der.as_bytes()),
            clock,
        };
        Ok((signer, PublishedKey { id, issuer: issuer.to_owned(), public, may_sign: may_sign.to_vec() }))
    }

    /// The service it signs for.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// A signer with a new key.
    ///
    /// # Errors
    /// If the key cannot be encoded.
    pub fn generate(
        issuer: &str,
        may_sign: &[Kind],
        ids: &dyn IdSource,
        clock: SharedClock,
    ) -> Result<(Self, PublishedKey), SigningError> {
        let mut seed = [0; 32];
        ids.fill(&mut seed);
        Self::from_seed(issuer, &seed, may_sign, clock)
    }

    /// A token about somebody, and when it ends.
    ///
    /// # Errors
    /// If the claims cannot be signed.
    pub fn sign(&self, subject: &Subject, life: Duration) -> Result<(String, jiff::Timestamp), SigningError> {
        self.sign_claims(subject, None, life)
    }

    /// A token about a visitor that reaches one conversation and no other, and when it ends.
    ///
    /// # Errors
    /// If the claims cannot be signed.
    pub fn sign_for_one(
        &self,
        subject: &Subject,
        only: Uuid,
        life: Duration,
    ) -> Result<(String, jiff::Timestamp), SigningError> {
        self.sign_claims(subject, Some(only), life)
    }

    fn sign_claims(
        &self,
        subject: &Subject,
        only: Option<Uuid>,
        life: Duration,
    ) -> Result<(String, jiff::Timestamp), SigningError> {
        let fault = |cause: String| SigningError { issuer: self.issuer.to_string(), cause };
        let now = self.clock.now();
        let end = now.checked_add(life).map_err(|e| fault(e.to_string()))?;
        let claims = Claims {
            iss: self.issuer.to_string(),
            aud: AUDIENCE.to_owned(),
            sub: subject.id,
            kind: subject.kind,
            ws: subject.workspace,
            scp: subject.scopes.iter().map(ToString::to_string).collect(),
            bound: subject.bound,
            only,
            exp: end.as_second(),
            iat: now.as_second(),
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.key_id.to_string());
        let token = jsonwebtoken::encode(&header, &claims, &self.key).map_err(|e| fault(e.to_string()))?;
        Ok((token, end))
    }

    /// The service's own token.
    ///
    /// # Errors
    /// If the claims cannot be signed.
    pub fn service_token(&self) -> Result<(String, jiff::Timestamp), SigningError> {
        let subject = Subject {
            kind: Kind::Service,
            id: Uuid::nil(),
            workspace: None,
            scopes: Vec::new(),
            bound: Uuid::nil(),
        };
        self.sign(&subject, SERVICE_TOKEN_LIFE)
    }
}

/// Verifies tokens. Clones share the cache.
#[derive(Clone)]
pub struct Verifier {
    keys: KeySet,
    clock: SharedClock,
    /// By hash of the token: verifying costs 55 µs, and the same token comes with every call of its minute.
    seen: moka::sync::Cache<[u8; 32], Arc<(Caller, i64)>>,
}

impl Verifier {
    /// A verifier over a set of keys that may grow.
    pub fn new(keys: KeySet, clock: SharedClock) -> Self {
        Self { keys, clock, seen: moka::sync::Cache::new(10_000) }
    }

    /// The caller behind a token.
    ///
    /// # Errors
    /// UNAUTHENTICATED, without saying which check failed.
    pub fn verify(&self, token: &str) -> Result<Caller, Refusal> {
        let hash: [u8; 32] = Sha256::digest(token).into();
        let known = self.seen.get(&hash);
        let (caller, end) = match known.as_deref() {
            Some((caller, end)) => (caller.clone(), *end),
            None => {
                let (caller, end) = self.read(token).ok_or_else(refused)?;
                self.seen.insert(hash, Arc::new((caller.clone(), end)));
                (caller, end)
            }
        };
        let deadline = end.saturating_add(LEEWAY.as_secs().try_into().unwrap_or(0));
        if self.clock.now().as_second() > deadline { Err(refused()) } else { Ok(caller) }
    }

    fn read(&self, token: &str) -> Option<(Caller, i64)> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        let key = self.keys.find(header.kid.as_deref()?)?;
        let decoding = DecodingKey::from_ed_components(&BASE64_URL_SAFE_NO_PAD.encode(key.public)).ok()?;
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_audience(&[AUDIENCE]);
        rules.set_issuer(&[&key.issuer]);
        rules.set_required_spec_claims(&["exp", "iss", "aud"]);
        // The library reads the machine's clock; ours is a parameter and is asked in `verify`, on every use of the cache too.
        rules.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &decoding, &rules).ok()?.claims;
        if claims.kind != Kind::Service && !key.may_sign.contains(&claims.kind) {
            return None;
        }
        let service = if claims.kind == Kind::Service { claims.iss } else { String::new() };
        let scopes = claims.scp.iter().filter_map(|scope| scope.parse().ok()).collect();
        let caller = Caller {
            kind: claims.kind,
            subject: claims.sub,
            service,
            workspace: claims.ws,
            scopes,
            audience: claims.bound,
            only: claims.only,
            token: token.into(),
        };
        Some((caller, claims.exp))
    }
}

fn refused() -> Refusal {
    Refusal::new(ErrorReason::Unauthenticated, "the credential is missing, malformed, expired or not ours")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::life::{clock::SystemClock, ids::SystemIds};

    fn house(may_sign: &[Kind]) -> (Signer, Verifier) {
        let clock = SystemClock::new();
        let (signer, key) =
            Signer::generate("team", may_sign, SystemIds::new().as_ref(), clock.clone()).unwrap();
        let keys = KeySet::default();
        keys.publish(key);
        (signer, Verifier::new(keys, clock))
    }

    fn member() -> Subject {
        let workspace = Some(WorkspaceId::from_uuid(Uuid::from_u128(7)));
        Subject {
            kind: Kind::Member,
            id: Uuid::from_u128(9),
            workspace,
            scopes: vec![Scope::ConversationsRead],
            bound: Uuid::nil(),
        }
    }

    #[test]
    fn a_signed_token_names_its_caller() {
        let (signer, verifier) = house(&[Kind::Member]);
        let (token, _) = signer.sign(&member(), Duration::from_secs(60)).unwrap();
        for _first_and_cached in 0..2 {
            let caller = verifier.verify(&token).unwrap();
            assert_eq!((caller.kind, caller.subject), (Kind::Member, Uuid::from_u128(9)));
            assert_eq!(caller.scopes, [Scope::ConversationsRead]);
        }
    }

    #[test]
    fn a_token_for_one_conversation_says_so_and_every_other_says_nothing_of_it() {
        let (signer, verifier) = house(&[Kind::Visitor]);
        let visitor = Subject { kind: Kind::Visitor, scopes: Vec::new(), ..member() };
        let (whole, _) = signer.sign(&visitor, Duration::from_secs(60)).unwrap();
        let (one, _) = signer.sign_for_one(&visitor, Uuid::from_u128(5), Duration::from_secs(60)).unwrap();
        assert_eq!(verifier.verify(&whole).unwrap().only, None);
        assert_eq!(verifier.verify(&one).unwrap().only, Some(Uuid::from_u128(5)));
        let claims = BASE64_URL_SAFE_NO_PAD.decode(whole.split('.').nth(1).unwrap()).unwrap();
        assert!(
            !String::from_utf8_lossy(&claims).contains("only"),
            "as tokens were before there was the claim"
        );
    }

    #[test]
    fn a_service_cannot_sign_for_principals_it_does_not_own() {
        let (signer, verifier) = house(&[Kind::Visitor]);
        let (token, _) = signer.sign(&member(), Duration::from_secs(60)).unwrap();
        assert!(verifier.verify(&token).is_err());
    }

    #[test]
    fn a_service_token_carries_the_name_of_its_signer() {
        let (signer, verifier) = house(&[]);
        let (token, _) = signer.service_token().unwrap();
        assert_eq!(verifier.verify(&token).unwrap().service, "team");
    }

    #[test]
    fn s_3_foreign_altered_and_unsigned_tokens_are_refused() {
        let (signer, verifier) = house(&[Kind::Member]);
        let (other, _) = house(&[Kind::Member]);
        let (good, _) = signer.sign(&member(), Duration::from_secs(60)).unwrap();
        let (foreign, _) = other.sign(&member(), Duration::from_secs(60)).unwrap();
        let mut altered = good.clone().into_bytes();
        let middle = good.find('.').unwrap() + 10;
        altered[middle] ^= 1;
        let unsigned = format!(
            "{}.{}.",
            BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#),
            good.split('.').nth(1).unwrap()
        );
        for bad in
            [foreign, String::from_utf8_lossy(&altered).into_owned(), unsigned, "x".to_owned(), String::new()]
        {
            assert!(verifier.verify(&bad).is_err(), "{bad}");
        }
    }
}
