//! What mails are written from: everything of one moment, for one reader, to one service.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use baton_kit::door::{peer::Line, refusal::reason_of};
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::{
        self as wire, contact_service_client::ContactServiceClient,
        conversation_service_client::ConversationServiceClient,
    },
    internal::conversation::v1::{
        AttachBriefRequest, GetCorrespondenceRequest, GetCorrespondenceResponse,
        correspondence_service_client::CorrespondenceServiceClient,
        insight_sink_service_client::InsightSinkServiceClient, open_session_request::Proof,
    },
};

use crate::{
    contacts::{get as contact, leave_email},
    house::{House, on_both_engines, start},
    machine::{get, take, waiting},
};

const ADDRESS: &str = "ada.lovelace@example.org";

async fn read(house: &House, id: &str, member: &str) -> Result<GetCorrespondenceResponse, tonic::Status> {
    let request = GetCorrespondenceRequest { conversation_id: id.into(), member_id: member.into() };
    let mut letters = CorrespondenceServiceClient::new(house.notification());
    Ok(letters.get_correspondence(house.named(request)).await?.into_inner())
}

async fn mark(line: &Line, id: &str, sequence: i64) {
    let request = wire::MarkReadRequest { conversation_id: id.into(), sequence };
    ConversationServiceClient::new(line.clone()).mark_read(request).await.unwrap();
}

async fn tell(house: &House, line: &Line, id: &str, text: &str) -> i64 {
    let request = wire::PostMessageRequest {
        conversation_id: id.into(),
        text: text.into(),
        client_message_id: house.client_id(),
        ..Default::default()
    };
    let posted = ConversationServiceClient::new(line.clone()).post_message(request).await.unwrap();
    posted.into_inner().message.unwrap().sequence
}

async fn brief(house: &House, it: &wire::Conversation, language: &str) {
    let line = wire::BriefLine {
        kind: wire::BriefLineKind::Wish.into(),
        text: "A person.".into(),
        sequences: vec![1],
    };
    let request = AttachBriefRequest {
        job_id: house.client_id(),
        workspace_id: house.workspace.to_string(),
        conversation_id: it.id.clone(),
        handoff_id: it.handoff.as_ref().unwrap().id.clone(),
        brief: Some(wire::Brief {
            engine: wire::BriefEngine::Extractive.into(),
            lines: vec![line],
            language: language.into(),
            up_to_sequence: 1,
            ..Default::default()
        }),
    };
    InsightSinkServiceClient::new(house.ai()).attach_brief(request).await.unwrap();
}

pub async fn call_ada(house: &House, contact_id: &str) {
    let known = contact(house.program(), contact_id).await.unwrap();
    let (etag, named) = (known.etag.clone(), wire::Contact { display_name: "Ada".into(), ..known });
    let request = wire::UpdateContactRequest {
        contact_id: contact_id.into(),
        contact: Some(named),
        update_mask: Some(prost_types::FieldMask { paths: vec!["display_name".into()] }),
        etag,
    };
    ContactServiceClient::new(house.program()).update_contact(request).await.unwrap();
}

