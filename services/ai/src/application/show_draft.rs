//! Shows an answer while it is made: what is new, at most so often, and all of it again every so often. Never waited for: it runs beside
//! the engine and is dropped with it.
//!
//! Must not know who makes the answer.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use baton_kit::life::clock::{self, SharedClock};
use tokio::sync::Notify;

use super::{
    model::Pieces,
    ports::{CallError, Conversation, Delta},
};
use crate::domain::{
    deltas::{Piece, Shown},
    ids::ContactId,
    turn::Place,
};

/// The least time between two pieces: at most twenty a second.
const EVERY: Duration = Duration::from_millis(50);
/// How often all of it is shown again.
const ANEW: Duration = Duration::from_secs(1);
/// How long a piece may take to be taken. What is later is shown with the next ones.
const GIVE_UP: Duration = Duration::from_millis(500);

/// An answer that is being made.
#[derive(Default)]
pub struct Draft {
    text: Mutex<Text>,
    news: Notify,
}

#[derive(Default)]
struct Text {
    said: String,
    /// Rises when the answer begins anew.
    edition: u64,
    /// Rises with every sign of work.
    signs: u64,
}

impl Draft {
    /// Rises with every sign of work.
    pub fn signs(&self) -> u64 {
        self.text().signs
    }

    fn next(&self, shown: &mut Shown, now: Duration) -> Option<Piece> {
        let text = self.text();
        shown.next(&text.said, text.edition, now, ANEW)
    }

    /// Nothing that may panic runs under it.
    fn text(&self) -> MutexGuard<'_, Text> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pieces for Draft {
    fn say(&self, piece: &str) {
        let mut text = self.text();
        text.said.push_str(piece);
        text.signs += 1;
        drop(text);
        self.news.notify_one();
    }

    fn alive(&self) {
        self.text().signs += 1;
    }

    fn begin_anew(&self) {
        let mut text = self.text();
        text.said.clear();
        text.edition += 1;
    }
}

/// Whose answer it is.
#[derive(Debug, Clone)]
pub struct Audience {
    /// Where.
    pub place: Place,
    /// Whose conversation; `None` shows nothing.
    pub contact: Option<ContactId>,
    /// The epoch it is made under.
    pub control_epoch: i64,
    /// Which making of an answer, opaque.
    pub making: String,
}

/// The use case.
pub struct ShowDraft {
    /// Where it is shown.
    pub conversation: Arc<dyn Conversation>,
    /// Time.
    pub clock: SharedClock,
}

impl ShowDraft {
    /// Shows it until dropped, or until somebody else speaks.
    pub async fn run(&self, draft: &Draft, audience: &Audience) -> Infallible {
        let mut shown = Shown::default();
        while let Some(contact) = audience.contact {
            let Some(piece) = draft.next(&mut shown, self.clock.monotonic()) else {
                tokio::select! {
                    () = draft.news.notified() => {}
                    () = self.clock.sleep(ANEW) => {}
                }
                continue;
            };
            if self.is_over(audience, contact, piece).await {
                break;
            }
            self.clock.sleep(EVERY).await;
        }
        std::future::pending().await
    }

    /// Shows a piece; whether nothing more is to be shown.
    async fn is_over(&self, audience: &Audience, contact: ContactId, piece: Piece) -> bool {
        let (control_epoch, making) = (audience.control_epoch, audience.making.clone());
        let push =
            self.conversation.push_delta(audience.place, Delta { contact, control_epoch, making, piece });
        match clock::timeout(&self.clock, GIVE_UP, push).await {
            Ok(Ok(())) => false,
            Ok(Err(CallError::Stale | CallError::NotFound)) => true,
            Ok(Err(error)) => {
                tracing::debug!(%error, "a piece of an answer was not shown");
                false
            }
            Err(_) => false,
        }
    }
}
