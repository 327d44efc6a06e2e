//! Jobs against a conversation that loses replies and a store that is killed at every point.

use std::sync::Mutex;

use async_trait::async_trait;
use baton_kit::data::StoreError;
use baton_kit_testing::clock::FakeClock;
use jiff::Timestamp;
use uuid::Uuid;

use super::*;
use crate::{
    application::{
        in_memory::{InMemoryContacts, InMemoryConversation, OneAssistant, assistant, builtin, place},
        ports::{AttachedBrief, InsightEngine, InsightInput, NewInsight},
    },
    domain::{
        assistant::Assistant,
        brief::{Brief, Line, LineKind, Maker, Priority, Urgency, extract::Extractor},
        facts::Names,
        ids::{BriefId, HandoffId, InsightId},
        turn::Place,
    },
};

fn handoff() -> HandoffId {
    HandoffId::from_uuid(Uuid::from_u128(3))
}

/// Conversation's side: the first brief of a job counts, as its contract says.
#[derive(Default)]
struct Sink {
    /// How many calls from now the process dies, before or after the effect.
    fuse: Mutex<Option<(usize, bool)>>,
    briefs: Mutex<Vec<NewBrief>>,
    priorities: Mutex<Vec<Urgency>>,
}

impl Sink {
    /// Does something, unless this is where the process dies.
    fn at<T>(&self, effect: impl FnOnce() -> T) -> Result<T, CallError> {
        let dies = {
            let mut fuse = self.fuse.lock().unwrap();
            let now = fuse.is_some_and(|(left, _)| left == 0);
            let after = fuse.is_some_and(|(_, after)| after);
            *fuse = if now { None } else { fuse.map(|(left, after)| (left - 1, after)) };
            now.then_some(after)
        };
        match dies {
            None => Ok(effect()),
            Some(after) => {
                after.then(effect);
                Err(CallError::Transient("killed".to_owned()))
            }
        }
    }
}

#[async_trait]
impl InsightSink for Sink {
    async fn attach(&self, _: Place, brief: &NewBrief) -> Result<AttachedBrief, CallError> {
        self.at(|| {
            let mut briefs = self.briefs.lock().unwrap();
            if let Some(first) = briefs.iter().find(|first| first.job == brief.job) {
                if first != brief {
                    return Err(CallError::AlreadyPosted);
                }
            } else {
                briefs.push(brief.clone());
            }
            let id = BriefId::from_uuid(Uuid::from_u128(1));
            let (handoff, brief, created_at) = (brief.handoff, brief.brief.clone(), Timestamp::UNIX_EPOCH);
            Ok(AttachedBrief { id, handoff, brief, created_at, revision: 1 })
        })?
    }

    async fn suggest(&self, _: Place, _: HandoffId, urgency: &Urgency) -> Result<bool, CallError> {
        self.at(|| {
            let mut all = self.priorities.lock().unwrap();
            if all.last() != Some(urgency) {
                all.push(urgency.clone());
            }
            true
        })
    }
}

/// One job, which survives whoever works on it.
struct OneJob {
    made: Mutex<Option<Insight>>,
    leased_by: Mutex<Uuid>,
}

#[async_trait]
impl InsightStore for OneJob {
    async fn enqueue(&self, _: &[NewInsight]) -> Result<u64, StoreError> {
        Ok(0)
    }

    async fn claim(&self, lease: Lease) -> Result<Option<InsightJob>, StoreError> {
        *self.leased_by.lock().unwrap() = lease.token;
        Ok(Some(InsightJob { made: self.made.lock().unwrap().clone(), ..job() }))
    }

    async fn keep(&self, _: InsightId, lease: Lease, made: &Insight) -> Result<bool, StoreError> {
        let mine = *self.leased_by.lock().unwrap() == lease.token;
        if mine {
            *self.made.lock().unwrap() = Some(made.clone());
        }
        Ok(mine)
    }

    async fn close(&self, _: InsightId, _: Lease, _: JobEnding) -> Result<(), StoreError> {
        Ok(())
    }

    async fn postpone(&self, _: InsightId, _: Lease, _: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }

    async fn forget(&self, _: Timestamp) -> Result<u64, StoreError> {
        Ok(0)
    }
}

/// An engine that never says the same twice, as a model does.
#[derive(Default)]
struct Moody(Mutex<i64>);

#[async_trait]
impl InsightEngine for Moody {
    fn label(&self) -> &'static str {
        "moody"
    }

    async fn find_out(&self, input: &InsightInput) -> Insight {
        let mut times = self.0.lock().unwrap();
        *times += 1;
        let line = Line { kind: LineKind::Wish, text: format!("wish {times}"), sequences: vec![1] };
        let priority = if *times % 2 == 0 { Priority::Low } else { Priority::Urgent };
        let urgency = Urgency { priority, reason: format!("reason {times}") };
        let brief = Brief {
            maker: Maker::Model,
            lines: vec![line],
            sentiment: None,
            language: String::new(),
            up_to: 1,
        };
        Insight { brief, urgency: Some(urgency).filter(|_| input.with_urgency) }
    }
}

fn job() -> InsightJob {
    InsightJob {
        id: InsightId::from_uuid(Uuid::from_u128(4)),
        place: place(),
        handoff: handoff(),
        attempts: 1,
        made: None,
        created_at: Timestamp::UNIX_EPOCH,
        traceparent: None,
    }
}

