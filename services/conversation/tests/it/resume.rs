//! Links in mails: one opens one conversation, for a while, and nothing else.

use std::sync::Arc;

use baton_conversation::{
    application::resume_links::ResumeLinks,
    domain::{
        ids::{ContactId, ConversationId},
        resume_link::ResumeLink,
    },
};
use baton_kit::door::{
    links::Links,
    peer::Line,
    refusal::{metadata_of, reason_of},
};
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::{self as wire, conversation_service_client::ConversationServiceClient},
    internal::conversation::v1::{
        GetCorrespondenceRequest, correspondence_service_client::CorrespondenceServiceClient,
        open_session_request::Proof,
    },
};

use crate::{
    contacts::{get as contact, leave_email, overdue},
    house::{House, on_both_engines, opening, start},
    machine::{ask, get},
    visitor_view::{post, thread, try_all},
};

const ADDRESS: &str = "ada.lovelace@example.org";

async fn link(house: &House, conversation: &str) -> String {
    let request = GetCorrespondenceRequest { conversation_id: conversation.into(), member_id: String::new() };
    let mut letters = CorrespondenceServiceClient::new(house.notification());
    letters.get_correspondence(house.named(request)).await.unwrap().into_inner().resume_link
}

/// Whoever opens the link to a conversation.
async fn resumed(house: &House, conversation: &str) -> Line {
    let token = link(house, conversation).await;
    house.with_token(&house.open_session(Proof::ResumeLink(token)).await.unwrap().token)
}

async fn resolve(house: &House, conversation: &str) {
    let request =
        wire::ResolveConversationRequest { conversation_id: conversation.into(), ..Default::default() };
    ConversationServiceClient::new(house.program()).resolve_conversation(request).await.unwrap();
}

async fn begin(visitor: &Line, client_id: &str) -> Result<wire::StartConversationResponse, tonic::Status> {
    let request = opening("by the link", client_id);
    Ok(ConversationServiceClient::new(visitor.clone()).start_conversation(request).await?.into_inner())
}

