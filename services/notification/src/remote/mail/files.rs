//! Mails as files, where there is no mail server: in the embedded form, and where one wants to look at them first. A folder a workspace.
//!
//! Whoever reads the folder reads the mails and their links, so nobody else may. Must not know who asks for them.

use std::{
    io,
    os::unix::fs::{DirBuilderExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use baton_kit::life::{clock::SharedClock, ids::WorkspaceId};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use mail_parser::MessageParser;
use tokio::{fs, io::AsyncWriteExt as _};

use super::{message, sender::Sender};
use crate::{
    application::ports::mail::{FiledMail, FiledMails, FilesUnreadable, Mail, OpenedMail, Post, PostRefused},
    domain::ids::MailingId,
};

/// Shown at most, of a workspace.
const SHOWN: usize = 200;
/// Kept at most, of a workspace; the oldest go.
const KEPT: usize = 1000;
/// Names begin with it: sorted by name, they are sorted by time.
const TIME: &str = "%Y%m%dT%H%M%S.%6fZ";
const ENDING: &str = ".eml";
/// What a file is called that is being written: hidden, and no mail.
const HIDDEN: char = '.';
const PART: &str = ".part";
/// Only the owner.
const FOLDER_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;

/// The folder cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the folder for mails {folder} cannot be used: {cause}")]
pub struct FolderError {
    folder: PathBuf,
    cause: io::Error,
}

/// Writes mails to files.
pub struct FilePost {
    folder: PathBuf,
    sender: Sender,
    clock: SharedClock,
}

impl std::fmt::Debug for FilePost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FilePost").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl FilePost {
    /// Into this folder, which is made if it is not there and closed to others. What a life before was cut off at goes.
    ///
    /// # Errors
    /// [`FolderError`]
    pub async fn open(folder: PathBuf, sender: Sender, clock: SharedClock) -> Result<Self, FolderError> {
        let made = async {
            make(&folder).await?;
            sweep(&folder).await
        };
        match made.await {
            Ok(()) => Ok(Self { folder, sender, clock }),
            Err(cause) => Err(FolderError { folder, cause }),
        }
    }

    /// Where the mails of a workspace are: an id is a name of its own, with no way in it.
    fn of(&self, workspace: WorkspaceId) -> PathBuf {
        self.folder.join(workspace.to_string())
    }

    /// The folder of a workspace, made if it is not there; not the one around it, without which nothing can be kept.
    async fn made(&self, workspace: WorkspaceId) -> io::Result<PathBuf> {
        let folder = self.of(workspace);
        match fs::DirBuilder::new().mode(FOLDER_MODE).create(&folder).await {
            Ok(()) => sync(&self.folder).await?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        Ok(folder)
    }

    /// Under its name whole or not at all, also if the power is cut: it is written beside and moved.
    async fn put(&self, workspace: WorkspaceId, name: &str, bytes: &[u8]) -> io::Result<()> {
        let folder = self.made(workspace).await?;
        let beside = folder.join(format!("{HIDDEN}{name}{PART}"));
        let mut options = fs::OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(FILE_MODE).open(&beside).await?;
        file.write_all(bytes).await?;
        file.sync_all().await?;
        fs::rename(&beside, folder.join(name)).await?;
        sync(&folder).await
    }

    /// Newest first; none of a workspace that never had a mail.
    async fn names(&self, workspace: WorkspaceId) -> io::Result<Vec<String>> {
        let mut names = match names_in(&self.of(workspace)).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::metadata(&self.folder).await?;
                Vec::new()
            }
            found => found?,
        };
        names.retain(|name| written_at(name).is_some());
        names.sort_unstable_by(|one, other| other.cmp(one));
        Ok(names)
    }

    async fn forget_oldest(&self, workspace: WorkspaceId) -> io::Result<()> {
        let folder = self.of(workspace);
        for name in self.names(workspace).await?.into_iter().skip(KEPT) {
            fs::remove_file(folder.join(name)).await?;
        }
        Ok(())
    }

    async fn read(&self, workspace: WorkspaceId, name: &str) -> Result<Option<OpenedMail>, FilesUnreadable> {
        let Some(at) = written_at(name) else {
            return Ok(None);
        };
        match fs::read(self.of(workspace).join(name)).await {
            Ok(bytes) => Ok(opened(name, at, &bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unreadable(&error)),
        }
    }
}

#[async_trait]
impl Post for FilePost {
    async fn send(&self, mail: &Mail) -> Result<(), PostRefused> {
        let now = self.clock.now();
        let written = message::write(mail, &self.sender, now)?;
        let name = format!("{}-{}{ENDING}", now.strftime(TIME), mail.mailing);
        if let Err(error) = self.put(mail.workspace, &name, &written.bytes).await {
            tracing::error!(%error, "a mail cannot be written to its file");
            return Err(PostRefused::TryAgain("file".to_owned()));
        }
        if let Err(error) = self.forget_oldest(mail.workspace).await {
            tracing::warn!(%error, "old mails cannot be removed");
        }
        Ok(())
    }

    fn message_id(&self, mailing: MailingId) -> String {
        self.sender.message_id(mailing)
    }
}

#[async_trait]
impl FiledMails for FilePost {
    async fn list(&self, workspace: WorkspaceId) -> Result<Vec<FiledMail>, FilesUnreadable> {
        let names = self.names(workspace).await.map_err(|error| unreadable(&error))?;
        let mut mails = Vec::new();
        for name in names.into_iter().take(SHOWN) {
            mails.extend(self.read(workspace, &name).await?.map(|opened| opened.mail));
        }
        Ok(mails)
    }

    async fn open(&self, workspace: WorkspaceId, name: &str) -> Result<Option<OpenedMail>, FilesUnreadable> {
        self.read(workspace, name).await
    }
}

async fn make(folder: &Path) -> io::Result<()> {
    let folder = folder.to_owned();
    // Blocking, but once and before anything else runs.
    std::fs::DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(&folder)?;
    fs::set_permissions(&folder, std::fs::Permissions::from_mode(FOLDER_MODE)).await
}

/// Removes what was being written when a life before this one ended: nobody will go on with it.
async fn sweep(folder: &Path) -> io::Result<()> {
    for workspace in names_in(folder).await?.iter().filter(|name| name.parse::<WorkspaceId>().is_ok()) {
        let folder = folder.join(workspace);
        for name in names_in(&folder).await?.iter().filter(|name| is_part(name)) {
            fs::remove_file(folder.join(name)).await?;
        }
    }
    Ok(())
}

fn is_part(name: &str) -> bool {
    let whole = name.strip_prefix(HIDDEN).and_then(|rest| rest.strip_suffix(PART));
    whole.is_some_and(|name| written_at(name).is_some())
}

/// The names in a folder that are text, as all of ours are.
async fn names_in(folder: &Path) -> io::Result<Vec<String>> {
    let mut entries = fs::read_dir(folder).await?;
    let mut names = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        names.extend(entry.file_name().into_string().ok());
    }
    Ok(names)
}

