//! Puts the edge together. The only file that knows all of it.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use axum::Router;
use baton_kit::{
    door::{enter::Door, host::Host, listen, peer::Place, server::DoorBuilder, tokens::Signer},
    life::telemetry::Metrics,
};
use baton_proto::operations::v1::dead_letter_service_server::DeadLetterServiceServer;

use crate::{
    config::Config,
    edge::{Edge, HttpMetrics, Proxies},
    exchange::{Exchange, Watch},
    http::{self, app, limits::Limits},
    live::{Hub, Live, NoticeTail, Notices, Render, Seats, Shares, Tail},
    origins::Origins,
    pages::{self, Demo, Pages},
    partner::{Partner, dead_letters},
    peers::Peers,
    upstream,
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
    /// Notices, preferences, mails.
    pub notification: Place,
    /// What `/demo` shows, once it is known; without it there is no such page.
    pub demo: Arc<OnceLock<Demo>>,
}

/// The running edge.
pub struct Started {
    /// HTTP and the partner door with all their layers, for [`baton_kit::door::listen::serve`].
    pub router: Router,
    /// How the port treats those who connect.
    pub port: listen::Limits,
    /// The OpenAPI document of the HTTP part.
    pub openapi: String,
}

/// The edge could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Only a broken build does this.
    #[error("reflection cannot be offered: {0}")]
    Reflection(String),
    /// Only a broken build does this.
    #[error("a page's template is broken: {0}")]
    Template(#[from] minijinja::Error),
}

/// Starts the edge: its tasks belong to the host's life.
///
/// # Errors
/// If reflection is wanted and cannot be offered.
pub async fn start(config: Config, host: &Host, signer: Signer, needs: Needs) -> Result<Started, StartError> {
    let peers = Peers {
        conversation: host.peer(needs.conversation, &signer),
        routing: host.peer(needs.routing, &signer),
        ai: host.peer(needs.ai, &signer),
        team: host.peer(needs.team, &signer),
        notification: host.peer(needs.notification, &signer),
    };
    let own = own_door(&config, host, &peers).await?;
    let exchange = exchange(host, &peers);
    let live = live(&config, host, &peers);
    let (limits, origins) = (Limits::new(&config.limits, &host.clock, &host.metrics), Origins::of(&config));
    let partner = Partner {
        peers: peers.clone(),
        exchange: exchange.clone(),
        verifier: host.verifier(),
        limits: limits.clone(),
        own,
        clock: host.clock.clone(),
        recheck: config.session_recheck.get(),
    };
    let asked = (peers.conversation.clone(), peers.notification.clone());
    let pages = Pages::new(asked, host.clock.clone(), needs.demo)?;
    let edge = Edge {
        clock: host.clock.clone(),
        ids: host.ids.clone(),
        metrics: HttpMetrics::new(&host.metrics),
        partner,
        proxies: Proxies::new(config.proxies()),
        limits: limits.clone(),
        origins: origins.clone(),
        secure: config.cookie_secure && config.public_url.starts_with("https://"),
    };
    let app = app::App::new(app::Parts {
        peers,
        exchange,
        verifier: host.verifier(),
        live,
        clock: host.clock.clone(),
        origins,
        cookie_secure: config.cookie_secure,
        max_body: config.max_body_bytes,
        max_document: config.max_document_bytes,
        pace: http::pace::Pace::new(host.clock.clone()),
        limits,
        body_deadline: config.body_deadline.get(),
        session_recheck: config.session_recheck.get(),
    });
    let router = edge.around(http::router(app, pages::router(pages)));
    Ok(Started { router, port: port(&config), openapi: http::openapi() })
}

fn port(config: &Config) -> listen::Limits {
    listen::Limits {
        per_address: config.max_connections_per_address,
        proxies: config.proxies(),
        stall: config.stalled_after.get(),
        ..listen::Limits::edge()
    }
}

async fn own_door(config: &Config, host: &Host, peers: &Peers) -> Result<Door, StartError> {
    let letters = DeadLetterServiceServer::new(dead_letters::DeadLetters::new(peers.clone()));
    let mut builder = DoorBuilder::new().await.add(letters, dead_letters::RULES);
    if config.partner_reflection {
        builder = builder.with_reflection().map_err(|error| StartError::Reflection(error.to_string()))?;
    }
    Ok(builder.build(host.verifier(), host.frame(), &host.life).await)
}

/// What is remembered of credentials, and what is heard of their end.
fn exchange(host: &Host, peers: &Peers) -> Exchange {
    let exchange = Exchange::new(peers.team.clone(), host.clock.clone(), host.ids.clone());
    let up = up(&host.metrics, "baton_revocation_watch_up", "1 while the edge hears of revocations.");
    upstream::follow(Watch { team: peers.team.clone(), exchange: exchange.clone() }, host, up);
    exchange
}

fn live(config: &Config, host: &Host, peers: &Peers) -> Live {
    let hub = Hub::new(config.ring_items, config.follower_queue, config.max_streams);
    measure(&host.metrics, &hub);
    let render = Render {
        staff: http::inbox::frame,
        visitor: http::widget::frame,
        staff_activity: http::inbox::activity_frame,
        visitor_activity: http::widget::activity_frame,
    };
    let up = up(&host.metrics, "baton_feed_tail_up", "1 while the edge follows the feed.");
    upstream::follow(Tail::new(peers.conversation.clone(), Arc::clone(&hub), render), host, up);
    let shares = Shares {
        visitor: config.max_streams_per_visitor,
        member: config.max_streams_per_member,
        address: config.max_streams_per_address,
    };
    Live {
        seats: Seats::new(shares, &host.metrics),
        notices: notices(host, peers),
        hub,
        clock: host.clock.clone(),
        ids: host.ids.clone(),
        life: host.life.clone(),
        heartbeat: config.heartbeat.get(),
    }
}

fn notices(host: &Host, peers: &Peers) -> Arc<Notices> {
    let notices = Arc::new(Notices::default());
    let tail = NoticeTail {
        notification: peers.notification.clone(),
        notices: Arc::clone(&notices),
        render: http::inbox::notice_frame,
    };
    upstream::follow(
        tail,
        host,
        up(&host.metrics, "baton_notice_tail_up", "1 while the edge follows members' notices."),
    );
    notices
}

fn measure(metrics: &Metrics, hub: &Arc<Hub>) {
    let (counted, cut) = (Arc::clone(hub), Arc::clone(hub));
    #[expect(clippy::cast_precision_loss, reason = "a gauge of small numbers")]
    metrics.gauge_of("baton_streams", "Live streams open at the edge.", move || counted.followers() as f64);
    #[expect(clippy::cast_precision_loss, reason = "a gauge of small numbers")]
    metrics.gauge_of(
        "baton_streams_cut",
        "Live streams cut off for being slow, since the start.",
        move || cut.cut_off() as f64,
    );
}

/// A switch that a follower sets, shown as 1 or 0.
fn up(metrics: &Metrics, name: &'static str, help: &'static str) -> Arc<AtomicBool> {
    let up = Arc::new(AtomicBool::new(false));
    let shown = Arc::clone(&up);
    metrics.gauge_of(name, help, move || f64::from(u8::from(shown.load(Ordering::Relaxed))));
    up
}
