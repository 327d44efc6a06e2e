//! Finds the words of a mail: languages, templates, the order of its parts.
//!
//! Everything a person wrote is cleaned on its way in and escaped on its way out. Must not know of headers, servers or files.

mod parts;
mod templates;
mod words;

use std::fmt;

use self::{
    parts::{NAME, Parts},
    templates::Templates,
    words::{Languages, Words, fill},
};
use crate::{
    application::ports::mail::{ComposeFailed, Composer, Mail, UnsubscribePage},
    domain::{
        kind::Kind,
        letter::{Addressee, LetterContent, clean},
    },
};

pub use self::words::LettersError;

/// The longest subject, in characters.
const SUBJECT: usize = 150;
/// The longest address of a page: with its angle brackets and the header's name it must fit into a line of 998 bytes (RFC 5322, 2.1.1).
const LONGEST_LINK: usize = 900;
/// The longest beginning of one: the token of a link, at its end, is about as long.
const LONGEST_BASE: usize = 400;

/// The composer: words and templates, read once.
pub struct Letters {
    languages: Languages,
    templates: Templates,
}

impl fmt::Debug for Letters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letters").finish_non_exhaustive()
    }
}

impl Letters {
    /// Reads what is compiled in.
    ///
    /// # Errors
    /// [`LettersError`] if a file of words or a template is faulty.
    pub fn load() -> Result<Self, LettersError> {
        Ok(Self { languages: Languages::load()?, templates: Templates::load()? })
    }
}

impl Composer for Letters {
    fn compose(&self, content: &LetterContent) -> Result<Mail, ComposeFailed> {
        for link in [&content.link, &content.unsubscribe_link] {
            if !is_link(link) {
                return Err(ComposeFailed("an address of a page is none".to_owned()));
            }
        }
        let wanted: Vec<&str> = content.languages.iter().map(String::as_str).collect();
        let (language, words) = self.languages.first_of(&wanted);
        let subject = subject(words, content);
        let parts = Parts::of(words, language, &subject, content);
        Ok(Mail {
            workspace: content.workspace,
            mailing: content.mailing,
            conversation: content.conversation,
            to: addressee(content),
            from_name: clean::line(&content.from_name, NAME),
            text: self.templates.text(&parts)?,
            html: self.templates.html(&parts)?,
            subject,
            unsubscribe_link: content.unsubscribe_link.clone(),
            language,
        })
    }

    fn language(&self, wanted: &[&str]) -> &'static str {
        self.languages.first_of(wanted).0
    }

    fn unsubscribe_page(&self, language: &str, kind: Kind) -> UnsubscribePage {
        let (language, words) = self.languages.first_of(&[language]);
        UnsubscribePage {
            language,
            title: words.unsubscribe.title.clone(),
            question: fill(&words.of(kind).question, &[("business", &words.names.business)]),
            button: words.unsubscribe.button.clone(),
            done: words.unsubscribe.done.clone(),
        }
    }
}

/// Not isolated: headers keep no such marks.
fn subject(words: &Words, content: &LetterContent) -> String {
    let contact = parts::or(clean::line(&content.contact_name, NAME), &words.names.visitor);
    let business = parts::business(words, content);
    let filled = fill(&words.of(content.kind).subject, &[("contact", &contact), ("business", &business)]);
    clean::line(&filled, SUBJECT)
}

/// Nobody confirmed a visitor's address: whoever typed it also typed the name, and might have typed an advertisement to somebody else.
fn addressee(content: &LetterContent) -> Addressee {
    let mut name = clean::line(&content.to.name, NAME);
    if content.kind == Kind::VisitorReply && clean::looks_like_a_link(&name) {
        name.clear();
    }
    Addressee { name, address: content.to.address.clone() }
}

/// Whether links that begin with this address are links.
pub(crate) fn begins_links(text: &str) -> bool {
    text.len() <= LONGEST_BASE && is_link(text) && !text.contains(['?', '#'])
}

/// An absolute address of a page that can stand in a header, where nothing takes a part of it for an encoded word, and in HTML.
pub(crate) fn is_link(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    text.len() <= LONGEST_LINK
        && rest.is_some_and(|rest| !rest.is_empty() && !rest.contains("=?"))
        && text.bytes().all(|b| b.is_ascii_graphic() && !b"<>\"'`,\\".contains(&b))
}

#[cfg(test)]
mod tests;
