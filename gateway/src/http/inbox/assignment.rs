//! Whose a conversation is: a member, a team.

use baton_proto::conversation::v1::{AssignConversationRequest, HandToTeamRequest, SetTeamRequest};

use super::{
    super::{
        answers::{Answer, shown},
        body::Body,
        clients::Desk,
        params::Id,
    },
    view::Conversation,
};

/// Who is to be responsible.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Assign {
    /// `mem_…`.
    member_id: String,
    /// Refuse if the assignment version is another one.
    expected_assignment_version: Option<i64>,
}

/// Which team.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OfTeam {
    /// `team_…`; absent for none: everyone.
    team_id: Option<String>,
    /// Refuse if the assignment version is another one.
    expected_assignment_version: Option<i64>,
}

/// Makes a member responsible. From the AI or the queue the member is asked; from another member it is a transfer.
#[utoipa::path(post, path = "/v1/inbox/conversations/{id}/assign", operation_id = "assign", tag = "inbox", request_body = Assign,
    responses((status = 200, body = Conversation)))]
pub(super) async fn assign(
    Desk(desk): Desk,
    Id(conversation_id): Id,
    Body(body): Body<Assign>,
) -> Answer<Conversation> {
    let request = AssignConversationRequest {
        conversation_id,
        member_id: body.member_id,
        expected_assignment_version: body.expected_assignment_version.unwrap_or_default(),
    };
    shown(desk.conversations().assign_conversation(request).await?)
}

macro_rules! team_commands {
    ($($(#[$doc:meta])* $name:ident by $method:ident at $path:literal as $operation:literal: $service:ident.$call:ident($request:ident);)+) => { $(
        $(#[$doc])*
        #[utoipa::path($method, path = $path, operation_id = $operation, tag = "inbox", request_body = OfTeam,
            responses((status = 200, body = Conversation)))]
        pub(super) async fn $name(
            Desk(desk): Desk,
            Id(conversation_id): Id,
            Body(body): Body<OfTeam>,
        ) -> Answer<Conversation> {
            let expected_assignment_version = body.expected_assignment_version.unwrap_or_default();
            let team_id = body.team_id.unwrap_or_default();
            shown(desk.$service().$call($request { conversation_id, team_id, expected_assignment_version }).await?)
        }
    )+ };
}

team_commands! {
    /// Silences the AI and queues a conversation, for a team or for everyone, without taking it.
    hand_to_team by post at "/v1/inbox/conversations/{id}/hand-to-team" as "handToTeam":
        handoffs.hand_to_team(HandToTeamRequest);

    /// Sets or clears the team. While a person is waited for, it says who is asked.
    set_team by put at "/v1/inbox/conversations/{id}/team" as "setTeam": conversations.set_team(SetTeamRequest);
}
