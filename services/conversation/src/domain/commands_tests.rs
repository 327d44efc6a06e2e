//! Every command from every state, and the machine under random commands.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use baton_kit::life::ids::WorkspaceId;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::{
    conversation::{Control, PrioritySource, Status},
    effects::{DeadlineEdit, EventKind},
    handoff::{AssignedBy, Handoff, HandoffState, ReturnCause},
    ids::{AssistantId, ContactId, ConversationId, MessageId},
    message::Notice,
    patience::Patience,
    posting::{NewMessage, Writer},
};

const ANNA: MemberId = MemberId::from_uuid(Uuid::from_u128(1));
const BEN: MemberId = MemberId::from_uuid(Uuid::from_u128(2));
const SALES: TeamId = TeamId::from_uuid(Uuid::from_u128(3));

const PATIENCE: Patience = Patience {
    response: Duration::from_secs(600),
    response_grace: Duration::from_secs(300),
    handoff: Duration::from_secs(900),
    fallback: Duration::from_secs(86_400),
};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

fn now(second: i64) -> Now {
    Now::plain(at(second), PATIENCE)
}

fn fresh() -> Conversation {
    Conversation {
        id: ConversationId::from_uuid(Uuid::from_u128(10)),
        workspace: WorkspaceId::from_uuid(Uuid::from_u128(11)),
        assistant: AssistantId::from_uuid(Uuid::from_u128(12)),
        contact: ContactId::from_uuid(Uuid::from_u128(13)),
        channel: "web".into(),
        external_id: None,
        origin: "widget".into(),
        status: Status::Open,
        control: Control::Ai,
        control_epoch: 1,
        assignment_version: 1,
        assignee: None,
        last_assignee: None,
        team: None,
        priority: None,
        priority_reason: String::new(),
        priority_said_at: None,
        snoozed_until: None,
        instruction: String::new(),
        handoff: None,
        last_sequence: 1,
        revision: 2,
        last_member_sequence: 0,
        last_visitor_sequence: 1,
        answered_sequence: 0,
        ai_since_sequence: 0,
        created_at: at(0),
        last_activity_at: at(0),
    }
}

fn new_handoff() -> NewHandoff {
    new_at(20, 1)
}

fn new_at(id: u128, second: i64) -> NewHandoff {
    NewHandoff {
        id: HandoffId::from_uuid(Uuid::from_u128(id)),
        reason: HandoffReason::VisitorRequest,
        at: at(second),
    }
}

fn wish(turn: Option<Turn>) -> Wish {
    Wish { new: new_handoff(), turn, team: None }
}

/// The states the table of the architecture speaks of.
fn in_state(name: &str) -> Conversation {
    let (mut it, mut effects) = (fresh(), Effects::default());
    match name {
        "ai" => {}
        "requested" => drop(it.request_handoff(wish(None), &now(1), &mut effects)),
        "assigned" => {
            it.request_handoff(wish(None), &now(1), &mut effects).unwrap();
            it.assign_by_routing(ANNA, 3, it.assignment_version, &mut effects).unwrap();
        }
        "named" => drop(it.assign_by_person((ANNA, new_handoff()), 0, &now(1), &mut effects)),
        "human" => drop(it.take_over(ANNA, 0, &now(2), &mut effects)),
        "taken" => {
            it.request_handoff(wish(None), &now(1), &mut effects).unwrap();
            it.take_over(ANNA, 0, &now(2), &mut effects).unwrap();
        }
        "snoozed" => {
            it.take_over(ANNA, 0, &now(2), &mut effects).unwrap();
            it.snooze(0, Some(at(100)), &mut effects).unwrap();
        }
        "resolved" => drop(it.resolve(0, &now(2), &mut effects)),
        other => panic!("no state {other}"),
    }
    it.check().unwrap();
    it
}

/// "assigned" is by routing, "named" by a person; "human" without a handoff, "taken" by one.
const STATES: [&str; 8] = ["ai", "requested", "assigned", "named", "human", "taken", "snoozed", "resolved"];

/// What a command did, as a row of the table: status and control, handoff, epoch step, version step, load of Anna and of Ben.
fn row(state: &str, command: impl Fn(&mut Conversation, &mut Effects) -> Result<(), Refused>) -> String {
    let (mut it, mut effects) = (in_state(state), Effects::default());
    let before = it.clone();
    if let Err(refused) = command(&mut it, &mut effects) {
        assert_eq!(it, before, "a refused command changes nothing");
        assert!(effects.is_empty(), "a refused command does nothing");
        return format!("{refused:?}").split(['(', ' ']).next().unwrap_or_default().to_owned();
    }
    it.check().unwrap();
    let load = |member| effects.loads.iter().filter(|l| l.member == member).map(|l| l.by).sum::<i32>();
    let handoff = it.handoff.as_ref().map_or("-".to_owned(), |h| format!("{:?}", h.state));
    let (epoch, version) =
        (it.control_epoch - before.control_epoch, it.assignment_version - before.assignment_version);
    let status = if it.status == Status::Snoozed { "z" } else { "" };
    format!("{status}{:?} {handoff} e{epoch:+} v{version:+} {:+} {:+}", it.control, load(ANNA), load(BEN))
}

fn table(command: impl Fn(&mut Conversation, &mut Effects) -> Result<(), Refused>) -> Vec<String> {
    STATES.iter().map(|state| format!("{state}: {}", row(state, &command))).collect()
}

