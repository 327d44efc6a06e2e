//! The guards of the one statement are those of the domain: in every state, for every writer.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use baton_conversation::{
    application::ports::{ConversationReader as _, Scope},
    domain::{
        effects::{DeadlineEdit, Effects},
        ids::{ContactId, ConversationId, MemberId, MessageId},
        patience::Now,
        posting::{NewMessage, Writer},
    },
};
use baton_kit::{data::Engine, door::peer::Line};
use baton_proto::conversation::v1::{
    self as wire, conversation_service_client::ConversationServiceClient,
    handoff_service_client::HandoffServiceClient,
};

use crate::{
    control::{answer, asking},
    house::{House, on_both_engines, start},
};

const STATES: [&str; 7] = ["ai", "asked", "waiting", "hers", "his", "snoozed", "resolved"];
const WRITERS: usize = 10;

async fn bring(house: &House, (anna, ben): (&Line, &Line), state: &str) -> ConversationId {
    let visitor = house.visitor().await;
    let begun = start(&visitor, "hello").await;
    let conversation_id = begun.id.clone();
    let take =
        wire::TakeOverRequest { conversation_id: conversation_id.clone(), expected_assignment_version: 0 };
    match state {
        "asked" => {
            let question = asking(answer(house, &begun), 60);
            ConversationServiceClient::new(house.ai()).post_message(house.named(question)).await.map(drop)
        }
        "waiting" => {
            let request = wire::RequestHandoffRequest {
                conversation_id: conversation_id.clone(),
                ..Default::default()
            };
            HandoffServiceClient::new(visitor).request_handoff(request).await.map(drop)
        }
        "snoozed" => {
            HandoffServiceClient::new(anna.clone()).take_over(take).await.unwrap();
            let seconds = house.host.clock.now().as_second() + 86_400;
            let request = wire::SnoozeConversationRequest {
                conversation_id: conversation_id.clone(),
                until_time: Some(prost_types::Timestamp { seconds, nanos: 0 }),
                ..Default::default()
            };
            ConversationServiceClient::new(anna.clone()).snooze_conversation(request).await.map(drop)
        }
        "hers" => HandoffServiceClient::new(anna.clone()).take_over(take).await.map(drop),
        "his" => HandoffServiceClient::new(ben.clone()).take_over(take).await.map(drop),
        "resolved" => {
            let request = wire::ResolveConversationRequest {
                conversation_id: conversation_id.clone(),
                ..Default::default()
            };
            ConversationServiceClient::new(house.program()).resolve_conversation(request).await.map(drop)
        }
        _ => Ok(()),
    }
    .unwrap();
    conversation_id.parse().unwrap()
}

/// The deadlines that run: kind and when it passes.
async fn deadlines(house: &House, id: ConversationId) -> BTreeMap<i32, i64> {
    house.deadlines(id).await.into_iter().map(|row| (row.kind, row.due_at)).collect()
}

/// What the domain makes of them.
fn after_edits(mut running: BTreeMap<i32, i64>, edits: &[DeadlineEdit], now: &Now) -> BTreeMap<i32, i64> {
    for edit in edits {
        match *edit {
            DeadlineEdit::Begin(kind, wait) => {
                running.entry(kind as i32).or_insert(now.after(wait).as_microsecond());
            }
            DeadlineEdit::Reset(kind, due, _) => drop(running.insert(kind as i32, due.as_microsecond())),
            DeadlineEdit::End(kind) => drop(running.remove(&(kind as i32))),
            DeadlineEdit::EndAll => running.clear(),
        }
    }
    running
}

#[tokio::test(flavor = "multi_thread")]
async fn the_statements_guards_are_the_domains() {
    on_both_engines(|house: Arc<House>| async move {
        let ((anna, anna_id), (ben, _)) = (house.member().await, house.member().await);
        let (store, scope) = (house.store(), Scope::all_of(house.workspace));
        let her: MemberId = anna_id.parse().unwrap();
        let (mut accepted, mut refused) = (0, 0);
        for state in STATES {
            for number in 0..WRITERS {
                let id = bring(&house, (&anna, &ben), state).await;
                let it = store.find(scope, id).await.unwrap().unwrap();
                let (epoch, visitor_sequence) = (it.control_epoch, it.last_visitor_sequence);
                let member = |seen| Writer::Member { member: her, seen_member_sequence: seen };
                let assistant = |epoch, visitor_sequence| Writer::Assistant {
                    epoch,
                    visitor_sequence,
                    sources: Vec::new(),
                    handoff_within: (number == 9).then_some(Duration::from_secs(60)),
                };
                let writer = match number {
                    0 => Writer::Visitor(it.contact),
                    1 => Writer::Visitor(ContactId::from_uuid(house.host.ids.next())),
                    2 => member(None),
                    3 => member(Some(it.last_member_sequence)),
                    4 => member(Some(it.last_member_sequence + 1)),
                    5 | 9 => assistant(epoch, visitor_sequence),
                    6 => assistant(epoch - 1, visitor_sequence),
                    7 => assistant(epoch, visitor_sequence - 1),
                    _ => assistant(epoch, visitor_sequence + 1),
                };
                let message = NewMessage {
                    id: MessageId::from_uuid(house.host.ids.next()),
                    workspace: house.workspace,
                    conversation: id,
                    writer: writer.clone(),
                    text: "a word".into(),
                    client_message_id: house.client_id(),
                    at: house.host.clock.now(),
                };
                if [0, 3].contains(&number) {
                    // Also where nothing runs yet, and where something does.
                    house.forget_deadlines(id).await;
                }
                let before = deadlines(&house, id).await;
                let put = store.accept_directly(vec![message]).await.unwrap().pop().flatten();
                if house.engine() == Engine::Sqlite {
                    assert!(put.is_none(), "SQLite has no such statement");
                    continue;
                }
                assert_eq!(put.is_some(), it.may_post_directly(&writer), "{state}: {writer:?}");
                let after = store.find(scope, id).await.unwrap().unwrap();
                match put {
                    Some(message) => {
                        accepted += 1;
                        let mut expected = it.clone();
                        let now = Now::plain(message.created_at, house.patience);
                        let mut effects = Effects::default();
                        expected.count_post(&writer, it.last_sequence + 1, &now, &mut effects);
                        expected.revision += 1;
                        assert_eq!(after, expected, "{state}: {writer:?}");
                        let moved = after_edits(before, &effects.deadlines, &now);
                        assert_eq!(deadlines(&house, id).await, moved, "{state}: {writer:?}");
                    }
                    None => {
                        refused += 1;
                        assert_eq!(after, it, "{state}: {writer:?}");
                    }
                }
            }
        }
        if house.engine() == Engine::Postgres {
            assert!(accepted >= 8 && refused >= 20, "{accepted} accepted, {refused} refused");
        }
    })
    .await;
}
