//! The life of a process or of a part of it: tracked tasks, an orderly stop, a forced one.
//!
//! Three tokens and a count of tasks, nothing global: several whole processes may live in one test.
//! Must not know what the tasks do.

use std::{
    collections::BTreeMap,
    fmt,
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::FutureExt as _;
use tokio_util::{
    sync::CancellationToken,
    task::{TaskTracker, task_tracker::TaskTrackerToken},
};
use tracing::Instrument as _;

mod signals;

/// Target of the spans around tasks. They give log lines a name but are kept out of traces: a loop
/// that lives for weeks would become the root of everything it ever does.
pub const TASK_SPAN_TARGET: &str = "baton::task";

/// How long [`Lifecycle::drain`] waits for tasks to be dropped once they were aborted. A task that
/// still runs then does not yield, and no waiting helps.
const GRACE_AFTER_ABORT: Duration = Duration::from_secs(1);

/// Handle to one life; clones share it.
#[derive(Clone)]
pub struct Lifecycle {
    inner: Arc<Inner>,
}

struct Inner {
    leaving: CancellationToken,
    soft: CancellationToken,
    hard: CancellationToken,
    tracker: TaskTracker,
    running: Mutex<BTreeMap<u64, &'static str>>,
    aborted: Mutex<Vec<&'static str>>,
    next_task: AtomicU64,
    parent: Option<Lifecycle>,
}

impl Default for Lifecycle {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Lifecycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lifecycle")
            .field("draining", &self.inner.soft.is_cancelled())
            .field("aborted", &self.inner.hard.is_cancelled())
            .field("running", &self.running())
            .finish()
    }
}

impl Lifecycle {
    /// A life of its own.
    pub fn new() -> Self {
        Self::with([CancellationToken::new(), CancellationToken::new(), CancellationToken::new()], None)
    }

    /// A part of this life: ends with it, can be ended alone, and its tasks count as tasks of this
    /// one too.
    pub fn child(&self) -> Self {
        let Inner { leaving, soft, hard, .. } = &*self.inner;
        Self::with([leaving.child_token(), soft.child_token(), hard.child_token()], Some(self.clone()))
    }

    fn with([leaving, soft, hard]: [CancellationToken; 3], parent: Option<Self>) -> Self {
        let inner = Inner {
            leaving,
            soft,
            hard,
            tracker: TaskTracker::new(),
            running: Mutex::default(),
            aborted: Mutex::default(),
            next_task: AtomicU64::new(0),
            parent,
        };
        Self { inner: Arc::new(inner) }
    }

    /// Cancelled when the end is announced, at the latest when draining begins: send nobody here any more, all that comes is still served.
    pub fn leaving(&self) -> CancellationToken {
        self.inner.leaving.clone()
    }

