//! How enums stand in tables. Numbers never change their meaning.
//!
//! A number that means nothing is an error that says where it stands.

use baton_kit::data::StoreError;
use uuid::Uuid;

use crate::domain::{
    ids::{ContactId, MemberId},
    kind::{Channel, Kind, Recipient},
    ledger::{Decision, Reason},
};

fn impossible(column: &str, code: i32) -> StoreError {
    StoreError::Broken(format!("{column} holds {code}, which means nothing"))
}

/// Makes both directions of one table.
macro_rules! codes {
    ($to:ident, $from:ident, $type:ty, $column:literal, $($value:path => $code:literal,)+) => {
        /// The number in the table.
        pub fn $to(value: $type) -> i32 {
            match value { $($value => $code,)+ }
        }

        /// The meaning of a number in the table.
        pub fn $from(code: i32) -> Result<$type, StoreError> {
            match code { $($code => Ok($value),)+ other => Err(impossible($column, other)) }
        }
    };
}

codes! { from_kind, kind, Kind, "kind",
    Kind::HandoffRequested => 1,
    Kind::AssignedToMe => 2,
    Kind::AssignedToMyTeam => 3,
    Kind::ReplyOverdue => 4,
    Kind::VisitorReply => 5,
}
codes! { from_channel, channel, Channel, "ledger.channel",
    Channel::InApp => 1,
    Channel::Email => 2,
}
codes! { from_decision, decision, Decision, "ledger.decision",
    Decision::Delayed => 1,
    Decision::Sent => 2,
    Decision::Merged => 3,
    Decision::Dropped => 4,
    Decision::Failed => 5,
}
codes! { from_reason, reason, Reason, "ledger.reason",
    Reason::Due => 1,
    Reason::ReadFirst => 2,
    Reason::Read => 3,
    Reason::Overtaken => 4,
    Reason::SwitchedOff => 5,
    Reason::Unsubscribed => 6,
    Reason::Window => 7,
    Reason::NoAddress => 8,
    Reason::NotEligible => 9,
    Reason::TryAgain => 10,
    Reason::Refused => 11,
    Reason::GivenUp => 12,
    Reason::Unwritable => 13,
}

/// `recipient_kind` of a member.
pub const MEMBER: i32 = 1;
/// `recipient_kind` of a contact.
pub const CONTACT: i32 = 2;

/// `recipient_kind` and `recipient_id`.
pub fn from_recipient(recipient: Recipient) -> (i32, Uuid) {
    match recipient {
        Recipient::Member(id) => (MEMBER, id.uuid()),
        Recipient::Contact(id) => (CONTACT, id.uuid()),
    }
}

/// The recipient of those two.
pub fn recipient(kind: i32, id: Uuid) -> Result<Recipient, StoreError> {
    match kind {
        MEMBER => Ok(Recipient::Member(MemberId::from_uuid(id))),
        CONTACT => Ok(Recipient::Contact(ContactId::from_uuid(id))),
        other => Err(impossible("recipient_kind", other)),
    }
}

/// `mailing.state` of one that waits: what comes may join it.
pub const WAITING: i32 = 1;
/// `mailing.state` of one that was tried: what it tells of stays as it is.
pub const TRIED: i32 = 2;
/// `mailing.state` of one that was sent.
pub const SENT: i32 = 3;
/// `mailing.state` of one that another one tells.
pub const MERGED: i32 = 4;
/// `mailing.state` of one that was not to be sent.
pub const DROPPED: i32 = 5;
/// `mailing.state` of one that could not be sent.
pub const FAILED: i32 = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_means_one_thing_and_others_say_where_they_stand() {
        let kinds = (1..=5).map(|code| from_kind(kind(code).unwrap()));
        assert!(kinds.eq(1..=5));
        assert!((1..=13).map(|code| from_reason(reason(code).unwrap())).eq(1..=13));
        assert!((1..=5).map(|code| from_decision(decision(code).unwrap())).eq(1..=5));
        let refused = reason(14).unwrap_err().to_string();
        assert!(refused.contains("ledger.reason holds 14"), "{refused}");
        assert!(recipient(3, Uuid::nil()).is_err());
    }
}