#[test]
fn request_opens_a_handoff_under_ai_only() {
    let rows = table(|it, effects| it.request_handoff(wish(None), &now(9), effects).map(drop));
    assert_eq!(
        rows,
        [
            "ai: Waiting Requested e+1 v+1 +0 +0",
            "requested: Waiting Requested e+0 v+0 +0 +0",
            "assigned: Waiting Assigned e+0 v+0 +0 +0",
            "named: Waiting Assigned e+0 v+0 +0 +0",
            "human: HumanInControl",
            "taken: HumanInControl",
            "snoozed: HumanInControl",
            "resolved: Closed",
        ]
    );
}

#[test]
fn assign_by_routing_holds_a_slot_of_the_member_asked() {
    let rows = table(|it, effects| it.assign_by_routing(BEN, 3, it.assignment_version, effects));
    assert_eq!(
        rows,
        [
            "ai: NoOpenHandoff",
            "requested: Waiting Assigned e+0 v+1 +0 +1",
            "assigned: WrongState",
            "named: WrongState",
            "human: NoOpenHandoff",
            "taken: NoOpenHandoff",
            "snoozed: NoOpenHandoff",
            "resolved: NoOpenHandoff",
        ]
    );
}

#[test]
fn a_persons_assignment_asks_from_the_ai_and_the_queue_and_transfers_from_a_member() {
    let rows = table(|it, effects| it.assign_by_person((BEN, new_at(21, 9)), 0, &now(9), effects).map(drop));
    assert_eq!(
        rows,
        [
            "ai: Waiting Assigned e+1 v+1 +0 +1",
            "requested: Waiting Assigned e+0 v+1 +0 +1",
            "assigned: Waiting Assigned e+0 v+1 -1 +1",
            "named: Waiting Assigned e+0 v+1 -1 +1",
            "human: Human - e+0 v+1 -1 +1",
            "taken: Human Taken e+0 v+1 -1 +1",
            "snoozed: zHuman - e+0 v+1 +0 +0",
            "resolved: Closed",
        ]
    );
    for state in ["named", "human", "taken", "snoozed"] {
        let (mut it, mut effects) = (in_state(state), Effects::default());
        let again = it.assign_by_person((ANNA, new_at(21, 9)), 99, &now(9), &mut effects);
        assert_eq!((again, effects.is_empty()), (Ok(false), true), "{state}: Anna is responsible already");
    }
    let (mut it, mut effects) = (in_state("human"), Effects::default());
    it.assign_by_person((BEN, new_at(21, 9)), 0, &now(9), &mut effects).unwrap();
    let anew = DeadlineEdit::Reset(DeadlineKind::ResponseDue, at(609), Stage::First);
    assert_eq!(effects.deadlines, [anew], "a transfer begins the response deadline anew");
}

#[test]
fn release_gives_the_slot_back_and_keeps_the_waiting_time() {
    let rows = table(|it, effects| it.release(it.assignment_version, effects));
    assert_eq!(
        rows,
        [
            "ai: NoOpenHandoff",
            "requested: WrongState",
            "assigned: Waiting Requested e+0 v+1 -1 +0",
            "named: Waiting Requested e+0 v+1 -1 +0",
            "human: NoOpenHandoff",
            "taken: NoOpenHandoff",
            "snoozed: NoOpenHandoff",
            "resolved: NoOpenHandoff",
        ]
    );
    let mut it = in_state("assigned");
    let marked = it.handoff.as_mut().unwrap();
    marked.alarmed_at = Some(at(5));
    let (since, alarm) = (marked.waiting_since, marked.alarmed_at);
    it.release(it.assignment_version, &mut Effects::default()).unwrap();
    let handoff = it.handoff.unwrap();
    assert_eq!((handoff.waiting_since, handoff.alarmed_at, handoff.assigned_by), (since, alarm, None));
}

const QUEUED_AGAIN: [&str; 8] = [
    "ai: NoOpenHandoff",
    "requested: Waiting Requested e+0 v+0 +0 +0",
    "assigned: Waiting Requested e+0 v+1 -1 +0",
    "named: Waiting Requested e+0 v+1 -1 +0",
    "human: Waiting Requested e+1 v+1 -1 +0",
    "taken: Waiting Requested e+1 v+1 -1 +0",
    "snoozed: Waiting Requested e+1 v+1 +0 +0",
    "resolved: Closed",
];

#[test]
fn unassign_puts_it_back_into_the_queue() {
    let rows = table(|it, effects| it.unassign(0, new_at(21, 9), &now(9), effects).map(drop));
    assert_eq!(rows, QUEUED_AGAIN);
}

#[test]
fn a_member_who_left_leaves_nothing_waiting() {
    let rows = table(|it, effects| {
        it.member_left(ANNA, new_at(21, 9), &now(9), effects);
        Ok(())
    });
    let untouched = ["ai: Ai - e+0 v+0 +0 +0", "resolved: Ai - e+0 v+0 +0 +0"];
    assert_eq!(rows[1..7], QUEUED_AGAIN[1..7]);
    assert_eq!([rows[0].as_str(), rows[7].as_str()], untouched);
    for state in STATES {
        let (mut it, mut effects) = (in_state(state), Effects::default());
        assert!(!it.member_left(BEN, new_at(21, 9), &now(9), &mut effects), "{state} is not Ben's");
        assert!(effects.is_empty());
    }
}

