//! The hub with everything in every order: one voice on each stream, and activity that gives way to changes.

use std::collections::BTreeSet;

use baton_kit::life::ids::WorkspaceId;
use uuid::Uuid;

use super::*;

/// What is sent, and what a stream shows of it: `('c', 2)` shows epoch 2 by a change, `('d', 1)` is a piece made under 1.
type Word = (char, i64);

fn workspace() -> WorkspaceId {
    WorkspaceId::from_uuid(Uuid::from_u128(1))
}

fn contact() -> ContactId {
    ContactId::from_uuid(Uuid::from_u128(2))
}

fn audiences() -> [Audience; 2] {
    let (workspace, contact) = (workspace(), contact());
    [Audience::Staff { workspace }, Audience::Visitor { workspace, contact, only: None }]
}

fn epoch(number: i64) -> Epoch {
    Epoch { conversation: ConversationId::from_uuid(Uuid::from_u128(3)), number }
}

fn views((kind, number): Word) -> Views {
    let text = Some(Bytes::from(format!("{kind}{number}")));
    let conversation = Some(epoch(number).conversation);
    Views {
        workspace: workspace(),
        contact: Some(contact()),
        conversation,
        staff: text.clone(),
        visitor: text,
    }
}

fn send(hub: &Hub, place: usize, word: Word) {
    if word.0 == 'c' {
        let token = format!("t{place}").as_str().into();
        hub.publish(Item { token, epoch: Some(epoch(word.1)), views: views(word) });
    } else {
        hub.show(&Glimpse { piece_of: Some(epoch(word.1)), views: views(word) });
    }
}

fn read(follower: &mut Follower) -> Vec<Word> {
    let mut frames = std::mem::take(&mut follower.missed);
    while let Ok(frame) = follower.receiver.try_recv() {
        frames.push(frame);
    }
    let word = |frame: Bytes| (char::from(frame[0]), i64::from(frame[1] - b'0'));
    frames.into_iter().map(word).collect()
}

fn breaks_the_rule(shown: &[Word]) -> bool {
    let mut highest = 0;
    shown.iter().any(|(kind, number)| {
        let late = *kind == 'd' && *number < highest;
        highest = highest.max(*number);
        late
    })
}

/// Every different order of some words.
fn orders(words: &[Word]) -> BTreeSet<Vec<Word>> {
    if words.is_empty() {
        return BTreeSet::from([Vec::new()]);
    }
    let mut all = BTreeSet::new();
    for first in words.iter().collect::<BTreeSet<_>>() {
        let mut rest = words.to_vec();
        rest.remove(words.iter().position(|word| word == first).unwrap());
        all.extend(orders(&rest).into_iter().map(|tail| [vec![*first], tail].concat()));
    }
    all
}

#[test]
fn g_h1_no_stream_shows_a_piece_of_an_older_epoch_whatever_comes_in_which_order() {
    let words = [('c', 1), ('c', 2), ('c', 3), ('d', 1), ('d', 1), ('d', 2), ('d', 3)];
    let mut streams = 0;
    for order in orders(&words) {
        for joins in 0..order.len() {
            let hub = Hub::new(16, 64, 64);
            hub.mark("t");
            let mut early = audiences().map(|audience| hub.follow(audience, None).unwrap());
            let mut late = None;
            for (place, word) in order.iter().enumerate() {
                if place == joins {
                    late = Some(audiences().map(|audience| hub.follow(audience, Some("t")).unwrap()));
                }
                send(&hub, place, *word);
            }
            for follower in early.iter_mut().chain(late.iter_mut().flatten()) {
                let shown = read(follower);
                assert!(!breaks_the_rule(&shown), "sent {order:?}, joined at {joins}, shown {shown:?}");
                assert_eq!(shown.iter().filter(|word| word.0 == 'c').count(), 3, "a change is never lost");
                streams += 1;
            }
        }
    }
    assert!(streams > 50_000, "only {streams} streams were looked at");
}

#[test]
fn g_h1_a_torn_tail_does_not_open_the_fence() {
    let hub = Hub::new(16, 64, 64);
    let mut follower = hub.follow(audiences()[1], None).unwrap();
    send(&hub, 1, ('c', 5));
    hub.restart();
    send(&hub, 2, ('d', 4));
    send(&hub, 3, ('d', 5));
    let shown: Vec<Word> =
        read(&mut follower).into_iter().filter(|word| matches!(word.0, 'c' | 'd')).collect();
    assert_eq!(shown, [('c', 5), ('d', 5)]);
}

#[test]
fn a_slow_reader_goes_without_activity_first_and_misses_no_change() {
    let hub = Hub::new(64, 8, 64);
    let mut slow = hub.follow(audiences()[0], None).unwrap();
    for place in 0..20 {
        send(&hub, place, ('d', 1));
    }
    for place in 0..4 {
        send(&hub, place, ('c', 1));
    }
    let shown = read(&mut slow);
    assert_eq!(shown, [vec![('d', 1); 4], vec![('c', 1); 4]].concat());
    assert_eq!((hub.cut_off(), hub.followers()), (0, 1));
}

#[test]
fn activity_has_no_place_and_is_not_kept() {
    let hub = Hub::new(16, 64, 64);
    hub.mark("t");
    send(&hub, 1, ('c', 1));
    send(&hub, 2, ('d', 1));
    let mut back = hub.follow(audiences()[1], Some("t")).unwrap();
    assert_eq!(read(&mut back), [('c', 1)]);
    assert_eq!(back.caught_up_at().as_deref(), Some("t1"));
}
