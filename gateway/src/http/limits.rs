//! How much may be asked in a while: of one address, one visitor, one assistant's visitors, one workspace's staff and programs. Kept in
//! this process, in bounded memory.
//!
//! Must not know what is asked.

use std::{
    convert::Infallible,
    hash::{BuildHasher as _, Hash, RandomState},
    net::IpAddr,
    num::NonZeroU32,
    sync::Arc,
    time::Duration,
};

use super::{app::App, problem::Problem};
use crate::{config, edge::ClientAddress};
use axum::{extract::FromRequestParts, http::request::Parts};
use baton_kit::{
    door::{listen::party, principal::Caller, refusal::Refusal},
    life::{clock::SharedClock, ids::WorkspaceId, telemetry::Metrics},
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

/// Of each kind. Beyond it the longest silent are forgotten first, and begin anew.
const REMEMBERED: u64 = 100_000;
const MINUTE: Duration = Duration::from_secs(60);

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
    /// By the hash of the widget key: it may be as long as anybody likes.
    assistant_sessions: Meter<u64>,
    assistant_messages: Meter<u128>,
    workspace_requests: Meter<WorkspaceId>,
    workspace_calls: Meter<WorkspaceId>,
    hasher: RandomState,
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
        Self::new(ErrorReason::RateLimited, "too many calls of this kind").retry_after(wait)
    }
}