/// A contact with an older conversation, which is over, and a newer one.
async fn two(house: &House) -> (Line, String, String) {
    let visitor = house.visitor().await;
    let older = start(&visitor, "the older").await.id;
    resolve(house, &older).await;
    let newer = start(&visitor, "the newer").await.id;
    assert_ne!(older, newer);
    (visitor, older, newer)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_opens_its_one_conversation_as_often_as_one_likes() {
    on_both_engines(|house: Arc<House>| async move {
        let (visitor, older, newer) = two(&house).await;
        let token = link(&house, &older).await;
        for _again in 0..2 {
            let opened = house.open_session(Proof::ResumeLink(token.clone())).await.unwrap();
            assert_eq!(
                (opened.conversation_id.as_str(), opened.renewal_secret.as_str()),
                (older.as_str(), "")
            );
            assert_eq!((opened.assistant_name.as_str(), opened.handoff_enabled), ("Robin", true));
            assert_eq!(opened.contact_id, get(&house, &older).await.contact_id);
            let shown = thread(&house.with_token(&opened.token)).await;
            assert_eq!(shown.conversation.unwrap().id, older);
            assert_eq!(shown.messages.first().unwrap().text, "the older");
        }
        assert_eq!(thread(&visitor).await.conversation.unwrap().id, newer, "the widget shows the newest");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s_20_who_came_by_a_link_reaches_no_other_conversation_of_the_same_contact() {
    on_both_engines(|house: Arc<House>| async move {
        let (_, older, newer) = two(&house).await;
        let (by_link, before) = (resumed(&house, &older).await, get(&house, &newer).await);
        for (what, outcome) in try_all(&house, &by_link, &newer).await {
            assert_eq!(reason_of(&outcome.unwrap_err()), Some(ErrorReason::NotFound), "{what}");
        }
        // The other one is open, so this one cannot be: which one that is, is not said.
        let client_id = house.client_id();
        let begun = begin(&by_link, &client_id).await.map(drop);
        let posted = ConversationServiceClient::new(by_link.clone()).post_message(post(&house, &older)).await;
        for outcome in [begun, posted.map(drop)] {
            let refused = outcome.unwrap_err();
            assert_eq!(reason_of(&refused), Some(ErrorReason::AnotherConversationOpen));
            assert_eq!(metadata_of(&refused).get("conversation_id"), None);
        }
        assert_eq!(get(&house, &newer).await, before, "nothing came of it");
        resolve(&house, &newer).await;
        let begun = begin(&by_link, &client_id).await.unwrap();
        let it = begun.conversation.unwrap();
        assert_eq!((it.id.as_str(), begun.created), (older.as_str(), false));
        assert_eq!((it.status(), it.control()), (wire::ConversationStatus::Open, wire::Control::Ai));
        let again = begin(&by_link, &client_id).await.unwrap();
        assert_eq!(again.message, begun.message, "sent twice, stored once");
        assert_eq!(get(&house, &older).await.last_sequence, it.last_sequence);
        for (what, outcome) in try_all(&house, &by_link, &older).await {
            outcome.unwrap_or_else(|status| panic!("{what}: {status:?}"));
        }
        assert_eq!(thread(&by_link).await.conversation.unwrap().id, older);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_was_changed_is_too_old_or_is_of_elsewhere_opens_nothing() {
    on_both_engines(|house: Arc<House>| async move {
        let it = start(&house.visitor().await, "hello").await;
        let other = start(&house.visitor().await, "another's").await;
        let conversation = it.id.parse::<ConversationId>().unwrap();
        let contact = it.contact_id.parse::<ContactId>().unwrap();
        let others_contact = other.contact_id.parse::<ContactId>().unwrap();
        let now = house.host.clock.now();
        let good = ResumeLink::from_now(house.workspace, (conversation, contact), now);
        let links = ResumeLinks(house.links.clone());
        house.open_session(Proof::ResumeLink(links.seal(good))).await.unwrap();
        let unknown = ConversationId::from_uuid(house.host.ids.next());
        let token = links.seal(good);
        let changed = |at: usize| {
            let mut bytes = token.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            String::from_utf8(bytes).unwrap()
        };
        for (what, dead) in [
            ("its beginning changed", changed(0)),
            ("its middle changed", changed(token.len() / 2)),
            ("cut short", token[..token.len() - 4].to_owned()),
            ("nonsense", "nonsense".to_owned()),
            ("of another key", ResumeLinks(Links::new([8; 32], None)).seal(good)),
            ("of another purpose", house.links.seal("unsubscribe", &good.to_bytes())),
            ("too old", links.seal(ResumeLink { expires_at: now.as_second(), ..good })),
            ("of another workspace", links.seal(ResumeLink { workspace: house.nowhere(), ..good })),
            ("of another contact", links.seal(ResumeLink { contact: others_contact, ..good })),
            ("of no conversation", links.seal(ResumeLink { conversation: unknown, ..good })),
        ] {
            let refused = house.open_session(Proof::ResumeLink(dead)).await.unwrap_err();
            assert_eq!(reason_of(&refused), Some(ErrorReason::Unauthenticated), "{what}");
        }
        for bad in [String::new(), "a b".to_owned(), "A".repeat(513)] {
            let refused = house.open_session(Proof::ResumeLink(bad)).await.unwrap_err();
            assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidFields));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_came_by_a_link_cannot_say_where_else_a_known_contact_is_reached() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let it = start(&visitor, "hello").await;
        leave_email(visitor, ADDRESS).await.unwrap();
        let by_link = resumed(&house, &it.id).await;
        let refused = leave_email(by_link.clone(), "mallory@example.org").await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::PermissionDenied));
        assert!(!refused.message().contains('@'));
        leave_email(by_link.clone(), ADDRESS).await.unwrap();
        let refused = ask(&by_link, &it.id, "mallory@example.org").await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::PermissionDenied));
        assert_eq!(get(&house, &it.id).await.control(), wire::Control::Ai, "nothing came of it");
        let asked = ask(&by_link, &it.id, ADDRESS).await.unwrap();
        assert_eq!(asked.control(), wire::Control::Waiting, "the address that is known is none of another");
        let refused = ask(&by_link, &it.id, "mallory@example.org").await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::PermissionDenied), "also while it waits");
        assert_eq!(ask(&by_link, &it.id, "").await.unwrap().control(), wire::Control::Waiting);
        assert_eq!(contact(house.program(), &it.contact_id).await.unwrap().email, ADDRESS);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_left_by_a_link_promises_an_answer_in_that_conversation_only() {
    on_both_engines(|house: Arc<House>| async move {
        let (visitor, program) = (house.visitor().await, house.program());
        let it = start(&visitor, "hello").await;
        let reference = wire::contact_reference::Reference::ContactId(it.contact_id.clone());
        let elsewhere = wire::StartConversationRequest {
            assistant_id: house.another_assistant().await,
            contact: Some(wire::ContactReference { reference: Some(reference) }),
            ..opening("with another assistant", &house.client_id())
        };
        let mut conversations = ConversationServiceClient::new(program.clone());
        let other = conversations.start_conversation(elsewhere).await.unwrap().into_inner();
        let other = other.conversation.unwrap().id;
        overdue(&house, &visitor, &it.id).await;
        overdue(&house, &program, &other).await;
        leave_email(resumed(&house, &it.id).await, ADDRESS).await.unwrap();
        assert_eq!(contact(program.clone(), &it.contact_id).await.unwrap().email, ADDRESS);
        let promised = |it: wire::Conversation| it.handoff.unwrap().fallback_promised_time.is_some();
        assert!(promised(get(&house, &it.id).await));
        assert!(!promised(get(&house, &other).await));
        leave_email(visitor, ADDRESS).await.unwrap();
        assert!(promised(get(&house, &other).await), "the contact themselves may");
    })
    .await;
}
