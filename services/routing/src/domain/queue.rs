//! What waits for a person, and in which order it is given.
//!
//! Must not know who could take it.

use std::{cmp::Reverse, time::Duration};

use baton_kit::life::ids::WorkspaceId;
use jiff::Timestamp;

use super::ids::{ConversationId, HandoffId, MemberId, TeamId};

/// How long a wait lifts an entry by one step of priority.
pub const AGEING_STEP: Duration = Duration::from_secs(600);

/// How urgent an entry is. Nothing said counts as [`Priority::Medium`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// May wait.
    Low,
    /// The usual.
    Medium,
    /// Before the usual.
    High,
    /// Before everything.
    Urgent,
}

impl Priority {
    /// Every priority, the least urgent first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Urgent];

    /// One step up; nothing is above [`Priority::Urgent`].
    fn lifted(self) -> Self {
        match self {
            Self::Low => Self::Medium,
            Self::Medium => Self::High,
            Self::High | Self::Urgent => Self::Urgent,
        }
    }
}

/// Whether somebody is asked already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryState {
    /// A person is looked for.
    Requested,
    /// A member is asked and has not answered.
    Assigned,
}

/// One conversation that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The conversation.
    pub conversation: ConversationId,
    /// Its open handoff.
    pub handoff: HandoffId,
    /// The version a decision is taken on.
    pub assignment_version: i64,
    /// How urgent.
    pub priority: Priority,
    /// When the visitor began to wait.
    pub waiting_since: Timestamp,
    /// The team it belongs to, whose members alone are asked.
    pub team: Option<TeamId>,
    /// Whether somebody is asked.
    pub state: EntryState,
    /// Who is asked.
    pub assignee: Option<MemberId>,
    /// When the fact that shows it so was written.
    pub seen_at: Timestamp,
    /// The trace in which it began to wait, so that the decision belongs to it.
    pub traceparent: Option<String>,
}

/// A conversation as a fact shows it.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// The conversation.
    pub conversation: ConversationId,
    /// Only a higher one than applied before counts.
    pub revision: i64,
    /// Who holds it: the member responsible while it is open.
    pub holder: Option<MemberId>,
    /// Its place in the queue; `None` if it waits for nobody.
    pub entry: Option<Entry>,
    /// When a person was asked for. Only of an entry.
    pub asked_at: Timestamp,
}

/// What decides an entry's turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The conversation; breaks ties so that every replica sees the same order.
    pub conversation: ConversationId,
    /// How urgent.
    pub priority: Priority,
    /// When the visitor began to wait.
    pub waiting_since: Timestamp,
}

impl Entry {
    /// Its place in the order.
    pub fn place(&self) -> Place {
        Place { conversation: self.conversation, priority: self.priority, waiting_since: self.waiting_since }
    }
}

/// The priority after ageing: one step up each [`AGEING_STEP`] of waiting, so that nobody starves.
pub fn aged(priority: Priority, waiting_since: Timestamp, now: Timestamp) -> Priority {
    let waited = Duration::try_from(now.duration_since(waiting_since)).unwrap_or_default();
    let steps = (waited.as_secs() / AGEING_STEP.as_secs()).min(Priority::ALL.len() as u64);
    (0..steps).fold(priority, |priority, _| priority.lifted())
}

/// Sorts smaller for whoever is next: aged priority, then waiting time, then id.
pub fn turn(place: &Place, now: Timestamp) -> (Reverse<Priority>, Timestamp, ConversationId) {
    (Reverse(aged(place.priority, place.waiting_since, now)), place.waiting_since, place.conversation)
}

/// Where a conversation stands among those waiting, 1 for the next; 0 if it is not among them.
pub fn position(conversation: ConversationId, waiting: &[Place], now: Timestamp) -> usize {
    let Some(own) = waiting.iter().find(|place| place.conversation == conversation) else {
        return 0;
    };
    let own = turn(own, now);
    1 + waiting.iter().filter(|place| turn(place, now) < own).count()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn place(id: u128, priority: Priority, since: i64) -> Place {
        let conversation = ConversationId::from_uuid(Uuid::from_u128(id));
        Place { conversation, priority, waiting_since: at(since) }
    }

    #[test]
    fn a_wait_lifts_one_step_each_ten_minutes_and_no_further_than_urgent() {
        let table = [
            (0, Priority::Low),
            (599, Priority::Low),
            (600, Priority::Medium),
            (1199, Priority::Medium),
            (1200, Priority::High),
            (1800, Priority::Urgent),
            (86_400 * 365, Priority::Urgent),
        ];
        for (waited, expected) in table {
            assert_eq!(aged(Priority::Low, at(0), at(waited)), expected, "{waited} s");
        }
    }

    #[test]
    fn a_clock_that_went_back_lifts_nothing() {
        assert_eq!(aged(Priority::Low, at(1000), at(0)), Priority::Low);
    }

    #[test]
    fn the_order_is_aged_priority_then_waiting_time_then_id() {
        let now = at(10_000);
        let mut places = [
            place(4, Priority::Medium, 9_990),
            place(3, Priority::Urgent, 9_995),
            place(2, Priority::Low, 8_000),
            place(1, Priority::Medium, 9_990),
        ];
        places.sort_by_key(|place| turn(place, now));
        let ids: Vec<u128> = places.iter().map(|place| place.conversation.uuid().as_u128()).collect();
        assert_eq!(ids, [2, 3, 1, 4]);
    }

    #[test]
    fn the_position_counts_from_one_and_is_zero_for_who_does_not_wait() {
        let now = at(100);
        let waiting = [place(1, Priority::Medium, 50), place(2, Priority::High, 60)];
        assert_eq!(position(waiting[0].conversation, &waiting, now), 2);
        assert_eq!(position(waiting[1].conversation, &waiting, now), 1);
        assert_eq!(position(ConversationId::from_uuid(Uuid::from_u128(9)), &waiting, now), 0);
    }
}
