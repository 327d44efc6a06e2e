//! Facts of team: who is there, who may reply, and which teams they are in.

use async_trait::async_trait;
use baton_kit::{
    data::Fact,
    door::principal::Scope,
    events::{FactHandler, HandleError},
};
use baton_proto::team::v1::{MemberChanged, TeamChanged};

use super::{conversation_facts::handle_error, convert};
use crate::{
    application::{
        follow::Follow,
        ports::{MemberSeen, TeamSeen},
    },
    domain::{
        ids::{MemberId, TeamId},
        team::Team,
    },
};

/// The kind of fact that says what a member is now.
const MEMBER_CHANGED: i32 = 1;
/// The kind of fact that says what a team is now.
const TEAM_CHANGED: i32 = 2;

/// The handler.
pub struct TeamFacts {
    /// What is done with them.
    pub follow: Follow,
}

#[async_trait]
impl FactHandler for TeamFacts {
    async fn handle(&self, fact: &Fact) -> Result<(), HandleError> {
        match fact.kind {
            MEMBER_CHANGED => {
                let changed: MemberChanged = decoded(fact)?;
                self.follow.member(seen(fact, &changed)).await.map_err(handle_error)
            }
            TEAM_CHANGED => {
                let seen = team_seen(fact, &decoded(fact)?).map_err(HandleError::Poison)?;
                self.follow.team(seen).await.map_err(handle_error)
            }
            _ => Ok(()),
        }
    }
}

fn decoded<M: prost::Message + Default>(fact: &Fact) -> Result<M, HandleError> {
    M::decode(fact.body.as_slice()).map_err(|error| HandleError::Poison(error.to_string()))
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

fn team_seen(fact: &Fact, changed: &TeamChanged) -> Result<TeamSeen, String> {
    let team = changed.team.as_ref().ok_or("team is missing")?;
    let member = |id: &String| convert::required::<MemberId>("team.member_ids", id);
    Ok(TeamSeen {
        workspace: fact.workspace,
        id: TeamId::from_uuid(fact.subject),
        revision: fact.revision,
        team: Team {
            archived: team.archived,
            members: team.member_ids.iter().map(member).collect::<Result<_, _>>()?,
        },
    })
}
