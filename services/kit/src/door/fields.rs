//! Reads the fields of a request and collects every fault, so that a caller mends them all at once.
//!
//! Must not know which request it reads.

use std::{fmt::Display, ops::RangeInclusive, str::FromStr};

use tonic_types::FieldViolation;

use super::refusal::Refusal;

/// The longest message text, bytes of UTF-8.
pub const MAX_TEXT_BYTES: usize = 16 * 1024;
/// The longest client-made id of a request or message, characters.
pub const MAX_REQUEST_ID: usize = 64;

/// Collects the faults of one request. Each reader answers `None` for a faulty field; [`Fields::all`] ends the reading.
#[derive(Debug, Default)]
pub struct Fields {
    violations: Vec<FieldViolation>,
}

impl Fields {
    /// Nothing read yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Enters a fault found by the caller.
    pub fn fault(&mut self, field: &str, description: impl Display) {
        self.violations.push(FieldViolation::new(field, description.to_string()));
    }

    /// A required id or other parsed text.
    pub fn parsed<T>(&mut self, field: &str, text: &str) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.fault(field, error);
                None
            }
        }
    }

    /// An optional id: `Some(None)` for an empty text.
    pub fn parsed_or_none<T>(&mut self, field: &str, text: &str) -> Option<Option<T>>
    where
        T: FromStr,
        T::Err: Display,
    {
        if text.is_empty() { Some(None) } else { self.parsed(field, text).map(Some) }
    }

    /// A required text for people: within `bytes`, not only white space or invisible, without NUL and other control characters
    /// but line breaks and tabs.
    pub fn text(&mut self, field: &str, text: &str, bytes: RangeInclusive<usize>) -> Option<String> {
        if !bytes.contains(&text.len()) {
            self.fault(field, format_args!("must have {} to {} bytes of UTF-8", bytes.start(), bytes.end()));
            return None;
        }
        if *bytes.start() > 0 && !text.chars().any(is_visible) {
            self.fault(field, "must have something to read in it");
            return None;
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            self.fault(field, "must have no control characters but line breaks and tabs");
            return None;
        }
        Some(text.to_owned())
    }

    /// The text of a message.
    pub fn message_text(&mut self, field: &str, text: &str) -> Option<String> {
        self.text(field, text, 1..=MAX_TEXT_BYTES)
    }

    /// A required name on one line: 1 to `max` characters.
    pub fn name(&mut self, field: &str, text: &str, max: usize) -> Option<String> {
        let trimmed = text.trim();
        if trimmed.chars().count() > max || !trimmed.chars().any(is_visible) {
            self.fault(field, format_args!("must have 1 to {max} characters"));
            return None;
        }
        if trimmed.chars().any(char::is_control) {
            self.fault(field, "must have no control characters");
            return None;
        }
        Some(trimmed.to_owned())
    }

    /// A required client-made id: printable ASCII without spaces.
    pub fn request_id(&mut self, field: &str, text: &str) -> Option<String> {
        self.token(field, text, 1..=MAX_REQUEST_ID)
    }

    /// Printable ASCII without spaces, of so many characters.
    pub fn token(&mut self, field: &str, text: &str, chars: RangeInclusive<usize>) -> Option<String> {
        if !chars.contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_graphic()) {
            let (low, high) = (chars.start(), chars.end());
            self.fault(
                field,
                format_args!("must have {low} to {high} printable ASCII characters without spaces"),
            );
            return None;
        }
        Some(text.to_owned())
    }

    /// A number within bounds.
    pub fn within(&mut self, field: &str, value: i64, bounds: RangeInclusive<i64>) -> Option<i64> {
        if bounds.contains(&value) {
            return Some(value);
        }
        self.fault(field, format_args!("must be {} to {}", bounds.start(), bounds.end()));
        None
    }

    /// A required enum value: neither 0 nor unknown.
    pub fn choice<E: TryFrom<i32>>(&mut self, field: &str, value: i32) -> Option<E> {
        let known = if value == 0 { None } else { E::try_from(value).ok() };
        if known.is_none() {
            self.fault(field, "must be one of the values of its enum, not the unspecified one");
        }
        known
    }

    /// An optional enum value: `Some(None)` for 0.
    pub fn choice_or_none<E: TryFrom<i32>>(&mut self, field: &str, value: i32) -> Option<Option<E>> {
        if value == 0 { Some(None) } else { self.choice(field, value).map(Some) }
    }

    /// The size of a page: the default for 0, clamped to the largest, negative refused.
    pub fn page_size(&mut self, field: &str, value: i32, default: u32, largest: u32) -> Option<u32> {
        match u32::try_from(value) {
            Ok(0) => Some(default),
            Ok(size) => Some(size.min(largest)),
            Err(_) => {
                self.fault(field, "must not be negative");
                None
            }
        }
    }

    /// An e-mail address by one plain rule: `local@domain.tld`, no quotes, no address literals, no spaces, lower-cased domain kept as
    /// given. What it accepts every mail system does.
    pub fn email(&mut self, field: &str, text: &str) -> Option<String> {
        if is_email(text) {
            return Some(text.to_owned());
        }
        self.fault(field, "must be an e-mail address such as name@example.org");
        None
    }

    /// A required message field.
    pub fn present<T>(&mut self, field: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.fault(field, "is required");
        }
        value
    }

    /// Ends the reading: all values, or the refusal that lists every fault.
    ///
    /// # Errors
    /// The refusal INVALID_FIELDS if any field was faulty.
    pub fn all<T: AllRead>(self, values: T) -> Result<T::Values, Refusal> {
        match values.all_read() {
            Some(values) if self.violations.is_empty() => Ok(values),
            _ => Err(Refusal::fields(self.violations)),
        }
    }
}

