//! Keeps the projections true to the facts of conversation and team, and wakes whoever they concern.

use std::sync::Arc;

use baton_kit::data::StoreError;

use super::{
    ports::{Desk, MemberSeen, Staff, TeamSeen},
    tell_promises::Bell,
    wakes::Wakes,
};
use crate::domain::queue::Seen;

/// The use case.
#[derive(Clone)]
pub struct Follow {
    /// Queue entries.
    pub desk: Arc<dyn Desk>,
    /// Members.
    pub staff: Arc<dyn Staff>,
    /// Who gives what waits.
    pub wakes: Wakes,
    /// Who tells visitors what they are promised.
    pub promises: Bell,
}

impl Follow {
    /// A conversation changed: it may wait now, or somebody's slot may be free.
    pub async fn conversation(&self, seen: Seen) -> Result<(), StoreError> {
        let (workspace, waits) = (seen.workspace, seen.entry.is_some());
        self.desk.apply(seen).await?;
        if waits {
            self.promises.ring();
        }
        // Also when the fact was known: whoever applied it may have died before waking.
        self.wakes.wake(workspace);
        Ok(())
    }

    /// A member changed: they may reply now.
    pub async fn member(&self, seen: MemberSeen) -> Result<(), StoreError> {
        self.staff.apply(seen).await?;
        self.wakes.wake(seen.workspace);
        Ok(())
    }

    /// A team changed: what waits for it may be given now.
    pub async fn team(&self, seen: TeamSeen) -> Result<(), StoreError> {
        let workspace = seen.workspace;
        self.staff.apply_team(seen).await?;
        self.wakes.wake(workspace);
        Ok(())
    }
}