    /// Announces the end, then goes on for `delay`: balancers need a moment to hear that this process is not ready. Cancelling `hard` cuts
    /// it short.
    #[expect(
        clippy::disallowed_methods,
        reason = "balancers forget us in real time, whatever clock the suite runs on"
    )]
    pub async fn leave(&self, delay: Duration) {
        self.inner.leaving.cancel();
        tokio::select! {
            () = self.inner.hard.cancelled() => {}
            () = tokio::time::sleep(delay) => {}
        }
    }

    /// Cancelled when draining begins: take no new work, finish what is begun.
    pub fn soft(&self) -> CancellationToken {
        self.inner.soft.clone()
    }

    /// Cancelled when time is up: every task is dropped where it stands.
    pub fn hard(&self) -> CancellationToken {
        self.inner.hard.clone()
    }

    /// Runs `fut` as a tracked task. It is dropped when [`hard`](Self::hard) is cancelled; a panic
    /// ends it and is logged at ERROR under `name`. Log lines of the task carry `name`.
    ///
    /// Must be called inside a tokio runtime. Still works while draining: the end of one task may
    /// need another.
    #[expect(clippy::disallowed_methods, reason = "the home of tracked tasks")]
    pub fn spawn(&self, name: &'static str, fut: impl Future<Output = ()> + Send + 'static) {
        let registrations = self.register(name);
        let hard = self.hard();
        let task = async move {
            // The abort lies inside the guard: dropping a future may panic as well.
            let guarded = AssertUnwindSafe(hard.run_until_cancelled_owned(fut));
            match guarded.catch_unwind().await {
                Ok(Some(())) => {}
                Ok(None) => registrations.iter().for_each(Registration::note_abort),
                Err(panic) => {
                    tracing::error!(task = name, panic = panic_message(&*panic), "a task panicked");
                }
            }
            drop(registrations);
        };
        let span = tracing::info_span!(target: TASK_SPAN_TARGET, "task", task = name);
        tokio::spawn(task.instrument(span));
    }

    /// Ends this life: cancels `soft`, waits up to `deadline` for the tasks, cancels `hard`, waits a
    /// short bounded time and says who was left. Cancelling `hard` elsewhere cuts the wait short.
    pub async fn drain(&self, deadline: Duration) -> Drained {
        self.drain_within(deadline, GRACE_AFTER_ABORT).await
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the operating system kills us in real time, whatever clock the suite runs on"
    )]
    async fn drain_within(&self, deadline: Duration, grace: Duration) -> Drained {
        let Inner { leaving, soft, hard, tracker, .. } = &*self.inner;
        leaving.cancel();
        soft.cancel();
        tracker.close();
        tokio::select! {
            biased;
            () = tracker.wait() => {}
            () = hard.cancelled() => {}
            () = tokio::time::sleep(deadline) => hard.cancel(),
        }
        // At once when all ended by themselves.
        let ended = tokio::time::timeout(grace, tracker.wait()).await;
        let stuck = if ended.is_ok() { Vec::new() } else { self.running() };
        let aborted = [locked(&self.inner.aborted).as_slice(), &stuck].concat();
        Drained { aborted, stuck }
    }

    /// Returns at the first SIGTERM or SIGINT. From then on a second one cancels `hard` at once: the
    /// person at the keyboard has lost patience.
    ///
    /// Never returns when the handlers cannot be installed (logged at ERROR); the process then still
    /// dies by the signals' default action.
    pub async fn signals(&self) {
        signals::wait(self.hard()).await;
    }

    /// Names of the tasks that run now, in the order of their start.
    pub fn running(&self) -> Vec<&'static str> {
        locked(&self.inner.running).values().copied().collect()
    }

    /// Enters a task here and in every life around this one.
    fn register(&self, name: &'static str) -> Vec<Registration> {
        std::iter::successors(Some(self), |life| life.inner.parent.as_ref())
            .map(|life| Registration::new(life.clone(), name))
            .collect()
    }
}

/// One running task in the books of one life; leaves them when dropped.
struct Registration {
    life: Lifecycle,
    id: u64,
    name: &'static str,
    _token: TaskTrackerToken,
}

impl Registration {
    fn new(life: Lifecycle, name: &'static str) -> Self {
        let id = life.inner.next_task.fetch_add(1, Ordering::Relaxed);
        locked(&life.inner.running).insert(id, name);
        let token = life.inner.tracker.token();
        Self { life, id, name, _token: token }
    }

    fn note_abort(&self) {
        // A life that goes on while a part of it was aborted has nothing to report.
        if self.life.inner.hard.is_cancelled() {
            locked(&self.life.inner.aborted).push(self.name);
        }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        locked(&self.life.inner.running).remove(&self.id);
    }
}

/// How a [`drain`](Lifecycle::drain) ended.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Drained {
    /// Tasks that had not finished by the deadline and were dropped.
    pub aborted: Vec<&'static str>,
    /// Those of them that did not even stop then.
    pub stuck: Vec<&'static str>,
}

impl Drained {
    /// Whether every task ended by itself.
    pub fn is_clean(&self) -> bool {
        self.aborted.is_empty()
    }
}

impl fmt::Display for Drained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_clean() {
            return f.write_str("every task ended by itself");
        }
        write!(f, "dropped at the deadline: {}", self.aborted.join(", "))?;
        if self.stuck.is_empty() {
            return Ok(());
        }
        write!(f, "; did not stop even then: {}", self.stuck.join(", "))
    }
}

/// No code that may panic runs under these locks, so a poisoned one still holds the truth.
fn locked<T>(books: &Mutex<T>) -> MutexGuard<'_, T> {
    books.lock().unwrap_or_else(PoisonError::into_inner)
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&'static str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("(no message)")
}

#[cfg(test)]
mod tests;
