//! The outermost layers, around HTTP and the partner door alike: what every request must be, and what is seen of it.
//!
//! Must not know any route.

mod address;
mod cors;
mod hygiene;
mod observe;

use std::panic::AssertUnwindSafe;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
};
use baton_kit::{
    door::{context::CallContext, refusal::Refusal},
    life::{clock::SharedClock, ids::SharedIds},
};
use futures::FutureExt as _;
use tonic::Status;
use tracing::Instrument as _;

pub(crate) use address::{ClientAddress, Proxies};
pub(crate) use observe::HttpMetrics;

use crate::{
    http::{limits::Limits, problem::Problem},
    origins::Origins,
    partner::Partner,
};

/// What the layers need.
#[derive(Clone)]
pub(crate) struct Edge {
    /// Time.
    pub clock: SharedClock,
    /// Request ids.
    pub ids: SharedIds,
    /// Where requests are counted.
    pub metrics: HttpMetrics,
    /// The door for programs.
    pub partner: Partner,
    /// Whose word on addresses counts.
    pub proxies: Proxies,
    /// How much may be asked.
    pub limits: Limits,
    /// Whose pages may call.
    pub origins: Origins,
    /// Whether browsers are told to come by TLS only.
    pub secure: bool,
}

impl Edge {
    /// Puts the layers around the routes.
    pub fn around(self, router: Router) -> Router {
        router.layer(middleware::from_fn_with_state(self, enter))
    }
}

async fn enter(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    let request_id = observe::request_id(request.headers(), &edge.ids);
    let call = observe::Call::begin(&edge, &request, &request_id);
    let span = call.span();
    let from = edge.proxies.client(&request);
    request.extensions_mut().insert(from);
    hygiene::strip(request.headers_mut());
    let context = CallContext { request_id: request_id.clone(), deadline: None };
    let secure = edge.secure;
    let work = context.scope(AssertUnwindSafe(pass(edge, from, request, next)).catch_unwind());
    let mut response = work.instrument(span).await.unwrap_or_else(|_| {
        let fault = Refusal::internal(&"a handler of the edge panicked");
        Problem::from(fault).into_response()
    });
    hygiene::dress(&mut response, &request_id, secure);
    call.watch(response)
}

async fn pass(edge: Edge, from: ClientAddress, request: Request, next: Next) -> Response {
    if hygiene::is_grpc(request.headers()) {
        return match edge.limits.partner_call(from) {
            Ok(()) => edge.partner.serve(request).await,
            Err(too_much) => Status::from(Refusal::from(too_much)).into_http(),
        };
    }
    let too_much = edge.limits.request(from).err().map(Problem::from);
    let refused = too_much.or_else(|| hygiene::fault(&request));
    cors::around(&edge.origins, request, refused, next).await
}
