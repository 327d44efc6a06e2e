//! Consumers of the log: at least once, in order, failures beside the way.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use baton_kit::{
    data::{Database, Fact, NewFact, StoreError},
    events::{Consumer, FactHandler, HandleError, LostPlace},
    life::{
        clock::{SharedClock, SystemClock},
        ids::SystemIds,
        lifecycle::{Lifecycle, TASK_SPAN_TARGET},
        telemetry::{Metrics, current_traceparent},
    },
};
use baton_kit_testing::{
    clock::ScaledClock,
    database::{TestDatabase, on_both_engines},
};
use sea_orm::{ConnectionTrait as _, Statement};
use tracing_subscriber::{Layer as _, filter::filter_fn, layer::SubscriberExt as _};
use uuid::Uuid;

use crate::{support::*, tables::Tables};

/// What a handler does with a fact.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    Retry,
    Poison,
    Panic,
}

/// Remembers what it was given; fails facts by the number of their event.
#[derive(Default)]
struct Recorder {
    handled: Mutex<Vec<i64>>,
    tried: Mutex<Vec<i64>>,
    fates: Mutex<HashMap<i64, Fate>>,
    lost: Mutex<Vec<LostPlace>>,
    traces: Mutex<Vec<Option<String>>>,
    /// From this fact on it never comes to an end.
    stuck_at: Option<i64>,
    /// How long it takes for each.
    slowness: Option<Duration>,
    /// Takes several at once, and how many it took each time.
    together: Option<Mutex<Vec<usize>>>,
}

#[async_trait]
impl FactHandler for Recorder {
    async fn handle(&self, fact: &Fact) -> Result<(), HandleError> {
        match self.slowness {
            Some(long) => SystemClock::new().sleep(long).await,
            None => tokio::task::yield_now().await,
        }
        if self.stuck_at.is_some_and(|position| fact.position >= position) {
            std::future::pending::<()>().await;
        }
        self.tried.lock().unwrap().push(fact.position);
        self.traces.lock().unwrap().push(current_traceparent());
        let fate = self.fates.lock().unwrap().get(&fact.position).copied();
        match fate {
            Some(Fate::Retry) => Err(HandleError::Retry("elsewhere is down".into())),
            Some(Fate::Poison) => Err(HandleError::Poison("cannot be read".into())),
            Some(Fate::Panic) => panic!("on purpose"),
            None => {
                self.handled.lock().unwrap().push(fact.position);
                Ok(())
            }
        }
    }

    async fn handle_together(&self, facts: &[Arc<Fact>]) -> Result<bool, HandleError> {
        let Some(together) = &self.together else { return Ok(false) };
        let has_a_fate = |fact: &Arc<Fact>| self.fates.lock().unwrap().contains_key(&fact.position);
        if facts.iter().any(has_a_fate) {
            return Err(HandleError::Retry("one of them cannot be read".into()));
        }
        together.lock().unwrap().push(facts.len());
        self.handled.lock().unwrap().extend(facts.iter().map(|fact| fact.position));
        Ok(true)
    }

    async fn lost_place(&self, why: LostPlace) -> Result<(), HandleError> {
        self.lost.lock().unwrap().push(why);
        Ok(())
    }
}

impl Recorder {
    fn failing(fates: &[(i64, Fate)]) -> Arc<Self> {
        let recorder = Self::default();
        recorder.fates.lock().unwrap().extend(fates.iter().copied());
        Arc::new(recorder)
    }

    fn mend(&self) {
        self.fates.lock().unwrap().clear();
    }

    fn handled(&self) -> Vec<i64> {
        self.handled.lock().unwrap().clone()
    }

    fn tries_of(&self, position: i64) -> usize {
        self.tried.lock().unwrap().iter().filter(|tried| **tried == position).count()
    }

    async fn until_handled(&self, count: usize) {
        until("so many are handled", || async { self.handled().len() >= count }).await;
    }
}

fn start(db: &Database, handler: &Arc<Recorder>, clock: SharedClock) -> Lifecycle {
    let life = Lifecycle::new();
    let handler: Arc<dyn FactHandler> = handler.clone();
    Consumer { name: "recorder", log: db.facts(), handler }.start(&life, clock, SystemIds::new());
    life
}

async fn cursor(db: &Database) -> i64 {
    number(db.reader(), "SELECT COALESCE(MAX(position), -1) FROM consumer WHERE name = 'recorder'").await
}

