//! A partner's program: an API key, and nothing but the contract.

use std::time::Duration;

use baton_kit::door::refusal;
use baton_proto::{
    ai::v1::{ListAssistantsRequest, assistant_service_client::AssistantServiceClient},
    common::v1::ErrorReason,
    conversation::v1::{
        self as wire, conversation_service_client::ConversationServiceClient,
        feed_service_client::FeedServiceClient, handoff_service_client::HandoffServiceClient,
    },
    team::v1::{WhoAmIRequest, credential_service_client::CredentialServiceClient},
};
use reqwest::Method;
use serde_json::json;
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::{Interceptor, interceptor::InterceptedService},
    transport::{Channel, Endpoint},
};

use super::{
    http::{Inbox, text},
    story::Cast,
    timeline::Timeline,
};

const PATIENCE: Duration = Duration::from_secs(10);

/// Sends the key with every call.
#[derive(Clone)]
struct Key(MetadataValue<Ascii>);

impl Interceptor for Key {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}

type Line = InterceptedService<Channel, Key>;

/// Plays the partner's part.
pub(super) async fn play(cast: &Cast, inbox: &Inbox, timeline: &mut Timeline) -> Result<(), String> {
    let line = connect(cast, inbox).await?;
    let me = CredentialServiceClient::new(line.clone())
        .who_am_i(WhoAmIRequest {})
        .await
        .map_err(words)?
        .into_inner();
    timeline.entry("partner", &format!("calls the gRPC door; it is {} with {:?}", me.id, me.scopes));
    let from_now =
        wire::FeedStart { start: Some(wire::feed_start::Start::Point(wire::FeedPoint::Now as i32)) };
    let mut feed = FeedServiceClient::new(line.clone())
        .watch(wire::WatchRequest { start: Some(from_now), filter: None })
        .await
        .map_err(words)?
        .into_inner();
    let conversation = start(cast, line.clone()).await?;
    timeline.entry("partner", "starts a conversation for a contact of its own");
    let seen =
        watched(cast, &mut feed, &conversation, |event| event.kind == wire::EventKind::MessagePosted as i32)
            .await?;
    timeline.entry("partner", &format!("watches the feed: event {} at revision {}", seen.id, seen.revision));
    let request = wire::RequestHandoffRequest { conversation_id: conversation.clone(), ..Default::default() };
    HandoffServiceClient::new(line.clone()).request_handoff(request).await.map_err(words)?;
    let waiting = |event: &wire::Event| matches!(&event.subject, Some(wire::event::Subject::State(state)) if state.control == wire::Control::Waiting as i32);
    watched(cast, &mut feed, &conversation, waiting).await?;
    timeline.entry("partner", "requests a handoff and sees it waiting on the feed");
    refused(line).await?;
    timeline.entry("partner", "is answered NOT_FOUND for what is not its own");
    Ok(())
}

async fn connect(cast: &Cast, inbox: &Inbox) -> Result<Line, String> {
    let body = json!({ "display_name": "demo partner", "scopes": ["conversations:read", "conversations:write", "assistants:read"] });
    let made = inbox.send(Method::POST, "api-keys", body).await?;
    let secret = text(&made, "secret")?;
    let key = format!("Bearer {secret}").parse().map_err(|_| "the key is no header".to_owned())?;
    let endpoint =
        Endpoint::from_shared(format!("http://{}", cast.address)).map_err(|error| error.to_string())?;
    #[expect(
        clippy::disallowed_methods,
        reason = "a partner has nothing but the contract: none of kit's channels"
    )]
    let channel = endpoint.connect().await.map_err(|error| error.to_string())?;
    Ok(InterceptedService::new(channel, Key(key)))
}

async fn start(cast: &Cast, line: Line) -> Result<String, String> {
    let mut assistants = AssistantServiceClient::new(line.clone());
    let known =
        assistants.list_assistants(ListAssistantsRequest::default()).await.map_err(words)?.into_inner();
    let assistant_id = known.assistants.first().map(|first| first.id.clone()).unwrap_or_default();
    let reference = wire::contact_reference::Reference::ExternalId("customer-4711".to_owned());
    let request = wire::StartConversationRequest {
        assistant_id,
        contact: Some(wire::ContactReference { reference: Some(reference) }),
        text: "Where is my parcel?".to_owned(),
        client_message_id: cast.ids.next().simple().to_string(),
        ..Default::default()
    };
    let started =
        ConversationServiceClient::new(line).start_conversation(request).await.map_err(words)?.into_inner();
    Ok(started.conversation.ok_or("no conversation in the answer")?.id)
}

async fn watched(
    cast: &Cast,
    feed: &mut tonic::Streaming<wire::WatchResponse>,
    conversation: &str,
    fits: impl Fn(&wire::Event) -> bool,
) -> Result<wire::Event, String> {
    let found = baton_kit::life::clock::timeout(&cast.clock, PATIENCE, async {
        loop {
            let item = feed.message().await.map_err(words)?.ok_or("the feed ended")?.item;
            if let Some(wire::watch_response::Item::Event(event)) = item
                && event.conversation_id == conversation
                && fits(&event)
            {
                return Ok(event);
            }
        }
    });
    found.await.unwrap_or_else(|_| Err("the event was not seen on the feed".to_owned()))
}

/// An id that is well-formed and nobody's.
async fn refused(line: Line) -> Result<(), String> {
    let request = wire::GetConversationRequest { conversation_id: format!("conv_{}", "0".repeat(26)) };
    match ConversationServiceClient::new(line).get_conversation(request).await {
        Err(status) if refusal::reason_of(&status) == Some(ErrorReason::NotFound) => Ok(()),
        Err(status) => Err(words(status)),
        Ok(_) => Err("a conversation nobody has was found".to_owned()),
    }
}

fn words(status: Status) -> String {
    format!("{:?}: {} ({:?})", status.code(), status.message(), refusal::reason_of(&status))
}
