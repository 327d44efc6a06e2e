//! The service with everything around it: keys, a conversation service and its facts. Runs on either engine and can be restarted.

use std::{sync::OnceLock, time::Duration};

use baton_ai::{Config, FirstDocument, Needs, Started};
use baton_kit::{
    data::{Database, KitMigrations, NewFact, StoreError},
    door::{
        access::Rule,
        enter::Door,
        host::Host,
        peer::{Line, Place},
        principal::{Kind, Scope},
        server::DoorBuilder,
        tokens::{KeySet, Signer, Subject},
    },
    life::{
        clock::{SharedClock, SystemClock},
        config::Sources,
        ids::{SharedIds, SystemIds, WorkspaceId},
        lifecycle::Lifecycle,
        telemetry::Metrics,
    },
    prefixed_id,
};
use baton_kit_testing::database::TestDatabase;
use baton_proto::{
    common::v1::ActorKind,
    conversation::v1::{
        AuthorKind, Contact, Control, ConversationState, EventKind, Handoff,
        contact_service_server::ContactServiceServer, conversation_service_server::ConversationServiceServer,
        handoff_service_server::HandoffServiceServer,
    },
    internal::conversation::v1::{
        insight_sink_service_server::InsightSinkServiceServer, turn_service_server::TurnServiceServer,
    },
};
use futures::FutureExt as _;
use prost::Message as _;
use uuid::Uuid;

use super::{fake_contacts::ANY, fake_conversation::FakeConversation};

/// How long anything may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(30);

prefixed_id!(
    /// As conversation names them.
    ConversationId,
    "conv"
);

const CONVERSATION_RULES: &[Rule] = &[
    Rule::on("/baton.internal.conversation.v1.TurnService/GetTurnContext").services(&["ai"]),
    Rule::on("/baton.internal.conversation.v1.TurnService/ReportProgress").services(&["ai"]),
    Rule::on("/baton.internal.conversation.v1.TurnService/FinishTurn").services(&["ai"]),
    Rule::on("/baton.internal.conversation.v1.TurnService/PushDelta").services(&["ai"]),
    Rule::on("/baton.conversation.v1.ConversationService/PostMessage").services(&["ai"]),
    Rule::on("/baton.conversation.v1.HandoffService/RequestHandoff").services(&["ai"]),
    Rule::on("/baton.conversation.v1.ContactService/GetContact").services(&["ai"]),
    Rule::on("/baton.conversation.v1.ContactService/UpdateContact").services(&["ai"]),
    Rule::on("/baton.internal.conversation.v1.InsightSinkService/AttachBrief").services(&["ai"]),
    Rule::on("/baton.internal.conversation.v1.InsightSinkService/SuggestPriority").services(&["ai"]),
];

/// Everything.
pub struct House {
    pub conversation: FakeConversation,
    pub workspace: WorkspaceId,
    /// How long a visitor is waited for who was asked something before a handoff.
    pub gather_patience: &'static str,
    /// How long a handoff stays with a silent worker.
    pub insight_lease: &'static str,
    /// Conversation's own database: only its facts are used.
    facts: TestDatabase,
    database: TestDatabase,
    keys: KeySet,
    ai: Signer,
    team: Signer,
    clock: SharedClock,
    ids: SharedIds,
    conversation_life: Lifecycle,
}

/// The service in one of its lives.
pub struct Running {
    pub started: Started,
    pub life: Lifecycle,
    host: Host,
}

impl House {
    /// On SQLite, and on PostgreSQL where one is given.
    pub async fn each() -> Vec<Self> {
        let mut houses = vec![Self::on_sqlite().await];
        if let (Some(facts), Some(database)) =
            (TestDatabase::postgres().await, TestDatabase::postgres().await)
        {
            houses.push(Self::on(facts, database).await);
        }
        houses
    }

    /// On SQLite alone: for what no database has a part in.
    pub async fn on_sqlite() -> Self {
        Self::on(TestDatabase::sqlite().await, TestDatabase::sqlite().await).await
    }

