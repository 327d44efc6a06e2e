//! A running house for tests: producers of facts, fakes of the services that are asked, a mail server, and notification itself.

use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
    time::Duration,
};

use baton_kit::{
    data::{Database, Engine, KitMigrations, NewFact, StoreError},
    door::{
        access::WORKSPACE_HEADER,
        enter::Door,
        host::Host,
        links::Links,
        peer::{Line, Peer, Place},
        principal::{Kind, Scope},
        server::DoorBuilder,
        tokens::{KeySet, Signer, Subject},
    },
    life::{
        clock::{self, SharedClock, SystemClock},
        config::Sources,
        ids::{SystemIds, WorkspaceId, base32},
        lifecycle::Lifecycle,
        telemetry::Metrics,
    },
};
use baton_kit_testing::{clock::ScaledClock, database::TestDatabase};
use baton_notification::{Migrator, Needs};
use baton_proto::{
    internal::{
        conversation::v1::correspondence_service_server::CorrespondenceServiceServer,
        notification::v1::edge_service_client::EdgeServiceClient,
    },
    notification::v1::{
        LedgerDecision, LedgerEntry, LedgerReason, ListLedgerRequest, ListNoticesRequest,
        ListNoticesResponse, NotificationKind, notification_service_client::NotificationServiceClient,
        preference_service_client::PreferenceServiceClient,
    },
    team::v1::{
        Member, MemberChanged, Team, TeamChanged, member_service_server::MemberServiceServer,
        workspace_service_server::WorkspaceServiceServer,
    },
};
use prost::Message as _;
use sea_orm::ConnectionTrait as _;
use tonic::Request;
use uuid::Uuid;

use crate::{
    conversation::{self, FakeConversation},
    post::Post,
    team::{self, FakeTeam},
};

/// Far above what anything here takes; passed only by a fault.
const PATIENCE: Duration = Duration::from_secs(60);

/// An id as the edge writes it.
pub fn id(prefix: &str, id: Uuid) -> String {
    format!("{prefix}_{}", base32::encode(id.as_u128()))
}

pub struct House {
    pub conversation: FakeConversation,
    pub team: FakeTeam,
    pub post: Post,
    pub workspace: WorkspaceId,
    pub files: tempfile::TempDir,
    host: Host,
    /// By which tests wait, whatever clock the house runs on.
    real: SharedClock,
    signers: [Signer; 2],
    door: Option<(Arc<OnceLock<Door>>, Lifecycle)>,
    producer: TestDatabase,
    staff: TestDatabase,
    own: TestDatabase,
    settings: Vec<(String, String)>,
}

impl House {
    pub async fn on_sqlite(settings: &[(&str, &str)]) -> Self {
        let databases =
            [TestDatabase::sqlite().await, TestDatabase::sqlite().await, TestDatabase::sqlite().await];
        Self::open(databases, SystemClock::new(), settings).await
    }

    /// `None` where no server is given.
    pub async fn on_postgres(settings: &[(&str, &str)]) -> Option<Self> {
        let databases = [
            TestDatabase::postgres().await?,
            TestDatabase::postgres().await?,
            TestDatabase::postgres().await?,
        ];
        Some(Self::open(databases, SystemClock::new(), settings).await)
    }

    /// On SQLite, where time runs faster.
    pub async fn in_a_hurry(factor: u32, settings: &[(&str, &str)]) -> Self {
        let databases =
            [TestDatabase::sqlite().await, TestDatabase::sqlite().await, TestDatabase::sqlite().await];
        Self::open(databases, ScaledClock::new(factor).shared(), settings).await
    }

