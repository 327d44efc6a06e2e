//! One team with a clock to move, a gateway to call it and a workspace to call it from.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use baton_kit::{
    data::{Fact, FactFilter},
    door::{
        host::Host,
        peer::{Line, Peer, Place},
        principal::Kind,
        refusal,
        tokens::{KeySet, Signer},
    },
    life::{config::Sources, lifecycle::Lifecycle, telemetry::Metrics},
};
use baton_kit_testing::{clock::FakeClock, database::TestDatabase, seeds::SeededIds};
use baton_proto::{
    common::v1::ErrorReason,
    internal::team::v1::{
        ExchangeRequest, ExchangeResponse, SignInRequest, SignInResponse, exchange_request::Credential,
        revocation_service_client::RevocationServiceClient, session_service_client::SessionServiceClient,
    },
    team::v1::{
        ApiKey, CreateApiKeyRequest, CreateMemberRequest, CreateTeamRequest, CreateWorkspaceRequest, Member,
        Role, Team, TeamChanged, TeamColor, Workspace,
        canned_response_service_client::CannedResponseServiceClient,
        credential_service_client::CredentialServiceClient, member_service_client::MemberServiceClient,
        team_service_client::TeamServiceClient, workspace_service_client::WorkspaceServiceClient,
    },
};
use baton_team::{CLIENT_ADDRESS, Config, Migrator, Needs, Started};
use prost::Message as _;
use tonic::{Code, Request, Status};

pub const OPERATOR: &str = "an operator token of a good length";
pub const PASSWORD: &str = "correct horse battery";

pub struct Suite {
    pub clock: FakeClock,
    pub team: Started,
    pub database: TestDatabase,
    pub gateway: Peer,
    host: Host,
}

/// Runs the tests named on SQLite, and on PostgreSQL where one is given.
macro_rules! on_both_engines {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test] async fn $test() { super::$test($crate::harness::Suite::sqlite().await).await; })+
        }
        mod postgres {
            $(#[tokio::test] async fn $test() {
                if let Some(suite) = $crate::harness::Suite::postgres().await { super::$test(suite).await; }
            })+
        }
    };
}
pub(crate) use on_both_engines;

impl Suite {
    pub async fn sqlite() -> Self {
        let clock = FakeClock::new();
        let database = TestDatabase::sqlite_with(clock.shared()).await;
        Self::over(database, clock).await
    }

    /// `None`, saying so, where no server is given.
    pub async fn postgres() -> Option<Self> {
        let clock = FakeClock::new();
        let database = TestDatabase::postgres_with(clock.shared()).await?;
        Some(Self::over(database, clock).await)
    }

    async fn over(database: TestDatabase, clock: FakeClock) -> Self {
        database.migrate::<Migrator>().await;
        let (ids, life) = (SeededIds::new(1), database.life().clone());
        let keys = KeySet::default();
        let metrics = Metrics::new("team").unwrap();
        let host = Host { clock: clock.shared(), ids, life, metrics, keys };
        let signer = signer(&host, "team", &[Kind::Member, Kind::ApiKey, Kind::Operator]);
        let team =
            baton_team::start(config(), &host, database.handle().clone(), signer, Needs {}).await.unwrap();
        let (place, slot) = Place::here();
        assert!(OnceLock::set(&slot, team.door.clone()).is_ok());
        let gateway = host.peer(place, &signer_of_gateway(&host));
        Self { clock, team, database, gateway, host }
    }

    /// Another service that has a key of its own.
    pub fn another_service(&self, name: &str, may_sign: &[Kind]) -> Signer {
        signer(&self.host, name, may_sign)
    }

    pub fn sessions(&self) -> SessionServiceClient<Line> {
        SessionServiceClient::new(self.gateway.as_self())
    }

    pub fn members(&self, token: &str) -> MemberServiceClient<Line> {
        MemberServiceClient::new(self.gateway.with_token(token))
    }

    pub fn teams(&self, token: &str) -> TeamServiceClient<Line> {
        TeamServiceClient::new(self.gateway.with_token(token))
    }

