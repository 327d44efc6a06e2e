//! Services that answer as little as the edge needs, and remember what they heard.

use std::{
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use baton_kit::{
    door::{
        access::Rule,
        principal::{Caller, Kind, Scope},
        refusal::Refusal,
        tokens::{Signer, Subject},
    },
    life::ids::WorkspaceId,
};
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::{self as conversation, feed_service_server::FeedService},
    internal::{
        conversation::v1::{
            self as inner, feed_tail_service_server::FeedTailService, visitor_service_server::VisitorService,
        },
        team::v1::{self as inner_team, session_service_server::SessionService},
    },
    team::v1::{self as team, server_info_service_server::ServerInfoService},
};
use tokio::sync::{Mutex as AsyncMutex, mpsc};
use tokio_stream::{Stream, StreamExt as _, wrappers::ReceiverStream};
use tonic::{Request, Response, Status, async_trait};
use uuid::Uuid;

use crate::scripted::Script;

type Answer<T> = Result<Response<T>, Status>;
type Items<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

pub const FEED_RULES: &[Rule] =
    &[Rule::on("/baton.conversation.v1.FeedService/Watch").staff(Scope::ConversationsRead)];
pub const VISITOR_RULES: &[Rule] = &[
    Rule::on("/baton.internal.conversation.v1.VisitorService/OpenSession").services(&["gateway"]),
    Rule::on("/baton.internal.conversation.v1.VisitorService/GetWidget").services(&["gateway"]),
    Rule::on("/baton.internal.conversation.v1.VisitorService/GetThread").visitors(),
    Rule::on("/baton.internal.conversation.v1.FeedTailService/FeedTail").services(&["gateway"]),
];
pub const TEAM_RULES: &[Rule] = &[
    Rule::on("/baton.internal.team.v1.SessionService/SignIn").services(&["gateway"]),
    Rule::on("/baton.internal.team.v1.SessionService/SignOut").services(&["gateway"]),
    Rule::on("/baton.internal.team.v1.SessionService/Exchange").services(&["gateway"]),
    Rule::on("/baton.team.v1.ServerInfoService/GetServerInfo").open(),
];

fn nothing<T>() -> Answer<T> {
    Err(Refusal::not_found("thing").into())
}

/// One upstream stream, as the fake feed sees it.
pub struct Upstream {
    pub token: String,
    pub items: mpsc::Sender<Result<inner::FeedTailResponse, Status>>,
}

/// The feed: each call is handed to the test.
#[derive(Clone)]
pub struct Feed {
    calls: mpsc::UnboundedSender<Upstream>,
    seen: Arc<AsyncMutex<mpsc::UnboundedReceiver<Upstream>>>,
}

impl Feed {
    pub fn new() -> Self {
        let (calls, seen) = mpsc::unbounded_channel();
        Self { calls, seen: Arc::new(AsyncMutex::new(seen)) }
    }

    pub async fn call(&self) -> Upstream {
        self.seen.lock().await.recv().await.unwrap()
    }

    pub fn ready(&self) -> Option<Upstream> {
        self.seen.try_lock().ok()?.try_recv().ok()
    }
}

#[async_trait]
impl FeedTailService for Feed {
    type FeedTailStream = Items<inner::FeedTailResponse>;

    async fn feed_tail(&self, request: Request<inner::FeedTailRequest>) -> Answer<Self::FeedTailStream> {
        let (items, stream) = mpsc::channel(1024);
        self.calls.send(Upstream { token: request.into_inner().resume_token, items }).unwrap();
        Ok(Response::new(Box::pin(ReceiverStream::new(stream))))
    }
}

pub fn conversation(id: &str) -> conversation::Conversation {
    conversation::Conversation {
        id: id.to_owned(),
        control: conversation::Control::Waiting.into(),
        status: conversation::ConversationStatus::Open.into(),
        assignee_id: "mem_secret".to_owned(),
        priority: conversation::Priority::Urgent.into(),
        ..Default::default()
    }
}

