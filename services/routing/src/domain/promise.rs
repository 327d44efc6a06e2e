//! What the visitor of a handoff is told about when somebody answers, and when that is overdue.
//!
//! Must not know how the office hours came to be, nor who is told.

use std::time::Duration;

use baton_kit::life::ids::WorkspaceId;
use jiff::Timestamp;

use super::{
    hours::{Reply, WorkingTime},
    ids::{ConversationId, HandoffId},
};

/// A promise that is owed to an open handoff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// Where.
    pub conversation: ConversationId,
    /// The handoff it is owed to.
    pub handoff: HandoffId,
    /// When a person was asked for: from then on the time runs.
    pub asked_at: Timestamp,
    /// Rises each time it has to be made anew; only the last is kept as told.
    pub version: i64,
    /// How often in a row nobody knew whether it was told.
    pub tries: u32,
}

/// A promise as it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// By when somebody will have answered; `None` if only the text says it.
    pub promised_by: Option<Timestamp>,
    /// What the visitor reads.
    pub text: String,
    /// Whether nobody works at the moment.
    pub outside_hours: bool,
    /// When the handoff is overdue if nobody took it.
    pub due: Timestamp,
}

/// When a handoff is overdue.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// So long behind what was promised.
    pub slack: Duration,
    /// Without a promise, after so much working time.
    pub unpromised: Duration,
}

/// By when somebody will have answered who asked at `asked_at` and is told `now`; nobody is promised what has passed, so an instant that
/// is gone is counted anew.
pub fn promised_by(
    working: &WorkingTime,
    reply: Option<&Reply>,
    asked_at: Timestamp,
    now: Timestamp,
) -> Option<Timestamp> {
    let Some(Reply::Minutes(minutes)) = reply else {
        return None;
    };
    let by = working.after_work(asked_at.min(now), of_minutes(*minutes));
    by.filter(|by| *by > now).or_else(|| working.after_work(now, of_minutes(*minutes)))
}

fn of_minutes(minutes: u32) -> Duration {
    Duration::from_mins(minutes.into())
}

/// When a handoff that was promised so is overdue. Nobody is alarmed at night because nothing was promised,
/// and telling it anew does not put it off.
pub fn due(
    working: &WorkingTime,
    promised_by: Option<Timestamp>,
    asked_at: Timestamp,
    terms: Terms,
) -> Timestamp {
    let later = |at: Timestamp, by: Duration| at.checked_add(by).unwrap_or(Timestamp::MAX);
    match promised_by {
        Some(by) => later(by, terms.slack),
        None => working
            .after_work(asked_at, terms.unpromised)
            .unwrap_or_else(|| later(asked_at, terms.unpromised)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::hours::{OfficeHours, Span};

    const TERMS: Terms = Terms { slack: Duration::from_secs(300), unpromised: Duration::from_secs(900) };

    fn nine_to_five() -> WorkingTime {
        WorkingTime::of(Some(&OfficeHours {
            zone: "UTC".to_owned(),
            week: std::array::from_fn(|_| vec![Span::new(540, 1020).unwrap()]),
            exceptions: BTreeMap::new(),
            reply: None,
            language: String::new(),
        }))
    }

    fn ts(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_promise_counts_from_when_the_person_was_asked_for() {
        let by = promised_by(
            &nine_to_five(),
            Some(&Reply::Minutes(15)),
            ts("2026-06-10T16:50:00Z"),
            ts("2026-06-10T16:59:00Z"),
        );
        assert_eq!(by, Some(ts("2026-06-11T09:05:00Z")));
    }

    #[test]
    fn what_has_passed_is_not_promised() {
        let by = promised_by(
            &nine_to_five(),
            Some(&Reply::Minutes(15)),
            ts("2026-06-10T10:00:00Z"),
            ts("2026-06-10T10:15:00Z"),
        );
        assert_eq!(by, Some(ts("2026-06-10T10:30:00Z")));
    }

    #[test]
    fn own_words_promise_no_instant_and_neither_does_silence() {
        let now = ts("2026-06-10T10:00:00Z");
        assert_eq!(promised_by(&nine_to_five(), Some(&Reply::Custom("soon".to_owned())), now, now), None);
        assert_eq!(promised_by(&nine_to_five(), None, now, now), None);
    }

    #[test]
    fn a_handoff_is_overdue_behind_its_promise_or_after_working_time() {
        let (working, now) = (nine_to_five(), ts("2026-06-10T18:00:00Z"));
        let by = ts("2026-06-11T09:15:00Z");
        assert_eq!(due(&working, Some(by), now, TERMS), ts("2026-06-11T09:20:00Z"));
        assert_eq!(due(&working, None, now, TERMS), ts("2026-06-11T09:15:00Z"));
        assert_eq!(due(&WorkingTime::of(None), None, now, TERMS), ts("2026-06-10T18:15:00Z"));
    }

    #[test]
    fn an_unpromised_wait_is_kept_to_the_second() {
        let soon = Terms { unpromised: Duration::from_secs(1), ..TERMS };
        let now = ts("2026-06-10T10:00:00Z");
        assert_eq!(due(&WorkingTime::of(None), None, now, soon), ts("2026-06-10T10:00:01Z"));
        assert_eq!(due(&nine_to_five(), None, now, soon), ts("2026-06-10T10:00:01Z"));
    }

    #[test]
    fn where_nobody_ever_works_a_handoff_is_overdue_all_the_same() {
        let never = WorkingTime::of(Some(&OfficeHours {
            zone: "UTC".to_owned(),
            week: Default::default(),
            exceptions: BTreeMap::new(),
            reply: None,
            language: String::new(),
        }));
        assert_eq!(due(&never, None, ts("2026-06-10T18:00:00Z"), TERMS), ts("2026-06-10T18:15:00Z"));
    }
}
