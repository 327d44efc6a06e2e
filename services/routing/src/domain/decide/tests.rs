//! Tables for the strategy, and the fairness of any sequence of arrivals (g_a8).

use std::collections::BTreeMap;

use proptest::{prelude::*, strategy::ValueTree as _};
use uuid::Uuid;

use super::*;
use crate::domain::{
    ids::{ConversationId, HandoffId, TeamId},
    queue::{AGEING_STEP, EntryState, Priority},
    team::{GRACE, Team},
};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn member(n: u128) -> MemberId {
    MemberId::from_uuid(Uuid::from_u128(n))
}

fn waiting(n: u128, priority: Priority, since: i64) -> Waiting {
    let entry = Entry {
        conversation: ConversationId::from_uuid(Uuid::from_u128(n)),
        handoff: HandoffId::from_uuid(Uuid::from_u128(n)),
        assignment_version: 1,
        priority,
        waiting_since: at(since),
        team: None,
        state: EntryState::Requested,
        assignee: None,
        seen_at: at(0),
        traceparent: None,
    };
    Waiting { entry, asked: Vec::new(), barred: Vec::new() }
}

fn colleague(n: u128, held: i32, limit: i32) -> Colleague {
    Colleague {
        member: member(n),
        active: true,
        may_reply: true,
        state: AvailabilityState::Online,
        limit,
        held,
        online_since: Some(at(0)),
        last_given: None,
    }
}

fn number(verdict: &Verdict) -> u128 {
    verdict.entry.conversation.uuid().as_u128()
}

fn chosen(verdicts: &[Verdict]) -> Vec<(u128, Option<u128>)> {
    verdicts
        .iter()
        .map(|verdict| (number(verdict), verdict.choice.map(|member| member.uuid().as_u128())))
        .collect()
}

/// Who is chosen for one fresh entry.
fn choice_among(colleagues: Vec<Colleague>) -> Option<u128> {
    let verdicts = decide(vec![waiting(1, Priority::Medium, 0)], colleagues, &Teams::new(), at(10), 50);
    chosen(&verdicts)[0].1
}

#[test]
fn the_least_busy_by_share_of_capacity_is_chosen() {
    assert_eq!(choice_among(vec![colleague(1, 1, 2), colleague(2, 2, 10)]), Some(2));
    assert_eq!(choice_among(vec![colleague(1, 0, 1), colleague(2, 1, 100)]), Some(1));
}

#[test]
fn a_tie_goes_to_the_longest_not_given_then_to_the_lower_id() {
    let given = |n, second| Colleague { last_given: Some(at(second)), ..colleague(n, 0, 3) };
    assert_eq!(choice_among(vec![given(1, 5), given(2, 4)]), Some(2));
    assert_eq!(choice_among(vec![given(1, 5), colleague(2, 0, 3)]), Some(2));
    assert_eq!(choice_among(vec![colleague(2, 1, 3), colleague(1, 1, 3)]), Some(1));
}

#[test]
fn everyone_passed_over_is_named_with_the_reason() {
    let mut one = waiting(1, Priority::Medium, 0);
    one.asked.push((member(3), at(5)));
    one.barred.push(member(5));
    let away = Colleague { state: AvailabilityState::Away, ..colleague(1, 0, 3) };
    let reader = Colleague { may_reply: false, ..colleague(4, 0, 3) };
    let all = vec![away, colleague(2, 3, 3), colleague(3, 0, 3), reader, colleague(5, 0, 3)];
    let verdict = decide(vec![one], all, &Teams::new(), at(10), 50).remove(0);
    let reasons: Vec<_> = verdict.candidates.iter().map(|candidate| candidate.filtered).collect();
    let expected = [
        Some(FilterReason::NotOnline),
        Some(FilterReason::AtLimit),
        Some(FilterReason::AlreadyAsked),
        Some(FilterReason::NotAllowed),
        Some(FilterReason::NotAllowed),
    ];
    assert_eq!((verdict.choice, reasons.as_slice()), (None, expected.as_slice()));
}

#[test]
fn who_is_busy_away_or_offline_is_never_asked() {
    for state in [AvailabilityState::Busy, AvailabilityState::Away, AvailabilityState::Offline] {
        assert_eq!(choice_among(vec![Colleague { state, ..colleague(1, 0, 3) }]), None);
    }
}