    pub fn credentials(&self, token: &str) -> CredentialServiceClient<Line> {
        CredentialServiceClient::new(self.gateway.with_token(token))
    }

    pub fn workspaces(&self, token: &str) -> WorkspaceServiceClient<Line> {
        WorkspaceServiceClient::new(self.gateway.with_token(token))
    }

    pub fn canned(&self, token: &str) -> CannedResponseServiceClient<Line> {
        CannedResponseServiceClient::new(self.gateway.with_token(token))
    }

    pub fn revocations(&self) -> RevocationServiceClient<Line> {
        RevocationServiceClient::new(self.gateway.as_self().lasting())
    }

    pub async fn exchanged(&self, credential: Credential) -> Result<ExchangeResponse, Status> {
        let request = ExchangeRequest { credential: Some(credential) };
        Ok(self.sessions().exchange(request).await?.into_inner())
    }

    pub async fn exchange(&self, credential: Credential) -> Result<String, Status> {
        Ok(self.exchanged(credential).await?.token)
    }

    pub async fn operator(&self) -> String {
        self.exchange(Credential::OperatorToken(OPERATOR.to_owned())).await.unwrap()
    }

    /// A workspace; its owner is `owner@SLUG.example.org`, and this is its token.
    pub async fn workspace(&self, slug: &str) -> String {
        let mut workspaces = self.workspaces(&self.operator().await);
        workspaces.create_workspace(workspace_request(slug)).await.unwrap();
        self.token_of(slug, &format!("owner@{slug}.example.org")).await
    }

    /// A member with one role, added by somebody; and its token.
    pub async fn member(&self, by: &str, slug: &str, role: Role) -> String {
        let email = format!("{}@{slug}.example.org", role.as_str_name().to_lowercase());
        self.members(by).create_member(member_request(&email, role)).await.unwrap();
        self.token_of(slug, &email).await
    }

    /// A member with one role, added by somebody: its id, its token and the secret of its session.
    pub async fn person(&self, by: &str, slug: &str, name: &str, role: Role) -> Person {
        let email = format!("{name}@{slug}.example.org");
        let made = self.members(by).create_member(member_request(&email, role)).await.unwrap();
        let secret = self.sign_in(slug, &email, PASSWORD, None).await.unwrap().session_secret;
        let token = self.exchange(Credential::SessionSecret(secret.clone())).await.unwrap();
        Person { id: made.into_inner().member.unwrap().id, token, secret }
    }

    /// A key with these scopes, made by somebody.
    pub async fn key(&self, by: &str, scopes: &[&str]) -> Person {
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let api_key = Some(ApiKey { display_name: "importer".to_owned(), scopes, ..Default::default() });
        let made = self.credentials(by).create_api_key(CreateApiKeyRequest { api_key }).await.unwrap();
        let made = made.into_inner();
        let token = self.exchange(Credential::ApiKey(made.secret.clone())).await.unwrap();
        Person { id: made.api_key.unwrap().id, token, secret: made.secret }
    }

    /// A second process on the same database, as the same gateway calls it.
    pub async fn another(&self) -> Another {
        let (database, life) = self.database.another::<Migrator>().await;
        let metrics = Metrics::new("another").unwrap();
        let ids = SeededIds::new(2);
        let host = Host { ids, life, metrics, ..self.host.clone() };
        let signer = signer(&host, "team", &[Kind::Member, Kind::ApiKey, Kind::Operator]);
        let team = baton_team::start(config(), &host, database, signer, Needs {}).await.unwrap();
        let (place, slot) = Place::here();
        assert!(OnceLock::set(&slot, team.door.clone()).is_ok());
        Another { gateway: host.peer(place, &signer_of_gateway(&host)), life: host.life }
    }

    pub async fn token_of(&self, slug: &str, email: &str) -> String {
        let session = self.sign_in(slug, email, PASSWORD, None).await.unwrap();
        self.exchange(Credential::SessionSecret(session.session_secret)).await.unwrap()
    }

