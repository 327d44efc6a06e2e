//! What a visitor may reach, see and say of themselves: their own, these fields, and nothing of the staff's.

use std::{collections::BTreeMap, sync::Arc};

use baton_kit::{
    door::{access::WORKSPACE_HEADER, peer::Line, refusal::reason_of},
    life::ids::base32,
};
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::{
        self as wire, conversation_service_client::ConversationServiceClient,
        feed_service_client::FeedServiceClient, handoff_service_client::HandoffServiceClient,
        note_service_client::NoteServiceClient,
    },
    internal::conversation::v1::{
        FeedTailRequest, GetThreadRequest, GetThreadResponse,
        feed_tail_service_client::FeedTailServiceClient, visitor_service_client::VisitorServiceClient,
    },
};
use prost::Message as _;
use tonic_types::StatusExt as _;

use crate::{
    house::{House, on_both_engines, opening, start},
    machine::{get, take},
};

pub fn post(house: &House, conversation: &str) -> wire::PostMessageRequest {
    wire::PostMessageRequest {
        conversation_id: conversation.into(),
        text: "hello".into(),
        client_message_id: house.client_id(),
        ..Default::default()
    }
}

/// Everything a visitor may do in a conversation, by name, and how each went.
pub async fn try_all(
    house: &House,
    visitor: &Line,
    conversation: &str,
) -> BTreeMap<&'static str, Result<(), tonic::Status>> {
    let id = || conversation.to_owned();
    let mut conversations = ConversationServiceClient::new(visitor.clone());
    let mut handoffs = HandoffServiceClient::new(visitor.clone());
    let ask = wire::RequestHandoffRequest { conversation_id: id(), ..Default::default() };
    let mark = wire::MarkReadRequest { conversation_id: id(), sequence: 1 };
    let typing =
        wire::ReportActivityRequest { conversation_id: id(), kind: wire::ActivityKind::Typing.into() };
    BTreeMap::from([
        ("post", conversations.post_message(post(house, conversation)).await.map(drop)),
        ("mark", conversations.mark_read(mark).await.map(drop)),
        ("type", conversations.report_activity(typing).await.map(drop)),
        ("ask", handoffs.request_handoff(ask).await.map(drop)),
        (
            "withdraw",
            handoffs.withdraw_handoff(wire::WithdrawHandoffRequest { conversation_id: id() }).await.map(drop),
        ),
    ])
}

