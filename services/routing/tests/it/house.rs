//! A running house for tests: producers of facts, the fake conversation, and one or more instances of routing over one database.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use baton_kit::{
    data::{Database, Engine, KitMigrations, NewFact, StoreError},
    door::{
        enter::Door,
        host::Host,
        peer::{Line, Peer, Place},
        principal::{Kind, Scope},
        server::DoorBuilder,
        tokens::{KeySet, Signer, Subject},
    },
    life::{
        clock::{self, SystemClock},
        config::Sources,
        ids::{SystemIds, WorkspaceId, base32},
        lifecycle::Lifecycle,
        telemetry::Metrics,
    },
};
use baton_kit_testing::database::TestDatabase;
use baton_proto::{
    internal::conversation::v1::assignment_service_server::AssignmentServiceServer,
    routing::v1::{
        AvailabilityState, SetAvailabilityRequest, availability_service_client::AvailabilityServiceClient,
        office_hours_service_client::OfficeHoursServiceClient, routing_service_client::RoutingServiceClient,
    },
    team::v1::{Member, MemberChanged, Team, TeamChanged},
};
use baton_routing::{Migrator, Needs};
use prost::Message as _;
use sea_orm::ConnectionTrait as _;
use uuid::Uuid;

use crate::conversation::{FakeConversation, RULES};

/// Far above what anything here takes; passed only by a fault.
const PATIENCE: Duration = Duration::from_secs(60);

/// An id as the edge writes it.
pub fn id(prefix: &str, id: Uuid) -> String {
    format!("{prefix}_{}", base32::encode(id.as_u128()))
}

/// One instance of routing.
struct Instance {
    door: Arc<OnceLock<Door>>,
    life: Lifecycle,
}

pub struct House {
    pub conversation: FakeConversation,
    pub workspace: WorkspaceId,
    host: Host,
    team: Signer,
    instances: Vec<Instance>,
    producer: TestDatabase,
    staff: TestDatabase,
    routing: TestDatabase,
    settings: Vec<(String, String)>,
}

impl House {
    /// On SQLite, one instance.
    pub async fn on_sqlite() -> Self {
        Self::on_sqlite_accepting("60s").await
    }

    /// The same with so much time to accept.
    pub async fn on_sqlite_accepting(accept_within: &str) -> Self {
        Self::on_sqlite_with(&[("ACCEPT_WITHIN", accept_within)]).await
    }

    /// The same with these settings.
    pub async fn on_sqlite_with(settings: &[(&str, &str)]) -> Self {
        let databases =
            [TestDatabase::sqlite().await, TestDatabase::sqlite().await, TestDatabase::sqlite().await];
        Self::open(databases, 1, settings).await
    }

    /// On PostgreSQL, three instances over one database; `None` where no server is given.
    pub async fn on_postgres() -> Option<Self> {
        Self::on_postgres_accepting("60s").await
    }

    /// The same with so much time to accept.
    pub async fn on_postgres_accepting(accept_within: &str) -> Option<Self> {
        Self::on_postgres_with(&[("ACCEPT_WITHIN", accept_within)]).await
    }

    /// The same with these settings.
    pub async fn on_postgres_with(settings: &[(&str, &str)]) -> Option<Self> {
        let databases = [
            TestDatabase::postgres().await?,
            TestDatabase::postgres().await?,
            TestDatabase::postgres().await?,
        ];
        Some(Self::open(databases, 3, settings).await)
    }

    async fn open(
        [producer, staff, routing]: [TestDatabase; 3],
        instances: usize,
        settings: &[(&str, &str)],
    ) -> Self {
        let settings =
            settings.iter().map(|(key, value)| (format!("BATON_ROUTING__{key}"), (*value).to_owned()));
        let (clock, ids) = (SystemClock::new(), SystemIds::new());
        let host = Host {
            clock: clock.clone(),
            ids: ids.clone(),
            life: Lifecycle::new(),
            metrics: Metrics::new("test").unwrap(),
            keys: KeySet::default(),
        };
        producer.migrate::<KitMigrations>().await;
        staff.migrate::<KitMigrations>().await;
        routing.migrate::<Migrator>().await;
        let (team, key) = Signer::generate(
            "team",
            &[Kind::Member, Kind::ApiKey, Kind::Visitor],
            ids.as_ref(),
            clock.clone(),
        )
        .unwrap();
        host.keys.publish(key);
        let conversation = FakeConversation::new(producer.handle().clone(), clock, ids);
        let workspace = WorkspaceId::from_uuid(host.ids.next());
        let mut house = Self {
            conversation,
            workspace,
            host,
            team,
            instances: Vec::new(),
            producer,
            staff,
            routing,
            settings: settings.collect(),
        };
        let place = house.open_conversation().await;
        for _ in 0..instances {
            house.open_routing(place.clone()).await;
        }
        house
    }

    async fn open_conversation(&self) -> Place {
        let server = AssignmentServiceServer::new(self.conversation.clone());
        let builder = DoorBuilder::new().await.add(server, RULES);
        let (place, slot) = Place::here();
        let _ = slot.set(builder.build(self.host.verifier(), self.host.frame(), &self.host.life).await);
        place
    }

    async fn open_routing(&mut self, conversation: Place) {
        let life = self.host.life.child();
        let database = self.database().await;
        let host = Host { life: life.clone(), ..self.host.clone() };
        let (signer, key) = Signer::generate("routing", &[], host.ids.as_ref(), host.clock.clone()).unwrap();
        host.keys.publish(key);
        let needs =
            Needs { conversation, conversation_facts: self.producer.facts(), team_facts: self.staff.facts() };
        let config = Sources::from_parts(Default::default(), self.settings.clone()).load().unwrap();
        let started = baton_routing::start(config, &host, database, signer, needs).await.unwrap();
        let door = Arc::new(OnceLock::new());
        let _ = door.set(started.door);
        self.instances.push(Instance { door, life });
    }

