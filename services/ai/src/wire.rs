//! Puts the service together. The only file that knows all of it.

use std::sync::Arc;

use baton_kit::{
    data::{Database, FactLog},
    door::{enter::Door, host::Host, peer::Place, server::DoorBuilder, tokens::Signer},
    events::{Consumer, DEAD_LETTER_RULES, DeadLetters},
    life::ids::WorkspaceId,
};
use baton_proto::ai::v1::{
    assistant_service_server::AssistantServiceServer, insight_service_server::InsightServiceServer,
    knowledge_service_server::KnowledgeServiceServer,
};
use tokio::sync::Notify;

use crate::{
    application::{
        bootstrap::{Bootstrap, BootstrapError, Wanted},
        create_assistant::CreateAssistant,
        create_document::CreateDocument,
        delete_document::DeleteDocument,
        find_assistants::FindAssistants,
        forget_turns::ForgetTurns,
        hand_over::HandOver,
        list_documents::ListDocuments,
        ports::{AssistantStore, Engine, InsightStore, KnowledgeStore, Retriever, TurnStore},
        queue_turn::QueueTurn,
        run_turn::RunTurn,
        search_knowledge::LexicalRetriever,
        update_assistant::UpdateAssistant,
        work_turns::WorkTurns,
        write_prompt::PromptFault,
    },
    config::Config,
    domain::{
        document::DocumentText,
        facts::Names,
        phrases::BookFault,
        speech::{Speech, SpeechFault},
    },
    remote::{ClientFault, GrpcContacts, GrpcConversation},
    store::{SqlAssistantStore, SqlInsightStore, SqlKnowledgeStore, SqlTurnStore},
    transport::{
        assistants::AssistantApi, facts::ConversationFacts, insights::InsightApi, knowledge::KnowledgeApi,
        rules::RULES,
    },
};

mod engine;
mod insights;

/// The name under which conversation's facts are consumed. Another one would begin anew.
const CONSUMER: &str = "ai.turns";

/// What the service uses of others.
pub struct Needs {
    /// Where conversation is.
    pub conversation: Place,
    /// What happens in conversations.
    pub conversation_facts: FactLog,
}

