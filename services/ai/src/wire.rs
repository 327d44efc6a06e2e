//! Puts the service together. The only file that knows all of it.

use std::sync::Arc;

use baton_kit::{
    data::{Database, FactLog},
    door::{enter::Door, host::Host, peer::Place, server::DoorBuilder, tokens::Signer},
    events::Consumer,
    life::ids::WorkspaceId,
};
use baton_proto::ai::v1::{
    assistant_service_server::AssistantServiceServer, knowledge_service_server::KnowledgeServiceServer,
};
use tokio::sync::Notify;

use crate::{
    application::{
        answer_from_knowledge::Builtin,
        bootstrap::{Bootstrap, BootstrapError, Wanted},
        create_assistant::CreateAssistant,
        create_document::CreateDocument,
        find_assistants::FindAssistants,
        forget_turns::ForgetTurns,
        list_documents::ListDocuments,
        ports::{AssistantStore, Engine, KnowledgeStore, Retriever, TurnStore},
        queue_turn::QueueTurn,
        run_turn::RunTurn,
        search_knowledge::LexicalRetriever,
        work_turns::WorkTurns,
    },
    config::Config,
    domain::{
        builtin::Rules,
        document::DocumentText,
        phrases::BookFault,
        speech::{Speech, SpeechFault},
    },
    remote::GrpcConversation,
    store::{SqlAssistantStore, SqlKnowledgeStore, SqlTurnStore},
    transport::{assistants::AssistantApi, facts::ConversationFacts, knowledge::KnowledgeApi, rules::RULES},
};

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
    let parts = Parts::new(&config, host, database);
    let engine = builtin(&config, &parts)?;
    let peer = host.peer(needs.conversation, &signer);
    start_workers(&config, host, &parts, engine, GrpcConversation { peer });
    let queue = QueueTurn { turns: Arc::clone(&parts.turns), bell: Arc::clone(&parts.bell) };
    let handler = Arc::new(ConversationFacts { queue });
    let consumer = Consumer { name: CONSUMER, log: needs.conversation_facts, handler };
    consumer.start(&host.life, host.clock.clone(), host.ids.clone());
    let bootstrap = parts.bootstrap(host);
    let door = door(host, &parts, &bootstrap).await;
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
            turns: Arc::new(SqlTurnStore { database, clock, ids }),
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

fn builtin(config: &Config, parts: &Parts) -> Result<Arc<dyn Engine>, StartError> {
    let sentences = include_str!("../prompts/builtin/sentences.txt");
    let languages = include_str!("../prompts/builtin/languages.txt");
    Ok(Arc::new(Builtin {
        rules: Rules::shipped(config.repeats as usize)?,
        speech: Speech::parse(sentences, languages)?,
        retriever: Arc::clone(&parts.retriever),
        least_coverage: f64::from(config.least_coverage_percent) / 100.0,
    }))
}

fn start_workers(
    config: &Config,
    host: &Host,
    parts: &Parts,
    engine: Arc<dyn Engine>,
    conversation: GrpcConversation,
) {
    tracing::info!(engine = engine.label(), workers = config.concurrency, "turns are worked on");
    let run = RunTurn {
        conversation: Arc::new(conversation),
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
    let (turns, clock, keep) = (Arc::clone(&parts.turns), host.clock.clone(), config.keep_turns.get());
    host.life.spawn("ai upkeep", ForgetTurns { turns, clock, keep }.run(host.life.soft()));
}

async fn door(host: &Host, parts: &Parts, bootstrap: &Bootstrap) -> Door {
    let assistants =
        AssistantApi { create: bootstrap.create_assistant.clone(), find: bootstrap.find_assistants.clone() };
    let knowledge = KnowledgeApi {
        create: bootstrap.create_document.clone(),
        list: bootstrap.list_documents.clone(),
        retriever: Arc::clone(&parts.retriever),
    };
    let builder = DoorBuilder::new().await.add(AssistantServiceServer::new(assistants), RULES);
    let builder = builder.add(KnowledgeServiceServer::new(knowledge), &[]);
    builder.build(host.verifier(), host.frame(), &host.life).await
}