fn unread(found: &GetCorrespondenceResponse) -> Vec<(i64, &str, &str)> {
    let line = |it: &baton_proto::internal::conversation::v1::UnreadMessage| it.sequence;
    assert!(found.unread.is_sorted_by(|one, next| line(one) < line(next)));
    found.unread.iter().map(|it| (it.sequence, it.author_name.as_str(), it.text.as_str())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_to_the_visitor_says_what_members_wrote_and_they_have_not_read() {
    on_both_engines(|house: Arc<House>| async move {
        let (dana, _) = house.member().await;
        let (visitor, it) = waiting(&house).await;
        brief(&house, &it, "de-DE").await;
        leave_email(visitor.clone(), ADDRESS).await.unwrap();
        call_ada(&house, &it.contact_id).await;
        take(&dana, &it.id).await.unwrap();
        let first = tell(&house, &dana, &it.id, "Hello Ada").await;
        let second = tell(&house, &dana, &it.id, "Is it **red**?").await;
        let found = read(&house, &it.id, "").await.unwrap();
        assert_eq!(unread(&found), [(first, "Dana", "Hello Ada"), (second, "Dana", "Is it **red**?")]);
        assert!(found.unread.iter().all(|it| it.create_time.is_some()));
        let said = (found.contact_name.as_str(), found.contact_email.as_str(), found.contact_id.as_str());
        assert_eq!(said, ("Ada", ADDRESS, it.contact_id.as_str()));
        let said = (found.assistant_name.as_str(), found.language.as_str(), found.read_sequence);
        assert_eq!(said, ("Robin", "de-DE", 1), "what they wrote themselves they have read");
        let staff = found.conversation.clone().unwrap();
        assert_eq!(staff.brief.as_ref().unwrap().lines.len(), 1);
        assert_eq!(
            wire::Conversation { brief: None, ..staff },
            wire::Conversation { brief: None, ..get(&house, &it.id).await }
        );
        let opened = house.open_session(Proof::ResumeLink(found.resume_link)).await.unwrap();
        assert_eq!((opened.conversation_id, opened.contact_id), (it.id.clone(), it.contact_id.clone()));
        mark(&visitor, &it.id, first).await;
        let found = read(&house, &it.id, "").await.unwrap();
        assert_eq!((unread(&found).len(), found.read_sequence), (1, first));
        for number in 0..25 {
            tell(&house, &dana, &it.id, &number.to_string()).await;
        }
        let found = read(&house, &it.id, "").await.unwrap();
        let last = found.conversation.as_ref().unwrap().last_sequence;
        let sequences: Vec<i64> = found.unread.iter().map(|it| it.sequence).collect();
        assert_eq!(sequences, (last - 19..=last).collect::<Vec<_>>(), "the newest twenty, oldest first");
        mark(&visitor, &it.id, last).await;
        assert!(read(&house, &it.id, "").await.unwrap().unread.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_to_a_member_says_what_the_visitor_wrote_and_they_have_not_read() {
    on_both_engines(|house: Arc<House>| async move {
        let ((dana, dana_id), (_, eve_id)) = (house.member().await, house.member_named("Eve").await);
        let (visitor, it) = waiting(&house).await;
        let found = read(&house, &it.id, &dana_id).await.unwrap();
        assert_eq!(unread(&found), [(1, "", "a person, please")]);
        assert_eq!((found.resume_link.as_str(), found.contact_email.as_str()), ("", ""));
        assert_eq!((found.language.as_str(), found.conversation.unwrap().brief), ("", None));
        call_ada(&house, &it.contact_id).await;
        mark(&dana, &it.id, 1).await;
        let asked = tell(&house, &visitor, &it.id, "anybody?").await;
        take(&dana, &it.id).await.unwrap();
        let found = read(&house, &it.id, &dana_id).await.unwrap();
        assert_eq!((unread(&found), found.read_sequence), (vec![(asked, "Ada", "anybody?")], 1));
        let found = read(&house, &it.id, &eve_id).await.unwrap();
        assert_eq!((unread(&found).len(), found.read_sequence), (2, 0), "each reads for themselves");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_answered_has_read_what_was_there_before_though_they_marked_nothing() {
    on_both_engines(|house: Arc<House>| async move {
        let ((dana, dana_id), (eve, eve_id)) = (house.member().await, house.member_named("Eve").await);
        let (visitor, it) = waiting(&house).await;
        let hello = tell(&house, &dana, &it.id, "Is it red?").await;
        let found = read(&house, &it.id, "").await.unwrap();
        assert_eq!((unread(&found), found.read_sequence), (vec![(hello, "Dana", "Is it red?")], 1));
        let answer = tell(&house, &visitor, &it.id, "it is").await;
        let found = read(&house, &it.id, "").await.unwrap();
        assert_eq!(
            (unread(&found), found.read_sequence),
            (vec![], answer),
            "no letter says what they answered"
        );
        assert_eq!(unread(&read(&house, &it.id, &dana_id).await.unwrap()), [(answer, "", "it is")]);
        let fine = tell(&house, &dana, &it.id, "Then it is ours").await;
        let found = read(&house, &it.id, &dana_id).await.unwrap();
        assert_eq!((unread(&found), found.read_sequence), (vec![], fine));
        let found = read(&house, &it.id, &eve_id).await.unwrap();
        assert_eq!((unread(&found).len(), found.read_sequence), (2, 0), "a colleague's word is not hers");
        mark(&eve, &it.id, fine).await;
        assert!(read(&house, &it.id, &eve_id).await.unwrap().unread.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_language_of_an_earlier_handoff_is_known_while_the_next_has_no_brief_yet() {
    on_both_engines(|house: Arc<House>| async move {
        let (dana, _) = house.member().await;
        let (visitor, it) = waiting(&house).await;
        brief(&house, &it, "fr").await;
        take(&dana, &it.id).await.unwrap();
        let request = wire::HandBackRequest { conversation_id: it.id.clone(), ..Default::default() };
        wire::handoff_service_client::HandoffServiceClient::new(dana).hand_back(request).await.unwrap();
        let again = crate::machine::ask(&visitor, &it.id, "").await.unwrap();
        assert_ne!(again.handoff.unwrap().id, it.handoff.unwrap().id);
        let found = read(&house, &it.id, "").await.unwrap();
        assert_eq!((found.language.as_str(), found.conversation.unwrap().brief), ("fr", None));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_are_written_by_one_service_in_the_workspace_it_names() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let it = start(&visitor, "hello").await;
        let ask = |conversation_id: &str| GetCorrespondenceRequest {
            conversation_id: conversation_id.into(),
            member_id: String::new(),
        };
        for line in [visitor, house.program(), house.gateway(), house.ai(), house.routing()] {
            let mut letters = CorrespondenceServiceClient::new(line);
            let refused = letters.get_correspondence(house.named(ask(&it.id))).await.unwrap_err();
            assert_eq!(reason_of(&refused), Some(ErrorReason::PermissionDenied));
        }
        let mut letters = CorrespondenceServiceClient::new(house.notification());
        let nowhere = letters.get_correspondence(ask(&it.id)).await.unwrap_err();
        assert_eq!(reason_of(&nowhere), Some(ErrorReason::PermissionDenied), "no workspace is named");
        let mut elsewhere = tonic::Request::new(ask(&it.id));
        let named = house.nowhere().to_string().parse().unwrap();
        elsewhere.metadata_mut().insert(baton_kit::door::access::WORKSPACE_HEADER, named);
        let refused = letters.get_correspondence(elsewhere).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::NotFound));
        let bad = GetCorrespondenceRequest { conversation_id: String::new(), member_id: "x".into() };
        let refused = letters.get_correspondence(house.named(bad)).await.unwrap_err();
        let fields = tonic_types::StatusExt::get_details_bad_request(&refused).unwrap().field_violations;
        let fields: Vec<String> = fields.into_iter().map(|violation| violation.field).collect();
        assert_eq!(fields, ["conversation_id", "member_id"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_a_letter_is_of_one_moment_however_fast_the_thread_moves() {
    on_both_engines(|house: Arc<House>| async move {
        let (dana, _) = house.member().await;
        let (visitor, it) = waiting(&house).await;
        let base = take(&dana, &it.id).await.unwrap().last_sequence;
        let over = Arc::new(AtomicBool::new(false));
        let (writer, done, id) = (house.clone(), Arc::clone(&over), it.id.clone());
        let writing = tokio::spawn(async move {
            for number in 0..120 {
                let last = tell(&writer, &dana, &id, "and on").await;
                if number % 3 == 0 {
                    mark(&visitor, &id, last).await;
                }
            }
            done.store(true, Ordering::SeqCst);
        });
        let mut letters = 0;
        loop {
            let is_last = over.load(Ordering::SeqCst);
            let found = match read(&house, &it.id, "").await {
                Ok(found) => found,
                Err(status) => {
                    // Said rather than a letter of two moments: who asks tries again.
                    assert_eq!(reason_of(&status), Some(ErrorReason::Unavailable));
                    continue;
                }
            };
            letters += 1;
            let last = found.conversation.as_ref().unwrap().last_sequence;
            let from = (found.read_sequence.max(base) + 1).max(last - 19);
            let sequences: Vec<i64> = found.unread.iter().map(|it| it.sequence).collect();
            assert_eq!(sequences, (from..=last).collect::<Vec<_>>(), "letter {letters}");
            if is_last {
                break;
            }
        }
        writing.await.unwrap();
        assert!(letters > 1);
    })
    .await;
}
