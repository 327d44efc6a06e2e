//! How conversations stand, asked of conversation at the moment of sending.

use async_trait::async_trait;
use baton_kit::{door::peer::Peer, life::ids::WorkspaceId};
use baton_proto::{
    conversation::v1::{self as wire, ConversationStatus, HandoffState},
    internal::conversation::v1::{
        GetCorrespondenceRequest, GetCorrespondenceResponse, UnreadMessage,
        correspondence_service_client::CorrespondenceServiceClient,
    },
};
use jiff::Timestamp;

use super::asking::{error_of, in_workspace};
use crate::{
    application::ports::{AskError, Conversations, Correspondence},
    domain::{
        decide::{Now, Unread},
        ids::{ConversationId, HandoffId, MemberId},
        letter::{HandoffReason, Priority, Quoted},
    },
};

/// Implements [`Conversations`].
pub struct GrpcConversations {
    peer: Peer,
}

impl GrpcConversations {
    /// Calls this peer in notification's own name.
    pub fn new(peer: Peer) -> Self {
        Self { peer }
    }
}

#[async_trait]
impl Conversations for GrpcConversations {
    async fn correspondence(
        &self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        reader: Option<MemberId>,
    ) -> Result<Correspondence, AskError> {
        let request = GetCorrespondenceRequest {
            conversation_id: conversation.to_string(),
            member_id: reader.map(|member| member.to_string()).unwrap_or_default(),
        };
        let request = in_workspace(workspace, request)?;
        let asked = CorrespondenceServiceClient::new(self.peer.as_self()).get_correspondence(request).await;
        read(asked.map_err(|status| error_of(&status))?.into_inner())
    }
}

/// An answer that cannot be read is none: what is wrong with it may be mended while it is asked again.
fn read(answer: GetCorrespondenceResponse) -> Result<Correspondence, AskError> {
    let conversation = answer.conversation.ok_or_else(|| unreadable("conversation"))?;
    let messages = answer.unread.into_iter().map(message).collect::<Result<Vec<_>, _>>()?;
    let unread = messages.iter().map(|(sequence, said)| Unread { sequence: *sequence, at: said.at });
    let handoff = conversation.handoff.as_ref();
    let requested = handoff.filter(|it| it.state() == HandoffState::Requested);
    let now = Now {
        resolved: conversation.status() == ConversationStatus::Resolved,
        assignee: optional("conversation.assignee_id", &conversation.assignee_id)?,
        team: optional("conversation.team_id", &conversation.team_id)?,
        looked_for: requested.map(|it| required::<HandoffId>("handoff.id", &it.id)).transpose()?,
        last_sequence: conversation.last_sequence,
        read_sequence: answer.read_sequence,
        unread: unread.collect(),
    };
    Ok(Correspondence {
        now,
        contact: required("contact_id", &answer.contact_id)?,
        contact_name: answer.contact_name,
        contact_email: answer.contact_email,
        assistant_name: answer.assistant_name,
        language: answer.language,
        handoff_reason: handoff.and_then(|it| reason(it.reason())),
        priority: priority(conversation.priority()),
        brief: conversation.brief.into_iter().flat_map(|it| it.lines).map(|line| line.text).collect(),
        messages,
        resume_token: answer.resume_link,
    })
}

fn message(said: UnreadMessage) -> Result<(i64, Quoted), AskError> {
    let at = said.create_time.and_then(|at| Timestamp::new(at.seconds, at.nanos).ok());
    let at = at.ok_or_else(|| unreadable("unread.create_time"))?;
    Ok((said.sequence, Quoted { author: said.author_name, text: said.text, at }))
}

fn reason(reason: wire::HandoffReason) -> Option<HandoffReason> {
    use wire::HandoffReason as R;
    match reason {
        R::Unspecified => None,
        R::VisitorRequest => Some(HandoffReason::VisitorRequest),
        R::AiDecision => Some(HandoffReason::AiDecision),
        R::Phrase => Some(HandoffReason::Phrase),
        R::NoAnswer => Some(HandoffReason::NoAnswer),
        R::Repetition => Some(HandoffReason::Repetition),
        R::NegativeMood => Some(HandoffReason::NegativeMood),
        R::AiUnavailable => Some(HandoffReason::AiUnavailable),
        R::MemberRequest => Some(HandoffReason::MemberRequest),
        R::ApiRequest => Some(HandoffReason::ApiRequest),
        R::Returned => Some(HandoffReason::Returned),
        R::MessageLeft => Some(HandoffReason::MessageLeft),
    }
}

fn priority(priority: wire::Priority) -> Option<Priority> {
    match priority {
        wire::Priority::Unspecified => None,
        wire::Priority::Low => Some(Priority::Low),
        wire::Priority::Medium => Some(Priority::Medium),
        wire::Priority::High => Some(Priority::High),
        wire::Priority::Urgent => Some(Priority::Urgent),
    }
}

fn unreadable(field: &str) -> AskError {
    AskError::Unavailable(format!("conversation's answer has no {field} that can be read"))
}

fn required<T: std::str::FromStr>(field: &str, text: &str) -> Result<T, AskError> {
    text.parse().map_err(|_| unreadable(field))
}

fn optional<T: std::str::FromStr>(field: &str, text: &str) -> Result<Option<T>, AskError> {
    if text.is_empty() { Ok(None) } else { required(field, text).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_without_what_is_needed_is_none() {
        assert!(matches!(read(GetCorrespondenceResponse::default()), Err(AskError::Unavailable(_))));
        let nobody = GetCorrespondenceResponse {
            conversation: Some(wire::Conversation::default()),
            contact_id: "mem_x".to_owned(),
            ..GetCorrespondenceResponse::default()
        };
        assert!(matches!(read(nobody), Err(AskError::Unavailable(_))));
    }
}
