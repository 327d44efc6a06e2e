//! The feed: complete, in order, resumable at every place, honest when it cannot be.

use std::{sync::Arc, time::Duration};

use baton_kit::{
    door::{page::FeedPlace, refusal::reason_of},
    life::clock::timeout,
};
use baton_kit_testing::{clock::ScaledClock, database::TestDatabase};
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::{
        self as wire, conversation_service_client::ConversationServiceClient,
        feed_service_client::FeedServiceClient, feed_start::Start, note_service_client::NoteServiceClient,
        watch_response::Item,
    },
    internal::conversation::v1::{
        FeedTailRequest, GetThreadRequest, feed_tail_response,
        feed_tail_service_client::FeedTailServiceClient, visitor_service_client::VisitorServiceClient,
    },
};

use crate::house::{House, MACHINE, PATIENCE, on_both_engines, start};

fn after(token: &str) -> Option<wire::FeedStart> {
    Some(wire::FeedStart { start: Some(Start::ResumeToken(token.into())) })
}

fn earliest() -> Option<wire::FeedStart> {
    Some(wire::FeedStart { start: Some(Start::Point(wire::FeedPoint::Earliest as i32)) })
}

/// Reads a watch until it has given so many events: their ids and the tokens after them.
async fn read(house: &House, start: Option<wire::FeedStart>, count: usize) -> Vec<(String, String)> {
    let mut feed = FeedServiceClient::new(house.program().lasting());
    let mut stream = feed.watch(wire::WatchRequest { start, filter: None }).await.unwrap().into_inner();
    let reading = timeout(&house.host.clock, PATIENCE, async {
        let mut seen = Vec::new();
        while seen.len() < count {
            let response = stream.message().await.unwrap().unwrap();
            match response.item.unwrap() {
                Item::Event(event) => seen.push((event.id, response.resume_token)),
                Item::Heartbeat(_) => {}
                Item::Reset(reset) => panic!("{reset:?}"),
            }
        }
        seen
    });
    reading.await.expect("the feed gives what it has")
}

