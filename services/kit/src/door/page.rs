//! Page and resume tokens: opaque, bound to the request they were made for, refused if anything was changed.
//!
//! A checksum, not a signature: a token grants nothing, every use of it is authorised and scoped anew. Must not know what is paged.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use baton_proto::common::v1::ErrorReason;

use super::refusal::Refusal;

const CHECKSUM_BYTES: usize = 4;

/// Makes a token. `bound_to` names everything that must be the same when it comes back: the method, the tenant, the filters.
pub fn seal(bound_to: &str, payload: &[u8]) -> String {
    let mut bytes = payload.to_vec();
    bytes.extend(checksum(bound_to, payload).to_be_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads a token back.
///
/// # Errors
/// INVALID_TOKEN for anything [`seal`] did not make for the same `bound_to`.
pub fn open(bound_to: &str, token: &str) -> Result<Vec<u8>, Refusal> {
    let refused = || Refusal::new(ErrorReason::InvalidToken, "the token was not made for this request");
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).map_err(|_| refused())?;
    let at = bytes.len().checked_sub(CHECKSUM_BYTES).ok_or_else(refused)?;
    let (payload, sum) = bytes.split_at_checked(at).ok_or_else(refused)?;
    if sum == checksum(bound_to, payload).to_be_bytes() { Ok(payload.to_vec()) } else { Err(refused()) }
}

/// A place in a feed: which numbering, and how far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeedPlace {
    /// The numbering; another one after a restore.
    pub generation: uuid::Uuid,
    /// Everything up to here was seen.
    pub position: i64,
}

impl FeedPlace {
    /// The place as a resume token of the feed named.
    pub fn seal(self, feed: &str) -> String {
        let mut payload = self.generation.as_bytes().to_vec();
        payload.extend(self.position.to_be_bytes());
        seal(feed, &payload)
    }

    /// Reads a resume token of the feed named.
    ///
    /// # Errors
    /// INVALID_TOKEN for anything [`FeedPlace::seal`] did not make for the same feed.
    pub fn open(feed: &str, token: &str) -> Result<Self, Refusal> {
        let refused = || Refusal::new(ErrorReason::InvalidToken, "the resume token is not of this feed");
        let payload = open(feed, token)?;
        let (generation, position) = payload.split_at_checked(16).ok_or_else(refused)?;
        let generation = uuid::Uuid::from_slice(generation).map_err(|_| refused())?;
        let position = position.try_into().map(i64::from_be_bytes).map_err(|_| refused())?;
        if position < 0 { Err(refused()) } else { Ok(Self { generation, position }) }
    }
}

fn checksum(bound_to: &str, payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(bound_to.as_bytes());
    hasher.update(&[0]);
    hasher.update(payload);
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_token_comes_back_only_to_its_own_request(payload: Vec<u8>, bound in ".*", other in ".*") {
            let token = seal(&bound, &payload);
            prop_assert_eq!(open(&bound, &token).unwrap(), payload);
            prop_assume!(bound != other);
            prop_assert!(open(&other, &token).is_err());
        }

        #[test]
        fn anything_else_is_refused_without_a_panic(token in ".*") {
            prop_assert!(open("x", &token).is_err());
        }
    }
}
