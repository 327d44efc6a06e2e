//! What a life promises to its tasks, and to whoever ends it.

use std::{io, sync::mpsc};

use tokio::sync::oneshot;

use super::*;

const SOON: Duration = Duration::from_millis(20);
const NEVER: Duration = Duration::from_secs(3600);

fn stuck() -> impl Future<Output = ()> + Send + 'static {
    std::future::pending()
}

#[tokio::test]
async fn draining_an_empty_life_is_clean_at_once() {
    assert!(Lifecycle::new().drain(NEVER).await.is_clean());
}

#[tokio::test]
async fn a_task_that_listens_ends_by_itself() {
    let life = Lifecycle::new();
    let soft = life.soft();
    life.spawn("listener", async move { soft.cancelled().await });
    assert_eq!(life.running(), ["listener"]);
    let drained = life.drain(NEVER).await;
    assert_eq!(drained.to_string(), "every task ended by itself");
    assert!(!life.hard().is_cancelled());
}

#[tokio::test]
async fn a_task_that_does_not_listen_is_dropped_at_the_deadline_and_named() {
    let life = Lifecycle::new();
    let (held, dropped) = oneshot::channel::<()>();
    life.spawn("deaf", async move {
        let _held = held;
        stuck().await;
    });
    let drained = life.drain(Duration::ZERO).await;
    assert_eq!(drained, Drained { aborted: vec!["deaf"], stuck: vec![] });
    assert!(dropped.await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_that_blocks_its_thread_is_reported_as_stuck() {
    let life = Lifecycle::new();
    let (release, blocked) = mpsc::channel::<()>();
    let (started, has_started) = oneshot::channel();
    life.spawn("blocker", async move {
        let _ = started.send(());
        let _ = blocked.recv();
    });
    has_started.await.unwrap();
    let drained = life.drain_within(Duration::ZERO, SOON).await;
    assert_eq!(drained.stuck, ["blocker"]);
    assert!(drained.to_string().contains("did not stop even then: blocker"));
    drop(release);
}

#[tokio::test]
async fn cancelling_hard_elsewhere_cuts_a_drain_short() {
    let life = Lifecycle::new();
    life.spawn("deaf", stuck());
    let hard = life.hard();
    let (drained, ()) = tokio::join!(life.drain(NEVER), async move { hard.cancel() });
    assert_eq!(drained.aborted, ["deaf"]);
}

#[tokio::test]
async fn a_parent_waits_for_the_tasks_of_its_children() {
    let life = Lifecycle::new();
    let child = life.child().child();
    child.spawn("grandchild", stuck());
    drop(child);
    assert_eq!(life.running(), ["grandchild"]);
    assert_eq!(life.drain(Duration::ZERO).await.aborted, ["grandchild"]);
    assert!(life.running().is_empty());
}

#[tokio::test]
async fn a_child_ends_without_its_parent() {
    let life = Lifecycle::new();
    life.spawn("elder", stuck());
    let child = life.child();
    child.spawn("younger", stuck());
    assert_eq!(child.drain(Duration::ZERO).await.aborted, ["younger"]);
    assert!(!life.soft().is_cancelled() && !life.hard().is_cancelled());
    assert_eq!(life.running(), ["elder"]);
    assert_eq!(life.drain(Duration::ZERO).await.aborted, ["elder"]);
}

#[tokio::test]
async fn a_parents_end_reaches_its_children() {
    let life = Lifecycle::new();
    let child = life.child();
    life.drain(NEVER).await;
    assert!(child.soft().is_cancelled());
    life.hard().cancel();
    assert!(child.hard().is_cancelled());
}

#[tokio::test]
async fn two_lives_in_one_process_do_not_touch_each_other() {
    let (one, other) = (Lifecycle::new(), Lifecycle::new());
    one.drain(NEVER).await;
    assert!(!other.soft().is_cancelled());
}

#[tokio::test]
async fn a_task_may_still_be_started_while_draining_and_is_waited_for() {
    let life = Lifecycle::new();
    let (late, result) = oneshot::channel();
    let inner = life.clone();
    life.spawn("first", async move {
        inner.soft().cancelled().await;
        inner.spawn("last", async move {
            let _ = late.send(());
        });
    });
    assert!(life.drain(NEVER).await.is_clean());
    assert!(result.await.is_ok());
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_panic_is_logged_with_the_name_and_the_life_goes_on() {
    let lines = Lines::default();
    let written = lines.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || lines.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let life = Lifecycle::new();
    life.spawn("clumsy", async { panic!("dropped the {}", "cup") });
    assert!(life.drain(NEVER).await.is_clean());
    let log = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("ERROR") && log.contains("clumsy"), "{log}");
    assert!(log.contains("dropped the cup"), "{log}");
}

#[tokio::test]
async fn who_announces_the_end_goes_on_working_until_it_drains() {
    let life = Lifecycle::new();
    let part = life.child();
    life.leave(Duration::ZERO).await;
    assert!(part.leaving().is_cancelled(), "a part leaves with the whole");
    assert!(!part.soft().is_cancelled());
    assert!(life.drain(NEVER).await.is_clean());
    assert!(part.soft().is_cancelled());
}

#[tokio::test]
async fn an_impatient_end_does_not_wait_out_the_announcement() {
    let life = Lifecycle::new();
    life.hard().cancel();
    life.leave(NEVER).await;
}

#[tokio::test]
async fn draining_announces_the_end_if_nobody_did() {
    let life = Lifecycle::new();
    assert!(life.drain(NEVER).await.is_clean());
    assert!(life.leaving().is_cancelled());
}
