//! Tokens of links in mails that open one conversation.

use baton_kit::door::links::Links;
use jiff::Timestamp;

use crate::domain::resume_link::ResumeLink;

/// What these tokens are for; a token made for something else opens nothing here.
const PURPOSE: &str = "resume";

/// Makes and opens them.
#[derive(Clone)]
pub struct ResumeLinks(pub Links);

impl ResumeLinks {
    /// The token of a link.
    pub fn seal(&self, link: ResumeLink) -> String {
        self.0.seal(PURPOSE, &link.to_bytes())
    }

    /// What a token opens, if it was made here and is good still.
    pub fn open(&self, token: &str, now: Timestamp) -> Option<ResumeLink> {
        let link = ResumeLink::from_bytes(&self.0.open(PURPOSE, token)?)?;
        link.is_good_at(now).then_some(link)
    }
}