#[test]
fn a_return_continues_the_handoff_that_was_taken_and_its_waiting() {
    let (mut it, mut effects) = (in_state("taken"), Effects::default());
    it.unassign(0, new_at(21, 9), &now(9), &mut effects).unwrap();
    let back = it.handoff.clone().unwrap();
    assert_eq!((back.previous, back.return_cause), (Some(new_handoff().id), Some(ReturnCause::GivenBack)));
    assert_eq!(back.waiting_since, at(1), "nobody has answered since");
    assert_eq!(effects.notices, [Notice::BackInQueue]);
    let mut answered = in_state("taken");
    answered.last_sequence = 5;
    answered.last_member_sequence = 4;
    let since = Now { unanswered_since: Some(at(7)), ..now(9) };
    answered.unassign(0, new_at(21, 9), &since, &mut Effects::default()).unwrap();
    assert_eq!(
        answered.handoff.unwrap().waiting_since,
        at(7),
        "a member has answered: the wait is another one"
    );
    let mut never_asked = in_state("human");
    never_asked.unassign(0, new_at(21, 9), &now(9), &mut Effects::default()).unwrap();
    let made = never_asked.handoff.unwrap();
    assert_eq!((made.previous, made.waiting_since), (None, at(9)));
}

#[test]
fn a_team_is_a_label_that_takes_back_only_what_routing_decided() {
    let rows = table(|it, effects| it.set_team(Some(SALES), 0, effects).map(drop));
    assert_eq!(
        rows,
        [
            "ai: Ai - e+0 v+1 +0 +0",
            "requested: Waiting Requested e+0 v+1 +0 +0",
            "assigned: Waiting Requested e+0 v+1 -1 +0",
            "named: Waiting Assigned e+0 v+1 +0 +0",
            "human: Human - e+0 v+1 +0 +0",
            "taken: Human Taken e+0 v+1 +0 +0",
            "snoozed: zHuman - e+0 v+1 +0 +0",
            "resolved: Ai - e+0 v+1 +0 +0",
        ]
    );
    let mut it = in_state("assigned");
    assert_eq!(it.set_team(None, 99, &mut Effects::default()), Ok(false), "it has that team already");
}

#[test]
fn hand_to_team_silences_the_ai_and_takes_it_from_nobody_who_is_only_asked_by_a_person() {
    let rows =
        table(|it, effects| it.hand_to_team((Some(SALES), new_at(21, 9)), 0, &now(9), effects).map(drop));
    assert_eq!(
        rows,
        [
            "ai: Waiting Requested e+1 v+1 +0 +0",
            "requested: Waiting Requested e+0 v+1 +0 +0",
            "assigned: Waiting Requested e+0 v+1 -1 +0",
            "named: Waiting Assigned e+0 v+1 +0 +0",
            "human: Waiting Requested e+1 v+1 -1 +0",
            "taken: Waiting Requested e+1 v+1 -1 +0",
            "snoozed: Waiting Requested e+1 v+1 +0 +0",
            "resolved: Closed",
        ]
    );
    let mut it = in_state("taken");
    it.hand_to_team((Some(SALES), new_at(21, 9)), 0, &now(9), &mut Effects::default()).unwrap();
    let again = it.hand_to_team((Some(SALES), new_at(22, 9)), 99, &now(9), &mut Effects::default());
    assert_eq!((again, it.team), (Ok(false), Some(SALES)));
    assert_eq!(it.handoff.unwrap().return_cause, Some(ReturnCause::GivenBack));
}

#[test]
fn take_over_works_from_every_open_state() {
    let rows = table(|it, effects| it.take_over(BEN, 0, &now(9), effects).map(drop));
    assert_eq!(
        rows,
        [
            "ai: Human - e+1 v+1 +0 +1",
            "requested: Human Taken e+1 v+1 +0 +1",
            "assigned: Human Taken e+1 v+1 -1 +1",
            "named: Human Taken e+1 v+1 -1 +1",
            "human: Human - e+0 v+1 -1 +1",
            "taken: Human Taken e+0 v+1 -1 +1",
            "snoozed: Human - e+0 v+1 +0 +1",
            "resolved: Closed",
        ]
    );
    for state in ["ai", "requested", "human", "snoozed"] {
        let (mut it, mut effects) = (in_state(state), Effects::default());
        it.take_over(BEN, 0, &now(9), &mut effects).unwrap();
        let begun = DeadlineEdit::Reset(DeadlineKind::ResponseDue, at(609), Stage::First);
        assert_eq!(effects.deadlines.last(), Some(&begun), "{state}: taken is not answered");
    }
}

#[test]
fn reopening_by_a_member_makes_it_theirs() {
    let rows = table(|it, effects| it.reopen(BEN, 0, &now(9), effects).map(drop));
    assert_eq!(rows[..7], STATES[..7].iter().map(|state| format!("{state}: WrongState")).collect::<Vec<_>>());
    assert_eq!(rows[7], "resolved: Human - e+1 v+1 +0 +1");
    let mut hers = in_state("human");
    assert_eq!(hers.reopen(ANNA, 99, &now(9), &mut Effects::default()), Ok(false));
}