async fn say(house: &House, visitor: &baton_kit::door::peer::Line, conversation: &str, text: &str) {
    let request = wire::PostMessageRequest {
        conversation_id: conversation.into(),
        text: text.into(),
        client_message_id: house.client_id(),
        ..Default::default()
    };
    ConversationServiceClient::new(visitor.clone()).post_message(request).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn g_d4_a_reader_resumes_at_every_place_without_loss_or_repeat() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let conversation = start(&visitor, "0").await.id;
        for number in 1..20 {
            say(&house, &visitor, &conversation, &number.to_string()).await;
        }
        // One for the start, one a message.
        let whole = read(&house, earliest(), 21).await;
        for (place, (_, token)) in whole.iter().enumerate() {
            let rest: Vec<_> = whole[place + 1..].to_vec();
            assert_eq!(read(&house, after(token), rest.len()).await, rest);
        }
        let mut feed = FeedServiceClient::new(house.program());
        let mut paged = Vec::new();
        let mut from = earliest();
        loop {
            let request = wire::ListEventsRequest { start: from, filter: None, page_size: 4 };
            let page = feed.list_events(request).await.unwrap().into_inner();
            paged.extend(page.events.into_iter().map(|event| event.id));
            if !page.more {
                break;
            }
            from = after(&page.resume_token);
        }
        assert_eq!(paged, whole.into_iter().map(|(id, _)| id).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g_d4_a_place_that_is_gone_is_a_reset_and_a_forged_one_a_refusal() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        start(&visitor, "hello").await;
        let (_, token) = read(&house, earliest(), 2).await.pop().unwrap();
        let place = FeedPlace::open("conversation.feed", &token).unwrap();
        let other = FeedPlace { generation: house.host.ids.next(), ..place };
        let beyond = FeedPlace { position: place.position + 1000, ..place };
        let mut feed = FeedServiceClient::new(house.program());
        for gone in [other, beyond] {
            let request = wire::ListEventsRequest {
                start: after(&gone.seal("conversation.feed")),
                filter: None,
                page_size: 10,
            };
            let page = feed.list_events(request).await.unwrap().into_inner();
            assert_eq!(page.reset.unwrap().reason(), wire::ResetReason::NewGeneration);
            assert!(page.events.is_empty());
        }
        for forged in ["x", "", &token[..token.len() - 2], &format!("{token}AA")] {
            let request = wire::ListEventsRequest { start: after(forged), filter: None, page_size: 10 };
            let refused = feed.list_events(request).await.unwrap_err();
            assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidToken), "{forged}");
        }
        let refused = feed.list_events(wire::ListEventsRequest::default()).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidFields));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g_d13_nothing_is_missed_between_a_list_and_the_feed_after_it() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let conversation = start(&visitor, "0").await.id;
        for round in 0..20 {
            // One is written while the list is read, one between list and feed, one after.
            let (early, house2, visitor2, conversation2) =
                (round, house.clone(), visitor.clone(), conversation.clone());
            let writing =
                tokio::spawn(
                    async move { say(&house2, &visitor2, &conversation2, &format!("{early} a")).await },
                );
            let mut visitors = VisitorServiceClient::new(visitor.clone());
            let thread =
                visitors.get_thread(GetThreadRequest { after_sequence: 0 }).await.unwrap().into_inner();
            writing.await.unwrap();
            say(&house, &visitor, &conversation, &format!("{round} b")).await;
            let mut tail = FeedTailServiceClient::new(house.gateway().lasting());
            let request = FeedTailRequest { resume_token: thread.resume_token };
            let mut tail = tail.feed_tail(request).await.unwrap().into_inner();
            say(&house, &visitor, &conversation, &format!("{round} c")).await;
            let listed = thread.messages.iter().map(|message| message.sequence).max().unwrap_or(0);
            let last = 1 + (round + 1) * 3;
            let mut next = listed + 1;
            let reading = timeout(&house.host.clock, PATIENCE, async {
                while next <= last {
                    let Some(feed_tail_response::Item::Event(event)) =
                        tail.message().await.unwrap().unwrap().item
                    else {
                        continue;
                    };
                    let Some(wire::event::Subject::Message(message)) = event.staff.unwrap().subject else {
                        continue;
                    };
                    // What the list held already may come again; what it did not must come, in order.
                    assert!(message.sequence <= next, "{} was missed", next);
                    if message.sequence == next {
                        next += 1;
                    }
                }
            });
            reading.await.expect("everything comes");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s_22_the_visitors_view_has_no_field_for_what_is_the_staffs() {
    on_both_engines(|house: Arc<House>| async move {
        let mut tail = FeedTailServiceClient::new(house.gateway().lasting());
        let mut tail = tail.feed_tail(FeedTailRequest::default()).await.unwrap().into_inner();
        let visitor = house.visitor().await;
        let it = start(&visitor, "hello").await;
        let request = wire::RequestHandoffRequest { conversation_id: it.id.clone(), ..Default::default() };
        wire::handoff_service_client::HandoffServiceClient::new(visitor)
            .request_handoff(request)
            .await
            .unwrap();
        let mut kinds = Vec::new();
        let reading = timeout(&house.host.clock, PATIENCE, async {
            while kinds.len() < 5 {
                let Some(feed_tail_response::Item::Event(event)) =
                    tail.message().await.unwrap().unwrap().item
                else {
                    continue;
                };
                assert_eq!(event.contact_id, it.contact_id);
                kinds.push((event.staff.unwrap().kind(), event.visitor.is_some()));
            }
        });
        reading.await.expect("the tail gives all five");
        use wire::EventKind as K;
        let expected = [
            (K::ConversationStarted, true),
            (K::MessagePosted, true),
            (K::MessagePosted, true),
            (K::ControlChanged, true),
            (K::HandoffChanged, true),
        ];
        assert_eq!(kinds, expected);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiet_workspace_hears_a_heartbeat_however_busy_others_are() {
    let _shared = MACHINE.read().await;
    let house = House::open(TestDatabase::sqlite().await, ScaledClock::new(4).shared()).await;
    start(&house.visitor().await, "hello").await;
    let start_now = Some(wire::FeedStart { start: Some(Start::Point(wire::FeedPoint::Now as i32)) });
    let elsewhere =
        house.principal(baton_kit::door::principal::Kind::ApiKey, house.host.ids.next(), house.nowhere());
    let mut feed = FeedServiceClient::new(elsewhere.lasting());
    let mut quiet =
        feed.watch(wire::WatchRequest { start: start_now, filter: None }).await.unwrap().into_inner();
    let (busy, visitor) = (house.clone(), house.visitor().await);
    let conversation = start(&visitor, "I write on and on").await.id;
    let writing = tokio::spawn(async move {
        loop {
            say(&busy, &visitor, &conversation, "and on").await;
            busy.host.clock.sleep(Duration::from_secs(2)).await;
        }
    });
    let heard = timeout(&house.host.clock, Duration::from_secs(20), quiet.message()).await;
    writing.abort();
    let response = heard.expect("a heartbeat within 20 s").unwrap().unwrap();
    assert!(matches!(response.item, Some(Item::Heartbeat(_))), "{response:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn s_22_a_note_is_stored_once_stands_in_the_thread_and_reaches_only_the_staff() {
    on_both_engines(|house: Arc<House>| async move {
        let (member, author_id) = house.member().await;
        let visitor = house.visitor().await;
        let it = start(&visitor, "hello").await;
        let mut tail = FeedTailServiceClient::new(house.gateway().lasting());
        let mut tail = tail.feed_tail(FeedTailRequest::default()).await.unwrap().into_inner();
        let mut notes = NoteServiceClient::new(member);
        let request = wire::CreateNoteRequest {
            request_id: house.client_id(),
            conversation_id: it.id.clone(),
            text: "a difficult one".into(),
        };
        let left = notes.create_note(request.clone()).await.unwrap().into_inner().note.unwrap();
        let again = notes.create_note(request.clone()).await.unwrap().into_inner().note.unwrap();
        assert_eq!((&left, left.after_sequence, left.author_id.as_str()), (&again, 1, author_id.as_str()));
        let other = wire::CreateNoteRequest { text: "another".into(), ..request };
        let reused = notes.create_note(other.clone()).await.unwrap_err();
        assert_eq!(reason_of(&reused), Some(ErrorReason::RequestIdReused));
        let request = wire::ListNotesRequest { conversation_id: it.id.clone(), ..Default::default() };
        assert_eq!(
            notes.list_notes(request.clone()).await.unwrap().into_inner().notes,
            std::slice::from_ref(&left)
        );
        let seen = timeout(&house.host.clock, PATIENCE, async {
            loop {
                let Some(feed_tail_response::Item::Event(event)) =
                    tail.message().await.unwrap().unwrap().item
                else {
                    continue;
                };
                if event.staff.as_ref().is_some_and(|staff| staff.kind() == wire::EventKind::NoteChanged) {
                    return event;
                }
            }
        });
        let seen = seen.await.expect("the tail gives the note");
        assert_eq!(seen.staff.unwrap().subject, Some(wire::event::Subject::Note(left)));
        assert_eq!(seen.visitor, None);
        let mut visitors = VisitorServiceClient::new(visitor.clone());
        let thread = visitors.get_thread(GetThreadRequest { after_sequence: 0 }).await.unwrap().into_inner();
        assert_eq!(thread.messages.len(), 1);
        let refused = NoteServiceClient::new(visitor).list_notes(request.clone()).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::PermissionDenied));
        let foreign =
            house.principal(baton_kit::door::principal::Kind::Member, house.host.ids.next(), house.nowhere());
        let mut foreign = NoteServiceClient::new(foreign);
        assert_eq!(reason_of(&foreign.list_notes(request).await.unwrap_err()), Some(ErrorReason::NotFound));
        let elsewhere = wire::CreateNoteRequest { request_id: house.client_id(), ..other };
        assert_eq!(
            reason_of(&foreign.create_note(elsewhere).await.unwrap_err()),
            Some(ErrorReason::NotFound)
        );
    })
    .await;
}