/// As long as the longest lease.
async fn expire_lease(db: &Database) {
    db.write(|unit| {
        Box::pin(async move { run(unit.tx(), "UPDATE consumer SET lease_until = 0", vec![]).await })
    })
    .await
    .unwrap();
}

/// Facts 1 to `count`; the subject of each is its number modulo `subjects`.
async fn publish(db: &Database, count: i64, subjects: i64) {
    for id in 1..=count {
        post(db, id, (id % subjects) as u128).await.unwrap();
    }
    until("they are numbered", || async { db.facts().head() == count }).await;
}

#[tokio::test]
async fn a_crash_repeats_and_never_loses() {
    on_both_engines(Tables, |db| async move {
        publish(&db, 250, 10).await;
        let first = Arc::new(Recorder { stuck_at: Some(131), ..Recorder::default() });
        let life = start(&db, &first, SystemClock::new());
        first.until_handled(130).await;
        life.hard().cancel();
        until("it is gone", || async { life.running().is_empty() }).await;
        let known = cursor(&db).await;
        assert_eq!(first.handled(), (1..=130).collect::<Vec<_>>());
        assert!((100..=130).contains(&known), "cursor {known}");
        expire_lease(&db).await;
        let second = Arc::new(Recorder::default());
        let _life = start(&db, &second, SystemClock::new());
        until("the rest is handled", || async { second.handled().last() == Some(&250) }).await;
        // A cursor that was on its way when the process died may have landed.
        let again = second.handled()[0];
        assert!(again > known && again <= 131, "cursor {known}, {again}");
        assert_eq!(second.handled(), (again..=250).collect::<Vec<_>>());
        until("the cursor follows", || async { cursor(&db).await == 250 }).await;
    })
    .await;
}

#[tokio::test]
async fn a_process_that_dies_soon_after_each_start_comes_further_all_the_same() {
    on_both_engines(Tables, |db| async move {
        publish(&db, 250, 10).await;
        let slow = Recorder { slowness: Some(Duration::from_millis(10)), ..Recorder::default() };
        let slow = Arc::new(slow);
        let life = start(&db, &slow, SystemClock::new());
        // Fewer than a crash may repeat, and never a pause in which to settle.
        slow.until_handled(60).await;
        life.hard().cancel();
        until("it is gone", || async { life.running().is_empty() }).await;
        assert!(cursor(&db).await > 0, "the next life begins where this one did");
    })
    .await;
}

#[tokio::test]
async fn who_takes_several_facts_at_once_gets_each_once_and_in_order() {
    on_both_engines(Tables, |db| async move {
        publish(&db, 250, 10).await;
        let handler = Arc::new(Recorder { together: Some(Mutex::default()), ..Recorder::default() });
        let _life = start(&db, &handler, SystemClock::new());
        until("the cursor follows", || async { cursor(&db).await == 250 }).await;
        assert_eq!(handler.handled(), (1..=250).collect::<Vec<_>>());
        let taken = handler.together.as_ref().unwrap().lock().unwrap().clone();
        assert_eq!(taken.iter().sum::<usize>() + handler.tried.lock().unwrap().len(), 250);
        assert!(taken.iter().any(|count| *count > 50), "{taken:?}");
    })
    .await;
}

#[tokio::test]
async fn g_d8_of_facts_that_cannot_be_taken_at_once_only_the_failing_subject_waits() {
    on_both_engines(Tables, |db| async move {
        publish(&db, 20, 10).await;
        let fates = Mutex::new(HashMap::from([(7, Fate::Retry)]));
        let together = Some(Mutex::default());
        let handler = Arc::new(Recorder { together, fates, ..Recorder::default() });
        let _life = start(&db, &handler, SystemClock::new());
        handler.until_handled(18).await;
        let others: Vec<i64> = (1..=20).filter(|position| position % 10 != 7).collect();
        assert_eq!(handler.handled(), others);
        handler.mend();
        handler.until_handled(20).await;
        assert_eq!(handler.handled()[18..], [7, 17]);
    })
    .await;
}

