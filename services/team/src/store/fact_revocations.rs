//! Revocations as the log of facts tells them, so that what another process did is heard of too.

use async_trait::async_trait;
use baton_kit::data::{FactLog, Follower, StoreError};

use super::facts;
use crate::{
    application::ports::{RevocationLog, RevocationWatch},
    domain::revocation::Revocation,
};

/// Implements the port over the log.
#[derive(Debug, Clone)]
pub(crate) struct FactRevocations {
    log: FactLog,
}

impl FactRevocations {
    pub(crate) fn new(log: FactLog) -> Self {
        Self { log }
    }
}

impl RevocationLog for FactRevocations {
    fn watch(&self) -> Box<dyn RevocationWatch> {
        // What another process numbered and is not known here yet lies above this head: it is told, late rather than never.
        Box::new(Watch { follower: self.log.follow(self.log.head()) })
    }
}

struct Watch {
    follower: Follower,
}

#[async_trait]
impl RevocationWatch for Watch {
    async fn next(&mut self) -> Result<Vec<Revocation>, StoreError> {
        loop {
            let facts = self.follower.next().await?;
            let revoked: Vec<Revocation> = facts.iter().filter_map(|fact| facts::revocation(fact)).collect();
            if !revoked.is_empty() {
                return Ok(revoked);
            }
        }
    }
}
