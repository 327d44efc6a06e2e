//! Puts team together. The only file that knows all of it.

use std::sync::Arc;

use baton_kit::{
    data::Database,
    door::{enter::Door, host::Host, server::DoorBuilder, tokens::Signer},
    events::{DEAD_LETTER_RULES, DeadLetters},
    life::ids::SharedIds,
};
use baton_proto::{
    internal::team::v1::{
        revocation_service_server::RevocationServiceServer, session_service_server::SessionServiceServer,
    },
    team::v1::{
        canned_response_service_server::CannedResponseServiceServer,
        credential_service_server::CredentialServiceServer, member_service_server::MemberServiceServer,
        server_info_service_server::ServerInfoServiceServer, team_service_server::TeamServiceServer,
        workspace_service_server::WorkspaceServiceServer,
    },
};
use secrecy::ExposeSecret as _;

mod bootstrap;
mod stores;

pub use bootstrap::{Bootstrap, BootstrapError};
use stores::Stores;

use crate::{
    application::{
        archive_team::ArchiveTeam,
        bootstrap::BootstrapWorkspace,
        create_api_key::CreateApiKey,
        create_canned_response::CreateCannedResponse,
        create_member::CreateMember,
        create_team::CreateTeam,
        create_workspace::CreateWorkspace,
        delete_canned_response::DeleteCannedResponse,
        exchange::Exchange,
        get_canned_response::GetCannedResponse,
        get_member::GetMember,
        get_team::GetTeam,
        get_workspace::GetWorkspace,
        list_api_keys::ListApiKeys,
        list_canned_responses::ListCannedResponses,
        list_members::ListMembers,
        list_teams::ListTeams,
        ports::{Passwords, PasswordsError},
        remove_member::RemoveMember,
        render_canned_response::RenderCannedResponse,
        revoke_api_key::RevokeApiKey,
        set_member_roles::SetMemberRoles,
        set_team_members::SetTeamMembers,
        sign_in::{Attempts, SignIn},
        sign_out::SignOut,
        update_canned_response::UpdateCannedResponse,
        update_team::UpdateTeam,
        watch_revocations::WatchRevocations,
    },
    config::Config,
    domain::secret::SecretHash,
    store::Argon2Passwords,
    transport::{
        canned_responses::CannedResponseApi, credentials::CredentialApi, members::MemberApi,
        revocations::RevocationApi, rules::RULES, server_info::ServerInfoApi, sessions::SessionApi,
        teams::TeamApi, workspaces::WorkspaceApi,
    },
};

/// The other services that team uses: none.
#[derive(Debug, Clone, Default)]
pub struct Needs {}

/// Team could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The hash that nobody's password has could not be made.
    #[error("team cannot start: {0}")]
    Passwords(#[from] PasswordsError),
}

/// The running service.
#[derive(Clone)]
pub struct Started {
    /// What others call.
    pub door: Door,
    bootstrap: BootstrapWorkspace,
    ids: SharedIds,
}

/// Starts team on a database that was opened and migrated.
///
/// # Errors
/// [`StartError`], as it says.
pub async fn start(
    config: Config,
    host: &Host,
    database: Database,
    signer: Signer,
    _: Needs,
) -> Result<Started, StartError> {
    let passwords: Arc<dyn Passwords> = Arc::new(Argon2Passwords::new(host.ids.clone()).await?);
    let parts = Parts { config, host, signer, passwords, stores: Stores::over(&database, &host.ids) };
    let door = DoorBuilder::new()
        .await
        .add(WorkspaceServiceServer::new(parts.workspaces()), RULES)
        .add(MemberServiceServer::new(parts.members()), &[])
        .add(TeamServiceServer::new(parts.teams()), &[])
        .add(CannedResponseServiceServer::new(parts.canned_responses()), &[])
        .add(CredentialServiceServer::new(parts.credentials()), &[])
        .add(ServerInfoServiceServer::new(parts.server_info()), &[])
        .add(SessionServiceServer::new(parts.sessions()), &[])
        .add(RevocationServiceServer::new(parts.revocations()), &[])
        .add(DeadLetters::server("team", database.facts()), DEAD_LETTER_RULES)
        .build(host.verifier(), host.frame(), &host.life)
        .await;
    let bootstrap = BootstrapWorkspace { create: parts.create_workspace() };
    Ok(Started { door, bootstrap, ids: host.ids.clone() })
}

struct Parts<'a> {
    config: Config,
    host: &'a Host,
    signer: Signer,
    passwords: Arc<dyn Passwords>,
    stores: Stores,
}

