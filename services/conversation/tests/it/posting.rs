//! Messages: once, in order, by whoever may.

use std::sync::Arc;

use baton_kit::door::refusal::reason_of;
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::{self as wire, conversation_service_client::ConversationServiceClient},
    internal::conversation::v1::{
        OpenSessionRequest, open_session_request::Proof, visitor_service_client::VisitorServiceClient,
    },
};
use futures::future::join_all;
use tonic::Code;

use crate::house::{House, on_both_engines, opening, start};

fn post(conversation: &str, text: &str, client_id: &str) -> wire::PostMessageRequest {
    wire::PostMessageRequest {
        conversation_id: conversation.into(),
        text: text.into(),
        client_message_id: client_id.into(),
        ..Default::default()
    }
}

async fn thread(house: &House, conversation: &str) -> Vec<wire::Message> {
    let request = wire::ListMessagesRequest {
        conversation_id: conversation.into(),
        page_size: 500,
        ..Default::default()
    };
    let mut conversations = ConversationServiceClient::new(house.program());
    conversations.list_messages(request).await.unwrap().into_inner().messages
}

#[tokio::test(flavor = "multi_thread")]
async fn g_a9_fifty_first_messages_make_one_conversation() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let posts = (0..50).map(|number| {
            let mut conversations = ConversationServiceClient::new(visitor.clone());
            let request = opening(&format!("message {number}"), &house.client_id());
            tokio::spawn(async move {
                loop {
                    match conversations.start_conversation(request.clone()).await {
                        // On a busy machine; the same message is sent again, as every client does.
                        Err(status) if status.code() == Code::DeadlineExceeded => {}
                        answered => return answered.unwrap().into_inner(),
                    }
                }
            })
        });
        let started: Vec<_> = join_all(posts).await.into_iter().map(Result::unwrap).collect();
        let first = started[0].conversation.as_ref().unwrap().id.clone();
        assert!(started.iter().all(|one| one.conversation.as_ref().unwrap().id == first));
        assert_eq!(started.iter().filter(|one| one.created).count(), 1);
        let mut sequences: Vec<i64> =
            thread(&house, &first).await.iter().map(|message| message.sequence).collect();
        sequences.sort_unstable();
        assert_eq!(sequences, (1..=50).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g_d2_the_same_message_sent_from_many_sockets_is_stored_once() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let conversation = start(&visitor, "hello").await.id;
        for round in 0..10 {
            let request = post(&conversation, &format!("round {round}"), &house.client_id());
            let sends = (0..6).map(|_| {
                let (mut conversations, request) =
                    (ConversationServiceClient::new(visitor.clone()), request.clone());
                tokio::spawn(async move {
                    conversations.post_message(request).await.unwrap().into_inner().message.unwrap()
                })
            });
            let sent: Vec<_> = join_all(sends).await.into_iter().map(Result::unwrap).collect();
            assert!(
                sent.iter().all(|message| (&message.id, message.sequence) == (&sent[0].id, sent[0].sequence))
            );
        }
        assert_eq!(thread(&house, &conversation).await.len(), 11);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f_8_a_client_message_id_with_another_text_is_refused() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let conversation = start(&visitor, "hello").await.id;
        let mut conversations = ConversationServiceClient::new(visitor);
        let client_id = house.client_id();
        conversations.post_message(post(&conversation, "one", &client_id)).await.unwrap();
        let refused = conversations.post_message(post(&conversation, "two", &client_id)).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::RequestIdReused));
        let refused = conversations.start_conversation(opening("three", &client_id)).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::RequestIdReused));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g_d3_many_senders_to_one_conversation_leave_no_gap_and_keep_their_order() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let conversation = start(&visitor, "hello").await.id;
        let senders = (0..8).map(|sender| {
            let (house, visitor, conversation) = (house.clone(), visitor.clone(), conversation.clone());
            tokio::spawn(async move {
                let mut conversations = ConversationServiceClient::new(visitor);
                for number in 0..25 {
                    let text = format!("{sender} {number}");
                    conversations.post_message(post(&conversation, &text, &house.client_id())).await.unwrap();
                }
            })
        });
        join_all(senders).await.into_iter().for_each(|sender| sender.unwrap());
        let messages = thread(&house, &conversation).await;
        assert_eq!(messages.iter().map(|m| m.sequence).collect::<Vec<_>>(), (1..=201).collect::<Vec<_>>());
        for sender in 0..8 {
            let prefix = format!("{sender} ");
            let own: Vec<usize> = messages
                .iter()
                .filter_map(|m| m.text.strip_prefix(&prefix))
                .map(|n| n.parse().unwrap())
                .collect();
            assert_eq!(own, (0..25).collect::<Vec<_>>());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resolved_conversation_opens_again_when_the_visitor_writes() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let conversation = start(&visitor, "hello").await.id;
        let mut staff = ConversationServiceClient::new(house.program());
        let request =
            wire::ResolveConversationRequest { conversation_id: conversation.clone(), ..Default::default() };
        staff.resolve_conversation(request).await.unwrap();
        let mut conversations = ConversationServiceClient::new(visitor.clone());
        conversations.post_message(post(&conversation, "again", &house.client_id())).await.unwrap();
        let request = wire::GetConversationRequest { conversation_id: conversation.clone() };
        let now = staff.get_conversation(request).await.unwrap().into_inner().conversation.unwrap();
        assert_eq!((now.status(), now.control()), (wire::ConversationStatus::Open, wire::Control::Ai));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reopening_beside_an_open_conversation_is_refused_with_its_id() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let former = start(&visitor, "hello").await.id;
        let mut staff = ConversationServiceClient::new(house.program());
        let request =
            wire::ResolveConversationRequest { conversation_id: former.clone(), ..Default::default() };
        staff.resolve_conversation(request).await.unwrap();
        let open = start(&visitor, "something new").await.id;
        assert_ne!(open, former);
        let mut conversations = ConversationServiceClient::new(visitor);
        let refused =
            conversations.post_message(post(&former, "again", &house.client_id())).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::AnotherConversationOpen));
        assert_eq!(baton_kit::door::refusal::metadata_of(&refused)["conversation_id"], open);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s_20_nobody_reaches_what_is_not_theirs() {
    on_both_engines(|house: Arc<House>| async move {
        let conversation = start(&house.visitor().await, "mine").await.id;
        let elsewhere = baton_kit::life::ids::WorkspaceId::from_uuid(house.host.ids.next());
        let foreign_key =
            house.principal(baton_kit::door::principal::Kind::ApiKey, house.host.ids.next(), elsewhere);
        for line in [house.visitor().await, house.stranger().await, foreign_key.clone()] {
            let mut conversations = ConversationServiceClient::new(line.clone());
            let refused =
                conversations.post_message(post(&conversation, "hi", &house.client_id())).await.unwrap_err();
            assert_eq!(reason_of(&refused), Some(ErrorReason::NotFound));
            let mut handoffs = wire::handoff_service_client::HandoffServiceClient::new(line);
            let request =
                wire::RequestHandoffRequest { conversation_id: conversation.clone(), ..Default::default() };
            assert_eq!(
                reason_of(&handoffs.request_handoff(request).await.unwrap_err()),
                Some(ErrorReason::NotFound)
            );
        }
        let mut foreign = ConversationServiceClient::new(foreign_key);
        let request = wire::GetConversationRequest { conversation_id: conversation.clone() };
        assert_eq!(
            reason_of(&foreign.get_conversation(request).await.unwrap_err()),
            Some(ErrorReason::NotFound)
        );
        let request =
            wire::ListMessagesRequest { conversation_id: conversation.clone(), ..Default::default() };
        assert_eq!(
            reason_of(&foreign.list_messages(request).await.unwrap_err()),
            Some(ErrorReason::NotFound)
        );
        let listed = foreign.list_conversations(wire::ListConversationsRequest::default()).await.unwrap();
        assert!(listed.into_inner().conversations.is_empty());
        assert_eq!(thread(&house, &conversation).await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f_10_a_list_is_paged_without_loss_or_repeat_and_its_token_is_its_own() {
    on_both_engines(|house: Arc<House>| async move {
        let mut made = Vec::new();
        for number in 0..7 {
            made.push(start(&house.visitor().await, &format!("number {number}")).await.id);
        }
        let mut staff = ConversationServiceClient::new(house.program());
        let mut request = wire::ListConversationsRequest { page_size: 3, ..Default::default() };
        let mut listed = Vec::new();
        loop {
            let page = staff.list_conversations(request.clone()).await.unwrap().into_inner();
            listed.extend(page.conversations.into_iter().map(|one| one.id));
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        made.reverse();
        assert_eq!(listed, made);
        let other =
            wire::ListConversationsRequest { view: wire::ConversationView::Unassigned as i32, ..request };
        let refused = staff.list_conversations(other).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidToken));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_that_renew_at_once_both_stay_the_same_visitor() {
    on_both_engines(|house: Arc<House>| async move {
        let renew = |secret: String| {
            let mut visitors = VisitorServiceClient::new(house.gateway());
            let proof = Some(Proof::RenewalSecret(secret));
            tokio::spawn(async move {
                visitors.open_session(OpenSessionRequest { proof }).await.map(tonic::Response::into_inner)
            })
        };
        let proof = Some(Proof::WidgetKey(house.widget_key.clone()));
        let first = VisitorServiceClient::new(house.gateway())
            .open_session(OpenSessionRequest { proof })
            .await
            .unwrap()
            .into_inner();
        let tabs = [renew(first.renewal_secret.clone()), renew(first.renewal_secret.clone())];
        let mut secrets = Vec::new();
        for tab in tabs {
            let renewed = tab.await.unwrap().unwrap();
            assert_eq!(renewed.contact_id, first.contact_id);
            secrets.push(renewed.renewal_secret);
        }
        for secret in secrets {
            assert_eq!(renew(secret).await.unwrap().unwrap().contact_id, first.contact_id);
        }
        let forged = renew("batonvis_forged".to_owned()).await.unwrap().unwrap_err();
        assert_eq!(reason_of(&forged), Some(ErrorReason::Unauthenticated));
    })
    .await;
}