#[test]
fn who_missed_a_handoff_is_asked_again_only_after_coming_online_anew_with_nobody_else_there() {
    let mut one = waiting(1, Priority::Medium, 0);
    one.asked.push((member(1), at(5)));
    let back = Colleague { online_since: Some(at(6)), ..colleague(1, 0, 3) };
    let choice = |colleagues| decide(vec![one.clone()], colleagues, &Teams::new(), at(10), 50)[0].choice;
    assert_eq!(choice(vec![colleague(1, 0, 3)]), None);
    assert_eq!(choice(vec![back.clone()]), Some(member(1)));
    // Somebody else is there but full: they are waited for.
    assert_eq!(choice(vec![back, colleague(2, 3, 3)]), None);
}

#[test]
fn what_is_given_in_a_round_counts_against_the_limit_in_the_same_round() {
    let entries = (1..=5).map(|n| waiting(n, Priority::Medium, n as i64)).collect();
    let verdicts = decide(entries, vec![colleague(1, 1, 3), colleague(2, 2, 3)], &Teams::new(), at(10), 50);
    assert_eq!(chosen(&verdicts)[..3], [(1, Some(1)), (2, Some(2)), (3, Some(1))]);
    assert!(verdicts[3..].iter().all(|verdict| verdict.choice.is_none()));
}

#[test]
fn a_round_gives_no_more_than_it_may() {
    let entries: Vec<_> = (1..=120).map(|n| waiting(n, Priority::Medium, n as i64)).collect();
    let verdicts = decide(entries.clone(), vec![colleague(1, 0, 100)], &Teams::new(), at(1000), 50);
    assert_eq!(verdicts.len(), 50);
    let verdicts = decide(entries, Vec::new(), &Teams::new(), at(1000), 50);
    assert_eq!(verdicts.len(), 50);
}

#[test]
fn an_entry_nobody_can_take_does_not_hold_up_the_next() {
    let mut first = waiting(1, Priority::Urgent, 0);
    first.asked.push((member(1), at(5)));
    let verdicts = decide(
        vec![first, waiting(2, Priority::Low, 8)],
        vec![colleague(1, 0, 1)],
        &Teams::new(),
        at(10),
        50,
    );
    assert_eq!(chosen(&verdicts), [(1, None), (2, Some(1))]);
}

fn team_id(n: u128) -> TeamId {
    TeamId::from_uuid(Uuid::from_u128(n))
}

fn of_team(n: u128, team: u128) -> Waiting {
    let mut waiting = waiting(n, Priority::Medium, 0);
    waiting.entry.team = Some(team_id(team));
    waiting
}

fn team(members: &[u128]) -> Team {
    Team { archived: false, members: members.iter().copied().map(member).collect() }
}

#[test]
fn g_a5_what_belongs_to_a_team_is_given_to_its_members_only() {
    let teams = Teams::from([(team_id(1), team(&[2])), (team_id(2), team(&[3]))]);
    let all = vec![
        colleague(1, 0, 3),
        colleague(2, 2, 3),
        Colleague { state: AvailabilityState::Away, ..colleague(3, 0, 3) },
    ];
    let verdicts =
        decide(vec![of_team(1, 1), of_team(2, 2), waiting(3, Priority::Low, 9)], all, &teams, at(10), 50);
    // The second waits for its team, though others are free; who is in no team is given to anybody.
    assert_eq!(chosen(&verdicts), [(1, Some(2)), (2, None), (3, Some(1))]);
    let reasons: Vec<_> = verdicts[1].candidates.iter().map(|candidate| candidate.filtered).collect();
    assert_eq!(
        reasons,
        [Some(FilterReason::OtherTeam), Some(FilterReason::OtherTeam), Some(FilterReason::NotOnline)]
    );
}

#[test]
fn a_team_that_can_answer_nothing_is_everyone() {
    let archived = Team { archived: true, ..team(&[2]) };
    let reader = Colleague { may_reply: false, ..colleague(3, 0, 3) };
    for (what, of) in [
        ("archived", archived),
        ("empty", team(&[])),
        ("of readers", team(&[3])),
        ("of strangers", team(&[9])),
    ] {
        let teams = Teams::from([(team_id(1), of)]);
        let verdicts =
            decide(vec![of_team(1, 1)], vec![colleague(1, 0, 3), reader.clone()], &teams, at(10), 50);
        assert_eq!(chosen(&verdicts), [(1, Some(1))], "{what}");
    }
}

