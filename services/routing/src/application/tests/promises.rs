//! What visitors are promised.

use super::*;

#[tokio::test]
async fn a_visitor_who_waits_is_told_once_when_somebody_answers() {
    let house = House::new();
    house.it_is("2026-06-10T16:50:00Z");
    house.works_nine_to_five(15).await;
    house.request(1).await;
    house.facts().await;
    let told = house.told().await;
    assert_eq!(
        told,
        [(
            Some("2026-06-11T09:05:00Z".to_owned()),
            "You will have an answer on Thursday at 09:05 at the latest.".to_owned(),
            false
        )]
    );
    assert_eq!(house.teller.told()[0].1.due.to_string(), "2026-06-11T09:10:00Z");
    // More facts of the same handoff owe nothing more.
    house.given_by_hand(1, 1).await;
    assert_eq!(house.told().await.len(), 1);
}

#[tokio::test]
async fn outside_hours_the_visitor_is_told_when_people_are_back() {
    let house = House::new();
    house.it_is("2026-06-10T20:00:00Z");
    house.works_nine_to_five(15).await;
    house.request(1).await;
    let told = house.told().await;
    assert_eq!(told[0].1, "We are back on Thursday at 09:00. We usually answer within 15 minutes.");
    assert_eq!((told[0].0.as_deref(), told[0].2), (Some("2026-06-11T09:15:00Z"), true));
}

#[tokio::test]
async fn without_office_hours_nothing_is_promised_and_a_handoff_is_overdue_all_the_same() {
    let house = House::new();
    house.it_is("2026-06-10T20:00:00Z");
    house.request(1).await;
    assert_eq!(house.told().await, [(None, "Somebody will answer as soon as possible.".to_owned(), false)]);
    assert_eq!(house.teller.told()[0].1.due.to_string(), "2026-06-10T20:15:00Z");
}

#[tokio::test]
async fn a_promise_of_unknown_outcome_is_told_again_until_it_is_certain() {
    let house = House::new();
    house.request(1).await;
    house.teller.weather.lock().unwrap().extend([Weather::Lost, Weather::ReplyLost]);
    assert_eq!(house.told().await.len(), 0);
    assert_eq!(house.told().await.len(), 0, "not before a pause");
    house.clock.advance(Duration::from_secs(1));
    assert_eq!(house.told().await.len(), 1, "told, and nobody knows it");
    house.clock.advance(Duration::from_secs(2));
    assert_eq!(house.told().await.len(), 2);
    house.clock.advance(MINUTE);
    assert_eq!(house.told().await.len(), 2, "certain now");
}

#[tokio::test]
async fn a_promise_that_one_instance_left_is_told_by_another() {
    let house = House::new();
    house.request(1).await;
    let owed =
        crate::application::ports::Promises::owed(house.desk.as_ref(), house.tell.carry_out.clock.now(), 10)
            .await
            .unwrap();
    // It took the right to tell it, and died.
    assert!(
        crate::application::ports::Promises::claim(
            house.desk.as_ref(),
            &owed[0],
            house.tell.carry_out.lease()
        )
        .await
        .unwrap()
    );
    let other = house.another(2);
    assert_eq!(other.told().await.len(), 0);
    house.clock.advance(Duration::from_secs(5));
    assert_eq!(other.told().await.len(), 1);
}

#[tokio::test]
async fn a_handoff_that_is_closed_ends_the_telling() {
    let house = House::new();
    house.request(1).await;
    *house.teller.ended.lock().unwrap() = true;
    house.told().await;
    house.clock.advance(MINUTE);
    *house.teller.ended.lock().unwrap() = false;
    assert_eq!(house.told().await.len(), 0, "the refusal was definite");
    house.request(2).await;
    house.taken(2).await;
    assert_eq!(house.told().await.len(), 0, "nothing is owed once it is taken");
}

#[tokio::test]
async fn whoever_still_waits_is_told_anew_when_the_office_hours_change() {
    let house = House::new();
    house.it_is("2026-06-10T10:00:00Z");
    house.request(1).await;
    house.request(2).await;
    assert_eq!(house.told().await.len(), 2);
    house.taken(2).await;
    house.clock.advance(MINUTE);
    house.works_nine_to_five(15).await;
    let told = house.told().await;
    assert_eq!(
        (told.len(), told[2].0.as_deref()),
        (3, Some("2026-06-10T10:15:00Z")),
        "counted from when it was asked for"
    );
    // The same once more changes nothing.
    house.works_nine_to_five(15).await;
    assert_eq!(house.told().await.len(), 3);
}

#[tokio::test]
async fn a_promise_made_anew_while_an_older_one_is_told_is_told_last() {
    let house = House::new();
    house.request(1).await;
    let promises: &dyn crate::application::ports::Promises = house.desk.as_ref();
    let owed = promises.owed(house.tell.carry_out.clock.now(), 10).await.unwrap().remove(0);
    assert!(promises.claim(&owed, house.tell.carry_out.lease()).await.unwrap());
    house.works_nine_to_five(15).await;
    // Another tells the new one before the older call comes back.
    house.clock.advance(Duration::from_secs(5));
    assert_eq!(house.told().await.len(), 1);
    promises.settle(&owed, crate::application::ports::Told::Definite).await.unwrap();
    assert_eq!(house.told().await.len(), 2, "the older one may have been the last to arrive");
}
