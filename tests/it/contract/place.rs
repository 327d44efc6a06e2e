//! A suite whose every door can be walked by everybody, and workspaces with one of everything in them.

use std::{path::Path, sync::OnceLock, time::Duration};

use baton::{
    Doors,
    keys::{self, Signers},
};
use baton_kit::{
    door::{
        enter::Door,
        peer::{Identity, Line, Peer, Place as At},
    },
    life::ids::{SystemIds, WorkspaceId},
    prefixed_id,
};
use baton_kit_testing::database::{TestDatabase, url_of};
use baton_proto::team::v1::{WhoAmIRequest, credential_service_client::CredentialServiceClient};

use super::{
    calls::Way,
    furnish,
    ids::Ids,
    principals::{Persons, Principal},
    rows::Tables,
    stations::CONSUMERS,
};
use crate::harness::{
    browser::{Inbox, Widget, text},
    house::{House, configuration},
    partner,
};

prefixed_id!(
    /// A member.
    MemberId,
    "mem"
);
prefixed_id!(
    /// A contact.
    ContactId,
    "cont"
);
prefixed_id!(
    /// An assistant.
    AssistantId,
    "asst"
);
prefixed_id!(
    /// An API key.
    ApiKeyId,
    "key"
);

/// Long enough for a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(10);
/// The suite's secret: what its services sign with, so can the walk.
const SECRET: &str = "5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e";

/// The operator's token: how the edge knows them.
const OPERATOR: &str = "0123456789abcdef0123456789abcdef";
/// Mails are written at once, so that there is one to ask for, and none comes while somebody looks whether anything changed.
const MAILS_AT_ONCE: [(&str, &str); 3] = [
    ("BATON_NOTIFICATION__DELAY", "0s"),
    ("BATON_NOTIFICATION__VISITOR_DELAY", "0s"),
    ("BATON_NOTIFICATION__LOOK_EVERY", "100ms"),
];

/// The suite.
pub struct Place {
    /// It.
    pub house: House,
    /// Signs for anybody.
    pub signers: Signers,
    /// What it keeps.
    pub tables: Tables,
    /// The operator's line by the edge.
    pub operator: partner::Line,
    /// Of each service, the place of a fact that was given up.
    pub dead_letters: Vec<(&'static str, i64)>,
    doors: Doors,
}

/// A workspace in it.
pub struct Furnished {
    /// One of everything.
    pub ids: Ids,
    /// Who acts in it.
    pub persons: Persons,
    /// A program's line by the edge, with every scope there is.
    pub edge: partner::Line,
}

impl Place {
    /// On SQLite.
    pub async fn sqlite() -> Self {
        Self::on(None).await
    }

    /// On PostgreSQL; `None`, with the reason printed, where there is no server.
    pub async fn postgres() -> Option<Self> {
        Some(Self::on(Some(TestDatabase::postgres().await?)).await)
    }

    async fn on(server: Option<TestDatabase>) -> Self {
        let url = server.as_ref().map(|server| url_of(server.options()));
        // On a server the suite has a secret in any case.
        let secret = Some(("BATON_SUITE__SECRET", SECRET)).filter(|_| url.is_none());
        let more = [("BATON_TEAM__OPERATOR_TOKEN", OPERATOR)].into_iter().chain(MAILS_AT_ONCE).chain(secret);
        let more: Vec<_> = more.collect();
        let secret = configuration(Path::new("nowhere"), server.as_ref(), &more).suite;
        let house = House::configured(server, &more).await;
        let clock = &house.around.clock;
        let signers =
            keys::signers(&secret, SystemIds::new().as_ref(), clock).expect("the suite's signers").0;
        let file = |service: &str| format!("sqlite://{}/{service}.db", house.data_dir().display());
        let of = |service: &str| url.clone().unwrap_or_else(|| file(service));
        let tables = Tables::open(of, &house.around.life, clock.clone()).await;
        let dead_letters = tables.dead_letters(&CONSUMERS).await;
        let operator = partner::line(house.suite.address, OPERATOR).await;
        let doors = house.suite.doors.clone();
        Self { house, signers, tables, operator, dead_letters, doors }
    }

    /// The way of somebody to the door of a service.
    pub fn way(&self, door: &str, who: &Principal) -> Way {
        let service = Some(who).filter(|who| !who.service.is_empty()).and_then(|who| who.workspace);
        Way::Door(self.line(door, who), service.map(|workspace| workspace.to_string()))
    }

    /// A line for generated clients.
    pub fn line(&self, service: &str, who: &Principal) -> Line {
        let door = match service {
            "conversation" => &self.doors.conversation,
            "routing" => &self.doors.routing,
            "ai" => &self.doors.ai,
            "team" => &self.doors.team,
            "notification" => &self.doors.notification,
            other => panic!("no door of {other}"),
        };
        let peer = self.peer(door);
        let line = if who.token.is_empty() { peer.anonymous() } else { peer.with_token(&who.token) };
        line.within(PATIENCE)
    }

    fn peer(&self, door: &Door) -> Peer {
        let (at, slot) = At::here();
        assert!(OnceLock::set(&slot, door.clone()).is_ok());
        let clock = self.house.around.clock.clone();
        Peer::new(at, Identity::new(self.signers.gateway.clone(), clock.clone()), clock)
    }

    /// A workspace with one of everything, at rest, and a key that may do everything a key may.
    pub async fn workspace(&self, slug: &str) -> Furnished {
        let cast = self.house.workspace(slug).await;
        let (widget, inbox) = (Widget::open(cast.address, &cast.widget_key).await, Inbox::of(&cast).await);
        let conversation = widget.says("first", "Hello, what does shipping cost?", None).await;
        let found = inbox.get(&format!("conversations/{conversation}")).await.expect("the conversation");
        let scopes: Vec<&str> =
            baton_kit::door::principal::Scope::ALL.iter().map(|scope| scope.as_str()).collect();
        let edge = partner::line(cast.address, &inbox.api_key(&scopes).await).await;
        let me = CredentialServiceClient::new(edge.clone()).who_am_i(WhoAmIRequest {}).await;
        let me = me.expect("the key opens").into_inner();
        let (assistant, contact) = (text(&found, "assistant_id"), text(&found, "contact_id"));
        let workspace: WorkspaceId = me.workspace_id.parse().expect("an id");
        let persons = Persons {
            workspace,
            owner: inbox.member.parse::<MemberId>().expect("an id").uuid(),
            contact: contact.parse::<ContactId>().expect("an id").uuid(),
            assistant: assistant.parse::<AssistantId>().expect("an id").uuid(),
            key: me.id.parse::<ApiKeyId>().expect("an id").uuid(),
        };
        let ids = Ids {
            workspace: me.workspace_id,
            slug: slug.to_owned(),
            conversation,
            assistant,
            widget_key: cast.widget_key,
            contact,
            dead_letters: self.dead_letters.clone(),
            ..Ids::default()
        };
        let ids = furnish::with_one_of_everything(self, &persons, ids).await;
        Furnished { ids, persons, edge }
    }

    /// Stops everything; nothing unexpected may have been logged.
    pub async fn close(self) {
        self.house.close().await;
    }
}
