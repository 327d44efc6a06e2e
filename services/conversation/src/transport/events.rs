//! Consumers of other services' events: what conversation must know of members and assistants.

use std::sync::Arc;

use async_trait::async_trait;
use baton_kit::{
    data::{Fact, StoreError},
    door::principal::Scope,
    events::{FactHandler, HandleError},
};
use baton_proto::{ai::v1::AssistantChanged, team::v1::MemberChanged};
use prost::Message as _;

use crate::{
    application::ports::{KnownMember, Projections, WidgetAssistant},
    domain::ids::{AssistantId, MemberId},
};

/// Team's number for a changed member.
const MEMBER_CHANGED: i32 = 1;
/// Ai's number for a changed assistant.
const ASSISTANT_CHANGED: i32 = 1;

/// Learns of members.
pub struct LearnMembers {
    /// Where they are kept.
    pub projections: Arc<dyn Projections>,
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
        let known = KnownMember {
            workspace: fact.workspace,
            id: MemberId::from_uuid(fact.subject),
            display_name: member.display_name,
            may_reply: member.active && may_write,
            revision: fact.revision,
        };
        self.projections.member(known).await.map_err(failed)
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
        };
        self.projections.assistant(assistant, changed.widget_key, fact.revision).await.map_err(failed)
    }
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
