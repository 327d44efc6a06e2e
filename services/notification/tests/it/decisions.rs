//! What becomes of mails to members that are due.

use baton_proto::notification::v1::{
    LedgerDecision as D, LedgerReason as R, ListNoticesRequest, MarkNoticesReadRequest,
    NotificationKind as K, Preference, SetPreferencesRequest,
};

use crate::{conversation::By, house::House};

const AT_ONCE: &[(&str, &str)] = &[("DELAY", "50ms"), ("WINDOW", "15m")];

#[tokio::test(flavor = "multi_thread")]
async fn within_the_window_a_member_gets_no_second_mail_about_a_conversation() {
    let house = House::on_sqlite(AT_ONCE).await;
    let ada = house.hire("Ada").await;
    let conversation = house.conversation.start(house.workspace).await;
    house.conversation.request(conversation, None).await;
    house.until_decided(D::Sent, R::Due, 1).await;
    house.conversation.assign(conversation, ada, By::System).await;
    house.until_decided(D::Merged, R::Window, 1).await;
    assert_eq!(house.post.given().len(), 1);
    assert_eq!(house.notices(ada).await.notices.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_was_read_needs_no_mail() {
    let house = House::on_sqlite(&[("DELAY", "3s")]).await;
    let ada = house.hire("Ada").await;
    let conversation = house.conversation.start(house.workspace).await;
    house.conversation.request(conversation, None).await;
    house.until_heard().await;
    assert_eq!(house.decided().await, [(K::HandoffRequested, D::Delayed, R::ReadFirst)]);
    let marked = house.member(ada).mark_notices_read(MarkNoticesReadRequest::default()).await.unwrap();
    assert_eq!(marked.into_inner().unread_count, 0);
    let unread = ListNoticesRequest { unread_only: true, ..ListNoticesRequest::default() };
    assert!(house.member(ada).list_notices(unread).await.unwrap().into_inner().notices.is_empty());
    house.until_decided(D::Dropped, R::Read, 1).await;
    assert!(house.post.given().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_that_was_read_on_needs_no_mail() {
    let house = House::on_sqlite(AT_ONCE).await;
    let ada = house.hire("Ada").await;
    let conversation = house.conversation.start(house.workspace).await;
    let reader = crate::house::id("mem", ada);
    house
        .conversation
        .edit(conversation, |talk| {
            talk.member_read.insert(reader, 2);
        })
        .await;
    house.conversation.request(conversation, None).await;
    house.until_decided(D::Dropped, R::Read, 1).await;
    assert!(house.post.given().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_meanwhile_is_not_mailed() {
    let house = House::on_sqlite(&[("DELAY", "2s")]).await;
    let (ada, _) = (house.hire("Ada").await, house.hire("Ben").await);
    let conversation = house.conversation.start(house.workspace).await;
    house.conversation.request(conversation, None).await;
    house.conversation.take(conversation, ada).await;
    house.until_decided(D::Dropped, R::Overtaken, 2).await;
    assert!(house.post.given().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_member_switched_off_is_neither_mailed_nor_noticed() {
    let house = House::on_sqlite(AT_ONCE).await;
    let ada = house.hire("Ada").await;
    let off = Preference { kind: K::HandoffRequested.into(), email: false, in_app: false };
    let request = SetPreferencesRequest { preferences: vec![off] };
    let set = house.preferences(ada).set_preferences(request).await.unwrap().into_inner();
    assert_eq!(set.preferences.len(), 4);
    let conversation = house.conversation.start(house.workspace).await;
    house.conversation.request(conversation, None).await;
    house.until_decided(D::Dropped, R::SwitchedOff, 1).await;
    assert!(house.notices(ada).await.notices.is_empty());
    assert!(house.post.given().is_empty());
    let ledger = house.ledger().await;
    assert!(ledger.iter().any(|entry| entry.message_id.is_empty() && entry.reason() == R::SwitchedOff));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_answer_is_noticed_and_mailed_only_to_who_wants_it() {
    let house = House::on_sqlite(AT_ONCE).await;
    let (ada, ben) = (house.hire("Ada").await, house.hire("Ben").await);
    let on = Preference { kind: K::ReplyOverdue.into(), email: true, in_app: true };
    let request = SetPreferencesRequest { preferences: vec![on] };
    house.preferences(ben).set_preferences(request).await.unwrap();
    for member in [ada, ben] {
        let conversation = house.conversation.start(house.workspace).await;
        house.conversation.take(conversation, member).await;
        house.conversation.overdue(conversation).await;
    }
    house.until_decided(D::Sent, R::Due, 1).await;
    house.until_decided(D::Dropped, R::SwitchedOff, 1).await;
    for member in [ada, ben] {
        assert_eq!(house.notices(member).await.notices[0].kind(), K::ReplyOverdue);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_removed_meanwhile_is_not_mailed() {
    let house = House::on_sqlite(&[("DELAY", "2s")]).await;
    let ada = house.hire("Ada").await;
    let conversation = house.conversation.start(house.workspace).await;
    house.conversation.request(conversation, None).await;
    house.until_heard().await;
    house.member_changes(ada, "Ada", 2, false).await;
    house.until_decided(D::Dropped, R::NotEligible, 1).await;
    assert!(house.post.given().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn with_mails_off_everything_is_dropped_and_notices_come() {
    let house = House::on_sqlite(&[("DELAY", "50ms"), ("TRANSPORT", "off")]).await;
    let ada = house.hire("Ada").await;
    let conversation = house.conversation.start(house.workspace).await;
    house.conversation.request(conversation, None).await;
    house.until_decided(D::Dropped, R::SwitchedOff, 1).await;
    assert_eq!(house.notices(ada).await.notices.len(), 1);
}
