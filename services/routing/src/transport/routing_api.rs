//! `RoutingService` on the wire.

use baton_kit::door::principal::caller_of;
use baton_proto::routing::v1::{
    ExplainRoutingRequest, ExplainRoutingResponse, routing_service_server::RoutingService,
};
use tonic::{Request, Response, Status};

use super::{convert, status};
use crate::application::explain_routing::ExplainRouting;

/// The server.
pub struct RoutingApi {
    /// For ExplainRouting.
    pub explain: ExplainRouting,
}

#[tonic::async_trait]
impl RoutingService for RoutingApi {
    async fn explain_routing(
        &self,
        request: Request<ExplainRoutingRequest>,
    ) -> Result<Response<ExplainRoutingResponse>, Status> {
        let workspace = caller_of(&request)?.workspace()?;
        let conversation = convert::explain_routing(request.get_ref())?;
        let known =
            self.explain.run(workspace, conversation).await.map_err(|error| status::explain(&error))?;
        Ok(Response::new(convert::explanation(&known)))
    }
}
