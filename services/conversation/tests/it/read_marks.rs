//! How far somebody has read: never goes back, and is the same for everybody who looks.

use std::{collections::BTreeMap, sync::Arc};

use baton_kit::{
    door::{peer::Line, principal::Kind, refusal::reason_of},
    life::clock::timeout,
};
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::{
        self as wire, conversation_service_client::ConversationServiceClient, event::Subject,
        feed_service_client::FeedServiceClient,
    },
    internal::conversation::v1::{
        FeedTailRequest, feed_tail_response, feed_tail_service_client::FeedTailServiceClient,
    },
};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use tonic_types::StatusExt as _;

use crate::house::{House, PATIENCE, on_both_engines, start};

async fn mark(line: &Line, conversation: &str, sequence: i64) -> Result<wire::ReadMark, tonic::Status> {
    let request = wire::MarkReadRequest { conversation_id: conversation.into(), sequence };
    let marked = ConversationServiceClient::new(line.clone()).mark_read(request).await?;
    Ok(marked.into_inner().mark.unwrap())
}

async fn marks(line: &Line, conversation: &str) -> Result<Vec<wire::ReadMark>, tonic::Status> {
    let request = wire::ListReadMarksRequest { conversation_id: conversation.into() };
    let listed = ConversationServiceClient::new(line.clone()).list_read_marks(request).await?;
    Ok(listed.into_inner().marks)
}

async fn get(house: &House, conversation: &str) -> wire::Conversation {
    let request = wire::GetConversationRequest { conversation_id: conversation.into() };
    let found = ConversationServiceClient::new(house.program()).get_conversation(request).await.unwrap();
    found.into_inner().conversation.unwrap()
}

async fn say(house: &House, visitor: &Line, conversation: &str) {
    let request = wire::PostMessageRequest {
        conversation_id: conversation.into(),
        text: "and on".into(),
        client_message_id: house.client_id(),
        ..Default::default()
    };
    ConversationServiceClient::new(visitor.clone()).post_message(request).await.unwrap();
}

/// The marks of a conversation as the feed tells them, once it has told of everything.
async fn told(house: &House, conversation: &str) -> Vec<wire::ReadMark> {
    let revision = get(house, conversation).await.revision;
    let start = wire::feed_start::Start::Point(wire::FeedPoint::Earliest as i32);
    let request = wire::ListEventsRequest {
        start: Some(wire::FeedStart { start: Some(start) }),
        filter: Some(wire::FeedFilter { conversation_id: conversation.into(), ..Default::default() }),
        page_size: 500,
    };
    let mut feed = FeedServiceClient::new(house.program());
    let whole = timeout(&house.host.clock, PATIENCE, async {
        loop {
            let page = feed.list_events(request.clone()).await.unwrap().into_inner().events;
            if page.last().is_some_and(|last| last.revision >= revision) {
                return page;
            }
            house.host.clock.sleep(std::time::Duration::from_millis(2)).await;
        }
    });
    let whole = whole.await.expect("the feed tells of everything");
    assert!(whole.is_sorted_by(|one, next| one.revision < next.revision));
    let mark = |event: wire::Event| match event.subject {
        Some(Subject::ReadMark(mark)) => {
            assert_eq!(event.kind, wire::EventKind::ReadMarked as i32);
            assert_eq!((&event.actor, &event.create_time), (&mark.reader, &mark.update_time));
            Some(mark)
        }
        _ => None,
    };
    whole.into_iter().filter_map(mark).collect()
}

/// One step: somebody says something, or a reader marks.
#[derive(Debug, Clone, Copy)]
enum Step {
    Say,
    Mark { reader: usize, sequence: i64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let mark = (0..3_usize, 1..7_i64).prop_map(|(reader, sequence)| Step::Mark { reader, sequence });
    prop::collection::vec(prop_oneof![1 => Just(Step::Say), 3 => mark], 1..14)
}

/// Plays the steps and compares every answer, the list and the feed with what a map says.
async fn play(house: &House, readers: &[(Line, String)], steps: &[Step]) {
    let visitor = house.visitor().await;
    let it = start(&visitor, "hello").await;
    let mut readers = readers.to_vec();
    readers.push((visitor.clone(), it.contact_id.clone()));
    let (mut last, mut model) = (1, BTreeMap::<&str, i64>::new());
    for step in steps {
        let Step::Mark { reader, sequence } = *step else {
            say(house, &visitor, &it.id).await;
            last += 1;
            continue;
        };
        let (line, id) = readers.get(reader).unwrap();
        let marked = mark(line, &it.id, sequence).await;
        if sequence > last {
            let refused = marked.unwrap_err();
            assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidFields));
            continue;
        }
        let known = model.entry(id).or_default();
        *known = sequence.max(*known);
        let marked = marked.unwrap();
        assert_eq!((marked.reader.unwrap().id, marked.sequence), (id.clone(), *known));
    }
    let by_id = |marks: Vec<wire::ReadMark>| -> BTreeMap<String, i64> {
        marks.into_iter().map(|mark| (mark.reader.unwrap().id, mark.sequence)).collect()
    };
    let model: BTreeMap<String, i64> = model.into_iter().map(|(id, last)| (id.to_owned(), last)).collect();
    assert_eq!(by_id(marks(&house.program(), &it.id).await.unwrap()), model);
    let told = told(house, &it.id).await;
    for (_, id) in &readers {
        let of_reader = told.iter().filter(|mark| mark.reader.as_ref().unwrap().id == *id);
        let sequences: Vec<i64> = of_reader.map(|mark| mark.sequence).collect();
        assert!(sequences.is_sorted_by(|one, next| one < next), "a mark went back: {sequences:?}");
    }
    assert_eq!(by_id(told), model);
    let after = get(house, &it.id).await;
    assert_eq!((after.assignment_version, after.last_sequence), (it.assignment_version, last));
}

