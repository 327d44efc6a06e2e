//! What a port lets its peers do. Must not know how it is enforced.

use std::time::Duration;

use ipnet::IpNet;

/// How a port treats its peers.
#[derive(Debug, Clone)]
pub struct Limits {
    /// A peer must have sent its first whole request head by then, and each further HTTP/1 head within it.
    pub head: Duration,
    /// Connections at once; more are closed at accept.
    pub connections: usize,
    /// Connections at once from one address, or from one /64 of IPv6; more are closed at accept.
    pub per_address: usize,
    /// Whose connections are not counted by address: proxies, which bring those of many.
    pub proxies: Vec<IpNet>,
    /// A connection is closed when nothing could be written to it, or nothing written was taken, for so long.
    pub stall: Duration,
    /// Streams at once on one HTTP/2 connection.
    pub streams: u32,
    /// HTTP/2 pings go out this often, and must be answered as fast.
    pub keepalive: Duration,
    /// The largest list of headers, bytes.
    pub headers: u32,
}

impl Limits {
    /// Between services.
    pub fn internal() -> Self {
        Self {
            head: Duration::from_secs(10),
            connections: 4096,
            // Services are few and each comes from few addresses.
            per_address: 4096,
            proxies: Vec::new(),
            stall: Duration::from_secs(30),
            streams: 256,
            keepalive: Duration::from_secs(20),
            headers: 16 * 1024,
        }
    }

    /// Towards the world.
    pub fn edge() -> Self {
        Self { streams: 64, connections: 20_000, per_address: 200, ..Self::internal() }
    }
}