#[test]
fn hand_back_returns_control_and_load() {
    let rows = table(|it, effects| it.hand_back(0, "", &now(9), effects).map(drop));
    assert_eq!(
        rows,
        [
            "ai: Ai - e+0 v+0 +0 +0",
            "requested: Ai HandedBack e+1 v+1 +0 +0",
            "assigned: Ai HandedBack e+1 v+1 -1 +0",
            "named: Ai HandedBack e+1 v+1 -1 +0",
            "human: Ai - e+1 v+1 -1 +0",
            "taken: Ai HandedBack e+1 v+1 -1 +0",
            "snoozed: Ai - e+1 v+1 +0 +0",
            "resolved: Closed",
        ]
    );
    let mut it = in_state("human");
    it.hand_back(0, "", &now(9), &mut Effects::default()).unwrap();
    assert_eq!(it.last_assignee, Some(ANNA));
}

#[test]
fn an_instruction_holds_until_control_changes_again() {
    let mut it = in_state("human");
    it.hand_back(0, "offer the refund", &now(9), &mut Effects::default()).unwrap();
    assert_eq!(it.instruction, "offer the refund");
    it.request_handoff(wish(None), &now(9), &mut Effects::default()).unwrap();
    assert_eq!(it.instruction, "");
    it.hand_back(0, "again", &now(9), &mut Effects::default()).unwrap();
    it.resolve(0, &now(9), &mut Effects::default()).unwrap();
    assert_eq!(it.instruction, "");
}

#[test]
fn withdraw_needs_an_open_handoff() {
    let rows = table(|it, effects| it.withdraw(&now(9), effects));
    assert_eq!(
        rows,
        [
            "ai: NoOpenHandoff",
            "requested: Ai Withdrawn e+1 v+1 +0 +0",
            "assigned: Ai Withdrawn e+1 v+1 -1 +0",
            "named: Ai Withdrawn e+1 v+1 -1 +0",
            "human: NoOpenHandoff",
            "taken: NoOpenHandoff",
            "snoozed: NoOpenHandoff",
            "resolved: NoOpenHandoff",
        ]
    );
}

#[test]
fn resolve_ends_a_running_turn_even_under_ai() {
    let rows = table(|it, effects| it.resolve(0, &now(9), effects).map(drop));
    assert_eq!(
        rows,
        [
            "ai: Ai - e+1 v+1 +0 +0",
            "requested: Ai Resolved e+1 v+1 +0 +0",
            "assigned: Ai Resolved e+1 v+1 -1 +0",
            "named: Ai Resolved e+1 v+1 -1 +0",
            "human: Ai - e+1 v+1 -1 +0",
            "taken: Ai Resolved e+1 v+1 -1 +0",
            "snoozed: Ai - e+1 v+1 +0 +0",
            "resolved: Ai - e+0 v+0 +0 +0",
        ]
    );
}

#[test]
fn only_what_a_member_has_is_snoozed() {
    let rows = table(|it, effects| it.snooze(0, Some(at(50)), effects).map(drop));
    assert_eq!(
        rows,
        [
            "ai: WrongState",
            "requested: WrongState",
            "assigned: WrongState",
            "named: WrongState",
            "human: zHuman - e+0 v+1 -1 +0",
            "taken: zHuman Taken e+0 v+1 -1 +0",
            "snoozed: zHuman - e+0 v+0 +0 +0",
            "resolved: Closed",
        ]
    );
    let (mut it, mut effects) = (in_state("snoozed"), Effects::default());
    assert_eq!(it.snooze(99, Some(at(100)), &mut effects), Ok(false), "until then it is put off already");
    assert!(effects.is_empty());
}

#[test]
fn what_stands_unanswered_is_not_put_off_for_ever() {
    for state in ["human", "taken", "snoozed"] {
        let (mut it, mut effects) = (in_state(state), Effects::default());
        let refused = it.snooze(0, None, &mut effects);
        assert_eq!(
            refused,
            Err(Refused::WrongState("unanswered")),
            "{state}: without a clock it would be forgotten"
        );
        it.answered_sequence = it.last_visitor_sequence;
        assert_eq!(it.snooze(0, None, &mut effects), Ok(true), "{state}");
    }
}

#[test]
fn no_clock_runs_where_the_visitor_waits_for_nothing() {
    let mut answered = in_state("taken");
    (answered.last_sequence, answered.last_member_sequence, answered.answered_sequence) = (3, 3, 1);
    let ended = [DeadlineEdit::End(DeadlineKind::ResponseDue)];
    let (mut it, mut effects) = (answered.clone(), Effects::default());
    it.assign_by_person((BEN, new_at(21, 9)), 0, &now(9), &mut effects).unwrap();
    assert_eq!(effects.deadlines, ended, "a transfer");
    let (mut it, mut effects) = (answered.clone(), Effects::default());
    it.take_over(BEN, 0, &now(9), &mut effects).unwrap();
    assert_eq!(effects.deadlines, ended, "a take-over from a colleague");
    for stage in [Stage::First, Stage::Grace] {
        let mut it = answered.clone();
        let (mattered, effects) = passed(&mut it, (DeadlineKind::ResponseDue, stage), &now(902));
        assert_eq!(
            (mattered, effects.deadlines.as_slice(), it),
            (false, ended.as_slice(), answered.clone()),
            "{stage:?}"
        );
    }
}

