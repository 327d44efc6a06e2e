//! What people give each other, and what belongs to a team.

use super::*;

#[tokio::test]
async fn what_a_person_gave_has_more_time_and_nobody_becomes_away_for_it() {
    for (passed, back) in [(MINUTE, false), (10 * MINUTE - MILLI, false), (10 * MINUTE, true)] {
        let house = House::new();
        house.comes_online(1).await;
        house.request(1).await;
        house.given_by_hand(1, 1).await;
        house.clock.advance(passed);
        house.swept().await;
        assert_eq!(house.assignee(1).is_none(), back, "{passed:?}");
        assert_eq!(house.state_of(1), AvailabilityState::Online, "{passed:?}");
    }
}

#[tokio::test]
async fn what_a_person_gave_and_nobody_took_is_given_anew() {
    let house = House::new();
    house.request(1).await;
    house.given_by_hand(1, 1).await;
    house.clock.advance(10 * MINUTE);
    house.swept().await;
    house.comes_online(2).await;
    house.given().await;
    assert_eq!(house.assignee(1), Some(member(2)));
}

#[tokio::test]
async fn a_later_fact_of_the_same_assignment_does_not_give_more_time() {
    let house = House::new();
    house.request(1).await;
    house.given_by_hand(1, 1).await;
    house.clock.advance(9 * MINUTE);
    // Its priority changed: another revision of the same version.
    let (entry, _) = house.desk.state().entries.get(&(workspace(), conversation(1))).cloned().unwrap();
    let seen_at = house.clock.now();
    let entry = Entry { priority: Priority::Urgent, seen_at, ..entry };
    let asked_at = entry.waiting_since;
    let (workspace, conversation) = (workspace(), conversation(1));
    let seen =
        Seen { workspace, conversation, revision: 9, holder: Some(member(1)), entry: Some(entry), asked_at };
    house.follow.conversation(seen).await.unwrap();
    house.clock.advance(MINUTE);
    house.with_time(house.sweep.run(true)).await.unwrap();
    assert_eq!(house.assignee(1), None);
}

#[tokio::test]
async fn a_team_is_asked_alone_and_at_once_when_the_conversation_comes_to_it() {
    let house = House::new();
    let team = TeamId::from_uuid(Uuid::from_u128(7));
    house.hire(1).await;
    house.hire(2).await;
    house.says(2, AvailabilityState::Online).await;
    let members = [member(1)].into();
    let of = crate::domain::team::Team { archived: false, members };
    let seen =
        crate::application::ports::TeamSeen { workspace: workspace(), id: team, revision: 1, team: of };
    house.follow.team(seen).await.unwrap();
    house.request(1).await;
    {
        let mut world = house.conversations.world();
        let truth = world.truths.get_mut(&conversation(1)).unwrap();
        truth.version += 1;
        truth.entry.team = Some(team);
    }
    house.facts().await;
    house.given().await;
    assert_eq!(house.assignee(1), None, "only somebody of another team is there");
    while house.wakes.try_next().is_some() {}
    house.says(1, AvailabilityState::Online).await;
    assert!(house.wakes.try_next().is_some());
    house.given().await;
    assert_eq!(house.assignee(1), Some(member(1)));
}
