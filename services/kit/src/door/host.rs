//! What a process gives each service it runs. Nothing global: two whole suites live side by side in one test.
//!
//! Must not know which services there are.

use std::time::Duration;

use super::{
    enter::Doorframe,
    peer::{Identity, Peer, Place},
    tokens::{KeySet, Signer, Verifier},
};
use crate::life::{clock::SharedClock, ids::SharedIds, lifecycle::Lifecycle, telemetry::Metrics};

/// Calls one door works on at once before it sheds.
const CONCURRENCY: usize = 512;
/// How long a stream stays silent before a heartbeat.
pub const HEARTBEAT: Duration = Duration::from_secs(10);

/// The surroundings of a service.
#[derive(Clone)]
pub struct Host {
    /// Time.
    pub clock: SharedClock,
    /// Ids and random bytes.
    pub ids: SharedIds,
    /// The life the service's tasks belong to.
    pub life: Lifecycle,
    /// Counters of the process.
    pub metrics: Metrics,
    /// The published keys.
    pub keys: KeySet,
}

impl Host {
    /// Verifies principal tokens.
    pub fn verifier(&self) -> Verifier {
        Verifier::new(self.keys.clone(), self.clock.clone())
    }

    /// What a door needs.
    pub fn frame(&self) -> Doorframe {
        Doorframe {
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            metrics: self.metrics.rpc(),
            concurrency: CONCURRENCY,
        }
    }

    /// A peer at a place, called by the owner of a signer.
    pub fn peer(&self, place: Place, signer: &Signer) -> Peer {
        Peer::new(place, Identity::new(signer.clone(), self.clock.clone()), self.clock.clone())
    }
}