#[test]
fn a_person_who_names_whom_routing_asks_makes_it_a_persons_word() {
    let (mut it, mut effects) = (in_state("assigned"), Effects::default());
    let seen = it.assignment_version;
    assert_eq!(it.assign_by_person((ANNA, new_at(21, 9)), seen, &now(9), &mut effects), Ok(true));
    assert_eq!(it.handoff.as_ref().unwrap().assigned_by, Some(AssignedBy::Person));
    assert_eq!(
        (it.assignment_version, effects.loads.len()),
        (seen + 1, 0),
        "routing's decision is stale, no load moves"
    );
    assert!(matches!(it.release(seen, &mut Effects::default()), Err(Refused::StaleVersion(_))));
}

#[test]
fn waking_gives_it_back_to_its_assignee_without_a_limit() {
    let rows = table(|it, effects| it.wake(0, &now(9), effects).map(drop));
    let asleep = |row: &&String| row.starts_with("snoozed");
    assert_eq!(rows.iter().find(asleep).unwrap(), "snoozed: Human - e+0 v+1 +1 +0");
    assert_eq!(rows.last().unwrap(), "resolved: Closed");
    let awake = rows.iter().filter(|row| row.ends_with("e+0 v+0 +0 +0")).count();
    assert_eq!(awake, 6, "one that is not put off stays as it is");
    let (mut it, mut effects) = (in_state("snoozed"), Effects::default());
    it.wake(0, &now(9), &mut effects).unwrap();
    let anew = DeadlineEdit::Reset(DeadlineKind::ResponseDue, at(609), Stage::First);
    assert!(effects.deadlines.contains(&anew), "the unanswered message counts again");
}

#[test]
fn a_stale_version_is_refused_by_every_command_that_carries_one() {
    for state in STATES.iter().filter(|state| **state != "resolved") {
        let (mut it, mut effects) = (in_state(state), Effects::default());
        let stale = it.assignment_version + 1;
        let refused = Refused::StaleVersion(it.fences());
        let new = new_at(21, 9);
        assert_eq!(it.assign_by_routing(BEN, 3, stale, &mut effects), Err(refused.clone()));
        assert_eq!(it.release(stale, &mut effects), Err(refused.clone()));
        assert_eq!(it.resolve(stale, &now(9), &mut effects), Err(refused.clone()));
        assert_eq!(it.take_over(BEN, stale, &now(9), &mut effects), Err(refused.clone()));
        assert_eq!(it.assign_by_person((BEN, new), stale, &now(9), &mut effects), Err(refused.clone()));
        assert_eq!(it.set_team(Some(SALES), stale, &mut effects), Err(refused.clone()));
        assert_eq!(it.hand_to_team((Some(SALES), new), stale, &now(9), &mut effects), Err(refused.clone()));
        if it.control != Control::Ai {
            assert_eq!(it.hand_back(stale, "", &now(9), &mut effects), Err(refused.clone()));
        }
        if it.assignee.is_some() {
            assert_eq!(it.unassign(stale, new, &now(9), &mut effects), Err(refused.clone()));
        }
        if it.control == Control::Human {
            assert_eq!(it.snooze(stale, None, &mut effects), Err(refused.clone()));
        }
        if it.status == Status::Snoozed {
            assert_eq!(it.wake(stale, &now(9), &mut effects), Err(refused));
        }
        assert!(effects.is_empty());
    }
    let mut it = in_state("resolved");
    let stale = it.assignment_version + 1;
    let refused = Refused::StaleVersion(it.fences());
    assert_eq!(it.reopen(BEN, stale, &now(9), &mut Effects::default()), Err(refused));
}

#[test]
fn hand_back_with_an_unanswered_message_starts_the_assistants_clock() {
    let mut effects = Effects::default();
    in_state("requested").hand_back(0, "", &now(9), &mut effects).unwrap();
    let clocks =
        [DeadlineEdit::End(DeadlineKind::HandoffDue), DeadlineEdit::Begin(DeadlineKind::AiDue, AI_SILENCE)];
    assert_eq!(effects.deadlines, clocks);
}

#[test]
fn a_turn_that_asks_for_a_person_has_dealt_with_what_it_saw_and_no_more() {
    let mut it = fresh();
    it.last_visitor_sequence = 3;
    let turn = Turn { epoch: it.control_epoch, visitor_sequence: 1 };
    it.request_handoff(wish(Some(turn)), &now(1), &mut Effects::default()).unwrap();
    it.withdraw(&now(9), &mut Effects::default()).unwrap();
    assert_eq!(it.unanswered_sequence(), 3, "what came while the turn ran is still owed an answer");
}

#[test]
fn a_repeated_request_of_the_same_turn_finds_the_handoff_open() {
    let mut it = fresh();
    let turn = Turn { epoch: it.control_epoch, visitor_sequence: 1 };
    assert_eq!(it.request_handoff(wish(Some(turn)), &now(1), &mut Effects::default()), Ok(true));
    assert_eq!(it.request_handoff(wish(Some(turn)), &now(1), &mut Effects::default()), Ok(false));
    it.withdraw(&now(9), &mut Effects::default()).unwrap();
    let stale = Refused::StaleEpoch(it.fences());
    assert_eq!(it.request_handoff(wish(Some(turn)), &now(9), &mut Effects::default()), Err(stale));
}

