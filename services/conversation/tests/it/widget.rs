//! What a page is told of a widget, and what the visitor hears of those who speak.

use std::sync::Arc;

use baton_kit::{
    door::{peer::Line, refusal::reason_of},
    life::clock::timeout,
};
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::{self as wire, conversation_service_client::ConversationServiceClient},
    internal::conversation::v1::{
        FeedTailRequest, GetThreadRequest, GetThreadResponse, GetWidgetRequest, GetWidgetResponse,
        feed_tail_response, feed_tail_service_client::FeedTailServiceClient, open_session_request::Proof,
        visitor_item, visitor_service_client::VisitorServiceClient,
    },
};

use crate::{
    control::answer,
    house::{House, PATIENCE, on_both_engines, start},
    machine::{ask, assign, get, say, take},
};

async fn widget(line: Line, widget_key: &str) -> Result<GetWidgetResponse, tonic::Status> {
    let request = GetWidgetRequest { widget_key: widget_key.into() };
    Ok(VisitorServiceClient::new(line).get_widget(request).await?.into_inner())
}

async fn thread(visitor: &Line) -> GetThreadResponse {
    let mut visitors = VisitorServiceClient::new(visitor.clone());
    visitors.get_thread(GetThreadRequest { after_sequence: 0 }).await.unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_page_must_know_comes_by_the_widgets_key_and_only_to_the_gateway() {
    on_both_engines(|house: Arc<House>| async move {
        let fresh = widget(house.gateway(), &house.widget_key).await.unwrap();
        assert_eq!((fresh.assistant_name.as_str(), fresh.allowed_sites.len()), ("Robin", 0));
        let opened = house.open_session(Proof::WidgetKey(house.widget_key.clone())).await.unwrap();
        assert!(opened.handoff_enabled && opened.conversation_id.is_empty());
        let sites = ["https://shop.example.org", "http://localhost:5173"];
        house.edit_assistant(false, &sites, 2).await;
        let told = widget(house.gateway(), &house.widget_key).await.unwrap();
        assert_eq!(
            (told.assistant_name.as_str(), told.allowed_sites),
            ("Robin 2", sites.map(str::to_owned).to_vec())
        );
        let renewed = house.open_session(Proof::RenewalSecret(opened.renewal_secret)).await.unwrap();
        assert!(!renewed.handoff_enabled && !renewed.renewal_secret.is_empty());
        house.edit_assistant(false, &[], 3).await;
        assert!(widget(house.gateway(), &house.widget_key).await.unwrap().allowed_sites.is_empty());
        let reason = |answer: Result<GetWidgetResponse, tonic::Status>| reason_of(&answer.unwrap_err());
        assert_eq!(reason(widget(house.gateway(), "wk_other").await), Some(ErrorReason::NotFound));
        assert_eq!(reason(widget(house.gateway(), "").await), Some(ErrorReason::InvalidFields));
        for line in [house.visitor().await, house.program(), house.ai(), house.notification()] {
            let refused = reason(widget(line, &house.widget_key).await);
            assert_eq!(refused, Some(ErrorReason::PermissionDenied));
        }
    })
    .await;
}

/// Everything the visitor is told from here on of their conversation, until somebody of this name has it.
async fn until_has_it(
    house: &House,
    tail: &mut tonic::Streaming<baton_proto::internal::conversation::v1::FeedTailResponse>,
    name: &str,
) -> Vec<visitor_item::Item> {
    let mut told = Vec::new();
    let hearing = timeout(&house.host.clock, PATIENCE, async {
        loop {
            let Some(feed_tail_response::Item::Event(event)) = tail.message().await.unwrap().unwrap().item
            else {
                continue;
            };
            let Some(item) = event.visitor.and_then(|visitor| visitor.item) else { continue };
            told.push(item.clone());
            if matches!(&item, visitor_item::Item::Conversation(it) if it.assignee_name == name) {
                return;
            }
        }
    });
    hearing.await.expect("the visitor hears of it");
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn s_22_the_visitor_hears_by_name_who_speaks_and_never_by_id_or_address() {
    on_both_engines(|house: Arc<House>| async move {
        let (dana, dana_id) = house.member_named("Dana").await;
        let (_, eve_id) = house.member_named("Eve").await;
        let mut client = FeedTailServiceClient::new(house.gateway().lasting());
        let mut tail = client.feed_tail(FeedTailRequest::default()).await.unwrap().into_inner();
        let visitor = house.visitor().await;
        let it = start(&visitor, "hello").await;
        let answered = house.named(answer(&house, &it));
        ConversationServiceClient::new(house.ai()).post_message(answered).await.unwrap();
        ask(&visitor, &it.id, "").await.unwrap();
        assign(&house.program(), &it.id, &dana_id).await.unwrap();
        let asked = thread(&visitor).await;
        assert_eq!(asked.conversation.as_ref().unwrap().assignee_name, "", "asked is not taken");
        take(&dana, &it.id).await.unwrap();
        say(&house, &dana, &it.id).await;
        let told = until_has_it(&house, &mut tail, "Dana").await;
        let waiting = told.iter().filter_map(|item| match item {
            visitor_item::Item::Conversation(now) => Some(now),
            visitor_item::Item::Message(_) => None,
        });
        let mut waiting: Vec<_> = waiting.collect();
        assert_eq!(waiting.pop().unwrap().control(), wire::Control::Human);
        assert!(waiting.iter().all(|now| now.assignee_name.is_empty()));
        let whole = thread(&visitor).await;
        let names: Vec<&str> = whole.messages.iter().map(|message| message.author_name.as_str()).collect();
        assert_eq!(names, ["", "Robin", "", "", "Dana"]);
        assert_eq!(whole.conversation.as_ref().unwrap().assignee_name, "Dana");
        assign(&house.program(), &it.id, &eve_id).await.unwrap();
        let moved = until_has_it(&house, &mut tail, "Eve").await;
        let said = moved.iter().find_map(|item| match item {
            visitor_item::Item::Message(message) => Some(message.author_name.as_str()),
            visitor_item::Item::Conversation(_) => None,
        });
        assert_eq!(said, Some("Dana"), "the tail names as the thread does");
        let after = thread(&visitor).await;
        assert_eq!(after.conversation.as_ref().unwrap().assignee_name, "Eve");
        for shown in [format!("{told:?} {moved:?}"), format!("{asked:?} {whole:?} {after:?}")] {
            assert!(!shown.contains("mem_") && !shown.contains("staff.member"), "{shown}");
            assert!(!shown.contains(dana_id.trim_start_matches("mem_")), "{shown}");
        }
        let request =
            wire::ResolveConversationRequest { conversation_id: it.id.clone(), ..Default::default() };
        ConversationServiceClient::new(house.program()).resolve_conversation(request).await.unwrap();
        assert_eq!(thread(&visitor).await.conversation.unwrap().assignee_name, "");
        assert_eq!(get(&house, &it.id).await.last_assignee_id, eve_id);
    })
    .await;
}
