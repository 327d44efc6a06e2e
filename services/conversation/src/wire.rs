//! Puts the service together. The only file that knows all of it.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use baton_kit::{
    data::{Database, FactLog, StoreError},
    door::{enter::Door, host::Host, links::Links, server::DoorBuilder, tokens::Signer},
    events::{Consumer, DEAD_LETTER_RULES, DeadLetters, FactHandler},
    life::{clock::SharedClock, ids::SharedIds},
};
use baton_proto::{
    conversation::v1::{
        contact_service_server::ContactServiceServer, conversation_service_server::ConversationServiceServer,
        feed_service_server::FeedServiceServer, handoff_service_server::HandoffServiceServer,
        note_service_server::NoteServiceServer,
    },
    internal::conversation::v1::{
        assignment_service_server::AssignmentServiceServer,
        correspondence_service_server::CorrespondenceServiceServer,
        feed_tail_service_server::FeedTailServiceServer,
        insight_sink_service_server::InsightSinkServiceServer, turn_service_server::TurnServiceServer,
        visitor_service_server::VisitorServiceServer,
    },
};

use crate::{
    application::{
        attach_brief::AttachBrief, command_conversation::CommandConversation, correspond::Correspond,
        forget_sessions::ForgetSessions, keep_contacts::KeepContacts, leave_note::LeaveNote,
        mark_read::MarkRead, open_session::OpenSession, ports::sessions::VisitorSessions,
        post_message::PostMessage, read_conversation::ReadConversation, relieve_member::RelieveMember,
        report_activity::ReportActivity, resume_links::ResumeLinks, start_conversation::StartConversation,
        sweep_deadlines::SweepDeadlines,
    },
    config::Config,
    store::{Manner, SqlStore},
    transport::{
        AssignmentApi, AttentionApi, ContactApi, ConversationApi, CorrespondenceApi, Feed, FeedApi,
        FeedTailApi, HandoffApi, InsightSinkApi, NoteApi, Show, TurnApi, VisitorApi, convert,
        events::{LearnAssistants, LearnMembers, LearnTeams},
        rules::RULES,
    },
};

