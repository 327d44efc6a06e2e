//! G-D1, G-D2, G-D3, G-D10, G-H2, G-N1, F-40: the process is killed at every named place and ten times at random while twenty senders
//! write and people are asked for. Nothing that was answered is lost, doubled or out of order; of each handoff there is one, with one
//! confirmation, one brief, one priority and one mail.
//!
//! One history over all the kills, judged once at the end: what a start after a kill has to mend is what the next kill falls into.

#![expect(
    clippy::disallowed_methods,
    reason = "the program that dies lives in real time, outside of this process"
)]

mod caller;
mod judge;
mod nemesis;
mod points;
mod sender;
mod subscriber;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use baton_kit_testing::{
    database::TestDatabase,
    history::{Call, Entry, check},
};
use tokio::{sync::watch, task::JoinSet};

use self::{caller::Callers, nemesis::Nemesis, sender::Sender, subscriber::Subscriber};
use super::ONE_AT_A_TIME;
use crate::harness::browser::Widget;

/// Conversations, each of a visitor with several tabs.
const THREADS: usize = 5;
/// Tabs that write at once in each.
const TABS: usize = 4;
/// Between two messages of a tab.
const PACE: Duration = Duration::from_millis(40);
/// Kills that no place was chosen for.
const RANDOM_KILLS: usize = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g_d1_g_d2_g_h2_g_n1_kills_at_every_point_lose_and_double_nothing_on_sqlite() {
    survive(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g_d1_g_d2_g_h2_g_n1_kills_at_every_point_lose_and_double_nothing_on_postgresql() {
    if let Some(server) = TestDatabase::postgres().await {
        survive(Some(server)).await;
    }
}

/// What happened, as its witnesses wrote it down.
#[derive(Clone, Default)]
struct History(Arc<Mutex<Vec<Call>>>);

impl History {
    fn note(&self, call: Call) {
        self.0.lock().expect("the history").push(call);
    }

    fn calls(&self) -> Vec<Call> {
        self.0.lock().expect("the history").clone()
    }
}

async fn survive(server: Option<TestDatabase>) {
    let _alone = ONE_AT_A_TIME.lock().await;
    let mut nemesis = Nemesis::begin(server).await;
    let (stop, stopped) = watch::channel(false);
    let (history, mut senders, mut subscribers) = (History::default(), JoinSet::new(), JoinSet::new());
    let mut lanes = Vec::new();
    for thread in 0..THREADS {
        let widget = Widget::open(nemesis.address, &nemesis.widget_key).await;
        let lane = widget.says(&format!("first-{thread}"), "A person, please.", None).await;
        for tab in 0..TABS {
            let name = format!("v{thread}-t{tab}");
            let sender =
                Sender { name, lane: lane.clone(), widget: widget.clone(), history: history.clone() };
            senders.spawn(sender.write_until(stopped.clone()));
        }
        subscribers.spawn(Subscriber::new(lane.clone(), widget).follow_until(stopped.clone()));
        lanes.push(lane);
    }
    let mut callers = Callers::new(&nemesis);
    for point in points::every(&nemesis) {
        nemesis.dies_at(&point, &mut callers).await;
    }
    for _ in 0..RANDOM_KILLS {
        nemesis.dies_sometime(&mut callers).await;
    }
    let serving = nemesis.start_for_good().await;
    stop.send(true).expect("somebody writes");
    while senders.join_next().await.transpose().expect("a sender ends").is_some() {}
    let mut logs = Vec::new();
    while let Some(log) = subscribers.join_next().await {
        logs.push(log.expect("a subscriber ends"));
    }
    let desk = serving.desk().await;
    judge::threads(&history, &desk, &lanes, &logs).await;
    judge::handoffs(&serving, &desk, &callers.asked).await;
    judge::mails(serving.mails());
    nemesis.close(serving);
}

/// The run's verdict on one thread.
fn verdict(calls: &[Call], stored: &[Entry], log: &[Entry]) {
    let verdict = check(calls, stored, std::slice::from_ref(&log.to_vec()));
    assert!(verdict.is_valid(), "{verdict:#?}");
}