/// What the edge's first routes are answered with.
pub fn script() -> Script {
    let script = Script::default();
    script.on(&conversations("StartConversation"), |_, asked: conversation::StartConversationRequest| {
        let (id, text) = ("msg_1".to_owned(), asked.text);
        let message = conversation::Message { id, text, sequence: 1, ..Default::default() };
        let conversation = Some(conversation("conv_1"));
        Ok(conversation::StartConversationResponse { conversation, message: Some(message), created: true })
    });
    script.on(&conversations("PostMessage"), |caller, asked| post_message(&caller.unwrap(), asked));
    script.on(&conversations("GetConversation"), |_, asked: conversation::GetConversationRequest| {
        let conversation = Some(conversation(&asked.conversation_id));
        Ok(conversation::GetConversationResponse { conversation })
    });
    script.on(&conversations("ListConversations"), |_, asked: conversation::ListConversationsRequest| {
        let id = format!("conv_{}_{}_{}", asked.view, asked.status, asked.page_size);
        let (conversations, resume_token) = (vec![conversation(&id)], "t0".to_owned());
        Ok(conversation::ListConversationsResponse { conversations, resume_token, ..Default::default() })
    });
    script.on("/baton.team.v1.CredentialService/WhoAmI", |caller, (): ()| {
        let caller = caller.unwrap();
        let workspace_id = caller.workspace()?.to_string();
        let scopes = caller.scopes.iter().map(ToString::to_string).collect();
        Ok(team::WhoAmIResponse { id: "mem_7".into(), workspace_id, scopes, ..Default::default() })
    });
    script.on("/baton.team.v1.MemberService/GetMember", |_, (): ()| {
        Err::<team::GetMemberResponse, _>(Refusal::new(ErrorReason::PermissionDenied, "no"))
    });
    script
}

fn conversations(method: &str) -> String {
    format!("/baton.conversation.v1.ConversationService/{method}")
}

fn post_message(
    caller: &Caller,
    asked: conversation::PostMessageRequest,
) -> Result<conversation::PostMessageResponse, Refusal> {
    if caller.kind == Kind::Visitor && asked.conversation_id != "conv_1" {
        return Err(Refusal::not_found("thing"));
    }
    if asked.expected_member_sequence == Some(0) {
        let stale = Refusal::new(ErrorReason::StaleVersion, "the thread has moved");
        return Err(stale.with("assignment_version", 9));
    }
    let (id, conversation_id, text) = ("msg_2".to_owned(), asked.conversation_id, asked.text);
    let message = conversation::Message { id, conversation_id, text, ..Default::default() };
    Ok(conversation::PostMessageResponse { message: Some(message) })
}

/// A feed that partners watch.
#[derive(Clone)]
pub struct Watched;

#[async_trait]
impl FeedService for Watched {
    type WatchStream = Items<conversation::WatchResponse>;

    async fn watch(&self, request: Request<conversation::WatchRequest>) -> Answer<Self::WatchStream> {
        let numbers = tokio_stream::iter(0..100);
        let items =
            numbers.map(|n| Ok(conversation::WatchResponse { resume_token: format!("t{n}"), item: None }));
        // A reader that says where to begin is kept waiting for more.
        if request.get_ref().start.is_some() {
            return Ok(Response::new(Box::pin(items.chain(tokio_stream::pending()))));
        }
        Ok(Response::new(Box::pin(items)))
    }

    async fn list_events(
        &self,
        _: Request<conversation::ListEventsRequest>,
    ) -> Answer<conversation::ListEventsResponse> {
        nothing()
    }
}

/// Visitors' sessions and threads.
#[derive(Clone, Default)]
pub struct Visitors {
    /// The assistant whose key is `wk_late` was made.
    pub late: Arc<AtomicBool>,
    /// Nobody is told of widgets at the moment.
    pub away: Arc<AtomicBool>,
    /// How often widgets were asked for.
    pub asked: Arc<AtomicUsize>,
}

#[async_trait]
impl VisitorService for Visitors {
    async fn open_session(
        &self,
        request: Request<inner::OpenSessionRequest>,
    ) -> Answer<inner::OpenSessionResponse> {
        use inner::open_session_request::Proof;
        let (renewal_secret, conversation_id) = match request.into_inner().proof {
            Some(Proof::WidgetKey(key)) if key == "wk_demo" => ("renew", ""),
            Some(Proof::ResumeLink(link)) if link == "from-a-mail" => ("", "conv_1"),
            _ => return nothing(),
        };
        let answer = inner::OpenSessionResponse {
            token: "token".into(),
            expire_time: Some(prost_types::Timestamp { seconds: 1_705_320_000, nanos: 0 }),
            renewal_secret: renewal_secret.into(),
            contact_id: "cont_1".into(),
            assistant_name: "Ada".into(),
            handoff_enabled: true,
            conversation_id: conversation_id.into(),
        };
        Ok(Response::new(answer))
    }

    async fn get_widget(
        &self,
        request: Request<inner::GetWidgetRequest>,
    ) -> Answer<inner::GetWidgetResponse> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.away.load(Ordering::SeqCst) {
            return Err(Refusal::new(ErrorReason::Unavailable, "not now").into());
        }
        let key = request.into_inner().widget_key;
        if key != "wk_demo" && !(key == "wk_late" && self.late.load(Ordering::SeqCst)) {
            return nothing();
        }
        let allowed_sites = vec!["https://shop.example.org".to_owned()];
        Ok(Response::new(inner::GetWidgetResponse { assistant_name: "Ada".into(), allowed_sites }))
    }

    async fn get_thread(
        &self,
        request: Request<inner::GetThreadRequest>,
    ) -> Answer<inner::GetThreadResponse> {
        let message = inner::VisitorMessage {
            sequence: request.into_inner().after_sequence + 1,
            author_name: "Ada".into(),
            ..Default::default()
        };
        let answer = inner::GetThreadResponse {
            messages: vec![message],
            resume_token: "t0".into(),
            conversation: Some(inner::VisitorConversation {
                assignee_name: "Mia".into(),
                ..Default::default()
            }),
        };
        Ok(Response::new(answer))
    }
}

