//! What visitors who wait are told: once it is certain, anew when the office hours change, by whichever instance.

use baton_proto::routing::v1::{
    DayHours, GetOfficeHoursRequest, OfficeHours, ReplyExpectation, SetOfficeHoursRequest, Span,
    reply_expectation::Expectation,
};

use crate::house::{House, id};

/// Round the clock with this answer.
async fn set_hours(house: &House, expectation: Expectation) {
    let read = house.hours().get_office_hours(GetOfficeHoursRequest {}).await.unwrap().into_inner();
    let spans = vec![Span { start_minute: 0, end_minute: 1440 }];
    let office_hours = OfficeHours {
        time_zone: "UTC".to_owned(),
        week: (1..=7).map(|weekday| DayHours { weekday, spans: spans.clone() }).collect(),
        reply: Some(ReplyExpectation { expectation: Some(expectation) }),
        ..OfficeHours::default()
    };
    let etag = read.office_hours.unwrap().etag;
    let request = SetOfficeHoursRequest { office_hours: Some(office_hours), etag };
    house.hours().set_office_hours(request).await.unwrap();
}

/// Told by what is set, told anew when that changes; whoever was taken is told nothing more.
async fn promises_follow_the_office_hours(house: &House) {
    set_hours(house, Expectation::Minutes(15)).await;
    let (waits, is_taken) = (house.new_id(), house.new_id());
    house.conversation.request(house.workspace, waits).await;
    house.conversation.request(house.workspace, is_taken).await;
    house.soon("both are told", house.conversation.until_promised(2)).await;
    let told = house.conversation.promised().await;
    let first = told.iter().find(|told| told.conversation_id == id("conv", waits)).unwrap();
    let promise = first.promise.clone().unwrap();
    assert_eq!(promise.text, "We usually answer within 15 minutes.");
    let (by, due) = (promise.promised_by_time.unwrap(), first.due_time.unwrap());
    assert_eq!((due.seconds - by.seconds, promise.outside_hours), (300, false));
    assert_eq!(first.handoff_id, id("hand", waits));
    house.conversation.take(is_taken, true).await;
    set_hours(house, Expectation::CustomText("Before the sun sets.".to_owned())).await;
    let anew = async {
        while !house.conversation.promised().await.iter().any(|told| {
            let text = told.promise.as_ref().map(|promise| promise.text.as_str());
            told.conversation_id == id("conv", waits) && text == Some("Before the sun sets.")
        }) {
            tokio::task::yield_now().await;
        }
    };
    house.soon("who waits is told anew", anew).await;
    let last = house
        .conversation
        .promised()
        .await
        .into_iter()
        .rfind(|told| told.conversation_id == id("conv", waits));
    assert_eq!(last.unwrap().promise.unwrap().promised_by_time, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn promises_follow_the_office_hours_on_sqlite() {
    promises_follow_the_office_hours(&House::on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn promises_follow_the_office_hours_on_postgres() {
    if let Some(house) = House::on_postgres().await {
        promises_follow_the_office_hours(&house).await;
    }
}

/// Every second reply is lost: each is told until it is certain, and then no more.
async fn lost_replies_are_told_again(house: &House) {
    house.conversation.lose_each(2);
    for _ in 0..6 {
        house.conversation.request(house.workspace, house.new_id()).await;
    }
    let all = async {
        loop {
            let told = house.conversation.promised().await;
            let conversations: std::collections::BTreeSet<_> =
                told.iter().map(|told| told.conversation_id.clone()).collect();
            if conversations.len() == 6 && told.len() >= 8 {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    house.soon("each is told, some twice", all).await;
    house.conversation.lose_each(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_reply_is_told_again_on_sqlite() {
    lost_replies_are_told_again(&House::on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_reply_is_told_again_by_any_instance_on_postgres() {
    if let Some(house) = House::on_postgres().await {
        lost_replies_are_told_again(&house).await;
    }
}
