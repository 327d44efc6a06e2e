//! The use cases together, over ports in memory and a clock that stands still.

use std::{sync::Arc, time::Duration};

use baton_kit::life::ids::WorkspaceId;
use baton_kit_testing::{clock::FakeClock, seeds::SeededIds};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::{
    assess::Assess,
    carry_out::CarryOut,
    decide_waiting::{DecideWaiting, Ended},
    explain_routing::ExplainRouting,
    follow::Follow,
    in_memory::{InMemoryConversations, InMemoryDesk, InMemoryTeller, Truth, Weather},
    ports::{Desk as _, MemberSeen, Staff as _},
    set_availability::{Command, SetAvailability},
    set_office_hours::SetOfficeHours,
    sweep::Sweep,
    tell_promises::{Bell, TellPromises},
    unknown_zones::UnknownZones,
    wakes::Wakes,
};
use baton_kit::life::clock::Clock as _;

use crate::domain::{
    availability::AvailabilityState,
    decision::{FilterReason, Outcome, Refused},
    hours::{OfficeHours, Reply, Span, wording::Languages},
    ids::{ConversationId, HandoffId, MemberId, TeamId},
    promise::Terms,
    queue::{Entry, EntryState, Priority, Seen},
};

const MINUTE: Duration = Duration::from_secs(60);
const MILLI: Duration = Duration::from_millis(1);

fn workspace() -> WorkspaceId {
    WorkspaceId::from_uuid(Uuid::from_u128(1))
}

fn member(n: u128) -> MemberId {
    MemberId::from_uuid(Uuid::from_u128(n))
}

fn conversation(n: u128) -> ConversationId {
    ConversationId::from_uuid(Uuid::from_u128(n))
}

struct House {
    clock: FakeClock,
    desk: Arc<InMemoryDesk>,
    conversations: Arc<InMemoryConversations>,
    wakes: Wakes,
    follow: Follow,
    decide: DecideWaiting,
    sweep: Sweep,
    set: SetAvailability,
    teller: Arc<InMemoryTeller>,
    tell: TellPromises,
    set_hours: SetOfficeHours,
}

impl House {
    fn new() -> Self {
        let (clock, desk, ids) = (FakeClock::new(), Arc::new(InMemoryDesk::default()), SeededIds::new(1));
        Self::beside(clock, desk, Arc::new(InMemoryConversations::default()), ids)
    }

    /// Another instance over the same desk and conversation.
    fn another(&self, seed: u64) -> Self {
        Self::beside(self.clock.clone(), self.desk.clone(), self.conversations.clone(), SeededIds::new(seed))
    }

    fn beside(
        clock: FakeClock,
        desk: Arc<InMemoryDesk>,
        conversations: Arc<InMemoryConversations>,
        ids: baton_kit::life::ids::SharedIds,
    ) -> Self {
        let (wakes, bell, teller) = (Wakes::new(10), Bell::default(), Arc::new(InMemoryTeller::default()));
        let carry_out = CarryOut {
            desk: desk.clone(),
            conversations: conversations.clone(),
            clock: clock.shared(),
            instance: ids.next(),
            lease: Duration::from_secs(5),
            accept_within: MINUTE,
            calls: Arc::new(Semaphore::new(8)),
        };
        Self {
            follow: Follow {
                desk: desk.clone(),
                staff: desk.clone(),
                wakes: wakes.clone(),
                promises: bell.clone(),
            },
            tell: TellPromises {
                promises: desk.clone(),
                teller: teller.clone(),
                assess: Assess {
                    hours: desk.clone(),
                    languages: Arc::new(Languages::load().unwrap()),
                    unknown: UnknownZones::default(),
                },
                carry_out: carry_out.clone(),
                terms: Terms { slack: 5 * MINUTE, unpromised: 15 * MINUTE },
            },
            set_hours: SetOfficeHours { hours: desk.clone(), promises: bell },
            teller,
            decide: DecideWaiting { carry_out: carry_out.clone(), ids: ids.clone(), batch: 50 },
            sweep: Sweep { carry_out, wakes: wakes.clone(), ids, by_hand_within: 10 * MINUTE },
            set: SetAvailability {
                staff: desk.clone(),
                wakes: wakes.clone(),
                clock: clock.shared(),
                first_limit: 3,
            },
            clock,
            desk,
            conversations,
            wakes,
        }
    }

