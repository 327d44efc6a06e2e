//! The stores on both engines: what facts lead to however often they come, and who works on what.

use std::{collections::BTreeMap, time::Duration};

use baton_kit::{
    data::{Database, StoreError},
    life::ids::{SharedIds, WorkspaceId},
};
use baton_kit_testing::{database::on_both_engines, seeds::SeededIds};
use jiff::Timestamp;
use sea_orm::ConnectionTrait as _;
use uuid::Uuid;

use super::*;
use crate::{
    application::ports::{
        Answer, Attempt, Book as _, EntriesWanted, Lease, Ledger as _, Mailings as _, MemberSeen,
        Notices as _, NoticesWanted, Place, Settlement, TeamSeen, Wishes as _,
    },
    domain::{
        ids::{ContactId, ConversationId, HandoffId, MemberId, TeamId},
        kind::{Kind, Recipient},
        ledger::{Decision, Reason},
        mailing::{Mailing, Outcome, Terms},
        news::{Change, State},
        preference::Preference,
    },
};

mod leases;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

fn workspace() -> WorkspaceId {
    WorkspaceId::from_uuid(Uuid::from_u128(1))
}

fn member(n: u128) -> MemberId {
    MemberId::from_uuid(Uuid::from_u128(100 + n))
}

fn team() -> TeamId {
    TeamId::from_uuid(Uuid::from_u128(50))
}

fn conversation(n: u128) -> ConversationId {
    ConversationId::from_uuid(Uuid::from_u128(1000 + n))
}

fn terms() -> Terms {
    Terms {
        delay: Duration::from_secs(120),
        visitor_delay: Duration::from_secs(60),
        window: Duration::from_secs(900),
        give_up_after: Duration::from_secs(86_400),
        mails: true,
    }
}

fn book(database: &Database, ids: &SharedIds) -> SqlBook {
    SqlBook::new(database.clone(), SharedIds::clone(ids), terms())
}

fn place(n: u128, second: i64) -> Place {
    let (at, heard_at) = (at(second), at(second));
    Place { workspace: workspace(), conversation: conversation(n), at, heard_at, traceparent: None }
}

/// Far longer than any test takes.
fn lease(owner: u128) -> Lease {
    Lease { owner: Uuid::from_u128(owner), lasts: Duration::from_secs(3600) }
}

/// Every lease passes, as if so much time had.
async fn lapse(database: &Database) {
    change(database, "UPDATE mailing SET lease_until = 1 WHERE lease_until > 1").await;
}

async fn change(database: &Database, sql: &'static str) {
    let changed: Result<_, StoreError> =
        database.write(move |unit| Box::pin(async move { unit.execute(sql, []).await })).await;
    changed.unwrap();
}

fn state(revision: i64) -> State {
    State {
        contact: ContactId::from_uuid(Uuid::from_u128(9)),
        resolved: false,
        assignee: None,
        team: None,
        looked_for: None,
        assignment_version: revision,
        last_sequence: revision,
        revision,
    }
}

/// A fact, as it may be told again.
#[derive(Debug, Clone)]
enum Told {
    Member(MemberSeen),
    Team(TeamSeen),
    Change(u128, i64, Change),
    Answer(u128, i64),
    Read(u128, MemberId, i64),
}

async fn apply(book: &SqlBook, told: &Told) {
    match told.clone() {
        Told::Member(seen) => book.member(seen).await.unwrap(),
        Told::Team(seen) => book.team(seen).await.unwrap(),
        Told::Change(n, second, change) => book.change(place(n, second), change).await.unwrap(),
        Told::Answer(n, sequence) => {
            // As the use case has it, which asks where nothing was heard before.
            let contact = Some(ContactId::from_uuid(Uuid::from_u128(9)));
            book.answer(place(n, sequence), Answer { by: member(1), sequence, contact }).await.unwrap();
        }
        Told::Read(n, member, sequence) => book.read(place(n, sequence), member, sequence).await.unwrap(),
    }
}

/// Chance that repeats.
struct Dice(SharedIds);

impl Dice {
    fn roll(&self, sides: u8) -> u8 {
        let mut byte = [0];
        self.0.fill(&mut byte);
        byte[0] % sides
    }
}

fn staff() -> Vec<Told> {
    let hired = (0..3).map(|n| {
        Told::Member(MemberSeen { workspace: workspace(), member: member(n), revision: 1, eligible: true })
    });
    let members = vec![member(0), member(1)];
    let formed =
        TeamSeen { workspace: workspace(), team: team(), revision: 1, name: "Billing".to_owned(), members };
    hired.chain([Told::Team(formed)]).collect()
}