#[tokio::test(flavor = "multi_thread")]
async fn g_d15_a_read_mark_never_goes_back_and_everybody_sees_the_same_one() {
    on_both_engines(|house: Arc<House>| async move {
        let readers = [house.member().await, house.member().await];
        let mut runner =
            TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
        let played = runner.run(&steps(), |steps| {
            let here = tokio::runtime::Handle::current();
            tokio::task::block_in_place(|| here.block_on(play(&house, &readers, &steps)));
            Ok(())
        });
        played.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn marks_of_one_reader_at_once_leave_the_highest() {
    on_both_engines(|house: Arc<House>| async move {
        let (member, _) = house.member().await;
        let visitor = house.visitor().await;
        let it = start(&visitor, "hello").await;
        for _ in 0..9 {
            say(&house, &visitor, &it.id).await;
        }
        let marking = (1..=10).rev().map(|sequence| {
            let (member, id) = (member.clone(), it.id.clone());
            tokio::spawn(async move { mark(&member, &id, sequence).await.unwrap().sequence >= sequence })
        });
        for marked in futures::future::join_all(marking).await {
            assert!(marked.unwrap());
        }
        let marks = marks(&member, &it.id).await.unwrap();
        assert_eq!(marks.iter().map(|mark| mark.sequence).collect::<Vec<_>>(), [10]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s_22_who_of_the_staff_has_read_is_not_told_to_the_visitor() {
    on_both_engines(|house: Arc<House>| async move {
        let ((member, member_id), visitor) = (house.member().await, house.visitor().await);
        let it = start(&visitor, "hello").await;
        let mut tail = FeedTailServiceClient::new(house.gateway().lasting());
        let mut tail = tail.feed_tail(FeedTailRequest::default()).await.unwrap().into_inner();
        mark(&member, &it.id, 1).await.unwrap();
        let seen = timeout(&house.host.clock, PATIENCE, async {
            loop {
                let item = tail.message().await.unwrap().unwrap().item;
                let Some(feed_tail_response::Item::Event(event)) = item else { continue };
                if let Some(Subject::ReadMark(mark)) = event.staff.unwrap().subject {
                    return (mark.reader.unwrap().id, event.visitor.and_then(|visitor| visitor.item));
                }
            }
        });
        assert_eq!(seen.await.expect("the tail gives the mark"), (member_id, None));
        let refused = marks(&visitor, &it.id).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::PermissionDenied));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn marks_are_set_only_where_the_caller_may_look_and_with_sound_fields() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let it = start(&visitor, "hello").await;
        let foreign = house.principal(Kind::Member, house.host.ids.next(), house.nowhere());
        for (line, reason) in [
            (foreign.clone(), ErrorReason::NotFound),
            (house.visitor().await, ErrorReason::NotFound),
            (house.stranger().await, ErrorReason::NotFound),
            (house.program(), ErrorReason::PermissionDenied),
        ] {
            assert_eq!(reason_of(&mark(&line, &it.id, 1).await.unwrap_err()), Some(reason));
        }
        let elsewhere = marks(&foreign, &it.id).await.unwrap_err();
        assert_eq!(reason_of(&elsewhere), Some(ErrorReason::NotFound));
        let fields = |status: tonic::Status| -> Vec<String> {
            assert_eq!(reason_of(&status), Some(ErrorReason::InvalidFields));
            let listed = status.get_details_bad_request().unwrap().field_violations;
            listed.into_iter().map(|violation| violation.field).collect()
        };
        assert_eq!(fields(mark(&visitor, "", 0).await.unwrap_err()), ["conversation_id", "sequence"]);
        assert_eq!(fields(mark(&visitor, &it.id, i64::MIN).await.unwrap_err()), ["sequence"]);
        assert_eq!(fields(mark(&visitor, &it.id, i64::MAX).await.unwrap_err()), ["sequence"]);
        assert_eq!(fields(marks(&house.program(), "conv").await.unwrap_err()), ["conversation_id"]);
    })
    .await;
}