    async fn open(
        [producer, staff, own]: [TestDatabase; 3],
        clock: SharedClock,
        settings: &[(&str, &str)],
    ) -> Self {
        let ids = SystemIds::new();
        let host = Host {
            clock: clock.clone(),
            ids: ids.clone(),
            life: Lifecycle::new(),
            metrics: Metrics::new("test").unwrap(),
            keys: KeySet::default(),
        };
        producer.migrate::<KitMigrations>().await;
        staff.migrate::<KitMigrations>().await;
        own.migrate::<Migrator>().await;
        let signer = |name: &str, may_sign: &[Kind]| {
            let (signer, key) = Signer::generate(name, may_sign, ids.as_ref(), clock.clone()).unwrap();
            host.keys.publish(key);
            signer
        };
        let signers = [signer("team", &[Kind::Member, Kind::ApiKey, Kind::Visitor]), signer("gateway", &[])];
        let post = Post::open(&host.life).await;
        let smtp = [
            ("TRANSPORT", "smtp".to_owned()),
            ("SMTP__HOST", "127.0.0.1".to_owned()),
            ("SMTP__SECURITY", "none".to_owned()),
            ("SMTP__PORT", post.port.to_string()),
            ("FROM", "no-reply@desk.example.org".to_owned()),
            ("LOOK_EVERY", "20ms".to_owned()),
        ];
        let given = settings.iter().map(|(key, value)| (*key, (*value).to_owned()));
        let mut all: std::collections::BTreeMap<&str, String> = smtp.into();
        all.extend(given);
        let name = |(key, value): (&str, String)| (format!("BATON_NOTIFICATION__{key}"), value);
        let mut house = Self {
            conversation: FakeConversation::new(producer.handle().clone(), clock, ids),
            team: FakeTeam::default(),
            post,
            workspace: WorkspaceId::from_uuid(host.ids.next()),
            files: tempfile::TempDir::new().unwrap(),
            host,
            real: SystemClock::new(),
            signers,
            door: None,
            producer,
            staff,
            own,
            settings: all.into_iter().map(name).collect(),
        };
        house.start().await;
        house
    }

    /// Notification begins, or begins again.
    pub async fn start(&mut self) {
        let life = self.host.life.child();
        let host = Host { life: life.clone(), ..self.host.clone() };
        let (signer, key) =
            Signer::generate("notification", &[], host.ids.as_ref(), host.clock.clone()).unwrap();
        host.keys.publish(key);
        let needs = Needs {
            conversation: self.serve_conversation(&host).await,
            team: self.serve_team(&host).await,
            conversation_facts: self.producer.facts(),
            team_facts: self.staff.facts(),
            public_url: "https://desk.example.org/".to_owned(),
            files: self.files.path().join("mails"),
            links: Links::new([7; 32], None),
        };
        let config = Sources::from_parts(Default::default(), self.settings.clone()).load().unwrap();
        let database = self.database().await;
        let started = baton_notification::start(config, &host, database, signer, needs).await.unwrap();
        let door = Arc::new(OnceLock::new());
        let _ = door.set(started.door);
        self.door = Some((door, life));
    }

    /// It dies where it stands.
    pub fn kill(&mut self) {
        let (_, life) = self.door.take().unwrap();
        life.soft().cancel();
        life.hard().cancel();
    }

    /// Each life opens the server's database itself, as processes do; a SQLite file has one process.
    async fn database(&self) -> Database {
        match self.own.engine() {
            Engine::Sqlite => self.own.handle().clone(),
            Engine::Postgres => self.own.another::<Migrator>().await.0,
        }
    }

    async fn serve_conversation(&self, host: &Host) -> Place {
        let (place, slot) = Place::here();
        let server = CorrespondenceServiceServer::new(self.conversation.clone());
        let builder = DoorBuilder::new().await.add(server, conversation::RULES);
        let _ = slot.set(builder.build(host.verifier(), host.frame(), &host.life).await);
        place
    }

    async fn serve_team(&self, host: &Host) -> Place {
        let (place, slot) = Place::here();
        let members = MemberServiceServer::new(self.team.clone());
        let workspaces = WorkspaceServiceServer::new(self.team.clone());
        let builder = DoorBuilder::new().await.add(members, team::RULES).add(workspaces, &[]);
        let _ = slot.set(builder.build(host.verifier(), host.frame(), &host.life).await);
        place
    }

    pub fn new_id(&self) -> Uuid {
        self.host.ids.next()
    }

    pub fn metrics(&self) -> String {
        self.host.metrics.render()
    }

