//! A canned response as its row, and back.

use baton_kit::{data::StoreError, life::ids::WorkspaceId};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use crate::{
    domain::{
        canned::{CannedResponse, Reach},
        ids::{CannedResponseId, MemberId, TeamId},
        name::DisplayName,
    },
    store::{
        entity::canned_response::{ActiveModel, Model},
        values::{broken, moment},
    },
};

/// Whose shortcuts it shares: the team's, the owner's, or nobody's for the whole workspace.
pub(super) fn place(reach: Reach) -> Uuid {
    match reach {
        Reach::Workspace => Uuid::nil(),
        Reach::Team(team) => team.uuid(),
        Reach::Personal(owner) => owner.uuid(),
    }
}

/// The row that keeps it.
pub(super) fn row(response: &CannedResponse) -> ActiveModel {
    let (team, owner) = match response.reach {
        Reach::Workspace => (None, None),
        Reach::Team(team) => (Some(team.uuid()), None),
        Reach::Personal(owner) => (None, Some(owner.uuid())),
    };
    ActiveModel {
        id: Set(response.id.uuid()),
        workspace_id: Set(response.workspace.uuid()),
        team_id: Set(team),
        owner_id: Set(owner),
        place: Set(place(response.reach)),
        shortcut: Set(response.shortcut.to_string()),
        title: Set(response.title.as_str().to_owned()),
        text: Set(response.text.as_str().to_owned()),
        created_at: Set(response.created_at.as_microsecond()),
        revision: Set(response.revision),
    }
}

impl TryFrom<Model> for CannedResponse {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let place = format!("canned_response {}", row.id);
        let reach = match (row.team_id, row.owner_id) {
            (None, None) => Reach::Workspace,
            (Some(team), None) => Reach::Team(TeamId::from_uuid(team)),
            (None, Some(owner)) => Reach::Personal(MemberId::from_uuid(owner)),
            (Some(_), Some(_)) => return Err(broken(&place, "is a team's and a member's")),
        };
        Ok(Self {
            id: CannedResponseId::from_uuid(row.id),
            workspace: WorkspaceId::from_uuid(row.workspace_id),
            reach,
            shortcut: row.shortcut.parse().map_err(|error| broken(&place, error))?,
            title: DisplayName::new(&row.title),
            text: row.text.parse().map_err(|error| broken(&place, error))?,
            created_at: moment(&place, row.created_at)?,
            revision: row.revision,
        })
    }
}
