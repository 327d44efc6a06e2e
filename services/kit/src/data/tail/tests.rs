//! The ring never answers for what it does not hold.

use jiff::Timestamp;
use uuid::Uuid;

use super::*;
use crate::life::ids::WorkspaceId;

fn facts(positions: impl IntoIterator<Item = i64>) -> Vec<Arc<Fact>> {
    positions.into_iter().map(|position| Arc::new(fact(position))).collect()
}

fn fact(position: i64) -> Fact {
    Fact {
        position,
        event_id: Uuid::nil(),
        kind: 0,
        workspace: WorkspaceId::from_uuid(Uuid::nil()),
        subject: Uuid::nil(),
        item: None,
        sequence: None,
        revision: 0,
        fence: 0,
        actor_kind: 0,
        actor: None,
        body: Vec::new(),
        at: Timestamp::UNIX_EPOCH,
        traceparent: None,
    }
}

fn after(tail: &Tail, position: i64) -> Option<Vec<i64>> {
    let found = tail.after(position, 100, &FactFilter::default())?;
    Some(found.iter().map(|fact| fact.position).collect())
}

#[test]
fn it_answers_from_just_below_its_oldest_fact() {
    let tail = Tail::new();
    tail.start_at(10);
    assert_eq!((tail.head(), after(&tail, 10)), (10, None));
    tail.push(facts(11..=13));
    assert_eq!(tail.head(), 13);
    assert_eq!(after(&tail, 9), None);
    assert_eq!(after(&tail, 10), Some(vec![11, 12, 13]));
    assert_eq!(after(&tail, 12), Some(vec![13]));
    assert_eq!(after(&tail, 13), Some(vec![]));
    assert_eq!(after(&tail, 99), Some(vec![]));
}

#[test]
fn what_comes_twice_is_kept_once() {
    let tail = Tail::new();
    tail.push(facts(1..=3));
    tail.push(facts(2..=5));
    tail.push(facts(1..=2));
    assert_eq!((tail.head(), after(&tail, 0)), (5, Some(vec![1, 2, 3, 4, 5])));
}

#[test]
fn before_a_jump_it_forgets_rather_than_keep_a_hole() {
    let tail = Tail::new();
    tail.push(facts(1..=3));
    tail.push(facts([7, 8]));
    assert_eq!((tail.head(), after(&tail, 3)), (8, None));
    assert_eq!(after(&tail, 6), Some(vec![7, 8]));
}

#[test]
fn it_keeps_the_newest() {
    let tail = Tail::new();
    tail.push(facts(1..=5000));
    assert_eq!(after(&tail, 903), None);
    assert_eq!(tail.after(904, 1, &FactFilter::default()).map(|found| found.len()), Some(1));
}

#[test]
fn only_the_first_caller_starts_the_feed_unless_it_gives_up() {
    let tail = Tail::new();
    assert!(tail.claim_start() && !tail.claim_start());
    tail.give_up_start();
    assert!(tail.claim_start());
}
