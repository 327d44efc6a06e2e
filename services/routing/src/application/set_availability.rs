//! A member says whether they take conversations, and how many at once.

use std::sync::Arc;

use baton_kit::{
    data::StoreError,
    life::{clock::SharedClock, ids::WorkspaceId},
};

use super::{ports::Staff, wakes::Wakes};
use crate::domain::{
    availability::{Availability, AvailabilityState, Word},
    ids::MemberId,
};

/// The use case.
#[derive(Clone)]
pub struct SetAvailability {
    /// Where it is kept.
    pub staff: Arc<dyn Staff>,
    /// Who gives what waits.
    pub wakes: Wakes,
    /// Time.
    pub clock: SharedClock,
    /// The limit of a member that never said.
    pub first_limit: i32,
}

/// What the member says.
#[derive(Debug, Clone, Copy)]
pub struct Command {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// The member, who speaks for nobody else.
    pub member: MemberId,
    /// Whether they take conversations.
    pub state: AvailabilityState,
    /// How many at once; `None` for as before.
    pub limit: Option<i32>,
}

impl SetAvailability {
    /// Stores it; whatever waits longest is given at once to somebody who came online.
    pub async fn run(&self, command: Command) -> Result<Availability, StoreError> {
        let Command { workspace, member, state, limit } = command;
        let word = Word { member, state, limit, at: self.clock.now() };
        let availability = self.staff.say(workspace, word, self.first_limit).await?;
        self.wakes.wake(workspace);
        Ok(availability)
    }
}