#[tokio::test]
async fn draining_repeats_nothing_and_gives_the_lease_back() {
    on_both_engines(Tables, |db| async move {
        publish(&db, 250, 10).await;
        let first = Arc::new(Recorder::default());
        let life = start(&db, &first, SystemClock::new());
        first.until_handled(30).await;
        assert!(life.drain(DEADLINE).await.is_clean());
        let handled = first.handled();
        assert_eq!(cursor(&db).await, *handled.last().unwrap());
        assert_eq!(number(db.reader(), "SELECT lease_until FROM consumer").await, 0);
        let second = Arc::new(Recorder::default());
        let _life = start(&db, &second, SystemClock::new());
        until("the rest is handled", || async { first.handled().len() + second.handled().len() == 250 })
            .await;
        let all = [handled, second.handled()].concat();
        assert_eq!(all, (1..=250).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn g_d8_a_failing_fact_holds_only_its_own_subject_back() {
    on_both_engines(Tables, |db| async move {
        publish(&db, 40, 4).await;
        // Of subject 1: facts 1, 5, 9 … The second one fails.
        let handler = Recorder::failing(&[(5, Fate::Retry), (6, Fate::Panic)]);
        let _life = start(&db, &handler, ScaledClock::new(20).shared());
        handler.until_handled(22).await;
        let others: Vec<_> = (1..=40).filter(|n| *n < 5 || ![1, 2].contains(&(n % 4))).collect();
        assert_eq!(handler.handled(), others);
        until("both are tried again", || async { handler.tries_of(5).min(handler.tries_of(6)) > 1 }).await;
        handler.mend();
        handler.until_handled(40).await;
        for subject in [1, 2] {
            let own: Vec<_> = handler.handled().into_iter().filter(|n| n % 4 == subject).collect();
            assert_eq!(own, (0..10).map(|n| n * 4 + subject).collect::<Vec<_>>());
        }
        let left = "SELECT COUNT(*) FROM delivery_failure";
        until("nothing is left behind", || async { number(db.reader(), left).await == 0 }).await;
    })
    .await;
}

#[tokio::test]
async fn g_d8_a_fact_that_never_works_is_given_up_listed_and_redriven() {
    on_both_engines(Tables, |db| async move {
        publish(&db, 8, 2).await;
        let handler = Recorder::failing(&[(3, Fate::Retry), (4, Fate::Poison)]);
        let _life = start(&db, &handler, ScaledClock::new(1000).shared());
        handler.until_handled(6).await;
        let letters = db.facts().dead_letters(None, 10).await.unwrap();
        let seen: Vec<_> = letters.iter().map(|letter| (letter.position, letter.attempts)).collect();
        assert_eq!(seen, [(3, 10), (4, 1)]);
        assert_eq!((handler.tries_of(3), handler.tries_of(4)), (10, 1));
        assert_eq!((letters[0].consumer.as_str(), letters[0].subject), ("recorder", Uuid::from_u128(1)));
        assert_eq!(letters[1].last_error, "cannot be read");
        assert!(letters.iter().all(|letter| letter.written.is_some()));
        let behind = Some((letters[0].position, letters[0].consumer.clone()));
        assert_eq!(db.facts().dead_letters(None, 1).await.unwrap(), letters[..1]);
        assert_eq!(db.facts().dead_letters(behind, 10).await.unwrap(), letters[1..]);
        handler.mend();
        assert_eq!(db.facts().redrive("recorder", 3).await, Ok(true));
        assert_eq!(db.facts().redrive("recorder", 3).await, Ok(false));
        assert_eq!(db.facts().redrive("somebody else", 4).await, Ok(false));
        handler.until_handled(7).await;
        assert_eq!(handler.handled().last(), Some(&3));
        assert_eq!(db.facts().dead_letters(None, 10).await.unwrap().len(), 1);
    })
    .await;
}

/// What is shown of a consumer's dead letters; `None` when nothing is.
fn shown(metrics: &Metrics) -> Option<String> {
    let rendered = metrics.render();
    let line = rendered.lines().find(|line| line.starts_with("baton_dead_letters{"))?;
    assert!(line.contains("consumer=\"recorder\"") && line.contains("service=\""), "{line}");
    line.rsplit(' ').next().map(str::to_owned)
}

async fn show(db: &Database) -> String {
    let metrics = Metrics::new("test").unwrap();
    db.facts().show_dead_letters(&metrics);
    until("they are counted", || async { shown(&metrics).is_some() }).await;
    shown(&metrics).unwrap()
}

#[tokio::test]
async fn g_d8_how_many_facts_are_given_up_is_a_number_to_alarm_by() {
    on_both_engines(Tables, |db| async move {
        publish(&db, 8, 2).await;
        let handler = Recorder::failing(&[(3, Fate::Poison), (4, Fate::Poison)]);
        let _life = start(&db, &handler, ScaledClock::new(1000).shared());
        handler.until_handled(6).await;
        assert_eq!(show(&db).await, "2");
        handler.mend();
        assert_eq!(db.facts().redrive("recorder", 3).await, Ok(true));
        assert_eq!(db.facts().redrive("recorder", 4).await, Ok(true));
        handler.until_handled(8).await;
        assert_eq!(show(&db).await, "0", "none is a number too, or no alarm could end");
    })
    .await;
}

#[tokio::test]
async fn g_d8_what_cannot_be_given_again_is_not_listed_for_ever() {
    on_both_engines(Tables, |db| async move {
        publish(&db, 4, 2).await;
        let handler = Recorder::failing(&[(1, Fate::Poison), (4, Fate::Poison)]);
        let _life = start(&db, &handler, ScaledClock::new(1000).shared());
        handler.until_handled(2).await;
        let late = NewFact { at: "2026-01-01T00:00:00Z".parse().unwrap(), ..fact(5, 1) };
        let published: Result<(), StoreError> = db
            .write(move |unit| {
                let late = late.clone();
                Box::pin(async move { unit.publish(late).await })
            })
            .await;
        published.unwrap();
        handler.until_handled(3).await;
        assert_eq!(db.facts().dead_letters(None, 10).await.unwrap().len(), 2);
        assert_eq!(db.facts().prune("2025-06-01T00:00:00Z".parse().unwrap()).await, Ok(4));
        assert_eq!(db.facts().dead_letters(None, 10).await, Ok(Vec::new()));
        assert_eq!(number(db.reader(), "SELECT COUNT(*) FROM delivery_failure").await, 0);
    })
    .await;
}

/// A dead letter of a fact that is still there stays, whatever was pruned.
#[tokio::test]
async fn g_d8_what_can_be_given_again_stays() {
    on_both_engines(Tables, |db| async move {
        publish(&db, 2, 2).await;
        let handler = Recorder::failing(&[(2, Fate::Poison)]);
        let _life = start(&db, &handler, SystemClock::new());
        handler.until_handled(1).await;
        until("it is given up", || async { db.facts().dead_letters(None, 10).await.unwrap().len() == 1 })
            .await;
        assert_eq!(db.facts().prune("2025-01-01T00:00:00Z".parse().unwrap()).await, Ok(0));
        assert_eq!(db.facts().dead_letters(None, 10).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_waits_is_found_without_walking_what_was_given_up() {
    let db = TestDatabase::sqlite().await;
    db.migrate::<Tables>().await;
    let sql =
        "EXPLAIN QUERY PLAN SELECT position FROM delivery_failure WHERE consumer = 'recorder' AND NOT dead";
    let statement = Statement::from_string(db.reader().get_database_backend(), sql);
    let row = db.reader().query_one_raw(statement).await.unwrap().unwrap();
    let plan: String = row.try_get("", "detail").unwrap();
    assert!(plan.contains("delivery_failure_waiting"), "{plan}");
}

#[tokio::test]
async fn failures_survive_a_restart() {
    on_both_engines(Tables, |db| async move {
        publish(&db, 8, 2).await;
        let first = Recorder::failing(&[(3, Fate::Retry)]);
        let life = start(&db, &first, SystemClock::new());
        first.until_handled(5).await;
        assert!(life.drain(DEADLINE).await.is_clean());
        let second = Arc::new(Recorder::default());
        let _life = start(&db, &second, SystemClock::new());
        second.until_handled(3).await;
        assert_eq!(second.handled(), [3, 5, 7]);
    })
    .await;
}

#[tokio::test]
async fn of_two_processes_one_consumes_and_the_other_takes_over() {
    let Some(db) = TestDatabase::postgres().await else {
        return;
    };
    db.migrate::<Tables>().await;
    let (other, _other_life) = db.another::<Tables>().await;
    publish(&db, 20, 3).await;
    let (first, second) = (Arc::new(Recorder::default()), Arc::new(Recorder::default()));
    let life = start(&db, &first, SystemClock::new());
    first.until_handled(20).await;
    // It asks for the lease a hundred times while the first holds it.
    let _life = start(&other, &second, ScaledClock::new(100).shared());
    for id in 21..=60 {
        post(&db, id, 1).await.unwrap();
    }
    first.until_handled(60).await;
    assert_eq!(second.handled(), [0; 0]);
    assert!(life.drain(DEADLINE).await.is_clean());
    post(&other, 61, 1).await.unwrap();
    second.until_handled(1).await;
    assert_eq!(second.handled(), [61]);
}

/// A process that was paused past its lease: another one holds it when it wakes.
#[tokio::test]
async fn a_consumer_without_its_lease_moves_no_cursor() {
    on_both_engines(Tables, |db| async move {
        publish(&db, 3, 3).await;
        let handler = Arc::new(Recorder::default());
        let _life = start(&db, &handler, SystemClock::new());
        until("it consumes", || async { cursor(&db).await == 3 }).await;
        let steal = "UPDATE consumer SET lease_token = lease_token + 1, lease_until = 9000000000000000000, position = 1";
        db.write(move |unit| Box::pin(async move { run(unit.tx(), steal, vec![]).await })).await.unwrap();
        for id in 4..=9 {
            post(&db, id, 1).await.unwrap();
        }
        // The fact in hand may be handled, its cursor may not be written; then it stands by.
        until("it stops", || async { handler.handled().len() > 3 }).await;
        for id in 10..=200 {
            post(&db, id, 1).await.unwrap();
        }
        assert_eq!(cursor(&db).await, 1);
        let handled = handler.handled().len();
        for id in 201..=220 {
            post(&db, id, 1).await.unwrap();
        }
        assert!(handled < 200 && handler.handled().len() == handled, "it went on: {:?}", handler.handled());
    })
    .await;
}

#[tokio::test]
async fn a_consumer_that_lost_its_place_is_told_and_goes_on() {
    on_both_engines(Tables, |db| async move {
        publish(&db, 4, 2).await;
        let first = Arc::new(Recorder::default());
        let life = start(&db, &first, SystemClock::new());
        until("it consumes", || async { cursor(&db).await == 4 }).await;
        assert!(life.drain(DEADLINE).await.is_clean());
        db.facts().begin_generation(Uuid::from_u128(5)).await.unwrap();
        post(&db, 5, 1).await.unwrap();
        until("it is numbered", || async { db.facts().head() == 5 }).await;
        let second = Arc::new(Recorder::default());
        let life = start(&db, &second, SystemClock::new());
        until("it is told", || async { *second.lost.lock().unwrap() == [LostPlace::AnotherGeneration] })
            .await;
        until("it goes on behind the head", || async { cursor(&db).await == 5 }).await;
        assert!(life.drain(DEADLINE).await.is_clean());
        for id in 6..=8 {
            post(&db, id, 1).await.unwrap();
        }
        until("they are numbered", || async { db.facts().head() == 8 }).await;
        let late = NewFact { at: "2026-01-01T00:00:00Z".parse().unwrap(), ..fact(9, 1) };
        let published: Result<(), StoreError> = db
            .write(move |unit| {
                let late = late.clone();
                Box::pin(async move { unit.publish(late).await })
            })
            .await;
        published.unwrap();
        until("it is numbered", || async { db.facts().head() == 9 }).await;
        assert_eq!(db.facts().prune("2025-06-01T00:00:00Z".parse().unwrap()).await, Ok(8));
        let third = Arc::new(Recorder::default());
        let _life = start(&db, &third, SystemClock::new());
        third.until_handled(1).await;
        assert_eq!((third.handled(), third.lost.lock().unwrap().clone()), (vec![9], vec![LostPlace::Pruned]));
        assert!(second.handled().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_fact_is_handled_in_the_trace_that_published_it() {
    let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder().build();
    let tracer = opentelemetry::trace::TracerProvider::tracer(&provider, "test");
    // As kit installs it: a task is no part of a trace.
    let worth_tracing = filter_fn(|metadata| metadata.target() != TASK_SPAN_TARGET);
    let layer = tracing_opentelemetry::layer().with_tracer(tracer).with_filter(worth_tracing);
    // Global: what one thread alone subscribes to, another one's first use of a span turns off.
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer)).unwrap();
    for db in [Some(TestDatabase::sqlite().await), TestDatabase::postgres().await].into_iter().flatten() {
        db.migrate::<Tables>().await;
        let span = tracing::info_span!("request");
        let published = async {
            post(&db, 1, 1).await.unwrap();
            current_traceparent()
        };
        let published = tracing::Instrument::instrument(published, span).await.expect("a traced span");
        let handler = Arc::new(Recorder::default());
        let _life = start(&db, &handler, SystemClock::new());
        handler.until_handled(1).await;
        let handled = handler.traces.lock().unwrap()[0].clone().expect("a traced span");
        let trace = |traceparent: &str| traceparent.split('-').nth(1).unwrap().to_owned();
        assert_eq!(trace(&handled), trace(&published));
        assert_ne!(handled, published);
    }
}
