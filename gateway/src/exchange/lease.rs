//! Streams that live by a credential, found by what it may be revoked by: a revocation wakes those it concerns and no others.
//!
//! Must not know what a stream does when it is woken.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use baton_kit::life::{clock::SharedClock, ids::SharedIds};
use tokio::sync::Notify;

use super::revoked::Name;

/// When anything may have been revoked, the streams look again spread over this.
const SPREAD: Duration = Duration::from_secs(3);
/// A stream that was named and got no answer looks again this soon.
const SOON: Duration = Duration::from_secs(1);

/// All leases.
#[derive(Default)]
pub(super) struct Leases {
    bells: Mutex<BTreeMap<(Name, u64), Arc<Bell>>>,
    next: AtomicU64,
}

#[derive(Default)]
struct Bell {
    named: AtomicBool,
    rung: Notify,
}

impl Bell {
    /// It may be rung before somebody listens.
    fn ring(&self, named: bool) {
        self.named.fetch_or(named, Ordering::AcqRel);
        self.rung.notify_one();
    }
}

impl Leases {
    /// Wakes those that live by a name.
    pub fn ring(&self, name: &Name) {
        let of_name = (name.clone(), 0)..=(name.clone(), u64::MAX);
        self.bells().range(of_name).for_each(|(_, bell)| bell.ring(true));
    }

    /// Whether any lives by a name.
    pub fn live_by(&self, name: &Name) -> bool {
        let of_name = (name.clone(), 0)..=(name.clone(), u64::MAX);
        self.bells().range(of_name).next().is_some()
    }

    /// Wakes all of them, spread out.
    pub fn ring_all(&self) {
        self.bells().values().for_each(|bell| bell.ring(false));
    }

    /// No code that may panic runs under this lock.
    fn bells(&self) -> MutexGuard<'_, BTreeMap<(Name, u64), Arc<Bell>>> {
        self.bells.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one stream lives by. Given back when dropped.
pub(crate) struct Lease {
    leases: Arc<Leases>,
    names: Arc<[Name]>,
    key: u64,
    bell: Arc<Bell>,
    clock: SharedClock,
    ids: SharedIds,
    /// When to look again.
    due: Option<Duration>,
    /// It was named, and nobody has said yet what is left of it.
    open: bool,
}

impl Lease {
    /// Listens for what is revoked of these names.
    pub(super) fn new(
        leases: &Arc<Leases>,
        names: &Arc<[Name]>,
        (clock, ids): (&SharedClock, &SharedIds),
    ) -> Self {
        let (key, bell) = (leases.next.fetch_add(1, Ordering::Relaxed), Arc::new(Bell::default()));
        leases.bells().extend(names.iter().map(|name| ((name.clone(), key), Arc::clone(&bell))));
        Self {
            leases: Arc::clone(leases),
            names: Arc::clone(names),
            key,
            bell,
            clock: clock.clone(),
            ids: ids.clone(),
            due: None,
            open: false,
        }
    }

    /// What was revoked before anybody listened: this very one, or anything.
    pub(super) fn catch_up(&self, named: bool) {
        self.bell.ring(named);
    }

    /// Completes when it is time to look whether the credential still stands.
    pub async fn shaken(&mut self) {
        loop {
            tokio::select! {
                biased;
                () = self.bell.rung.notified() => if self.heard() { return },
                () = until(&self.clock, self.due) => {
                    self.due = None;
                    return;
                }
            }
        }
    }

    /// It was looked at: the credential stands.
    pub fn settled(&mut self) {
        self.open = false;
    }

    /// It was looked at, and nobody answered.
    pub fn unsettled(&mut self) {
        if self.open {
            self.due = Some(self.clock.monotonic() + SOON);
        }
    }

    /// Whether to look at once.
    fn heard(&mut self) -> bool {
        if self.bell.named.swap(false, Ordering::AcqRel) {
            (self.open, self.due) = (true, None);
            return true;
        }
        if self.due.is_none() {
            self.due = Some(self.clock.monotonic() + self.spread());
        }
        false
    }

    fn spread(&self) -> Duration {
        let mut chance = [0; 2];
        self.ids.fill(&mut chance);
        SPREAD * u32::from(u16::from_le_bytes(chance)) / u32::from(u16::MAX)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut bells = self.leases.bells();
        for name in self.names.iter() {
            bells.remove(&(name.clone(), self.key));
        }
    }
}

async fn until(clock: &SharedClock, due: Option<Duration>) {
    match due {
        Some(due) => clock.sleep(due.saturating_sub(clock.monotonic())).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use baton_kit_testing::{clock::FakeClock, seeds::SeededIds};
    use futures::FutureExt as _;

    use super::*;

    fn id(text: &str) -> Name {
        Name::Id(text.into())
    }

    #[test]
    fn s_11_only_those_that_live_by_a_name_are_woken_and_only_once() {
        let (clock, leases) = (FakeClock::new(), Arc::new(Leases::default()));
        let (shared, ids): (_, SharedIds) = (clock.shared(), SeededIds::new(1));
        let lease = |session: &str, member: &str| {
            Lease::new(&leases, &vec![id(session), id(member)].into(), (&shared, &ids))
        };
        let (mut a, mut b) = (lease("sess_1", "mem_1"), lease("sess_2", "mem_2"));
        leases.ring(&id("mem_1"));
        assert!(a.shaken().now_or_never().is_some());
        assert!(a.shaken().now_or_never().is_none() && b.shaken().now_or_never().is_none());
        a.unsettled();
        clock.advance(SOON);
        assert!(a.shaken().now_or_never().is_some(), "nobody answered: it looks again");
        a.settled();
        a.unsettled();
        clock.advance(SOON);
        assert!(a.shaken().now_or_never().is_none());
        drop((a, b));
        assert!(leases.bells().is_empty(), "nothing is left of streams that ended");
    }

    #[test]
    fn s_11_all_are_woken_within_the_spread_and_not_at_once() {
        let (clock, leases) = (FakeClock::new(), Arc::new(Leases::default()));
        let (shared, ids): (_, SharedIds) = (clock.shared(), SeededIds::new(1));
        let names: Arc<[Name]> = vec![id("mem_1")].into();
        let mut all: Vec<_> = (0..64).map(|_| Lease::new(&leases, &names, (&shared, &ids))).collect();
        leases.ring_all();
        let mut woken = |after: Duration| {
            clock.advance(after);
            all.iter_mut().filter_map(|lease| lease.shaken().now_or_never()).count()
        };
        assert_eq!(woken(Duration::ZERO), 0);
        let early = woken(SPREAD / 2);
        assert!((1..64).contains(&early), "{early}");
        assert_eq!(early + woken(SPREAD / 2), 64);
    }
}
