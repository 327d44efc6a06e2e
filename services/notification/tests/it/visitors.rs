//! Mails to visitors whom a member answered.

use baton_proto::notification::v1::{LedgerDecision as D, LedgerReason as R, NotificationKind as K};

use crate::{
    house::{House, id},
    post::header,
    team::WORKSPACE_NAME,
};

/// 200 answers: one mail, with the newest in it, and the resume link.
async fn g_n2(house: House) {
    let ada = house.new_id();
    let conversation = house.conversation.start(house.workspace).await;
    for n in 1..=200 {
        house.conversation.answer(conversation, ada, &format!("answer number {n}")).await;
    }
    house.until_decided(D::Sent, R::Due, 1).await;
    house.until_heard().await;
    let mails = house.post.given();
    assert_eq!(mails.len(), 1);
    assert!(header(&mails[0], "To").unwrap().contains("vera@example.org"), "{}", mails[0]);
    assert!(mails[0].contains("resume-token"), "{}", mails[0]);
    // Another one within the window waits for its end; nothing is lost and nothing comes twice.
    house.conversation.answer(conversation, ada, "one more").await;
    house.until_decided(D::Delayed, R::Window, 1).await;
    assert_eq!(house.post.given().len(), 1);
    let merged = house.decided().await.iter().filter(|(_, decision, _)| *decision == D::Merged).count();
    assert_eq!(merged, 199);
}

const ANSWERED: &[(&str, &str)] = &[("VISITOR_DELAY", "8s"), ("WINDOW", "15m")];

#[tokio::test(flavor = "multi_thread")]
async fn g_n2_two_hundred_answers_are_one_mail_on_sqlite() {
    g_n2(House::on_sqlite(ANSWERED).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g_n2_two_hundred_answers_are_one_mail_on_postgres() {
    if let Some(house) = House::on_postgres(ANSWERED).await {
        g_n2(house).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_business_answers_by_its_name_and_not_the_assistant() {
    let house = House::on_sqlite(&[("VISITOR_DELAY", "50ms")]).await;
    let conversation = house.conversation.start(house.workspace).await;
    house.conversation.answer(conversation, house.new_id(), "the answer of a member").await;
    house.until_decided(D::Sent, R::Due, 1).await;
    let mail = house.post.taken().remove(0);
    assert_eq!(header(&mail, "Subject").unwrap(), format!("{WORKSPACE_NAME} has answered you"));
    let from = header(&mail, "From").unwrap();
    assert!(from.contains(WORKSPACE_NAME) && from.contains("<no-reply@desk.example.org>"), "{from}");
    assert!(!mail.contains("Robin"), "{mail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_after_a_mail_is_in_the_next_and_nothing_is_in_both() {
    let house = House::on_sqlite(&[("VISITOR_DELAY", "50ms"), ("WINDOW", "1s")]).await;
    let ada = house.new_id();
    let conversation = house.conversation.start(house.workspace).await;
    house.conversation.answer(conversation, ada, "the first word").await;
    house.until_decided(D::Sent, R::Due, 1).await;
    house.conversation.answer(conversation, ada, "the second word").await;
    house.until_decided(D::Sent, R::Due, 2).await;
    let mails = house.post.taken();
    assert_eq!(mails.len(), 2);
    assert!(mails[0].contains("the first word") && !mails[0].contains("the second word"));
    assert!(mails[1].contains("the second word") && !mails[1].contains("the first word"), "{}", mails[1]);
    assert_ne!(header(&mails[0], "Message-ID"), header(&mails[1], "Message-ID"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_visitor_read_or_nobody_wrote_is_not_mailed() {
    let house = House::on_sqlite(&[("VISITOR_DELAY", "50ms")]).await;
    let ada = house.new_id();
    let conversation = house.conversation.start(house.workspace).await;
    house.conversation.edit(conversation, |talk| talk.visitor_read = 100).await;
    house.conversation.answer(conversation, ada, "seen at once").await;
    house.until_decided(D::Dropped, R::Read, 1).await;
    assert!(house.post.given().is_empty());
}

/// A member who takes over, resolves or hands back puts a line of the house into the thread, told of as their message.
#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_the_house_is_nothing_that_was_read() {
    let house = House::on_sqlite(&[("VISITOR_DELAY", "50ms")]).await;
    let conversation = house.conversation.start(house.workspace).await;
    house.conversation.note(conversation, house.new_id()).await;
    house.until_decided(D::Dropped, R::Overtaken, 1).await;
    assert!(house.post.given().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_without_an_address_is_not_mailed() {
    let house = House::on_sqlite(&[("VISITOR_DELAY", "50ms")]).await;
    let conversation = house.conversation.start(house.workspace).await;
    house.conversation.edit(conversation, |talk| talk.contact_email = String::new()).await;
    house.conversation.answer(conversation, house.new_id(), "hello?").await;
    house.until_decided(D::Dropped, R::NoAddress, 1).await;
    let ledger = house.ledger().await;
    let last = ledger.last().unwrap();
    assert_eq!((last.kind(), last.conversation_id.clone()), (K::VisitorReply, id("conv", conversation)));
}
