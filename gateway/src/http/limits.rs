//! How much somebody may ask in a while, by address or by visitor. Kept in this process, in bounded memory.
//!
//! Must not know what is asked.

use std::{convert::Infallible, hash::Hash, net::IpAddr, num::NonZeroU32, sync::Arc, time::Duration};

use axum::{extract::FromRequestParts, http::request::Parts};
use baton_kit::{
    door::{listen::party, refusal::Refusal},
    life::{clock::SharedClock, telemetry::Metrics},
};
use baton_proto::common::v1::ErrorReason;
use governor::{
    Quota, RateLimiter,
    clock::Clock as _,
    middleware::NoOpMiddleware,
    state::{InMemoryState, NotKeyed},
};
use moka::{policy::EvictionPolicy, sync::Cache};
use opentelemetry::{KeyValue, metrics::Counter};

use super::{app::App, problem::Problem};
use crate::{config, edge::ClientAddress};

/// Of each kind. Beyond it the longest silent are forgotten first, and begin anew.
const REMEMBERED: u64 = 100_000;

/// All limits; clones share what was counted.
#[derive(Clone)]
pub(crate) struct Limits(Arc<Meters>);

struct Meters {
    requests: Meter<IpAddr>,
    partner_calls: Meter<IpAddr>,
    sessions: Meter<IpAddr>,
    conversations: Meter<IpAddr>,
    sign_ins: Meter<IpAddr>,
    messages: Meter<String>,
}

/// Asked too much; come back after so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMuch(pub Duration);

impl From<TooMuch> for Problem {
    fn from(TooMuch(wait): TooMuch) -> Self {
        Self::too_many(wait)
    }
}

impl From<TooMuch> for Refusal {
    fn from(TooMuch(wait): TooMuch) -> Self {
        Self::new(ErrorReason::RateLimited, "too many calls from this address").retry_after(wait)
    }
}

impl Limits {
    /// Nothing was asked yet.
    pub fn new(limits: &config::Limits, clock: &SharedClock, metrics: &Metrics) -> Self {
        let refused =
            metrics.counter("baton_limited_total", "What the edge refused for being too much, by limit.");
        let (clock, refused) = (&Monotonic(clock.clone()), &refused);
        let (second, minute) = (Duration::from_secs(1), Duration::from_secs(60));
        let quota = |rate, burst, period| quota(rate, burst, period);
        let steady = |rate| quota(rate, rate, minute);
        let requests = quota(limits.requests_per_second, limits.requests_burst, second);
        let calls = quota(limits.partner_calls_per_second, limits.partner_calls_burst, second);
        let messages = quota(limits.messages_per_minute, limits.messages_burst, minute);
        Self(Arc::new(Meters {
            requests: Meter::new("requests", requests, clock, refused),
            partner_calls: Meter::new("partner_calls", calls, clock, refused),
            sessions: Meter::new("sessions", steady(limits.sessions_per_minute), clock, refused),
            conversations: Meter::new(
                "conversations",
                steady(limits.conversations_per_minute),
                clock,
                refused,
            ),
            sign_ins: Meter::new("sign_ins", steady(limits.sign_ins_per_minute), clock, refused),
            messages: Meter::new("messages", messages, clock, refused),
        }))
    }

    /// A request of any kind.
    pub fn request(&self, from: ClientAddress) -> Result<(), TooMuch> {
        self.0.requests.pay(party(from.0))
    }

    /// A call of a partner's program.
    pub fn partner_call(&self, from: ClientAddress) -> Result<(), TooMuch> {
        self.0.partner_calls.pay(party(from.0))
    }

    /// A visitor writes; `visitor` names them whatever token they bring.
    pub fn message(&self, visitor: &str) -> Result<(), TooMuch> {
        self.0.messages.pay(visitor.to_owned())
    }
}

/// From where a request came. What is counted there is counted here.
pub(crate) struct Sender {
    party: IpAddr,
    limits: Limits,
}

impl FromRequestParts<App> for Sender {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let from = parts.extensions.get().copied().unwrap_or(ClientAddress::UNKNOWN);
        Ok(Self { party: party(from.0), limits: app.limits.clone() })
    }
}

impl Sender {
    /// A new visitor.
    pub fn opens_session(&self) -> Result<(), TooMuch> {
        self.limits.0.sessions.pay(self.party)
    }

    /// A message that names no conversation.
    pub fn begins_conversation(&self) -> Result<(), TooMuch> {
        self.limits.0.conversations.pay(self.party)
    }

