//! Follows the notices of all members, whatever happens to the other end. One stream serves the whole gateway.
//!
//! What was said while nobody listened is not said again: who comes back lists it. Must not know who follows here.

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
use baton_proto::{
    internal::notification::v1::{
        NoticeTailRequest, NoticeTailResponse, edge_service_client::EdgeServiceClient,
    },
    notification::v1::Notice,
};
use bytes::Bytes;
use tonic::Status;

use super::notices::{Addressee, Notices};
use crate::again::{Again, SILENCE, closed};

/// The tail.
pub(crate) struct NoticeTail {
    /// Who has the notices.
    pub notification: Peer,
    /// Where they go.
    pub notices: Arc<Notices>,
    /// How one is written for its reader.
    pub render: fn(Notice) -> Option<Bytes>,
    /// Time.
    pub clock: SharedClock,
    /// When to begin again.
    pub again: Again,
    /// Whether the tail is up, for the metric.
    pub up: Arc<AtomicBool>,
}

impl NoticeTail {
    /// Follows until the life drains.
    pub fn start(self, life: &Lifecycle) {
        let soft = life.soft();
        life.spawn("notice-tail", async move {
            tokio::select! {
                () = soft.cancelled() => {}
                () = self.run() => {}
            }
        });
    }

    async fn run(mut self) {
        loop {
            let ended = self.follow().await;
            let begun = self.up.swap(false, Ordering::Relaxed);
            if begun {
                tracing::info!(code = ?ended.code(), "notice tail ended; following again");
            }
            self.again.pause(begun).await;
        }
    }

    async fn follow(&self) -> Status {
        let mut client = EdgeServiceClient::new(self.notification.as_self().lasting());
        let mut stream = match client.notice_tail(NoticeTailRequest {}).await {
            Ok(response) => response.into_inner(),
            Err(status) => return status,
        };
        loop {
            match clock::timeout(&self.clock, SILENCE, stream.message()).await {
                Ok(Ok(Some(item))) => {
                    self.up.store(true, Ordering::Relaxed);
                    self.tell(item);
                }
                Ok(Ok(None)) => return closed("the notices ended"),
                Ok(Err(status)) => return status,
                Err(_) => return closed("the notices are silent"),
            }
        }
    }

    fn tell(&self, item: NoticeTailResponse) {
        // A sign of life.
        if item.workspace_id.is_empty() {
            return;
        }
        let (Ok(workspace), Ok(member)) = (item.workspace_id.parse(), item.member_id.parse()) else {
            tracing::error!("a notice names nobody; nobody was told it");
            return;
        };
        if let Some(frame) = item.notice.and_then(self.render) {
            self.notices.tell(Addressee { workspace, member }, &frame);
        }
    }
}
