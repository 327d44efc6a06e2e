//! One live stream from its first byte to its last. Must not know what the frames say, nor how the follower proved who they are.

use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};

use async_trait::async_trait;
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use baton_kit::life::{clock::SharedClock, ids::SharedIds, lifecycle::Lifecycle};
use bytes::Bytes;
use futures::{future::BoxFuture, stream};
use tokio_util::sync::CancellationToken;

use super::{
    frame,
    hub::{Audience, Follower, Full, Hub, reset_frame},
    notices::{Addressee, Letterbox, Notices},
    seats::{Seat, Seats},
};

/// How long a place that is not known may become known. A snapshot can be read before its last change came down the tail; in that
/// case everything after it is sent anyway. Only if the place does not turn up it is too old, and the client must load anew.
const TO_TURN_UP: Duration = Duration::from_secs(2);
/// Streams come back spread over this, after a restart.
const SPREAD_MS: u16 = 3000;

/// The right to follow, which may end.
#[async_trait]
pub(crate) trait Warrant: Send + Sync + 'static {
    /// How often to look.
    fn period(&self) -> Duration;
    /// Whether it still stands.
    async fn stands(&mut self) -> bool;
    /// Completes when it may have ended before its period is over.
    async fn shaken(&mut self);
}

/// Opens live streams.
#[derive(Clone)]
pub(crate) struct Live {
    /// The fan-out.
    pub hub: Arc<Hub>,
    /// Words for one member alone.
    pub notices: Arc<Notices>,
    /// Who may hold how many streams.
    pub seats: Arc<Seats>,
    /// Time.
    pub clock: SharedClock,
    /// Chance.
    pub ids: SharedIds,
    /// Streams end with it.
    pub life: Lifecycle,
    /// How often a silent stream says that it is alive.
    pub heartbeat: Duration,
}

/// Where a stream sits: what it is shown, and what it is counted as.
pub(crate) struct Opening {
    /// Whose changes it shows.
    pub audience: Audience,
    /// Whose words it carries that are for one member alone.
    pub addressee: Option<Addressee>,
    /// What it holds as long as it lives.
    pub seat: Seat,
}

impl Live {
    /// A response that follows, after a point of the feed if the client names one.
    pub fn open(
        &self,
        opening: Opening,
        after: Option<&str>,
        warrant: impl Warrant,
    ) -> Result<Response, Full> {
        let Opening { audience, addressee, seat } = opening;
        let mut follower = self.hub.follow(audience, after)?;
        let mut ahead = VecDeque::from([frame::opening()]);
        ahead.extend(std::mem::take(&mut follower.missed));
        let stream = Stream {
            ahead,
            turn_up: self.clock.sleep(TO_TURN_UP),
            beat: self.clock.sleep(self.heartbeat),
            look: self.clock.sleep(warrant.period()),
            soft: self.life.soft(),
            live: self.clone(),
            letterbox: addressee.map(|addressee| self.notices.open(addressee)),
            follower,
            warrant: Box::new(warrant),
            _seat: seat,
            ended: false,
        };
        let frames = stream::unfold(stream, |mut stream| async move {
            let frame = stream.next().await?;
            Some((Ok::<_, Infallible>(frame), stream))
        });
        let mut response = Response::new(Body::from_stream(frames));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
        // Proxies that collect answers before they pass them on would stop the stream.
        headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
        Ok(response)
    }
}

struct Stream {
    ahead: VecDeque<Bytes>,
    turn_up: BoxFuture<'static, ()>,
    beat: BoxFuture<'static, ()>,
    look: BoxFuture<'static, ()>,
    soft: CancellationToken,
    live: Live,
    letterbox: Option<Letterbox>,
    follower: Follower,
    warrant: Box<dyn Warrant>,
    _seat: Seat,
    ended: bool,
}

enum Step {
    Draining,
    Look,
    NotTurnedUp,
    Frame(Option<Bytes>),
    /// Something was not told that is told only once.
    Untold,
    Beat,
}

impl Stream {
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(frame) = self.ahead.pop_front() {
                return Some(frame);
            }
            if self.ended {
                return None;
            }
            if let Some(frame) = self.step().await {
                return Some(frame);
            }
        }
    }

    async fn step(&mut self) -> Option<Bytes> {
        match self.wait().await {
            // Who comes back lists what was not told; spread, since it may be everybody.
            Step::Draining | Step::Untold => {
                Some(self.end_with("reconnect", &format!("{{\"after_ms\":{}}}", self.chance())))
            }
            Step::Look => self.look_again().await,
            Step::NotTurnedUp => self.give_up_on_the_place(),
            Step::Frame(Some(frame)) => Some(self.placed(frame)),
            Step::Frame(None) => Some(self.end_with("resume", "{}")),
            Step::Beat => {
                self.beat = self.live.clock.sleep(self.live.heartbeat);
                Some(frame::heartbeat(self.follower.caught_up_at().as_deref()))
            }
        }
    }

    async fn wait(&mut self) -> Step {
        let waiting = self.follower.unknown.is_some();
        tokio::select! {
            // The rare ones first: a stream that is never silent must not put them off.
            biased;
            () = self.soft.cancelled() => Step::Draining,
            () = self.warrant.shaken() => Step::Look,
            () = &mut self.look => Step::Look,
            () = &mut self.turn_up, if waiting => Step::NotTurnedUp,
            frame = self.follower.receiver.recv() => Step::Frame(frame),
            word = told(&mut self.letterbox) => word.map_or(Step::Untold, |frame| Step::Frame(Some(frame))),
            () = &mut self.beat => Step::Beat,
        }
    }

    async fn look_again(&mut self) -> Option<Bytes> {
        self.look = self.live.clock.sleep(self.warrant.period());
        if self.warrant.stands().await {
            return None;
        }
        Some(self.end_with("ended", "{\"reason\":\"UNAUTHENTICATED\"}"))
    }

    fn give_up_on_the_place(&mut self) -> Option<Bytes> {
        let found = self.follower.found();
        self.follower.unknown = None;
        (!found).then(|| reset_frame(None))
    }

    /// While nobody knows whether the place the client came with is still to be had, what comes after it must not become the client's
    /// place: cut off before it is told to load anew, it would come back behind a hole.
    fn placed(&self, frame: Bytes) -> Bytes {
        if self.follower.found() { frame } else { frame::without_place(frame) }
    }

    fn end_with(&mut self, event: &str, data: &str) -> Bytes {
        self.ended = true;
        frame::frame(event, None, data)
    }

    fn chance(&self) -> u16 {
        let mut bytes = [0; 2];
        self.live.ids.fill(&mut bytes);
        u16::from_le_bytes(bytes) % (SPREAD_MS + 1)
    }
}

async fn told(letterbox: &mut Option<Letterbox>) -> Option<Bytes> {
    match letterbox {
        Some(letterbox) => letterbox.receiver.recv().await,
        None => std::future::pending().await,
    }
}
