//! Facts of team: who is there, who may reply, and which teams they are in.

use async_trait::async_trait;
use baton_kit::{
    data::Fact,
    door::principal::Scope,
    events::{FactHandler, HandleError},
};
use baton_proto::team::v1::{MemberChanged, TeamChanged};

use super::{
    conversation_facts::{decoded, handle_error},
    convert,
};
use crate::{
    application::{
        follow::Follow,
        ports::{MemberSeen, TeamSeen},
    },
    domain::ids::{MemberId, TeamId},
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
        let noted = match fact.kind {
            MEMBER_CHANGED => self.follow.member(member_seen(fact, &decoded(fact)?)).await,
            TEAM_CHANGED => {
                let seen = team_seen(fact, decoded(fact)?).map_err(HandleError::Poison)?;
                self.follow.team(seen).await
            }
            _ => return Ok(()),
        };
        noted.map_err(handle_error)
    }
}

fn member_seen(fact: &Fact, changed: &MemberChanged) -> MemberSeen {
    let active = changed.member.as_ref().is_some_and(|member| member.active);
    let may_reply = changed.scopes.iter().any(|scope| scope == Scope::ConversationsWrite.as_str());
    MemberSeen {
        workspace: fact.workspace,
        member: MemberId::from_uuid(fact.subject),
        revision: fact.revision,
        eligible: active && may_reply,
    }
}

fn team_seen(fact: &Fact, changed: TeamChanged) -> Result<TeamSeen, String> {
    let team = changed.team.ok_or("team is missing")?;
    let member = |id: &String| convert::required::<MemberId>("team.member_ids", id);
    let members = team.member_ids.iter().map(member).collect::<Result<_, _>>()?;
    Ok(TeamSeen {
        workspace: fact.workspace,
        team: TeamId::from_uuid(fact.subject),
        revision: fact.revision,
        name: team.name,
        members: if team.archived { Vec::new() } else { members },
    })
}
