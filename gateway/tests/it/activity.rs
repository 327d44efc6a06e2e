//! What is seen now or never, on live streams.

use baton_proto::{
    common::v1::{Actor, ActorKind},
    conversation::v1::{
        Activity, ActivityKind, AnswerDelta, ConversationState, Event, EventKind, Presence, activity::What,
        event::Subject,
    },
    internal::conversation::v1::{
        FeedTailResponse, TailActivity, TailEvent, VisitorActivity, VisitorConversation, VisitorItem,
        feed_tail_response::Item, visitor_activity, visitor_item,
    },
};
use serde_json::{Value, json};

use crate::{
    fakes::{Upstream, workspace},
    house::{House, Seen, contact_text, item},
};

const A: u128 = 100;
const B: u128 = 200;

fn conversation_text() -> String {
    format!("conv_{}", baton_kit::life::ids::base32::encode(3))
}

fn activity(staff: What, visitor: Option<visitor_activity::What>) -> FeedTailResponse {
    let conversation_id = conversation_text();
    let visitor =
        visitor.map(|what| VisitorActivity { conversation_id: conversation_id.clone(), what: Some(what) });
    let activity = TailActivity {
        workspace_id: workspace().to_string(),
        contact_id: contact_text(A),
        staff: Some(Activity { conversation_id, what: Some(staff) }),
        visitor,
    };
    FeedTailResponse { resume_token: "t0".into(), item: Some(Item::Activity(activity)) }
}

fn delta(epoch: i64, text: &str) -> FeedTailResponse {
    let delta = AnswerDelta { control_epoch: epoch, turn_id: "turn".into(), offset: 0, text: text.into() };
    activity(What::Delta(delta.clone()), Some(visitor_activity::What::Delta(delta)))
}

fn typing() -> FeedTailResponse {
    let actor = Actor { kind: ActorKind::Member.into(), id: "mem_hidden".into() };
    let presence = Presence { actor: Some(actor), kind: ActivityKind::Typing.into() };
    activity(What::Presence(presence), Some(visitor_activity::What::StaffTyping(true)))
}

/// A change of control, told to both.
fn control(token: &str, epoch: i64) -> FeedTailResponse {
    let state = ConversationState { control_epoch: epoch, ..Default::default() };
    let staff = Event {
        kind: EventKind::ControlChanged.into(),
        conversation_id: conversation_text(),
        subject: Some(Subject::State(state)),
        ..Default::default()
    };
    let seen = VisitorConversation { control_epoch: epoch, ..Default::default() };
    let event = TailEvent {
        workspace_id: workspace().to_string(),
        contact_id: contact_text(A),
        staff: Some(staff),
        visitor: Some(VisitorItem { item: Some(visitor_item::Item::Conversation(seen)) }),
    };
    FeedTailResponse { resume_token: token.into(), item: Some(Item::Event(event)) }
}

async fn send(upstream: &Upstream, items: impl IntoIterator<Item = FeedTailResponse>) {
    for item in items {
        upstream.items.send(Ok(item)).await.unwrap();
    }
}

fn data(seen: &Seen) -> Value {
    serde_json::from_str(&seen.data).unwrap()
}

#[tokio::test]
async fn each_audience_sees_activity_in_its_own_words_and_without_a_place() {
    let house = House::new().await;
    let upstream = house.upstream().await;
    let mut staff = house.staff_stream(None).await;
    let mut visitor = house.visitor_stream(&house.visitor_token(A), None).await;
    let mut other = house.visitor_stream(&house.visitor_token(B), None).await;
    send(&upstream, [typing(), delta(1, "We sh"), item("t1", workspace(), B)]).await;
    let (first, second) = (staff.next().await.unwrap(), staff.next().await.unwrap());
    assert_eq!([first.event.as_str(), second.event.as_str()], ["activity"; 2]);
    assert_eq!([first.id.as_str(), second.id.as_str()], [""; 2]);
    let presence = json!({"actor": {"kind": "member", "id": "mem_hidden"}, "kind": "typing"});
    assert_eq!((&data(&first)["presence"], &data(&second)["delta"]["text"]), (&presence, &json!("We sh")));
    let (first, second) = (visitor.next().await.unwrap(), visitor.next().await.unwrap());
    assert_eq!([first.event.as_str(), second.event.as_str()], ["typing", "delta"]);
    assert_eq!([first.id.as_str(), second.id.as_str()], [""; 2]);
    assert_eq!(data(&first), json!({"conversation_id": conversation_text(), "staff_typing": true}));
    let piece = json!({"conversation_id": conversation_text(), "control_epoch": 1, "turn_id": "turn", "offset": 0, "text": "We sh"});
    assert_eq!(data(&second), piece);
    assert_eq!(other.next().await.unwrap().id, "t1", "nobody else's activity comes");
}

#[tokio::test]
async fn g_h1_behind_a_change_of_control_no_older_piece_follows_on_any_stream() {
    let house = House::new().await;
    let upstream = house.upstream().await;
    let mut streams =
        [house.staff_stream(None).await, house.visitor_stream(&house.visitor_token(A), None).await];
    let pieces = [delta(1, "seen"), control("t1", 2), delta(1, "late"), delta(2, "new"), control("t2", 3)];
    send(&upstream, pieces).await;
    for stream in &mut streams {
        let mut shown = Vec::new();
        while shown.last().is_none_or(|seen: &Seen| seen.id != "t2") {
            shown.push(stream.next().await.unwrap());
        }
        let texts: String = shown.iter().map(|seen| seen.data.clone()).collect();
        assert!(texts.contains("seen") && texts.contains("new") && !texts.contains("late"), "{texts}");
        assert_eq!(shown.len(), 4);
    }
}

#[tokio::test]
async fn a_stream_that_comes_back_is_told_changes_and_no_activity() {
    let house = House::new().await;
    let upstream = house.upstream().await;
    let mut witness = house.staff_stream(None).await;
    send(&upstream, [typing(), delta(1, "gone"), item("t1", workspace(), A)]).await;
    for _ in 0..3 {
        witness.next().await.unwrap();
    }
    let mut back = house.visitor_stream(&house.visitor_token(A), Some("t0")).await;
    let seen = back.next().await.unwrap();
    assert_eq!((seen.id.as_str(), seen.event.as_str()), ("t1", "message"));
}
