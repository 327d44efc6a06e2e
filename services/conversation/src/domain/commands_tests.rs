//! Every command from every state, and the machine under random commands.

use std::collections::HashMap;

use baton_kit::life::ids::WorkspaceId;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::ids::{AssistantId, ContactId, ConversationId};

const ANNA: MemberId = MemberId::from_uuid(Uuid::from_u128(1));
const BEN: MemberId = MemberId::from_uuid(Uuid::from_u128(2));

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
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
    NewHandoff {
        id: HandoffId::from_uuid(Uuid::from_u128(20)),
        reason: HandoffReason::VisitorRequest,
        at: at(1),
    }
}

/// The states the table of the architecture speaks of.
fn in_state(name: &str) -> Conversation {
    let (mut it, mut effects) = (fresh(), Effects::default());
    match name {
        "ai" => {}
        "requested" => drop(it.request_handoff(new_handoff(), None, &mut effects)),
        "assigned" => {
            it.request_handoff(new_handoff(), None, &mut effects).unwrap();
            it.assign_by_routing(ANNA, 3, it.assignment_version, &mut effects).unwrap();
        }
        "human" => drop(it.take_over(ANNA, 0, at(2), &mut effects)),
        "resolved" => drop(it.resolve(0, at(2), &mut effects)),
        other => panic!("no state {other}"),
    }
    it.check().unwrap();
    it
}

const STATES: [&str; 5] = ["ai", "requested", "assigned", "human", "resolved"];

/// What a command did, as a row of the table: control, handoff, epoch step, version step, load of Anna and of Ben.
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
    format!("{:?} {handoff} e{epoch:+} v{version:+} {:+} {:+}", it.control, load(ANNA), load(BEN))
}

fn table(command: impl Fn(&mut Conversation, &mut Effects) -> Result<(), Refused>) -> Vec<String> {
    STATES.iter().map(|state| format!("{state}: {}", row(state, &command))).collect()
}

#[test]
fn request_opens_a_handoff_under_ai_only() {
    let rows = table(|it, effects| it.request_handoff(new_handoff(), None, effects).map(drop));
    assert_eq!(
        rows,
        [
            "ai: Waiting Requested e+1 v+1 +0 +0",
            "requested: Waiting Requested e+0 v+0 +0 +0",
            "assigned: Waiting Assigned e+0 v+0 +0 +0",
            "human: HumanInControl",
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
            "human: NoOpenHandoff",
            "resolved: NoOpenHandoff",
        ]
    );
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
            "human: NoOpenHandoff",
            "resolved: NoOpenHandoff",
        ]
    );
    let mut it = in_state("assigned");
    let since = it.handoff.as_ref().unwrap().waiting_since;
    it.release(it.assignment_version, &mut Effects::default()).unwrap();
    assert_eq!(it.handoff.unwrap().waiting_since, since);
}

#[test]
fn take_over_works_from_every_open_state() {
    let rows = table(|it, effects| it.take_over(BEN, 0, at(9), effects).map(drop));
    assert_eq!(
        rows,
        [
            "ai: Human - e+1 v+1 +0 +1",
            "requested: Human Taken e+1 v+1 +0 +1",
            "assigned: Human Taken e+1 v+1 -1 +1",
            "human: Human - e+0 v+1 -1 +1",
            "resolved: Closed",
        ]
    );
}

#[test]
fn hand_back_returns_control_and_load() {
    let rows = table(|it, effects| it.hand_back(0, at(9), effects).map(drop));
    assert_eq!(
        rows,
        [
            "ai: Ai - e+0 v+0 +0 +0",
            "requested: Ai HandedBack e+1 v+1 +0 +0",
            "assigned: Ai HandedBack e+1 v+1 -1 +0",
            "human: Ai - e+1 v+1 -1 +0",
            "resolved: Closed",
        ]
    );
    let mut it = in_state("human");
    it.hand_back(0, at(9), &mut Effects::default()).unwrap();
    assert_eq!(it.last_assignee, Some(ANNA));
}

#[test]
fn withdraw_needs_an_open_handoff() {
    let rows = table(|it, effects| it.withdraw(at(9), effects));
    assert_eq!(
        rows,
        [
            "ai: NoOpenHandoff",
            "requested: Ai Withdrawn e+1 v+1 +0 +0",
            "assigned: Ai Withdrawn e+1 v+1 -1 +0",
            "human: NoOpenHandoff",
            "resolved: NoOpenHandoff",
        ]
    );
}

#[test]
fn resolve_ends_a_running_turn_even_under_ai() {
    let rows = table(|it, effects| it.resolve(0, at(9), effects).map(drop));
    assert_eq!(
        rows,
        [
            "ai: Ai - e+1 v+1 +0 +0",
            "requested: Ai Resolved e+1 v+1 +0 +0",
            "assigned: Ai Resolved e+1 v+1 -1 +0",
            "human: Ai - e+1 v+1 -1 +0",
            "resolved: Ai - e+0 v+0 +0 +0",
        ]
    );
}

