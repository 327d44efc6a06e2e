//! A letter about a conversation is to be written: what it says was said is read at one moment, shortly before it goes.

use std::sync::Arc;

use baton_kit::life::{clock::SharedClock, ids::WorkspaceId};

use super::{
    ports::correspondence::{Addressee, Correspondence, CorrespondenceReader},
    read_conversation::ReadRefused,
    resume_links::ResumeLinks,
};
use crate::domain::{ids::ConversationId, resume_link::ResumeLink};

/// How many unread messages a letter may quote.
const UNREAD: u32 = 20;

/// Reads what letters are written from.
#[derive(Clone)]
pub struct Correspond {
    /// Where it is kept.
    pub reader: Arc<dyn CorrespondenceReader>,
    /// Links back to the conversation.
    pub links: ResumeLinks,
    /// Time.
    pub clock: SharedClock,
}

impl Correspond {
    /// What a letter to somebody says, and for the visitor the token of the link that leads back.
    ///
    /// # Errors
    /// When the conversation is not there, or cannot be read.
    pub async fn read(
        &self,
        workspace: WorkspaceId,
        id: ConversationId,
        to: Addressee,
    ) -> Result<(Correspondence, Option<String>), ReadRefused> {
        let found = self.reader.correspondence(workspace, id, to, UNREAD).await?;
        let found = found.ok_or(ReadRefused::NotFound)?;
        let link = ResumeLink::from_now(workspace, (id, found.conversation.contact), self.clock.now());
        let token = (to == Addressee::Visitor).then(|| self.links.seal(link));
        Ok((found, token))
    }
}
