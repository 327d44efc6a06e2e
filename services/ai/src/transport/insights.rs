//! `InsightService`.

use baton_kit::door::{fields::Fields, principal::caller_of};
use baton_proto::ai::v1::{
    RegenerateBriefRequest, RegenerateBriefResponse, insight_service_server::InsightService,
};
use tonic::{Request, Response, Status};

use super::{convert, status};
use crate::{application::regenerate_brief::RegenerateBrief, domain::turn::Place};

/// The server.
pub(crate) struct InsightApi {
    pub(crate) regenerate: RegenerateBrief,
}

#[tonic::async_trait]
impl InsightService for InsightApi {
    async fn regenerate_brief(
        &self,
        request: Request<RegenerateBriefRequest>,
    ) -> Result<Response<RegenerateBriefResponse>, Status> {
        let workspace = caller_of(&request)?.workspace()?;
        let mut fields = Fields::new();
        let id = fields.parsed("conversation_id", &request.get_ref().conversation_id);
        let (conversation,) = fields.all((id,))?;
        let attached = self.regenerate.run(Place { workspace, conversation }).await;
        let attached = attached.map_err(status::regenerate_brief)?;
        Ok(Response::new(RegenerateBriefResponse { brief: Some(convert::brief(attached)) }))
    }
}
