//! `baton.internal.team.v1.SessionService`, for the gateway.

use std::net::IpAddr;

use baton_kit::door::{fields::Fields, refusal::Refusal};
use baton_proto::internal::team::v1::{
    ExchangeRequest, ExchangeResponse, SignInRequest, SignInResponse, SignOutRequest, SignOutResponse,
    exchange_request, session_service_server::SessionService,
};
use secrecy::ExposeSecret as _;
use tonic::{Request, Response, Status, async_trait, metadata::MetadataMap};

use super::{convert, status};
use crate::{
    application::{
        exchange::{Credential, Exchange, Exchanged, Holder},
        sign_in::{SignIn, SignInCommand},
        sign_out::SignOut,
    },
    domain::email::EmailAddress,
};

/// The metadata by which the gateway says from which address somebody signs in. Only the gateway may call, so it is believed;
/// without it attempts are counted by account alone.
pub const CLIENT_ADDRESS: &str = "x-baton-client-address";

/// Longer than any credential of ours: not worth looking at.
const LONGEST_CREDENTIAL: usize = 1024;

/// The server.
#[derive(Clone)]
pub(crate) struct SessionApi {
    pub sign_in: SignIn,
    pub sign_out: SignOut,
    pub exchange: Exchange,
}

#[async_trait]
impl SessionService for SessionApi {
    async fn sign_in(&self, request: Request<SignInRequest>) -> Result<Response<SignInResponse>, Status> {
        let from = client_address(request.metadata());
        let command = command(request.into_inner(), from)?;
        let signed_in = self.sign_in.run(command).await.map_err(status::sign_in)?;
        Ok(Response::new(SignInResponse {
            session_secret: signed_in.secret.expose_secret().to_owned(),
            expire_time: Some(convert::wire_moment(signed_in.expires_at)),
            member_id: signed_in.member.id.to_string(),
            display_name: signed_in.member.display_name.as_str().to_owned(),
        }))
    }

    async fn sign_out(&self, request: Request<SignOutRequest>) -> Result<Response<SignOutResponse>, Status> {
        let mut fields = Fields::new();
        let secret =
            fields.token("session_secret", &request.into_inner().session_secret, 1..=LONGEST_CREDENTIAL);
        let (secret,) = fields.all((secret,))?;
        self.sign_out.run(&secret).await.map_err(status::store)?;
        Ok(Response::new(SignOutResponse {}))
    }

    async fn exchange(
        &self,
        request: Request<ExchangeRequest>,
    ) -> Result<Response<ExchangeResponse>, Status> {
        let credential = credential(request.into_inner())?;
        let exchanged = self.exchange.run(&credential).await.map_err(status::exchange)?;
        Ok(Response::new(wire_exchanged(exchanged)))
    }
}

fn wire_exchanged(Exchanged { token, ends_at, holder }: Exchanged) -> ExchangeResponse {
    let (credential_id, principal_id) = match holder {
        Holder::Member { session, member } => (session.to_string(), member.to_string()),
        Holder::ApiKey(key) => (key.to_string(), key.to_string()),
        Holder::Operator => (String::new(), String::new()),
    };
    ExchangeResponse { token, expire_time: Some(convert::wire_moment(ends_at)), credential_id, principal_id }
}

fn client_address(metadata: &MetadataMap) -> Option<IpAddr> {
    metadata.get(CLIENT_ADDRESS)?.to_str().ok()?.parse().ok()
}

fn command(wire: SignInRequest, from: Option<IpAddr>) -> Result<SignInCommand, Refusal> {
    let mut fields = Fields::new();
    let slug = fields.parsed("workspace_slug", &wire.workspace_slug);
    let email = fields.email("email", &wire.email);
    let password = fields.parsed("password", &wire.password);
    let (slug, email, password) = fields.all((slug, email, password))?;
    Ok(SignInCommand { slug, email: EmailAddress::new(email), password, from })
}

/// What is not ours in form is refused like what is not ours at all: to a caller both are a wrong credential.
fn credential(wire: ExchangeRequest) -> Result<Credential, Refusal> {
    use exchange_request::Credential as Given;
    let mut fields = Fields::new();
    let credential = match wire.credential {
        None => fields.present("credential", None),
        Some(Given::SessionSecret(text)) => {
            required(&mut fields, "session_secret", text).map(|text| Credential::Session(text.into()))
        }
        Some(Given::ApiKey(text)) => {
            required(&mut fields, "api_key", text).map(|text| Credential::ApiKey(text.into()))
        }
        Some(Given::OperatorToken(text)) => {
            required(&mut fields, "operator_token", text).map(|text| Credential::Operator(text.into()))
        }
    };
    let (credential,) = fields.all((credential,))?;
    Ok(credential)
}

fn required(fields: &mut Fields, field: &str, text: String) -> Option<String> {
    if (1..=LONGEST_CREDENTIAL).contains(&text.len()) {
        return Some(text);
    }
    fields.fault(field, format_args!("must have 1 to {LONGEST_CREDENTIAL} bytes"));
    None
}