pub async fn thread(visitor: &Line) -> GetThreadResponse {
    let mut visitors = VisitorServiceClient::new(visitor.clone());
    visitors.get_thread(GetThreadRequest { after_sequence: 0 }).await.unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn s_20_a_visitor_neither_reads_nor_sends_nor_follows_what_is_another_visitors() {
    on_both_engines(|house: Arc<House>| async move {
        let (hers, his) = (house.visitor().await, house.visitor().await);
        let it = start(&hers, "a secret").await;
        let before = get(&house, &it.id).await;
        for other in [his.clone(), house.stranger().await] {
            for (what, outcome) in try_all(&house, &other, &it.id).await {
                assert_eq!(reason_of(&outcome.unwrap_err()), Some(ErrorReason::NotFound), "{what}");
            }
            let own = thread(&other).await;
            assert!(own.conversation.is_none() && own.messages.is_empty());
        }
        assert_eq!(get(&house, &it.id).await, before);
        let denied =
            |status: tonic::Status| assert_eq!(reason_of(&status), Some(ErrorReason::PermissionDenied));
        let request = wire::GetConversationRequest { conversation_id: it.id.clone() };
        denied(ConversationServiceClient::new(his.clone()).get_conversation(request).await.unwrap_err());
        let request = wire::ListMessagesRequest { conversation_id: it.id.clone(), ..Default::default() };
        denied(ConversationServiceClient::new(his.clone()).list_messages(request).await.unwrap_err());
        let request = wire::ListNotesRequest { conversation_id: it.id.clone(), ..Default::default() };
        denied(NoteServiceClient::new(his.clone()).list_notes(request).await.unwrap_err());
        let start = wire::feed_start::Start::Point(wire::FeedPoint::Earliest as i32);
        let start = Some(wire::FeedStart { start: Some(start) });
        let watch = wire::WatchRequest { start, filter: None };
        denied(FeedServiceClient::new(his.clone()).watch(watch).await.unwrap_err());
        denied(FeedTailServiceClient::new(his).feed_tail(FeedTailRequest::default()).await.unwrap_err());
        assert_eq!(thread(&hers).await.messages.len(), 1);
    })
    .await;
}

/// The longest text that is accepted, a row of the same word.
fn long() -> String {
    "lengthy ".repeat(2048)
}

/// A thread of long messages of a visitor whom a member has, so that no clock of the assistant runs out meanwhile; and its last sequence.
async fn lengthy(house: &House, visitor: &Line) -> (String, i64) {
    let (dana, _) = house.member().await;
    let id = start(visitor, &long()).await.id;
    take(&dana, &id).await.unwrap();
    for _ in 0..270 {
        let request = wire::PostMessageRequest { text: long(), ..post(house, &id) };
        ConversationServiceClient::new(visitor.clone()).post_message(request).await.unwrap();
    }
    let last = get(house, &id).await.last_sequence;
    (id, last)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_too_long_for_one_answer_is_shown_by_its_newest_messages() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let (_, last) = lengthy(&house, &visitor).await;
        let shown = thread(&visitor).await;
        assert_eq!(shown.conversation.as_ref().unwrap().last_sequence, last);
        let sequences: Vec<i64> = shown.messages.iter().map(|message| message.sequence).collect();
        let first = sequences[0];
        assert!(first > 1 && sequences.len() >= 32, "{first}");
        assert_eq!(sequences, (first..=last).collect::<Vec<_>>(), "the newest, without a gap");
        assert!(shown.encoded_len() < 2 * 1024 * 1024, "{}", shown.encoded_len());
        let mut visitors = VisitorServiceClient::new(visitor.clone());
        let later = GetThreadRequest { after_sequence: last - 2 };
        let later = visitors.get_thread(later).await.unwrap().into_inner();
        let sequences: Vec<i64> = later.messages.iter().map(|message| message.sequence).collect();
        assert_eq!(sequences, [last - 1, last]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_missed_more_than_fits_into_one_answer_gets_all_of_it_by_asking_on() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let (_, last) = lengthy(&house, &visitor).await;
        let mut visitors = VisitorServiceClient::new(visitor.clone());
        let (mut seen, mut answers) = (vec![1], 0);
        while *seen.last().unwrap() < last {
            let request = GetThreadRequest { after_sequence: *seen.last().unwrap() };
            let next = visitors.get_thread(request).await.unwrap().into_inner();
            assert!(next.encoded_len() < 2 * 1024 * 1024);
            seen.extend(next.messages.into_iter().map(|message| message.sequence));
            answers += 1;
        }
        assert_eq!(seen, (1..=last).collect::<Vec<_>>(), "no hole between what was known and what is new");
        assert!(answers > 2, "{answers}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn long_messages_are_listed_page_by_page_and_all_of_them_come() {
    on_both_engines(|house: Arc<House>| async move {
        let (id, last) = lengthy(&house, &house.visitor().await).await;
        let mut staff = ConversationServiceClient::new(house.program());
        let mut request =
            wire::ListMessagesRequest { conversation_id: id.clone(), page_size: 500, ..Default::default() };
        let mut listed = Vec::new();
        loop {
            let page = staff.list_messages(request.clone()).await.unwrap().into_inner();
            assert!(page.encoded_len() < 2 * 1024 * 1024);
            listed.extend(page.messages.into_iter().map(|message| message.sequence));
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        assert_eq!(listed, (1..=last).collect::<Vec<_>>());
        let start = wire::feed_start::Start::Point(wire::FeedPoint::Earliest as i32);
        let filter = wire::FeedFilter { conversation_id: id, ..Default::default() };
        let mut request = wire::ListEventsRequest {
            start: Some(wire::FeedStart { start: Some(start) }),
            filter: Some(filter),
            page_size: 500,
        };
        let mut feed = FeedServiceClient::new(house.program());
        let mut told = Vec::new();
        while told.len() < last as usize {
            let page = feed.list_events(request.clone()).await.unwrap().into_inner();
            assert!(page.encoded_len() < 2 * 1024 * 1024);
            told.extend(page.events.into_iter().filter_map(|event| match event.subject {
                Some(wire::event::Subject::Message(message)) => Some(message.sequence),
                _ => None,
            }));
            let resumed = wire::feed_start::Start::ResumeToken(page.resume_token);
            request.start = Some(wire::FeedStart { start: Some(resumed) });
        }
        assert_eq!(told, listed);
    })
    .await;
}

#[test]
fn s_22_what_a_visitor_is_shown_has_these_fields_and_no_others() {
    let set = prost_types::FileDescriptorSet::decode(baton_proto::DESCRIPTORS).unwrap();
    let internal = set.file.iter().filter(|file| file.package() == "baton.internal.conversation.v1");
    let messages: BTreeMap<String, Vec<String>> = internal
        .flat_map(|file| &file.message_type)
        .map(|message| {
            let fields = message.field.iter().map(|field| field.name().to_owned()).collect();
            (message.name().to_owned(), fields)
        })
        .collect();
    for (name, fields) in [
        (
            "VisitorMessage",
            &[
                "id",
                "sequence",
                "author_kind",
                "text",
                "client_message_id",
                "system_notice",
                "sources",
                "create_time",
                "author_name",
            ][..],
        ),
        (
            "VisitorConversation",
            &[
                "id",
                "control",
                "control_epoch",
                "resolved",
                "last_sequence",
                "revision",
                "promise",
                "answer_by_email",
                "email_wanted",
                "assignee_name",
            ],
        ),
        ("VisitorItem", &["message", "conversation"]),
        ("VisitorActivity", &["conversation_id", "staff_typing", "delta"]),
        ("GetThreadResponse", &["conversation", "messages", "resume_token"]),
    ] {
        assert_eq!(messages.get(name).unwrap(), fields, "{name}: is the new field the visitor's to see?");
    }
}

fn violations(status: &tonic::Status) -> Vec<String> {
    assert_eq!(reason_of(status), Some(ErrorReason::InvalidFields), "{status:?}");
    let listed = status.get_details_bad_request().unwrap().field_violations;
    listed.into_iter().map(|violation| violation.field).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn s_23_what_is_not_the_visitors_to_say_is_refused_or_has_no_effect() {
    on_both_engines(|house: Arc<House>| async move {
        let (visitor, other) = (house.visitor().await, house.visitor().await);
        let theirs = start(&other, "theirs").await;
        let named = |id: &str| {
            let reference = wire::contact_reference::Reference::ContactId(id.to_owned());
            Some(wire::ContactReference { reference: Some(reference) })
        };
        let mut conversations = ConversationServiceClient::new(visitor.clone());
        let assuming = wire::StartConversationRequest {
            assistant_id: format!("asst_{}", base32::encode(7)),
            contact: named(&theirs.contact_id),
            external_id: "theirs".into(),
            ..opening("hello", &house.client_id())
        };
        let refused = conversations.start_conversation(assuming).await.unwrap_err();
        assert_eq!(violations(&refused), ["assistant_id", "contact", "external_id"]);
        let it = start(&visitor, "hello").await;
        assert_eq!((it.external_id.as_str(), it.origin.as_str()), ("", "widget"));
        let answer =
            Some(wire::AnswerContext { control_epoch: 1, visitor_sequence: 1, ..Default::default() });
        let as_assistant = wire::PostMessageRequest { answer, ..post(&house, &it.id) };
        assert_eq!(violations(&conversations.post_message(as_assistant).await.unwrap_err()), ["answer"]);
        let as_assistant = wire::RequestHandoffRequest {
            conversation_id: it.id.clone(),
            reason: wire::HandoffReason::AiUnavailable.into(),
            control_epoch: 1,
            visitor_sequence: 1,
            team_id: format!("team_{}", base32::encode(7)),
            ..Default::default()
        };
        let refused =
            HandoffServiceClient::new(visitor.clone()).request_handoff(as_assistant).await.unwrap_err();
        assert_eq!(violations(&refused), ["reason", "control_epoch", "visitor_sequence", "team_id"]);
        // A member's fence, and another tenant's name: neither makes the visitor anybody else.
        let mut request = tonic::Request::new(wire::PostMessageRequest {
            expected_member_sequence: Some(0),
            ..post(&house, &it.id)
        });
        let elsewhere = house.nowhere().to_string();
        request.metadata_mut().insert(WORKSPACE_HEADER, elsewhere.parse().unwrap());
        let posted = conversations.post_message(request).await.unwrap().into_inner().message.unwrap();
        assert_eq!((posted.author_kind(), &posted.author_id), (wire::AuthorKind::Visitor, &it.contact_id));
        let now = get(&house, &it.id).await;
        assert_eq!((now.control(), now.assignee_id.as_str(), now.last_sequence), (wire::Control::Ai, "", 2));
        for (what, refused) in try_staff(&visitor, &it.id).await {
            assert_eq!(reason_of(&refused.unwrap_err()), Some(ErrorReason::PermissionDenied), "{what}");
        }
    })
    .await;
}

/// What only the staff may do, tried by somebody else.
async fn try_staff(visitor: &Line, conversation: &str) -> Vec<(&'static str, Result<(), tonic::Status>)> {
    let id = || conversation.to_owned();
    let mut conversations = ConversationServiceClient::new(visitor.clone());
    let resolve = wire::ResolveConversationRequest { conversation_id: id(), ..Default::default() };
    let assign = wire::AssignConversationRequest {
        conversation_id: id(),
        member_id: format!("mem_{}", base32::encode(7)),
        ..Default::default()
    };
    let urgent = wire::SetPriorityRequest {
        conversation_id: id(),
        priority: wire::Priority::Urgent.into(),
        ..Default::default()
    };
    let take = wire::TakeOverRequest { conversation_id: id(), ..Default::default() };
    let note = wire::CreateNoteRequest {
        request_id: "r".into(),
        conversation_id: id(),
        text: "as the staff".into(),
    };
    vec![
        ("resolve", conversations.resolve_conversation(resolve).await.map(drop)),
        ("assign", conversations.assign_conversation(assign).await.map(drop)),
        ("priority", conversations.set_priority(urgent).await.map(drop)),
        ("take over", HandoffServiceClient::new(visitor.clone()).take_over(take).await.map(drop)),
        ("note", NoteServiceClient::new(visitor.clone()).create_note(note).await.map(drop)),
    ]
}
