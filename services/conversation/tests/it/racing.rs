//! A person's decision against routing's, both made on the same version: the person's stands.

use std::{collections::HashMap, sync::Arc};

use baton_kit::door::{peer::Line, refusal::reason_of};
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::{self as wire, conversation_service_client::ConversationServiceClient},
    internal::conversation::v1::{AssignRequest, assignment_service_client::AssignmentServiceClient},
};
use futures::future::join_all;

use crate::{
    house::{House, MACHINE, on_both_engines},
    machine::{assign, by_routing, get, held, set_team, take, team, waiting},
};

/// Races an engine, so many at once.
const RACES: usize = 500;
const AT_ONCE: usize = 25;
/// What the person does; in the last sort nothing, so that routing wins something and its limit bites.
const SORTS: usize = 4;

/// Who takes part.
struct People {
    anna: Line,
    anna_id: String,
    sales: String,
    asked: Vec<String>,
}

#[derive(Debug, PartialEq, Eq, Hash, Clone, Copy)]
enum Outcome {
    RoutingFirst,
    RoutingRefused,
    Full,
}

async fn race(house: Arc<House>, people: Arc<People>, number: usize) -> (usize, Outcome) {
    let (_, it) = waiting(&house).await;
    let asked = people.asked.iter().cycle().nth(number).unwrap().clone();
    let (sort, decision) = (number % SORTS, by_routing(&house, &it, &asked));
    let decided = tokio::spawn(decide(house.clone(), decision, number));
    let person = tokio::spawn(act(people.clone(), it.id.clone(), sort));
    let (decided, acted) = (decided.await.unwrap(), person.await.unwrap());
    acted.unwrap();
    let now = get(&house, &it.id).await;
    let (control, assignee) = (now.control(), now.assignee_id.as_str());
    match sort {
        0 => assert_eq!((control, assignee), (wire::Control::Waiting, people.anna_id.as_str())),
        1 => assert_eq!((control, assignee), (wire::Control::Human, people.anna_id.as_str())),
        2 => assert_eq!((now.team_id.as_str(), assignee), (people.sales.as_str(), "")),
        _ => assert_eq!(assignee == asked, decided == Outcome::RoutingFirst),
    }
    (sort, decided)
}

async fn decide(house: Arc<House>, decision: AssignRequest, number: usize) -> Outcome {
    if number.is_multiple_of(2) {
        tokio::task::yield_now().await;
    }
    match AssignmentServiceClient::new(house.routing()).assign(decision).await {
        Ok(_) => Outcome::RoutingFirst,
        Err(status) => match reason_of(&status) {
            Some(ErrorReason::CapacityExceeded) => Outcome::Full,
            Some(ErrorReason::StaleVersion | ErrorReason::NoOpenHandoff) => Outcome::RoutingRefused,
            _ => panic!("{status}"),
        },
    }
}

async fn act(people: Arc<People>, it: String, sort: usize) -> Result<(), tonic::Status> {
    match sort {
        0 => assign(&people.anna, &it, &people.anna_id).await.map(drop),
        1 => take(&people.anna, &it).await.map(drop),
        2 => set_team(&people.anna, &it, &people.sales).await.map(drop),
        _ => Ok(()),
    }
}

/// How many open conversations each member is responsible for, by the conversations themselves.
async fn responsible(house: &House) -> HashMap<String, i32> {
    let (mut counted, mut page_token) = (HashMap::new(), String::new());
    let mut conversations = ConversationServiceClient::new(house.program());
    loop {
        let request = wire::ListConversationsRequest { page_size: 200, page_token, ..Default::default() };
        let page = conversations.list_conversations(request).await.unwrap().into_inner();
        for it in page.conversations.iter().filter(|it| it.status() == wire::ConversationStatus::Open) {
            *counted.entry(it.assignee_id.clone()).or_default() += 1;
        }
        if page.next_page_token.is_empty() {
            return counted;
        }
        page_token = page.next_page_token;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g_a5_a_persons_assignment_team_or_take_over_beats_every_decision_of_routing() {
    let _alone = MACHINE.write().await;
    on_both_engines(|house: Arc<House>| async move {
        let (anna, anna_id) = house.member().await;
        let sales = team(&house).await;
        let mut asked = Vec::new();
        for _ in 0..20 {
            asked.push(house.member().await.1);
        }
        let people = Arc::new(People { anna, anna_id, sales, asked });
        let mut seen: HashMap<(usize, Outcome), usize> = HashMap::new();
        for first in (0..RACES).step_by(AT_ONCE) {
            let races = (first..first + AT_ONCE).map(|number| race(house.clone(), people.clone(), number));
            for outcome in join_all(races).await {
                *seen.entry(outcome).or_default() += 1;
            }
            for member in &people.asked {
                assert!(held(&house, member).await <= 3, "routing gave above the limit");
            }
        }
        let responsible = responsible(&house).await;
        for member in people.asked.iter().chain([&people.anna_id]) {
            assert_eq!(held(&house, member).await, responsible.get(member).copied().unwrap_or(0));
        }
        for sort in 0..3 {
            for order in [Outcome::RoutingFirst, Outcome::RoutingRefused] {
                assert!(seen.contains_key(&(sort, order)), "both orders must occur: {seen:?}");
            }
        }
    })
    .await;
}