    /// A member that may reply is added, and heard of.
    pub async fn hire(&self, name: &str) -> Uuid {
        let member = self.new_id();
        self.member_changes(member, name, 1, true).await;
        self.until_known().await;
        member
    }

    /// A member is now so; other services learn of it sooner or later.
    pub async fn member_changes(&self, member: Uuid, name: &str, revision: i64, active: bool) {
        let known = Member {
            id: id("mem", member),
            display_name: name.to_owned(),
            email: format!(
                "{}@example.org",
                name.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-")
            ),
            active,
            revision,
            ..Member::default()
        };
        self.team.knows(known.clone());
        let scopes = if active { vec![Scope::ConversationsWrite.to_string()] } else { Vec::new() };
        let member = Member { email: String::new(), ..known };
        let subject = member.id.clone();
        let changed = MemberChanged { member: Some(member), scopes };
        self.tell_of_staff(1, subject, revision, changed.encode_to_vec()).await;
    }

    /// A team of these members is made, and heard of.
    pub async fn form_team(&self, members: &[Uuid]) -> Uuid {
        let team = self.new_id();
        let member_ids = members.iter().map(|member| id("mem", *member)).collect();
        let known = Team {
            id: id("team", team),
            name: "Billing".to_owned(),
            member_ids,
            revision: 1,
            ..Team::default()
        };
        let changed = TeamChanged { team: Some(known.clone()) };
        self.tell_of_staff(2, known.id, 1, changed.encode_to_vec()).await;
        self.until_known().await;
        team
    }

    /// Waits until every fact of staff that is there now was handled.
    async fn until_known(&self) {
        let head = self.staff.facts().stored_head().await.unwrap();
        let heard = async {
            while self.consumed().await < head {
                self.real.sleep(Duration::from_millis(5)).await;
            }
        };
        self.soon("the staff is known", heard).await;
    }

    /// How far the consumer of staff has written that it is.
    async fn consumed(&self) -> i64 {
        let sql = "SELECT position FROM consumer WHERE name = 'notification.members'";
        let row = self.staff.reader().query_one_raw(self.staff.engine().statement(sql, [])).await.unwrap();
        row.map_or(0, |row| row.try_get_by_index(0).unwrap())
    }

    /// How many rows a table of notification has.
    pub async fn counted(&self, table: &str) -> i64 {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        let row = self.own.reader().query_one_raw(self.own.engine().statement(&sql, [])).await.unwrap();
        row.unwrap().try_get_by_index(0).unwrap()
    }

    async fn tell_of_staff(&self, kind: i32, subject: String, revision: i64, body: Vec<u8>) {
        let (_, text) = subject.rsplit_once('_').unwrap();
        let fact = NewFact {
            event_id: self.new_id(),
            kind,
            workspace: self.workspace,
            subject: Uuid::from_u128(base32::decode(text).unwrap()),
            item: None,
            sequence: None,
            revision,
            fence: 0,
            actor_kind: 5,
            actor: None,
            body,
            at: self.host.clock.now(),
        };
        let publish = self.staff.write(move |unit| {
            let fact = fact.clone();
            Box::pin(async move { unit.publish(fact).await })
        });
        publish.await.unwrap_or_else(|error: StoreError| unreachable!("{error}"));
    }

    /// What somebody with these scopes calls.
    pub fn line(&self, kind: Kind, subject: Uuid, scopes: &[Scope], workspace: WorkspaceId) -> Line {
        let subject = Subject {
            kind,
            id: subject,
            workspace: Some(workspace),
            scopes: scopes.to_vec(),
            bound: Uuid::nil(),
        };
        let (token, _) = self.signers[0].sign(&subject, Duration::from_secs(36_000)).unwrap();
        self.peer(&self.signers[0]).with_token(&token)
    }

    fn peer(&self, signer: &Signer) -> Peer {
        let (door, _) = self.door.as_ref().unwrap();
        self.host.peer(Place::Here(Arc::clone(door)), signer)
    }

    pub fn nobody(&self) -> Line {
        self.peer(&self.signers[0]).anonymous()
    }

