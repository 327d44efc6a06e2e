//! A mail server that is slow, says no, or dies in the middle; and a house that does.

use std::collections::BTreeSet;

use baton_proto::notification::v1::{LedgerDecision as D, LedgerReason as R};

use crate::{
    house::House,
    post::{Says, header},
};

/// A second of the house is this fraction of a real one.
const FACTOR: u32 = 20;
const AT_ONCE: &[(&str, &str)] = &[("DELAY", "1s"), ("SMTP__TIMEOUT", "20s"), ("LOOK_EVERY", "1s")];

async fn asked(house: &House) {
    house.hire("Ada").await;
    let conversation = house.conversation.start(house.workspace).await;
    house.conversation.request(conversation, None).await;
}

fn ids(mails: &[String]) -> BTreeSet<String> {
    mails.iter().filter_map(|mail| header(mail, "Message-ID")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn g_n1_what_is_refused_for_now_is_tried_again_as_the_same_mail() {
    let house = House::in_a_hurry(FACTOR, AT_ONCE).await;
    house.post.will_say(&[Says::No("451 greylisted"), Says::No("421 busy"), Says::Taken]);
    asked(&house).await;
    house.until_decided(D::Sent, R::Due, 1).await;
    let (given, taken) = (house.post.given(), house.post.taken());
    assert_eq!((given.len(), taken.len(), ids(&given).len()), (3, 1, 1), "{:?}", ids(&given));
    let failed: Vec<_> = house.ledger().await.into_iter().filter(|it| it.decision() == D::Failed).collect();
    assert_eq!(failed.iter().map(|it| it.attempt).collect::<Vec<_>>(), [1, 2]);
    assert!(failed.iter().all(|it| it.reason() == R::TryAgain));
    let named = format!("<{}>", failed[0].message_id);
    assert!(ids(&given).contains(&named), "{named} {:?}", ids(&given));
}

#[tokio::test(flavor = "multi_thread")]
async fn g_n1_what_is_refused_for_good_is_not_tried_again() {
    let house = House::in_a_hurry(FACTOR, AT_ONCE).await;
    house.post.will_say(&[Says::No("550 no such user")]);
    asked(&house).await;
    house.until_decided(D::Failed, R::Refused, 1).await;
    let conversation = house.conversation.start(house.workspace).await;
    house.conversation.request(conversation, None).await;
    house.until_decided(D::Sent, R::Due, 1).await;
    assert_eq!((house.post.given().len(), house.post.taken().len()), (2, 1));
    assert!(house.metrics().contains(r#"decision="failed""#), "{}", house.metrics());
}

#[tokio::test(flavor = "multi_thread")]
async fn g_n1_a_server_that_falls_silent_after_data_gets_the_same_mail_again() {
    let house = House::in_a_hurry(FACTOR, AT_ONCE).await;
    house.post.will_say(&[Says::TakenAndSilent, Says::Taken]);
    asked(&house).await;
    house.until_decided(D::Sent, R::Due, 1).await;
    let taken = house.post.taken();
    assert_eq!((taken.len(), ids(&taken).len()), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn g_n1_killed_after_the_mail_was_taken_it_goes_out_once_more_under_the_same_id_and_nothing_else_doubles()
 {
    let mut house = House::on_sqlite(&[("DELAY", "50ms")]).await;
    house.post.will_say(&[Says::TakenAndSilent]);
    asked(&house).await;
    house.soon("the mail is given", house.post.until_given(1)).await;
    house.kill();
    house.start().await;
    house.until_decided(D::Sent, R::Due, 1).await;
    house.conversation.repeat_all().await;
    house.until_heard().await;
    let taken = house.post.taken();
    assert_eq!((taken.len(), ids(&taken).len()), (2, 1));
    let sent = house.decided().await.iter().filter(|(_, decision, _)| *decision == D::Sent).count();
    assert_eq!(sent, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_given_up_after_its_time() {
    let patience = [("DELAY", "1s"), ("GIVE_UP_AFTER", "40s"), ("LOOK_EVERY", "1s")];
    let house = House::in_a_hurry(FACTOR, &patience).await;
    house.post.will_say(&[Says::No("451 never"); 100]);
    asked(&house).await;
    house.until_decided(D::Failed, R::GivenUp, 1).await;
    assert!(house.post.taken().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn while_conversation_is_away_nothing_is_sent_and_nothing_is_lost() {
    let house = House::in_a_hurry(FACTOR, AT_ONCE).await;
    house.conversation.is_away(true);
    asked(&house).await;
    let tried = async {
        // Taken on once more: the first time came to an end.
        while house.counted("mailing WHERE tries > 1").await == 0 {
            tokio::task::yield_now().await;
        }
    };
    house.soon("it is tried", tried).await;
    assert!(house.post.given().is_empty());
    house.conversation.is_away(false);
    house.until_decided(D::Sent, R::Due, 1).await;
    assert_eq!(house.post.taken().len(), 1);
}
