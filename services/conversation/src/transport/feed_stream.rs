//! One follower of the feed: where it begins, when it must be told to begin anew, its heartbeats and its end.
//!
//! Serves `Watch` and `FeedTail` alike; must not know what either sends.

use std::{sync::Arc, time::Duration};

use baton_kit::{
    data::{Fact, FactLog, Follower, StoreError},
    door::{host::HEARTBEAT, page::FeedPlace, refusal::Refusal},
    life::clock::SharedClock,
};
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::{self as wire, ResetReason},
};
use tokio_util::sync::CancellationToken;

use super::status;
use crate::application::ports::FeedReader;

/// What resume tokens of this service are bound to.
pub const FEED: &str = "conversation.feed";

/// The feed of one process.
#[derive(Clone)]
pub struct Feed {
    /// Joins the text.
    pub reader: Arc<dyn FeedReader>,
    /// The log.
    pub facts: FactLog,
    /// Time.
    pub clock: SharedClock,
    /// When the process drains.
    pub stop: CancellationToken,
}

/// What comes next on a followed feed.
pub enum Next {
    /// Facts, in order.
    Facts(Vec<Arc<Fact>>),
    /// Nothing for a while.
    Quiet,
    /// The process stops, or the log cannot be read: begin again at the last token.
    End(Refusal),
}

/// A feed being followed.
pub struct Following {
    feed: Feed,
    follower: Follower,
    generation: uuid::Uuid,
    spoke: Duration,
    /// Said first if the place asked for was gone.
    pub reset: Option<ResetReason>,
}

/// Everything up to now, as a resume token.
///
/// # Errors
/// When the generation cannot be read.
pub async fn head_token(facts: &FactLog) -> Result<String, StoreError> {
    let position = facts.head();
    Ok(FeedPlace { generation: facts.generation().await?, position }.seal(FEED))
}

/// Where a reader may begin, given where it asked to.
pub struct Beginning {
    /// After this position.
    pub position: i64,
    /// The numbering of now.
    pub generation: uuid::Uuid,
    /// Why that is not where it asked to.
    pub reset: Option<ResetReason>,
}

impl Feed {
    /// Where to begin.
    ///
    /// # Errors
    /// INVALID_FIELDS or INVALID_TOKEN for a start that is none.
    pub async fn begin(&self, start: Option<wire::FeedStart>) -> Result<Beginning, Refusal> {
        use wire::feed_start::Start;
        let required = || faulty("start", "is required");
        match start.and_then(|start| start.start).ok_or_else(required)? {
            Start::ResumeToken(token) => self.begin_at(&token).await,
            Start::Point(point) => match wire::FeedPoint::try_from(point) {
                Ok(wire::FeedPoint::Now) => self.beginning(self.facts.head()).await,
                Ok(wire::FeedPoint::Earliest) => {
                    let earliest = self.facts.earliest().await.map_err(|error| status::store(&error))?;
                    self.beginning((earliest - 1).max(0)).await
                }
                Ok(wire::FeedPoint::Unspecified) | Err(_) => {
                    Err(faulty("start.point", "must be NOW or EARLIEST"))
                }
            },
            Start::Time(time) => {
                let at = jiff::Timestamp::new(time.seconds, time.nanos)
                    .map_err(|_| faulty("start.time", "is out of range"))?;
                let position = self.facts.position_at(at).await.map_err(|error| status::store(&error))?;
                self.beginning(position).await
            }
        }
    }

    /// Where to begin after a token.
    ///
    /// # Errors
    /// INVALID_TOKEN for a token that is none.
    pub async fn begin_at(&self, token: &str) -> Result<Beginning, Refusal> {
        let place = FeedPlace::open(FEED, token)?;
        let mut beginning = self.beginning(place.position).await?;
        let earliest = self.facts.earliest().await.map_err(|error| status::store(&error))?;
        let head = self.reached(place.position).await?;
        // A place above everything numbered can only come from another numbering.
        if place.generation != beginning.generation || place.position > head {
            beginning.reset = Some(ResetReason::NewGeneration);
        } else if place.position < earliest - 1 {
            beginning.reset = Some(ResetReason::Expired);
        }
        if beginning.reset.is_some() {
            beginning.position = head;
        }
        Ok(beginning)
    }

    /// The last position numbered, as far as it matters for a reader who asks for this one: where another process has numbered further
    /// than is known here yet, the table knows.
    async fn reached(&self, asked: i64) -> Result<i64, Refusal> {
        let head = self.facts.head();
        if asked <= head {
            return Ok(head);
        }
        self.facts.stored_head().await.map_err(|error| status::store(&error))
    }

    async fn beginning(&self, position: i64) -> Result<Beginning, Refusal> {
        let generation = self.facts.generation().await.map_err(|error| status::store(&error))?;
        Ok(Beginning { position, generation, reset: None })
    }

    /// Follows from there.
    pub fn follow(&self, beginning: Beginning) -> Following {
        let Beginning { position, generation, reset } = beginning;
        Following {
            feed: self.clone(),
            follower: self.facts.follow(position),
            generation,
            spoke: self.clock.monotonic(),
            reset,
        }
    }
}

impl Following {
    /// The token of a position.
    pub fn token(&self, position: i64) -> String {
        FeedPlace { generation: self.generation, position }.seal(FEED)
    }

    /// The token of everything given so far.
    pub fn here(&self) -> String {
        self.token(self.follower.position())
    }

    /// What comes next. Quiet is what the reader heard, not what happened: facts of other workspaces do not keep it from a heartbeat.
    pub async fn next(&mut self) -> Next {
        let waited = self.feed.clock.monotonic().saturating_sub(self.spoke);
        let Some(wait) = HEARTBEAT.checked_sub(waited).filter(|wait| !wait.is_zero()) else {
            self.spoke();
            return Next::Quiet;
        };
        tokio::select! {
            biased;
            () = self.feed.stop.cancelled() => {
                Next::End(Refusal::new(ErrorReason::Unavailable, "the server is stopping: resume elsewhere"))
            }
            facts = self.follower.next() => match facts {
                Ok(facts) => Next::Facts(facts),
                Err(error) => Next::End(status::store(&error)),
            },
            () = self.feed.clock.sleep(wait) => {
                self.spoke();
                Next::Quiet
            }
        }
    }

    /// Something was sent: the next heartbeat is a whole while away.
    pub fn spoke(&mut self) {
        self.spoke = self.feed.clock.monotonic();
    }
}

fn faulty(field: &str, description: &str) -> Refusal {
    Refusal::fields(vec![tonic_types::FieldViolation::new(field, description)])
}
