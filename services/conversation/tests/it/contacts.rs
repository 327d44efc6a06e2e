//! Contacts: known to the staff, changed by one at a time, reached where they said.

use std::{sync::Arc, time::Duration};

use baton_kit::{
    data::Engine,
    door::{
        peer::Line,
        principal::Kind,
        refusal::{metadata_of, reason_of},
    },
    life::clock::timeout,
};
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::{
        self as wire, contact_service_client::ContactServiceClient,
        conversation_service_client::ConversationServiceClient, feed_service_client::FeedServiceClient,
        handoff_service_client::HandoffServiceClient,
    },
    internal::conversation::v1::{SetPromiseRequest, assignment_service_client::AssignmentServiceClient},
};
use tonic_types::StatusExt as _;

use crate::house::{House, PATIENCE, on_both_engines, start};

const ADDRESS: &str = "ada.lovelace@example.org";

pub async fn get(line: Line, contact: &str) -> Result<wire::Contact, tonic::Status> {
    let request = wire::GetContactRequest { contact_id: contact.into() };
    Ok(ContactServiceClient::new(line).get_contact(request).await?.into_inner().contact.unwrap())
}

async fn conversation(house: &House, id: &str) -> wire::Conversation {
    let request = wire::GetConversationRequest { conversation_id: id.into() };
    let found = ConversationServiceClient::new(house.program()).get_conversation(request).await.unwrap();
    found.into_inner().conversation.unwrap()
}

fn update(it: &wire::Contact, paths: &[&str]) -> wire::UpdateContactRequest {
    wire::UpdateContactRequest {
        contact_id: it.id.clone(),
        contact: Some(it.clone()),
        update_mask: Some(prost_types::FieldMask {
            paths: paths.iter().map(|path| (*path).to_owned()).collect(),
        }),
        etag: it.etag.clone(),
    }
}

async fn change(line: Line, request: wire::UpdateContactRequest) -> Result<wire::Contact, tonic::Status> {
    Ok(ContactServiceClient::new(line).update_contact(request).await?.into_inner().contact.unwrap())
}

pub async fn leave_email(line: Line, email: &str) -> Result<(), tonic::Status> {
    let request = wire::LeaveEmailRequest { email: email.into() };
    ContactServiceClient::new(line).leave_email(request).await.map(drop)
}