#[test]
fn g_a5_a_team_not_heard_of_yet_is_waited_for_and_not_for_ever() {
    let given =
        |now| chosen(&decide(vec![of_team(1, 1)], vec![colleague(1, 0, 3)], &Teams::new(), now, 50))[0].1;
    assert_eq!(given(at(GRACE.as_secs() - 1)), None);
    assert_eq!(given(at(GRACE.as_secs())), Some(1));
}

#[test]
fn who_is_no_longer_on_the_staff_is_named_so() {
    let removed = Colleague { active: false, may_reply: false, ..colleague(1, 0, 3) };
    let verdict =
        decide(vec![waiting(1, Priority::Medium, 0)], vec![removed], &Teams::new(), at(10), 50).remove(0);
    assert_eq!(verdict.candidates[0].filtered, Some(FilterReason::Removed));
}

#[test]
fn whoever_missed_it_comes_again_when_nobody_else_of_the_team_is_there() {
    let mut one = of_team(1, 1);
    one.asked.push((member(1), at(5)));
    let back = Colleague { online_since: Some(at(6)), ..colleague(1, 0, 3) };
    let teams = Teams::from([(team_id(1), team(&[1]))]);
    // Somebody else is there, but not in the team.
    assert_eq!(
        decide(vec![one], vec![back, colleague(2, 0, 3)], &teams, at(10), 50)[0].choice,
        Some(member(1))
    );
}

/// What may happen to a desk.
#[derive(Debug, Clone)]
enum Step {
    Arrives(Priority, Option<u128>),
    Says(usize, Priority),
    Passes(i64),
    Frees,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (priority(), prop::sample::select(vec![None, Some(1), Some(2)])).prop_map(|(p, t)| Step::Arrives(p, t)),
        1 => (any::<prop::sample::Index>(), priority()).prop_map(|(which, p)| Step::Says(which.index(1000), p)),
        3 => (1_i64..400).prop_map(Step::Passes),
        4 => Just(Step::Frees),
    ];
    prop::collection::vec(step, 1..250)
}

/// The model: who is given next is found by looking at each, priorities and waiting times as they are now.
fn model_next(queue: &[Waiting], reached: impl Fn(&Waiting) -> bool, now: i64) -> Option<u128> {
    let level = |one: &Waiting| {
        let waited = now - one.entry.waiting_since.as_second();
        (one.entry.priority as i64 + waited / AGEING_STEP.as_secs() as i64).min(Priority::Urgent as i64)
    };
    let reached = queue.iter().filter(|one| reached(one));
    let best = reached
        .max_by_key(|one| (level(one), std::cmp::Reverse((one.entry.waiting_since, one.entry.conversation))));
    best.map(|one| one.entry.conversation.uuid().as_u128())
}

