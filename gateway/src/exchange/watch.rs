//! Hears from team what was revoked, whatever happens to the other end.
//!
//! Must not know who lives by what.

use async_trait::async_trait;
use baton_kit::door::peer::Peer;
use baton_proto::internal::team::v1::{
    WatchRevocationsRequest, WatchRevocationsResponse, revocation_service_client::RevocationServiceClient,
    watch_revocations_response::Revoked as Wire,
};
use tonic::{Status, Streaming};

use super::Exchange;
use crate::upstream::Upstream;

/// The watch.
pub(crate) struct Watch {
    /// Who knows.
    pub team: Peer,
    /// Who is told.
    pub exchange: Exchange,
}

#[async_trait]
impl Upstream for Watch {
    type Word = WatchRevocationsResponse;
    const NAME: &'static str = "revocations";

    async fn begin(&self) -> Result<Streaming<WatchRevocationsResponse>, Status> {
        let mut client = RevocationServiceClient::new(self.team.as_self().lasting());
        Ok(client.watch_revocations(WatchRevocationsRequest {}).await?.into_inner())
    }

    fn is_heard(&mut self) {
        // From here on nothing is missed; what was revoked before was.
        self.exchange.take_all_as_old();
    }

    fn take(&mut self, word: WatchRevocationsResponse) {
        match word.revoked {
            Some(Wire::CredentialId(id) | Wire::PrincipalId(id)) => self.exchange.revoke(&id),
            None => {}
        }
    }

    fn broke_off(&mut self, _: &Status, heard: bool) {
        if heard {
            self.exchange.take_all_as_old();
        }
    }
}