    async fn hire(&self, n: u128) {
        let seen = MemberSeen {
            workspace: workspace(),
            member: member(n),
            revision: 1,
            active: true,
            may_reply: true,
        };
        self.follow.member(seen).await.unwrap();
    }

    async fn says(&self, n: u128, state: AvailabilityState) {
        let command = Command { workspace: workspace(), member: member(n), state, limit: None };
        self.set.run(command).await.unwrap();
    }

    async fn comes_online(&self, n: u128) {
        self.hire(n).await;
        self.says(n, AvailabilityState::Online).await;
    }

    /// A handoff is requested now.
    async fn request(&self, n: u128) {
        let entry = Entry {
            conversation: conversation(n),
            handoff: HandoffId::from_uuid(Uuid::from_u128(n)),
            assignment_version: 1,
            priority: Priority::Medium,
            waiting_since: self.clock.now(),
            team: None,
            state: EntryState::Requested,
            assignee: None,
            seen_at: self.clock.now(),
            traceparent: None,
        };
        let truth = Truth { version: 1, state: EntryState::Requested, assignee: None, entry };
        self.conversations.world().truths.insert(conversation(n), truth);
        self.facts().await;
    }

    /// Every conversation's fact arrives; revision = version.
    async fn facts(&self) {
        let truths: Vec<Truth> = self.conversations.world().truths.values().cloned().collect();
        for Truth { version, state, assignee, entry } in truths {
            let seen_at = self.clock.now();
            let entry = Entry { assignment_version: version, state, assignee, seen_at, ..entry };
            let (conversation, revision, asked_at) = (entry.conversation, version, entry.waiting_since);
            let holder = assignee;
            let seen =
                Seen { workspace: workspace(), conversation, revision, holder, entry: Some(entry), asked_at };
            self.follow.conversation(seen).await.unwrap();
        }
    }

    /// A member takes over: the handoff is closed.
    async fn taken(&self, n: u128) {
        let truth = self.conversations.world().truths.remove(&conversation(n)).unwrap();
        let seen = Seen {
            workspace: workspace(),
            conversation: conversation(n),
            revision: truth.version + 1,
            holder: None,
            entry: None,
            asked_at: self.clock.now(),
        };
        self.follow.conversation(seen).await.unwrap();
    }

    async fn given(&self) -> Ended {
        let ended = self.with_time(self.decide.run(workspace())).await.unwrap();
        self.facts().await;
        ended
    }

    async fn swept(&self) {
        self.with_time(self.sweep.run(true)).await.unwrap();
        self.facts().await;
    }

    /// Runs something, passing the time it sleeps.
    async fn with_time<F: Future>(&self, work: F) -> F::Output {
        let time = async {
            loop {
                self.clock.until_asleep(1).await;
                self.clock.run(Duration::from_millis(100)).await;
            }
        };
        tokio::select! {
            biased;
            output = work => output,
            never = time => never,
        }
    }

    fn assignee(&self, n: u128) -> Option<MemberId> {
        self.conversations.world().truths.get(&conversation(n)).and_then(|truth| truth.assignee)
    }

    fn state_of(&self, n: u128) -> AvailabilityState {
        self.desk.state().said.get(&member(n)).unwrap().state
    }

    fn outcomes(&self) -> Vec<Outcome> {
        self.desk.state().decisions.iter().map(|kept| kept.decision.outcome).collect()
    }
}

