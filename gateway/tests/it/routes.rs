//! Every route that asks one question of one service: what it asks, and what it answers.

mod canned;
mod pace;
mod people;
mod settings;
mod threads;
mod told;
mod visitors;

use axum::{body::Body, http::Request};
use baton_proto::conversation::v1 as conv;
use prost::Message;
use serde_json::Value;

use crate::{
    fakes::conversation,
    house::{House, Reply},
};

const CONVERSATIONS: &str = "/baton.conversation.v1.ConversationService/";

fn at(seconds: i64) -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp { seconds, nanos: 0 })
}

async fn member(house: &House, line: &str, body: Value) -> Reply {
    let (method, path) = line.split_once(' ').unwrap();
    let request = Request::builder()
        .method(method)
        .uri(format!("/v1/inbox/{path}"))
        .header("cookie", "__Host-baton=good")
        .header("x-baton-csrf", "1")
        .header("content-type", "application/json")
        .header("if-match", "\"e1\"");
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    house.send(request.body(body).unwrap()).await
}

async fn visitor(house: &House, path: &str, body: Value) -> Reply {
    let request = Request::post(format!("/v1/widget/{path}"))
        .header("authorization", format!("Bearer {}", house.visitor_token(1)))
        .header("content-type", "application/json");
    house.send(request.body(Body::from(body.to_string())).unwrap()).await
}

/// A member's request becomes this question; this answer becomes the reply.
async fn asks<Q: Message + Default + PartialEq + std::fmt::Debug, A: Message + Clone + 'static>(
    house: &House,
    line: &str,
    body: Value,
    (path, question, answer): (String, Q, A),
) -> Value {
    house.script.answer(&path, answer);
    let reply = member(house, line, body).await;
    assert!(reply.status.is_success(), "{line}: {}", reply.text);
    assert_eq!(house.script.last::<Q>(&path), question, "{line}");
    if reply.text.is_empty() { Value::Null } else { reply.json() }
}

fn full_conversation() -> conv::Conversation {
    let promise = conv::ReplyPromise {
        promised_by_time: at(1_705_323_600),
        text: "within the hour".into(),
        outside_hours: true,
    };
    let handoff = conv::Handoff {
        id: "hand_1".into(),
        state: conv::HandoffState::Requested.into(),
        reason: conv::HandoffReason::Returned.into(),
        return_cause: conv::ReturnCause::NoReply.into(),
        waiting_since_time: at(1_705_320_000),
        promise: Some(promise),
        fallback_promised_time: at(1_705_320_000),
        ..Default::default()
    };
    let line = conv::BriefLine {
        kind: conv::BriefLineKind::Wish.into(),
        text: "a refund".into(),
        sequences: vec![1, 3],
    };
    let brief = conv::Brief {
        id: "brief_1".into(),
        handoff_id: "hand_1".into(),
        engine: conv::BriefEngine::Extractive.into(),
        lines: vec![line],
        sentiment: conv::Sentiment::Negative.into(),
        ..Default::default()
    };
    conv::Conversation {
        needs_agent_intervention: true,
        handoff: Some(handoff),
        brief: Some(brief),
        priority_reason: "they are upset".into(),
        snoozed_until_time: at(1_705_320_000),
        ..conversation("conv_1")
    }
}
