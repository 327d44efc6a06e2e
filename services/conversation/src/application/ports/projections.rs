//! What is needed to know of members, teams and assistants, and of what those who left had.

use async_trait::async_trait;
use baton_kit::{data::StoreError, life::ids::WorkspaceId};

use super::sessions::WidgetAssistant;
use crate::domain::ids::{ConversationId, MemberId, TeamId};

/// Keeps what conversation knows of members, teams and assistants.
#[async_trait]
pub trait Projections: Send + Sync {
    /// A member as of a revision.
    async fn member(&self, member: KnownMember) -> Result<(), StoreError>;
    /// A team as of a revision.
    async fn team(&self, team: KnownTeam) -> Result<(), StoreError>;
    /// An assistant as of a revision.
    async fn assistant(&self, assistant: KnownAssistant) -> Result<(), StoreError>;
    /// A page of what a member is asked to take or has, above an id: for those who left.
    async fn held_by(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
        after: Option<ConversationId>,
        limit: u32,
    ) -> Result<Vec<ConversationId>, StoreError>;
}

/// What conversation knows of an assistant.
#[derive(Debug, Clone)]
pub struct KnownAssistant {
    /// What the widget shows.
    pub assistant: WidgetAssistant,
    /// The key of its widget.
    pub widget_key: String,
    /// As of.
    pub revision: i64,
}

/// What conversation knows of a team.
#[derive(Debug, Clone, Copy)]
pub struct KnownTeam {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// Which.
    pub id: TeamId,
    /// Nothing more is given to it.
    pub archived: bool,
    /// As of.
    pub revision: i64,
}

/// What conversation knows of a member.
#[derive(Debug, Clone)]
pub struct KnownMember {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// Who.
    pub id: MemberId,
    /// The name visitors see.
    pub display_name: String,
    /// Whether they are active and may reply.
    pub may_reply: bool,
    /// As of.
    pub revision: i64,
}