    async fn on(facts: TestDatabase, database: TestDatabase) -> Self {
        facts.migrate::<KitMigrations>().await;
        database.migrate::<baton_ai::Migrator>().await;
        let (clock, ids, keys) = (SystemClock::new(), SystemIds::new(), KeySet::default());
        let signer = |issuer: &str, may_sign: &[Kind]| {
            let (signer, key) = Signer::generate(issuer, may_sign, ids.as_ref(), clock.clone()).unwrap();
            keys.publish(key);
            signer
        };
        let (ai, team) = (signer("ai", &[]), signer("team", &[Kind::Member, Kind::ApiKey]));
        let workspace = WorkspaceId::from_uuid(ids.next());
        let (conversation, conversation_life) = (FakeConversation::new(), Lifecycle::new());
        let (gather_patience, insight_lease) = ("2m", "45s");
        Self {
            conversation,
            workspace,
            gather_patience,
            insight_lease,
            facts,
            database,
            keys,
            ai,
            team,
            clock,
            ids,
            conversation_life,
        }
    }

    fn host(&self) -> Host {
        Host {
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            life: Lifecycle::new(),
            metrics: Metrics::new("test").unwrap(),
            keys: self.keys.clone(),
        }
    }

    /// Starts the service, for the first time or again.
    pub async fn start(&self) -> Running {
        self.start_with(|_| {}).await
    }

    /// The same with other settings.
    pub async fn start_with(&self, change: impl FnOnce(&mut Config)) -> Running {
        let (place, slot) = Place::here();
        let _ = slot.set(self.conversation_door().await);
        let host = self.host();
        let mut config: Config = Sources::default().load().unwrap();
        config.lease = "3s".parse().unwrap();
        config.gather_patience = self.gather_patience.parse().unwrap();
        config.insight_lease = self.insight_lease.parse().unwrap();
        change(&mut config);
        let needs = Needs { conversation: place, conversation_facts: self.facts.facts() };
        let database: Database = self.database.handle().clone();
        let started = baton_ai::start(config, &host, database, self.ai.clone(), needs).await.unwrap();
        Running { started, life: host.life.clone(), host }
    }

    async fn conversation_door(&self) -> Door {
        let (fake, host) = (self.conversation.clone(), self.host());
        let builder = DoorBuilder::new().await.add(TurnServiceServer::new(fake.clone()), CONVERSATION_RULES);
        let builder = builder
            .add(ConversationServiceServer::new(fake.clone()), &[])
            .add(HandoffServiceServer::new(fake.clone()), &[])
            .add(InsightSinkServiceServer::new(fake.clone()), &[])
            .add(ContactServiceServer::new(fake), &[]);
        builder.build(host.verifier(), host.frame(), &self.conversation_life).await
    }

    /// A shop's assistant.
    pub async fn shop(&self, running: &Running, handoff: bool) -> String {
        let document = |title: &str, text: &str| {
            let (title, text) = (title.to_owned(), text.to_owned());
            FirstDocument { title, text, uri: "https://shop.example/help".to_owned() }
        };
        let documents = vec![
            document("Opening hours", "We are open Monday to Friday from 9:00 to 17:00."),
            document("Shipping", "Shipping within Germany costs 4.90 EUR."),
        ];
        running.started.bootstrap(self.workspace, "Ada", "", handoff, documents).await.unwrap().id
    }

    /// A visitor begins a conversation with an assistant.
    pub fn visitor(&self, assistant: &str) -> ConversationId {
        let id = ConversationId::from_uuid(self.ids.next());
        self.conversation.room(&id.to_string(), |room| {
            room.workspace = self.workspace.to_string();
            assistant.clone_into(&mut room.assistant);
            room.epoch = 1;
        });
        id
    }

    /// A visitor writes; the fact of it comes so many times.
    pub async fn writes(&self, conversation: ConversationId, text: &str, times: usize) {
        let (sequence, epoch) = self.conversation.room(&conversation.to_string(), |room| {
            let id = format!("v{}", room.messages.len());
            (room.say(AuthorKind::Visitor, text, &id), room.epoch)
        });
        for _ in 0..times {
            self.publish(NewFact {
                kind: EventKind::MessagePosted.into(),
                sequence: Some(sequence),
                fence: epoch,
                actor_kind: ActorKind::Visitor.into(),
                ..self.fact(conversation)
            })
            .await;
        }
    }