#[test]
fn a_message_for_people_needs_an_address_to_answer_to() {
    let left = Wish { new: NewHandoff { reason: HandoffReason::MessageLeft, ..new_handoff() }, ..wish(None) };
    let (mut it, mut effects) = (fresh(), Effects::default());
    assert_eq!(it.request_handoff(left, &now(1), &mut effects), Err(Refused::EmailRequired));
    assert!(effects.is_empty());
    let reachable = Now { email_known: true, ..now(1) };
    assert_eq!(it.request_handoff(left, &reachable, &mut effects), Ok(true));
}

#[test]
fn silence_matters_only_while_an_answer_is_owed() {
    let mut answered = fresh();
    answered.answered_sequence = 1;
    assert!(!answered.ai_unavailable(new_handoff(), &now(1), &mut Effects::default()));
    for state in STATES.iter().filter(|state| **state != "ai") {
        assert!(!in_state(state).ai_unavailable(new_handoff(), &now(1), &mut Effects::default()), "{state}");
    }
    assert!(fresh().ai_unavailable(new_handoff(), &now(1), &mut Effects::default()));
}

fn passed(it: &mut Conversation, passed: (DeadlineKind, Stage), now: &Now) -> (bool, Effects) {
    let mut effects = Effects::default();
    let mattered = it.deadline_passed(passed, new_at(21, 9), now, &mut effects);
    it.check().unwrap();
    (mattered, effects)
}

#[test]
fn a_deadline_that_no_longer_matters_ends_and_does_nothing_else() {
    let matters = |kind, state: &str| match kind {
        DeadlineKind::AiDue | DeadlineKind::HandoffOwed => state == "ai",
        DeadlineKind::ResponseDue => ["human", "taken"].contains(&state),
        DeadlineKind::HandoffDue => ["requested", "assigned", "named"].contains(&state),
        DeadlineKind::Wake => state == "snoozed",
    };
    for kind in DeadlineKind::ALL {
        for state in STATES {
            let (before, mut it) = (in_state(state), in_state(state));
            let (mattered, effects) = passed(&mut it, (kind, Stage::First), &now(9));
            assert_eq!(mattered, matters(kind, state), "{kind:?} {state}");
            let rest = DeadlineEdit::End(kind);
            let moved =
                |edit: &DeadlineEdit| matches!(edit, DeadlineEdit::Reset(moved, ..) if *moved == kind);
            assert!(
                effects.deadlines.iter().any(|edit| *edit == rest || moved(edit)),
                "{kind:?} {state} goes on"
            );
            if !mattered {
                assert_eq!((it, effects.events.len(), effects.loads.len()), (before, 0, 0));
            }
        }
    }
}

#[test]
fn a_member_who_does_not_answer_is_warned_of_and_then_loses_it() {
    let mut it = in_state("taken");
    let before = it.clone();
    let (_, warned) = passed(&mut it, (DeadlineKind::ResponseDue, Stage::First), &now(602));
    assert_eq!(it, before, "a warning changes nothing");
    assert_eq!(warned.events, [EventKind::ReplyOverdue]);
    let grace = DeadlineEdit::Reset(DeadlineKind::ResponseDue, at(902), Stage::Grace);
    assert_eq!(warned.deadlines, [grace]);
    let (_, returned) = passed(&mut it, (DeadlineKind::ResponseDue, Stage::Grace), &now(902));
    let handoff = it.handoff.clone().unwrap();
    assert_eq!((it.control, it.assignee, it.last_assignee), (Control::Waiting, None, Some(ANNA)));
    assert_eq!(
        (handoff.return_cause, handoff.previous),
        (Some(ReturnCause::NoReply), Some(new_handoff().id))
    );
    assert_eq!(returned.notices, [Notice::BackInQueue]);
    let looked_for = DeadlineEdit::Reset(DeadlineKind::HandoffDue, at(1802), Stage::First);
    assert!(returned.deadlines.contains(&looked_for));
}

#[test]
fn nobody_waits_forgotten() {
    let reachable = |second| Now { email_known: true, ..now(second) };
    let mut it = in_state("requested");
    let (_, promised) = passed(&mut it, (DeadlineKind::HandoffDue, Stage::First), &reachable(901));
    assert_eq!(it.handoff.as_ref().unwrap().fallback_promised_at, Some(at(901)));
    assert_eq!(promised.notices, [Notice::AnswerByEmail]);
    let further = DeadlineEdit::Reset(DeadlineKind::HandoffDue, at(901 + 86_400), Stage::Grace);
    assert_eq!(promised.deadlines, [further]);
    let (_, alarmed) = passed(&mut it, (DeadlineKind::HandoffDue, Stage::Grace), &reachable(87_301));
    assert_eq!(it.handoff.as_ref().unwrap().alarmed_at, Some(at(87_301)));
    assert_eq!(alarmed.deadlines, [DeadlineEdit::End(DeadlineKind::HandoffDue)]);
    assert_eq!(
        it.assignment_version,
        in_state("requested").assignment_version,
        "marks raise the revision only"
    );
}

