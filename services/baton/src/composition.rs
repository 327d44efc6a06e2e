//! Gives each service what it needs of the others, in an order in which each is reachable before anybody calls it.

use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use axum::Router;
use baton_conversation as conversation;
use baton_gateway::{Demo, SignInHint};
use baton_kit::{
    door::{enter::Door, host::Host, listen, peer::Place},
    life::ids::WorkspaceId,
};

use crate::{
    config::Configuration,
    keys::{MailLinks, Signers},
    suite::{Databases, Doors, People, SuiteError},
};

/// Mails that go to no server are kept in this folder of the data directory.
const FILED_MAILS: &str = "mails";

/// What the edge shows to whoever wants to try it, once there is something.
#[derive(Clone, Default)]
pub(crate) struct DemoSlot {
    shown: Arc<OnceLock<Demo>>,
    /// Whether mails are written to files, so that the demo's can be looked at.
    mails: bool,
}

impl DemoSlot {
    /// Shows the demo page with a widget of this workspace from now on, how to get into its inbox, and its mails. The first workspace stays.
    pub fn show(&self, workspace: WorkspaceId, widget_key: &str, sign_in: SignInHint) {
        let mails_of = self.mails.then_some(workspace);
        self.shown.get_or_init(|| Demo { widget_key: widget_key.to_owned(), mails_of, sign_in });
    }
}

/// Everything behind the port, at work.
pub(crate) struct Composed {
    pub router: Router,
    /// How the edge's port treats those who connect.
    pub port: listen::Limits,
    pub doors: Doors,
    pub people: People,
    pub demo: DemoSlot,
}

/// Where each service will be reached.
struct Places {
    conversation: (Place, Arc<OnceLock<Door>>),
    routing: (Place, Arc<OnceLock<Door>>),
    ai: (Place, Arc<OnceLock<Door>>),
    team: (Place, Arc<OnceLock<Door>>),
    notification: (Place, Arc<OnceLock<Door>>),
}

/// Starts the services and the edge.
pub(crate) async fn compose(
    config: Configuration,
    host: &Host,
    databases: Databases,
    (signers, links): (Signers, MailLinks),
) -> Result<Composed, SuiteError> {
    let places = Places {
        conversation: Place::here(),
        routing: Place::here(),
        ai: Place::here(),
        team: Place::here(),
        notification: Place::here(),
    };
    let facts = databases.conversation.facts();
    let (team_facts, ai_facts) = (databases.team.facts(), databases.ai.facts());
    let public_url = config.gateway.public_url.clone();
    let demo = DemoSlot {
        shown: Arc::default(),
        mails: config.notification.transport == baton_notification::Transport::Files,
    };
    let files: PathBuf = config.suite.data_dir.join(FILED_MAILS);

    let needs = baton_team::Needs {};
    let team = baton_team::start(config.team, host, databases.team, signers.team, needs).await?;
    fill(&places.team.1, team.door.clone());
    let needs = conversation::Needs { team_facts: team_facts.clone(), ai_facts, links: links.conversation };
    let conversations =
        conversation::start(config.conversation, host, databases.conversation, signers.conversation, needs)
            .await;
    fill(&places.conversation.1, conversations.door.clone());
    let needs =
        baton_ai::Needs { conversation: places.conversation.0.clone(), conversation_facts: facts.clone() };
    let ai = baton_ai::start(config.ai, host, databases.ai, signers.ai, needs).await?;
    fill(&places.ai.1, ai.door.clone());
    let needs = baton_routing::Needs {
        conversation: places.conversation.0.clone(),
        conversation_facts: facts.clone(),
        team_facts: team_facts.clone(),
    };
    let routing =
        baton_routing::start(config.routing, host, databases.routing, signers.routing, needs).await?;
    fill(&places.routing.1, routing.door.clone());
    let needs = baton_notification::Needs {
        conversation: places.conversation.0.clone(),
        team: places.team.0.clone(),
        conversation_facts: facts,
        team_facts,
        public_url,
        files,
        links: links.notification,
    };
    let (settings, database) = (config.notification, databases.notification);
    let notification =
        baton_notification::start(settings, host, database, signers.notification, needs).await?;
    fill(&places.notification.1, notification.door.clone());
    let doors = Doors {
        conversation: conversations.door.clone(),
        routing: routing.door,
        ai: ai.door.clone(),
        team: team.door.clone(),
        notification: notification.door,
    };
    let needs = baton_gateway::Needs {
        conversation: places.conversation.0,
        routing: places.routing.0,
        ai: places.ai.0,
        team: places.team.0,
        notification: places.notification.0,
        demo: Arc::clone(&demo.shown),
    };
    let gateway = baton_gateway::start(config.gateway, host, signers.gateway, needs).await?;
    let people = People { team, ai, conversation: conversations };
    Ok(Composed { router: gateway.router, port: gateway.port, doors, people, demo })
}

/// Each slot was made here and is filled once.
fn fill(slot: &OnceLock<Door>, door: Door) {
    if slot.set(door).is_err() {
        tracing::error!("a service was started twice");
    }
}
