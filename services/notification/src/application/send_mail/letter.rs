//! What a letter says, put together from what the others answered.

use crate::{
    application::{
        ports::{Correspondence, mail::Composer},
        unsubscribe::Permits,
    },
    domain::{
        kind::Recipient,
        letter::{Addressee, LetterContent},
        mailing::Mailing,
    },
};

/// What stands in every letter.
#[derive(Clone)]
pub struct Writer {
    /// Where people reach the pages, without a slash at its end.
    pub public_url: String,
    /// As whom mails come; empty: as the workspace, to visitors.
    pub from_name: String,
    /// The language of mails to members.
    pub staff_language: String,
    /// Makes the tokens of links to unsubscribe.
    pub permits: Permits,
}

/// What the correspondence does not say.
pub(super) struct Rest {
    pub to: Addressee,
    pub workspace_name: String,
    pub team: Option<String>,
    pub after: i64,
    pub upto: i64,
}

impl Writer {
    pub(super) fn letter(
        &self,
        mailing: &Mailing,
        known: Correspondence,
        rest: Rest,
        composer: &dyn Composer,
    ) -> LetterContent {
        let to_visitor = matches!(mailing.recipient, Recipient::Contact(_));
        let languages = self.languages(&known, to_visitor);
        let wanted: Vec<&str> = languages.iter().map(String::as_str).collect();
        let token = self.permits.seal(mailing, composer.language(&wanted));
        let told = |sequence: i64| !to_visitor || (sequence > rest.after && sequence <= rest.upto);
        let as_workspace = to_visitor && self.from_name.is_empty();
        LetterContent {
            kind: mailing.kind,
            languages,
            workspace: mailing.workspace,
            mailing: mailing.id,
            conversation: mailing.conversation,
            to: rest.to,
            from_name: if as_workspace { rest.workspace_name.clone() } else { self.from_name.clone() },
            workspace_name: rest.workspace_name,
            contact_name: known.contact_name,
            assistant_name: known.assistant_name,
            team_name: rest.team,
            handoff_reason: known.handoff_reason,
            priority: known.priority,
            // The brief is for the staff.
            brief: if to_visitor { Vec::new() } else { known.brief },
            messages: known.messages.into_iter().filter(|(at, _)| told(*at)).map(|(_, said)| said).collect(),
            link: self.link(mailing, to_visitor, &known.resume_token),
            unsubscribe_link: format!("{}/unsubscribe/{token}", self.public_url),
        }
    }

    fn languages(&self, known: &Correspondence, to_visitor: bool) -> Vec<String> {
        let visitor = Some(known.language.clone()).filter(|language| to_visitor && !language.is_empty());
        visitor.into_iter().chain([self.staff_language.clone()]).collect()
    }

    /// The token of a visitor stands behind the `#`, so that it is in no log and no Referer.
    fn link(&self, mailing: &Mailing, to_visitor: bool, resume_token: &str) -> String {
        let Self { public_url, .. } = self;
        if to_visitor {
            return format!("{public_url}/widget/resume#{resume_token}");
        }
        format!("{public_url}/inbox/c/{}", mailing.conversation)
    }
}
