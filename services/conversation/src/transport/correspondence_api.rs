//! `CorrespondenceService`: what a mail about a conversation is written from.

use baton_kit::door::{fields::Fields, refusal::Refusal};
use baton_proto::internal::conversation::v1::{
    self as wire, correspondence_service_server::CorrespondenceService,
};
use tonic::{Request, Response, Status};

use super::{convert, status, who};
use crate::{
    application::{
        correspond::Correspond,
        ports::correspondence::{Addressee, Correspondence},
    },
    domain::{
        ids::ConversationId,
        message::{Author, Message},
    },
};

/// The server.
#[derive(Clone)]
pub struct CorrespondenceApi {
    /// What it does.
    pub correspond: Correspond,
}

#[tonic::async_trait]
impl CorrespondenceService for CorrespondenceApi {
    async fn get_correspondence(
        &self,
        request: Request<wire::GetCorrespondenceRequest>,
    ) -> Result<Response<wire::GetCorrespondenceResponse>, Status> {
        let caller = who::caller(&request)?;
        let (id, to) = asked(request.get_ref())?;
        let read = self.correspond.read(caller.workspace()?, id, to).await;
        let (found, link) = read.map_err(|refused| status::read(&refused))?;
        Ok(Response::new(response(&found, link.unwrap_or_default())))
    }
}

fn asked(wire: &wire::GetCorrespondenceRequest) -> Result<(ConversationId, Addressee), Refusal> {
    let mut fields = Fields::new();
    let id = fields.parsed("conversation_id", &wire.conversation_id);
    let member = fields.parsed_or_none("member_id", &wire.member_id);
    let (id, member) = fields.all((id, member))?;
    Ok((id, member.map_or(Addressee::Visitor, Addressee::Member)))
}

fn response(found: &Correspondence, resume_link: String) -> wire::GetCorrespondenceResponse {
    let mut conversation = convert::conversation(&found.conversation);
    conversation.brief = found.brief.as_ref().map(convert::briefs::brief);
    let contact = found.contact.as_ref();
    let email = contact.and_then(|contact| contact.email.as_ref());
    wire::GetCorrespondenceResponse {
        conversation: Some(conversation),
        contact_id: found.conversation.contact.to_string(),
        contact_name: contact.map(|contact| contact.display_name.clone()).unwrap_or_default(),
        contact_email: email.map(|email| email.as_str().to_owned()).unwrap_or_default(),
        assistant_name: found.assistant_name.clone(),
        language: found.language.clone(),
        read_sequence: found.read_sequence,
        unread: found.unread.iter().map(|message| unread(found, message)).collect(),
        resume_link,
    }
}

fn unread(found: &Correspondence, message: &Message) -> wire::UnreadMessage {
    let author_name = match message.author {
        Author::Visitor(_) => found.contact.as_ref().map(|contact| contact.display_name.clone()),
        Author::Ai(_) | Author::Member(_) | Author::System => Some(found.names.of_author(message.author)),
    };
    wire::UnreadMessage {
        sequence: message.sequence,
        author_name: author_name.unwrap_or_default(),
        text: message.text.clone(),
        create_time: Some(convert::time(message.created_at)),
    }
}