    /// Each instance opens the server's database itself, as processes do; a SQLite file has one process.
    async fn database(&self) -> Database {
        match self.routing.engine() {
            Engine::Sqlite => self.routing.handle().clone(),
            Engine::Postgres => self.routing.another::<Migrator>().await.0,
        }
    }

    /// What somebody with these scopes calls, at one of the instances.
    fn line(&self, kind: Kind, subject: Uuid, scopes: &[Scope], workspace: WorkspaceId) -> Line {
        let subject = Subject {
            kind,
            id: subject,
            workspace: Some(workspace),
            scopes: scopes.to_vec(),
            bound: Uuid::nil(),
        };
        let (token, _) = self.team.sign(&subject, Duration::from_secs(600)).unwrap();
        self.peer(subject.id).with_token(&token)
    }

    fn peer(&self, of: Uuid) -> Peer {
        let open: Vec<&Instance> =
            self.instances.iter().filter(|instance| !instance.life.soft().is_cancelled()).collect();
        let which = (of.as_u128() % open.len() as u128) as usize;
        let instance = open.get(which).unwrap();
        self.host.peer(Place::Here(instance.door.clone()), &self.team)
    }

    pub fn member(&self, member: Uuid) -> AvailabilityServiceClient<Line> {
        AvailabilityServiceClient::new(self.line(Kind::Member, member, &[Scope::RoutingRead], self.workspace))
    }

    pub fn reader(&self) -> RoutingServiceClient<Line> {
        self.reader_in(self.workspace)
    }

    pub fn reader_in(&self, workspace: WorkspaceId) -> RoutingServiceClient<Line> {
        RoutingServiceClient::new(self.line(
            Kind::ApiKey,
            Uuid::from_u128(1),
            &[Scope::RoutingRead],
            workspace,
        ))
    }

    /// What somebody of this kind with these scopes sees of office hours.
    pub fn hours_of(&self, kind: Kind, scopes: &[Scope]) -> OfficeHoursServiceClient<Line> {
        OfficeHoursServiceClient::new(self.line(kind, Uuid::from_u128(1), scopes, self.workspace))
    }

    /// Office hours for somebody who may change them.
    pub fn hours(&self) -> OfficeHoursServiceClient<Line> {
        self.hours_of(Kind::Member, &[Scope::RoutingRead, Scope::RoutingWrite])
    }

    /// The stored time zone becomes one that nobody knows.
    pub async fn forget_the_zone(&self) {
        let forget = self.routing.handle().write(|unit| {
            Box::pin(async move {
                let forget = "UPDATE office_hours SET zone = 'Mars/Olympus'";
                unit.tx().execute_unprepared(forget).await?;
                Ok::<_, StoreError>(())
            })
        });
        forget.await.unwrap();
    }

    pub fn metrics(&self) -> String {
        self.host.metrics.render()
    }

    /// A team of these members is made.
    pub async fn form_team(&self, members: &[Uuid]) -> Uuid {
        let team = self.new_id();
        let member_ids = members.iter().map(|member| id("mem", *member)).collect();
        let changed = TeamChanged {
            team: Some(Team { id: id("team", team), member_ids, revision: 1, ..Team::default() }),
        };
        self.tell_of_staff(2, team, changed.encode_to_vec()).await;
        team
    }

    pub fn without_scope(&self) -> RoutingServiceClient<Line> {
        RoutingServiceClient::new(self.line(Kind::Member, Uuid::from_u128(1), &[], self.workspace))
    }

    pub fn nobody(&self) -> RoutingServiceClient<Line> {
        RoutingServiceClient::new(self.peer(Uuid::nil()).anonymous())
    }

    pub fn new_id(&self) -> Uuid {
        self.host.ids.next()
    }

    /// A member that may reply is added.
    pub async fn hire(&self) -> Uuid {
        let member = self.new_id();
        let changed = MemberChanged {
            member: Some(Member { id: id("mem", member), active: true, revision: 1, ..Member::default() }),
            scopes: vec![Scope::ConversationsWrite.to_string()],
        };
        self.tell_of_staff(1, member, changed.encode_to_vec()).await;
        member
    }

    async fn tell_of_staff(&self, kind: i32, subject: Uuid, body: Vec<u8>) {
        let fact = NewFact {
            event_id: self.new_id(),
            kind,
            workspace: self.workspace,
            subject,
            item: None,
            sequence: None,
            revision: 1,
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

    pub async fn comes_online(&self, member: Uuid, limit: i32) {
        let request = SetAvailabilityRequest { state: AvailabilityState::Online.into(), limit };
        self.member(member).set_availability(request).await.unwrap();
    }

    /// Waits for something that is to come, and fails if it does not.
    pub async fn soon<F: Future>(&self, what: &str, work: F) -> F::Output {
        let waited = clock::timeout(&self.host.clock, PATIENCE, work).await;
        assert!(waited.is_ok(), "{what} did not happen within {PATIENCE:?}");
        waited.unwrap()
    }

    /// An instance dies where it stands.
    pub fn kill_one(&mut self) {
        let instance = self.instances.remove(0);
        instance.life.soft().cancel();
        instance.life.hard().cancel();
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.host.life.soft().cancel();
        self.host.life.hard().cancel();
    }
}