fn violations(status: &tonic::Status) -> Vec<String> {
    assert_eq!(reason_of(status), Some(ErrorReason::InvalidFields), "{status:?}");
    let listed = status.get_details_bad_request().unwrap().field_violations;
    listed.into_iter().map(|violation| violation.field).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_of_a_contact_is_changed_by_name_and_by_one_at_a_time() {
    on_both_engines(|house: Arc<House>| async move {
        let it = start(&house.visitor().await, "hello").await;
        let fresh = get(house.program(), &it.contact_id).await.unwrap();
        assert_eq!((fresh.display_name.as_str(), fresh.email.as_str()), ("", ""));
        let named = wire::Contact { display_name: " Ada ".into(), email: ADDRESS.into(), ..fresh.clone() };
        let first = change(house.program(), update(&named, &["display_name"])).await.unwrap();
        assert_eq!((first.display_name.as_str(), first.email.as_str()), ("Ada", ""));
        assert_eq!((&first.id, first.create_time), (&fresh.id, fresh.create_time));
        let stale = change(house.program(), update(&named, &["email"])).await.unwrap_err();
        assert_eq!(reason_of(&stale), Some(ErrorReason::StaleEtag));
        assert_eq!(metadata_of(&stale).get("etag"), Some(&first.etag));
        assert!(!stale.message().contains('@'));
        let same = change(house.program(), update(&first, &["display_name", "email"])).await.unwrap();
        assert_eq!(same, first, "what is so already stays as it is");
        let reached = wire::Contact { email: ADDRESS.into(), ..first };
        let both = change(house.program(), update(&reached, &["email"])).await.unwrap();
        assert_eq!((both.display_name.as_str(), both.email.as_str()), ("Ada", ADDRESS));
        assert_eq!(get(house.program(), &both.id).await.unwrap(), both);
        let cleared = wire::Contact { display_name: String::new(), email: String::new(), ..both };
        let cleared = change(house.program(), update(&cleared, &["email", "display_name"])).await.unwrap();
        assert_eq!((cleared.display_name.as_str(), cleared.email.as_str()), ("", ""));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_changes_at_once_one_wins() {
    on_both_engines(|house: Arc<House>| async move {
        let it = start(&house.visitor().await, "hello").await;
        let fresh = get(house.program(), &it.contact_id).await.unwrap();
        let changing = (0..8).map(|number| {
            let named = wire::Contact { display_name: format!("Ada {number}"), ..fresh.clone() };
            let house = house.clone();
            tokio::spawn(async move { change(house.program(), update(&named, &["display_name"])).await })
        });
        let outcomes = futures::future::join_all(changing).await;
        let won = outcomes.iter().filter(|outcome| outcome.as_ref().unwrap().is_ok()).count();
        assert_eq!(won, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_are_listed_newest_first_page_by_page() {
    on_both_engines(|house: Arc<House>| async move {
        for _ in 0..6 {
            house.visitor().await;
        }
        let mut contacts = ContactServiceClient::new(house.program());
        let whole = contacts.list_contacts(wire::ListContactsRequest::default()).await.unwrap().into_inner();
        assert!(whole.contacts.len() >= 6 && whole.next_page_token.is_empty());
        let time = |it: &wire::Contact| it.create_time.map(|time| (time.seconds, time.nanos));
        assert!(whole.contacts.is_sorted_by(|one, next| time(one) >= time(next)));
        let (mut paged, mut page_token) = (Vec::new(), String::new());
        loop {
            let request = wire::ListContactsRequest { page_size: 2, page_token };
            let page = contacts.list_contacts(request).await.unwrap().into_inner();
            assert!(page.contacts.len() <= 2);
            paged.extend(page.contacts);
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        assert_eq!(paged, whole.contacts);
        let negative = wire::ListContactsRequest { page_size: -1, page_token: String::new() };
        assert_eq!(violations(&contacts.list_contacts(negative).await.unwrap_err()), ["page_size"]);
        let forged = wire::ListContactsRequest { page_size: 2, page_token: "forged".into() };
        let forged = contacts.list_contacts(forged).await.unwrap_err();
        assert_eq!(reason_of(&forged), Some(ErrorReason::InvalidToken));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_are_their_workspaces_and_the_staffs() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let it = start(&visitor, "hello").await;
        let foreign = house.principal(Kind::Member, house.host.ids.next(), house.nowhere());
        let refused = get(foreign.clone(), &it.contact_id).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::NotFound));
        let known = get(house.program(), &it.contact_id).await.unwrap();
        let refused = change(foreign.clone(), update(&known, &["email"])).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::NotFound));
        let mut contacts = ContactServiceClient::new(foreign);
        let none = contacts.list_contacts(wire::ListContactsRequest::default()).await.unwrap();
        assert!(none.into_inner().contacts.is_empty());
        let refused = get(visitor.clone(), &it.contact_id).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::PermissionDenied));
        let refused = leave_email(house.program(), ADDRESS).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::PermissionDenied));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_told_field_by_field_and_never_repeated() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let it = start(&visitor, "hello").await;
        let known = get(house.program(), &it.contact_id).await.unwrap();
        let bad = wire::Contact { display_name: "x".repeat(81), email: "a@b".into(), ..known.clone() };
        for (request, expected) in [
            (wire::UpdateContactRequest::default(), vec!["contact_id", "contact", "update_mask", "etag"]),
            (update(&known, &[]), vec!["update_mask"]),
            (update(&known, &["id"]), vec!["update_mask"]),
            (update(&bad, &["display_name"]), vec!["contact.display_name"]),
            (update(&bad, &["email"]), vec!["contact.email"]),
            (
                wire::UpdateContactRequest { etag: String::new(), ..update(&bad, &["email"]) },
                vec!["contact.email", "etag"],
            ),
        ] {
            assert_eq!(violations(&change(house.program(), request).await.unwrap_err()), expected);
        }
        assert_eq!(violations(&get(house.program(), "cont").await.unwrap_err()), ["contact_id"]);
        let long = format!("{}@example.org", "a".repeat(250));
        for address in ["", " ", "ada", "@", "a@b@c.io", "a b@c.io", "a@c.io\nBcc: b@c.io", "a@c.io\0", &long]
        {
            let refused = leave_email(visitor.clone(), address).await.unwrap_err();
            assert_eq!(violations(&refused), ["email"], "{address:?}");
            assert!(!format!("{refused:?}").contains("Bcc"), "an address was repeated");
        }
        assert_eq!(get(house.program(), &it.contact_id).await.unwrap(), known);
    })
    .await;
}

/// Asks for a person whom nobody will be in time for: waits until that is found out.
pub async fn overdue(house: &House, visitor: &Line, id: &str) -> wire::Conversation {
    let request = wire::RequestHandoffRequest { conversation_id: id.into(), ..Default::default() };
    let asked = HandoffServiceClient::new(visitor.clone()).request_handoff(request).await.unwrap();
    let asked = asked.into_inner().conversation.unwrap();
    let due = house.host.clock.now();
    let request = SetPromiseRequest {
        workspace_id: house.workspace.to_string(),
        conversation_id: id.into(),
        handoff_id: asked.handoff.unwrap().id,
        promise: Some(wire::ReplyPromise { text: "soon".into(), ..Default::default() }),
        due_time: Some(prost_types::Timestamp { seconds: due.as_second(), nanos: due.subsec_nanosecond() }),
    };
    AssignmentServiceClient::new(house.routing()).set_promise(request).await.unwrap();
    let alarmed = timeout(&house.host.clock, PATIENCE, async {
        loop {
            let it = conversation(house, id).await;
            if it.handoff.as_ref().unwrap().alarmed_time.is_some() {
                return it;
            }
            house.host.clock.sleep(Duration::from_millis(20)).await;
        }
    });
    alarmed.await.expect("nobody was told, which is an alarm")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handoff_nobody_took_is_promised_by_mail_once_an_address_is_left() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let it = start(&visitor, "hello").await;
        let alarmed = overdue(&house, &visitor, &it.id).await;
        assert_eq!(alarmed.handoff.as_ref().unwrap().fallback_promised_time, None);
        leave_email(visitor.clone(), &format!(" {ADDRESS} ")).await.unwrap();
        let promised = conversation(&house, &it.id).await;
        assert!(promised.handoff.as_ref().unwrap().fallback_promised_time.is_some());
        assert!(promised.needs_agent_intervention, "it stays to be taken");
        let request = wire::ListMessagesRequest { conversation_id: it.id.clone(), ..Default::default() };
        let thread = ConversationServiceClient::new(house.program()).list_messages(request).await.unwrap();
        let last = thread.into_inner().messages.pop().unwrap();
        assert_eq!(last.system_notice(), wire::SystemNotice::AnswerByEmail);
        leave_email(visitor, ADDRESS).await.unwrap();
        assert_eq!(conversation(&house, &it.id).await.last_sequence, promised.last_sequence, "promised once");
        assert_eq!(get(house.program(), &it.contact_id).await.unwrap().email, ADDRESS);
    })
    .await;
}

