//! Which passwords may be chosen.
//!
//! Must not know how one is kept: that is the port `Passwords`.

use std::str::FromStr;

use secrecy::{ExposeSecret as _, SecretString};

use super::common_passwords::COMMON;

/// The fewest characters of a password.
pub const SHORTEST: usize = 8;
/// The most characters of a password.
pub const LONGEST: usize = 128;

/// A password that may be chosen, byte for byte as typed. Never printed.
#[derive(Debug, Clone)]
pub struct NewPassword(SecretString);

/// Why a password may not be chosen. Never repeats it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short or too long.
    #[error("must have {SHORTEST} to {LONGEST} characters")]
    Length,
    /// Among those that are tried first.
    #[error("is one of the commonest passwords")]
    Common,
    /// Has characters that nobody can type.
    #[error("must have no control characters")]
    Control,
}

impl NewPassword {
    /// The password, to be hashed or compared.
    pub fn secret(&self) -> &SecretString {
        &self.0
    }
}

impl FromStr for NewPassword {
    type Err = PasswordError;

    fn from_str(text: &str) -> Result<Self, PasswordError> {
        if !(SHORTEST..=LONGEST).contains(&text.chars().take(LONGEST + 1).count()) {
            return Err(PasswordError::Length);
        }
        if text.chars().any(char::is_control) {
            return Err(PasswordError::Control);
        }
        if COMMON.contains(&text.to_lowercase().as_str()) {
            return Err(PasswordError::Common);
        }
        Ok(Self(text.into()))
    }
}

/// A password as somebody types it to sign in: nothing is wrong with it but its length.
#[derive(Debug, Clone)]
pub struct GivenPassword(SecretString);

impl GivenPassword {
    /// The password, to be compared.
    pub fn secret(&self) -> &SecretString {
        &self.0
    }
}

impl From<&NewPassword> for GivenPassword {
    fn from(password: &NewPassword) -> Self {
        Self(password.0.expose_secret().into())
    }
}

impl FromStr for GivenPassword {
    type Err = PasswordError;

    /// Too short is merely wrong; too long must not keep a hasher busy.
    fn from_str(text: &str) -> Result<Self, PasswordError> {
        let characters = text.chars().take(LONGEST + 1).count();
        if (1..=LONGEST).contains(&characters) { Ok(Self(text.into())) } else { Err(PasswordError::Length) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Option<PasswordError> {
        text.parse::<NewPassword>().err()
    }

    #[test]
    fn s_64_the_length_is_counted_in_characters() {
        for (characters, expected) in [
            (0, Some(PasswordError::Length)),
            (7, Some(PasswordError::Length)),
            (8, None),
            (64, None),
            (128, None),
            (129, Some(PasswordError::Length)),
            (1_000_000, Some(PasswordError::Length)),
        ] {
            assert_eq!(
                fault(&"x7".repeat(characters).chars().take(characters).collect::<String>()),
                expected
            );
            assert_eq!(fault(&"ü".repeat(characters)), expected, "{characters} of two bytes");
        }
    }

    #[test]
    fn s_64_a_common_password_is_refused_in_any_case() {
        for common in ["password", "Password", "PASSWORD1", "12345678", "qwertyuiop", "iloveyou"] {
            assert_eq!(fault(common), Some(PasswordError::Common), "{common}");
        }
        assert_eq!(fault("correct horse battery"), None);
    }

    #[test]
    fn a_password_with_control_characters_is_refused() {
        assert_eq!(fault("pass\0word!"), Some(PasswordError::Control));
        assert_eq!(fault("pass\nword!"), Some(PasswordError::Control));
    }

    #[test]
    fn a_password_is_kept_byte_for_byte_and_never_printed() {
        let password: NewPassword = "  Ünïcode ☃ ".parse().unwrap();
        assert_eq!(password.secret().expose_secret(), "  Ünïcode ☃ ");
        assert!(!format!("{password:?}").contains("code"));
    }

    #[test]
    fn whatever_could_be_a_password_may_be_tried() {
        assert!("password".parse::<GivenPassword>().is_ok());
        assert!("x".parse::<GivenPassword>().is_ok());
        assert!("".parse::<GivenPassword>().is_err());
        assert!("x".repeat(129).parse::<GivenPassword>().is_err());
    }

    #[test]
    fn the_list_is_sorted_lower_case_and_long_enough_to_matter() {
        assert!(COMMON.len() >= 100, "{}", COMMON.len());
        assert!(COMMON.is_sorted_by(|a, b| a < b));
        assert!(COMMON.iter().all(|text| text.chars().count() >= SHORTEST && *text == text.to_lowercase()));
    }
}