/// Conversations that are asked for, given, answered and read, at random.
fn story(dice: &Dice) -> Vec<Told> {
    let mut told = staff();
    for n in 0..2 {
        let mut now = state(1);
        for revision in 1..=12_i64 {
            (now.revision, now.assignment_version, now.last_sequence) = (revision, revision, revision);
            let by = (dice.roll(2) == 0).then(|| member(dice.roll(3).into()));
            let mut overdue = false;
            match dice.roll(7) {
                0 => now.looked_for = Some(HandoffId::from_uuid(Uuid::from_u128(revision as u128))),
                1 => (now.looked_for, now.assignee) = (None, Some(member(dice.roll(3).into()))),
                2 => (now.team, now.assignee) = (Some(team()), None),
                3 => overdue = true,
                4 => {
                    told.push(Told::Answer(n, revision));
                    continue;
                }
                5 => {
                    told.push(Told::Read(n, member(dice.roll(3).into()), revision));
                    continue;
                }
                _ => now.resolved = !now.resolved,
            }
            told.push(Told::Change(n, revision, Change { state: now.clone(), by, overdue }));
        }
    }
    told
}

/// Everything that is stored, without the ids that chance gave.
async fn picture(database: &Database) -> Vec<String> {
    let tables = [
        "SELECT kind, recipient_id, conversation_id, subject, sequence, since, state, next_at FROM mailing",
        "SELECT member_id, kind, conversation_id, created_at FROM notice",
        "SELECT kind, channel, recipient_id, conversation_id, decision, reason, created_at FROM ledger",
        "SELECT conversation_id, revision, contact_id, assignee_id, team_id, looked_for_id, answered_upto FROM conversation",
        "SELECT conversation_id, member_id, sequence FROM read_mark",
        "SELECT member_id, revision, eligible FROM member",
    ];
    let mut rows = Vec::new();
    for sql in tables {
        let found = database.reader().query_all_raw(database.engine().statement(sql, [])).await.unwrap();
        rows.extend(found.iter().map(|row| {
            let cells = row.column_names().into_iter().map(|name| cell(row, &name));
            cells.collect::<Vec<_>>().join(" ")
        }));
    }
    rows.sort();
    rows
}

fn cell(row: &sea_orm::QueryResult, name: &str) -> String {
    let number = row.try_get::<Option<i64>>("", name).map(|it| format!("{name}={it:?}"));
    let small = || row.try_get::<Option<i32>>("", name).map(|it| format!("{name}={it:?}"));
    let flag = || row.try_get::<Option<bool>>("", name).map(|it| format!("{name}={it:?}"));
    let id = || row.try_get::<Option<Uuid>>("", name).map(|it| format!("{name}={it:?}"));
    let text = || row.try_get::<Option<String>>("", name).map(|it| format!("{name}={it:?}"));
    let shown = id().or(number).or_else(|_| small()).or_else(|_| flag()).or_else(|_| text());
    shown.unwrap_or_else(|error| panic!("{name}: {error}"))
}

async fn empty(database: &Database) {
    let tables = ["mailing", "notice", "ledger", "conversation", "read_mark", "member", "team"];
    let wiped: Result<(), StoreError> = database
        .write(move |unit| {
            Box::pin(async move {
                for table in tables {
                    unit.execute(&format!("DELETE FROM {table}"), []).await?;
                }
                Ok(())
            })
        })
        .await;
    wiped.unwrap();
}

/// Each fact once, then the same story with each up to five times, and begun again from somewhere before.
#[tokio::test]
async fn g_d6_facts_applied_again_after_restarts_leave_the_same_rows() {
    on_both_engines(Migrator, |database| async move {
        for seed in 0..12 {
            let ids = SeededIds::new(seed);
            let dice = Dice(SeededIds::new(seed + 1000));
            let story = story(&dice);
            empty(&database).await;
            let once = book(&database, &ids);
            for told in &story {
                apply(&once, told).await;
            }
            let expected = picture(&database).await;
            assert!(expected.len() > 10, "seed {seed} tells nothing: {expected:?}");
            empty(&database).await;
            let mut at = 0;
            while let Some(told) = story.get(at) {
                // A new one each time: nothing is remembered but what is stored.
                for _ in 0..=dice.roll(5) {
                    apply(&book(&database, &ids), told).await;
                }
                let back = if dice.roll(8) == 0 { usize::from(dice.roll(10)) } else { 0 };
                at = (at + 1).saturating_sub(back);
            }
            assert_eq!(picture(&database).await, expected, "seed {seed}");
        }
    })
    .await;
}

