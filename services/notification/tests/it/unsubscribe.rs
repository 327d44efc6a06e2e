//! The link in a mail ends mails of its kind to its reader, and nothing else.

use baton_kit::door::refusal::reason_of;
use baton_proto::{
    common::v1::ErrorReason,
    internal::notification::v1::{DescribeUnsubscribeRequest, UnsubscribeRequest},
    notification::v1::{
        GetPreferencesRequest, LedgerDecision as D, LedgerReason as R, NotificationKind as K,
        SetPreferencesRequest,
    },
};
use uuid::Uuid;

use crate::{house::House, post::header};

const AT_ONCE: &[(&str, &str)] = &[("DELAY", "50ms"), ("VISITOR_DELAY", "50ms"), ("WINDOW", "0s")];

fn token(mail: &str) -> String {
    let link = header(mail, "List-Unsubscribe").unwrap();
    let link = link.trim_matches(['<', '>']);
    link.strip_prefix("https://desk.example.org/unsubscribe/").unwrap().to_owned()
}

async fn ask(house: &House) -> Uuid {
    let conversation = house.conversation.start(house.workspace).await;
    house.conversation.request(conversation, None).await;
    conversation
}

#[tokio::test(flavor = "multi_thread")]
async fn g_n4_s_70_s_71_looking_changes_nothing_and_asking_ends_this_kind_for_this_member() {
    let house = House::on_sqlite(AT_ONCE).await;
    let (ada, ben) = (house.hire("Ada").await, house.hire("Ben").await);
    ask(&house).await;
    house.until_decided(D::Sent, R::Due, 2).await;
    let mails = house.post.taken();
    let mine = mails.iter().find(|mail| header(mail, "To").unwrap().contains("ada@")).unwrap();
    let token = token(mine);
    let mut edge = house.edge();
    let described = edge.describe_unsubscribe(DescribeUnsubscribeRequest { token: token.clone() }).await;
    let page = described.unwrap().into_inner().page.unwrap();
    assert!(!page.title.is_empty() && !page.button.is_empty() && page.language == "en", "{page:?}");
    assert_eq!(house.counted("unsubscribed").await, 0);
    for _ in 0..2 {
        house.edge().unsubscribe(UnsubscribeRequest { token: token.clone() }).await.unwrap();
    }
    assert_eq!(house.counted("unsubscribed").await, 1);
    ask(&house).await;
    house.until_decided(D::Dropped, R::Unsubscribed, 1).await;
    house.until_decided(D::Sent, R::Due, 3).await;
    let wanted = |member| {
        let mut client = house.preferences(member);
        async move { client.get_preferences(GetPreferencesRequest {}).await.unwrap().into_inner().preferences }
    };
    let off = |wanted: Vec<baton_proto::notification::v1::Preference>| {
        wanted.into_iter().filter(|one| !one.email).map(|one| one.kind()).collect::<Vec<_>>()
    };
    assert_eq!(off(wanted(ada).await), [K::HandoffRequested, K::ReplyOverdue]);
    assert_eq!(off(wanted(ben).await), [K::ReplyOverdue]);
    house.preferences(ada).set_preferences(SetPreferencesRequest::default()).await.unwrap();
    assert_eq!(off(wanted(ada).await), [K::ReplyOverdue]);
}

#[tokio::test(flavor = "multi_thread")]
async fn g_n4_s_71_a_changed_link_is_no_link() {
    let house = House::on_sqlite(AT_ONCE).await;
    house.hire("Ada").await;
    ask(&house).await;
    house.until_decided(D::Sent, R::Due, 1).await;
    let good = token(&house.post.taken()[0]);
    for at in [0, good.len() / 2, good.len() - 1] {
        let mut bytes = good.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let token = String::from_utf8(bytes).unwrap();
        let refused =
            house.edge().unsubscribe(UnsubscribeRequest { token: token.clone() }).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::NotFound));
        let refused = house.edge().describe_unsubscribe(DescribeUnsubscribeRequest { token }).await;
        assert_eq!(reason_of(&refused.unwrap_err()), Some(ErrorReason::NotFound));
    }
    assert_eq!(house.counted("unsubscribed").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn g_n4_a_visitor_may_end_mails_too() {
    let house = House::on_sqlite(AT_ONCE).await;
    let conversation = house.conversation.start(house.workspace).await;
    house.conversation.answer(conversation, house.new_id(), "hello").await;
    house.until_decided(D::Sent, R::Due, 1).await;
    let token = token(&house.post.taken()[0]);
    house.edge().unsubscribe(UnsubscribeRequest { token }).await.unwrap();
    house.conversation.answer(conversation, house.new_id(), "are you there?").await;
    house.until_decided(D::Dropped, R::Unsubscribed, 1).await;
    assert_eq!(house.post.given().len(), 1);
}
