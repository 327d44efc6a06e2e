//! Requests that may be sent twice: the first answer is kept with the change and given again.
//!
//! Must not know what requests ask for; a fingerprint tells two of one id apart.

use super::{StoreError, Unit, attempt};
use crate::life::ids::WorkspaceId;

/// Which request this is: an id is unique within one principal's calls of one method.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RequestKey {
    /// The caller's workspace.
    pub workspace: WorkspaceId,
    /// The caller.
    pub principal: String,
    /// The method called.
    pub method: &'static str,
    /// The caller's own id for the request.
    pub request_id: String,
}

/// What is known of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recalled {
    /// Nothing: do the work and [`remember`](Unit::remember) the answer.
    New,
    /// It was answered with this.
    Same(Vec<u8>),
    /// Its id was used for a request with another fingerprint.
    Other,
}

const RECALL: &str = "SELECT fingerprint, response FROM idempotency \
     WHERE workspace_id = $1 AND principal = $2 AND method = $3 AND request_id = $4";

const REMEMBER: &str = "INSERT INTO idempotency \
     (workspace_id, principal, method, request_id, fingerprint, response, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7)";

impl Unit {
    /// Looks a request up, as the unit's first step.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn recall(&self, key: &RequestKey, fingerprint: &[u8]) -> Result<Recalled, StoreError> {
        let Some(row) = self.query_one(RECALL, key.values()).await? else {
            return Ok(Recalled::New);
        };
        let known: Vec<u8> = row.try_get_by_index(0)?;
        if known == fingerprint { Ok(Recalled::Same(row.try_get_by_index(1)?)) } else { Ok(Recalled::Other) }
    }

    /// Keeps the answer to a request, with the changes of this unit, for at least 24 hours. When the
    /// same request was answered at the same moment elsewhere, the whole unit runs again and then
    /// [`recall`](Self::recall)s that.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be written.
    pub async fn remember(
        &self,
        key: &RequestKey,
        fingerprint: &[u8],
        response: &[u8],
    ) -> Result<(), StoreError> {
        let at = self.clock().now().as_microsecond();
        let rest = [fingerprint.to_vec().into(), response.to_vec().into(), at.into()];
        let inserted = self.execute(REMEMBER, key.values().into_iter().chain(rest)).await;
        if matches!(inserted, Err(StoreError::Conflict { .. })) {
            attempt::ask_for_another();
        }
        inserted.map(drop)
    }
}

impl RequestKey {
    fn values(&self) -> [sea_orm::Value; 4] {
        [
            self.workspace.uuid().into(),
            self.principal.clone().into(),
            self.method.into(),
            self.request_id.clone().into(),
        ]
    }
}