struct Suite {
    sink: Arc<Sink>,
    jobs: Arc<OneJob>,
    run: RunInsight,
    lives: Mutex<u128>,
}

impl Suite {
    fn new(said: &[&str], assistant: Assistant, engine: Arc<dyn InsightEngine>) -> Self {
        let conversation = InMemoryConversation::under_ai(said);
        conversation.state.lock().unwrap().handoff = Some(handoff());
        let (sink, made) = (Arc::new(Sink::default()), Mutex::default());
        let jobs = Arc::new(OneJob { made, leased_by: Mutex::new(Uuid::nil()) });
        let run = RunInsight {
            conversation: Arc::clone(&conversation) as _,
            sink: Arc::clone(&sink) as _,
            save: SaveGathered {
                conversation: Arc::clone(&conversation) as _,
                assistants: Arc::new(OneAssistant(None)),
                contacts: Arc::new(InMemoryContacts::default()),
                names: Names::shipped().unwrap(),
            },
            jobs: Arc::clone(&jobs) as _,
            make: MakeInsight { assistants: Arc::new(OneAssistant(Some(assistant))), engine },
            clock: FakeClock::at(Timestamp::UNIX_EPOCH).shared(),
            retry_for: Duration::from_secs(600),
        };
        Self { sink, jobs, run, lives: Mutex::new(0) }
    }

    /// Claims and runs it in a new life.
    async fn live(&self) -> Verdict {
        *self.lives.lock().unwrap() += 1;
        let token = Uuid::from_u128(*self.lives.lock().unwrap());
        let lease = Lease { token, from: Timestamp::UNIX_EPOCH, length: Duration::from_secs(45) };
        let job = self.jobs.claim(lease).await.unwrap().unwrap();
        self.run.run(&job, lease).await
    }
}

fn judging() -> Assistant {
    let mut it = assistant(true);
    it.settings.handoff.auto_assign_priority = true;
    it
}

fn extractor() -> Arc<dyn InsightEngine> {
    Arc::new(Extractor::shipped(builtin(Arc::default()).speech).unwrap())
}

#[tokio::test]
async fn g_h2_a_job_killed_at_any_point_gives_one_brief_and_one_priority_however_moody_the_engine() {
    for after in [false, true] {
        for point in 0..3 {
            let suite = Suite::new(&["where is it?"], judging(), Arc::new(Moody::default()));
            *suite.sink.fuse.lock().unwrap() = Some((point, after));
            while matches!(suite.live().await, Verdict::Later(_)) {}
            // Once more, as when the store forgot that it was over.
            suite.live().await;
            assert_eq!(suite.sink.briefs.lock().unwrap().len(), 1, "{point} {after}");
            let priorities = suite.sink.priorities.lock().unwrap();
            assert_eq!(priorities.len(), 1, "{point} {after}");
            assert_eq!(priorities[0].reason, "reason 1");
        }
    }
}

#[tokio::test]
async fn g_h2_a_worker_that_lost_its_lease_tells_nobody() {
    let suite = Suite::new(&["where is it?"], judging(), extractor());
    let lease = Lease { token: Uuid::from_u128(99), from: Timestamp::UNIX_EPOCH, length: Duration::ZERO };
    assert_eq!(suite.run.run(&job(), lease).await, Verdict::Lost);
    assert!(suite.sink.briefs.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_priority_is_said_only_where_the_assistant_is_to_say_it() {
    let suite = Suite::new(&["it is urgent!"], assistant(true), extractor());
    assert_eq!(suite.live().await, Verdict::Over(JobEnding::Attached));
    assert_eq!(suite.sink.briefs.lock().unwrap().len(), 1);
    assert!(suite.sink.priorities.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_handoff_that_is_not_the_last_one_any_more_is_left_alone() {
    let suite = Suite::new(&["where is it?"], judging(), extractor());
    let other = InsightJob { handoff: HandoffId::from_uuid(Uuid::from_u128(8)), ..job() };
    let lease = Lease { token: Uuid::nil(), from: Timestamp::UNIX_EPOCH, length: Duration::from_secs(45) };
    assert_eq!(suite.run.run(&other, lease).await, Verdict::Over(JobEnding::Gone));
}

#[tokio::test]
async fn a_conversation_that_stays_away_is_given_up_in_the_end() {
    let suite = Suite::new(&["where is it?"], judging(), extractor());
    let old = Timestamp::UNIX_EPOCH - jiff::SignedDuration::from_secs(700);
    let lease = Lease { token: Uuid::nil(), from: Timestamp::UNIX_EPOCH, length: Duration::from_secs(45) };
    let tried = |attempts| InsightJob { created_at: old, attempts, ..job() };
    // Old because nobody was there to work on it: its first tries are no reason to drop it.
    for attempts in [1, 19] {
        *suite.sink.fuse.lock().unwrap() = Some((0, false));
        let verdict = suite.run.run(&tried(attempts), lease).await;
        assert!(matches!(verdict, Verdict::Later(_)), "{attempts}: {verdict:?}");
    }
    *suite.sink.fuse.lock().unwrap() = Some((0, false));
    assert_eq!(suite.run.run(&tried(20), lease).await, Verdict::Over(JobEnding::GivenUp));
    *suite.sink.fuse.lock().unwrap() = Some((0, false));
    let young = InsightJob { attempts: 20, ..job() };
    assert!(matches!(suite.run.run(&young, lease).await, Verdict::Later(_)));
}
