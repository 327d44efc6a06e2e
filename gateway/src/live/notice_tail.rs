//! Follows the notices of all members, whatever happens to the other end. One stream serves the whole gateway.
//!
//! What was said while nobody listened is not said again: all who take notices come back and list them. Must not know who follows here.

use std::sync::Arc;

use async_trait::async_trait;
use baton_kit::door::peer::Peer;
use baton_proto::{
    internal::notification::v1::{
        NoticeTailRequest, NoticeTailResponse, edge_service_client::EdgeServiceClient,
    },
    notification::v1::Notice,
};
use bytes::Bytes;
use tonic::{Status, Streaming};

use super::notices::{Addressee, Notices};
use crate::upstream::Upstream;

/// The tail.
pub(crate) struct NoticeTail {
    /// Who has the notices.
    pub notification: Peer,
    /// Where they go.
    pub notices: Arc<Notices>,
    /// How one is written for its reader.
    pub render: fn(Notice) -> Option<Bytes>,
}

#[async_trait]
impl Upstream for NoticeTail {
    type Word = NoticeTailResponse;
    const NAME: &'static str = "notice-tail";

    async fn begin(&self) -> Result<Streaming<NoticeTailResponse>, Status> {
        let mut client = EdgeServiceClient::new(self.notification.as_self().lasting());
        Ok(client.notice_tail(NoticeTailRequest {}).await?.into_inner())
    }

    fn is_heard(&mut self) {
        // Only now: who came back before it could miss the next one too.
        self.notices.restart();
    }

    fn take(&mut self, item: NoticeTailResponse) {
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