impl Parts<'_> {
    fn create_workspace(&self) -> CreateWorkspace {
        CreateWorkspace {
            workspaces: self.stores.workspaces.clone(),
            members: self.stores.members.clone(),
            passwords: self.passwords.clone(),
            clock: self.host.clock.clone(),
            ids: self.host.ids.clone(),
        }
    }

    fn workspaces(&self) -> WorkspaceApi {
        let get = GetWorkspace { workspaces: self.stores.workspaces.clone() };
        WorkspaceApi { create: self.create_workspace(), get }
    }

    fn members(&self) -> MemberApi {
        let (members, clock) = (&self.stores.members, &self.host.clock);
        let create = CreateMember {
            members: members.clone(),
            passwords: self.passwords.clone(),
            clock: clock.clone(),
            ids: self.host.ids.clone(),
        };
        MemberApi {
            create,
            get: GetMember { members: members.clone() },
            list: ListMembers { members: members.clone() },
            set_roles: SetMemberRoles { members: members.clone(), clock: clock.clone() },
            remove: RemoveMember { members: members.clone(), clock: clock.clone() },
        }
    }

    fn teams(&self) -> TeamApi {
        let (teams, clock, ids) = (&self.stores.teams, &self.host.clock, &self.host.ids);
        TeamApi {
            create: CreateTeam { teams: teams.clone(), clock: clock.clone(), ids: ids.clone() },
            get: GetTeam { teams: teams.clone() },
            list: ListTeams { teams: teams.clone() },
            update: UpdateTeam { teams: teams.clone(), clock: clock.clone(), ids: ids.clone() },
            set_members: SetTeamMembers { teams: teams.clone(), clock: clock.clone(), ids: ids.clone() },
            archive: ArchiveTeam { teams: teams.clone(), clock: clock.clone(), ids: ids.clone() },
        }
    }

    fn canned_responses(&self) -> CannedResponseApi {
        let Stores { canned, members, workspaces, .. } = &self.stores;
        let render = RenderCannedResponse {
            canned: canned.clone(),
            members: members.clone(),
            workspaces: workspaces.clone(),
        };
        let Host { clock, ids, .. } = self.host;
        CannedResponseApi {
            create: CreateCannedResponse { canned: canned.clone(), clock: clock.clone(), ids: ids.clone() },
            get: GetCannedResponse { canned: canned.clone() },
            list: ListCannedResponses { canned: canned.clone() },
            update: UpdateCannedResponse { canned: canned.clone() },
            delete: DeleteCannedResponse { canned: canned.clone() },
            render,
        }
    }

    fn revocations(&self) -> RevocationApi {
        let watch = WatchRevocations { log: self.stores.revocations.clone() };
        RevocationApi { watch, clock: self.host.clock.clone(), life: self.host.life.clone() }
    }

    fn credentials(&self) -> CredentialApi {
        let (keys, clock) = (&self.stores.keys, &self.host.clock);
        CredentialApi {
            create: CreateApiKey { keys: keys.clone(), clock: clock.clone(), ids: self.host.ids.clone() },
            list: ListApiKeys { keys: keys.clone() },
            revoke: RevokeApiKey { keys: keys.clone(), clock: clock.clone(), ids: self.host.ids.clone() },
        }
    }

    fn server_info(&self) -> ServerInfoApi {
        let Config { features, feed_retention_days, .. } = &self.config;
        ServerInfoApi { features: features.clone(), feed_retention_days: *feed_retention_days }
    }

    fn sessions(&self) -> SessionApi {
        let sign_out = SignOut {
            sessions: self.stores.sessions.clone(),
            clock: self.host.clock.clone(),
            ids: self.host.ids.clone(),
        };
        SessionApi { sign_in: self.sign_in(), sign_out, exchange: self.exchange() }
    }

    fn sign_in(&self) -> SignIn {
        let (config, clock) = (&self.config, &self.host.clock);
        let attempts = Attempts::new(config.account_limits(), config.caller_limits(), clock.clone());
        SignIn {
            members: self.stores.members.clone(),
            sessions: self.stores.sessions.clone(),
            passwords: self.passwords.clone(),
            attempts: Arc::new(attempts),
            limits: config.session_limits(),
            clock: clock.clone(),
            ids: self.host.ids.clone(),
        }
    }

    fn exchange(&self) -> Exchange {
        let token = self.config.operator_token.as_ref();
        Exchange {
            sessions: self.stores.sessions.clone(),
            keys: self.stores.keys.clone(),
            operator: token.map(|token| SecretHash::of(token.expose_secret())),
            limits: self.config.session_limits(),
            signer: self.signer.clone(),
            clock: self.host.clock.clone(),
        }
    }
}