#[test]
fn a_stale_version_is_refused_by_every_command_that_carries_one() {
    for state in STATES.iter().filter(|state| **state != "resolved") {
        let (mut it, mut effects) = (in_state(state), Effects::default());
        let stale = it.assignment_version + 1;
        let refused = Refused::StaleVersion(it.fences());
        assert_eq!(it.assign_by_routing(BEN, 3, stale, &mut effects), Err(refused.clone()));
        assert_eq!(it.release(stale, &mut effects), Err(refused.clone()));
        assert_eq!(it.resolve(stale, at(9), &mut effects), Err(refused.clone()));
        assert_eq!(it.take_over(BEN, stale, at(9), &mut effects), Err(refused.clone()));
        if it.control != Control::Ai {
            assert_eq!(it.hand_back(stale, at(9), &mut effects), Err(refused));
        }
    }
}

#[test]
fn hand_back_with_an_unanswered_message_starts_the_assistants_clock() {
    let mut effects = Effects::default();
    in_state("requested").hand_back(0, at(9), &mut effects).unwrap();
    assert_eq!(effects.deadlines, [DeadlineEdit::Begin(DeadlineKind::AiDue, AI_SILENCE)]);
}

#[test]
fn a_turn_that_asks_for_a_person_has_dealt_with_what_it_saw_and_no_more() {
    let mut it = fresh();
    it.last_visitor_sequence = 3;
    let turn = Turn { epoch: it.control_epoch, visitor_sequence: 1 };
    it.request_handoff(new_handoff(), Some(turn), &mut Effects::default()).unwrap();
    it.withdraw(at(9), &mut Effects::default()).unwrap();
    assert_eq!(it.unanswered_sequence(), 3, "what came while the turn ran is still owed an answer");
}

#[test]
fn a_repeated_request_of_the_same_turn_finds_the_handoff_open() {
    let mut it = fresh();
    let turn = Turn { epoch: it.control_epoch, visitor_sequence: 1 };
    assert_eq!(it.request_handoff(new_handoff(), Some(turn), &mut Effects::default()), Ok(true));
    assert_eq!(it.request_handoff(new_handoff(), Some(turn), &mut Effects::default()), Ok(false));
    it.withdraw(at(9), &mut Effects::default()).unwrap();
    let stale = Refused::StaleEpoch(it.fences());
    assert_eq!(it.request_handoff(new_handoff(), Some(turn), &mut Effects::default()), Err(stale));
}

#[test]
fn silence_matters_only_while_an_answer_is_owed() {
    let mut answered = fresh();
    answered.answered_sequence = 1;
    assert!(!answered.ai_unavailable(new_handoff(), &mut Effects::default()));
    for state in ["requested", "assigned", "human", "resolved"] {
        assert!(!in_state(state).ai_unavailable(new_handoff(), &mut Effects::default()), "{state}");
    }
    assert!(fresh().ai_unavailable(new_handoff(), &mut Effects::default()));
}

fn command() -> impl Strategy<Value = (u8, bool)> {
    (0..8u8, any::<bool>())
}

fn apply(it: &mut Conversation, (number, anna): (u8, bool), effects: &mut Effects) {
    let member = if anna { ANNA } else { BEN };
    let version = it.assignment_version;
    let _refused_or_not = match number {
        0 => it.request_handoff(new_handoff(), None, effects).map(drop),
        1 => it.assign_by_routing(member, 3, version, effects),
        2 => it.release(version, effects),
        3 => it.take_over(member, version, at(9), effects).map(drop),
        4 => it.hand_back(version, at(9), effects).map(drop),
        5 => it.withdraw(at(9), effects),
        6 => it.resolve(version, at(9), effects).map(drop),
        _ => {
            if it.status == Status::Resolved {
                it.reopen_by_visitor(effects);
            }
            Ok(())
        }
    };
}

proptest! {
    #[test]
    fn whatever_is_commanded_the_invariants_hold(commands in prop::collection::vec(command(), 0..60)) {
        let mut it = fresh();
        let mut held: HashMap<MemberId, i32> = HashMap::new();
        for command in commands {
            let (before, mut effects) = (it.clone(), Effects::default());
            apply(&mut it, command, &mut effects);
            prop_assert_eq!(it.check(), Ok(()));
            prop_assert!(it.control == before.control || it.control_epoch == before.control_epoch + 1);
            let moved = (it.control, it.assignee, it.status, it.handoff.as_ref().map(|h| h.state))
                != (before.control, before.assignee, before.status, before.handoff.as_ref().map(|h| h.state));
            prop_assert_eq!(moved, it.assignment_version != before.assignment_version);
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