    /// Control came to the AI.
    pub async fn handed_back(&self, conversation: ConversationId) {
        let epoch = self.conversation.room(&conversation.to_string(), |room| {
            (room.human, room.epoch) = (false, room.epoch + 1);
            room.epoch
        });
        let state =
            ConversationState { control: Control::Ai.into(), control_epoch: epoch, ..Default::default() };
        let kind = EventKind::ControlChanged.into();
        self.publish(NewFact { kind, body: state.encode_to_vec(), fence: epoch, ..self.fact(conversation) })
            .await;
    }

    /// A handoff was opened, released or closed; the fact of it comes so many times.
    pub async fn handoff_changed(&self, conversation: ConversationId, handoff: Handoff, times: usize) {
        self.conversation.room(&conversation.to_string(), |room| room.handoff = Some(handoff.clone()));
        let state = ConversationState { handoff: Some(handoff), ..Default::default() };
        for _ in 0..times {
            let body = state.encode_to_vec();
            let kind = EventKind::HandoffChanged.into();
            self.publish(NewFact { kind, body, ..self.fact(conversation) }).await;
        }
    }

    /// Completes when a conversation is as expected; fails the test if that takes too long.
    pub async fn until(
        &self,
        conversation: ConversationId,
        expected: impl Fn(&super::fake_conversation::Room) -> bool,
    ) {
        let name = conversation.to_string();
        let found = self.conversation.until(&name, expected);
        let patience = baton_kit::life::clock::timeout(&self.clock, PATIENCE, found).await;
        patience.expect("the conversation gets where it should");
    }

    /// Time since some moment, on the clock of this house.
    pub fn now(&self) -> Duration {
        self.clock.monotonic()
    }

    /// Completes when the contact is as expected; fails the test if that takes too long.
    pub async fn until_contact(&self, expected: impl Fn(&Contact) -> bool) {
        self.conversation.room(ANY, |_| ());
        let contact = std::sync::Arc::clone(&self.conversation.contact);
        let found = self.conversation.until(ANY, |_| expected(&contact.lock().unwrap()));
        let patience = baton_kit::life::clock::timeout(&self.clock, PATIENCE, found).await;
        patience.expect("the contact gets what it should");
    }

    fn fact(&self, conversation: ConversationId) -> NewFact {
        NewFact {
            event_id: self.ids.next(),
            kind: 0,
            workspace: self.workspace,
            subject: conversation.uuid(),
            item: None,
            sequence: None,
            revision: 1,
            fence: 1,
            actor_kind: ActorKind::Member.into(),
            actor: None,
            body: Vec::new(),
            at: self.clock.now(),
        }
    }

    async fn publish(&self, fact: NewFact) {
        let published = self.facts.write(move |unit| {
            let fact = fact.clone();
            async move { unit.publish(fact).await }.boxed()
        });
        let published: Result<(), StoreError> = published.await;
        published.unwrap();
    }

    /// What the service published.
    pub async fn published(&self) -> Vec<std::sync::Arc<baton_kit::data::Fact>> {
        self.database.facts().after(0, 100, &Default::default()).await.unwrap()
    }

    /// What the service published, once it is so many facts: on PostgreSQL they are numbered after their commit.
    pub async fn published_in_all(&self, count: usize) -> Vec<std::sync::Arc<baton_kit::data::Fact>> {
        let all = async {
            loop {
                let facts = self.published().await;
                if facts.len() >= count {
                    return facts;
                }
                self.clock.sleep(Duration::from_millis(10)).await;
            }
        };
        let patience = baton_kit::life::clock::timeout(&self.clock, PATIENCE, all).await;
        patience.expect("the facts are published")
    }

    /// A member of a workspace with these scopes, at the service's door.
    pub fn member(&self, running: &Running, workspace: WorkspaceId, scopes: &[Scope]) -> Line {
        let id = Uuid::from_u128(77);
        let subject = Subject {
            kind: Kind::Member,
            id,
            workspace: Some(workspace),
            scopes: scopes.to_vec(),
            bound: Uuid::nil(),
        };
        let (token, _) = self.team.sign(&subject, Duration::from_secs(60)).unwrap();
        self.peer(running).with_token(&token)
    }

    /// Another service at the service's door.
    pub fn peer(&self, running: &Running) -> baton_kit::door::peer::Peer {
        let slot = OnceLock::new();
        let _ = slot.set(running.started.door.clone());
        running.host.peer(Place::Here(std::sync::Arc::new(slot)), &self.ai)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.life.soft().cancel();
        self.life.hard().cancel();
    }
}
