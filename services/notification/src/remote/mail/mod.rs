//! Hands mails over: to a mail server, or into files where there is none.
//!
//! Everything that was typed by somebody is cleaned here once more before it comes near a header, whoever cleaned it before. Must not know why a
//! mail is sent, or in which words.

mod files;
mod message;
mod responses;
#[cfg(test)]
mod sample;
mod sender;
mod smtp;

pub use self::{
    files::FilePost,
    sender::Sender,
    smtp::{Login, Security, SmtpPost, SmtpSettings},
};
