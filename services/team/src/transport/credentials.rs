//! `baton.team.v1.CredentialService`.

use baton_kit::door::{fields::Fields, principal::caller_of, refusal::Refusal};
use baton_proto::team::v1::{
    CreateApiKeyRequest, CreateApiKeyResponse, ListApiKeysRequest, ListApiKeysResponse, RevokeApiKeyRequest,
    RevokeApiKeyResponse, WhoAmIRequest, WhoAmIResponse, credential_service_server::CredentialService,
};
use secrecy::ExposeSecret as _;
use tonic::{Request, Response, Status, async_trait};

use super::{convert, paging::Wanted, rules, status};
use crate::application::{
    create_api_key::CreateApiKey,
    list_api_keys::ListApiKeys,
    revoke_api_key::{RevokeApiKey, RevokeApiKeyCommand},
};

/// The server.
#[derive(Clone)]
pub(crate) struct CredentialApi {
    pub create: CreateApiKey,
    pub list: ListApiKeys,
    pub revoke: RevokeApiKey,
}

#[async_trait]
impl CredentialService for CredentialApi {
    async fn who_am_i(&self, request: Request<WhoAmIRequest>) -> Result<Response<WhoAmIResponse>, Status> {
        let caller = caller_of(&request)?;
        Ok(Response::new(convert::who_am_i(&caller)))
    }

    async fn create_api_key(
        &self,
        request: Request<CreateApiKeyRequest>,
    ) -> Result<Response<CreateApiKeyResponse>, Status> {
        let caller = caller_of(&request)?;
        let command = convert::create_api_key(&caller, request.into_inner())?;
        let (key, secret) = self.create.run(command).await.map_err(status::create_api_key)?;
        let api_key = Some(convert::wire_api_key(&key));
        Ok(Response::new(CreateApiKeyResponse { api_key, secret: secret.expose_secret().to_owned() }))
    }

    async fn list_api_keys(
        &self,
        request: Request<ListApiKeysRequest>,
    ) -> Result<Response<ListApiKeysResponse>, Status> {
        let caller = caller_of(&request)?;
        let asked = request.into_inner();
        let wanted = Wanted::read(rules::LIST_API_KEYS, &caller, asked.page_size, &asked.page_token)?;
        let page = self.list.run(wanted.workspace, wanted.after, wanted.size).await.map_err(status::store)?;
        let api_keys = page.rows.iter().map(convert::wire_api_key).collect();
        let next_page_token = wanted.next_token(page.next);
        Ok(Response::new(ListApiKeysResponse { api_keys, next_page_token }))
    }

    async fn revoke_api_key(
        &self,
        request: Request<RevokeApiKeyRequest>,
    ) -> Result<Response<RevokeApiKeyResponse>, Status> {
        let caller = caller_of(&request)?;
        let (workspace, by) = (caller.workspace()?, convert::doer(&caller));
        let mut fields = Fields::new();
        let key = fields.parsed("api_key_id", &request.get_ref().api_key_id);
        let (key,) = fields.all((key,))?;
        let command = RevokeApiKeyCommand { workspace, by, key };
        let found = self.revoke.run(command).await.map_err(status::store)?;
        let key = found.ok_or_else(|| Refusal::not_found("API key"))?;
        Ok(Response::new(RevokeApiKeyResponse { api_key: Some(convert::wire_api_key(&key)) }))
    }
}