#[tokio::test]
async fn whoever_comes_online_gets_the_longest_waiting_at_once() {
    let house = House::new();
    for n in 1..=3 {
        house.request(n).await;
        house.clock.advance(MILLI);
    }
    house.hire(1).await;
    assert_eq!(house.given().await, Ended::Done);
    assert_eq!(house.assignee(1), None);
    let command = Command {
        workspace: workspace(),
        member: member(1),
        state: AvailabilityState::Online,
        limit: Some(1),
    };
    house.set.run(command).await.unwrap();
    let turn = house.wakes.try_next().expect("coming online wakes the workspace");
    drop(turn);
    house.given().await;
    assert_eq!([house.assignee(1), house.assignee(2), house.assignee(3)], [Some(member(1)), None, None]);
}

#[tokio::test]
async fn an_assignment_is_taken_back_at_the_end_of_its_time_and_not_before() {
    for (passed, back) in [(MINUTE - MILLI, false), (MINUTE, true), (MINUTE + MILLI, true)] {
        let house = House::new();
        house.comes_online(1).await;
        house.request(1).await;
        house.given().await;
        assert_eq!(house.assignee(1), Some(member(1)));
        house.clock.advance(passed);
        house.swept().await;
        assert_eq!(house.assignee(1).is_none(), back, "{passed:?}");
        let expected = if back { AvailabilityState::Away } else { AvailabilityState::Online };
        assert_eq!(house.state_of(1), expected, "{passed:?}");
    }
}

#[tokio::test]
async fn what_one_member_missed_goes_to_another_and_never_back_to_them() {
    let house = House::new();
    house.comes_online(1).await;
    house.request(1).await;
    house.given().await;
    house.clock.advance(MINUTE);
    house.swept().await;
    house.comes_online(2).await;
    house.says(1, AvailabilityState::Online).await;
    house.given().await;
    assert_eq!(house.assignee(1), Some(member(2)));
    let explain = ExplainRouting { desk: house.desk.clone(), clock: house.clock.shared() };
    let known = explain.run(workspace(), conversation(1)).await.unwrap();
    let first = known.decisions.first().unwrap();
    let filter =
        |n| first.candidates.iter().find(|candidate| candidate.member == member(n)).unwrap().filtered;
    assert_eq!((filter(1), filter(2)), (Some(FilterReason::AlreadyAsked), None));
}