/// Why the service did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A phrase book of the built-in engine cannot be read.
    #[error(transparent)]
    Phrases(#[from] BookFault),
    /// The sentences of the built-in engine cannot be read.
    #[error(transparent)]
    Sentences(#[from] SpeechFault),
    /// A prompt cannot be read.
    #[error(transparent)]
    Prompts(#[from] PromptFault),
    /// There is no way to the model's provider.
    #[error(transparent)]
    Provider(#[from] ClientFault),
}

/// The service, at work.
pub struct Started {
    /// Its door.
    pub door: Door,
    bootstrap: Bootstrap,
}

/// A text that a first assistant knows.
#[derive(Debug, Clone)]
pub struct FirstDocument {
    /// The title, or the question.
    pub title: String,
    /// The text, or the answer.
    pub text: String,
    /// Where a visitor can read it; empty for none.
    pub uri: String,
}

/// The first assistant of a workspace.
#[derive(Debug, Clone)]
pub struct FirstAssistant {
    /// Its id, `asst_…`.
    pub id: String,
    /// The public key of its widget, `wk_…`.
    pub widget_key: String,
}

impl Started {
    /// Makes the first assistant of a workspace and what it knows; what is there already stays as it is.
    ///
    /// # Errors
    /// If it could not be stored.
    #[expect(
        clippy::too_many_arguments,
        reason = "what a first assistant is made of, each said once where the suite is composed"
    )]
    pub async fn bootstrap(
        &self,
        workspace: WorkspaceId,
        name: &str,
        instructions: &str,
        handoff_enabled: bool,
        documents: Vec<FirstDocument>,
    ) -> Result<FirstAssistant, BootstrapError> {
        let content =
            |first: FirstDocument| DocumentText { title: first.title, text: first.text, uri: first.uri };
        let wanted = Wanted {
            name: name.to_owned(),
            instructions: instructions.to_owned(),
            handoff_enabled,
            documents: documents.into_iter().map(content).collect(),
        };
        let assistant = self.bootstrap.run(workspace, wanted).await?;
        Ok(FirstAssistant { id: assistant.id.to_string(), widget_key: assistant.widget_key })
    }
}

/// What the parts share.
struct Parts {
    assistants: Arc<dyn AssistantStore>,
    knowledge: Arc<dyn KnowledgeStore>,
    turns: Arc<dyn TurnStore>,
    jobs: Arc<dyn InsightStore>,
    retriever: Arc<dyn Retriever>,
    bell: Arc<Notify>,
}

/// Starts the service on a database that has been migrated.
///
/// # Errors
/// As [`StartError`] says.
pub async fn start(
    config: Config,
    host: &Host,
    database: Database,
    signer: Signer,
    needs: Needs,
) -> Result<Started, StartError> {
    let log = database.facts();
    let parts = Parts::new(&config, host, database);
    let engine = engine::of(&config, host, &parts.retriever)?;
    let peer = host.peer(needs.conversation, &signer);
    let insights = insights::Insights::new(&config, host, &parts, (engine.model, peer.clone()))?;
    start_workers(&config, host, &parts, engine.turns, GrpcConversation { peer })?;
    insights.start_workers(&config, host, &parts);
    let queue = QueueTurn { turns: Arc::clone(&parts.turns), bell: Arc::clone(&parts.bell) };
    let handler = Arc::new(ConversationFacts { queue, insights: insights.queue(&parts) });
    let consumer = Consumer { name: CONSUMER, log: needs.conversation_facts, handler };
    consumer.start(&host.life, host.clock.clone(), host.ids.clone());
    let bootstrap = parts.bootstrap(host);
    let door = door(host, &parts, &bootstrap, (insights.regenerate(host), log)).await;
    Ok(Started { door, bootstrap })
}

impl Parts {
    fn new(config: &Config, host: &Host, database: Database) -> Self {
        let (clock, ids) = (host.clock.clone(), host.ids.clone());
        let knowledge: Arc<dyn KnowledgeStore> = Arc::new(SqlKnowledgeStore { database: database.clone() });
        Self {
            assistants: Arc::new(SqlAssistantStore { database: database.clone(), ids: ids.clone() }),
            retriever: Arc::new(LexicalRetriever::new(Arc::clone(&knowledge), config.cached_indexes)),
            knowledge,
            turns: Arc::new(SqlTurnStore {
                database: database.clone(),
                clock: clock.clone(),
                ids: ids.clone(),
            }),
            jobs: Arc::new(SqlInsightStore { database, clock, ids }),
            bell: Arc::new(Notify::new()),
        }
    }

    fn bootstrap(&self, host: &Host) -> Bootstrap {
        let (clock, ids) = (host.clock.clone(), host.ids.clone());
        let (assistants, knowledge) = (Arc::clone(&self.assistants), Arc::clone(&self.knowledge));
        Bootstrap {
            find_assistants: FindAssistants { assistants: Arc::clone(&assistants) },
            create_assistant: CreateAssistant { assistants, clock: clock.clone(), ids: ids.clone() },
            list_documents: ListDocuments { knowledge: Arc::clone(&knowledge) },
            create_document: CreateDocument { knowledge, clock, ids },
        }
    }
}

fn start_workers(
    config: &Config,
    host: &Host,
    parts: &Parts,
    engine: Arc<dyn Engine>,
    conversation: GrpcConversation,
) -> Result<(), StartError> {
    let contacts = GrpcContacts { peer: conversation.peer.clone() };
    let conversation = Arc::new(conversation);
    tracing::info!(engine = engine.label(), workers = config.concurrency, "turns are worked on");
    let run = RunTurn {
        hand_over: hand_over(config, parts, Arc::clone(&conversation), contacts)?,
        conversation,
        assistants: Arc::clone(&parts.assistants),
        engine,
        clock: host.clock.clone(),
        deadline: config.turn_deadline.get(),
        progress_every: config.progress_every.get(),
        retry_for: config.retry_for.get(),
    };
    let work = Arc::new(WorkTurns {
        run,
        turns: Arc::clone(&parts.turns),
        bell: Arc::clone(&parts.bell),
        clock: host.clock.clone(),
        ids: host.ids.clone(),
        lease: config.lease.get(),
        poll_every: config.poll_every.get(),
    });
    for _ in 0..config.concurrency {
        let (work, soft) = (Arc::clone(&work), host.life.soft());
        host.life.spawn("ai turns", async move { work.work(soft).await });
    }
    let (turns, jobs) = (Arc::clone(&parts.turns), Arc::clone(&parts.jobs));
    let (clock, keep) = (host.clock.clone(), config.keep_turns.get());
    host.life.spawn("ai upkeep", ForgetTurns { turns, jobs, clock, keep }.run(host.life.soft()));
    Ok(())
}

fn hand_over(
    config: &Config,
    parts: &Parts,
    conversation: Arc<GrpcConversation>,
    contacts: GrpcContacts,
) -> Result<HandOver, StartError> {
    Ok(HandOver {
        conversation,
        assistants: Arc::clone(&parts.assistants),
        turns: Arc::clone(&parts.turns),
        contacts: Arc::new(contacts),
        speech: speech()?,
        names: Names::shipped()?,
        patience: config.gather_patience.get(),
    })
}

/// What the service says itself, and how it tells languages apart.
fn speech() -> Result<Speech, SpeechFault> {
    let sentences = include_str!("../prompts/builtin/sentences.txt");
    Speech::parse(sentences, include_str!("../prompts/builtin/languages.txt"))
}

async fn door(
    host: &Host,
    parts: &Parts,
    bootstrap: &Bootstrap,
    (insights, log): (InsightApi, FactLog),
) -> Door {
    let update = UpdateAssistant { assistants: Arc::clone(&parts.assistants), clock: host.clock.clone() };
    let (create, find) = (bootstrap.create_assistant.clone(), bootstrap.find_assistants.clone());
    let assistants = AssistantApi { create, find, update };
    let knowledge = KnowledgeApi {
        create: bootstrap.create_document.clone(),
        list: bootstrap.list_documents.clone(),
        delete: DeleteDocument { knowledge: Arc::clone(&parts.knowledge) },
        retriever: Arc::clone(&parts.retriever),
    };
    let builder = DoorBuilder::new().await.add(AssistantServiceServer::new(assistants), RULES);
    let builder = builder.add(KnowledgeServiceServer::new(knowledge), &[]);
    let builder = builder.add(InsightServiceServer::new(insights), &[]);
    let builder = builder.add(DeadLetters::server("ai", log), DEAD_LETTER_RULES);
    builder.build(host.verifier(), host.frame(), &host.life).await
}
