//! What members are told, what they want to be told, and what was decided about it.

use baton_kit::door::refusal::Refusal;
use baton_proto::{common::v1::ErrorReason, notification::v1 as wire};
use serde_json::{Value, json};

use super::{asks, at, member};
use crate::house::House;

const NOTIFICATIONS: &str = "/baton.notification.v1.NotificationService/";
const PREFERENCES: &str = "/baton.notification.v1.PreferenceService/";

#[tokio::test]
async fn notices_are_listed_and_read() {
    let house = House::new().await;
    let notice = wire::Notice {
        id: "ntc_1".into(),
        kind: wire::NotificationKind::ReplyOverdue.into(),
        conversation_id: "conv_1".into(),
        create_time: at(1_705_320_000),
        read: true,
    };
    let question = wire::ListNoticesRequest { unread_only: true, page_size: 0, page_token: "p".into() };
    let answer =
        wire::ListNoticesResponse { notices: vec![notice], next_page_token: "q".into(), unread_count: 4 };
    let ask = (format!("{NOTIFICATIONS}ListNotices"), question, answer);
    let page = asks(&house, "GET notices?unread_only=true&page_token=p", Value::Null, ask).await;
    let notice = json!({
        "id": "ntc_1", "kind": "reply_overdue", "conversation_id": "conv_1", "create_time": "2024-01-15T12:00:00Z", "read": true
    });
    assert_eq!(page, json!({"notices": [notice], "next_page_token": "q", "unread_count": 4}));
    for (body, ids) in [(json!({"notice_ids": ["ntc_1"]}), vec!["ntc_1".to_owned()]), (json!({}), vec![])] {
        let question = wire::MarkNoticesReadRequest { notice_ids: ids };
        let answer = wire::MarkNoticesReadResponse { unread_count: 3 };
        let ask = (format!("{NOTIFICATIONS}MarkNoticesRead"), question, answer);
        assert_eq!(asks(&house, "POST notices/read", body, ask).await, json!({"unread_count": 3}));
    }
}

#[tokio::test]
async fn preferences_are_read_and_replaced() {
    let house = House::new().await;
    let preference = wire::Preference {
        kind: wire::NotificationKind::AssignedToMyTeam.into(),
        email: false,
        in_app: true,
    };
    let told = json!({"preferences": [{"kind": "assigned_to_my_team", "email": false, "in_app": true}]});
    let preferences = vec![preference];
    let answer = wire::GetPreferencesResponse { preferences: preferences.clone() };
    let ask = (format!("{PREFERENCES}GetPreferences"), wire::GetPreferencesRequest {}, answer);
    assert_eq!(asks(&house, "GET notification-preferences", Value::Null, ask).await, told);
    let question = wire::SetPreferencesRequest { preferences: preferences.clone() };
    let answer = wire::SetPreferencesResponse { preferences };
    let ask = (format!("{PREFERENCES}SetPreferences"), question, answer);
    assert_eq!(asks(&house, "PUT notification-preferences", told.clone(), ask).await, told);
    for bad in [
        json!({"preferences": [{"kind": "unknown", "email": true, "in_app": true}]}),
        json!({"preferences": [{"kind": "reply_overdue", "email": "yes", "in_app": true}]}),
        json!({}),
    ] {
        assert_eq!(member(&house, "PUT notification-preferences", bad).await.status, 400);
    }
}

#[tokio::test]
async fn the_ledger_says_what_was_decided_and_why() {
    let house = House::new().await;
    let entry = |id: &str, recipient| wire::LedgerEntry {
        id: id.into(),
        kind: wire::NotificationKind::VisitorReply.into(),
        channel: wire::Channel::Email.into(),
        recipient: Some(recipient),
        conversation_id: "conv_1".into(),
        decision: wire::LedgerDecision::Failed.into(),
        reason: wire::LedgerReason::TryAgain.into(),
        attempt: 2,
        create_time: at(1_705_320_000),
        message_id: String::new(),
    };
    let entries = vec![
        entry("led_1", wire::ledger_entry::Recipient::ContactId("cont_1".into())),
        entry("led_2", wire::ledger_entry::Recipient::MemberId("mem_1".into())),
    ];
    let question = wire::ListLedgerRequest { conversation_id: "conv_1".into(), ..Default::default() };
    let answer = wire::ListLedgerResponse { entries, next_page_token: String::new() };
    let ask = (format!("{NOTIFICATIONS}ListLedger"), question, answer);
    let page = asks(&house, "GET notification-ledger?conversation_id=conv_1", Value::Null, ask).await;
    let told = |id: &str, member: Value, contact: Value| {
        json!({
            "id": id, "kind": "visitor_reply", "channel": "email", "member_id": member, "contact_id": contact,
            "conversation_id": "conv_1", "decision": "failed", "reason": "try_again", "attempt": 2,
            "create_time": "2024-01-15T12:00:00Z", "message_id": null
        })
    };
    let first = told("led_1", Value::Null, json!("cont_1"));
    let second = told("led_2", json!("mem_1"), Value::Null);
    assert_eq!(page, json!({"entries": [first, second], "next_page_token": null}));
}

#[tokio::test]
async fn without_notification_its_routes_say_so_and_the_others_go_on() {
    let house = House::new().await;
    house.script.on(&format!("{NOTIFICATIONS}ListNotices"), |_, _: wire::ListNoticesRequest| {
        Err::<wire::ListNoticesResponse, _>(Refusal::new(ErrorReason::Unavailable, "not now"))
    });
    let away = member(&house, "GET notices", Value::Null).await;
    assert_eq!((away.status.as_u16(), &away.json()["reason"]), (503, &json!("UNAVAILABLE")));
    assert_eq!(member(&house, "GET conversations", Value::Null).await.status, 200);
}
