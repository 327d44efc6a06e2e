//! The first workspace of an installation, made by the composition without a call over the wire.

use baton_kit::door::{
    principal::{Caller, Kind},
    refusal::Refusal,
};
use baton_kit::life::ids::WorkspaceId;
use baton_proto::team::v1::{
    CannedResponse, CannedScope, CreateCannedResponseRequest, CreateWorkspaceRequest, Workspace,
};
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

use super::Started;
use crate::{
    application::{bootstrap::Bootstrapped, create_workspace::CreateWorkspaceError, ports::MakeCannedError},
    domain::role::Role,
    transport::convert,
};

/// Shortcut, title and text of the canned responses that the workspace begins with.
const FIRST_WORDS: [[&str; 3]; 2] = [
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
    /// What it begins with could not be made.
    #[error(transparent)]
    FirstWords(#[from] MakeCannedError),
}

impl Started {
    /// Makes the workspace with its owner if there is none with this slug; one that is there is left as it is.
    ///
    /// # Errors
    /// [`BootstrapError`], each as it says.
    pub async fn bootstrap(&self, wanted: Bootstrap) -> Result<Bootstrapped, BootstrapError> {
        let nobody = caller(Kind::Operator, Uuid::nil(), None);
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
        let command = convert::create_workspace(&nobody, request).map_err(malformed)?;
        let made = self.bootstrap.run(command).await?;
        if made.created {
            self.say_first_words(&made).await?;
        }
        Ok(made)
    }

    /// In the owner's name.
    async fn say_first_words(&self, made: &Bootstrapped) -> Result<(), BootstrapError> {
        let owner = Caller {
            scopes: Role::Owner.scopes().to_vec(),
            ..caller(Kind::Member, made.owner, Some(made.workspace))
        };
        for [shortcut, title, text] in FIRST_WORDS {
            let canned_response = Some(CannedResponse {
                scope: CannedScope::Workspace.into(),
                shortcut: shortcut.to_owned(),
                title: title.to_owned(),
                text: text.to_owned(),
                ..CannedResponse::default()
            });
            let request_id = format!("first-{shortcut}");
            let request = CreateCannedResponseRequest { request_id, canned_response };
            let command = convert::create_canned_response(&owner, request).map_err(malformed)?;
            self.first_words.run(command).await?;
        }
        Ok(())
    }
}

fn caller(kind: Kind, subject: Uuid, workspace: Option<WorkspaceId>) -> Caller {
    Caller {
        kind,
        subject,
        service: String::new(),
        workspace,
        scopes: Vec::new(),
        audience: Uuid::nil(),
        only: None,
        token: "".into(),
    }
}

fn malformed(refusal: Refusal) -> BootstrapError {
    BootstrapError::Malformed(tonic::Status::from(refusal).message().to_owned())
}
