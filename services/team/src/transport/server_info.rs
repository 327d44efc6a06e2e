//! `baton.team.v1.ServerInfoService`. Reads nothing but what it was made with.

use baton_kit::door::fields::MAX_TEXT_BYTES;
use baton_proto::team::v1::{
    GetServerInfoRequest, GetServerInfoResponse, server_info_service_server::ServerInfoService,
};
use tonic::{Request, Response, Status, async_trait};

/// The server.
#[derive(Clone)]
pub(crate) struct ServerInfoApi {
    pub features: Vec<String>,
    pub feed_retention_days: i32,
}

#[async_trait]
impl ServerInfoService for ServerInfoApi {
    async fn get_server_info(
        &self,
        _: Request<GetServerInfoRequest>,
    ) -> Result<Response<GetServerInfoResponse>, Status> {
        Ok(Response::new(GetServerInfoResponse {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            max_message_bytes: i32::try_from(MAX_TEXT_BYTES).unwrap_or(i32::MAX),
            feed_retention_days: self.feed_retention_days,
            features: self.features.clone(),
        }))
    }
}
