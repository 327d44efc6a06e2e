//! How enums stand in tables. Numbers never change their meaning.
//!
//! A number that means nothing is an error that says where it stands.

use baton_kit::data::StoreError;

use crate::domain::{
    availability::AvailabilityState,
    decision::{FilterReason, Kind, Outcome, Refused},
    queue::{EntryState, Priority},
};

fn impossible(column: &str, code: i32) -> StoreError {
    StoreError::Broken(format!("{column} holds {code}, which means nothing"))
}

/// Makes both directions of one table.
macro_rules! codes {
    ($to:ident, $from:ident, $type:ty, $column:literal, $($variant:pat => $value:expr, $code:literal;)+) => {
        /// The number in the table.
        pub fn $to(value: $type) -> i32 {
            match value { $($variant => $code,)+ }
        }

        /// The meaning of a number in the table.
        pub fn $from(code: i32) -> Result<$type, StoreError> {
            match code { $($code => Ok($value),)+ other => Err(impossible($column, other)) }
        }
    };
}

codes! { from_state, state, AvailabilityState, "availability.state",
    AvailabilityState::Online => AvailabilityState::Online, 1;
    AvailabilityState::Busy => AvailabilityState::Busy, 2;
    AvailabilityState::Away => AvailabilityState::Away, 3;
    AvailabilityState::Offline => AvailabilityState::Offline, 4;
}
codes! { from_priority, priority, Priority, "queue_entry.priority",
    Priority::Low => Priority::Low, 1;
    Priority::Medium => Priority::Medium, 2;
    Priority::High => Priority::High, 3;
    Priority::Urgent => Priority::Urgent, 4;
}
codes! { from_entry_state, entry_state, EntryState, "queue_entry.state",
    EntryState::Requested => EntryState::Requested, 1;
    EntryState::Assigned => EntryState::Assigned, 2;
}
codes! { from_kind, kind, Kind, "decision.kind",
    Kind::Assign => Kind::Assign, 1;
    Kind::Release => Kind::Release, 2;
}
codes! { from_refused, refused, Refused, "decision.refusal",
    Refused::Stale => Refused::Stale, 1;
    Refused::CapacityExceeded => Refused::CapacityExceeded, 2;
    Refused::MemberNotEligible => Refused::MemberNotEligible, 3;
    Refused::Malformed => Refused::Malformed, 4;
}
codes! { from_filter, filter, Option<FilterReason>, "decision.candidates",
    None => None, 0;
    Some(FilterReason::NotOnline) => Some(FilterReason::NotOnline), 1;
    Some(FilterReason::AtLimit) => Some(FilterReason::AtLimit), 2;
    Some(FilterReason::AlreadyAsked) => Some(FilterReason::AlreadyAsked), 3;
    Some(FilterReason::NotAllowed) => Some(FilterReason::NotAllowed), 4;
    Some(FilterReason::OtherTeam) => Some(FilterReason::OtherTeam), 5;
    Some(FilterReason::Removed) => Some(FilterReason::Removed), 6;
}

/// `decision.outcome` while nobody knows.
pub const PENDING: i32 = 1;
/// `decision.outcome` of an assignment that was made.
pub const ASSIGNED: i32 = 2;
/// `decision.outcome` of a refusal.
pub const REFUSED: i32 = 3;
/// `decision.outcome` when there was nobody.
pub const NOBODY: i32 = 4;
/// `decision.outcome` of an assignment that was taken back.
pub const RELEASED: i32 = 5;

/// `outcome`, `refusal` and `made_version` of an outcome.
pub fn from_outcome(outcome: Outcome) -> (i32, i32, Option<i64>) {
    match outcome {
        Outcome::Pending => (PENDING, 0, None),
        Outcome::Assigned(version) => (ASSIGNED, 0, Some(version)),
        Outcome::Refused(why) => (REFUSED, from_refused(why), None),
        Outcome::Nobody => (NOBODY, 0, None),
        Outcome::Released(version) => (RELEASED, 0, Some(version)),
    }
}

/// The outcome of those three.
pub fn outcome(outcome: i32, refusal: i32, made_version: Option<i64>) -> Result<Outcome, StoreError> {
    let version =
        || made_version.ok_or_else(|| StoreError::Broken("decision.made_version is missing".to_owned()));
    match outcome {
        PENDING => Ok(Outcome::Pending),
        ASSIGNED => Ok(Outcome::Assigned(version()?)),
        REFUSED => Ok(Outcome::Refused(refused(refusal)?)),
        NOBODY => Ok(Outcome::Nobody),
        RELEASED => Ok(Outcome::Released(version()?)),
        other => Err(impossible("decision.outcome", other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_comes_back_as_it_was_stored() {
        for stored in [
            Outcome::Pending,
            Outcome::Assigned(7),
            Outcome::Released(8),
            Outcome::Nobody,
            Outcome::Refused(Refused::Stale),
            Outcome::Refused(Refused::CapacityExceeded),
            Outcome::Refused(Refused::MemberNotEligible),
            Outcome::Refused(Refused::Malformed),
        ] {
            let (code, refusal, version) = from_outcome(stored);
            assert_eq!(outcome(code, refusal, version), Ok(stored));
        }
    }

    #[test]
    fn a_number_that_means_nothing_says_where_it_stands() {
        let refused = state(9).unwrap_err().to_string();
        assert!(refused.contains("availability.state holds 9"), "{refused}");
        assert!(outcome(9, 0, None).is_err());
        assert!(outcome(ASSIGNED, 0, None).is_err());
    }
}
