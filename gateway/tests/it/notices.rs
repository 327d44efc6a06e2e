//! Live notices: to their member, and to nobody else.

use std::time::Duration;

use baton_kit::life::ids::WorkspaceId;
use baton_proto::{
    internal::notification::v1::NoticeTailResponse,
    notification::v1::{Notice, NotificationKind},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    fakes::{member_text, workspace},
    house::{House, Seen, item, settle},
};

fn notice(workspace: WorkspaceId, member: u128, id: &str) -> Result<NoticeTailResponse, tonic::Status> {
    let notice = Notice {
        id: id.into(),
        kind: NotificationKind::AssignedToMe.into(),
        conversation_id: "conv_1".into(),
        create_time: Some(prost_types::Timestamp { seconds: 1_705_320_000, nanos: 0 }),
        read: false,
    };
    let (workspace_id, member_id) = (workspace.to_string(), member_text(member));
    Ok(NoticeTailResponse { workspace_id, member_id, notice: Some(notice) })
}

fn told(seen: &Seen) -> Value {
    assert_eq!((seen.event.as_str(), seen.id.as_str()), ("notice", ""), "seen now or never");
    serde_json::from_str(&seen.data).unwrap()
}

#[tokio::test]
async fn s_20_a_notice_reaches_only_the_member_it_is_for() {
    let house = House::new().await;
    let upstream = house.upstream().await;
    let tail = house.notices.stream().await;
    let elsewhere = WorkspaceId::from_uuid(Uuid::from_u128(2));
    let (mut mine, mut again) = (house.staff_stream(None).await, house.staff_stream(None).await);
    let mut other = house.stream_of("other", None).await;
    let mut visitor = house.visitor_stream(&house.visitor_token(7), None).await;
    tail.send(notice(elsewhere, 7, "ntc_0")).await.unwrap();
    tail.send(notice(workspace(), 7, "ntc_1")).await.unwrap();
    tail.send(notice(workspace(), 8, "ntc_2")).await.unwrap();
    let expected = json!({
        "id": "ntc_1", "kind": "assigned_to_me", "conversation_id": "conv_1", "create_time": "2024-01-15T12:00:00Z", "read": false
    });
    assert_eq!(told(&mine.next().await.unwrap()), expected);
    assert_eq!(told(&again.next().await.unwrap()), expected);
    assert_eq!(told(&other.next().await.unwrap())["id"], "ntc_2");
    // Nothing more on any of them before the next change.
    settle().await;
    upstream.items.send(Ok(item("t1", workspace(), 7))).await.unwrap();
    for stream in [&mut mine, &mut again, &mut other, &mut visitor] {
        assert_eq!(stream.next().await.unwrap().id, "t1");
    }
}

#[tokio::test]
async fn s_20_members_come_back_and_list_anew_when_notices_may_have_been_missed() {
    let house = House::new().await;
    let upstream = house.upstream().await;
    let mut before = house.staff_stream(None).await;
    let mut visitor = house.visitor_stream(&house.visitor_token(7), None).await;
    drop(house.notices.stream().await);
    settle().await;
    // Who comes while nobody listens misses what is said then, too.
    let mut meanwhile = house.staff_stream(None).await;
    let mut back = None;
    while back.is_none() {
        settle().await;
        house.clock.advance(Duration::from_millis(50));
        back = house.notices.ready();
    }
    for stream in [&mut before, &mut meanwhile] {
        let end = stream.next().await.unwrap();
        let after_ms = serde_json::from_str::<Value>(&end.data).unwrap()["after_ms"].as_u64();
        assert_eq!(end.event, "reconnect");
        assert!(after_ms.is_some_and(|after_ms| after_ms <= 3000), "spread, and soon: {}", end.data);
        assert_eq!(stream.next().await, None);
    }
    let mut after = house.staff_stream(None).await;
    back.unwrap().send(notice(workspace(), 7, "ntc_1")).await.unwrap();
    assert_eq!(told(&after.next().await.unwrap())["id"], "ntc_1");
    // Visitors have no notices, and are not concerned.
    upstream.items.send(Ok(item("t1", workspace(), 7))).await.unwrap();
    assert_eq!(visitor.next().await.unwrap().id, "t1");
    assert!(house.metrics.render().contains("baton_notice_tail_up 1"));
}
