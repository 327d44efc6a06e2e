//! The door for programs: gRPC calls of the public contract go to the service that owns them, bytes untouched, the API key exchanged
//! for a principal token. Answers health and what operators ask by itself.
//!
//! Knows packages and places; must not know a message, nor who may call what.

pub(crate) mod dead_letters;
mod forward;
mod warrant;

use std::time::Duration;

use axum::{body::Body, extract::Request, response::Response};
use baton_kit::{
    door::{
        access::bearer,
        context::{self, CallContext},
        enter::Door,
        peer::{Line, Peer},
        refusal::{Refusal, reason_of},
        tokens::Verifier,
    },
    life::clock::SharedClock,
};
use baton_proto::common::v1::ErrorReason;
use tonic::Status;
use tonic_types::StatusExt as _;
use tower::Service as _;

use crate::{
    exchange::{Exchange, Grant},
    http::limits::Limits,
    peers::Peers,
};
use warrant::{Proof, Warranted, Watch};

const KEY_PREFIX: &str = "batonkey_";
/// The one service that answers without a credential.
const OPEN_SERVICE: &str = "baton.team.v1.ServerInfoService";
/// Services that take the operator's token.
const OPERATOR_SERVICES: [&str; 2] =
    ["baton.team.v1.WorkspaceService", "baton.operations.v1.DeadLetterService"];
/// Packages that the gateway answers itself, to anybody.
const OWN_PACKAGES: [&str; 2] = ["grpc.health.v1", "grpc.reflection.v1"];
/// The package that it answers itself, to the operator.
const OPERATIONS: &str = "baton.operations.v1";
/// How long a caller may wait for the head of an answer.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// The one method that may ask a model before it answers, and how long a caller may wait for it.
const MODEL_METHOD: &str = "/baton.ai.v1.InsightService/RegenerateBrief";
const LONGEST_WAIT_FOR_A_MODEL: Duration = Duration::from_secs(30);

/// The door.
#[derive(Clone)]
pub(crate) struct Partner {
    /// The services.
    pub peers: Peers,
    /// Credentials.
    pub exchange: Exchange,
    /// Whose tokens they were exchanged for.
    pub verifier: Verifier,
    /// How much may be asked.
    pub limits: Limits,
    /// Health, and reflection where it is switched on.
    pub own: Door,
    /// Time.
    pub clock: SharedClock,
    /// How often a stream's credential is looked at again.
    pub recheck: Duration,
}

impl Partner {
    /// Serves one call.
    pub async fn serve(&self, request: Request) -> Response {
        let given = context::given_timeout(request.headers());
        let longest = longest_wait(request.uri().path());
        let wait = given.map_or(longest, |given| given.min(longest));
        let call = CallContext {
            request_id: context::request_id().unwrap_or_default(),
            deadline: Some(self.clock.monotonic() + wait),
        };
        call.scope(self.pass(request)).await
    }

    async fn pass(&self, request: Request) -> Response {
        let (package, service) = (package_of(request.uri().path()), service_of(request.uri().path()));
        if OWN_PACKAGES.contains(&package.as_str()) {
            return self.answer(forward::clean(request)).await;
        }
        if package == OPERATIONS {
            // Boxed: calls of operators are rare, and every call would carry the room for theirs.
            let answered = Box::pin(self.answer_as_proved(request)).await;
            return answered.unwrap_or_else(|refusal| Status::from(refusal).into_http());
        }
        let (line, proved) = match self.line(&package, service, request.headers()).await {
            Ok((line, proved)) => (line.within(longest_wait(request.uri().path())), proved),
            Err(refusal) => return Status::from(refusal).into_http(),
        };
        let answer = forward::over(line, request).await;
        match proved {
            Some(proved) => answer.map(|body| Warranted::over(body, proved, self.watch())),
            None => answer,
        }
    }

    /// Answers by the own door, which checks who it is as every service's does.
    async fn answer_as_proved(&self, request: Request) -> Result<Response, Refusal> {
        let (_, grant) = self.proved(request.headers(), service_of(request.uri().path())).await?;
        let bearer = http::HeaderValue::try_from(format!("Bearer {}", grant.token));
        let mut bearer = bearer.map_err(|error| Refusal::internal(&error))?;
        bearer.set_sensitive(true);
        let mut request = forward::clean(request);
        request.headers_mut().insert(http::header::AUTHORIZATION, bearer);
        Ok(self.answer(request).await)
    }

    fn watch(&self) -> Watch {
        Watch { exchange: self.exchange.clone(), clock: self.clock.clone(), period: self.recheck }
    }