#[tokio::test]
async fn what_was_taken_in_time_is_left_alone() {
    let house = House::new();
    house.comes_online(1).await;
    house.request(1).await;
    house.given().await;
    house.taken(1).await;
    house.clock.advance(MINUTE * 2);
    house.swept().await;
    assert_eq!(house.state_of(1), AvailabilityState::Online);
    assert_eq!(house.outcomes(), [Outcome::Assigned(2)]);
    assert!(house.desk.overdue(house.clock.now()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_time_out_waits_for_the_fact_of_its_assignment() {
    let house = House::new();
    house.comes_online(1).await;
    house.request(1).await;
    house.with_time(house.decide.run(workspace())).await.unwrap();
    house.clock.advance(MINUTE);
    house.with_time(house.sweep.run(false)).await.unwrap();
    assert_eq!(house.outcomes(), [Outcome::Assigned(2)]);
    house.facts().await;
    house.swept().await;
    assert_eq!(house.assignee(1), None);
}

#[tokio::test]
async fn a_take_over_at_the_last_moment_beats_the_release_and_makes_nobody_away() {
    let house = House::new();
    house.comes_online(1).await;
    house.request(1).await;
    house.given().await;
    house.clock.advance(MINUTE);
    house.conversations.world().truths.remove(&conversation(1));
    house.swept().await;
    assert_eq!(house.outcomes(), [Outcome::Assigned(2), Outcome::Refused(Refused::Stale)]);
    assert_eq!(house.state_of(1), AvailabilityState::Online);
}

#[tokio::test]
async fn a_member_found_full_is_passed_over_at_once() {
    let house = House::new();
    house.comes_online(1).await;
    house.comes_online(2).await;
    house.request(1).await;
    // The hint says that the first is free; they are not.
    house.conversations.world().held.insert(member(1), 3);
    house.conversations.world().hint.insert(member(1), 0);
    assert_eq!(house.given().await, Ended::Done);
    assert_eq!(house.assignee(1), Some(member(2)));
    assert_eq!(house.outcomes(), [Outcome::Refused(Refused::CapacityExceeded), Outcome::Assigned(2)]);
}

#[tokio::test]
async fn a_stale_decision_waits_for_the_newer_fact() {
    let house = House::new();
    house.comes_online(1).await;
    house.request(1).await;
    house.conversations.world().truths.get_mut(&conversation(1)).unwrap().version = 2;
    house.with_time(house.decide.run(workspace())).await.unwrap();
    house.with_time(house.decide.run(workspace())).await.unwrap();
    assert_eq!(house.outcomes(), [Outcome::Refused(Refused::Stale)]);
    house.facts().await;
    house.given().await;
    assert_eq!(house.assignee(1), Some(member(1)));
}

#[tokio::test]
async fn a_member_that_conversation_does_not_know_is_passed_over_for_a_while() {
    let house = House::new();
    house.comes_online(1).await;
    house.comes_online(2).await;
    house.request(1).await;
    house.conversations.world().weather.push_back(Weather::Refuse(Refused::MemberNotEligible));
    house.given().await;
    assert_eq!(house.assignee(1), Some(member(2)));
}

#[tokio::test]
async fn the_only_member_is_tried_again_once_conversation_may_know_them() {
    let house = House::new();
    house.comes_online(1).await;
    house.request(1).await;
    house.conversations.world().weather.push_back(Weather::Refuse(Refused::MemberNotEligible));
    house.given().await;
    assert_eq!(house.assignee(1), None);
    house.clock.advance(Duration::from_secs(5));
    house.given().await;
    assert_eq!(house.assignee(1), Some(member(1)));
}

#[tokio::test]
async fn g_a1_a_lost_reply_repeats_the_same_decision() {
    let house = House::new();
    house.comes_online(1).await;
    house.comes_online(2).await;
    house.request(1).await;
    house.conversations.world().weather.push_back(Weather::ReplyLost);
    assert_eq!(house.given().await, Ended::Done);
    assert_eq!(house.outcomes(), [Outcome::Assigned(2)]);
    let world = house.conversations.world();
    assert_eq!((world.calls.len(), world.calls[0]), (2, world.calls[1]));
    assert_eq!(world.held.values().sum::<i32>(), 1);
}

#[tokio::test]
async fn g_a1_a_decision_of_unknown_outcome_stays_the_only_one_and_another_instance_finishes_it() {
    let house = House::new();
    house.comes_online(1).await;
    house.comes_online(2).await;
    house.request(1).await;
    house.conversations.world().weather.extend([Weather::ReplyLost, Weather::Lost, Weather::Lost]);
    assert_eq!(house.given().await, Ended::Unfinished);
    assert_eq!(house.outcomes(), [Outcome::Pending]);
    let other = house.another(2);
    // Not while the first still holds the lease, nor anew.
    other.with_time(other.sweep.run(true)).await.unwrap();
    other.given().await;
    assert_eq!(house.outcomes(), [Outcome::Pending]);
    house.clock.advance(Duration::from_secs(5));
    other.swept().await;
    assert_eq!(house.outcomes(), [Outcome::Assigned(2)]);
    assert_eq!(house.conversations.world().held.values().sum::<i32>(), 1);
}

#[tokio::test]
async fn g_a2_decisions_under_way_count_against_the_limit() {
    let house = House::new();
    house.comes_online(1).await;
    for n in 1..=5 {
        house.request(n).await;
    }
    // The first three never arrive: nobody else is to be given to that member meanwhile.
    house.conversations.world().weather.extend([Weather::Lost; 9]);
    house.given().await;
    house.given().await;
    assert_eq!(house.outcomes().iter().filter(|outcome| **outcome == Outcome::Pending).count(), 3);
    house.clock.advance(Duration::from_secs(5));
    house.swept().await;
    house.given().await;
    assert_eq!(house.conversations.world().held.get(&member(1)), Some(&3));
}

#[tokio::test]
async fn that_there_is_nobody_is_recorded_once_until_it_is_for_another_reason() {
    let house = House::new();
    house.request(1).await;
    house.hire(1).await;
    for _ in 0..3 {
        house.given().await;
    }
    assert_eq!(house.outcomes(), [Outcome::Nobody]);
    house.says(1, AvailabilityState::Online).await;
    house.given().await;
    assert_eq!(house.assignee(1), Some(member(1)));
    assert_eq!(house.outcomes(), [Outcome::Nobody, Outcome::Assigned(2)]);
}

#[tokio::test]
async fn older_and_repeated_facts_change_nothing() {
    let house = House::new();
    house.request(1).await;
    let (entry, _) =
        house.desk.state().entries.get(&(workspace(), conversation(1))).cloned().expect("it waits");
    house.taken(1).await;
    let stale = Seen {
        workspace: workspace(),
        conversation: conversation(1),
        revision: 1,
        holder: None,
        asked_at: entry.waiting_since,
        entry: Some(entry),
    };
    house.follow.conversation(stale).await.unwrap();
    let seen =
        MemberSeen { workspace: workspace(), member: member(1), revision: 2, active: true, may_reply: true };
    house.follow.member(seen).await.unwrap();
    house.follow.member(MemberSeen { revision: 1, may_reply: false, ..seen }).await.unwrap();
    assert!(house.desk.state().entries.is_empty());
    assert!(house.desk.state().members.get(&member(1)).unwrap().may_reply);
}

#[tokio::test]
async fn a_page_of_availabilities_says_where_the_next_begins() {
    let house = House::new();
    for n in 1..=3 {
        house.comes_online(n).await;
    }
    let list = super::list_availability::ListAvailability { staff: house.desk.clone() };
    let (first, next) = list.run(workspace(), None, 2).await.unwrap();
    assert_eq!((first.len(), next), (2, Some(member(2))));
    let (rest, next) = list.run(workspace(), next, 2).await.unwrap();
    assert_eq!((rest.len(), next), (1, None));
    assert_eq!(house.desk.list(workspace(), None, 10).await.unwrap().len(), 3);
}

impl House {
    /// A person gives it to a member: routing did not decide it.
    async fn given_by_hand(&self, n: u128, to: u128) {
        {
            let mut world = self.conversations.world();
            let truth = world.truths.get_mut(&conversation(n)).unwrap();
            truth.version += 1;
            (truth.state, truth.assignee) = (EntryState::Assigned, Some(member(to)));
        }
        self.facts().await;
    }

    /// Every day from nine to five in UTC, with an answer within so many minutes.
    async fn works_nine_to_five(&self, minutes: u32) {
        let hours = OfficeHours {
            zone: "UTC".to_owned(),
            week: std::array::from_fn(|_| vec![Span::new(540, 1020).unwrap()]),
            exceptions: Default::default(),
            reply: Some(Reply::Minutes(minutes)),
            language: String::new(),
        };
        let etag = self.desk.state().hours.etag();
        let command = super::set_office_hours::Command { workspace: workspace(), etag, hours };
        self.set_hours.run(command).await.unwrap();
    }

    /// What visitors were told by now: by when, the text, whether outside hours.
    async fn told(&self) -> Vec<(Option<String>, String, bool)> {
        self.tell.run().await.unwrap();
        let told = self.teller.told();
        let by = |at: jiff::Timestamp| at.to_string();
        told.iter()
            .map(|(_, told)| (told.promised_by.map(by), told.text.clone(), told.outside_hours))
            .collect()
    }

    fn it_is(&self, at: &str) {
        self.clock.set_wall(at.parse().unwrap());
    }
}

mod by_hand_and_teams;
mod promises;
