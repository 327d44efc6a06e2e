//! Each bad history must be caught, and by the right finding.

use super::*;

fn call(client: &str, key: &str, times: (u64, u64), outcome: Outcome) -> Call {
    let (invoked, returned) = times;
    Call { invoked, returned, client: client.into(), lane: "lane".into(), key: key.into(), outcome }
}

fn entry(sequence: i64, key: &str) -> Entry {
    Entry { lane: "lane".into(), sequence, key: key.into() }
}

/// Two acknowledged calls, stored and seen by one subscriber.
fn good() -> (Vec<Call>, Vec<Entry>, Vec<Vec<Entry>>) {
    let calls = vec![call("c", "a", (1, 2), Outcome::Ok(1)), call("c", "b", (3, 4), Outcome::Ok(2))];
    let stored = vec![entry(1, "a"), entry(2, "b")];
    (calls, stored.clone(), vec![stored])
}

/// The verdict's counts: lost, duplicated, unexpected, recovered, reordered, gap.
fn counts(calls: &[Call], stored: &[Entry], subscribers: &[Vec<Entry>]) -> [usize; 6] {
    let verdict = check(calls, stored, subscribers);
    let Verdict { lost, duplicated, unexpected, recovered, reordered, gap } = &verdict;
    let findings = [lost, duplicated, unexpected, recovered, reordered, gap].map(Vec::len);
    let faults = findings.iter().sum::<usize>() - recovered.len();
    assert_eq!(verdict.is_valid(), faults == 0, "{verdict:?}");
    findings
}

#[test]
fn a_good_history_is_valid() {
    let (calls, stored, logs) = good();
    assert_eq!(counts(&calls, &stored, &logs), [0; 6]);
}

#[test]
fn repeats_to_a_subscriber_and_retries_with_the_same_answer_are_no_fault() {
    let (mut calls, stored, mut logs) = good();
    calls.push(call("c", "a", (5, 6), Outcome::Ok(1)));
    logs[0].push(entry(1, "a"));
    assert_eq!(counts(&calls, &stored, &logs), [0; 6]);
}

#[test]
fn an_acknowledged_thing_that_is_not_stored_is_lost() {
    let (calls, mut stored, _) = good();
    stored.pop();
    assert_eq!(counts(&calls, &stored, &[]), [1, 0, 0, 0, 0, 0]);
}

#[test]
fn a_stored_thing_that_a_subscriber_never_saw_is_lost() {
    let (calls, stored, mut logs) = good();
    logs[0].remove(0);
    assert_eq!(counts(&calls, &stored, &logs), [1, 0, 0, 0, 0, 0]);
}

#[test]
fn one_thing_under_two_numbers_is_duplicated() {
    let (calls, mut stored, _) = good();
    stored.push(entry(3, "a"));
    assert_eq!(counts(&calls, &stored, &[]), [0, 1, 0, 0, 0, 0]);
}

#[test]
fn two_things_under_one_number_are_duplicated() {
    let calls = [call("c", "a", (1, 2), Outcome::Ok(1)), call("d", "b", (1, 2), Outcome::Ok(1))];
    assert_eq!(counts(&calls, &[entry(1, "a"), entry(1, "b")], &[]), [0, 1, 0, 0, 0, 0]);
}

#[test]
fn a_retry_that_is_told_another_number_is_duplicated() {
    let (mut calls, mut stored, _) = good();
    calls.push(call("c", "b", (5, 6), Outcome::Ok(3)));
    stored.push(entry(3, "b"));
    assert_eq!(counts(&calls, &stored, &[])[1], 2);
}

#[test]
fn one_number_seen_with_two_contents_is_duplicated() {
    let (calls, stored, mut logs) = good();
    logs[0].insert(1, entry(1, "b"));
    assert_eq!(counts(&calls, &stored, &logs)[1], 1);
}

#[test]
fn a_stored_thing_that_nobody_asked_for_is_unexpected() {
    let (calls, mut stored, _) = good();
    stored.push(entry(3, "ghost"));
    assert_eq!(counts(&calls, &stored, &[]), [0, 0, 1, 0, 0, 0]);
}

#[test]
fn a_refused_thing_that_is_stored_is_unexpected() {
    let (mut calls, mut stored, _) = good();
    calls.push(call("c", "no", (5, 6), Outcome::Fail));
    stored.push(entry(3, "no"));
    assert_eq!(counts(&calls, &stored, &[]), [0, 0, 1, 0, 0, 0]);
}

#[test]
fn a_thing_stored_under_another_number_than_was_told_is_unexpected() {
    let calls = [call("c", "a", (1, 2), Outcome::Ok(2))];
    assert_eq!(counts(&calls, &[entry(1, "a")], &[]), [0, 0, 1, 0, 0, 0]);
}

#[test]
fn a_thing_that_a_subscriber_saw_and_nobody_stored_is_unexpected() {
    let (calls, stored, mut logs) = good();
    logs[0].push(entry(3, "rolled back"));
    assert_eq!(counts(&calls, &stored, &logs), [0, 0, 1, 0, 0, 0]);
}

#[test]
fn a_thing_of_unknown_outcome_that_landed_is_recovered_and_no_fault() {
    let (mut calls, mut stored, _) = good();
    calls.push(call("c", "maybe", (5, 6), Outcome::Unknown));
    assert_eq!(counts(&calls, &stored, &[]), [0; 6]);
    stored.push(entry(3, "maybe"));
    assert_eq!(counts(&calls, &stored, &[]), [0, 0, 0, 1, 0, 0]);
}

#[test]
fn numbers_against_a_callers_own_order_are_reordered() {
    let calls = [call("c", "a", (1, 2), Outcome::Ok(2)), call("c", "b", (3, 4), Outcome::Ok(1))];
    assert_eq!(counts(&calls, &[entry(1, "b"), entry(2, "a")], &[]), [0, 0, 0, 0, 1, 0]);
}

#[test]
fn calls_at_the_same_time_may_be_numbered_either_way() {
    let calls = [call("c", "a", (1, 5), Outcome::Ok(2)), call("c", "b", (2, 4), Outcome::Ok(1))];
    assert_eq!(counts(&calls, &[entry(1, "b"), entry(2, "a")], &[]), [0; 6]);
}

#[test]
fn a_subscriber_that_first_sees_the_later_one_is_reordered() {
    let (calls, stored, mut logs) = good();
    logs[0].reverse();
    assert_eq!(counts(&calls, &stored, &logs), [0, 0, 0, 0, 1, 0]);
}

#[test]
fn a_number_that_nothing_has_is_a_gap() {
    let calls = [call("c", "a", (1, 2), Outcome::Ok(1)), call("c", "b", (3, 4), Outcome::Ok(3))];
    assert_eq!(counts(&calls, &[entry(1, "a"), entry(3, "b")], &[]), [0, 0, 0, 0, 0, 1]);
    assert_eq!(counts(&calls[1..], &[entry(3, "b")], &[]), [0, 0, 0, 0, 0, 1]);
}

#[test]
fn a_history_survives_as_lines_of_json() {
    let call = call("c", "a", (1, 2), Outcome::Ok(7));
    let line = serde_json::to_string(&call).unwrap();
    assert_eq!(serde_json::from_str::<Call>(&line).unwrap(), call);
}
