//! How many connections one party holds. Remembers only parties that hold one, so it is as bounded as the connections are.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ipnet::IpNet;

use super::address::party;

type Held = Arc<Mutex<HashMap<IpAddr, usize>>>;

/// Places for connections, so many for each party.
#[derive(Clone)]
pub(super) struct Places {
    most: usize,
    uncounted: Arc<[IpNet]>,
    held: Held,
}

/// A connection's place; given back when dropped.
pub(super) struct Place(Option<(IpAddr, Held)>);

impl Places {
    pub(super) fn new(most: usize, uncounted: &[IpNet]) -> Self {
        Self { most, uncounted: uncounted.into(), held: Held::default() }
    }

    /// A place for one more connection from an address, if its party has one left.
    pub(super) fn take(&self, address: IpAddr) -> Option<Place> {
        let address = address.to_canonical();
        if self.uncounted.iter().any(|net| net.contains(&address)) {
            return Some(Place(None));
        }
        let party = party(address);
        let mut held = lock(&self.held);
        let count = held.entry(party).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Place(Some((party, Arc::clone(&self.held)))))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some((party, held)) = self.0.take() else { return };
        let mut held = lock(&held);
        if let Some(count) = held.get_mut(&party) {
            *count -= 1;
            if *count == 0 {
                held.remove(&party);
            }
        }
    }
}

/// Nothing that may panic runs under this lock.
fn lock(held: &Held) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn s_42_a_64_of_ipv6_is_one_party_and_others_have_their_own_places() {
        let places = Places::new(2, &[]);
        let _one = places.take(address("2001:db8::1")).unwrap();
        let _two = places.take(address("2001:db8::ffff:2")).unwrap();
        assert!(places.take(address("2001:db8::3")).is_none());
        assert!(places.take(address("2001:db8:0:1::3")).is_some());
        assert!(places.take(address("192.0.2.1")).is_some());
    }

    #[test]
    fn a_place_that_is_given_back_can_be_taken_and_leaves_nothing_behind() {
        let places = Places::new(1, &[]);
        let place = places.take(address("192.0.2.1"));
        assert!(place.is_some() && places.take(address("192.0.2.1")).is_none());
        drop(place);
        assert!(lock(&places.held).is_empty());
        assert!(places.take(address("192.0.2.1")).is_some());
    }

    #[test]
    fn a_trusted_proxy_is_not_counted() {
        let places = Places::new(1, &["10.0.0.0/8".parse().unwrap()]);
        let held: Vec<_> = (0..5).map(|_| places.take(address("::ffff:10.1.2.3"))).collect();
        assert!(held.iter().all(Option::is_some));
    }
}
