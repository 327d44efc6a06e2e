//! From spans on the wall clock to stretches of time.
//!
//! Between two changes of its offset a zone's wall clock runs evenly, so a span is there one stretch of time, moved by the offset and cut
//! at the changes. Nothing is looked at minute by minute.

use jiff::{
    Timestamp,
    civil::Date,
    tz::{Offset, TimeZone},
};

use super::Calendar;

const MICROS_A_SECOND: i64 = 1_000_000;
const MICROS_A_MINUTE: i64 = 60 * MICROS_A_SECOND;
const MICROS_A_DAY: i64 = 24 * 60 * MICROS_A_MINUTE;
const EPOCH: Date = Date::constant(1970, 1, 1);

/// A stretch of time in microseconds since 1970, without its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// Its first.
    pub from: i64,
    /// The one after its last.
    pub until: i64,
}

/// A stretch in which a zone's offset stays the same.
#[derive(Debug, Clone, Copy)]
struct Even {
    stretch: Stretch,
    /// What the wall clock is ahead, microseconds.
    ahead: i64,
}

/// Every stretch of work in `[from, horizon)`, in order; those that touch are one.
pub fn stretches(calendar: &Calendar, from: i64, horizon: i64) -> impl Iterator<Item = Stretch> {
    let mut pieces = even(calendar.zone(), from, horizon).flat_map(|even| pieces(calendar, even)).peekable();
    std::iter::from_fn(move || {
        let mut whole = pieces.next()?;
        while let Some(piece) = pieces.next_if(|piece| piece.from <= whole.until) {
            whole.until = whole.until.max(piece.until);
        }
        Some(whole)
    })
}

fn even(zone: &TimeZone, from: i64, horizon: i64) -> impl Iterator<Item = Even> {
    let mut next = Some(from);
    std::iter::from_fn(move || {
        let from = next.take().filter(|from| *from < horizon)?;
        let start = Timestamp::from_microsecond(from).ok()?;
        let change = zone.following(start).next().map(|change| change.timestamp().as_microsecond());
        let until = change.map_or(horizon, |change| change.min(horizon));
        next = Some(until);
        Some(Even { stretch: Stretch { from, until }, ahead: micros(zone.to_offset(start)) })
    })
}

fn micros(offset: Offset) -> i64 {
    i64::from(offset.seconds()) * MICROS_A_SECOND
}

/// What the spans of the dates that the wall clock shows, and of the date before, are of an even stretch. Their starts rise.
fn pieces(calendar: &Calendar, even: Even) -> impl Iterator<Item = Stretch> {
    let Even { stretch, ahead } = even;
    let first = (stretch.from + ahead).div_euclid(MICROS_A_DAY) - 1;
    let last = (stretch.until - 1 + ahead).div_euclid(MICROS_A_DAY);
    let dates = std::iter::successors(date(first), |date| date.tomorrow().ok());
    (first..=last).zip(dates).flat_map(move |(day, date)| {
        let midnight = day * MICROS_A_DAY - ahead;
        calendar.spans(date).iter().filter_map(move |span| {
            let at = |minute: u16| midnight + i64::from(minute) * MICROS_A_MINUTE;
            let (from, until) = (at(span.start()).max(stretch.from), at(span.end()).min(stretch.until));
            (from < until).then_some(Stretch { from, until })
        })
    })
}

fn date(days_since_1970: i64) -> Option<Date> {
    EPOCH.checked_add(jiff::Span::new().try_days(days_since_1970).ok()?).ok()
}
