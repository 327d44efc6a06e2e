//! `VisitorService`: sessions of browsers, and a visitor's own thread.

use std::time::Duration;

use baton_kit::{
    data::FactLog,
    door::{
        fields::Fields,
        principal::Kind,
        refusal::Refusal,
        tokens::{Signer, Subject},
    },
};
use baton_proto::internal::conversation::v1::{self as wire, visitor_service_server::VisitorService};
use tonic::{Request, Response, Status};

use super::{convert, feed_stream, status, who};
use crate::{
    application::{
        open_session::{OpenSession, OpenedSession},
        ports::{ConversationReader, Scope, names::NameFinder},
    },
    domain::{
        conversation::Conversation,
        ids::{AssistantId, ConversationId},
        message::Message,
        weight,
    },
};
use std::sync::Arc;

/// Life of a visitor's token.
const TOKEN_LIFE: Duration = Duration::from_secs(24 * 3600);
/// How many messages a widget is given at once, at most.
const THREAD_MESSAGES: u32 = 500;
/// The longest widget key, characters.
const LONGEST_KEY: usize = 64;
/// The longest token of a link, characters; ours are shorter.
const LONGEST_LINK: usize = 512;

/// The server.
#[derive(Clone)]
pub struct VisitorApi {
    /// Sessions.
    pub sessions: OpenSession,
    /// Signs visitors' tokens.
    pub signer: Signer,
    /// Threads.
    pub reader: Arc<dyn ConversationReader>,
    /// What those are called who speak in them.
    pub names: Arc<dyn NameFinder>,
    /// Where the thread says the feed goes on.
    pub facts: FactLog,
}

#[tonic::async_trait]
impl VisitorService for VisitorApi {
    async fn open_session(
        &self,
        request: Request<wire::OpenSessionRequest>,
    ) -> Result<Response<wire::OpenSessionResponse>, Status> {
        let opened = match proof(request.into_inner())? {
            wire::open_session_request::Proof::WidgetKey(key) => self.sessions.open(&key).await,
            wire::open_session_request::Proof::RenewalSecret(secret) => self.sessions.renew(&secret).await,
            wire::open_session_request::Proof::ResumeLink(token) => self.sessions.resume(&token).await,
        };
        let opened = opened.map_err(|refused| status::session(&refused))?;
        Ok(Response::new(self.signed(opened)?))
    }

    async fn get_widget(
        &self,
        request: Request<wire::GetWidgetRequest>,
    ) -> Result<Response<wire::GetWidgetResponse>, Status> {
        let mut fields = Fields::new();
        let key = fields.token("widget_key", &request.get_ref().widget_key, 1..=LONGEST_KEY);
        let (key,) = fields.all((key,))?;
        let found = self.sessions.widget(&key).await.map_err(|refused| status::session(&refused))?;
        let (assistant_name, allowed_sites) = (found.name, found.allowed_sites);
        Ok(Response::new(wire::GetWidgetResponse { assistant_name, allowed_sites }))
    }

    async fn get_thread(
        &self,
        request: Request<wire::GetThreadRequest>,
    ) -> Result<Response<wire::GetThreadResponse>, Status> {
        let caller = who::caller(&request)?;
        let mut fields = Fields::new();
        let after = fields.within("after_sequence", request.get_ref().after_sequence, 0..=i64::MAX);
        let (after,) = fields.all((after,))?;
        let thread = self.thread(who::scope(&caller)?, AssistantId::from_uuid(caller.audience), after).await;
        thread.map(Response::new).map_err(|error| status::store(&error).into())
    }
}

impl VisitorApi {
    async fn thread(
        &self,
        scope: Scope,
        assistant: AssistantId,
        after: i64,
    ) -> Result<wire::GetThreadResponse, baton_kit::data::StoreError> {
        // Read before the thread: what happens in between comes again on the stream, never not at all.
        let resume_token = feed_stream::head_token(&self.facts).await?;
        let Some(conversation) = self.reader.newest_of(scope, assistant).await? else {
            return Ok(wire::GetThreadResponse { conversation: None, messages: Vec::new(), resume_token });
        };
        let shown = self.shown(&conversation, after).await?;
        let names = self.names.names_anywhere(&convert::visitors::speakers(&conversation, &shown)).await?;
        let email_known = self.reader.email_known(&conversation).await?;
        Ok(wire::GetThreadResponse {
            conversation: Some(convert::visitors::conversation(&conversation, email_known, &names)),
            messages: shown.iter().map(|message| convert::visitors::message(message, &names)).collect(),
            resume_token,
        })
    }

    /// Who begins is shown what was said last; who goes on gets what comes next, and asks again for the rest.
    async fn shown(
        &self,
        conversation: &Conversation,
        after: i64,
    ) -> Result<Vec<Message>, baton_kit::data::StoreError> {
        if after == 0 {
            return self.reader.newest_messages(conversation, THREAD_MESSAGES).await.map(weight::newest);
        }
        let next = self.reader.messages(conversation, after, THREAD_MESSAGES).await?;
        Ok(weight::page(next, THREAD_MESSAGES).0)
    }

    fn signed(&self, opened: OpenedSession) -> Result<wire::OpenSessionResponse, Refusal> {
        let subject = Subject {
            kind: Kind::Visitor,
            id: opened.contact.uuid(),
            workspace: Some(opened.assistant.workspace),
            scopes: Vec::new(),
            bound: opened.assistant.id.uuid(),
        };
        let signed = match opened.only {
            Some(only) => self.signer.sign_for_one(&subject, only.uuid(), TOKEN_LIFE),
            None => self.signer.sign(&subject, TOKEN_LIFE),
        };
        let (token, end) = signed.map_err(|error| Refusal::internal(&error))?;
        Ok(wire::OpenSessionResponse {
            token,
            expire_time: Some(convert::time(end)),
            renewal_secret: opened.renewal_secret,
            contact_id: opened.contact.to_string(),
            assistant_name: opened.assistant.name,
            handoff_enabled: opened.assistant.handoff_enabled,
            conversation_id: opened.only.as_ref().map(ConversationId::to_string).unwrap_or_default(),
        })
    }
}

fn proof(wire: wire::OpenSessionRequest) -> Result<wire::open_session_request::Proof, Refusal> {
    use wire::open_session_request::Proof;
    let mut fields = Fields::new();
    let proof = fields.present("proof", wire.proof);
    let checked = match &proof {
        Some(Proof::WidgetKey(key)) => fields.token("widget_key", key, 1..=LONGEST_KEY).map(drop),
        Some(Proof::RenewalSecret(secret)) => fields.token("renewal_secret", secret, 1..=128).map(drop),
        Some(Proof::ResumeLink(token)) => fields.token("resume_link", token, 1..=LONGEST_LINK).map(drop),
        None => None,
    };
    let (proof, ()) = fields.all((proof, checked))?;
    Ok(proof)
}
