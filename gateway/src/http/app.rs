//! What every handler may use.

use std::{sync::Arc, time::Duration};

use baton_kit::{door::tokens::Verifier, life::clock::SharedClock};

use super::{limits::Limits, pace::Pace};
use crate::{exchange::Exchange, live::Live, origins::Origins, peers::Peers};

/// The state of the router; clones share it.
#[derive(Clone)]
pub(crate) struct App(Arc<Parts>);

/// What the state holds.
pub(crate) struct Parts {
    /// The services.
    pub peers: Peers,
    /// Credentials.
    pub exchange: Exchange,
    /// Tokens that visitors bring.
    pub verifier: Verifier,
    /// Streams.
    pub live: Live,
    /// Time.
    pub clock: SharedClock,
    /// Origins whose pages may use the inbox API.
    pub origins: Origins,
    /// Whether the cookie is `Secure`.
    pub cookie_secure: bool,
    /// The largest JSON body, bytes.
    pub max_body: usize,
    /// The largest JSON body that brings a document, bytes.
    pub max_document: usize,
    /// How often somebody may say what they are doing.
    pub pace: Pace,
    /// How much may be asked.
    pub limits: Limits,
    /// A whole body must have arrived by then.
    pub body_deadline: Duration,
    /// How often a member's stream asks whether the session still stands.
    pub session_recheck: Duration,
}

impl App {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
