//! The hours of a week and their exceptions on the wall clock of one zone.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use super::{
    Cause, DAY, Exception, ExceptionDay, HORIZON_DAYS, Look, OfficeHours, Span,
    stretches::{Stretch, stretches},
};

/// A calendar whose zone is known.
#[derive(Debug, Clone)]
pub struct Calendar {
    zone: TimeZone,
    week: [Vec<Span>; 7],
    exceptions: std::collections::BTreeMap<ExceptionDay, Exception>,
}

impl Calendar {
    /// What was set, on the wall clock of this zone.
    pub fn new(hours: &OfficeHours, zone: TimeZone) -> Self {
        Self { zone, week: hours.week.clone(), exceptions: hours.exceptions.clone() }
    }

    /// Its zone.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The spans that start on a date.
    pub fn spans(&self, date: Date) -> &[Span] {
        match self.exception(date) {
            Some(exception) => &exception.spans,
            None => {
                let day = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or_default();
                self.week.get(day).map_or(&[], Vec::as_slice)
            }
        }
    }

    fn exception(&self, date: Date) -> Option<&Exception> {
        let yearly = ExceptionDay::Yearly { month: date.month(), day: date.day() };
        self.exceptions.get(&ExceptionDay::On(date)).or_else(|| self.exceptions.get(&yearly))
    }

    /// Whether people work at an instant.
    #[cfg(test)]
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.working_date(at).is_some()
    }

    /// The date to which the span belongs that an instant lies in; `None` while nobody works. What the wall clock shows lies in a span
    /// that starts on its date or on the date before. A wall clock that is put back shows an hour twice, and both times count; one put
    /// forward never shows it.
    fn working_date(&self, at: Timestamp) -> Option<Date> {
        let shown = self.zone.to_datetime(at);
        let minute = u16::try_from(i32::from(shown.hour()) * 60 + i32::from(shown.minute())).ok()?;
        let (today, before) = (shown.date(), shown.date().yesterday().ok());
        let lies_in = |date: &Date, minute: u16| self.spans(*date).iter().any(|span| span.covers(minute));
        Some(today)
            .filter(|date| lies_in(date, minute))
            .or_else(|| before.filter(|date| lies_in(date, minute + DAY)))
    }

    /// What holds at an instant.
    pub fn look(&self, at: Timestamp) -> Look {
        let working = self.working_date(at);
        let exception = self.exception(working.unwrap_or_else(|| self.zone.to_datetime(at).date()));
        let horizon = horizon(at);
        let next = self.stretches(at, horizon).next();
        let behind_now = |micros: i64| Timestamp::from_microsecond(micros).ok().filter(|_| micros < horizon);
        Look {
            open: working.is_some(),
            cause: exception.map_or(Cause::Week, |_| Cause::Exception),
            label: exception.map(|exception| exception.label.clone()),
            next_opening: next.filter(|_| working.is_none()).and_then(|next| behind_now(next.from)),
            next_closing: next.filter(|_| working.is_some()).and_then(|next| behind_now(next.until)),
        }
    }

    /// The first instant by which people have worked so long since `at`.
    pub fn after_work(&self, at: Timestamp, work: Duration) -> Option<Timestamp> {
        let mut left = i64::try_from(work.as_micros()).ok()?;
        for stretch in self.stretches(at, horizon(at)) {
            let worked = stretch.until - stretch.from;
            if left <= worked {
                return Timestamp::from_microsecond(stretch.from + left).ok();
            }
            left -= worked;
        }
        None
    }

    /// The stretches of time in which people work, from an instant on, in order, none touching another.
    pub fn stretches(&self, from: Timestamp, horizon: i64) -> impl Iterator<Item = Stretch> {
        stretches(self, from.as_microsecond(), horizon)
    }
}

/// How far is looked from an instant, in microseconds.
fn horizon(at: Timestamp) -> i64 {
    let last = at.saturating_add(SignedDuration::from_hours(HORIZON_DAYS * 24));
    last.unwrap_or(Timestamp::MAX).as_microsecond()
}
