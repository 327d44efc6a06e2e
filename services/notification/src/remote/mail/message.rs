//! A mail as the bytes that go out. Must not know how they travel.
//!
//! The headers are these and no others, one of each: `From`, `To`, `Subject`, `Date`, `Message-ID`, `References`, `In-Reply-To`,
//! `MIME-Version`, `Content-Type`, `Content-Language`, `Auto-Submitted`, `X-Auto-Response-Suppress`, `List-Unsubscribe`,
//! `List-Unsubscribe-Post`. There is no `Reply-To`: an answer goes to the address nobody reads, because mails are not taken in yet.

use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::Timestamp;
use lettre::{
    Address, Message,
    address::Envelope,
    message::{
        Mailbox, MessageBuilder, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};

use super::sender::{self, Sender};
use crate::{
    application::ports::mail::{Mail, PostRefused},
    domain::letter::clean,
    remote::letters::is_link,
};

/// The longest subject, in characters: a line of a header has 998 bytes at most, of which a character may take four, and a third more when encoded;
/// it is folded long before.
const SUBJECT: usize = 200;
/// The most bytes of a part. The composer keeps far below it.
const PART: usize = 512 * 1024;

/// A mail ready to go out.
#[derive(Debug)]
pub struct Written {
    /// The only recipient.
    pub to: Address,
    /// The whole message.
    pub bytes: Vec<u8>,
}

/// Writes a mail. What cannot be written as it is, is written without the names; what cannot be written even so, is refused.
///
/// # Errors
/// [`PostRefused::Refused`]: the address is none. [`PostRefused::Unwritable`]: the link is none, or the mail is too large.
pub fn write(mail: &Mail, sender: &Sender, at: Timestamp) -> Result<Written, PostRefused> {
    let unwritable = |class: &str| PostRefused::Unwritable(class.to_owned());
    let none = || PostRefused::Refused("address".to_owned());
    let to = sender::parse(&mail.to.address).ok_or_else(none)?;
    if !is_link(&mail.unsubscribe_link) {
        return Err(unwritable("link"));
    }
    if mail.text.len() > PART || mail.html.len() > PART {
        return Err(unwritable("size"));
    }
    let with = |from: Option<String>, name: Option<String>| {
        let (from, to) = (Mailbox::new(from, sender.address().clone()), Mailbox::new(name, to.clone()));
        guarded(|| build(mail, sender, (from, to), at))
    };
    let named = with(sender::name(&mail.from_name), sender::name(&mail.to.name));
    let bytes = named.or_else(|| with(None, None)).ok_or_else(|| unwritable("library"))?;
    Ok(Written { to, bytes })
}

/// The library panics on some of what people type (guarantees.md, finding 7). Nothing like that gets here; should it, one mail is lost and not
/// the worker with it.
fn guarded(work: impl FnOnce() -> Option<Vec<u8>>) -> Option<Vec<u8>> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        tracing::error!("building a mail panicked");
        None
    })
}

/// Bytes in ASCII: every part is encoded, so that no server has to know 8BITMIME.
fn build(mail: &Mail, sender: &Sender, (from, to): (Mailbox, Mailbox), at: Timestamp) -> Option<Vec<u8>> {
    let envelope = Envelope::new(Some(from.email.clone()), vec![to.email.clone()]).ok()?;
    let thread = format!("<{}>", sender.thread_id(&mail.conversation));
    let builder = Message::builder()
        .envelope(envelope)
        .from(from)
        .to(to)
        .subject(header_text(&mail.subject, SUBJECT))
        .date(at.into())
        .message_id(Some(format!("<{}>", sender.message_id(mail.mailing))))
        .references(thread.clone())
        .in_reply_to(thread);
    let parts = MultiPart::alternative_plain_html(body(&mail.text), body(&mail.html));
    let message = automatic(builder, mail).multipart(parts).ok()?;
    Some(message.formatted()).filter(|bytes| bytes.is_ascii())
}

/// What tells machines that no person wrote this, and how to stop it (RFC 3834, RFC 8058).
fn automatic(builder: MessageBuilder, mail: &Mail) -> MessageBuilder {
    let headers = [
        (HeaderName::new_from_ascii_str("Content-Language"), mail.language.to_owned()),
        (HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()),
        (HeaderName::new_from_ascii_str("X-Auto-Response-Suppress"), "All".to_owned()),
        (HeaderName::new_from_ascii_str("List-Unsubscribe"), format!("<{}>", mail.unsubscribe_link)),
        (HeaderName::new_from_ascii_str("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click".to_owned()),
    ];
    headers
        .into_iter()
        .fold(builder, |builder, (name, value)| builder.raw_header(HeaderValue::new(name, value)))
}

/// Clean, and nothing in it that a reader would decode: the library leaves ASCII as it stands, also `=?utf-8?…?=`.
fn header_text(text: &str, at_most: usize) -> String {
    clean::line(text, at_most).replace("=?", "= ?")
}

/// No control characters but the ends of lines.
fn body(text: &str) -> String {
    text.chars().filter(|c| *c == '\n' || !c.is_control()).collect()
}

#[cfg(test)]
mod tests;
