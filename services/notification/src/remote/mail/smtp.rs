//! Mails to a mail server.
//!
//! Whatever says something about the server and not about the mail is tried again: a wrong password must not cost a day's mails. Must not know what
//! is in a mail.

mod line;
mod settings;

use std::{sync::Mutex, time::Duration};

use async_trait::async_trait;
use baton_kit::life::{
    clock::{self, SharedClock},
    ids::WorkspaceId,
};

pub use self::settings::{Login, Security, SmtpSettings};
use self::{
    line::{Line, Trouble},
    settings::{SmtpFault, Way},
};
use super::{
    message::{self, Written},
    sender::Sender,
};
use crate::{
    application::ports::mail::{FiledMail, FiledMails, FilesUnreadable, Mail, OpenedMail, Post, PostRefused},
    domain::ids::MailingId,
};

/// Connections kept open between mails. More may be in use.
const KEPT: usize = 4;
/// Servers hang up on who is silent; before most of them do, the connection is not used again.
const KEPT_FOR: Duration = Duration::from_secs(20);

/// Hands mails to a mail server.
///
/// It keeps its connections itself: one that a deadline cut off in the middle is closed, never used again. An answer that is still on its way would
/// be taken for the answer to the next mail.
pub struct SmtpPost {
    way: Way,
    sender: Sender,
    within: Duration,
    clock: SharedClock,
    kept: Mutex<Vec<Kept>>,
}

struct Kept {
    line: Line,
    since: Duration,
}

impl std::fmt::Debug for SmtpPost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmtpPost").field("way", &self.way).finish_non_exhaustive()
    }
}

impl SmtpPost {
    /// To this server. Nothing is connected yet.
    ///
    /// # Errors
    /// [`SmtpFault`] if the settings cannot be used.
    pub fn open(settings: SmtpSettings, sender: Sender, clock: SharedClock) -> Result<Self, SmtpFault> {
        let within = settings.send_within;
        Ok(Self { way: Way::of(settings)?, sender, within, clock, kept: Mutex::default() })
    }

    async fn deliver(&self, written: &Written) -> Result<(), Trouble> {
        let mut line = match self.kept_line().await {
            Some(line) => line,
            None => Line::open(&self.way).await?,
        };
        line.deliver(self.sender.address(), written).await?;
        self.keep(line);
        Ok(())
    }

    /// One that was kept and still answers.
    async fn kept_line(&self) -> Option<Line> {
        loop {
            let Kept { mut line, since } = self.take()?;
            let fresh = self.clock.monotonic().saturating_sub(since) < KEPT_FOR;
            if fresh && line.answers().await {
                return Some(line);
            }
        }
    }

    fn take(&self) -> Option<Kept> {
        self.kept.lock().ok()?.pop()
    }

    fn keep(&self, line: Line) {
        let since = self.clock.monotonic();
        if let Ok(mut kept) = self.kept.lock()
            && kept.len() < KEPT
        {
            kept.push(Kept { line, since });
        }
    }
}

#[async_trait]
impl Post for SmtpPost {
    async fn send(&self, mail: &Mail) -> Result<(), PostRefused> {
        let written = message::write(mail, &self.sender, self.clock.now())?;
        match clock::timeout(&self.clock, self.within, self.deliver(&written)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(trouble)) => Err(told(trouble)),
            Err(_) => Err(PostRefused::TryAgain("timeout".to_owned())),
        }
    }

    fn message_id(&self, mailing: MailingId) -> String {
        self.sender.message_id(mailing)
    }
}

/// A server that was set up wrongly is told here and not by who asked, since it concerns every mail.
fn told(trouble: Trouble) -> PostRefused {
    match trouble {
        Trouble::Refused(class) => PostRefused::Refused(class),
        Trouble::TryAgain(class) => PostRefused::TryAgain(class),
        Trouble::Setup(class, what) => {
            tracing::error!(
                class,
                what,
                "the mail server cannot be used as it is set up; mails are kept and tried again"
            );
            PostRefused::TryAgain(class)
        }
    }
}

/// Nothing goes to files.
#[async_trait]
impl FiledMails for SmtpPost {
    async fn list(&self, _: WorkspaceId) -> Result<Vec<FiledMail>, FilesUnreadable> {
        Ok(Vec::new())
    }

    async fn open(&self, _: WorkspaceId, _: &str) -> Result<Option<OpenedMail>, FilesUnreadable> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests;
