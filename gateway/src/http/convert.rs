//! Small conversions that every view needs.

use baton_kit::door::refusal::Refusal;
use jiff::Timestamp;

use super::problem::Problem;

/// An empty text of the wire is an absent value here.
pub(crate) fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// RFC 3339.
pub(crate) fn time(at: Option<prost_types::Timestamp>) -> Option<String> {
    let at = at?;
    Timestamp::new(at.seconds, at.nanos).ok().map(|at| at.to_string())
}

/// An RFC 3339 text of a request as the wire has it.
pub(crate) fn instant(field: &str, text: Option<String>) -> Result<Option<prost_types::Timestamp>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let at: Timestamp = text.parse().map_err(|_| Problem::field(field, "is not an RFC 3339 time"))?;
    Ok(Some(prost_types::Timestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() }))
}

/// A number that stands for a word; 0 stands for none.
pub(crate) fn word<T: From<i32>>(number: i32) -> Option<T> {
    (number != 0).then(|| T::from(number))
}

/// What a service always answers with.
pub(crate) fn present<T>(value: Option<T>, what: &str) -> Result<T, Problem> {
    value.ok_or_else(|| Refusal::internal(&format_args!("an answer came without its {what}")).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rfc_3339() {
        let at = prost_types::Timestamp { seconds: 1_705_320_000, nanos: 120_000_000 };
        assert_eq!(time(Some(at)).as_deref(), Some("2024-01-15T12:00:00.12Z"));
        assert_eq!(time(None), None);
        assert_eq!(instant("at", Some("2024-01-15T13:00:00.12+01:00".to_owned())).unwrap(), Some(at));
        assert!(instant("at", Some("tomorrow".to_owned())).is_err());
    }
}