/// Sign-in, exchange, and who one is.
#[derive(Clone)]
pub struct Team {
    pub signer: Signer,
    pub exchanges: Arc<AtomicUsize>,
    /// The session `good` and the key `batonkey_good` are no longer.
    pub revoked: Arc<AtomicBool>,
    /// Exchanges nothing at the moment.
    pub away: Arc<AtomicBool>,
    /// What everybody may do.
    pub scopes: Arc<Mutex<Vec<Scope>>>,
}

pub fn member_text(member: u128) -> String {
    format!("mem_{}", baton_kit::life::ids::base32::encode(member))
}

pub fn workspace() -> WorkspaceId {
    WorkspaceId::from_uuid(Uuid::from_u128(1))
}

impl Team {
    pub fn new(signer: Signer) -> Self {
        let scopes = Arc::new(Mutex::new(vec![Scope::ConversationsRead, Scope::ConversationsWrite]));
        let (exchanges, revoked, away) = (Arc::default(), Arc::default(), Arc::default());
        Self { signer, exchanges, revoked, away, scopes }
    }

    fn exchange_of(&self, kind: Kind, id: u128, credential: &str) -> Answer<inner_team::ExchangeResponse> {
        let subject = Subject {
            kind,
            id: Uuid::from_u128(id),
            workspace: Some(workspace()).filter(|_| kind != Kind::Operator),
            scopes: self.scopes.lock().unwrap().clone(),
            bound: Uuid::nil(),
        };
        let (token, end) = self.signer.sign(&subject, Duration::from_secs(60)).unwrap();
        let expire_time = Some(prost_types::Timestamp { seconds: end.as_second(), nanos: 0 });
        let principal_id = match kind {
            Kind::Member => member_text(id),
            Kind::ApiKey => credential.to_owned(),
            _ => String::new(),
        };
        let credential_id = credential.to_owned();
        Ok(Response::new(inner_team::ExchangeResponse { token, expire_time, credential_id, principal_id }))
    }
}

#[async_trait]
impl SessionService for Team {
    async fn sign_in(
        &self,
        request: Request<inner_team::SignInRequest>,
    ) -> Answer<inner_team::SignInResponse> {
        let body = request.into_inner();
        if body.password != "right password" {
            return Err(Refusal::new(ErrorReason::SignInRefused, "no").into());
        }
        let answer = inner_team::SignInResponse {
            session_secret: "good".into(),
            expire_time: Some(prost_types::Timestamp { seconds: 1_705_320_000 + 3600, nanos: 0 }),
            member_id: "mem_7".into(),
            display_name: "Mia".into(),
        };
        Ok(Response::new(answer))
    }

    async fn sign_out(&self, _: Request<inner_team::SignOutRequest>) -> Answer<inner_team::SignOutResponse> {
        self.revoked.store(true, Ordering::SeqCst);
        Ok(Response::new(inner_team::SignOutResponse {}))
    }

    async fn exchange(
        &self,
        request: Request<inner_team::ExchangeRequest>,
    ) -> Answer<inner_team::ExchangeResponse> {
        use inner_team::exchange_request::Credential;
        self.exchanges.fetch_add(1, Ordering::SeqCst);
        if self.away.load(Ordering::SeqCst) {
            return Err(Refusal::new(ErrorReason::Unavailable, "not now").into());
        }
        let stands = !self.revoked.load(Ordering::SeqCst);
        match request.into_inner().credential {
            Some(Credential::SessionSecret(secret)) if secret == "good" && stands => {
                self.exchange_of(Kind::Member, 7, "sess_good")
            }
            Some(Credential::SessionSecret(secret)) if secret == "other" => {
                self.exchange_of(Kind::Member, 8, "sess_other")
            }
            Some(Credential::ApiKey(key)) if key == "batonkey_good" && stands => {
                self.exchange_of(Kind::ApiKey, 7, "key_good")
            }
            Some(Credential::OperatorToken(token)) if token == "operator" => {
                self.exchange_of(Kind::Operator, 0, "")
            }
            _ => Err(Refusal::new(ErrorReason::Unauthenticated, "no").into()),
        }
    }
}

#[async_trait]
impl ServerInfoService for Team {
    async fn get_server_info(
        &self,
        _: Request<team::GetServerInfoRequest>,
    ) -> Answer<team::GetServerInfoResponse> {
        Ok(Response::new(team::GetServerInfoResponse { version: "9".into(), ..Default::default() }))
    }
}
