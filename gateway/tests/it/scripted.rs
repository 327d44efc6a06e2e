//! Services that answer what a test says, and remember what they were asked. For calls with one question and one answer.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::Duration,
};

use axum::http;
use baton_kit::door::{access::Rule, context::given_timeout, principal::Caller, refusal::Refusal};
use bytes::{BufMut as _, Bytes, BytesMut};
use futures::future::BoxFuture;
use http_body_util::{BodyExt as _, Full};
use prost::Message;
use tonic::{Status, body::Body, server::NamedService};
use tower::Service;

type Reply = Arc<dyn Fn(Option<Caller>, &[u8]) -> Result<Vec<u8>, Status> + Send + Sync>;

/// What a service was asked.
struct Asked {
    path: String,
    headers: http::HeaderMap,
    message: Bytes,
}

/// What services answer, and what they were asked. Without an answer they do not find the thing.
#[derive(Clone, Default)]
pub struct Script {
    replies: Arc<Mutex<HashMap<String, Reply>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Script {
    /// Answers a method by what it is asked.
    pub fn on<Q: Message + Default, A: Message>(
        &self,
        path: &str,
        reply: impl Fn(Option<Caller>, Q) -> Result<A, Refusal> + Send + Sync + 'static,
    ) {
        let reply = move |caller, bytes: &[u8]| {
            let answer = reply(caller, Q::decode(bytes).unwrap()).map_err(Status::from)?;
            Ok(answer.encode_to_vec())
        };
        self.replies.lock().unwrap().insert(path.to_owned(), Arc::new(reply));
    }

    /// Answers a method always the same.
    pub fn answer(&self, path: &str, answer: impl Message + Clone + 'static) {
        self.on::<(), _>(path, move |_, ()| Ok(answer.clone()));
    }

    /// How often a method was asked.
    pub fn times(&self, path: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|asked| asked.path == path).count()
    }

    /// What a method was asked last.
    pub fn last<Q: Message + Default>(&self, path: &str) -> Q {
        let asked = self.asked.lock().unwrap();
        let last = asked.iter().rev().find(|asked| asked.path == path);
        Q::decode(last.unwrap_or_else(|| panic!("{path} was not asked")).message.clone()).unwrap()
    }

    /// How long the one who asked a method last is willing to wait.
    pub fn patience(&self, path: &str) -> Option<Duration> {
        let asked = self.asked.lock().unwrap();
        given_timeout(&asked.iter().rev().find(|asked| asked.path == path)?.headers)
    }

    /// What a header held when a method was asked last.
    pub fn headers(&self, path: &str, name: &str) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let last = asked.iter().rev().find(|asked| asked.path == path);
        let values = last.unwrap_or_else(|| panic!("{path} was not asked")).headers.get_all(name).iter();
        values.map(|value| value.to_str().unwrap().to_owned()).collect()
    }

    /// The names of all headers that came.
    pub fn header_names(&self) -> Vec<String> {
        self.asked
            .lock()
            .unwrap()
            .iter()
            .flat_map(|asked| asked.headers.keys().map(ToString::to_string).collect::<Vec<_>>())
            .collect()
    }

    async fn serve(self, request: http::Request<Body>) -> http::Response<Body> {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path().to_owned();
        let frame = body.collect().await.unwrap().to_bytes();
        // One message: a flag, its length, itself.
        let message = frame.slice(5..);
        let headers = parts.headers;
        self.asked.lock().unwrap().push(Asked { path: path.clone(), headers, message: message.clone() });
        let reply = self.replies.lock().unwrap().get(&path).cloned();
        let caller = parts.extensions.get::<Caller>().cloned();
        let answer =
            reply.map_or_else(|| Err(Refusal::not_found("thing").into()), |reply| reply(caller, &message));
        match answer {
            Ok(answer) => framed(&answer),
            Err(status) => status.into_http(),
        }
    }
}