    pub fn edge(&self) -> EdgeServiceClient<Line> {
        EdgeServiceClient::new(self.peer(&self.signers[1]).as_self())
    }

    /// A request of a service about this workspace.
    pub fn about<T>(workspace: WorkspaceId, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.metadata_mut().insert(WORKSPACE_HEADER, workspace.to_string().parse().unwrap());
        request
    }

    pub fn edge_for_long(&self) -> EdgeServiceClient<Line> {
        EdgeServiceClient::new(self.peer(&self.signers[1]).as_self().lasting())
    }

    pub fn member(&self, member: Uuid) -> NotificationServiceClient<Line> {
        let scopes = [Scope::ConversationsRead];
        NotificationServiceClient::new(self.line(Kind::Member, member, &scopes, self.workspace))
    }

    pub fn preferences(&self, member: Uuid) -> PreferenceServiceClient<Line> {
        PreferenceServiceClient::new(self.line(Kind::Member, member, &[], self.workspace))
    }

    pub async fn notices(&self, member: Uuid) -> ListNoticesResponse {
        let request = ListNoticesRequest::default();
        self.member(member).list_notices(request).await.unwrap().into_inner()
    }

    /// The ledger of the workspace, oldest first.
    pub async fn ledger(&self) -> Vec<LedgerEntry> {
        let (mut entries, mut page_token) = (Vec::new(), String::new());
        loop {
            let request = ListLedgerRequest { page_size: 200, page_token, ..ListLedgerRequest::default() };
            let page = self.member(Uuid::from_u128(1)).list_ledger(request).await.unwrap().into_inner();
            entries.extend(page.entries);
            page_token = page.next_page_token;
            if page_token.is_empty() {
                entries.reverse();
                return entries;
            }
        }
    }

    /// What was decided about mails, with its reason, oldest first.
    pub async fn decided(&self) -> Vec<(NotificationKind, LedgerDecision, LedgerReason)> {
        let mails = self.ledger().await.into_iter().filter(|entry| !entry.message_id.is_empty());
        mails.map(|entry| (entry.kind(), entry.decision(), entry.reason())).collect()
    }

    /// Waits until this was decided about a mail so often.
    pub async fn until_decided(&self, decision: LedgerDecision, reason: LedgerReason, times: usize) {
        let decided = async {
            let is = |(_, d, r): &&(NotificationKind, LedgerDecision, LedgerReason)| {
                *d == decision && *r == reason
            };
            while self.decided().await.iter().filter(is).count() < times {
                self.real.sleep(Duration::from_millis(5)).await;
            }
        };
        self.soon(&format!("{decision:?} {reason:?} {times} times"), decided).await;
    }

    /// Waits for something that is to come, and fails if it does not.
    pub async fn soon<F: Future>(&self, what: &str, work: F) -> F::Output {
        let waited = clock::timeout(&self.real, PATIENCE, work).await;
        if waited.is_err() {
            let decided = clock::timeout(&self.real, PATIENCE, self.decided()).await;
            panic!("{what} did not happen within {PATIENCE:?}; decided: {decided:?}");
        }
        waited.unwrap()
    }

    /// Waits until every fact of conversations that is there now was handled.
    pub async fn until_heard(&self) {
        let head = self.producer.facts().stored_head().await.unwrap();
        let heard = async {
            loop {
                let sql = "SELECT position FROM consumer WHERE name = 'notification.conversations'";
                let statement = self.producer.engine().statement(sql, []);
                let row = self.producer.reader().query_one_raw(statement).await.unwrap();
                if row.is_some_and(|row| row.try_get_by_index::<i64>(0).unwrap() >= head) {
                    return;
                }
                self.real.sleep(Duration::from_millis(5)).await;
            }
        };
        self.soon("the facts are heard", heard).await;
    }

    /// Where the mails of the workspace are.
    pub fn filed(&self) -> PathBuf {
        self.files.path().join("mails").join(self.workspace.to_string())
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.host.life.soft().cancel();
        self.host.life.hard().cancel();
    }
}
