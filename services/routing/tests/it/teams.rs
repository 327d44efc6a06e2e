//! Teams, priorities that change, and what people give each other by hand, end to end.

use baton_proto::{
    conversation::v1::Priority,
    routing::v1::{AvailabilityState, ExplainRoutingRequest, FilterReason, ListAvailabilityRequest},
};
use uuid::Uuid;

use crate::house::{House, id};

/// Completes when the newest decision passes a member over for this reason.
async fn until_passed_over(house: &House, conversation: Uuid, member: Uuid, reason: FilterReason) {
    let request = ExplainRoutingRequest { conversation_id: id("conv", conversation) };
    loop {
        if let Ok(known) = house.reader().explain_routing(request.clone()).await {
            let newest = known.into_inner().decisions.into_iter().next().unwrap_or_default();
            let of = newest.candidates.iter().find(|candidate| candidate.member_id == id("mem", member));
            if of.is_some_and(|candidate| candidate.filtered() == reason) {
                return;
            }
        }
        tokio::task::yield_now().await;
    }
}

/// A team's conversation waits for the team; given to another team it goes there at once.
async fn a_team_is_asked_alone(house: &House) {
    let (sales, billing) = (house.hire().await, house.hire().await);
    let (sell, bill) = (house.form_team(&[sales]).await, house.form_team(&[billing]).await);
    house.comes_online(billing, 3).await;
    let conversation = house.new_id();
    house.conversation.request_of(house.workspace, conversation, Some(sell)).await;
    let passed_over = until_passed_over(house, conversation, billing, FilterReason::OtherTeam);
    house.soon("the other team is passed over", passed_over).await;
    assert_eq!(house.conversation.assignee(conversation).await, None);
    house.conversation.set_team(conversation, bill).await;
    house.soon("the other team gets it", house.conversation.until_unassigned(0)).await;
    assert_eq!(house.conversation.assignee(conversation).await, Some(id("mem", billing)));
    let second = house.new_id();
    house.conversation.request_of(house.workspace, second, Some(sell)).await;
    house.comes_online(sales, 3).await;
    house.soon("who comes online gets their team's", house.conversation.until_unassigned(0)).await;
    assert_eq!(house.conversation.assignee(second).await, Some(id("mem", sales)));
}

#[tokio::test(flavor = "multi_thread")]
async fn g_a5_a_team_is_asked_alone_on_sqlite() {
    a_team_is_asked_alone(&House::on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g_a5_a_team_is_asked_alone_on_postgres() {
    if let Some(house) = House::on_postgres().await {
        a_team_is_asked_alone(&house).await;
    }
}

/// 250 wait for a team where nobody is there; who waits for anybody is not behind them.
#[tokio::test(flavor = "multi_thread")]
async fn g_a6_a_team_where_nobody_is_holds_up_no_other() {
    let house = House::on_sqlite().await;
    let (absent, present) = (house.hire().await, house.hire().await);
    let team = house.form_team(&[absent]).await;
    for _ in 0..250 {
        house.conversation.request_of(house.workspace, house.new_id(), Some(team)).await;
    }
    let last = house.new_id();
    house.conversation.request(house.workspace, last).await;
    house.comes_online(present, 3).await;
    house.soon("the last is given", house.conversation.until_unassigned(250)).await;
    assert_eq!(house.conversation.assignee(last).await, Some(id("mem", present)));
}

#[tokio::test(flavor = "multi_thread")]
async fn g_a8_a_priority_that_is_said_later_moves_the_conversation_forward() {
    let house = House::on_sqlite().await;
    let (first, second) = (house.new_id(), house.new_id());
    house.conversation.request(house.workspace, first).await;
    house.conversation.request(house.workspace, second).await;
    house.conversation.say_priority(second, Priority::Urgent).await;
    let request = ExplainRoutingRequest { conversation_id: id("conv", second) };
    let moved = async {
        while house
            .reader()
            .explain_routing(request.clone())
            .await
            .map(|known| known.into_inner().position)
            .ok()
            != Some(1)
        {
            tokio::task::yield_now().await;
        }
    };
    house.soon("it is the next", moved).await;
    house.comes_online(house.hire().await, 1).await;
    house.soon("one is given", house.conversation.until_unassigned(1)).await;
    assert!(house.conversation.assignee(second).await.is_some());
}

/// A person's assignment has its own, longer time; then it returns, and nobody becomes away for it.
async fn what_is_given_by_hand_returns_in_its_own_time(house: &House) {
    let (conversation, member) = (house.new_id(), house.hire().await);
    house.comes_online(member, 1).await;
    let other = house.new_id();
    house.conversation.request(house.workspace, other).await;
    house.soon("the member is full", house.conversation.until_unassigned(0)).await;
    house.conversation.request(house.workspace, conversation).await;
    house.conversation.assign_by_hand(conversation, id("mem", member)).await;
    house.soon("it returns to the queue", house.conversation.until_unassigned(1)).await;
    assert_eq!(house.conversation.assignee(conversation).await, None);
    assert_eq!(
        house.conversation.assignee(other).await,
        Some(id("mem", member)),
        "routing's own has its own time"
    );
    let said = house
        .member(member)
        .list_availability(ListAvailabilityRequest::default())
        .await
        .unwrap()
        .into_inner();
    let states: Vec<AvailabilityState> = said.availabilities.iter().map(|said| said.state()).collect();
    assert_eq!(states, [AvailabilityState::Online]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_by_hand_returns_in_its_own_time_on_sqlite() {
    let house = House::on_sqlite_with(&[("ACCEPT_BY_HAND_WITHIN", "1s")]).await;
    what_is_given_by_hand_returns_in_its_own_time(&house).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_by_hand_returns_in_its_own_time_on_postgres() {
    if let Some(house) = House::on_postgres_with(&[("ACCEPT_BY_HAND_WITHIN", "1s")]).await {
        what_is_given_by_hand_returns_in_its_own_time(&house).await;
    }
}