#[test]
fn an_alarm_is_answered_by_an_address_given_later() {
    let mut it = in_state("requested");
    passed(&mut it, (DeadlineKind::HandoffDue, Stage::First), &now(901));
    assert_eq!(it.handoff.as_ref().unwrap().alarmed_at, Some(at(901)));
    let reachable = Now { email_known: true, ..now(950) };
    let mut effects = Effects::default();
    assert!(it.email_became_known(&reachable, &mut effects));
    assert_eq!(it.handoff.as_ref().unwrap().fallback_promised_at, Some(at(950)));
    assert_eq!(effects.notices, [Notice::AnswerByEmail]);
    assert!(!it.email_became_known(&reachable, &mut Effects::default()), "once");
    assert!(!in_state("requested").email_became_known(&reachable, &mut Effects::default()), "no alarm yet");
}

#[test]
fn routings_promise_moves_the_deadline_until_the_first_mark_and_raises_no_version() {
    let promise = Promise { by: Some(at(3600)), text: "within the hour".into(), outside_hours: false };
    for state in STATES {
        let (mut it, mut effects) = (in_state(state), Effects::default());
        let before = it.clone();
        let told = it.set_promise(new_handoff().id, &promise, at(4000), &mut effects);
        if it.open_handoff().is_none() {
            assert_eq!((told, it), (Err(Refused::NoOpenHandoff), before), "{state}");
            continue;
        }
        assert_eq!((told, it.fences()), (Ok(true), before.fences()), "{state}");
        let moved = DeadlineEdit::Reset(DeadlineKind::HandoffDue, at(4000), Stage::First);
        assert_eq!(
            (effects.deadlines.as_slice(), effects.events.as_slice()),
            ([moved].as_slice(), [EventKind::HandoffChanged].as_slice())
        );
        let mut again = Effects::default();
        assert_eq!(it.set_promise(new_handoff().id, &promise, at(4000), &mut again), Ok(false));
        assert!(again.events.is_empty());
        let other = HandoffId::from_uuid(Uuid::from_u128(99));
        assert_eq!(it.set_promise(other, &promise, at(4000), &mut again), Err(Refused::NoOpenHandoff));
        passed(&mut it, (DeadlineKind::HandoffDue, Stage::First), &now(4000));
        let mut late = Effects::default();
        it.set_promise(new_handoff().id, &promise, at(9000), &mut late).unwrap();
        assert!(late.deadlines.is_empty(), "an alarm is not taken back by another promise");
    }
}

#[test]
fn the_assistant_never_overrules_a_persons_word_about_urgency() {
    let suggest = |it: &mut Conversation| {
        it.suggest_priority(new_handoff().id, Priority::Urgent, "asked twice", &mut Effects::default())
    };
    let mut it = in_state("requested");
    assert_eq!((suggest(&mut it), suggest(&mut it)), (Ok(true), Ok(false)));
    assert_eq!(it.priority, Some((Priority::Urgent, PrioritySource::Ai)));
    assert!(it.set_priority(None, "", &now(9), &mut Effects::default()));
    assert_eq!((suggest(&mut it), it.priority), (Ok(false), None), "cleared since the handoff was made");
    let mut set = in_state("requested");
    assert!(set.set_priority(Some(Priority::Low), "seen", &now(0), &mut Effects::default()));
    assert_eq!(suggest(&mut set), Ok(false));
    let mut cleared_before = fresh();
    cleared_before.set_priority(None, "", &now(0), &mut Effects::default());
    cleared_before.request_handoff(wish(None), &now(1), &mut Effects::default()).unwrap();
    assert_eq!(suggest(&mut cleared_before), Ok(true), "that was about another time");
    assert_eq!(suggest(&mut in_state("human")), Err(Refused::NoSuchHandoff));
}

#[test]
fn who_was_asked_by_whom_is_remembered_while_they_are_asked() {
    let by = |it: &Conversation| it.handoff.as_ref().and_then(|handoff| handoff.assigned_by);
    assert_eq!(by(&in_state("assigned")), Some(AssignedBy::Routing));
    assert_eq!(by(&in_state("named")), Some(AssignedBy::Person));
    let mut it = in_state("named");
    it.take_over(ANNA, 0, &now(9), &mut Effects::default()).unwrap();
    assert_eq!((by(&it), it.handoff.unwrap().state), (None, HandoffState::Taken));
}

/// Which command, which member, the second at which it comes, and of which deadline it is.
type Drawn = (u8, bool, i64, DeadlineKind);

fn command() -> impl Strategy<Value = Drawn> {
    (0..24u8, any::<bool>(), 0..5_000i64, prop::sample::select(DeadlineKind::ALL.to_vec()))
}

/// A message as the store puts it: a command first where it takes one, then it counts.
fn post(it: &mut Conversation, writer: Writer, now: &Now, effects: &mut Effects) {
    let message = NewMessage {
        id: MessageId::from_uuid(Uuid::from_u128(40)),
        workspace: it.workspace,
        conversation: it.id,
        writer: writer.clone(),
        text: "a word".into(),
        client_message_id: "c".into(),
        at: now.at,
    };
    let (mut ready, mut first) = (it.clone(), Effects::default());
    if !it.may_post_directly(&writer) && ready.prepare_post(&message, now, &mut first).is_err() {
        return;
    }
    ready.count_post(&writer, it.last_sequence + 1, now, &mut first);
    (*it, *effects) = (ready, first);
}

