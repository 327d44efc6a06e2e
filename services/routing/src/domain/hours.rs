//! Office hours: what a workspace sets, and what follows from it for an instant.
//!
//! Wall-clock membership (ADR 0012): an instant is open if and only if what the office's wall clock shows then lies in a span. Must not
//! know who asks, in which language they are answered, nor how the setting is kept.

use std::{collections::BTreeMap, time::Duration};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

mod calendar;
mod stretches;
pub mod wording;
mod zone;

pub use calendar::Calendar;
pub use zone::find as find_zone;

/// Minutes of a day that has no change of the clock.
pub const DAY: u16 = 24 * 60;
const LEAP_YEAR: i16 = 2024;
/// How far ahead an opening, a closing or a promise is looked for.
pub const HORIZON_DAYS: i64 = 400;

/// A stretch of work: minutes after the local midnight of the date on which it starts, without its end. Its start is below [`DAY`], its
/// end above its start and at most [`DAY`] above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    start: u16,
    end: u16,
}

/// Why two numbers are no [`Span`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SpanError {
    /// The start is no minute of a day.
    #[error("must be 0 to 1439")]
    Start,
    /// The end is not behind the start, or more than a day behind it.
    #[error("must be above start_minute, at most 1440 above it")]
    End,
}

impl Span {
    /// From a start to an end.
    ///
    /// # Errors
    /// [`SpanError`], as it says.
    pub fn new(start: i32, end: i32) -> Result<Self, SpanError> {
        let day = i32::from(DAY);
        if !(0..day).contains(&start) {
            return Err(SpanError::Start);
        }
        if end <= start || end > start + day {
            return Err(SpanError::End);
        }
        let minutes = |minutes| u16::try_from(minutes).map_err(|_| SpanError::End);
        Ok(Self { start: minutes(start)?, end: minutes(end)? })
    }

    /// The first minute.
    pub fn start(self) -> u16 {
        self.start
    }

    /// The minute after the last.
    pub fn end(self) -> u16 {
        self.end
    }

    /// Whether a minute counted from the same midnight lies in it.
    fn covers(self, minute: u16) -> bool {
        (self.start..self.end).contains(&minute)
    }
}

/// The first of the spans that does not lie behind the one before it with a gap between; spans of a day must all do so.
pub fn first_touching(spans: &[Span]) -> Option<usize> {
    let touches = |pair: &[Span]| matches!(pair, [before, after] if after.start <= before.end);
    spans.windows(2).position(touches).map(|before| before + 1)
}

/// Whether a day's last span runs into what the next day begins with. Ending where that begins is well: round the clock is said so.
pub fn runs_into(day: &[Span], next: &[Span]) -> bool {
    let (Some(last), Some(first)) = (day.last(), next.first()) else {
        return false;
    };
    last.end > first.start + DAY
}

/// The dates of an exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExceptionDay {
    /// One date. Goes before a yearly one.
    On(Date),
    /// Each year's date of this month and day; in years without a 29 February none.
    Yearly {
        /// 1 to 12.
        month: i8,
        /// 1 to 31.
        day: i8,
    },
}

/// A text is no [`ExceptionDay`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a date such as 2026-12-25, or --12-25 for every year")]
pub struct ExceptionDayError;

impl std::fmt::Display for ExceptionDay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::On(date) => write!(f, "{date}"),
            Self::Yearly { month, day } => write!(f, "--{month:02}-{day:02}"),
        }
    }
}

impl std::str::FromStr for ExceptionDay {
    type Err = ExceptionDayError;

    fn from_str(text: &str) -> Result<Self, ExceptionDayError> {
        // A leap year has every day of any year.
        let yearly = text.strip_prefix("--").map(|day| format!("{LEAP_YEAR}-{day}"));
        let full = yearly.as_deref().unwrap_or(text);
        let shape =
            |(at, byte): (usize, u8)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
        if full.len() != 10 || !full.bytes().enumerate().all(shape) {
            return Err(ExceptionDayError);
        }
        let date: Date = full.parse().map_err(|_| ExceptionDayError)?;
        Ok(match yearly {
            Some(_) => Self::Yearly { month: date.month(), day: date.day() },
            None => Self::On(date),
        })
    }
}

/// Other hours on a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Instead of the spans that would start on it; none for closed.
    pub spans: Vec<Span>,
    /// Why, for people.
    pub label: String,
}

/// Within how long people answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// So many minutes of office hours.
    Minutes(u32),
    /// In the workspace's own words; no instant is promised.
    Custom(String),
}

/// What a workspace set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeHours {
    /// The IANA name. Known when it was set; another version of the time zone data may not know it.
    pub zone: String,
    /// Monday first.
    pub week: [Vec<Span>; 7],
    /// By their dates.
    pub exceptions: BTreeMap<ExceptionDay, Exception>,
    /// Nothing is promised without.
    pub reply: Option<Reply>,
    /// The language visitors are told in; empty for English.
    pub language: String,
}

/// Why people work at an instant, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The workspace never set any office hours.
    AlwaysOpen,
    /// The hours of the week.
    Week,
    /// An exception for the date.
    Exception,
    /// The time zone stored is not known; taken as open.
    UnknownTimeZone,
}

/// What holds at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Whether people work.
    pub open: bool,
    /// Why.
    pub cause: Cause,
    /// The label of the exception that is the cause.
    pub label: Option<String>,
    /// When they begin next, if they do not work and do so within [`HORIZON_DAYS`].
    pub next_opening: Option<Timestamp>,
    /// When they stop next, if they work and do so within [`HORIZON_DAYS`].
    pub next_closing: Option<Timestamp>,
}

/// When people work.
#[derive(Debug, Clone)]
pub enum WorkingTime {
    /// At any time, for this cause.
    Always(Cause),
    /// As a calendar says.
    By(Box<Calendar>),
}

impl WorkingTime {
    /// Of what a workspace set; `None` if it never set any. A time zone that is not known is taken as open: better asked in vain than
    /// turned away because of our data.
    pub fn of(hours: Option<&OfficeHours>) -> Self {
        let Some(hours) = hours else {
            return Self::Always(Cause::AlwaysOpen);
        };
        match zone::find(&hours.zone) {
            Some(zone) => Self::By(Box::new(Calendar::new(hours, zone))),
            None => Self::Always(Cause::UnknownTimeZone),
        }
    }

    /// What holds at an instant.
    pub fn look(&self, at: Timestamp) -> Look {
        match self {
            Self::Always(cause) => {
                Look { open: true, cause: *cause, label: None, next_opening: None, next_closing: None }
            }
            Self::By(calendar) => calendar.look(at),
        }
    }

    /// The first instant by which people have worked so long since `at`; `None` if not within [`HORIZON_DAYS`].
    pub fn after_work(&self, at: Timestamp, work: Duration) -> Option<Timestamp> {
        match self {
            Self::Always(_) => at.checked_add(work).ok(),
            Self::By(calendar) => calendar.after_work(at, work),
        }
    }

    /// The zone whose wall clock people are told; UTC where there is none.
    pub fn zone(&self) -> TimeZone {
        match self {
            Self::Always(_) => TimeZone::UTC,
            Self::By(calendar) => calendar.zone().clone(),
        }
    }
}

#[cfg(test)]
mod reference_tests;
#[cfg(test)]
mod tests;
