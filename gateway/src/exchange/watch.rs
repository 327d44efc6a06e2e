//! Hears from team what was revoked, whatever happens to the other end.
//!
//! Must not know who lives by what.

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
use baton_proto::internal::team::v1::{
    WatchRevocationsRequest, revocation_service_client::RevocationServiceClient,
    watch_revocations_response::Revoked as Wire,
};

use super::Exchange;
use crate::again::{Again, SILENCE, closed};

/// The watch.
pub(crate) struct Watch {
    /// Who knows.
    pub team: Peer,
    /// Who is told.
    pub exchange: Exchange,
    /// Time.
    pub clock: SharedClock,
    /// When to begin again.
    pub again: Again,
    /// Whether something would be heard, for the metric.
    pub up: Arc<AtomicBool>,
}

impl Watch {
    /// Listens until the life drains.
    pub fn start(self, life: &Lifecycle) {
        let soft = life.soft();
        life.spawn("revocations", async move {
            tokio::select! {
                () = soft.cancelled() => {}
                () = self.run() => {}
            }
        });
    }

    async fn run(mut self) {
        loop {
            let ended = self.listen().await;
            let begun = self.up.swap(false, Ordering::Relaxed);
            if begun {
                tracing::info!(code = ?ended.code(), "revocations are not heard any more; listening again");
                self.exchange.take_all_as_old();
            }
            self.again.pause(begun).await;
        }
    }

    async fn listen(&self) -> tonic::Status {
        let mut client = RevocationServiceClient::new(self.team.as_self().lasting());
        let mut stream = match client.watch_revocations(WatchRevocationsRequest {}).await {
            Ok(response) => response.into_inner(),
            Err(status) => return status,
        };
        loop {
            match clock::timeout(&self.clock, SILENCE, stream.message()).await {
                Ok(Ok(Some(word))) => self.take(word.revoked),
                Ok(Ok(None)) => return closed("team ended the watch"),
                Ok(Err(status)) => return status,
                Err(_) => return closed("the watch is silent"),
            }
        }
    }

    fn take(&self, revoked: Option<Wire>) {
        // With the first word it is sure that nothing more is missed; what was revoked before it was.
        if !self.up.swap(true, Ordering::Relaxed) {
            self.exchange.take_all_as_old();
        }
        match revoked {
            Some(Wire::CredentialId(id) | Wire::PrincipalId(id)) => self.exchange.revoke(&id),
            None => {}
        }
    }
}
