//! The part of `ConversationService` that says who attends to a thread: read marks and activity.

use baton_kit::door::{fields::Fields, refusal::Refusal};
use baton_proto::conversation::v1 as wire;
use tonic::{Request, Response, Status};

use super::{conversation_api::conversation_id, convert::activity as convert, status, who};
use crate::{
    application::{mark_read::MarkRead, report_activity::ReportActivity},
    domain::{activity::Doing, ids::ConversationId},
};

/// This part of the server.
#[derive(Clone)]
pub struct AttentionApi {
    /// Read marks.
    pub marks: MarkRead,
    /// Activity.
    pub activity: ReportActivity,
}

impl AttentionApi {
    /// The RPC of this name.
    ///
    /// # Errors
    /// Why it is refused.
    pub async fn mark_read(
        &self,
        request: Request<wire::MarkReadRequest>,
    ) -> Result<Response<wire::MarkReadResponse>, Status> {
        let caller = who::caller(&request)?;
        let (reader, (id, sequence)) = (who::reader(&caller)?, mark(request.get_ref())?);
        let marked = self.marks.mark(who::scope(&caller)?, id, reader, sequence).await;
        let mark = marked.map_err(|refused| status::mark(&refused))?;
        Ok(Response::new(wire::MarkReadResponse { mark: Some(convert::read_mark(&mark)) }))
    }

    /// The RPC of this name.
    ///
    /// # Errors
    /// Why it is refused.
    pub async fn list_read_marks(
        &self,
        request: Request<wire::ListReadMarksRequest>,
    ) -> Result<Response<wire::ListReadMarksResponse>, Status> {
        let caller = who::caller(&request)?;
        let id = conversation_id(&request.get_ref().conversation_id)?;
        let found = self.marks.list(who::scope(&caller)?, id).await;
        let found = found.map_err(|refused| status::read(&refused))?;
        Ok(Response::new(wire::ListReadMarksResponse {
            marks: found.iter().map(convert::read_mark).collect(),
        }))
    }

    /// The RPC of this name.
    ///
    /// # Errors
    /// Why it is refused.
    pub async fn report_activity(
        &self,
        request: Request<wire::ReportActivityRequest>,
    ) -> Result<Response<wire::ReportActivityResponse>, Status> {
        let caller = who::caller(&request)?;
        let (reader, (id, doing)) = (who::reader(&caller)?, report(request.get_ref())?);
        let told = self.activity.presence(who::scope(&caller)?, id, reader, doing).await;
        told.map_err(|refused| status::read(&refused))?;
        Ok(Response::new(wire::ReportActivityResponse {}))
    }
}

fn mark(wire: &wire::MarkReadRequest) -> Result<(ConversationId, i64), Refusal> {
    let mut fields = Fields::new();
    let id = fields.parsed("conversation_id", &wire.conversation_id);
    let sequence = fields.within("sequence", wire.sequence, 1..=i64::MAX);
    fields.all((id, sequence))
}

fn report(wire: &wire::ReportActivityRequest) -> Result<(ConversationId, Doing), Refusal> {
    let mut fields = Fields::new();
    let id = fields.parsed("conversation_id", &wire.conversation_id);
    let doing = fields.choice("kind", wire.kind);
    fields.all((id, doing))
}