/// What the service uses of others.
pub struct Needs {
    /// Members and what they may do.
    pub team_facts: FactLog,
    /// Assistants and their widget keys.
    pub ai_facts: FactLog,
    /// Signs the links in mails that lead back to a conversation.
    pub links: Links,
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
pub async fn start(config: Config, host: &Host, database: Database, signer: Signer, needs: Needs) -> Started {
    let manner = Manner { encode_state: convert::encode_state, patience: config.patience() };
    let shared = Arc::new(SqlStore::new(database.clone(), host.ids.clone(), &host.life, manner));
    let command =
        CommandConversation { changer: shared.clone(), clock: host.clock.clone(), ids: host.ids.clone() };
    let links = ResumeLinks(needs.links.clone());
    consume(host, needs, &shared, &command);
    sweep(host, &shared, &command);
    let forget = ForgetSessions { sessions: shared.clone(), clock: host.clock.clone() };
    host.life.spawn("expired sessions", forget.run(host.life.soft()));
    let sessions = shared.clone();
    Started { sessions, door: door(host, &database, (signer, links), (shared, command)).await }
}

/// Looks at deadlines, and shows how many handoffs are an alarm.
fn sweep(host: &Host, store: &Arc<SqlStore>, command: &CommandConversation) {
    let alarms = Arc::new(AtomicU64::new(0));
    let shown = Arc::clone(&alarms);
    host.metrics.gauge_of(
        "baton_handoffs_overdue",
        "Open handoffs that nobody took in time and of which nobody could be told. Anything but 0 is an alarm.",
        move || f64::from(u32::try_from(shown.load(Ordering::Relaxed)).unwrap_or(u32::MAX)),
    );
    let (finder, clock) = (store.clone(), host.clock.clone());
    let sweep = SweepDeadlines { finder, command: command.clone(), clock, alarms };
    host.life.spawn("deadlines", sweep.run(host.life.soft()));
}

fn consume(host: &Host, needs: Needs, store: &Arc<SqlStore>, command: &CommandConversation) {
    let relieve = RelieveMember { projections: store.clone(), command: command.clone() };
    let handlers: [(&'static str, FactLog, Arc<dyn FactHandler>); 3] = [
        (
            "conversation.members",
            needs.team_facts.clone(),
            Arc::new(LearnMembers { projections: store.clone(), relieve }),
        ),
        ("conversation.teams", needs.team_facts, Arc::new(LearnTeams { projections: store.clone() })),
        ("conversation.assistants", needs.ai_facts, Arc::new(LearnAssistants { projections: store.clone() })),
    ];
    for (name, log, handler) in handlers {
        Consumer { name, log, handler }.start(&host.life, host.clock.clone(), host.ids.clone());
    }
}

/// What the servers are made of.
struct Parts {
    store: Arc<SqlStore>,
    command: CommandConversation,
    activity: ReportActivity,
    facts: FactLog,
    clock: SharedClock,
    ids: SharedIds,
}

impl Parts {
    fn conversations(&self) -> ConversationApi {
        let (store, clock, ids) = (&self.store, &self.clock, &self.ids);
        ConversationApi {
            start: StartConversation {
                acceptor: store.clone(),
                reader: store.clone(),
                clock: clock.clone(),
                ids: ids.clone(),
            },
            post: PostMessage {
                acceptor: store.clone(),
                reader: store.clone(),
                clock: clock.clone(),
                ids: ids.clone(),
            },
            read: ReadConversation { reader: store.clone() },
            command: self.command.clone(),
            show: Show { briefs: self.briefs() },
            attention: AttentionApi {
                marks: MarkRead { marks: store.clone(), clock: clock.clone() },
                activity: self.activity.clone(),
            },
            facts: self.facts.clone(),
        }
    }

    fn briefs(&self) -> AttachBrief {
        AttachBrief { briefs: self.store.clone(), clock: self.clock.clone(), ids: self.ids.clone() }
    }

    fn notes(&self) -> NoteApi {
        let notes = LeaveNote { notes: self.store.clone(), clock: self.clock.clone(), ids: self.ids.clone() };
        NoteApi { notes }
    }

    fn visitors(&self, signer: Signer, links: ResumeLinks) -> VisitorApi {
        let (store, clock, ids) = (&self.store, self.clock.clone(), self.ids.clone());
        VisitorApi {
            sessions: OpenSession { sessions: store.clone(), clock, ids, links },
            signer,
            reader: store.clone(),
            names: store.clone(),
            facts: self.facts.clone(),
        }
    }

    fn correspondence(&self, links: ResumeLinks) -> CorrespondenceApi {
        let (reader, clock) = (self.store.clone(), self.clock.clone());
        CorrespondenceApi { correspond: Correspond { reader, links, clock } }
    }

    fn turns(&self) -> TurnApi {
        TurnApi {
            read: ReadConversation { reader: self.store.clone() },
            command: self.command.clone(),
            deadlines: self.store.clone(),
            activity: self.activity.clone(),
            clock: self.clock.clone(),
        }
    }
}

async fn door(
    host: &Host,
    database: &Database,
    (signer, links): (Signer, ResumeLinks),
    (store, command): (Arc<SqlStore>, CommandConversation),
) -> Door {
    let (clock, ids, facts) = (host.clock.clone(), host.ids.clone(), database.facts());
    let feed =
        Feed { reader: store.clone(), facts: facts.clone(), clock: clock.clone(), stop: host.life.soft() };
    let activity = ReportActivity::new(store.clone());
    let parts = Parts { store, command, activity, facts, clock, ids };
    let Parts { store, command, activity, .. } = &parts;
    let (briefs, show) = (parts.briefs(), Show { briefs: parts.briefs() });
    let contacts = KeepContacts { contacts: store.clone(), clock: parts.clock.clone() };
    let tail = FeedTailApi { feed: feed.clone(), activity: activity.clone(), names: store.clone() };
    let assignments = AssignmentApi { command: command.clone(), reader: store.clone() };
    DoorBuilder::new()
        .await
        .add(ConversationServiceServer::new(parts.conversations()), RULES)
        .add(HandoffServiceServer::new(HandoffApi { command: command.clone(), show }), &[])
        .add(NoteServiceServer::new(parts.notes()), &[])
        .add(ContactServiceServer::new(ContactApi { contacts }), &[])
        .add(InsightSinkServiceServer::new(InsightSinkApi { briefs, command: command.clone() }), &[])
        .add(FeedServiceServer::new(FeedApi { feed }), &[])
        .add(AssignmentServiceServer::new(assignments), &[])
        .add(TurnServiceServer::new(parts.turns()), &[])
        .add(VisitorServiceServer::new(parts.visitors(signer, links.clone())), &[])
        .add(CorrespondenceServiceServer::new(parts.correspondence(links)), &[])
        .add(FeedTailServiceServer::new(tail), &[])
        .add(DeadLetters::server("conversation", database.facts()), DEAD_LETTER_RULES)
        .build(host.verifier(), host.frame(), &host.life)
        .await
}
