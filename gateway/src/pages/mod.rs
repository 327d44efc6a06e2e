//! Pages for browsers: the widget, the inbox, the demo, and what stands behind links in mails.
//!
//! All of them are static or made from templates that escape; whatever changes is asked of the services. No page stands on a session: the
//! inbox signs in by the API. Must not know what the built files do.

mod answer;
mod demo;
mod documents;
mod files;
mod inbox;
mod mails;
mod sites;
mod unsubscribe;
mod widget;

use std::sync::{Arc, OnceLock};

use axum::{Router, extract::State, http::HeaderMap, response::Redirect, routing::get};
use baton_kit::{
    door::peer::Peer,
    life::{clock::SharedClock, ids::WorkspaceId},
};
use baton_proto::internal::notification::v1::edge_service_client::EdgeServiceClient;

use answer::Keep;
use documents::Documents;
use sites::Sites;

/// What the demo page shows. There is none until it is known.
#[derive(Debug, Clone)]
pub struct Demo {
    /// The key its widget carries.
    pub widget_key: String,
    /// Whose mails `/demo/mails` lists: the demo workspace's, if they are written to files. Everybody who reaches the page may read them.
    pub mails_of: Option<WorkspaceId>,
    /// How to get into the inbox.
    pub sign_in: SignInHint,
}

/// How somebody who tries the demo signs in. Holds no password.
#[derive(Debug, Clone, serde::Serialize)]
pub struct SignInHint {
    /// The workspace's short name.
    pub workspace: String,
    /// The owner's address.
    pub email: String,
    /// Where the password is to be found, such as the name of a file.
    pub password_in: String,
}

/// What the pages need; clones share it.
#[derive(Clone)]
pub(crate) struct Pages(Arc<Parts>);

struct Parts {
    documents: Documents,
    sites: Sites,
    notification: Peer,
    demo: Arc<OnceLock<Demo>>,
}

impl Pages {
    /// Fails only if a template is broken.
    pub fn new(
        (conversation, notification): (Peer, Peer),
        clock: SharedClock,
        demo: Arc<OnceLock<Demo>>,
    ) -> Result<Self, minijinja::Error> {
        let (documents, sites) = (Documents::new()?, Sites::new(conversation, clock));
        Ok(Self(Arc::new(Parts { documents, sites, notification, demo })))
    }

    fn documents(&self) -> &Documents {
        &self.0.documents
    }

    fn demo(&self) -> Option<&Demo> {
        self.0.demo.get()
    }

    fn notification(&self) -> EdgeServiceClient<baton_kit::door::peer::Line> {
        EdgeServiceClient::new(self.0.notification.as_self())
    }
}

/// Every page.
pub(crate) fn router<S>(pages: Pages) -> Router<S> {
    Router::new()
        .route("/", get(entrance))
        .route("/favicon.ico", get(icon))
        .route("/pages/style.css", get(style))
        .merge(widget::routes())
        .merge(inbox::routes())
        .merge(demo::routes())
        .merge(mails::routes())
        .merge(unsubscribe::routes())
        .with_state(pages)
}

async fn entrance(State(pages): State<Pages>) -> Redirect {
    Redirect::temporary(if pages.demo().is_some() { "/demo" } else { "/inbox" })
}

async fn style(headers: HeaderMap) -> axum::response::Response {
    answer::file(&files::STYLE, &headers, Keep::Briefly)
}

async fn icon(headers: HeaderMap) -> axum::response::Response {
    answer::file(&files::ICON, &headers, Keep::Briefly)
}