struct Desk {
    book: SqlBook,
    mailings: SqlMailings,
    ledger: SqlLedger,
    notices: SqlNotices,
    wishes: SqlWishes,
}

impl Desk {
    async fn new(database: &Database) -> Self {
        let ids = SeededIds::new(7);
        let desk = Self {
            book: book(database, &ids),
            mailings: SqlMailings::new(database.clone(), ids, terms()),
            ledger: SqlLedger::new(database.clone()),
            notices: SqlNotices::new(database.clone()),
            wishes: SqlWishes::new(database.clone()),
        };
        for told in staff() {
            apply(&desk.book, &told).await;
        }
        desk
    }

    async fn begins(&self, n: u128) {
        let change = Change { state: state(1), by: None, overdue: false };
        apply(&self.book, &Told::Change(n, 0, change)).await;
    }

    async fn asked(&self, n: u128) {
        let looked_for = Some(HandoffId::from_uuid(Uuid::from_u128(77)));
        let change = Change { state: State { looked_for, ..state(2) }, by: None, overdue: false };
        apply(&self.book, &Told::Change(n, 0, change)).await;
    }

    /// Once it was given to somebody.
    async fn asked_again(&self, n: u128) {
        let looked_for = Some(HandoffId::from_uuid(Uuid::from_u128(78)));
        let change = Change { state: State { looked_for, ..state(9) }, by: None, overdue: false };
        apply(&self.book, &Told::Change(n, 0, change)).await;
    }

    async fn given(&self, n: u128, to: MemberId) {
        let change = Change { state: State { assignee: Some(to), ..state(3) }, by: None, overdue: false };
        apply(&self.book, &Told::Change(n, 0, change)).await;
    }

    async fn claim(&self, owner: u128, now: i64, most: usize) -> Vec<Mailing> {
        self.mailings.claim(lease(owner), at(now), most).await.unwrap()
    }

    async fn settle(&self, mailing: &Mailing, owner: u128, outcome: Outcome, now: i64) {
        let settlement = Settlement { outcome, at: at(now), attempt: 1 };
        self.mailings.settle(mailing, lease(owner), settlement).await.unwrap();
    }

    async fn decided(&self) -> BTreeMap<(u8, u8), usize> {
        let wanted = EntriesWanted { conversation: None, member: None, before: None, most: 1000 };
        let mut counted = BTreeMap::new();
        for entry in self.ledger.list(workspace(), wanted).await.unwrap() {
            let key = (codes::from_decision(entry.decision) as u8, codes::from_reason(entry.reason) as u8);
            *counted.entry(key).or_default() += 1;
        }
        counted
    }
}

fn key(decision: Decision, reason: Reason) -> (u8, u8) {
    (codes::from_decision(decision) as u8, codes::from_reason(reason) as u8)
}

