//! Whatever is asked, the refusal says what is wrong and is never INTERNAL; strangers learn nothing; lists have no gap and no double.

use baton_kit::{
    door::{principal::Kind, principal::Scope, refusal::reason_of},
    life::ids::WorkspaceId,
};
use baton_proto::{
    common::v1::ErrorReason,
    internal::notification::v1::{
        DescribeUnsubscribeRequest, GetFiledMailRequest, ListFiledMailsRequest, NoticeTailRequest,
        NoticeTailResponse, edge_service_client::EdgeServiceClient,
    },
    notification::v1::{
        LedgerDecision as D, LedgerReason as R, ListLedgerRequest, ListNoticesRequest,
        MarkNoticesReadRequest, NotificationKind as K, Preference, SetPreferencesRequest,
        notification_service_client::NotificationServiceClient,
    },
};
use tonic::{Status, Streaming};
use uuid::Uuid;

use crate::house::{House, id};

fn reason(refused: Result<impl std::fmt::Debug, Status>) -> Option<ErrorReason> {
    reason_of(&refused.unwrap_err())
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_fields_are_named_and_never_internal() {
    let house = House::on_sqlite(&[]).await;
    let ada = house.new_id();
    let invalid = Some(ErrorReason::InvalidFields);
    for bad in ["x", "mem_", "conv_\0", &id("hand", ada), "💥"] {
        let ledger = ListLedgerRequest { conversation_id: bad.to_owned(), ..ListLedgerRequest::default() };
        assert_eq!(reason(house.member(ada).list_ledger(ledger).await), invalid, "{bad:?}");
        let read = MarkNoticesReadRequest { notice_ids: vec![bad.to_owned()] };
        assert_eq!(reason(house.member(ada).mark_notices_read(read).await), invalid, "{bad:?}");
        let list = ListNoticesRequest { page_token: bad.to_owned(), ..ListNoticesRequest::default() };
        let refused = reason(house.member(ada).list_notices(list).await);
        assert_eq!(refused, Some(ErrorReason::InvalidToken), "{bad:?}");
    }
    let negative = ListNoticesRequest { page_size: -1, ..ListNoticesRequest::default() };
    assert_eq!(reason(house.member(ada).list_notices(negative).await), invalid);
    let many = MarkNoticesReadRequest { notice_ids: vec![id("ntc", ada); 201] };
    assert_eq!(reason(house.member(ada).mark_notices_read(many).await), invalid);
    let one = |kind: i32| Preference { kind, email: true, in_app: true };
    for kinds in [vec![0], vec![99], vec![K::VisitorReply as i32], vec![1, 1], vec![1, 2, 3, 4, 1]] {
        let preferences = kinds.iter().copied().map(one).collect();
        let refused = house.preferences(ada).set_preferences(SetPreferencesRequest { preferences }).await;
        assert_eq!(reason(refused), invalid, "{kinds:?}");
    }
    let empty = DescribeUnsubscribeRequest { token: String::new() };
    assert_eq!(reason(house.edge().describe_unsubscribe(empty).await), invalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_edge_speaks_for_links_and_only_members_have_notices() {
    let house = House::on_sqlite(&[]).await;
    let denied = Some(ErrorReason::PermissionDenied);
    let line = |kind, scopes: &[Scope]| house.line(kind, Uuid::from_u128(1), scopes, house.workspace);
    let key = NotificationServiceClient::new(line(Kind::ApiKey, &[Scope::ConversationsRead]));
    assert_eq!(reason(key.clone().list_notices(ListNoticesRequest::default()).await), denied);
    assert!(key.clone().list_ledger(ListLedgerRequest::default()).await.is_ok());
    let mut without = NotificationServiceClient::new(line(Kind::Member, &[]));
    assert_eq!(reason(without.list_ledger(ListLedgerRequest::default()).await), denied);
    let mut visitor = NotificationServiceClient::new(line(Kind::Visitor, &[]));
    assert_eq!(reason(visitor.list_notices(ListNoticesRequest::default()).await), denied);
    let mut member = EdgeServiceClient::new(line(Kind::Member, Scope::ALL));
    assert_eq!(reason(member.list_filed_mails(ListFiledMailsRequest {}).await), denied);
    let mut nobody = EdgeServiceClient::new(house.nobody());
    let refused = reason(nobody.notice_tail(NoticeTailRequest {}).await.map(|_| ()));
    assert_eq!(refused, Some(ErrorReason::Unauthenticated));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_have_no_gap_and_no_double_and_stay_in_their_workspace() {
    let house = House::on_sqlite(&[("DELAY", "50ms"), ("WINDOW", "0s")]).await;
    let ada = house.hire("Ada").await;
    for _ in 0..7 {
        let conversation = house.conversation.start(house.workspace).await;
        house.conversation.request(conversation, None).await;
    }
    house.until_decided(D::Sent, R::Due, 7).await;
    let (mut seen, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListNoticesRequest { page_size: 3, page_token: page_token.clone(), unread_only: true };
        let page = house.member(ada).list_notices(request).await.unwrap().into_inner();
        assert_eq!(page.unread_count, 7);
        seen.extend(page.notices.into_iter().map(|notice| notice.id));
        if page.next_page_token.is_empty() {
            break;
        }
        page_token = page.next_page_token;
    }
    let distinct: std::collections::BTreeSet<_> = seen.iter().collect();
    assert_eq!((seen.len(), distinct.len()), (7, 7));
    let other = ListNoticesRequest { page_size: 3, page_token, unread_only: false };
    assert_eq!(reason(house.member(ada).list_notices(other).await), Some(ErrorReason::InvalidToken));
    let stranger =
        house.line(Kind::Member, ada, &[Scope::ConversationsRead], WorkspaceId::from_uuid(house.new_id()));
    let mut stranger = NotificationServiceClient::new(stranger);
    let listed = stranger.list_ledger(ListLedgerRequest::default()).await.unwrap().into_inner();
    assert!(listed.entries.is_empty());
    let all = MarkNoticesReadRequest { notice_ids: seen };
    stranger.mark_notices_read(all).await.unwrap();
    assert_eq!(house.notices(ada).await.unread_count, 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn new_notices_are_told_to_whoever_is_connected() {
    let house = House::on_sqlite(&[("DELAY", "1h")]).await;
    let ada = house.hire("Ada").await;
    let mut tail = house.edge_for_long().notice_tail(NoticeTailRequest {}).await.unwrap().into_inner();
    let alive = house.soon("a sign of life", tail.message()).await.unwrap().unwrap();
    assert!(alive.workspace_id.is_empty() && alive.notice.is_none());
    let conversation = house.conversation.start(house.workspace).await;
    house.conversation.request(conversation, None).await;
    let told = house.soon("a notice", tail.message()).await.unwrap().unwrap();
    assert_eq!((told.workspace_id, told.member_id), (house.workspace.to_string(), id("mem", ada)));
    let notice = told.notice.unwrap();
    assert_eq!((notice.kind(), notice.conversation_id), (K::HandoffRequested, id("conv", conversation)));
    assert_eq!(house.notices(ada).await.notices[0].id, notice.id);
}

/// Ada's notices come down this tail, of so many conversations.
async fn is_told(house: &House, tail: &mut Streaming<NoticeTailResponse>, ada: Uuid, conversations: usize) {
    let mut told = std::collections::BTreeSet::new();
    while told.len() < conversations {
        let item = house.soon("a notice", tail.message()).await.unwrap().unwrap();
        if item.member_id == id("mem", ada) {
            let notice = item.notice.unwrap();
            assert!(told.insert(notice.conversation_id), "told twice");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s_20_whoever_reads_the_tail_slowly_misses_nothing() {
    let house = House::on_sqlite(&[("DELAY", "1h")]).await;
    for n in 0..49 {
        house.member_changes(house.new_id(), &format!("Ben {n}"), 1, true).await;
    }
    let ada = house.hire("Ada").await;
    let mut tail = house.edge_for_long().notice_tail(NoticeTailRequest {}).await.unwrap().into_inner();
    assert!(house.soon("a sign of life", tail.message()).await.unwrap().is_some());
    for _ in 0..40 {
        let conversation = house.conversation.start(house.workspace).await;
        house.conversation.request(conversation, None).await;
    }
    house.until_heard().await;
    assert_eq!(house.notices(ada).await.unread_count, 40);
    is_told(&house, &mut tail, ada, 40).await;
}

/// Two whole processes over one PostgreSQL: one of them hears of the facts, and members follow the other.
#[tokio::test(flavor = "multi_thread")]
async fn s_20_a_notice_made_in_one_process_is_told_in_the_other_on_postgres() {
    let Some(mut house) = House::on_postgres(&[("DELAY", "1h")]).await else { return };
    let ada = house.hire("Ada").await;
    // The first one goes on beside it, and has the consumers.
    house.start().await;
    let mut tail = house.edge_for_long().notice_tail(NoticeTailRequest {}).await.unwrap().into_inner();
    assert!(house.soon("a sign of life", tail.message()).await.unwrap().is_some());
    for _ in 0..3 {
        let conversation = house.conversation.start(house.workspace).await;
        house.conversation.request(conversation, None).await;
    }
    is_told(&house, &mut tail, ada, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s_20_filed_mails_are_listed_of_their_workspace_and_nothing_else_of_the_disk_is() {
    let house = House::on_sqlite(&[("DELAY", "50ms"), ("TRANSPORT", "files")]).await;
    house.hire("Ada").await;
    let conversation = house.conversation.start(house.workspace).await;
    house.conversation.request(conversation, None).await;
    house.until_decided(D::Sent, R::Due, 1).await;
    let list = |workspace: WorkspaceId| {
        let (mut edge, request) = (house.edge(), House::about(workspace, ListFiledMailsRequest {}));
        async move { edge.list_filed_mails(request).await.unwrap().into_inner().mails }
    };
    let listed = list(house.workspace).await;
    assert_eq!(listed.len(), 1);
    assert!(listed[0].to.contains("ada@example.org"), "{listed:?}");
    let open_in = |workspace: WorkspaceId, name: &str| {
        let request = House::about(workspace, GetFiledMailRequest { name: name.to_owned() });
        let mut edge = house.edge();
        async move { edge.get_filed_mail(request).await.map(tonic::Response::into_inner) }
    };
    let open = |name: &str| open_in(house.workspace, name);
    let opened = open(&listed[0].name).await.unwrap();
    assert!(
        opened.text.contains("/inbox/c/conv_")
            && opened.html.contains('<')
            && opened.raw.contains("Message-ID")
    );
    std::fs::write(house.filed().join("secret.txt"), "secret").unwrap();
    for name in ["../mails", "..", ".", "/etc/passwd", "secret.txt", "%2e%2e", "a/b"] {
        assert_eq!(reason(open(name).await), Some(ErrorReason::NotFound), "{name}");
    }
    // In each of them stands a link that opens somebody's conversation: nobody reads those of another workspace.
    let other = WorkspaceId::from_uuid(house.new_id());
    assert!(list(other).await.is_empty());
    for name in [listed[0].name.clone(), format!("../{}/{}", house.workspace, listed[0].name)] {
        assert_eq!(reason(open_in(other, &name).await), Some(ErrorReason::NotFound), "{name}");
    }
    let denied = Some(ErrorReason::PermissionDenied);
    assert_eq!(reason(house.edge().list_filed_mails(ListFiledMailsRequest {}).await), denied);
    let named_nowhere = GetFiledMailRequest { name: listed[0].name.clone() };
    assert_eq!(reason(house.edge().get_filed_mail(named_nowhere).await), denied);
}
