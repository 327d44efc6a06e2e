//! Who is given what, end to end: one owner each (g_a1), never above the limit (g_a2), at once.

use std::collections::BTreeSet;

use baton_proto::routing::v1::{
    AvailabilityState, DecisionOutcome, ExplainRoutingRequest, ExplainRoutingResponse, FilterReason,
    ListAvailabilityRequest, SetAvailabilityRequest,
};
use uuid::Uuid;

use crate::house::{House, id};

const HANDOFFS: usize = 100;
const MEMBERS: usize = 40;
const LIMIT: i32 = 3;

async fn explain(house: &House, conversation: Uuid) -> ExplainRoutingResponse {
    let request = ExplainRoutingRequest { conversation_id: id("conv", conversation) };
    house.reader().explain_routing(request).await.unwrap().into_inner()
}

/// 100 handoffs and 40 members with a limit of 3, all at once.
async fn one_owner_each_and_never_above_the_limit(house: &House) {
    let requests = async {
        for _ in 0..HANDOFFS {
            house.conversation.request(house.workspace, house.new_id()).await;
        }
    };
    let arrivals = async {
        for _ in 0..MEMBERS {
            house.comes_online(house.hire().await, LIMIT).await;
        }
    };
    tokio::join!(requests, arrivals);
    house.soon("everything is given", house.conversation.until_unassigned(0)).await;
    let assigned = house.conversation.assigned().await;
    let conversations: BTreeSet<Uuid> = assigned.iter().map(|(conversation, _)| *conversation).collect();
    assert_eq!((assigned.len(), conversations.len()), (HANDOFFS, HANDOFFS), "one owner each");
    assert!(
        house.conversation.most_held().await <= LIMIT,
        "held {} at most",
        house.conversation.most_held().await
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn g_a1_g_a2_a_hundred_handoffs_have_one_owner_each_on_sqlite() {
    let house = House::on_sqlite().await;
    one_owner_each_and_never_above_the_limit(&house).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g_a1_g_a2_lost_replies_change_nothing_on_sqlite() {
    let house = House::on_sqlite().await;
    house.conversation.lose_each(3);
    one_owner_each_and_never_above_the_limit(&house).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g_a1_g_a2_three_instances_give_each_handoff_once_on_postgres() {
    let Some(house) = House::on_postgres().await else {
        return;
    };
    one_owner_each_and_never_above_the_limit(&house).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g_a1_g_a2_three_instances_and_lost_replies_on_postgres() {
    let Some(house) = House::on_postgres().await else {
        return;
    };
    house.conversation.lose_each(3);
    one_owner_each_and_never_above_the_limit(&house).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g_a1_g_a2_an_instance_that_dies_loses_nothing_on_postgres() {
    let Some(mut house) = House::on_postgres().await else {
        return;
    };
    house.conversation.lose_each(2);
    for _ in 0..20 {
        house.conversation.request(house.workspace, house.new_id()).await;
    }
    for member in 0..10 {
        house.comes_online(house.hire().await, LIMIT).await;
        if member == 3 {
            house.kill_one();
        }
    }
    house.soon("the others give everything", house.conversation.until_unassigned(0)).await;
    assert_eq!(house.conversation.assigned().await.len(), 20);
    assert!(house.conversation.most_held().await <= LIMIT);
}

#[tokio::test(flavor = "multi_thread")]
async fn g_a2_the_rest_waits_when_everybody_is_full_and_a_freed_slot_is_given_at_once() {
    let house = House::on_sqlite().await;
    let first = house.new_id();
    house.conversation.request(house.workspace, first).await;
    for _ in 0..9 {
        house.conversation.request(house.workspace, house.new_id()).await;
    }
    for _ in 0..2 {
        house.comes_online(house.hire().await, LIMIT).await;
    }
    house.soon("six are given", house.conversation.until_unassigned(4)).await;
    house.conversation.take(first, true).await;
    house.soon("the freed slot is given", house.conversation.until_unassigned(3)).await;
    assert_eq!(house.conversation.most_held().await, LIMIT);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_online_gets_the_longest_waiting_at_once() {
    let house = House::on_sqlite().await;
    let waiting = [house.new_id(), house.new_id(), house.new_id()];
    for conversation in waiting {
        house.conversation.request(house.workspace, conversation).await;
    }
    let member = house.hire().await;
    house.soon("the queue is known", queue_is_known(&house, waiting[2])).await;
    assert_eq!(explain(&house, waiting[2]).await.position, 3);
    house.comes_online(member, 1).await;
    house.soon("one is given", house.conversation.until_unassigned(2)).await;
    assert_eq!(house.conversation.assignee(waiting[0]).await, Some(id("mem", member)));
    let known = explain(&house, waiting[1]).await;
    assert!(known.waiting);
}

/// Asks until routing has heard of a conversation; the caller bounds it.
async fn queue_is_known(house: &House, conversation: Uuid) {
    let request = ExplainRoutingRequest { conversation_id: id("conv", conversation) };
    while house.reader().explain_routing(request.clone()).await.is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_decision_is_refused_and_taken_anew_on_the_newer_fact() {
    let house = House::on_sqlite().await;
    let conversation = house.new_id();
    house.conversation.request(house.workspace, conversation).await;
    house.soon("the queue is known", queue_is_known(&house, conversation)).await;
    house.conversation.move_on_silently(conversation).await;
    let member = house.hire().await;
    house.comes_online(member, LIMIT).await;
    let refused = async {
        while !outcomes(&house, conversation).await.contains(&DecisionOutcome::Refused) {
            tokio::task::yield_now().await;
        }
    };
    house.soon("the stale decision is refused", refused).await;
    house.conversation.tell(conversation).await;
    house.soon("it is given", house.conversation.until_unassigned(0)).await;
    let assigned = async {
        while !outcomes(&house, conversation).await.contains(&DecisionOutcome::Assigned) {
            tokio::task::yield_now().await;
        }
    };
    house.soon("the outcome is recorded", assigned).await;
    let given = explain(&house, conversation).await.decisions;
    let given = given.iter().find(|decision| decision.outcome() == DecisionOutcome::Assigned).unwrap();
    assert_eq!((given.member_id.as_str(), given.assignment_version), (id("mem", member).as_str(), 2));
    assert!(
        given
            .candidates
            .iter()
            .any(|candidate| candidate.member_id == given.member_id && candidate.limit == LIMIT)
    );
}

async fn outcomes(house: &House, conversation: Uuid) -> Vec<DecisionOutcome> {
    explain(house, conversation).await.decisions.iter().map(|decision| decision.outcome()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn availability_is_kept_listed_by_page_and_three_at_first() {
    let house = House::on_sqlite().await;
    let members = [house.new_id(), house.new_id(), house.new_id()];
    for member in members {
        house.comes_online(member, 0).await;
    }
    let busy = SetAvailabilityRequest { state: AvailabilityState::Busy.into(), limit: 0 };
    let said =
        house.member(members[0]).set_availability(busy).await.unwrap().into_inner().availability.unwrap();
    assert_eq!((said.state(), said.limit), (AvailabilityState::Busy, 3));
    let list = |page_token| ListAvailabilityRequest { page_size: 2, page_token };
    let first = house.member(members[0]).list_availability(list(String::new())).await.unwrap().into_inner();
    let rest =
        house.member(members[0]).list_availability(list(first.next_page_token)).await.unwrap().into_inner();
    assert_eq!(
        (first.availabilities.len(), rest.availabilities.len(), rest.next_page_token.as_str()),
        (2, 1, "")
    );
}

/// A member who does not answer loses the conversation, becomes away, and it goes to somebody else.
async fn a_missed_assignment_goes_to_another(house: &House) {
    let (conversation, misses) = (house.new_id(), house.hire().await);
    house.comes_online(misses, LIMIT).await;
    house.conversation.request(house.workspace, conversation).await;
    house.soon("it is given", house.conversation.until_unassigned(0)).await;
    house.soon("it is taken back", house.conversation.until_unassigned(1)).await;
    let away = async {
        while state_of(house, misses).await != AvailabilityState::Away {
            tokio::task::yield_now().await;
        }
    };
    house.soon("who missed it becomes away", away).await;
    let answers = house.hire().await;
    house.comes_online(answers, LIMIT).await;
    house.soon("it is given again", house.conversation.until_unassigned(0)).await;
    assert_eq!(house.conversation.assignee(conversation).await, Some(id("mem", answers)));
    let decisions = explain(house, conversation).await.decisions;
    let newest = decisions.first().unwrap();
    let passed_over =
        newest.candidates.iter().find(|candidate| candidate.member_id == id("mem", misses)).unwrap();
    assert_eq!(passed_over.filtered(), FilterReason::AlreadyAsked);
}

async fn state_of(house: &House, member: Uuid) -> AvailabilityState {
    let all = ListAvailabilityRequest::default();
    let said = house.member(member).list_availability(all).await.unwrap().into_inner().availabilities;
    said.iter().find(|said| said.member_id == id("mem", member)).unwrap().state()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missed_assignment_goes_to_another_on_sqlite() {
    a_missed_assignment_goes_to_another(&House::on_sqlite_accepting("1s").await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missed_assignment_goes_to_another_once_with_three_instances_on_postgres() {
    let Some(house) = House::on_postgres_accepting("1s").await else {
        return;
    };
    house.conversation.lose_each(2);
    a_missed_assignment_goes_to_another(&house).await;
}