fn priority() -> impl Strategy<Value = Priority> {
    prop::sample::select(Priority::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Arrivals, priorities that people change, teams, time and freed slots in any order: what is given is what the model gives, and
    /// nobody who has waited half an hour is overtaken by somebody who came later, whatever their priorities and however they changed.
    #[test]
    fn g_a8_whatever_changes_meanwhile_the_next_is_the_models_and_overtaking_has_an_end(steps in steps()) {
        let teams = Teams::from([(team_id(1), team(&[1])), (team_id(2), team(&[2]))]);
        let (mut queue, mut now, mut arrived) = (Vec::<Waiting>::new(), 0_i64, 0_u128);
        for step in steps {
            match step {
                Step::Arrives(priority, of) => {
                    arrived += 1;
                    let mut one = waiting(arrived, priority, now);
                    one.entry.team = of.map(team_id);
                    queue.push(one);
                }
                Step::Says(which, priority) => {
                    let length = queue.len().max(1);
                    if let Some(one) = queue.get_mut(which % length) {
                        one.entry.priority = priority;
                    }
                }
                Step::Passes(seconds) => now += seconds,
                Step::Frees => {
                    // Only the first team's member has a free slot.
                    let members = vec![colleague(1, 0, 1), colleague(2, 1, 1)];
                    let reached = |one: &Waiting| one.entry.team != Some(team_id(2));
                    let verdicts = decide(queue.clone(), members, &teams, at(now), 1);
                    let given = verdicts.iter().find(|verdict| verdict.choice.is_some()).map(number);
                    prop_assert_eq!(given, model_next(&queue, reached, now));
                    let Some(given) = given else { continue };
                    let place = queue.iter().position(|one| one.entry.conversation.uuid().as_u128() == given).unwrap();
                    let taken = queue.remove(place);
                    let half_an_hour = 3 * AGEING_STEP.as_secs() as i64;
                    for other in queue.iter().filter(|one| reached(one)) {
                        let since = other.entry.waiting_since.as_second();
                        let overtaken = since < taken.entry.waiting_since.as_second();
                        prop_assert!(!overtaken || now - since < half_an_hour, "overtaken after {} s", now - since);
                    }
                }
            }
        }
    }

    #[test]
    fn g_a8_inside_a_priority_the_longest_waiting_is_given_first(
        arrivals in prop::collection::vec((priority(), 0_i64..5000), 1..80),
        slots in prop::collection::vec((0_i32..4, 1_i32..5), 0..12),
    ) {
        let entries: Vec<_> = arrivals.iter().enumerate().map(|(n, (p, s))| waiting(n as u128, *p, *s)).collect();
        let colleagues: Vec<_> = slots.iter().enumerate().map(|(n, (h, l))| colleague(n as u128, *h, *l)).collect();
        let verdicts = decide(entries, colleagues, &Teams::new(), at(5000), 50);
        let given: BTreeMap<u128, bool> = verdicts.iter().map(|v| (number(v), v.choice.is_some())).collect();
        let is_given = |n: usize| given.get(&(n as u128)).copied().unwrap_or(false);
        for (a, (p, s)) in arrivals.iter().enumerate() {
            for (b, (q, t)) in arrivals.iter().enumerate() {
                prop_assert!(!(p == q && s < t && is_given(b) && !is_given(a)), "{b} was given before {a}");
            }
        }
    }

    #[test]
    fn g_a8_no_member_is_given_more_than_the_limit(
        arrivals in prop::collection::vec(priority(), 1..80),
        slots in prop::collection::vec((0_i32..6, 1_i32..5), 0..12),
    ) {
        let entries: Vec<_> = arrivals.iter().enumerate().map(|(n, p)| waiting(n as u128, *p, 0)).collect();
        let colleagues: Vec<_> = slots.iter().enumerate().map(|(n, (h, l))| colleague(n as u128, *h, *l)).collect();
        let free: i32 = slots.iter().map(|(held, limit)| (limit - held).max(0)).sum();
        let verdicts = decide(entries, colleagues, &Teams::new(), at(5000), 50);
        let mut held: BTreeMap<u128, i32> = slots.iter().enumerate().map(|(n, (h, _))| (n as u128, *h)).collect();
        let mut given = 0;
        for member in verdicts.iter().filter_map(|verdict| verdict.choice) {
            let held = held.entry(member.uuid().as_u128()).or_default();
            *held += 1;
            given += 1;
            prop_assert!(*held <= slots[member.uuid().as_u128() as usize].1);
        }
        // Nothing that could be given is left lying.
        prop_assert_eq!(given, free.min(arrivals.len() as i32).min(50));
    }
}

/// 10,000 arrivals, one slot that frees each few seconds: whoever overtakes does so by a priority that ageing had not made up for yet.
#[test]
fn g_a8_nobody_starves_over_ten_thousand_arrivals() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let arrival = (priority(), 0_i64..9);
    let arrivals = prop::collection::vec(arrival, 10_000).new_tree(&mut runner).unwrap().current();
    let (mut now, mut queue, mut served) = (0, Vec::<(u128, Priority, i64)>::new(), 0);
    let mut coming = arrivals.into_iter().enumerate().peekable();
    let mut next_arrival = 0;
    while coming.peek().is_some() || !queue.is_empty() {
        while next_arrival <= now
            && let Some((n, (priority, gap))) = coming.next()
        {
            queue.push((n as u128, priority, next_arrival));
            next_arrival += gap;
        }
        let entries = queue.iter().map(|(n, priority, since)| waiting(*n, *priority, *since)).collect();
        if let Some(verdict) = decide(entries, vec![colleague(1, 0, 1)], &Teams::new(), at(now), 1).first() {
            let next = queue.iter().position(|(n, ..)| *n == number(verdict)).unwrap();
            let (_, priority, since) = queue.swap_remove(next);
            for (_, other, waits_since) in queue.iter().filter(|(.., waits_since)| *waits_since < since) {
                let until_urgent = (Priority::Urgent as i64 - *other as i64) * AGEING_STEP.as_secs() as i64;
                assert!(
                    *other < priority && now - waits_since < until_urgent,
                    "overtaken after {} s",
                    now - waits_since
                );
            }
            served += 1;
        }
        now += 4;
    }
    assert_eq!(served, 10_000);
}
