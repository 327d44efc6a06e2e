//! Words of the domain as the contract writes them: for answers and for facts alike.
//!
//! Must not know who asks, nor where anything is kept.

use baton_proto::notification::v1 as wire;
use jiff::Timestamp;

use crate::domain::kind::Kind;

/// The number of the fact "members were told".
pub(crate) const MEMBERS_TOLD: i32 = 1;

/// A kind of occasion.
pub(crate) fn kind(kind: Kind) -> wire::NotificationKind {
    match kind {
        Kind::HandoffRequested => wire::NotificationKind::HandoffRequested,
        Kind::AssignedToMe => wire::NotificationKind::AssignedToMe,
        Kind::AssignedToMyTeam => wire::NotificationKind::AssignedToMyTeam,
        Kind::ReplyOverdue => wire::NotificationKind::ReplyOverdue,
        Kind::VisitorReply => wire::NotificationKind::VisitorReply,
    }
}

/// A moment as protobuf has it.
pub(crate) fn timestamp(at: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() }
}
