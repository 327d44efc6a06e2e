//! What a change names: the fields it changes, and the state it was made from.

use baton_kit::door::fields::Fields;
use prost_types::FieldMask;

use super::few;
use crate::domain::etag::Etag;

/// The most characters of an etag; ours are shorter.
const LONGEST_ETAG: usize = 64;

/// Which of the fields that may be changed an update mask names. It names one at least, and no other.
pub(super) fn named<const N: usize>(
    fields: &mut Fields,
    mask: Option<FieldMask>,
    may: [&str; N],
) -> [bool; N] {
    let paths = mask.unwrap_or_default().paths;
    if few(fields, "update_mask", &paths).is_none() {
        return [false; N];
    }
    if paths.iter().any(|path| !may.contains(&path.as_str())) {
        fields.fault("update_mask", format_args!("must name only {}", may.join(", ")));
    }
    may.map(|field| paths.iter().any(|path| path == field))
}

/// The etag of a change.
pub(super) fn etag(fields: &mut Fields, text: &str) -> Option<Etag> {
    fields.token("etag", text, 1..=LONGEST_ETAG).map(Etag::new)
}

/// The etag of what may be done however something is by then: `Some(None)` for an empty text.
pub(super) fn etag_or_none(fields: &mut Fields, text: &str) -> Option<Option<Etag>> {
    if text.is_empty() { Some(None) } else { etag(fields, text).map(Some) }
}

/// A value that is read only if the mask names it.
pub(super) fn if_named<T>(named: bool, read: impl FnOnce() -> Option<T>) -> Option<Option<T>> {
    if named { read().map(Some) } else { Some(None) }
}
