//! What a test asks of the machine it runs on.
//!
//! The only reader of the test's environment.

#![expect(
    clippy::disallowed_methods,
    reason = "the environment is how a test run is told what it has and what it must have"
)]

use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
};

use baton_kit::life::ids::SystemIds;

/// Whether a test that lacks something must fail instead of being skipped.
pub fn everything_is_required() -> bool {
    std::env::var("BATON_TEST_REQUIRE_ALL").as_deref() == Ok("1")
}

/// Says what is skipped and how to supply it.
///
/// # Panics
/// Where nothing may be skipped.
pub fn skip(what: &str, how: &str) {
    assert!(!everything_is_required(), "BATON_TEST_REQUIRE_ALL=1, but {what}: {how}");
    println!("skipped: {what}; {how}");
}

/// What a run's chances are drawn from: that of `BATON_TEST_SEED`, to play a run again, or a new one.
///
/// # Panics
/// If that is no number.
pub fn seed() -> u64 {
    match std::env::var("BATON_TEST_SEED") {
        Ok(given) => given.parse().expect("BATON_TEST_SEED is a number"),
        // The low half of a new id is random.
        Err(_) => SystemIds::new().next().as_u64_pair().1,
    }
}

/// The root of the work tree.
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("the tests lie in the work tree").to_owned()
}

/// Gives HTTP clients what they insist on even where nothing is encrypted. `baton` does the same at its start.
pub fn crypto() {
    // An error means that another test was first.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Limits that a whole test behind one address would run into.
pub const WITHOUT_LIMITS: &[(&str, &str)] = &[
    ("BATON_GATEWAY__MAX_CONNECTIONS_PER_ADDRESS", "10000"),
    ("BATON_GATEWAY__MAX_STREAMS_PER_VISITOR", "10000"),
    ("BATON_GATEWAY__MAX_STREAMS_PER_MEMBER", "10000"),
    ("BATON_GATEWAY__MAX_STREAMS_PER_ADDRESS", "10000"),
    ("BATON_GATEWAY__LIMITS__REQUESTS_PER_SECOND", "100000"),
    ("BATON_GATEWAY__LIMITS__REQUESTS_BURST", "100000"),
    ("BATON_GATEWAY__LIMITS__PARTNER_CALLS_PER_SECOND", "100000"),
    ("BATON_GATEWAY__LIMITS__PARTNER_CALLS_BURST", "100000"),
    ("BATON_GATEWAY__LIMITS__SESSIONS_PER_MINUTE", "100000"),
    ("BATON_GATEWAY__LIMITS__CONVERSATIONS_PER_MINUTE", "100000"),
    ("BATON_GATEWAY__LIMITS__SIGN_INS_PER_MINUTE", "100000"),
    ("BATON_GATEWAY__LIMITS__MESSAGES_PER_MINUTE", "100000"),
    ("BATON_GATEWAY__LIMITS__MESSAGES_BURST", "100000"),
    ("BATON_GATEWAY__LIMITS__ASSISTANT_SESSIONS_PER_MINUTE", "100000"),
    ("BATON_GATEWAY__LIMITS__ASSISTANT_MESSAGES_PER_SECOND", "100000"),
    ("BATON_GATEWAY__LIMITS__ASSISTANT_MESSAGES_BURST", "100000"),
    ("BATON_GATEWAY__LIMITS__WORKSPACE_REQUESTS_PER_SECOND", "100000"),
    ("BATON_GATEWAY__LIMITS__WORKSPACE_REQUESTS_BURST", "100000"),
    ("BATON_GATEWAY__LIMITS__WORKSPACE_CALLS_PER_SECOND", "100000"),
    ("BATON_GATEWAY__LIMITS__WORKSPACE_CALLS_BURST", "100000"),
];

/// A port that was free a moment ago, for what must be known before the suite starts: its own public address.
pub fn free_port() -> SocketAddr {
    let socket = TcpListener::bind("127.0.0.1:0").expect("a free port");
    socket.local_addr().expect("its address")
}
