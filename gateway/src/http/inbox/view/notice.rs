//! A notice, as it is listed and as it comes down the stream.

use baton_proto::notification::v1 as wire;

use crate::http::{convert::time, words::NotificationKind};

/// Something the member was told.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(in crate::http::inbox) struct Notice {
    /// `ntc_…`.
    id: String,
    /// Of what.
    kind: NotificationKind,
    /// `conv_…`.
    conversation_id: String,
    /// When, RFC 3339.
    create_time: Option<String>,
    /// Whether the member has read it.
    read: bool,
}

impl From<wire::Notice> for Notice {
    fn from(notice: wire::Notice) -> Self {
        Self {
            id: notice.id,
            kind: notice.kind.into(),
            conversation_id: notice.conversation_id,
            create_time: time(notice.create_time),
            read: notice.read,
        }
    }
}
