//! The part of `ConversationService` that changes where a conversation stands: reads each request as a command.

use baton_kit::{
    door::{
        fields::Fields,
        principal::{Caller, Kind},
        refusal::Refusal,
    },
    life::clock::SharedClock,
};
use baton_proto::conversation::v1 as wire;
use jiff::{Timestamp, ToSpan as _};

use super::{conversation_api::versioned, who};
use crate::{
    application::command_conversation::CommandConversation,
    domain::{
        commands::{Command, NewHandoff},
        conversation::Priority,
        handoff::HandoffReason,
        ids::{ConversationId, MemberId, TeamId},
    },
};

/// The longest reason of a priority, bytes of UTF-8.
pub(super) const LONGEST_REASON: usize = 500;
/// The longest snooze, hours.
const LONGEST_SNOOZE: i64 = 366 * 24;

type Asked = Result<(ConversationId, Command), Refusal>;

/// The handoff that a person's command opens if it has to: its reason follows from who they are.
pub(super) fn handoff_of(commands: &CommandConversation, caller: &Caller) -> NewHandoff {
    commands.handoff(match caller.kind {
        Kind::Member => HandoffReason::MemberRequest,
        _ => HandoffReason::ApiRequest,
    })
}

pub(super) fn reopen(caller: &Caller, wire: &wire::ReopenConversationRequest) -> Asked {
    let (id, seen) = versioned(&wire.conversation_id, wire.expected_assignment_version)?;
    Ok((id, Command::Reopen { member: who::member(caller)?, seen }))
}

pub(super) fn assign(wire: &wire::AssignConversationRequest, new: NewHandoff) -> Asked {
    let mut fields = Fields::new();
    let id = fields.parsed("conversation_id", &wire.conversation_id);
    let member = fields.parsed::<MemberId>("member_id", &wire.member_id);
    let seen = seen(&mut fields, wire.expected_assignment_version);
    let (id, member, seen) = fields.all((id, member, seen))?;
    Ok((id, Command::AssignByPerson { member, seen, new }))
}

pub(super) fn unassign(wire: &wire::UnassignConversationRequest, new: NewHandoff) -> Asked {
    let (id, seen) = versioned(&wire.conversation_id, wire.expected_assignment_version)?;
    let new = NewHandoff { reason: HandoffReason::Returned, ..new };
    Ok((id, Command::Unassign { seen, new }))
}

pub(super) fn set_team(wire: &wire::SetTeamRequest) -> Asked {
    let (id, team, seen) = team(&wire.conversation_id, &wire.team_id, wire.expected_assignment_version)?;
    Ok((id, Command::SetTeam { team, seen }))
}

pub(super) fn hand_to_team(wire: &wire::HandToTeamRequest, new: NewHandoff) -> Asked {
    let (id, team, seen) = team(&wire.conversation_id, &wire.team_id, wire.expected_assignment_version)?;
    Ok((id, Command::HandToTeam { team, seen, new }))
}

pub(super) fn set_priority(wire: &wire::SetPriorityRequest) -> Asked {
    let mut fields = Fields::new();
    let id = fields.parsed("conversation_id", &wire.conversation_id);
    let priority = fields.choice_or_none::<Priority>("priority", wire.priority);
    let reason = fields.text("reason", &wire.reason, 0..=LONGEST_REASON);
    if wire.priority == 0 && !wire.reason.is_empty() {
        fields.fault("reason", "goes only with a priority");
    }
    let (id, priority, reason) = fields.all((id, priority, reason))?;
    Ok((id, Command::SetPriority { priority, reason }))
}

pub(super) fn snooze(wire: &wire::SnoozeConversationRequest, clock: &SharedClock) -> Asked {
    let mut fields = Fields::new();
    let id = fields.parsed("conversation_id", &wire.conversation_id);
    let until = until(&mut fields, wire.until_time.as_ref(), clock.now());
    let seen = seen(&mut fields, wire.expected_assignment_version);
    let (id, until, seen) = fields.all((id, until, seen))?;
    Ok((id, Command::Snooze { seen, until }))
}

pub(super) fn wake(wire: &wire::WakeConversationRequest) -> Asked {
    let (id, seen) = versioned(&wire.conversation_id, wire.expected_assignment_version)?;
    Ok((id, Command::Wake { seen }))
}

fn team(id: &str, team: &str, version: i64) -> Result<(ConversationId, Option<TeamId>, i64), Refusal> {
    let mut fields = Fields::new();
    let id = fields.parsed("conversation_id", id);
    let team = fields.parsed_or_none("team_id", team);
    let seen = seen(&mut fields, version);
    fields.all((id, team, seen))
}

fn seen(fields: &mut Fields, version: i64) -> Option<i64> {
    fields.within("expected_assignment_version", version, 0..=i64::MAX)
}

fn until(
    fields: &mut Fields,
    wire: Option<&prost_types::Timestamp>,
    now: Timestamp,
) -> Option<Option<Timestamp>> {
    let Some(given) = wire else { return Some(None) };
    let until = instant(fields, "until_time", given)?;
    let latest = now.checked_add(LONGEST_SNOOZE.hours()).unwrap_or(Timestamp::MAX);
    if until <= now || until > latest {
        fields.fault("until_time", "must be in the future, at most 366 days ahead");
        return None;
    }
    Some(Some(until))
}

/// A time as given, to the microsecond, as it is stored.
pub(super) fn instant(fields: &mut Fields, field: &str, wire: &prost_types::Timestamp) -> Option<Timestamp> {
    let exact = Timestamp::new(wire.seconds, wire.nanos).ok();
    let stored = exact.and_then(|exact| Timestamp::from_microsecond(exact.as_microsecond()).ok());
    if stored.is_none() {
        fields.fault(field, "is out of range");
    }
    stored
}
