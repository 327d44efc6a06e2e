//! The text form of 128 bits: 26 characters of Crockford's base 32, lower case.
//!
//! Fixed length and an alphabet in ASCII order make the text sort like the number. Reading is strict
//! where Crockford is lenient (`O` for `0`): one id must have one spelling, or caches, logs and
//! equality checks disagree. Knows nothing of prefixes.

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Length of every encoded value.
pub const ENCODED_LEN: usize = 26;

const BITS_PER_CHAR: u32 = 5;

/// Writes 128 bits as 26 characters. The first carries only the top three bits, so it is `0`..=`7`.
pub fn encode(value: u128) -> String {
    (0..ENCODED_LEN as u32)
        .rev()
        .map(|place| {
            let digit = (value >> (place * BITS_PER_CHAR)) & 31;
            ALPHABET.get(digit as usize).copied().map_or('0', char::from)
        })
        .collect()
}

/// Reads what [`encode`] wrote, and nothing else.
pub fn decode(text: &str) -> Option<u128> {
    if text.len() != ENCODED_LEN || text.as_bytes().first() > Some(&b'7') {
        return None;
    }
    text.bytes().try_fold(0u128, |value, byte| Some((value << BITS_PER_CHAR) | u128::from(digit(byte)?)))
}

fn digit(byte: u8) -> Option<u8> {
    let place = ALPHABET.iter().position(|&known| known == byte)?;
    u8::try_from(place).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_value_comes_back(value: u128) {
            prop_assert_eq!(decode(&encode(value)), Some(value));
        }

        #[test]
        fn the_text_sorts_like_the_number(a: u128, b: u128) {
            prop_assert_eq!(encode(a).cmp(&encode(b)), a.cmp(&b));
        }

        #[test]
        fn whatever_can_be_read_is_written_the_same(text in "[0-9a-zA-Z_]{26}") {
            if let Some(value) = decode(&text) {
                prop_assert_eq!(encode(value), text);
            }
        }

        #[test]
        fn no_text_makes_reading_fail_in_any_other_way(text in ".*") {
            let _ = decode(&text);
        }
    }

    #[test]
    fn the_ends_of_the_range_are_known_texts() {
        assert_eq!(encode(0), "00000000000000000000000000");
        assert_eq!(encode(u128::MAX), "7zzzzzzzzzzzzzzzzzzzzzzzzz");
    }

    #[test]
    fn more_than_128_bits_is_refused() {
        assert_eq!(decode("80000000000000000000000000"), None);
    }
}