#[tokio::test]
async fn no_two_mailings_of_one_recipient_and_conversation_are_under_way() {
    on_both_engines(Migrator, |database| async move {
        let desk = Desk::new(&database).await;
        desk.asked(1).await;
        desk.given(1, member(0)).await;
        assert!(desk.claim(1, 119, 10).await.is_empty());
        let first = desk.claim(1, 120, 10).await;
        assert_eq!(first.len(), 3, "of four due, two are of one member");
        assert!(desk.claim(2, 121, 10).await.is_empty());
        let mine = first.iter().find(|it| it.recipient == Recipient::Member(member(0))).unwrap();
        desk.settle(mine, 1, Outcome::Dropped(Reason::Overtaken), 122).await;
        let second = desk.claim(2, 123, 10).await;
        assert_eq!(second.iter().map(|it| it.kind).collect::<Vec<_>>(), [Kind::AssignedToMe]);
        // The leases of all three pass, and somebody else goes on.
        lapse(&database).await;
        let third = desk.claim(3, 150, 10).await;
        assert_eq!(third.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn what_joins_while_a_mail_is_written_is_not_lost() {
    on_both_engines(Migrator, |database| async move {
        let desk = Desk::new(&database).await;
        desk.begins(1).await;
        apply(&desk.book, &Told::Answer(1, 2)).await;
        let taken = desk.claim(1, 100, 10).await.remove(0);
        apply(&desk.book, &Told::Answer(1, 3)).await;
        let attempt = Attempt { upto: 2, seen_upto: 2 };
        assert!(!desk.mailings.begin(&taken, lease(1), attempt).await.unwrap());
        desk.settle(&taken, 1, Outcome::Dropped(Reason::Read), 101).await;
        let again = desk.claim(2, 102, 10).await.remove(0);
        assert_eq!((again.id, again.sequence), (taken.id, 3));
        let attempt = Attempt { upto: 3, seen_upto: 3 };
        assert!(desk.mailings.begin(&again, lease(2), attempt).await.unwrap());
        // From here on it says what it says: what comes is another one.
        apply(&desk.book, &Told::Answer(1, 4)).await;
        desk.settle(&again, 2, Outcome::Sent, 103).await;
        let next = desk.claim(3, 200, 10).await.remove(0);
        assert_ne!(next.id, taken.id);
        let last_mail = desk.mailings.standing(&next).await.unwrap().last_mail.unwrap();
        assert_eq!((last_mail.at, last_mail.upto), (at(103), 3));
        let decided = desk.decided().await;
        assert_eq!(decided.get(&key(Decision::Merged, Reason::ReadFirst)), Some(&1));
        assert_eq!(decided.get(&key(Decision::Dropped, Reason::Read)), None);
    })
    .await;
}

#[tokio::test]
async fn who_lost_the_lease_decides_nothing_but_that_it_was_sent() {
    on_both_engines(Migrator, |database| async move {
        let desk = Desk::new(&database).await;
        desk.given(1, member(0)).await;
        let slow = desk.claim(1, 120, 10).await.remove(0);
        lapse(&database).await;
        let other = desk.claim(2, 160, 10).await.remove(0);
        let attempt = Attempt { upto: 3, seen_upto: 3 };
        assert!(!desk.mailings.begin(&slow, lease(1), attempt).await.unwrap());
        desk.settle(&slow, 1, Outcome::Dropped(Reason::Overtaken), 161).await;
        assert!(desk.mailings.begin(&other, lease(2), attempt).await.unwrap());
        desk.settle(&slow, 1, Outcome::Sent, 162).await;
        desk.settle(&other, 2, Outcome::Sent, 163).await;
        let decided = desk.decided().await;
        assert_eq!(decided.get(&key(Decision::Dropped, Reason::Overtaken)), None);
        let mails = EntriesWanted { conversation: None, member: None, before: None, most: 100 };
        let entries = desk.ledger.list(workspace(), mails).await.unwrap();
        let sent = entries.iter().filter(|it| it.decision == Decision::Sent && it.mailing.is_some());
        assert_eq!(sent.count(), 1);
    })
    .await;
}

#[tokio::test]
async fn wishes_are_replaced_and_links_end_what_they_are_for() {
    on_both_engines(Migrator, |database| async move {
        let desk = Desk::new(&database).await;
        let (me, other) = (member(0), member(1));
        let wish = |kind, email| Preference { kind, email, in_app: false };
        let set = vec![wish(Kind::AssignedToMe, true), wish(Kind::HandoffRequested, false)];
        desk.wishes.set(workspace(), me, set).await.unwrap();
        let ended = vec![Kind::AssignedToMe, Kind::AssignedToMyTeam];
        for _ in 0..2 {
            let who = Recipient::Member(me);
            desk.wishes.unsubscribe(workspace(), who, ended.clone(), at(1)).await.unwrap();
        }
        let off: Vec<Kind> =
            desk.wishes.get(workspace(), me).await.unwrap().iter().map(|it| it.kind).collect();
        assert_eq!(off.len(), 3);
        assert!(desk.wishes.get(workspace(), me).await.unwrap().iter().all(|it| !it.email));
        assert!(desk.wishes.get(workspace(), other).await.unwrap().is_empty());
        desk.wishes.set(workspace(), me, vec![wish(Kind::AssignedToMe, true)]).await.unwrap();
        assert_eq!(desk.wishes.get(workspace(), me).await.unwrap(), [wish(Kind::AssignedToMe, true)]);
    })
    .await;
}

#[tokio::test]
async fn what_is_old_is_forgotten_and_what_is_open_is_not() {
    on_both_engines(Migrator, |database| async move {
        let desk = Desk::new(&database).await;
        desk.given(1, member(0)).await;
        desk.given(2, member(0)).await;
        let taken = desk.claim(1, 120, 1).await.remove(0);
        desk.settle(&taken, 1, Outcome::Dropped(Reason::Overtaken), 121).await;
        assert_eq!(desk.mailings.forget(at(121)).await, Ok(0));
        assert_eq!(desk.mailings.forget(at(9999)).await, Ok(1));
        assert_eq!(desk.notices.forget(at(0)).await, Ok(0));
        assert_eq!(desk.notices.forget(at(9999)).await, Ok(2));
        assert_eq!(desk.ledger.forget(at(9999)).await, Ok(5));
        let wanted = NoticesWanted { unread_only: false, before: None, most: 10 };
        assert!(desk.notices.list(workspace(), member(0), wanted).await.unwrap().is_empty());
        let backlog = desk.mailings.backlog(at(200)).await.unwrap();
        assert_eq!((backlog.open, backlog.oldest_due), (1, Some(at(120))));
    })
    .await;
}

#[tokio::test]
async fn what_is_known_of_a_conversation_is_forgotten_once_it_was_silent_for_long() {
    const DAY: i64 = 86_400;
    on_both_engines(Migrator, |database| async move {
        let desk = Desk::new(&database).await;
        let heard = |n, day: i64| place(n, day * DAY);
        for n in [1, 2] {
            let change = Change { state: state(1), by: None, overdue: false };
            desk.book.change(heard(n, 0), change).await.unwrap();
            desk.book.read(heard(n, 0), member(0), 1).await.unwrap();
        }
        // Of one of them something is heard again later.
        desk.book.answer(heard(2, 5), Answer { by: member(0), sequence: 2, contact: None }).await.unwrap();
        desk.book.read(heard(2, 5), member(0), 2).await.unwrap();
        assert_eq!(desk.book.forget(at(0)).await, Ok(0));
        assert_eq!(desk.book.forget(at(3 * DAY)).await, Ok(2));
        let left: Vec<String> = picture(&database)
            .await
            .into_iter()
            .filter(|row| row.contains("answered_upto") || row.contains("sequence=Some(2)"))
            .collect();
        assert_eq!(left.len(), 3, "a conversation, its mark and the mailing of its answer: {left:#?}");
        assert_eq!(desk.book.forget(at(9 * DAY)).await, Ok(2));
    })
    .await;
}

#[tokio::test]
async fn what_somebody_still_has_is_no_news_however_long_it_was_silent() {
    const DAY: i64 = 86_400;
    on_both_engines(Migrator, |database| async move {
        let desk = Desk::new(&database).await;
        let annas = |revision| State { assignee: Some(member(0)), ..state(revision) };
        let given = Change { state: annas(1), by: None, overdue: false };
        desk.book.change(place(1, 0), given).await.unwrap();
        let told = desk.decided().await.len();
        assert_eq!(desk.book.forget(at(100 * DAY)).await, Ok(0));
        let woken = Change { state: annas(2), by: None, overdue: false };
        desk.book.change(place(1, 100 * DAY), woken).await.unwrap();
        assert_eq!(desk.decided().await.len(), told, "she has had it all the time");
        let resolved = Change { state: State { resolved: true, ..annas(3) }, by: None, overdue: false };
        desk.book.change(place(1, 100 * DAY), resolved).await.unwrap();
        assert_eq!(desk.book.forget(at(200 * DAY)).await, Ok(1));
    })
    .await;
}

#[tokio::test]
async fn what_a_member_wrote_before_is_no_sign_that_they_saw_what_came_then() {
    on_both_engines(Migrator, |database| async move {
        let desk = Desk::new(&database).await;
        desk.book.change(place(1, 0), Change { state: state(7), by: None, overdue: false }).await.unwrap();
        desk.book.answer(place(1, 0), Answer { by: member(0), sequence: 7, contact: None }).await.unwrap();
        let given = State { assignee: Some(member(0)), last_sequence: 7, ..state(8) };
        desk.book.change(place(1, 1), Change { state: given, by: None, overdue: false }).await.unwrap();
        let told: Vec<String> = picture(&database).await;
        let kind = format!("kind={:?}", Some(crate::store::codes::from_kind(Kind::AssignedToMe)));
        let mailing = told.iter().find(|row| row.contains("next_at") && row.contains(&kind));
        assert!(mailing.is_some_and(|row| row.contains("sequence=Some(8)")), "{told:#?}");
    })
    .await;
}

#[tokio::test]
async fn facts_from_long_ago_are_noted_and_told_to_nobody() {
    on_both_engines(Migrator, |database| async move {
        let desk = Desk::new(&database).await;
        let late = Place { heard_at: at(90_000), ..place(1, 0) };
        let change =
            Change { state: State { assignee: Some(member(0)), ..state(3) }, by: None, overdue: false };
        desk.book.change(late.clone(), change).await.unwrap();
        assert_eq!(database.facts().stored_head().await, Ok(0));
        desk.book.answer(late, Answer { by: member(0), sequence: 4, contact: None }).await.unwrap();
        assert_eq!(desk.mailings.backlog(at(99_999)).await.unwrap().open, 0);
        assert!(desk.decided().await.is_empty());
    })
    .await;
}
