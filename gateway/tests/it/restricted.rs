//! A visitor who came by a link in a mail: one conversation, and nothing of the others.

use baton_kit::life::ids::base32;
use baton_proto::{
    conversation::v1::{AnswerDelta, Event, EventKind},
    internal::conversation::v1::{
        FeedTailResponse, TailActivity, TailEvent, VisitorActivity, VisitorItem, VisitorMessage,
        feed_tail_response::Item, visitor_activity::What, visitor_item,
    },
};

use crate::{
    fakes::workspace,
    house::{House, contact_text},
};

const CONTACT: u128 = 100;

fn conversation(number: u128) -> String {
    format!("conv_{}", base32::encode(number))
}

/// A message in one of the contact's conversations.
fn message(token: &str, number: u128) -> FeedTailResponse {
    let staff = Event {
        kind: EventKind::MessagePosted.into(),
        conversation_id: conversation(number),
        ..Default::default()
    };
    let seen = VisitorMessage { id: format!("msg_{token}"), ..Default::default() };
    let event = TailEvent {
        workspace_id: workspace().to_string(),
        contact_id: contact_text(CONTACT),
        staff: Some(staff),
        visitor: Some(VisitorItem { item: Some(visitor_item::Item::Message(seen)) }),
    };
    FeedTailResponse { resume_token: token.into(), item: Some(Item::Event(event)) }
}

fn delta(number: u128, text: &str) -> FeedTailResponse {
    let delta = AnswerDelta { control_epoch: 1, text: text.into(), ..Default::default() };
    let visitor = VisitorActivity { conversation_id: conversation(number), what: Some(What::Delta(delta)) };
    let activity = TailActivity {
        workspace_id: workspace().to_string(),
        contact_id: contact_text(CONTACT),
        staff: None,
        visitor: Some(visitor),
    };
    FeedTailResponse { resume_token: "t0".into(), item: Some(Item::Activity(activity)) }
}

#[tokio::test]
async fn s_20_a_session_for_one_conversation_sees_nothing_of_the_others() {
    let house = House::new().await;
    let upstream = house.upstream().await;
    let (one, two) = (house.visitor_of_one(CONTACT, 1), house.visitor_of_one(CONTACT, 2));
    let (mut first, mut second) =
        (house.visitor_stream(&one, None).await, house.visitor_stream(&two, None).await);
    let mut whole = house.visitor_stream(&house.visitor_token(CONTACT), None).await;
    let mut stranger = house.visitor_stream(&house.visitor_of_one(200, 1), None).await;
    for item in [message("t1", 2), delta(2, "two"), message("t2", 1), delta(1, "one"), message("t3", 2)] {
        upstream.items.send(Ok(item)).await.unwrap();
    }
    assert_eq!(first.next().await.unwrap().id, "t2");
    assert!(first.next().await.unwrap().data.contains("\"one\""));
    assert_eq!(second.next().await.unwrap().id, "t1");
    assert!(second.next().await.unwrap().data.contains("\"two\""));
    assert_eq!(second.next().await.unwrap().id, "t3");
    assert_eq!(whole.ids(5).await, ["t1", "", "t2", "", "t3"]);
    // The same from the ring.
    let mut late = house.visitor_stream(&one, Some("t0")).await;
    assert_eq!(late.next().await.unwrap().id, "t2");
    upstream.items.send(Ok(message("t4", 1))).await.unwrap();
    assert_eq!((late.next().await.unwrap().id, first.next().await.unwrap().id), ("t4".into(), "t4".into()));
    house.clock.advance(std::time::Duration::from_secs(120));
    assert_eq!(stranger.next().await.unwrap().event, "ended", "another contact saw nothing before the end");
}

#[tokio::test]
async fn s_20_what_names_no_conversation_is_not_shown_to_a_session_for_one() {
    let house = House::new().await;
    let upstream = house.upstream().await;
    let mut restricted = house.visitor_stream(&house.visitor_of_one(CONTACT, 1), None).await;
    upstream.items.send(Ok(crate::house::item("t1", workspace(), CONTACT))).await.unwrap();
    upstream.items.send(Ok(message("t2", 1))).await.unwrap();
    assert_eq!(restricted.next().await.unwrap().id, "t2");
}
