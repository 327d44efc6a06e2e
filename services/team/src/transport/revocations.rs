//! `baton.internal.team.v1.RevocationService`, for the gateway.

use std::{pin::Pin, time::Duration};

use baton_kit::{
    door::{host::HEARTBEAT, refusal::Refusal},
    life::{clock::SharedClock, lifecycle::Lifecycle},
};
use baton_proto::{
    common::v1::ErrorReason,
    internal::team::v1::{
        WatchRevocationsRequest, WatchRevocationsResponse, revocation_service_server::RevocationService,
        watch_revocations_response::Revoked,
    },
};
use futures::Stream;
use tonic::{Request, Response, Status, async_trait};

use super::status;
use crate::{
    application::{ports::RevocationWatch, watch_revocations::WatchRevocations},
    domain::revocation::Revocation,
};

/// The server.
#[derive(Clone)]
pub(crate) struct RevocationApi {
    pub watch: WatchRevocations,
    pub clock: SharedClock,
    pub life: Lifecycle,
}

type Telling = Pin<Box<dyn Stream<Item = Result<WatchRevocationsResponse, Status>> + Send>>;

#[async_trait]
impl RevocationService for RevocationApi {
    type WatchRevocationsStream = Telling;

    async fn watch_revocations(
        &self,
        _: Request<WatchRevocationsRequest>,
    ) -> Result<Response<Telling>, Status> {
        let listening = Listening {
            watch: self.watch.run(),
            clock: self.clock.clone(),
            life: self.life.clone(),
            spoke: self.clock.monotonic(),
        };
        Ok(Response::new(tell(listening)))
    }
}

fn tell(mut listening: Listening) -> Telling {
    Box::pin(async_stream::stream! {
        // Said at once: from here on everything is told.
        yield Ok(WatchRevocationsResponse::default());
        loop {
            match listening.next().await {
                Next::Revoked(all) => {
                    for one in all {
                        yield Ok(WatchRevocationsResponse { revoked: Some(wire_revoked(one)) });
                    }
                }
                Next::Quiet => yield Ok(WatchRevocationsResponse::default()),
                Next::End(refusal) => {
                    yield Err(refusal.into());
                    return;
                }
            }
        }
    })
}

/// One stream, and when it last said something.
struct Listening {
    watch: Box<dyn RevocationWatch>,
    clock: SharedClock,
    life: Lifecycle,
    spoke: Duration,
}

/// What comes next on a stream.
enum Next {
    /// These, in order.
    Revoked(Vec<Revocation>),
    /// Nothing for a while.
    Quiet,
    /// The process stops, or the log cannot be read: begin again.
    End(Refusal),
}

impl Listening {
    async fn next(&mut self) -> Next {
        let wait = (self.spoke + HEARTBEAT).saturating_sub(self.clock.monotonic());
        let stop = self.life.soft();
        let next = tokio::select! {
            biased;
            () = stop.cancelled() => {
                Next::End(Refusal::new(ErrorReason::Unavailable, "the server is stopping: listen elsewhere"))
            }
            revoked = self.watch.next() => match revoked {
                Ok(all) => Next::Revoked(all),
                Err(error) => Next::End(status::store(error)),
            },
            () = self.clock.sleep(wait) => Next::Quiet,
        };
        self.spoke = self.clock.monotonic();
        next
    }
}

fn wire_revoked(revocation: Revocation) -> Revoked {
    match revocation {
        Revocation::Session(id) => Revoked::CredentialId(id.to_string()),
        Revocation::Member(id) => Revoked::PrincipalId(id.to_string()),
        Revocation::ApiKey(id) => Revoked::PrincipalId(id.to_string()),
    }
}
