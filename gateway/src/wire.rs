//! Puts the edge together. The only file that knows all of it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::Router;
use baton_kit::{
    door::{enter::Door, host::Host, peer::Place, server::DoorBuilder, tokens::Signer},
    life::telemetry::Metrics,
};

use crate::{
    config::{Config, origin},
    edge::{Edge, HttpMetrics},
    exchange::Exchange,
    http::{self, app},
    live::{Hub, Live, Render, Tail},
    partner::Partner,
    peers::Peers,
};

/// Where the services behind the edge are.
pub struct Needs {
    /// Conversations, the feed, visitor sessions.
    pub conversation: Place,
    /// Availability and routing's reasons.
    pub routing: Place,
    /// Assistants and knowledge.
    pub ai: Place,
    /// Sign-in, credentials, workspaces.
    pub team: Place,
}

/// The running edge.
pub struct Started {
    /// HTTP and the partner door with all their layers, for [`baton_kit::door::listen::serve`].
    pub router: Router,
    /// The OpenAPI document of the HTTP part.
    pub openapi: String,
}

/// The edge could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Only a broken build does this.
    #[error("reflection cannot be offered: {0}")]
    Reflection(String),
}

/// Starts the edge: its tasks belong to the host's life.
///
/// # Errors
/// If reflection is wanted and cannot be offered.
pub async fn start(config: Config, host: &Host, signer: Signer, needs: Needs) -> Result<Started, StartError> {
    let own = own_door(&config, host).await?;
    let peers = Peers {
        conversation: host.peer(needs.conversation, &signer),
        routing: host.peer(needs.routing, &signer),
        ai: host.peer(needs.ai, &signer),
        team: host.peer(needs.team, &signer),
    };
    let exchange = Exchange::new(peers.team.clone(), host.clock.clone());
    let live = live(&config, host, &peers);
    let partner = Partner {
        peers: peers.clone(),
        exchange: exchange.clone(),
        own,
        clock: host.clock.clone(),
        recheck: config.session_recheck.get(),
    };
    let edge = Edge {
        clock: host.clock.clone(),
        ids: host.ids.clone(),
        metrics: HttpMetrics::new(&host.metrics),
        partner,
        secure: config.cookie_secure && config.public_url.starts_with("https://"),
    };
    let app = app::App::new(app::Parts {
        peers,
        exchange,
        verifier: host.verifier(),
        live,
        clock: host.clock.clone(),
        origins: origins(&config),
        cookie_secure: config.cookie_secure,
        max_body: config.max_body_bytes,
        max_document: config.max_document_bytes,
        pace: http::pace::Pace::new(host.clock.clone()),
        body_deadline: config.body_deadline.get(),
        session_recheck: config.session_recheck.get(),
    });
    Ok(Started { router: edge.around(http::router(app)), openapi: http::openapi() })
}

async fn own_door(config: &Config, host: &Host) -> Result<Door, StartError> {
    let mut builder = DoorBuilder::new().await;
    if config.partner_reflection {
        builder = builder.with_reflection().map_err(|error| StartError::Reflection(error.to_string()))?;
    }
    Ok(builder.build(host.verifier(), host.frame(), &host.life).await)
}

fn live(config: &Config, host: &Host, peers: &Peers) -> Live {
    let hub = Hub::new(config.ring_items, config.follower_queue, config.max_streams);
    let up = Arc::new(AtomicBool::new(false));
    measure(&host.metrics, &hub, &up);
    let tail = Tail {
        conversation: peers.conversation.clone(),
        hub: Arc::clone(&hub),
        render: Render {
            staff: http::inbox::frame,
            visitor: http::widget::frame,
            staff_activity: http::inbox::activity_frame,
            visitor_activity: http::widget::activity_frame,
        },
        clock: host.clock.clone(),
        ids: host.ids.clone(),
        up,
    };
    tail.start(&host.life);
    Live {
        hub,
        clock: host.clock.clone(),
        ids: host.ids.clone(),
        life: host.life.clone(),
        heartbeat: config.heartbeat.get(),
    }
}

fn measure(metrics: &Metrics, hub: &Arc<Hub>, up: &Arc<AtomicBool>) {
    let (counted, cut, up) = (Arc::clone(hub), Arc::clone(hub), Arc::clone(up));
    #[expect(clippy::cast_precision_loss, reason = "a gauge of small numbers")]
    metrics.gauge_of("baton_streams", "Live streams open at the edge.", move || counted.followers() as f64);
    #[expect(clippy::cast_precision_loss, reason = "a gauge of small numbers")]
    metrics.gauge_of(
        "baton_streams_cut",
        "Live streams cut off for being slow, since the start.",
        move || cut.cut_off() as f64,
    );
    metrics.gauge_of("baton_feed_tail_up", "1 while the edge follows the feed.", move || {
        f64::from(u8::from(up.load(Ordering::Relaxed)))
    });
}

fn origins(config: &Config) -> Vec<String> {
    std::iter::once(&config.public_url)
        .chain(&config.allowed_origins)
        .filter_map(|address| origin(address))
        .collect()
}
