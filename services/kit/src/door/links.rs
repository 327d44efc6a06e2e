//! Tokens that stand in links of mails: what they say is signed, and holds for one purpose only.
//!
//! Unlike principal tokens they may live for weeks, so each service decides itself what one opens. Must not know what is in them.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

/// Longer ones were not made here.
const LONGEST: usize = 1024;
const MAC_BYTES: usize = 32;

/// Signs and checks tokens of links; clones share nothing that changes.
#[derive(Clone)]
pub struct Links {
    signing: [u8; 32],
    also_accepted: Option<[u8; 32]>,
}

impl Links {
    /// With a key, and one whose tokens are accepted still.
    pub fn new(signing: [u8; 32], also_accepted: Option<[u8; 32]>) -> Self {
        Self { signing, also_accepted }
    }

    /// A token that says `content` for `purpose`, fit for an address.
    pub fn seal(&self, purpose: &str, content: &[u8]) -> String {
        let mut bytes = content.to_vec();
        bytes.extend(mac(&self.signing, purpose, content).finalize().into_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// What a token says, if it was made here for this purpose and is as it was made.
    pub fn open(&self, purpose: &str, token: &str) -> Option<Vec<u8>> {
        if token.len() > LONGEST {
            return None;
        }
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?;
        let (content, seal) = bytes.split_at_checked(bytes.len().checked_sub(MAC_BYTES)?)?;
        let fits = |key: &[u8; 32]| mac(key, purpose, content).verify_slice(seal).is_ok();
        let known = fits(&self.signing) || self.also_accepted.as_ref().is_some_and(fits);
        known.then(|| content.to_vec())
    }
}

/// The purpose goes in by its length first, so that no two of purpose and content run into each other alike.
fn mac(key: &[u8; 32], purpose: &str, content: &[u8]) -> Hmac<Sha256> {
    // A whole block, as HMAC would fill up the shorter key itself: so there is no length to be refused.
    let mut block = [0; 64];
    block.iter_mut().zip(key).for_each(|(place, byte)| *place = *byte);
    let mut mac = <Hmac<Sha256> as hmac::Mac>::new(&block.into());
    mac.update(&(purpose.len() as u64).to_be_bytes());
    mac.update(purpose.as_bytes());
    mac.update(content);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_what_was_sealed_and_only_for_its_purpose() {
        let links = Links::new([1; 32], None);
        let token = links.seal("resume", b"conv 7");
        assert_eq!(links.open("resume", &token).as_deref(), Some(&b"conv 7"[..]));
        assert_eq!(links.open("unsubscribe", &token), None);
        assert_eq!(Links::new([2; 32], None).open("resume", &token), None);
    }

    #[test]
    fn no_changed_token_opens() {
        let links = Links::new([1; 32], None);
        let token = links.seal("resume", b"conv 7");
        for at in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(links.open("resume", std::str::from_utf8(&bytes).unwrap()), None, "changed at {at}");
        }
        for broken in ["", "A", "not base64!", &token[1..], &format!("{token}AA"), &"A".repeat(5000)] {
            assert_eq!(links.open("resume", broken), None, "{broken}");
        }
    }

    #[test]
    fn tokens_of_the_key_before_are_accepted_while_it_is_named() {
        let old = Links::new([1; 32], None).seal("resume", b"x");
        assert!(Links::new([2; 32], Some([1; 32])).open("resume", &old).is_some());
        assert!(Links::new([2; 32], None).open("resume", &old).is_none());
    }
}