fn framed(answer: &[u8]) -> http::Response<Body> {
    let mut frame = BytesMut::new();
    frame.put_u8(0);
    frame.put_u32(u32::try_from(answer.len()).unwrap());
    frame.put_slice(answer);
    let end = http::HeaderMap::from_iter([(
        http::HeaderName::from_static("grpc-status"),
        http::HeaderValue::from_static("0"),
    )]);
    let body = Full::new(frame.freeze()).with_trailers(async { Some(Ok(end)) });
    let mut response = http::Response::new(Body::new(body));
    response.headers_mut().insert("content-type", http::HeaderValue::from_static("application/grpc"));
    response
}

macro_rules! services {
    ($($name:ident is $full:literal { $($method:literal)+ })+) => { $(
        #[derive(Clone)]
        pub struct $name(pub Script);

        impl $name {
            /// Who may call what is the services' own matter.
            pub const RULES: &[Rule] = &[$(Rule::on(concat!("/", $full, "/", $method)).authenticated(),)+];
        }

        impl NamedService for $name {
            const NAME: &'static str = $full;
        }

        impl Service<http::Request<Body>> for $name {
            type Response = http::Response<Body>;
            type Error = Infallible;
            type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

            fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
                Poll::Ready(Ok(()))
            }

            fn call(&mut self, request: http::Request<Body>) -> Self::Future {
                let script = self.0.clone();
                Box::pin(async move { Ok(script.serve(request).await) })
            }
        }
    )+ };
}

services! {
    Conversations is "baton.conversation.v1.ConversationService" {
        "StartConversation" "PostMessage" "GetConversation" "ListConversations" "ListMessages" "ResolveConversation"
        "ReopenConversation" "AssignConversation" "UnassignConversation" "SetTeam" "SetPriority" "SnoozeConversation"
        "WakeConversation" "MarkRead" "ListReadMarks" "ReportActivity"
    }
    Handoffs is "baton.conversation.v1.HandoffService" {
        "RequestHandoff" "TakeOver" "HandBack" "HandToTeam" "WithdrawHandoff"
    }
    Notes is "baton.conversation.v1.NoteService" { "CreateNote" "ListNotes" }
    Contacts is "baton.conversation.v1.ContactService" { "GetContact" "ListContacts" "UpdateContact" "LeaveEmail" }
    Hours is "baton.routing.v1.OfficeHoursService" { "GetOfficeHours" "SetOfficeHours" "CheckOfficeHours" }
    Routing is "baton.routing.v1.RoutingService" { "ExplainRouting" }
    Availability is "baton.routing.v1.AvailabilityService" { "SetAvailability" "ListAvailability" }
    Assistants is "baton.ai.v1.AssistantService" {
        "CreateAssistant" "GetAssistant" "ListAssistants" "UpdateAssistant"
    }
    Knowledge is "baton.ai.v1.KnowledgeService" {
        "CreateDocument" "ListDocuments" "DeleteDocument" "SearchKnowledge"
    }
    Insights is "baton.ai.v1.InsightService" { "RegenerateBrief" }
    Members is "baton.team.v1.MemberService" {
        "CreateMember" "GetMember" "ListMembers" "SetMemberRoles" "RemoveMember"
    }
    Teams is "baton.team.v1.TeamService" {
        "CreateTeam" "GetTeam" "ListTeams" "UpdateTeam" "SetTeamMembers" "ArchiveTeam"
    }
    Canned is "baton.team.v1.CannedResponseService" {
        "CreateCannedResponse" "GetCannedResponse" "ListCannedResponses" "UpdateCannedResponse" "DeleteCannedResponse"
        "RenderCannedResponse"
    }
    Notifications is "baton.notification.v1.NotificationService" { "ListNotices" "MarkNoticesRead" "ListLedger" }
    Preferences is "baton.notification.v1.PreferenceService" { "GetPreferences" "SetPreferences" }
    DeadLetters is "baton.operations.v1.DeadLetterService" { "ListDeadLetters" "Redrive" }
    EdgeAsks is "baton.internal.notification.v1.EdgeService" {
        "DescribeUnsubscribe" "Unsubscribe" "NoticeTail" "ListFiledMails" "GetFiledMail"
    }
    Keys is "baton.team.v1.CredentialService" { "WhoAmI" "CreateApiKey" "ListApiKeys" "RevokeApiKey" }
}
