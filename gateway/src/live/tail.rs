//! Follows the feed of all workspaces, whatever happens to the other end. One stream serves the whole gateway.
//!
//! Must not know who follows here, nor how a change is written for its readers.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use baton_kit::{
    door::peer::Peer,
    life::{
        clock::{self, SharedClock},
        lifecycle::Lifecycle,
    },
};
use baton_proto::internal::conversation::v1::{
    FeedTailRequest, FeedTailResponse, TailActivity, TailEvent, feed_tail_response::Item as Wire,
    feed_tail_service_client::FeedTailServiceClient,
};
use bytes::Bytes;
use tonic::{Code, Status};

use super::{
    fence::ConversationId,
    hub::{Glimpse, Hub},
    ring::{Item, Views},
    shown,
};
use crate::again::{Again, SILENCE, closed};

/// Writes what comes for its readers.
#[derive(Clone, Copy)]
pub(crate) struct Render {
    /// The frame of a change for the staff.
    pub staff: fn(&str, &TailEvent) -> Option<Bytes>,
    /// The frame of a change for the visitor.
    pub visitor: fn(&str, &TailEvent) -> Option<Bytes>,
    /// The frame for the staff of what is seen now or never.
    pub staff_activity: fn(&TailActivity) -> Option<Bytes>,
    /// The same for the visitor.
    pub visitor_activity: fn(&TailActivity) -> Option<Bytes>,
}

/// The tail.
pub(crate) struct Tail {
    /// Who has the feed.
    pub conversation: Peer,
    /// Where changes go.
    pub hub: Arc<Hub>,
    /// How they are written.
    pub render: Render,
    /// Time.
    pub clock: SharedClock,
    /// When to begin again.
    pub again: Again,
    /// Whether the tail is up, for the metric.
    pub up: Arc<AtomicBool>,
}

/// Where a tail stands.
struct Place {
    /// After the last change taken; empty for none.
    token: String,
    /// Whether what came before may be missing here.
    torn: bool,
    /// Since the last try something came.
    fruitful: bool,
}

impl Tail {
    /// Follows until the life drains.
    pub fn start(self, life: &Lifecycle) {
        let soft = life.soft();
        life.spawn("feed-tail", async move {
            tokio::select! {
                () = soft.cancelled() => {}
                () = self.run() => {}
            }
        });
    }

    async fn run(mut self) {
        let mut place = Place { token: String::new(), torn: true, fruitful: false };
        loop {
            let ended = self.follow(&mut place).await;
            self.up.store(false, Ordering::Relaxed);
            tracing::info!(code = ?ended.code(), "feed tail ended; following again");
            if ended.code() == Code::InvalidArgument {
                // The token is from another life of the database.
                place.token.clear();
                place.torn = true;
            }
            self.again.pause(std::mem::take(&mut place.fruitful)).await;
        }
    }

    async fn follow(&self, place: &mut Place) -> Status {
        let mut client = FeedTailServiceClient::new(self.conversation.as_self().lasting());
        let request = FeedTailRequest { resume_token: place.token.clone() };
        let mut stream = match client.feed_tail(request).await {
            Ok(response) => response.into_inner(),
            Err(status) => return status,
        };
        self.up.store(true, Ordering::Relaxed);
        loop {
            match clock::timeout(&self.clock, SILENCE, stream.message()).await {
                Ok(Ok(Some(item))) => self.take(item, place),
                Ok(Ok(None)) => return closed("the feed ended"),
                Ok(Err(status)) => return status,
                Err(_) => return closed("the feed is silent"),
            }
        }
    }

    fn take(&self, response: FeedTailResponse, place: &mut Place) {
        let FeedTailResponse { resume_token: token, item } = response;
        // Whoever followed before the first word of a tail that does not continue another may have missed something.
        if std::mem::take(&mut place.torn) || matches!(item, Some(Wire::Reset(_))) {
            self.hub.restart();
        }
        place.fruitful = true;
        match item {
            Some(Wire::Event(event)) => self.publish(&token, &event),
            // Its token is that of the item before, whose place is known.
            Some(Wire::Activity(activity)) => self.show(&activity),
            Some(Wire::Heartbeat(_) | Wire::Reset(_)) | None => self.hub.mark(&token),
        }
        if !token.is_empty() {
            place.token = token;
        }
    }

    fn publish(&self, token: &str, event: &TailEvent) {
        let frames = ((self.render.staff)(token, event), (self.render.visitor)(token, event));
        let conversation = shown::conversation_of(event);
        match views(&event.workspace_id, &event.contact_id, conversation, frames) {
            Some(views) => self.hub.publish(Item { token: token.into(), epoch: shown::by(event), views }),
            None => self.hub.mark(token),
        }
    }

    fn show(&self, activity: &TailActivity) {
        let Ok(piece_of) = shown::piece_of(activity) else {
            tracing::error!("a piece of an answer names no conversation; nobody was shown it");
            return;
        };
        let frames = ((self.render.staff_activity)(activity), (self.render.visitor_activity)(activity));
        let conversation = shown::conversation_of_activity(activity);
        if let Some(views) = views(&activity.workspace_id, &activity.contact_id, conversation, frames) {
            self.hub.show(&Glimpse { piece_of, views });
        }
    }
}

fn views(
    workspace: &str,
    contact: &str,
    conversation: Option<ConversationId>,
    (staff, visitor): (Option<Bytes>, Option<Bytes>),
) -> Option<Views> {
    let Ok(workspace) = workspace.parse() else {
        tracing::error!("something on the feed names no workspace; nobody was sent it");
        return None;
    };
    Some(Views { workspace, contact: contact.parse().ok(), conversation, staff, visitor })
}
