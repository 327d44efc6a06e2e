//! Follows the feed of all workspaces, whatever happens to the other end. One stream serves the whole gateway.
//!
//! Must not know who follows here, nor how a change is written for its readers.

use std::sync::Arc;

use async_trait::async_trait;
use baton_kit::door::peer::Peer;
use baton_proto::internal::conversation::v1::{
    FeedTailRequest, FeedTailResponse, TailActivity, TailEvent, feed_tail_response::Item as Wire,
    feed_tail_service_client::FeedTailServiceClient,
};
use bytes::Bytes;
use tonic::{Code, Status, Streaming};

use super::{
    fence::ConversationId,
    hub::{Glimpse, Hub},
    ring::{Item, Views},
    shown,
};
use crate::upstream::Upstream;

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
    conversation: Peer,
    hub: Arc<Hub>,
    render: Render,
    /// After the last change taken; empty for none.
    token: String,
    /// Whether what came before may be missing here.
    torn: bool,
}

#[async_trait]
impl Upstream for Tail {
    type Word = FeedTailResponse;
    const NAME: &'static str = "feed-tail";

    async fn begin(&self) -> Result<Streaming<FeedTailResponse>, Status> {
        let mut client = FeedTailServiceClient::new(self.conversation.as_self().lasting());
        let request = FeedTailRequest { resume_token: self.token.clone() };
        Ok(client.feed_tail(request).await?.into_inner())
    }

    fn take(&mut self, response: FeedTailResponse) {
        let FeedTailResponse { resume_token: token, item } = response;
        // Whoever followed before the first word of a tail that does not continue another may have missed something.
        if std::mem::take(&mut self.torn) || matches!(item, Some(Wire::Reset(_))) {
            self.hub.restart();
        }
        match item {
            Some(Wire::Event(event)) => self.publish(&token, &event),
            // Its token is that of the item before, whose place is known.
            Some(Wire::Activity(activity)) => self.show(&activity),
            Some(Wire::Heartbeat(_) | Wire::Reset(_)) | None => self.hub.mark(&token),
        }
        if !token.is_empty() {
            self.token = token;
        }
    }

    fn broke_off(&mut self, why: &Status, _: bool) {
        if why.code() == Code::InvalidArgument {
            // The token is from another life of the database.
            self.token.clear();
            self.torn = true;
        }
    }
}

impl Tail {
    /// From `conversation`, which has the feed, to the hub, written so.
    pub fn new(conversation: Peer, hub: Arc<Hub>, render: Render) -> Self {
        Self { conversation, hub, render, token: String::new(), torn: true }
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
