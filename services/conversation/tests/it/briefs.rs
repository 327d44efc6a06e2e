//! Briefs: attached once a job, resting on the thread, read by the staff alone.

use std::sync::Arc;

use baton_kit::{
    door::{peer::Line, principal::Kind, refusal::reason_of},
    life::clock::timeout,
};
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::{
        self as wire, conversation_service_client::ConversationServiceClient, event::Subject,
        feed_service_client::FeedServiceClient, handoff_service_client::HandoffServiceClient,
    },
    internal::conversation::v1::{
        AttachBriefRequest, FeedTailRequest, feed_tail_response,
        feed_tail_service_client::FeedTailServiceClient,
        insight_sink_service_client::InsightSinkServiceClient,
    },
};
use tonic_types::StatusExt as _;

use crate::house::{House, PATIENCE, id, on_both_engines, start};

async fn ask_for_a_person(line: &Line, conversation: &str) -> wire::Conversation {
    let request = wire::RequestHandoffRequest { conversation_id: conversation.into(), ..Default::default() };
    let asked = HandoffServiceClient::new(line.clone()).request_handoff(request).await.unwrap();
    asked.into_inner().conversation.unwrap()
}

async fn get(line: Line, conversation: &str) -> wire::Conversation {
    let request = wire::GetConversationRequest { conversation_id: conversation.into() };
    let found = ConversationServiceClient::new(line).get_conversation(request).await.unwrap();
    found.into_inner().conversation.unwrap()
}

fn line(text: &str, sequences: &[i64]) -> wire::BriefLine {
    wire::BriefLine {
        kind: wire::BriefLineKind::Wish.into(),
        text: text.into(),
        sequences: sequences.to_vec(),
    }
}

fn findings(lines: Vec<wire::BriefLine>) -> wire::Brief {
    wire::Brief {
        engine: wire::BriefEngine::Extractive.into(),
        lines,
        sentiment: wire::Sentiment::Negative.into(),
        language: "pt-BR".into(),
        up_to_sequence: 1,
        ..Default::default()
    }
}

fn request(house: &House, it: &wire::Conversation, brief: wire::Brief) -> AttachBriefRequest {
    AttachBriefRequest {
        job_id: house.client_id(),
        workspace_id: house.workspace.to_string(),
        conversation_id: it.id.clone(),
        handoff_id: it.handoff.as_ref().unwrap().id.clone(),
        brief: Some(brief),
    }
}

async fn attach(house: &House, request: &AttachBriefRequest) -> Result<wire::Brief, tonic::Status> {
    let attached = InsightSinkServiceClient::new(house.ai()).attach_brief(request.clone()).await?;
    Ok(attached.into_inner().brief.unwrap())
}

