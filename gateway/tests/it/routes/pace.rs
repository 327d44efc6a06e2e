//! How often somebody may say what they are doing.

use baton_kit::door::refusal::Refusal;
use baton_proto::{common::v1::ErrorReason, conversation::v1 as conv};
use serde_json::json;

use super::{CONVERSATIONS, member, visitor};
use crate::house::House;

#[tokio::test]
async fn s_48_activity_said_again_at_once_is_not_passed_on_and_a_flood_is_refused() {
    let house = House::new().await;
    let path = format!("{CONVERSATIONS}ReportActivity");
    house.script.answer(&path, conv::ReportActivityResponse {});
    let line = "POST conversations/conv_1/activity";
    for _ in 0..3 {
        assert_eq!(member(&house, line, json!({"activity": "typing"})).await.status, 204);
    }
    let asked = || (house.script.times(&path), house.script.last::<conv::ReportActivityRequest>(&path).kind);
    assert_eq!(asked(), (1, conv::ActivityKind::Typing.into()));
    let said = |activity: &str| json!({"conversation_id": "conv_1", "activity": activity});
    assert_eq!(visitor(&house, "activity", said("idle")).await.status, 204);
    assert_eq!(asked(), (2, conv::ActivityKind::Idle.into()));
    assert_eq!(visitor(&house, "activity", said("viewing")).await.status, 400);
    let mut last = visitor(&house, "activity", said("typing")).await;
    for _ in 0..100 {
        last = visitor(&house, "activity", said("typing")).await;
    }
    assert_eq!((last.status.as_u16(), &last.json()["reason"]), (429, &json!("RATE_LIMITED")));
    assert!(!last.header("retry-after").is_empty());
    assert_eq!(asked().0, 3);
}

#[tokio::test]
async fn s_48_activity_that_was_not_taken_is_passed_on_when_it_is_said_again() {
    let house = House::new().await;
    let path = format!("{CONVERSATIONS}ReportActivity");
    house.script.on(&path, |_, _: conv::ReportActivityRequest| {
        Err::<conv::ReportActivityResponse, _>(Refusal::new(ErrorReason::Unavailable, "not now"))
    });
    let (line, typing) = ("POST conversations/conv_1/activity", json!({"activity": "typing"}));
    let said = json!({"conversation_id": "conv_1", "activity": "typing"});
    assert_eq!(member(&house, line, typing.clone()).await.status, 503);
    assert_eq!(visitor(&house, "activity", said.clone()).await.status, 503);
    house.script.answer(&path, conv::ReportActivityResponse {});
    for _ in 0..2 {
        assert_eq!(member(&house, line, typing.clone()).await.status, 204);
        assert_eq!(visitor(&house, "activity", said.clone()).await.status, 204);
    }
    assert_eq!(house.script.times(&path), 4, "two refused, two taken, the rest known");
}

#[tokio::test]
async fn s_48_activity_in_a_conversation_whose_id_is_too_long_is_refused_at_the_door() {
    let house = House::new().await;
    let path = format!("{CONVERSATIONS}ReportActivity");
    house.script.answer(&path, conv::ReportActivityResponse {});
    for (length, status) in [(64, 204), (65, 400)] {
        let id = "c".repeat(length);
        let line = format!("POST conversations/{id}/activity");
        assert_eq!(member(&house, &line, json!({"activity": "typing"})).await.status, status);
        let said = json!({"conversation_id": id, "activity": "typing"});
        assert_eq!(visitor(&house, "activity", said).await.status, status);
    }
    assert_eq!(house.script.times(&path), 2);
}
