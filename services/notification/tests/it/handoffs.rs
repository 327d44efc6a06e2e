//! Somebody is needed, or somebody was given something: who is told, and how often.

use baton_proto::notification::v1::{LedgerDecision as D, LedgerReason as R, NotificationKind as K};

use crate::{
    conversation::By,
    house::{House, id},
    post::header,
};

const AT_ONCE: &[(&str, &str)] = &[("DELAY", "50ms"), ("WINDOW", "15m")];

/// Facts come five times each, and notification dies and begins again in between: one mail and one notice a member.
async fn g_h2(mut house: House) {
    let members = [house.hire("Ada").await, house.hire("Ben").await, house.hire("Cyd").await];
    let conversation = house.conversation.start(house.workspace).await;
    house.conversation.request(conversation, None).await;
    for _ in 0..2 {
        house.conversation.repeat_all().await;
    }
    house.kill();
    house.conversation.repeat_all().await;
    house.start().await;
    house.until_decided(D::Sent, R::Due, 3).await;
    house.conversation.repeat_all().await;
    house.until_heard().await;
    house.kill();
    house.start().await;
    // What comes after everything else was looked at.
    house.conversation.assign(conversation, members[0], By::System).await;
    house.until_decided(D::Merged, R::Window, 1).await;
    let mut to: Vec<String> = house.post.taken().iter().filter_map(|mail| header(mail, "To")).collect();
    to.sort();
    assert_eq!(to.len(), 3, "{to:?}");
    assert!(to[0].contains("ada@example.org") && to[2].contains("cyd@example.org"), "{to:?}");
    for member in members {
        let notices = house.notices(member).await;
        let asked = notices.notices.iter().filter(|it| it.kind() == K::HandoffRequested).count();
        assert_eq!(asked, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g_h2_a_handoff_is_one_mail_and_one_notice_a_member_on_sqlite() {
    g_h2(House::on_sqlite(AT_ONCE).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g_h2_a_handoff_is_one_mail_and_one_notice_a_member_on_postgres() {
    if let Some(house) = House::on_postgres(AT_ONCE).await {
        g_h2(house).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handoff_of_a_team_is_told_to_that_team_only() {
    let house = House::on_sqlite(AT_ONCE).await;
    let (ada, ben) = (house.hire("Ada").await, house.hire("Ben").await);
    let team = house.form_team(&[ben]).await;
    let conversation = house.conversation.start(house.workspace).await;
    house.conversation.request(conversation, Some(team)).await;
    house.until_decided(D::Sent, R::Due, 1).await;
    assert_eq!(house.notices(ada).await.notices.len(), 0);
    let told = house.notices(ben).await;
    assert_eq!((told.notices.len(), told.unread_count), (1, 1));
    assert_eq!(told.notices[0].conversation_id, id("conv", conversation));
    let mails = house.post.taken();
    assert_eq!(mails.len(), 1);
    assert!(header(&mails[0], "To").unwrap().contains("ben@example.org"), "{}", mails[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_is_told_of_what_others_gave_them_and_not_of_what_they_took() {
    let house = House::on_sqlite(AT_ONCE).await;
    let (ada, ben) = (house.hire("Ada").await, house.hire("Ben").await);
    let taken = house.conversation.start(house.workspace).await;
    house.conversation.take(taken, ada).await;
    let given = house.conversation.start(house.workspace).await;
    house.conversation.assign(given, ada, By::Member(ben)).await;
    house.until_decided(D::Sent, R::Due, 1).await;
    let notices = house.notices(ada).await.notices;
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert_eq!((notices[0].kind(), notices[0].conversation_id.clone()), (K::AssignedToMe, id("conv", given)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_is_told_of_what_it_was_given_but_not_whoever_gave_it() {
    let house = House::on_sqlite(AT_ONCE).await;
    let (ada, ben) = (house.hire("Ada").await, house.hire("Ben").await);
    let team = house.form_team(&[ada, ben]).await;
    let conversation = house.conversation.start(house.workspace).await;
    house.conversation.set_team(conversation, team, By::Member(ada)).await;
    house.until_decided(D::Sent, R::Due, 1).await;
    assert_eq!(house.notices(ada).await.notices.len(), 0);
    assert_eq!(house.notices(ben).await.notices[0].kind(), K::AssignedToMyTeam);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_in_names_reaches_no_header_but_its_own() {
    let house = House::on_sqlite(AT_ONCE).await;
    house.hire("Ada\r\nBcc: spy@evil.example").await;
    let conversation = house.conversation.start(house.workspace).await;
    house
        .conversation
        .edit(conversation, |talk| {
            talk.contact_name = "Eve\r\nBcc: x@y.example\0".to_owned() + &"n".repeat(10_000);
        })
        .await;
    house.conversation.request(conversation, None).await;
    house.until_decided(D::Sent, R::Due, 1).await;
    let mail = house.post.taken().remove(0);
    assert_eq!(header(&mail, "Bcc"), None, "{mail}");
    assert!(header(&mail, "Message-ID").unwrap().contains("@desk.example.org>"), "{mail}");
}
