//! Ids: where new ones come from, and how one is written at the edge (`prefix_` + 26 characters).
//!
//! Makes id types for others but, the tenant apart, must not know which kinds exist.

use std::{fmt, marker::PhantomData, str::FromStr, sync::Arc};

use rand::RngCore as _;
use uuid::Uuid;

pub mod base32;

/// A source of ids and random bytes, so that a test can make both repeat.
pub trait IdSource: Send + Sync + 'static {
    /// A new UUID of version 7. Later ones of the same source are greater, which keeps index pages
    /// warm; nothing may rely on that for order.
    fn next(&self) -> Uuid;

    /// Fills `buf` with random bytes, fit for secrets in [`SystemIds`].
    fn fill(&self, buf: &mut [u8]);
}

/// An id source as it is handed around.
pub type SharedIds = Arc<dyn IdSource>;

/// Ids and random bytes of the operating system's quality.
#[derive(Debug)]
pub struct SystemIds(());

impl SystemIds {
    /// The one for production.
    #[expect(clippy::new_ret_no_self, reason = "nobody should hold the concrete source")]
    pub fn new() -> SharedIds {
        Arc::new(Self(()))
    }
}

impl IdSource for SystemIds {
    #[expect(clippy::disallowed_methods, reason = "the home of new ids")]
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }

    fn fill(&self, buf: &mut [u8]) {
        // ThreadRng is a ChaCha generator seeded and re-seeded by the system: cryptographic, and
        // unlike reading the system's source each time it cannot fail half-way.
        rand::rng().fill_bytes(buf);
    }
}

/// Why a text is not an id of the expected kind. Never repeats the text: it may be anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// A well-formed id of another kind.
    #[error("this is the id of something else; expected one that begins with `{expected}_`")]
    WrongPrefix {
        /// The prefix that was expected, without its underscore.
        expected: &'static str,
    },
    /// Not in the one canonical form of any id.
    #[error("expected `{expected}_` followed by 26 digits and lower-case letters, as it was given out")]
    Malformed {
        /// The prefix that was expected, without its underscore.
        expected: &'static str,
    },
}

/// Reads the canonical form of an id with this prefix. For [`prefixed_id!`](crate::prefixed_id).
///
/// # Errors
/// [`IdError`] for every other text. The nil id is well-formed: it is just never found.
pub fn parse(prefix: &'static str, text: &str) -> Result<Uuid, IdError> {
    let malformed = IdError::Malformed { expected: prefix };
    let (found, body) = text.rsplit_once('_').ok_or(malformed)?;
    let value = base32::decode(body).ok_or(malformed)?;
    if found == prefix {
        return Ok(Uuid::from_u128(value));
    }
    let is_a_prefix = !found.is_empty() && found.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    Err(if is_a_prefix { IdError::WrongPrefix { expected: prefix } } else { malformed })
}

/// Writes the canonical form. For [`prefixed_id!`](crate::prefixed_id).
///
/// # Errors
/// Only what the formatter itself reports.
pub fn write(prefix: &str, id: Uuid, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{prefix}_{}", base32::encode(id.as_u128()))
}

/// Reads an id from a serde string, borrowed or owned. For [`prefixed_id!`](crate::prefixed_id).
///
/// # Errors
/// The [`IdError`], as the format's own error.
pub fn deserialize<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: FromStr<Err = IdError>,
{
    deserializer.deserialize_str(TextVisitor(PhantomData))
}

struct TextVisitor<T>(PhantomData<T>);

impl<T: FromStr<Err = IdError>> serde::de::Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id as text")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

/// What the expansion of [`prefixed_id!`](crate::prefixed_id) names, so that its users need neither
/// crate among their own dependencies.
#[doc(hidden)]
pub mod macro_support {
    pub use serde;
    pub use uuid;
}

/// Makes a newtype for one kind of id: `prefixed_id!(/** A parcel. */ ParcelId, "parcel");`
///
/// The type is `Copy`, ordered and hashed like its UUID, and written and read (`Display`, `FromStr`,
/// serde) as `parcel_` + 26 characters, strictly: one id has one spelling.
#[macro_export]
macro_rules! prefixed_id {
    ($(#[$meta:meta])* $name:ident, $prefix:literal $(,)?) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($crate::life::ids::macro_support::uuid::Uuid);

        impl $name {
            /// What the text form begins with, without its underscore.
            pub const PREFIX: &'static str = $prefix;

            /// The id with these 128 bits.
            pub const fn from_uuid(id: $crate::life::ids::macro_support::uuid::Uuid) -> Self {
                Self(id)
            }

            /// The bare 128 bits, as tables keep them.
            pub const fn uuid(self) -> $crate::life::ids::macro_support::uuid::Uuid {
                self.0
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::life::ids::write(Self::PREFIX, self.0, f)
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(self, f)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::life::ids::IdError;

            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                $crate::life::ids::parse(Self::PREFIX, text).map(Self)
            }
        }

        impl $crate::life::ids::macro_support::serde::Serialize for $name {
            fn serialize<S: $crate::life::ids::macro_support::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> $crate::life::ids::macro_support::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::life::ids::macro_support::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::life::ids::deserialize(deserializer)
            }
        }
    };
}

prefixed_id!(
    /// The tenant. The only id kit itself needs: every row, token and event belongs to one.
    WorkspaceId,
    "ws"
);

#[cfg(test)]
mod tests;
