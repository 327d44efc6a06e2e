//! Puts the service together. The only file that knows all of it.

use std::sync::Arc;

use baton_kit::{
    data::{Database, FactLog, StoreError},
    door::{enter::Door, host::Host, server::DoorBuilder, tokens::Signer},
    events::Consumer,
};
use baton_proto::{
    conversation::v1::{
        conversation_service_server::ConversationServiceServer, feed_service_server::FeedServiceServer,
        handoff_service_server::HandoffServiceServer, note_service_server::NoteServiceServer,
    },
    internal::conversation::v1::{
        assignment_service_server::AssignmentServiceServer, feed_tail_service_server::FeedTailServiceServer,
        turn_service_server::TurnServiceServer, visitor_service_server::VisitorServiceServer,
    },
};

use crate::{
    application::{
        command_conversation::CommandConversation, leave_note::LeaveNote, open_session::OpenSession,
        ports::VisitorSessions, post_message::PostMessage, read_conversation::ReadConversation,
        start_conversation::StartConversation, sweep_deadlines::SweepDeadlines,
    },
    store::SqlStore,
    transport::{
        AssignmentApi, ConversationApi, Feed, FeedApi, FeedTailApi, HandoffApi, NoteApi, TurnApi, VisitorApi,
        convert,
        events::{LearnAssistants, LearnMembers},
        rules::RULES,
    },
};

/// What the service uses of others.
pub struct Needs {
    /// Members and what they may do.
    pub team_facts: FactLog,
    /// Assistants and their widget keys.
    pub ai_facts: FactLog,
}

/// The running service.
pub struct Started {
    /// Its door.
    pub door: Door,
    sessions: Arc<dyn VisitorSessions>,
}

impl Started {
    /// Whether a widget with this key would be let in: the assistant's event has arrived.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn knows_widget(&self, widget_key: &str) -> Result<bool, StoreError> {
        Ok(self.sessions.assistant_of_key(widget_key).await?.is_some())
    }
}

/// Starts the service on a migrated database. `signer` signs visitors' tokens.
pub async fn start(host: &Host, database: Database, signer: Signer, needs: Needs) -> Started {
    let store = SqlStore::new(database.clone(), host.ids.clone(), &host.life, convert::encode_state);
    let shared = Arc::new(store);
    let command =
        CommandConversation { changer: shared.clone(), clock: host.clock.clone(), ids: host.ids.clone() };
    consume(host, needs, &shared);
    let sweep =
        SweepDeadlines { finder: shared.clone(), command: command.clone(), clock: host.clock.clone() };
    host.life.spawn("deadlines", sweep.run(host.life.soft()));
    Started { sessions: shared.clone(), door: door(host, &database, signer, (shared, command)).await }
}

fn consume(host: &Host, needs: Needs, store: &Arc<SqlStore>) {
    let members = Consumer {
        name: "conversation.members",
        log: needs.team_facts,
        handler: Arc::new(LearnMembers { projections: store.clone() }),
    };
    members.start(&host.life, host.clock.clone(), host.ids.clone());
    let assistants = Consumer {
        name: "conversation.assistants",
        log: needs.ai_facts,
        handler: Arc::new(LearnAssistants { projections: store.clone() }),
    };
    assistants.start(&host.life, host.clock.clone(), host.ids.clone());
}

async fn door(
    host: &Host,
    database: &Database,
    signer: Signer,
    (shared, command): (Arc<SqlStore>, CommandConversation),
) -> Door {
    let (clock, ids, facts) = (host.clock.clone(), host.ids.clone(), database.facts());
    let feed =
        Feed { reader: shared.clone(), facts: facts.clone(), clock: clock.clone(), stop: host.life.soft() };
    let read = ReadConversation { reader: shared.clone() };
    let conversations = ConversationApi {
        start: StartConversation { acceptor: shared.clone(), clock: clock.clone(), ids: ids.clone() },
        post: PostMessage {
            acceptor: shared.clone(),
            reader: shared.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
        },
        read: read.clone(),
        command: command.clone(),
        facts: facts.clone(),
    };
    let notes = LeaveNote { notes: shared.clone(), clock: clock.clone(), ids: ids.clone() };
    let visitors = VisitorApi {
        sessions: OpenSession { sessions: shared.clone(), clock: clock.clone(), ids },
        signer,
        reader: shared.clone(),
        facts,
    };
    let turns = TurnApi { read, command: command.clone(), deadlines: shared.clone(), clock };
    DoorBuilder::new()
        .await
        .add(ConversationServiceServer::new(conversations), RULES)
        .add(HandoffServiceServer::new(HandoffApi { command: command.clone() }), &[])
        .add(NoteServiceServer::new(NoteApi { notes }), &[])
        .add(FeedServiceServer::new(FeedApi { feed: feed.clone() }), &[])
        .add(AssignmentServiceServer::new(AssignmentApi { command, reader: shared }), &[])
        .add(TurnServiceServer::new(turns), &[])
        .add(VisitorServiceServer::new(visitors), &[])
        .add(FeedTailServiceServer::new(FeedTailApi { feed }), &[])
        .build(host.verifier(), host.frame(), &host.life)
        .await
}
