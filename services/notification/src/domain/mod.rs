//! Who is told of what, decided without asking anybody: what a change leads to, whom it concerns, and what becomes of a mail.
//!
//! Pure. Must not know where facts come from, how mails travel or how anything is stored.

pub mod decide;
pub mod ids;
pub mod kind;
pub mod ledger;
pub mod letter;
pub mod mailing;
pub mod news;
pub mod notice;
pub mod pace;
pub mod preference;