    pub async fn sign_in(
        &self,
        slug: &str,
        email: &str,
        password: &str,
        from: Option<&str>,
    ) -> Result<SignInResponse, Status> {
        let mut request = Request::new(SignInRequest {
            workspace_slug: slug.to_owned(),
            email: email.to_owned(),
            password: password.to_owned(),
        });
        if let Some(from) = from {
            request.metadata_mut().insert(CLIENT_ADDRESS, from.parse().unwrap());
        }
        Ok(self.sessions().sign_in(request).await?.into_inner())
    }

    /// The facts so far. They are numbered in the order they were written: once that of a last team is there, so are all before it.
    pub async fn told(&self, token: &str) -> Vec<Arc<Fact>> {
        let team =
            Team { name: "The last one".to_owned(), color: TeamColor::Gray.into(), ..Default::default() };
        let request = CreateTeamRequest { request_id: "the-last-one".to_owned(), team: Some(team) };
        let last = self.teams(token).create_team(request).await.unwrap().into_inner().team.unwrap();
        for _ in 0..200 {
            let facts = self.database.facts().after(0, 200, &FactFilter::default()).await.unwrap();
            if let Some(end) = facts.iter().position(|fact| is_of(fact, &last)) {
                return facts[..end].to_vec();
            }
            self.clock.run(Duration::from_millis(50)).await;
            tokio::task::yield_now().await;
        }
        panic!("the last fact was not numbered");
    }

    pub fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

/// Somebody with a credential.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: String,
    pub token: String,
    pub secret: String,
}

/// Another process.
pub struct Another {
    pub gateway: Peer,
    pub life: Lifecycle,
}

impl Drop for Another {
    fn drop(&mut self) {
        self.life.soft().cancel();
        self.life.hard().cancel();
    }
}

fn is_of(fact: &Fact, team: &Team) -> bool {
    fact.kind == 2
        && TeamChanged::decode(fact.body.as_slice()).unwrap().team.is_some_and(|told| told.id == team.id)
}

fn config() -> Config {
    let file = format!("[team]\noperator_token = \"{OPERATOR}\"\nfeatures = [\"partner-door\"]");
    Sources::from_parts(file.parse().unwrap(), []).load().unwrap()
}

fn signer(host: &Host, service: &str, may_sign: &[Kind]) -> Signer {
    let (signer, key) = Signer::generate(service, may_sign, host.ids.as_ref(), host.clock.clone()).unwrap();
    host.keys.publish(key);
    signer
}

fn signer_of_gateway(host: &Host) -> Signer {
    signer(host, "gateway", &[])
}

pub fn workspace_request(slug: &str) -> CreateWorkspaceRequest {
    CreateWorkspaceRequest {
        request_id: format!("make-{slug}"),
        workspace: Some(Workspace {
            slug: slug.to_owned(),
            display_name: "Acme".to_owned(),
            ..Default::default()
        }),
        owner_email: format!("owner@{slug}.example.org"),
        owner_display_name: "Ada".to_owned(),
        owner_password: PASSWORD.to_owned(),
    }
}

pub fn member_request(email: &str, role: Role) -> CreateMemberRequest {
    CreateMemberRequest {
        request_id: format!("add-{email}"),
        member: Some(Member {
            display_name: "Bob".to_owned(),
            email: email.to_owned(),
            roles: vec![role.into()],
            ..Default::default()
        }),
        password: PASSWORD.to_owned(),
    }
}

/// The reason of a refusal.
#[track_caller]
pub fn reason<T: std::fmt::Debug>(outcome: Result<T, Status>) -> ErrorReason {
    refusal::reason_of(&outcome.unwrap_err()).unwrap()
}

/// Code, words and metadata: all that a caller could tell two refusals apart by, the request's own id apart.
pub fn face(status: &Status) -> (Code, String, Option<ErrorReason>, usize) {
    let metadata = refusal::metadata_of(status);
    (status.code(), status.message().to_owned(), refusal::reason_of(status), metadata.len())
}
