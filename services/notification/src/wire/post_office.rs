//! How mails leave, by the settings.

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use baton_kit::{door::host::Host, life::ids::WorkspaceId};

use super::{Outside, StartError};
use crate::{
    Config,
    application::ports::mail::{FiledMail, FiledMails, FilesUnreadable, Mail, OpenedMail, Post, PostRefused},
    config::{Security, Smtp, Transport},
    domain::ids::MailingId,
    remote::mail::{self as post, FilePost, Login, Sender, SmtpPost, SmtpSettings},
};

/// The way mails leave.
pub(super) async fn open(config: &Config, files: &Path, host: &Host) -> Result<Outside, StartError> {
    let fault = |cause: &dyn std::fmt::Display| StartError::Post(cause.to_string());
    let sender = Sender::new(&config.from).map_err(|cause| fault(&cause))?;
    match config.transport {
        Transport::Files => {
            let opened = FilePost::open(files.to_owned(), sender, host.clock.clone()).await;
            Ok(both(opened.map_err(|cause| fault(&cause))?))
        }
        Transport::Smtp => {
            let opened = SmtpPost::open(settings(&config.smtp), sender, host.clock.clone());
            Ok(both(opened.map_err(|cause| fault(&cause))?))
        }
        Transport::Off => Ok(both(NoPost { sender })),
    }
}

fn both<P: Post + FiledMails>(post: P) -> Outside {
    let post = Arc::new(post);
    Outside { post: post.clone(), filed: post }
}

fn settings(smtp: &Smtp) -> SmtpSettings {
    let login = smtp.username.clone().zip(smtp.password.clone());
    SmtpSettings {
        host: smtp.host.clone().unwrap_or_default(),
        port: smtp.port,
        security: match smtp.security {
            Security::Starttls => post::Security::StartTls,
            Security::Tls => post::Security::Tls,
            Security::None => post::Security::None,
        },
        login: login.map(|(user, password)| Login { user, password }),
        ca_file: smtp.ca_file.as_ref().map(Into::into),
        send_within: smtp.timeout.get(),
    }
}

/// No mails at all. Nothing is brought here: what is due is dropped before.
struct NoPost {
    sender: Sender,
}

#[async_trait]
impl Post for NoPost {
    async fn send(&self, _: &Mail) -> Result<(), PostRefused> {
        Err(PostRefused::Refused("off".to_owned()))
    }

    fn message_id(&self, mailing: MailingId) -> String {
        self.sender.message_id(mailing)
    }
}

#[async_trait]
impl FiledMails for NoPost {
    async fn list(&self, _: WorkspaceId) -> Result<Vec<FiledMail>, FilesUnreadable> {
        Ok(Vec::new())
    }

    async fn open(&self, _: WorkspaceId, _: &str) -> Result<Option<OpenedMail>, FilesUnreadable> {
        Ok(None)
    }
}
