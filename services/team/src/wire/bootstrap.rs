//! The first workspace of an installation, made by the composition without a call over the wire.

use baton_kit::door::{
    principal::{Caller, Kind},
    refusal::Refusal,
};
use baton_proto::team::v1::{CreateWorkspaceRequest, Workspace};
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

use super::Started;
use crate::{
    application::{
        bootstrap::Bootstrapped,
        create_workspace::{CreateWorkspaceError, FirstReply},
    },
    domain::name::DisplayName,
    transport::convert,
};

/// Shortcut, title and text of the canned responses that the workspace begins with.
const FIRST_REPLIES: [[&str; 3]; 2] = [
    [
        "thanks",
        "Thank you",
        "Thank you for writing to us, {{contact.name|there}}! Is there anything else I can do?",
    ],
    [
        "delay",
        "It takes a little longer",
        "Hi {{contact.name|there}}, I am looking into it. It takes a little longer; I will be back with an answer.",
    ],
];

/// The workspace that a first start makes.
#[derive(Debug, Clone)]
pub struct Bootstrap {
    /// How members name it when they sign in.
    pub workspace_slug: String,
    /// Shown to people.
    pub workspace_name: String,
    /// The first owner's address.
    pub owner_email: String,
    /// The first owner's name.
    pub owner_name: String,
    /// The first owner's password.
    pub owner_password: SecretString,
}

/// Why the first workspace is not there.
#[derive(Debug, thiserror::Error)]
pub enum BootstrapError {
    /// It cannot be made of this; says which fields and repeats none of them.
    #[error("{0}")]
    Malformed(String),
    /// It could not be made.
    #[error(transparent)]
    Create(#[from] CreateWorkspaceError),
}

impl Started {
    /// Makes the workspace with its owner and its first canned responses, all or nothing, if there is none with this slug; one that is
    /// there is left as it is.
    ///
    /// # Errors
    /// [`BootstrapError`], each as it says.
    pub async fn bootstrap(&self, wanted: Bootstrap) -> Result<Bootstrapped, BootstrapError> {
        // Read as if it came over the wire, so that there is one rule for what a workspace is.
        let request = CreateWorkspaceRequest {
            request_id: self.ids.next().simple().to_string(),
            workspace: Some(Workspace {
                slug: wanted.workspace_slug,
                display_name: wanted.workspace_name,
                ..Workspace::default()
            }),
            owner_email: wanted.owner_email,
            owner_display_name: wanted.owner_name,
            owner_password: wanted.owner_password.expose_secret().to_owned(),
        };
        let mut command = convert::create_workspace(&nobody(), request).map_err(malformed)?;
        command.replies = first_replies()?;
        Ok(self.bootstrap.run(command).await?)
    }
}

fn first_replies() -> Result<Vec<FirstReply>, BootstrapError> {
    let broken =
        |what: &dyn std::fmt::Display| BootstrapError::Malformed(format!("a first canned response: {what}"));
    let reply = |[shortcut, title, text]: [&str; 3]| {
        Ok(FirstReply {
            shortcut: shortcut.parse().map_err(|error| broken(&error))?,
            title: DisplayName::new(title),
            text: text.parse().map_err(|error| broken(&error))?,
        })
    };
    FIRST_REPLIES.into_iter().map(reply).collect()
}

fn nobody() -> Caller {
    Caller {
        kind: Kind::Operator,
        subject: Uuid::nil(),
        service: String::new(),
        workspace: None,
        scopes: Vec::new(),
        audience: Uuid::nil(),
        only: None,
        token: "".into(),
    }
}

fn malformed(refusal: Refusal) -> BootstrapError {
    BootstrapError::Malformed(tonic::Status::from(refusal).message().to_owned())
}
