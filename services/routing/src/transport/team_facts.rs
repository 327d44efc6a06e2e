//! Facts of team: who is there, and who may reply.

use async_trait::async_trait;
use baton_kit::{
    data::Fact,
    door::principal::Scope,
    events::{FactHandler, HandleError},
};
use baton_proto::team::v1::MemberChanged;
use prost::Message as _;

use super::conversation_facts::handle_error;
use crate::{
    application::{follow::Follow, ports::MemberSeen},
    domain::ids::MemberId,
};

/// The kind of fact that says what a member is now.
const MEMBER_CHANGED: i32 = 1;

/// The handler.
pub struct TeamFacts {
    /// What is done with them.
    pub follow: Follow,
}

#[async_trait]
impl FactHandler for TeamFacts {
    async fn handle(&self, fact: &Fact) -> Result<(), HandleError> {
        if fact.kind != MEMBER_CHANGED {
            return Ok(());
        }
        let changed = MemberChanged::decode(fact.body.as_slice())
            .map_err(|error| HandleError::Poison(error.to_string()))?;
        self.follow.member(seen(fact, &changed)).await.map_err(handle_error)
    }
}

fn seen(fact: &Fact, changed: &MemberChanged) -> MemberSeen {
    MemberSeen {
        workspace: fact.workspace,
        member: MemberId::from_uuid(fact.subject),
        revision: fact.revision,
        active: changed.member.as_ref().is_some_and(|member| member.active),
        may_reply: changed.scopes.iter().any(|scope| scope == Scope::ConversationsWrite.as_str()),
    }
}