fn apply(it: &mut Conversation, (number, anna, second, kind): Drawn, effects: &mut Effects) {
    let now = Now { email_known: anna, ..now(second) };
    let member = if anna { ANNA } else { BEN };
    let team = anna.then_some(SALES);
    let (seen, new) = (it.assignment_version, new_at(u128::from(number) + 100, second));
    let stage = if anna { Stage::First } else { Stage::Grace };
    let (epoch, visitor_sequence) = (it.control_epoch, it.last_visitor_sequence);
    let handoff = it.handoff.as_ref().map_or(new.id, |handoff| handoff.id);
    let promise = Promise { by: None, text: "soon".into(), outside_hours: anna };
    let command = match number {
        0 => Command::RequestHandoff { wish: Wish { new, turn: None, team }, email: None },
        1 => Command::Assign { member, limit: 3, seen },
        2 => Command::Release { seen },
        3 => Command::TakeOver { member, seen },
        4 => Command::HandBack { seen, instruction: "do".into() },
        5 => Command::Withdraw,
        6 => Command::Resolve { seen },
        7 => Command::AssignByPerson { member, seen, new },
        8 => Command::Unassign { seen, new },
        9 => Command::MemberLeft { member, new },
        10 => Command::SetTeam { team, seen },
        11 => Command::HandToTeam { team, seen, new },
        12 => Command::Reopen { member, seen },
        13 => Command::Snooze { seen, until: anna.then(|| at(second)) },
        14 => Command::Wake { seen },
        15 => Command::SetPriority { priority: anna.then_some(Priority::High), reason: String::new() },
        16 => Command::SetPromise { handoff, promise, due: at(second) },
        17 => Command::EmailKnown,
        18 => Command::DeadlinePassed { kind, stage, new },
        19 => Command::AiUnavailable { new, epoch },
        20 => Command::FinishTurn { epoch, visitor_sequence },
        21 => return post(it, Writer::Visitor(it.contact), &now, effects),
        22 => return post(it, Writer::Member { member, seen_member_sequence: None }, &now, effects),
        _ => {
            // The assistant asks for something before a handoff, or answers.
            let handoff_within = anna.then_some(Duration::from_secs(180));
            let writer = Writer::Assistant { epoch, visitor_sequence, sources: Vec::new(), handoff_within };
            return post(it, writer, &now, effects);
        }
    };
    let _refused_or_not = it.apply(&command, &now, effects);
}

/// What `assignment_version` follows.
fn watched(it: &Conversation) -> impl PartialEq + std::fmt::Debug + use<> {
    let by_a_person = |handoff: &Handoff| handoff.assigned_by == Some(AssignedBy::Person);
    let handoff = it.handoff.as_ref().map(|handoff| (handoff.id, handoff.state, by_a_person(handoff)));
    (it.control, it.assignee, it.team, it.status, handoff)
}

/// The deadlines that run once these edits are made.
fn edit(running: &mut HashSet<DeadlineKind>, edits: &[DeadlineEdit]) {
    for edit in edits {
        match edit {
            DeadlineEdit::Begin(kind, _) | DeadlineEdit::Reset(kind, ..) => drop(running.insert(*kind)),
            DeadlineEdit::End(kind) => drop(running.remove(kind)),
            DeadlineEdit::EndAll => running.clear(),
        }
    }
}

/// Whether a deadline has anything to wait for.
fn may_run(it: &Conversation, kind: DeadlineKind) -> bool {
    match kind {
        DeadlineKind::AiDue | DeadlineKind::HandoffOwed => {
            it.control == Control::Ai && it.status == Status::Open
        }
        DeadlineKind::ResponseDue => it.control == Control::Human && it.status == Status::Open,
        DeadlineKind::HandoffDue => it.control == Control::Waiting,
        DeadlineKind::Wake => it.status == Status::Snoozed,
    }
}

proptest! {
    #[test]
    fn whatever_is_commanded_the_invariants_hold(commands in prop::collection::vec(command(), 0..60)) {
        let mut it = fresh();
        let mut held: HashMap<MemberId, i32> = HashMap::new();
        let mut running: HashSet<DeadlineKind> = HashSet::from([DeadlineKind::AiDue]);
        for command in commands {
            let (before, mut effects) = (it.clone(), Effects::default());
            let idle = command.0 == 18 && !running.contains(&command.3);
            if idle {
                // The store passes on only what runs.
                continue;
            }
            apply(&mut it, command, &mut effects);
            prop_assert_eq!(it.check(), Ok(()));
            edit(&mut running, &effects.deadlines);
            for kind in &running {
                prop_assert!(may_run(&it, *kind), "{:?} runs for nothing: {:?}", kind, it);
            }
            let unheard = it.control == Control::Ai && it.unanswered_sequence() > 0 && it.status == Status::Open;
            prop_assert!(!unheard || running.contains(&DeadlineKind::AiDue), "nobody waits for the answer: {:?}", it);
            prop_assert!(it.control == before.control || it.control_epoch == before.control_epoch + 1);
            prop_assert_eq!(watched(&it) != watched(&before), it.assignment_version != before.assignment_version);
            prop_assert!(it.assignment_version <= before.assignment_version + 1);
            for change in effects.loads {
                *held.entry(change.member).or_default() += change.by;
            }
            for member in [ANNA, BEN] {
                let holds = i32::from(it.is_held() && it.assignee == Some(member));
                prop_assert_eq!(held.get(&member).copied().unwrap_or(0), holds);
            }
        }
    }
}
