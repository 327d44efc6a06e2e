//! Consumers of other services' events: what conversation must know of members, teams and assistants.

use std::sync::Arc;

use async_trait::async_trait;
use baton_kit::{
    data::{Fact, StoreError},
    door::principal::Scope,
    events::{FactHandler, HandleError},
};
use baton_proto::{
    ai::v1::AssistantChanged,
    team::v1::{MemberChanged, TeamChanged},
};
use prost::Message as _;

use crate::{
    application::{
        ports::{
            ChangeRefused,
            projections::{KnownAssistant, KnownMember, KnownTeam, Projections},
            sessions::WidgetAssistant,
        },
        relieve_member::RelieveMember,
    },
    domain::ids::{AssistantId, MemberId, TeamId},
};

/// Team's number for a changed member.
const MEMBER_CHANGED: i32 = 1;
/// Team's number for a changed team.
const TEAM_CHANGED: i32 = 2;
/// Ai's number for a changed assistant.
const ASSISTANT_CHANGED: i32 = 1;

/// Learns of members, and relieves those who may no longer reply.
pub struct LearnMembers {
    /// Where they are kept.
    pub projections: Arc<dyn Projections>,
    /// What follows when one leaves.
    pub relieve: RelieveMember,
}

#[async_trait]
impl FactHandler for LearnMembers {
    async fn handle(&self, fact: &Fact) -> Result<(), HandleError> {
        if fact.kind != MEMBER_CHANGED {
            return Ok(());
        }
        let changed = MemberChanged::decode(fact.body.as_slice()).map_err(unreadable)?;
        let Some(member) = changed.member else {
            return Err(HandleError::Poison("no member".to_owned()));
        };
        let may_write = changed.scopes.iter().any(|scope| scope == Scope::ConversationsWrite.as_str());
        let (id, may_reply) = (MemberId::from_uuid(fact.subject), member.active && may_write);
        let known = KnownMember {
            workspace: fact.workspace,
            id,
            display_name: member.display_name,
            may_reply,
            revision: fact.revision,
        };
        self.projections.member(known).await.map_err(failed)?;
        if may_reply { Ok(()) } else { self.relieve.run(fact.workspace, id).await.map_err(again) }
    }
}

/// Learns of teams.
pub struct LearnTeams {
    /// Where they are kept.
    pub projections: Arc<dyn Projections>,
}

#[async_trait]
impl FactHandler for LearnTeams {
    async fn handle(&self, fact: &Fact) -> Result<(), HandleError> {
        if fact.kind != TEAM_CHANGED {
            return Ok(());
        }
        let changed = TeamChanged::decode(fact.body.as_slice()).map_err(unreadable)?;
        let Some(team) = changed.team else {
            return Err(HandleError::Poison("no team".to_owned()));
        };
        let known = KnownTeam {
            workspace: fact.workspace,
            id: TeamId::from_uuid(fact.subject),
            archived: team.archived,
            revision: fact.revision,
        };
        self.projections.team(known).await.map_err(failed)
    }
}

/// Learns of assistants.
pub struct LearnAssistants {
    /// Where they are kept.
    pub projections: Arc<dyn Projections>,
}

#[async_trait]
impl FactHandler for LearnAssistants {
    async fn handle(&self, fact: &Fact) -> Result<(), HandleError> {
        if fact.kind != ASSISTANT_CHANGED {
            return Ok(());
        }
        let changed = AssistantChanged::decode(fact.body.as_slice()).map_err(unreadable)?;
        let assistant = WidgetAssistant {
            workspace: fact.workspace,
            id: AssistantId::from_uuid(fact.subject),
            name: changed.name,
            handoff_enabled: changed.handoff_enabled,
            allowed_sites: changed.allowed_sites,
        };
        let known = KnownAssistant { assistant, widget_key: changed.widget_key, revision: fact.revision };
        self.projections.assistant(known).await.map_err(failed)
    }
}

/// Whatever kept one from being given back may pass: tried again like a store that is away, and a dead letter in the end, never at once.
fn again(refused: ChangeRefused) -> HandleError {
    HandleError::Retry(refused.to_string())
}

fn unreadable(error: prost::DecodeError) -> HandleError {
    HandleError::Poison(format!("the body cannot be read: {error}"))
}

fn failed(error: StoreError) -> HandleError {
    match error {
        StoreError::Unavailable(_) => HandleError::Retry(error.to_string()),
        StoreError::Conflict { .. } | StoreError::Broken(_) => HandleError::Poison(error.to_string()),
    }
}
