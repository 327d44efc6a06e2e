//! What was decided about telling somebody, and why.

use baton_proto::notification::v1::{
    self as wire, ListLedgerRequest, ListLedgerResponse, ledger_entry::Recipient,
};

use super::super::{
    answers::{Answer, page, whole},
    clients::Desk,
    convert::{some, time},
    params::Params,
    words::{Channel, LedgerDecision, LedgerReason, NotificationKind},
};

/// One decision about one recipient and one way.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct LedgerEntry {
    /// `led_…`.
    id: String,
    /// Of what.
    kind: NotificationKind,
    /// By which way.
    channel: Channel,
    /// To which member, `mem_…`.
    member_id: Option<String>,
    /// To which contact, `cont_…`.
    contact_id: Option<String>,
    /// About what, `conv_…`.
    conversation_id: String,
    /// What was decided.
    decision: LedgerDecision,
    /// Why.
    reason: LedgerReason,
    /// Which attempt to send it this was; 0 before the first.
    attempt: i32,
    /// When, RFC 3339.
    create_time: Option<String>,
    /// The mail's `Message-ID`, the same for every attempt.
    message_id: Option<String>,
}

page! {
    /// A page of decisions, newest first.
    LedgerPage of entries: LedgerEntry from ListLedgerResponse
}

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Only about this conversation, `conv_…`.
    conversation_id: Option<String>,
    /// Only for this member, `mem_…`.
    member_id: Option<String>,
    /// At most this many; 50 if not given, at most 200.
    #[serde(default)]
    #[param(required = false)]
    page_size: i32,
    /// From the last page; the other parameters must be the same.
    page_token: Option<String>,
}

impl From<wire::LedgerEntry> for LedgerEntry {
    fn from(entry: wire::LedgerEntry) -> Self {
        let (member_id, contact_id) = match entry.recipient {
            Some(Recipient::MemberId(id)) => (some(id), None),
            Some(Recipient::ContactId(id)) => (None, some(id)),
            None => (None, None),
        };
        Self {
            id: entry.id,
            kind: entry.kind.into(),
            channel: entry.channel.into(),
            member_id,
            contact_id,
            conversation_id: entry.conversation_id,
            decision: entry.decision.into(),
            reason: entry.reason.into(),
            attempt: entry.attempt,
            create_time: time(entry.create_time),
            message_id: some(entry.message_id),
        }
    }
}

/// Lists what was decided about telling somebody, newest first. Kept 90 days.
#[utoipa::path(get, path = "/v1/inbox/notification-ledger", operation_id = "listNotificationLedger", tag = "inbox", params(Filter),
    responses((status = 200, body = LedgerPage)))]
pub(super) async fn list(Desk(desk): Desk, Params(filter): Params<Filter>) -> Answer<LedgerPage> {
    let request = ListLedgerRequest {
        conversation_id: filter.conversation_id.unwrap_or_default(),
        member_id: filter.member_id.unwrap_or_default(),
        page_size: filter.page_size,
        page_token: filter.page_token.unwrap_or_default(),
    };
    whole(desk.notices().list_ledger(request).await?)
}