/// The events of a conversation, once the feed has told of everything.
async fn events(house: &House, conversation: &str) -> Vec<wire::Event> {
    let revision = get(house.program(), conversation).await.revision;
    let start = wire::feed_start::Start::Point(wire::FeedPoint::Earliest as i32);
    let request = wire::ListEventsRequest {
        start: Some(wire::FeedStart { start: Some(start) }),
        filter: Some(wire::FeedFilter { conversation_id: conversation.into(), ..Default::default() }),
        page_size: 500,
    };
    let mut feed = FeedServiceClient::new(house.program());
    let whole = timeout(&house.host.clock, PATIENCE, async {
        loop {
            let page = feed.list_events(request.clone()).await.unwrap().into_inner().events;
            if page.last().is_some_and(|last| last.revision >= revision) {
                return page;
            }
            house.host.clock.sleep(std::time::Duration::from_millis(2)).await;
        }
    });
    whole.await.expect("the feed tells of everything")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brief_is_shown_with_its_conversation_but_not_in_lists_nor_to_the_visitor() {
    on_both_engines(|house: Arc<House>| async move {
        let ((member, _), visitor) = (house.member().await, house.visitor().await);
        let it = ask_for_a_person(&visitor, &start(&visitor, "a refund, please").await.id).await;
        assert_eq!(get(member.clone(), &it.id).await.brief, None);
        let brief =
            attach(&house, &request(&house, &it, findings(vec![line("a refund", &[1])]))).await.unwrap();
        assert_eq!(brief.handoff_id, it.handoff.as_ref().unwrap().id);
        assert_eq!(brief.lines, [line("a refund", &[1])]);
        let shown = get(member.clone(), &it.id).await;
        assert_eq!(shown.brief.as_ref(), Some(&brief));
        assert_eq!((shown.revision, shown.assignment_version), (brief.revision, it.assignment_version));
        let mut conversations = ConversationServiceClient::new(member.clone());
        let listed =
            conversations.list_conversations(wire::ListConversationsRequest::default()).await.unwrap();
        let listed = listed.into_inner().conversations;
        assert_eq!(listed.iter().find(|listed| listed.id == it.id).map(|it| it.brief.clone()), Some(None));
        assert_eq!(ask_for_a_person(&visitor, &it.id).await.brief, None);
        let take = wire::TakeOverRequest { conversation_id: it.id.clone(), expected_assignment_version: 0 };
        let taken = HandoffServiceClient::new(member).take_over(take).await.unwrap().into_inner();
        assert_eq!(taken.conversation.unwrap().brief, Some(brief));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_names_no_message_is_dropped() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let it = ask_for_a_person(&visitor, &start(&visitor, "hello").await.id).await;
        let told = vec![
            line("stands", &[1]),
            line("made up", &[it.last_sequence + 1]),
            line("rests on nothing", &[]),
            line("before the first", &[-3, 1]),
            line("stands too", &[1, it.last_sequence]),
        ];
        let findings = wire::Brief { up_to_sequence: i64::MAX, ..findings(told) };
        let brief = attach(&house, &request(&house, &it, findings)).await.unwrap();
        assert_eq!(brief.lines, [line("stands", &[1]), line("stands too", &[1, it.last_sequence])]);
        assert_eq!(brief.up_to_sequence, it.last_sequence);
        assert_eq!(get(house.program(), &it.id).await.brief, Some(brief));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_sent_again_gets_its_first_answer_whatever_came_since() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let it = ask_for_a_person(&visitor, &start(&visitor, "hello").await.id).await;
        let beyond = it.last_sequence + 1;
        let first = request(&house, &it, findings(vec![line("one", &[1]), line("not yet", &[beyond])]));
        let brief = attach(&house, &first).await.unwrap();
        let said = wire::PostMessageRequest {
            conversation_id: it.id.clone(),
            text: "and on".into(),
            client_message_id: house.client_id(),
            ..Default::default()
        };
        ConversationServiceClient::new(visitor).post_message(said).await.unwrap();
        let second = request(&house, &it, findings(vec![line("another", &[1])]));
        let newer = attach(&house, &second).await.unwrap();
        assert_ne!(newer.id, brief.id);
        assert_eq!(attach(&house, &first).await.unwrap(), brief);
        assert_eq!(get(house.program(), &it.id).await.brief, Some(newer));
        let other = AttachBriefRequest { brief: second.brief, ..first };
        let reused = attach(&house, &other).await.unwrap_err();
        assert_eq!(reason_of(&reused), Some(ErrorReason::RequestIdReused));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s_22_the_feed_tells_the_staff_of_a_brief_and_the_visitor_of_none() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let it = ask_for_a_person(&visitor, &start(&visitor, "hello").await.id).await;
        let mut tail = FeedTailServiceClient::new(house.gateway().lasting());
        let mut tail = tail.feed_tail(FeedTailRequest::default()).await.unwrap().into_inner();
        let brief = attach(&house, &request(&house, &it, findings(vec![line("one", &[1])]))).await.unwrap();
        let seen = timeout(&house.host.clock, PATIENCE, async {
            loop {
                let item = tail.message().await.unwrap().unwrap().item;
                let Some(feed_tail_response::Item::Event(event)) = item else { continue };
                let staff = event.staff.unwrap();
                if staff.kind() == wire::EventKind::BriefAttached {
                    return (staff.subject, event.visitor);
                }
            }
        });
        let seen = seen.await.expect("the tail gives the brief");
        assert_eq!(seen, (Some(Subject::Brief(brief.clone())), None));
        let newer = attach(&house, &request(&house, &it, findings(vec![line("two", &[1])]))).await.unwrap();
        let attached: Vec<_> = events(&house, &it.id)
            .await
            .into_iter()
            .filter(|event| event.kind() == wire::EventKind::BriefAttached)
            .map(|event| (event.revision, event.subject))
            .collect();
        // That a brief was attached stays told; its text went with the row that replaced it.
        let expected = [(brief.revision, None), (newer.revision, Some(Subject::Brief(newer.clone())))];
        assert_eq!(attached, expected);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brief_is_for_the_last_handoff_of_a_conversation_of_its_workspace() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let it = ask_for_a_person(&visitor, &start(&visitor, "hello").await.id).await;
        let sound = request(&house, &it, findings(vec![line("one", &[1])]));
        let other = id("hand", house.host.ids.next());
        for wrong in [
            AttachBriefRequest { handoff_id: other, ..sound.clone() },
            AttachBriefRequest { workspace_id: house.nowhere().to_string(), ..sound.clone() },
            AttachBriefRequest { conversation_id: id("conv", house.host.ids.next()), ..sound.clone() },
        ] {
            let refused = attach(&house, &wrong).await.unwrap_err();
            assert_eq!(reason_of(&refused), Some(ErrorReason::NotFound), "{wrong:?}");
        }
        let withdraw = wire::WithdrawHandoffRequest { conversation_id: it.id.clone() };
        HandoffServiceClient::new(visitor.clone()).withdraw_handoff(withdraw).await.unwrap();
        attach(&house, &sound).await.expect("the last handoff, though it is closed");
        ask_for_a_person(&visitor, &it.id).await;
        let late = AttachBriefRequest { job_id: house.client_id(), ..sound };
        assert_eq!(reason_of(&attach(&house, &late).await.unwrap_err()), Some(ErrorReason::NotFound));
        assert_eq!(get(house.program(), &it.id).await.brief, None, "the new handoff has none yet");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_model_may_say_is_bounded_and_only_the_assistants_service_may_say_it() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let it = ask_for_a_person(&visitor, &start(&visitor, "hello").await.id).await;
        let violations = |status: tonic::Status| -> Vec<String> {
            assert_eq!(reason_of(&status), Some(ErrorReason::InvalidFields), "{status:?}");
            let listed = status.get_details_bad_request().unwrap().field_violations;
            listed.into_iter().map(|violation| violation.field).collect()
        };
        let nine: Vec<i64> = (1..=9).collect();
        for (lines, field) in [
            (vec![line("x", &[1]); 21], "brief.lines"),
            (vec![line(&"x".repeat(1001), &[1])], "brief.lines.text"),
            (vec![line(" ", &[1])], "brief.lines.text"),
            (vec![line("x", &nine)], "brief.lines.sequences"),
            (vec![line("x", &[1, 1])], "brief.lines.sequences"),
            (vec![wire::BriefLine { kind: 77, ..line("x", &[1]) }], "brief.lines.kind"),
        ] {
            let refused = attach(&house, &request(&house, &it, findings(lines))).await.unwrap_err();
            assert_eq!(violations(refused), [field]);
        }
        let bad = wire::Brief {
            engine: 0,
            sentiment: 9,
            language: "en_<b>".into(),
            up_to_sequence: -1,
            ..findings(Vec::new())
        };
        let refused = attach(&house, &request(&house, &it, bad)).await.unwrap_err();
        let all = ["brief.engine", "brief.sentiment", "brief.language", "brief.up_to_sequence"];
        assert_eq!(violations(refused), all);
        let empty = attach(&house, &AttachBriefRequest::default()).await.unwrap_err();
        assert_eq!(violations(empty), ["job_id", "workspace_id", "conversation_id", "handoff_id", "brief"]);
        let sound = request(&house, &it, findings(vec![line("one", &[1])]));
        let member = house.principal(Kind::Member, house.host.ids.next(), house.workspace);
        for line in [visitor, member, house.program(), house.routing(), house.gateway()] {
            let refused = InsightSinkServiceClient::new(line).attach_brief(sound.clone()).await.unwrap_err();
            assert_eq!(reason_of(&refused), Some(ErrorReason::PermissionDenied));
        }
        assert_eq!(get(house.program(), &it.id).await.brief, None);
    })
    .await;
}