    /// Nothing is said about what exists before the caller is known. The proof is there where one was needed.
    async fn line(
        &self,
        package: &str,
        service: &str,
        headers: &http::HeaderMap,
    ) -> Result<(Line, Option<(Proof, Grant)>), Refusal> {
        let peer = self.owner(package);
        if service == OPEN_SERVICE {
            return Ok((self.peers.team.anonymous(), None));
        }
        let (proof, grant) = self.proved(headers, service).await?;
        let peer = peer.ok_or_else(|| Refusal::new(ErrorReason::Unimplemented, "no such service here"))?;
        Ok((peer.with_token(&grant.token), Some((proof, grant))))
    }

    async fn proved(&self, headers: &http::HeaderMap, service: &str) -> Result<(Proof, Grant), Refusal> {
        let proof = proof(headers, service)?;
        let granted = self.exchange.token(proof.credential()).await;
        let grant = granted.map_err(|status| relayed(&status))?;
        // An operator is of no workspace; what does not verify is refused where it goes.
        let workspace = self.verifier.verify(&grant.token).ok().and_then(|caller| caller.workspace);
        workspace.map_or(Ok(()), |workspace| self.limits.program_call(workspace))?;
        Ok((proof, grant))
    }

    fn owner(&self, package: &str) -> Option<&Peer> {
        match package {
            "baton.conversation.v1" => Some(&self.peers.conversation),
            "baton.routing.v1" => Some(&self.peers.routing),
            "baton.ai.v1" => Some(&self.peers.ai),
            "baton.team.v1" => Some(&self.peers.team),
            "baton.notification.v1" => Some(&self.peers.notification),
            _ => None,
        }
    }

    async fn answer(&self, request: http::Request<tonic::body::Body>) -> Response {
        match self.own.clone().call(request).await {
            Ok(response) => response.map(Body::new),
            Err(never) => match never {},
        }
    }
}

fn longest_wait(path: &str) -> Duration {
    if path == MODEL_METHOD { LONGEST_WAIT_FOR_A_MODEL } else { LONGEST_WAIT }
}

fn proof(headers: &http::HeaderMap, service: &str) -> Result<Proof, Refusal> {
    match bearer(headers) {
        Some(key) if key.starts_with(KEY_PREFIX) => Ok(Proof::ApiKey(key.to_owned())),
        Some(token) if OPERATOR_SERVICES.contains(&service) && !token.is_empty() => {
            Ok(Proof::Operator(token.to_owned()))
        }
        _ => Err(Refusal::new(ErrorReason::Unauthenticated, "send authorization: Bearer batonkey_…")),
    }
}

/// What the exchange refused, in words of ours.
fn relayed(status: &Status) -> Refusal {
    let refusal = match reason_of(status) {
        // The only field of the exchange is the credential.
        Some(ErrorReason::InvalidFields) => {
            Refusal::new(ErrorReason::Unauthenticated, "the credential is malformed")
        }
        Some(reason) => Refusal::new(reason, status.message()),
        None => Refusal::unavailable(&"the exchange of credentials"),
    };
    let delay = status.get_details_retry_info().and_then(|info| info.retry_delay);
    delay.into_iter().fold(refusal, Refusal::retry_after)
}

/// The service a path names: `/package.Service/Method`.
fn service_of(path: &str) -> &str {
    path.trim_start_matches('/').split('/').next().unwrap_or_default()
}

/// The package a path names if there is one of this name; `unknown` otherwise.
pub(crate) fn package_of(path: &str) -> String {
    const KNOWN: [&str; 6] = [
        "baton.conversation.v1",
        "baton.routing.v1",
        "baton.ai.v1",
        "baton.team.v1",
        "baton.notification.v1",
        OPERATIONS,
    ];
    let package = service_of(path).rsplit_once('.').map(|(package, _)| package).unwrap_or_default();
    let known = KNOWN.iter().chain(&OWN_PACKAGES).find(|known| **known == package);
    known.copied().unwrap_or("unknown").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_packages_of_the_contract_are_known() {
        assert_eq!(package_of("/baton.team.v1.ServerInfoService/GetServerInfo"), "baton.team.v1");
        assert_eq!(
            package_of("/baton.notification.v1.PreferenceService/GetPreferences"),
            "baton.notification.v1"
        );
        for hidden in [
            "/baton.internal.notification.v1.EdgeService/NoticeTail",
            "/baton.internal.team.v1.SessionService/Exchange",
            "/baton.team.v1",
            "/",
            "",
            "/x/y",
            "//baton.team.v2.A/B",
        ] {
            assert_eq!(package_of(hidden), "unknown", "{hidden}");
        }
    }
}
