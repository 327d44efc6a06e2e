//! How many live streams one visitor, one member and one address hold. Remembers only who holds one, so it is as bounded as the streams are.
//!
//! Must not know what a stream carries.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use baton_kit::{door::listen::party, life::telemetry::Metrics};
use opentelemetry::{KeyValue, metrics::Counter};

/// How many streams one of each kind may hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shares {
    /// A visitor, whatever tokens they bring.
    pub visitor: usize,
    /// A member, over all their sessions.
    pub member: usize,
    /// An address; of IPv6 a /64.
    pub address: usize,
}

/// Who holds streams.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Holder {
    /// A visitor, by how they are named whatever token they bring.
    Visitor(String),
    /// A member, likewise.
    Member(String),
    /// Whoever comes from there.
    Address(IpAddr),
}

impl Holder {
    /// Whoever comes from this address.
    pub fn at(address: IpAddr) -> Self {
        Self::Address(party(address))
    }

    fn share(&self, shares: Shares) -> (usize, &'static str) {
        match self {
            Self::Visitor(_) => (shares.visitor, "streams_of_visitor"),
            Self::Member(_) => (shares.member, "streams_of_member"),
            Self::Address(_) => (shares.address, "streams_of_address"),
        }
    }
}

/// Somebody holds as many streams as one may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Crowded;

/// All seats.
pub(crate) struct Seats {
    shares: Shares,
    held: Mutex<HashMap<Holder, usize>>,
    refused: Counter<u64>,
}

/// One stream's seat, counted for each of its holders; given back when dropped.
pub(crate) struct Seat {
    seats: Arc<Seats>,
    holders: [Holder; 2],
}

impl Seats {
    /// Nobody holds any.
    pub fn new(shares: Shares, metrics: &Metrics) -> Arc<Self> {
        let refused =
            metrics.counter("baton_limited_total", "What the edge refused for being too much, by limit.");
        Arc::new(Self { shares, held: Mutex::default(), refused })
    }

    /// A seat for one more stream, if each of its holders may have one more.
    pub fn take(self: &Arc<Self>, holders: [Holder; 2]) -> Result<Seat, Crowded> {
        let mut held = self.held();
        for holder in &holders {
            let (most, limit) = holder.share(self.shares);
            if held.get(holder).copied().unwrap_or_default() >= most {
                self.refused.add(1, &[KeyValue::new("limit", limit)]);
                return Err(Crowded);
            }
        }
        for holder in &holders {
            *held.entry(holder.clone()).or_default() += 1;
        }
        Ok(Seat { seats: Arc::clone(self), holders })
    }

    /// No code that may panic runs under this lock.
    fn held(&self) -> MutexGuard<'_, HashMap<Holder, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut held = self.seats.held();
        for holder in &self.holders {
            if let Some(count) = held.get_mut(holder) {
                *count -= 1;
                if *count == 0 {
                    held.remove(holder);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seats() -> Arc<Seats> {
        Seats::new(Shares { visitor: 2, member: 3, address: 4 }, &Metrics::new("gateway").unwrap())
    }

    fn visitor(name: &str, address: &str) -> [Holder; 2] {
        [Holder::Visitor(name.into()), Holder::at(address.parse().unwrap())]
    }

    #[test]
    fn s_44_what_was_given_back_can_be_taken_and_leaves_nothing_behind() {
        let seats = seats();
        let first = seats.take(visitor("a", "192.0.2.1")).unwrap();
        let second = seats.take(visitor("a", "192.0.2.2")).unwrap();
        assert!(seats.take(visitor("a", "192.0.2.3")).is_err());
        drop(first);
        let third = seats.take(visitor("a", "192.0.2.3")).unwrap();
        drop((second, third));
        assert!(seats.held().is_empty());
    }

    #[test]
    fn s_44_what_was_refused_holds_nothing() {
        let seats = seats();
        let _held: Vec<_> =
            ["a", "b", "c", "d"].map(|name| seats.take(visitor(name, "2001:db8::1")).unwrap()).into();
        assert!(seats.take(visitor("e", "2001:db8::2")).is_err());
        let elsewhere = [seats.take(visitor("e", "192.0.2.1")), seats.take(visitor("e", "192.0.2.1"))];
        assert!(elsewhere.iter().all(Result::is_ok), "its name was not counted for what was refused");
    }
}
