//! `NotificationService` on the wire.

use baton_kit::door::principal::caller_of;
use baton_proto::notification::v1::{
    ListLedgerRequest, ListLedgerResponse, ListNoticesRequest, ListNoticesResponse, MarkNoticesReadRequest,
    MarkNoticesReadResponse, notification_service_server::NotificationService,
};
use tonic::{Request, Response, Status};

use super::{convert, status};
use crate::{
    application::{list_ledger::ListLedger, list_notices::ListNotices, mark_notices_read::MarkNoticesRead},
    domain::ids::MemberId,
};

/// The server.
pub struct NotificationApi {
    /// For ListNotices.
    pub list: ListNotices,
    /// For MarkNoticesRead.
    pub mark: MarkNoticesRead,
    /// For ListLedger.
    pub ledger: ListLedger,
}

#[tonic::async_trait]
impl NotificationService for NotificationApi {
    async fn list_notices(
        &self,
        request: Request<ListNoticesRequest>,
    ) -> Result<Response<ListNoticesResponse>, Status> {
        let caller = caller_of(&request)?;
        let (workspace, member) = (caller.workspace()?, MemberId::from_uuid(caller.subject));
        let wanted = convert::list_notices(workspace, member, request.get_ref())?;
        let page = self.list.run(workspace, member, wanted).await.map_err(|error| status::store(&error))?;
        Ok(Response::new(convert::notices_page(workspace, member, wanted, &page)))
    }

    async fn mark_notices_read(
        &self,
        request: Request<MarkNoticesReadRequest>,
    ) -> Result<Response<MarkNoticesReadResponse>, Status> {
        let caller = caller_of(&request)?;
        let ids = convert::mark_notices_read(request.get_ref())?;
        let member = MemberId::from_uuid(caller.subject);
        let marked = self.mark.run(caller.workspace()?, member, ids).await;
        let unread_count = marked.map_err(|error| status::store(&error))?;
        Ok(Response::new(MarkNoticesReadResponse { unread_count }))
    }

    async fn list_ledger(
        &self,
        request: Request<ListLedgerRequest>,
    ) -> Result<Response<ListLedgerResponse>, Status> {
        let workspace = caller_of(&request)?.workspace()?;
        let wanted = convert::list_ledger(workspace, request.get_ref())?;
        let page = self.ledger.run(workspace, wanted).await.map_err(|error| status::store(&error))?;
        Ok(Response::new(convert::ledger_page(workspace, wanted, &page)))
    }
}