    /// A password is tried.
    pub fn signs_in(&self) -> Result<(), TooMuch> {
        self.limits.0.sign_ins.pay(self.party)
    }
}

fn quota(rate: u32, burst: u32, period: Duration) -> Quota {
    // Nothing of nothing is refused when the configuration is read.
    let (rate, burst) = (rate.max(1), NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN));
    let each = Quota::with_period(period / rate).unwrap_or(Quota::per_second(burst));
    each.allow_burst(burst)
}

/// The house's clock, as governor asks one.
#[derive(Clone)]
struct Monotonic(SharedClock);

impl governor::clock::Clock for Monotonic {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.monotonic()
    }
}

type Bucket = RateLimiter<NotKeyed, InMemoryState, Monotonic, NoOpMiddleware<Duration>>;

/// One limit: a bucket for everybody who was heard of lately.
///
/// Not governor's own keyed store: it grows with whoever comes, and whoever holds a network of IPv6 comes as many.
struct Meter<K> {
    name: &'static str,
    quota: Quota,
    clock: Monotonic,
    buckets: Cache<K, Arc<Bucket>>,
    refused: Counter<u64>,
}

impl<K: Hash + Eq + Clone + Send + Sync + 'static> Meter<K> {
    fn new(name: &'static str, quota: Quota, clock: &Monotonic, refused: &Counter<u64>) -> Self {
        // After that a bucket is full again, and as good as forgotten.
        let full = quota.burst_size_replenished_in().max(Duration::from_secs(1));
        let buckets = Cache::builder()
            .max_capacity(REMEMBERED)
            .eviction_policy(EvictionPolicy::lru())
            .time_to_idle(full)
            .build();
        Self { name, quota, clock: clock.clone(), buckets, refused: refused.clone() }
    }

    fn pay(&self, who: K) -> Result<(), TooMuch> {
        let fresh = || Arc::new(RateLimiter::direct_with_clock(self.quota, self.clock.clone()));
        let bucket = self.buckets.get_with(who, fresh);
        bucket.check().map_err(|refused| {
            self.refused.add(1, &[KeyValue::new("limit", self.name)]);
            TooMuch(refused.wait_time_from(self.clock.now()).max(Duration::from_millis(1)))
        })
    }
}

#[cfg(test)]
mod tests {
    use baton_kit::life::config::Sources;
    use baton_kit_testing::clock::FakeClock;

    use super::*;

    fn limits(clock: &FakeClock) -> (Limits, Metrics) {
        let config: config::Config = Sources::from_parts(toml::Table::default(), []).load().unwrap();
        let metrics = Metrics::new("gateway").unwrap();
        (Limits::new(&config.limits, &clock.shared(), &metrics), metrics)
    }

    fn from(address: &str) -> ClientAddress {
        ClientAddress(address.parse().unwrap())
    }

    #[test]
    fn s_44_thirty_messages_in_a_second_are_too_many_of_one_visitor_and_others_are_not_concerned() {
        let clock = FakeClock::new();
        let (limits, metrics) = limits(&clock);
        let refused = (0..30).filter(|_| limits.message("a").is_err()).count();
        assert_eq!(refused, 10);
        assert_eq!(limits.message("a"), Err(TooMuch(Duration::from_secs(1))));
        assert_eq!(limits.message("b"), Ok(()));
        clock.advance(Duration::from_secs(1));
        assert_eq!(limits.message("a"), Ok(()));
        let counted = r#"baton_limited_total{limit="messages"} 11"#;
        assert!(metrics.render().contains(counted), "{}", metrics.render());
    }

    #[test]
    fn s_44_a_64_of_ipv6_is_one_address() {
        let (limits, _) = limits(&FakeClock::new());
        let spent = (0..1000).filter(|n| limits.request(from(&format!("2001:db8::{n:x}"))).is_ok()).count();
        assert_eq!(spent, 200);
        assert_eq!(limits.request(from("2001:db8:0:1::1")), Ok(()));
        assert_eq!(limits.partner_call(from("2001:db8::1")), Ok(()), "each kind for itself");
    }

    #[test]
    fn an_office_may_go_on_at_the_rate_it_is_given() {
        let clock = FakeClock::new();
        let (limits, _) = limits(&clock);
        while limits.request(from("192.0.2.1")).is_ok() {}
        for _ in 0..500 {
            clock.advance(Duration::from_millis(20));
            assert_eq!(limits.request(from("192.0.2.1")), Ok(()));
        }
    }
}