/// What stands in a folder is on the disk only after this.
async fn sync(folder: &Path) -> io::Result<()> {
    fs::File::open(folder).await?.sync_all().await
}

/// When a file of this name was written; `None` if no file here has such a name, so that no name leads out of the folder.
fn written_at(name: &str) -> Option<Timestamp> {
    let (time, mailing) = name.strip_suffix(ENDING)?.split_once('-')?;
    mailing.parse::<MailingId>().ok()?;
    let at = DateTime::strptime(TIME, time).ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp();
    // As this writes it and no other way.
    (at.strftime(TIME).to_string() == time).then_some(at)
}

fn opened(name: &str, at: Timestamp, bytes: &[u8]) -> Option<OpenedMail> {
    let message = MessageParser::default().parse(bytes)?;
    let part = |text: Option<std::borrow::Cow<'_, str>>| text.unwrap_or_default().into_owned();
    let to = message.to().and_then(|to| to.first()).and_then(|to| to.address()).unwrap_or_default();
    let mail = FiledMail {
        name: name.to_owned(),
        to: to.to_owned(),
        subject: message.subject().unwrap_or_default().to_owned(),
        at,
    };
    let raw = String::from_utf8_lossy(bytes).into_owned();
    Some(OpenedMail { mail, text: part(message.body_text(0)), html: part(message.body_html(0)), raw })
}

fn unreadable(error: &io::Error) -> FilesUnreadable {
    FilesUnreadable(error.kind().to_string())
}

#[cfg(test)]
mod tests;