impl Limits {
    /// Nothing was asked yet.
    pub fn new(limits: &config::Limits, clock: &SharedClock, metrics: &Metrics) -> Self {
        let refused =
            metrics.counter("baton_limited_total", "What the edge refused for being too much, by limit.");
        let frame = Frame { clock: Monotonic(clock.clone()), refused };
        let of = limits;
        Self(Arc::new(Meters {
            requests: frame.meter("requests", a_second(of.requests_per_second, of.requests_burst)),
            partner_calls: frame
                .meter("partner_calls", a_second(of.partner_calls_per_second, of.partner_calls_burst)),
            sessions: frame.meter("sessions", steady(of.sessions_per_minute)),
            conversations: frame.meter("conversations", steady(of.conversations_per_minute)),
            sign_ins: frame.meter("sign_ins", steady(of.sign_ins_per_minute)),
            messages: frame.meter("messages", quota(of.messages_per_minute, of.messages_burst, MINUTE)),
            assistant_sessions: frame.meter("assistant_sessions", steady(of.assistant_sessions_per_minute)),
            assistant_messages: frame.meter(
                "assistant_messages",
                a_second(of.assistant_messages_per_second, of.assistant_messages_burst),
            ),
            workspace_requests: frame.meter(
                "workspace_requests",
                a_second(of.workspace_requests_per_second, of.workspace_requests_burst),
            ),
            workspace_calls: frame
                .meter("workspace_calls", a_second(of.workspace_calls_per_second, of.workspace_calls_burst)),
            hasher: RandomState::new(),
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

    /// A visitor writes, whatever token they bring: first their own, so that one alone does not spend what is everybody's.
    pub fn message(&self, visitor: &Caller) -> Result<(), TooMuch> {
        self.0.messages.pay(visitor.fingerprint())?;
        self.0.assistant_messages.pay(visitor.audience.as_u128())
    }

    /// A member asks something.
    pub fn member_request(&self, workspace: WorkspaceId) -> Result<(), TooMuch> {
        self.0.workspace_requests.pay(workspace)
    }

    /// A program of a workspace calls.
    pub fn program_call(&self, workspace: WorkspaceId) -> Result<(), TooMuch> {
        self.0.workspace_calls.pay(workspace)
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
    /// A new visitor, who comes by a widget key or by a link in a mail.
    pub fn opens_session(&self, widget_key: Option<&str>) -> Result<(), TooMuch> {
        let Meters { sessions, assistant_sessions, hasher, .. } = &*self.limits.0;
        sessions.pay(self.party)?;
        widget_key.map_or(Ok(()), |key| assistant_sessions.pay(hasher.hash_one(key)))
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

fn steady(a_minute: u32) -> Quota {
    quota(a_minute, a_minute, MINUTE)
}

fn a_second(rate: u32, burst: u32) -> Quota {
    quota(rate, burst, Duration::from_secs(1))
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

/// What all limits share.
struct Frame {
    clock: Monotonic,
    refused: Counter<u64>,
}

impl Frame {
    fn meter<K: Hash + Eq + Clone + Send + Sync + 'static>(
        &self,
        name: &'static str,
        quota: Quota,
    ) -> Meter<K> {
        Meter::new(name, quota, &self.clock, &self.refused)
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
    use baton_kit::{door::principal::Kind, life::config::Sources};
    use baton_kit_testing::clock::FakeClock;
    use uuid::Uuid;

    use super::*;

    fn limits(clock: &FakeClock) -> (Limits, Metrics) {
        let config: config::Config = Sources::from_parts(toml::Table::default(), []).load().unwrap();
        let metrics = Metrics::new("gateway").unwrap();
        (Limits::new(&config.limits, &clock.shared(), &metrics), metrics)
    }

    fn visitor(n: u128, assistant: u128) -> Caller {
        Caller {
            kind: Kind::Visitor,
            subject: Uuid::from_u128(n),
            service: String::new(),
            workspace: Some(workspace(1)),
            scopes: Vec::new(),
            audience: Uuid::from_u128(assistant),
            only: None,
            token: "".into(),
        }
    }

    fn workspace(n: u128) -> WorkspaceId {
        WorkspaceId::from_uuid(Uuid::from_u128(n))
    }

    fn from(address: &str) -> ClientAddress {
        ClientAddress(address.parse().unwrap())
    }

    #[test]
    fn s_44_thirty_messages_in_a_second_are_too_many_of_one_visitor_and_others_are_not_concerned() {
        let clock = FakeClock::new();
        let (limits, metrics) = limits(&clock);
        let (a, b) = (visitor(1, 1), visitor(2, 1));
        let refused = (0..30).filter(|_| limits.message(&a).is_err()).count();
        assert_eq!(refused, 10);
        assert_eq!(limits.message(&a), Err(TooMuch(Duration::from_secs(1))));
        assert_eq!(limits.message(&b), Ok(()));
        clock.advance(Duration::from_secs(1));
        assert_eq!(limits.message(&a), Ok(()));
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
    fn s_44_what_one_visitor_is_refused_is_not_taken_from_the_others_of_the_assistant() {
        let (limits, _) = limits(&FakeClock::new());
        let loud = visitor(0, 1);
        while limits.message(&loud).is_ok() {}
        for _ in 0..3000 {
            assert!(limits.message(&loud).is_err());
        }
        assert_eq!((1..=99).filter(|n| limits.message(&visitor(*n, 1)).is_ok()).count(), 99);
    }

    #[test]
    fn s_44_many_visitors_of_one_assistant_are_too_many_and_anothers_are_not_concerned() {
        let clock = FakeClock::new();
        let (limits, _) = limits(&clock);
        assert_eq!((0..3000).filter(|n| limits.message(&visitor(*n, 1)).is_ok()).count(), 2000);
        assert_eq!(limits.message(&visitor(9999, 1)), Err(TooMuch(Duration::from_millis(5))));
        assert_eq!(limits.message(&visitor(9999, 2)), Ok(()));
        clock.advance(Duration::from_millis(5));
        assert_eq!(limits.message(&visitor(9998, 1)), Ok(()));
    }

    #[test]
    fn s_44_a_workspaces_members_and_its_programs_have_a_limit_each() {
        let (limits, _) = limits(&FakeClock::new());
        let (one, other) = (workspace(1), workspace(2));
        assert_eq!((0..9000).filter(|_| limits.member_request(one).is_ok()).count(), 2000);
        assert_eq!((0..9000).filter(|_| limits.program_call(one).is_ok()).count(), 5000);
        assert_eq!((limits.member_request(other), limits.program_call(other)), (Ok(()), Ok(())));
    }

    #[test]
    fn what_is_remembered_is_bounded_whoever_comes() {
        let (limits, _) = limits(&FakeClock::new());
        for n in 0..2 * REMEMBERED {
            let _ = limits.0.assistant_sessions.pay(n);
        }
        limits.0.assistant_sessions.buckets.run_pending_tasks();
        assert!(limits.0.assistant_sessions.buckets.entry_count() <= REMEMBERED);
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
