//! Where everything is kept: the ports of the use cases over one database.

use std::sync::Arc;

use baton_kit::{data::Database, life::ids::SharedIds};

use crate::{
    application::ports::{
        ApiKeyStore, CannedResponseStore, MemberStore, RevocationLog, SessionStore, TeamStore, WorkspaceStore,
    },
    store::{
        FactRevocations, SqlApiKeyStore, SqlCannedResponseStore, SqlMemberStore, SqlSessionStore,
        SqlTeamStore, SqlWorkspaceStore,
    },
};

/// The ports.
pub(super) struct Stores {
    pub workspaces: Arc<dyn WorkspaceStore>,
    pub members: Arc<dyn MemberStore>,
    pub teams: Arc<dyn TeamStore>,
    pub sessions: Arc<dyn SessionStore>,
    pub keys: Arc<dyn ApiKeyStore>,
    pub canned: Arc<dyn CannedResponseStore>,
    pub revocations: Arc<dyn RevocationLog>,
}

impl Stores {
    pub fn over(database: &Database, ids: &SharedIds) -> Self {
        Self {
            workspaces: Arc::new(SqlWorkspaceStore::new(database.clone())),
            members: Arc::new(SqlMemberStore::new(database.clone(), ids.clone())),
            teams: Arc::new(SqlTeamStore::new(database.clone())),
            sessions: Arc::new(SqlSessionStore::new(database.clone())),
            keys: Arc::new(SqlApiKeyStore::new(database.clone())),
            canned: Arc::new(SqlCannedResponseStore::new(database.clone())),
            revocations: Arc::new(FactRevocations::new(database.facts())),
        }
    }
}
