//! Who has a mailing, until when, and what becomes of those that nobody comes to an end with.

use sea_orm::{DbBackend, QueryTrait as _};

use super::*;
use crate::{
    domain::decide::{self, Held, Standing},
    store::mailings::claim,
};

async fn counted(database: &Database, what: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM mailing WHERE {what}");
    let row = database.reader().query_one_raw(database.engine().statement(&sql, [])).await.unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn g_t3_a_clock_that_is_set_passes_no_lease() {
    on_both_engines(Migrator, |database| async move {
        let desk = Desk::new(&database).await;
        desk.given(1, member(0)).await;
        let mine = desk.claim(1, 120, 10).await.remove(0);
        // Another process, whose clock is a day ahead; and this one, whose clock was set back and on again.
        for now in [120 + 86_400, 119, 121] {
            assert!(desk.claim(2, now, 10).await.is_empty(), "at {now}");
        }
        assert!(desk.mailings.begin(&mine, lease(1), Attempt { upto: 3, seen_upto: 3 }).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn g_t3_an_attempt_has_the_whole_lease_from_when_it_begins_and_none_begins_after_it_passed() {
    on_both_engines(Migrator, |database| async move {
        let desk = Desk::new(&database).await;
        desk.given(1, member(0)).await;
        let short = Lease { lasts: Duration::from_secs(60), ..lease(1) };
        let mine = desk.mailings.claim(short, at(120), 10).await.unwrap().remove(0);
        let now = database.engine().now_sql();
        let lasting = format!("lease_until > {now} + 1800000000");
        assert_eq!(counted(&database, &lasting).await, 0);
        let attempt = Attempt { upto: 3, seen_upto: 3 };
        assert!(desk.mailings.begin(&mine, lease(1), attempt).await.unwrap());
        assert_eq!(counted(&database, &lasting).await, 1);
        lapse(&database).await;
        assert!(!desk.mailings.begin(&mine, lease(1), attempt).await.unwrap());
        assert_eq!(counted(&database, "attempts = 1").await, 1);
    })
    .await;
}

#[tokio::test]
async fn who_takes_one_on_has_tried_until_it_shows_that_it_was_too_early() {
    on_both_engines(Migrator, |database| async move {
        let desk = Desk::new(&database).await;
        desk.given(1, member(0)).await;
        for dead in 0..3 {
            let mine = desk.claim(1, 120, 10).await.remove(0);
            assert_eq!(mine.tries, dead, "whoever had it died {dead} times");
            lapse(&database).await;
        }
        let mine = desk.claim(1, 120, 10).await.remove(0);
        desk.settle(&mine, 1, Outcome::Waits { until: at(120), reason: Reason::ReadFirst }, 120).await;
        let mine = desk.claim(1, 120, 10).await.remove(0);
        assert_eq!(mine.tries, 3, "that it waits is no try");
        desk.settle(&mine, 1, Outcome::TryAgain { at: at(120), sent: true }, 120).await;
        assert_eq!(desk.claim(1, 120, 10).await[0].tries, 4);
    })
    .await;
}

#[tokio::test]
async fn one_that_cannot_be_read_keeps_nobody_waiting_and_is_given_up_after_its_time() {
    on_both_engines(Migrator, |database| async move {
        let desk = Desk::new(&database).await;
        desk.given(1, member(0)).await;
        change(&database, "UPDATE mailing SET subject = 'of a later version'").await;
        // The same member and conversation.
        desk.asked_again(1).await;
        let readable = desk.claim(1, 120, 10).await;
        assert_eq!(readable.iter().filter(|it| it.recipient == Recipient::Member(member(0))).count(), 1);
        assert_eq!(
            counted(&database, "subject = 'of a later version' AND tries = 1 AND lease_until = 0").await,
            1
        );
        for mailing in &readable {
            desk.settle(mailing, 1, Outcome::Dropped(Reason::Overtaken), 121).await;
        }
        assert_eq!(desk.mailings.backlog(at(121)).await.unwrap().oldest_due, None, "it is put off");
        assert!(desk.claim(1, 86_400, 10).await.is_empty());
        assert_eq!(counted(&database, "state <= 2").await, 0);
        assert_eq!(counted(&database, "state = 6 AND subject = 'of a later version'").await, 1);
    })
    .await;
}

/// Asked once a second: with years of settled mailings beside them, the open ones must be found without looking at the rest.
#[tokio::test]
async fn what_is_due_and_what_is_leased_is_found_by_the_indexes_over_what_is_open() {
    let database = baton_kit_testing::database::TestDatabase::sqlite().await;
    database.migrate::<Migrator>().await;
    let engine = database.engine();
    let queries = [
        (claim::leased(engine).build(DbBackend::Sqlite), "mailing_leased"),
        (claim::due(engine, at(0)).build(DbBackend::Sqlite), "mailing_due"),
    ];
    for (mut query, index) in queries {
        query.sql = format!("EXPLAIN QUERY PLAN {}", query.sql);
        let rows = database.reader().query_all_raw(query).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect();
        assert!(plan.iter().any(|step| step.contains(index)), "{plan:?}");
        assert!(
            !plan.iter().any(|step| step.starts_with("SCAN mailing") && !step.contains(index)),
            "{plan:?}"
        );
        assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{plan:?}");
    }
}

#[tokio::test]
async fn a_warning_is_answered_by_the_next_message_whatever_was_read_before() {
    on_both_engines(Migrator, |database| async move {
        let desk = Desk::new(&database).await;
        let late = || State { assignee: Some(member(0)), last_sequence: 7, ..state(5) };
        apply(&desk.book, &Told::Read(1, member(0), 7)).await;
        let taken = Change { state: State { revision: 4, ..late() }, by: Some(member(0)), overdue: false };
        apply(&desk.book, &Told::Change(1, 0, taken)).await;
        apply(&desk.book, &Told::Change(1, 0, Change { state: late(), by: None, overdue: true })).await;
        let warning = desk.claim(1, 120, 10).await.remove(0);
        assert_eq!((warning.kind, warning.sequence), (Kind::ReplyOverdue, 7));
        apply(&desk.book, &Told::Answer(1, 8)).await;
        // Whether it is wanted by mail is a matter of its own.
        let standing = Standing { wanted: true, ..desk.mailings.standing(&warning).await.unwrap() };
        let held = decide::by_standing(&warning, &standing, &terms(), at(120));
        assert_eq!(held, Some(Held::Drop(Reason::Overtaken)));
    })
    .await;
}
