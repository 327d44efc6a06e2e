//! The services in somebody's name. Must not know who that is, nor what is asked.

use std::{sync::Arc, time::Duration};

use axum::{extract::FromRequestParts, http::request::Parts};
use baton_kit::door::peer::{Line, Peer};
use baton_proto::{
    ai::v1::{
        assistant_service_client::AssistantServiceClient, insight_service_client::InsightServiceClient,
        knowledge_service_client::KnowledgeServiceClient,
    },
    conversation::v1::{
        contact_service_client::ContactServiceClient, conversation_service_client::ConversationServiceClient,
        handoff_service_client::HandoffServiceClient, note_service_client::NoteServiceClient,
    },
    internal::conversation::v1::visitor_service_client::VisitorServiceClient,
    notification::v1::{
        notification_service_client::NotificationServiceClient,
        preference_service_client::PreferenceServiceClient,
    },
    routing::v1::{
        availability_service_client::AvailabilityServiceClient,
        office_hours_service_client::OfficeHoursServiceClient, routing_service_client::RoutingServiceClient,
    },
    team::v1::{
        canned_response_service_client::CannedResponseServiceClient,
        credential_service_client::CredentialServiceClient, member_service_client::MemberServiceClient,
        team_service_client::TeamServiceClient,
    },
};

use super::{
    app::App,
    problem::Problem,
    session::{Member, Visitor},
};
use crate::peers::Peers;

/// A model may be asked for up to 20 s; what is made without it afterwards needs a moment too.
const WHILE_A_MODEL_WRITES: Duration = Duration::from_secs(25);

/// One client a service, with one principal's token.
pub(crate) struct Clients {
    peers: Peers,
    token: Arc<str>,
}

/// A member at the desk, with the services in the member's name.
pub(crate) struct Desk(pub Clients);

impl FromRequestParts<App> for Desk {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let member = Member::from_request_parts(parts, app).await?;
        Ok(Self(Clients { peers: app.peers.clone(), token: member.grant.token }))
    }
}

/// A visitor at the widget, with the services in the visitor's name.
pub(crate) struct Guest(pub Clients);

impl FromRequestParts<App> for Guest {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Visitor(caller) = Visitor::from_request_parts(parts, app).await?;
        Ok(Self(Clients { peers: app.peers.clone(), token: caller.token }))
    }
}

macro_rules! clients {
    ($($(#[$doc:meta])* $name:ident: $client:ident at $peer:ident,)+) => {
        impl Clients {
            $(
                $(#[$doc])*
                pub fn $name(&self) -> $client<Line> {
                    let peer: &Peer = &self.peers.$peer;
                    $client::new(peer.with_token(&self.token))
                }
            )+
        }
    };
}

impl Clients {
    /// Briefs made anew, by a model that may take its time.
    pub fn insights(&self) -> InsightServiceClient<Line> {
        InsightServiceClient::new(self.peers.ai.with_token(&self.token).within(WHILE_A_MODEL_WRITES))
    }
}

clients! {
    /// Threads.
    conversations: ConversationServiceClient at conversation,
    /// The passage between the AI and people.
    handoffs: HandoffServiceClient at conversation,
    /// What the staff writes for the staff.
    notes: NoteServiceClient at conversation,
    /// End users.
    contacts: ContactServiceClient at conversation,
    /// A visitor's own thread.
    visitors: VisitorServiceClient at conversation,
    /// Why conversations went where they went.
    routing: RoutingServiceClient at routing,
    /// Who takes conversations.
    availability: AvailabilityServiceClient at routing,
    /// When people work.
    office_hours: OfficeHoursServiceClient at routing,
    /// What answers first.
    assistants: AssistantServiceClient at ai,
    /// What it answers from.
    knowledge: KnowledgeServiceClient at ai,
    /// The staff.
    members: MemberServiceClient at team,
    /// Groups of the staff.
    teams: TeamServiceClient at team,
    /// Keys of programs.
    credentials: CredentialServiceClient at team,
    /// Replies used again.
    canned: CannedResponseServiceClient at team,
    /// What people are told, and why.
    notices: NotificationServiceClient at notification,
    /// What they want to be told.
    preferences: PreferenceServiceClient at notification,
}