/// While it lasts, no promise of an answer by mail can be stored.
async fn break_promises(house: &House) {
    house
        .execute(match house.engine() {
            Engine::Sqlite => {
                "CREATE TRIGGER no_promise BEFORE INSERT ON messages WHEN NEW.notice = 7 \
                 BEGIN SELECT RAISE(ABORT, 'no promise'); END"
            }
            Engine::Postgres => {
                "ALTER TABLE messages ADD CONSTRAINT no_promise CHECK (notice IS DISTINCT FROM 7) NOT VALID"
            }
        })
        .await;
}

async fn mend_promises(house: &House) {
    house
        .execute(match house.engine() {
            Engine::Sqlite => "DROP TRIGGER no_promise",
            Engine::Postgres => "ALTER TABLE messages DROP CONSTRAINT no_promise",
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_and_the_promise_that_follows_from_it_are_kept_together_or_not_at_all() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let it = start(&visitor, "hello").await;
        overdue(&house, &visitor, &it.id).await;
        let known = get(house.program(), &it.contact_id).await.unwrap();
        let reached = wire::Contact { email: ADDRESS.into(), ..known.clone() };
        break_promises(&house).await;
        change(house.program(), update(&reached, &["email"])).await.unwrap_err();
        assert_eq!(get(house.program(), &it.contact_id).await.unwrap(), known, "half of it was kept");
        leave_email(visitor.clone(), ADDRESS).await.unwrap_err();
        assert_eq!(get(house.program(), &it.contact_id).await.unwrap(), known, "half of it was kept");
        mend_promises(&house).await;
        let after = change(house.program(), update(&reached, &["email"])).await.unwrap();
        assert_eq!(after.email, ADDRESS);
        let promised = conversation(&house, &it.id).await;
        assert!(promised.handoff.unwrap().fallback_promised_time.is_some());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_in_no_event() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let it = start(&visitor, "hello").await;
        let request = wire::RequestHandoffRequest { conversation_id: it.id.clone(), ..Default::default() };
        HandoffServiceClient::new(visitor.clone()).request_handoff(request).await.unwrap();
        leave_email(visitor, ADDRESS).await.unwrap();
        let known = get(house.program(), &it.contact_id).await.unwrap();
        let named = wire::Contact { display_name: "Ada Lovelace".into(), ..known };
        change(house.program(), update(&named, &["display_name"])).await.unwrap();
        let start = wire::feed_start::Start::Point(wire::FeedPoint::Earliest as i32);
        let request = wire::ListEventsRequest {
            start: Some(wire::FeedStart { start: Some(start) }),
            filter: None,
            page_size: 500,
        };
        let told = FeedServiceClient::new(house.program()).list_events(request).await.unwrap().into_inner();
        let told = format!("{:?}", told.events);
        assert!(!told.contains("Lovelace") && !told.contains("lovelace"), "{told}");
    })
    .await;
}
