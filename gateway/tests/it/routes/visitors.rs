//! What a visitor asks for.

use baton_kit::door::refusal::Refusal;
use baton_proto::{common::v1::ErrorReason, conversation::v1 as conv};
use serde_json::{Value, json};

use super::{CONVERSATIONS, full_conversation, visitor};
use crate::house::House;

#[tokio::test]
async fn a_visitor_asks_for_a_person_and_says_where_to_answer() {
    let house = House::new().await;
    let path = "/baton.conversation.v1.HandoffService/RequestHandoff";
    house.script.on(path, |_, asked: conv::RequestHandoffRequest| match asked.email.as_str() {
        "" => Err(Refusal::new(ErrorReason::EmailRequired, "an address to answer to is needed")),
        _ => Ok(conv::RequestHandoffResponse { conversation: Some(full_conversation()), created: true }),
    });
    let refused = visitor(&house, "handoff", json!({"conversation_id": "conv_1"})).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["reason"]), (409, &json!("EMAIL_REQUIRED")));
    let asked =
        visitor(&house, "handoff", json!({"conversation_id": "conv_1", "email": "v@example.org"})).await;
    let seen = asked.json();
    assert_eq!(seen["conversation"]["promise"]["text"], "within the hour");
    assert_eq!(
        (&seen["conversation"]["answer_by_email"], &seen["conversation"]["email_wanted"]),
        (&json!(true), &Value::Null)
    );
    for hidden in ["mem_secret", "urgent", "upset", "refund", "hand_1"] {
        assert!(!asked.text.contains(hidden), "{hidden} is the staff's: {}", asked.text);
    }
    let leave = "/baton.conversation.v1.ContactService/LeaveEmail";
    house.script.answer(leave, conv::LeaveEmailResponse {});
    assert_eq!(visitor(&house, "email", json!({"email": "v@example.org"})).await.status, 204);
    assert_eq!(house.script.last::<conv::LeaveEmailRequest>(leave).email, "v@example.org");
    let read = format!("{CONVERSATIONS}MarkRead");
    house.script.answer(&read, conv::MarkReadResponse::default());
    assert_eq!(
        visitor(&house, "read", json!({"conversation_id": "conv_1", "sequence": 3})).await.status,
        204
    );
    assert_eq!(house.script.last::<conv::MarkReadRequest>(&read).sequence, 3);
}