fn is_visible(c: char) -> bool {
    let invisible = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}');
    !c.is_whitespace() && !c.is_control() && !invisible
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let local_ok = (1..=64).contains(&local.len())
        && local.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~.-".contains(&b))
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..");
    let labels: Vec<&str> = domain.split('.').collect();
    let label_ok = |label: &&str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let top_ok = labels.last().is_some_and(|top| !top.bytes().all(|b| b.is_ascii_digit()));
    local_ok && text.len() <= 254 && labels.len() >= 2 && top_ok && labels.iter().all(label_ok)
}

/// Tuples of what readers answered.
pub trait AllRead {
    /// The tuple of the values.
    type Values;
    /// All of them, or `None` if one is missing.
    fn all_read(self) -> Option<Self::Values>;
}

macro_rules! all_read {
    ($($name:ident),+) => {
        impl<$($name),+> AllRead for ($(Option<$name>,)+) {
            type Values = ($($name,)+);
            #[expect(non_snake_case, reason = "type parameters double as variables")]
            fn all_read(self) -> Option<Self::Values> {
                let ($($name,)+) = self;
                Some(($($name?,)+))
            }
        }
    };
}

all_read!(A);
all_read!(A, B);
all_read!(A, B, C);
all_read!(A, B, C, D);
all_read!(A, B, C, D, E);
all_read!(A, B, C, D, E, F);
all_read!(A, B, C, D, E, F, G);
all_read!(A, B, C, D, E, F, G, H);

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str, max: usize) -> bool {
        Fields::new().text("text", value, 1..=max).is_some()
    }

    #[test]
    fn f_1_a_text_without_anything_to_read_is_refused() {
        for nothing in ["", " \n\t", "\u{200b}\u{200d}\u{feff}"] {
            assert!(!text(nothing, 100), "{nothing:?}");
        }
    }

    #[test]
    fn f_2_the_limit_counts_bytes() {
        let emoji = "😀".repeat(4);
        assert!(text(&emoji, 16));
        assert!(!text(&emoji, 15));
    }

    #[test]
    fn f_4_control_characters_are_refused_and_line_breaks_kept() {
        assert!(!text("a\0b", 100));
        assert!(!text("a\u{1b}[31m", 100));
        assert!(!text("a\u{7f}", 100));
        assert!(text("one\r\n\ttwo", 100));
    }

    #[test]
    fn f_15_addresses_are_read_by_one_rule() {
        let read = |value: &str| Fields::new().email("email", value).is_some();
        for good in ["a@b.io", "first.last+tag@sub.example.org", "user@xn--e1afmkfd.com"] {
            assert!(read(good), "{good}");
        }
        let long = format!("{}@example.org", "a".repeat(65));
        for bad in [
            "a@b",
            "a@[127.0.0.1]",
            "a@localhost",
            "a@1.2.3.4",
            "\"a b\"@x.io",
            "a@x.io, b@y.io",
            "a@x.io\r\nBcc: e@e.io",
            ".a@x.io",
            "a@-x.io",
            &long,
        ] {
            assert!(!read(bad), "{bad}");
        }
    }

    #[test]
    fn f_11_unknown_and_unspecified_enum_values_are_faults() {
        use baton_proto::common::v1::ActorKind;
        let mut fields = Fields::new();
        assert_eq!(fields.choice::<ActorKind>("kind", 1), Some(ActorKind::Visitor));
        assert_eq!(fields.choice::<ActorKind>("kind", 0), None);
        assert_eq!(fields.choice::<ActorKind>("kind", 999), None);
        assert_eq!(fields.choice_or_none::<ActorKind>("kind", 0), Some(None));
        assert_eq!(fields.violations.len(), 2);
    }

    #[test]
    fn f_10_page_sizes_are_defaulted_and_clamped() {
        let mut fields = Fields::new();
        assert_eq!(fields.page_size("page_size", 0, 50, 200), Some(50));
        assert_eq!(fields.page_size("page_size", i32::MAX, 50, 200), Some(200));
        assert_eq!(fields.page_size("page_size", -1, 50, 200), None);
    }

    #[test]
    fn every_fault_is_listed_at_once() {
        let mut fields = Fields::new();
        let id = fields.parsed::<crate::life::ids::WorkspaceId>("workspace_id", "conv_1");
        let name = fields.name("name", " ", 10);
        let refusal = fields.all((id, name)).unwrap_err();
        let status = tonic::Status::from(refusal);
        let listed = tonic_types::StatusExt::get_details_bad_request(&status).unwrap().field_violations;
        assert_eq!(listed.len(), 2);
    }
}
