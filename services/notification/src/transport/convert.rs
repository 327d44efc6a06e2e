//! Wire to domain and back. Faults of a request are collected, all of them.

use baton_kit::{
    data::Fact,
    door::{fields::Fields, page, refusal::Refusal},
    life::ids::WorkspaceId,
};
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::{ConversationState, ConversationStatus, HandoffState},
    internal::notification::v1 as edge,
    notification::v1 as wire,
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    application::{
        list_ledger, list_notices,
        ports::{Before, EntriesWanted, NoticesWanted, mail},
    },
    contract::{MEMBERS_TOLD, kind, timestamp},
    domain::{
        ids::{ConversationId, HandoffId, MemberId, NoticeId},
        kind::{Channel, Kind, Recipient},
        ledger::{Decision, Entry, Reason},
        news::{Change, State},
        notice::Notice,
        preference::Preference,
    },
};

const PAGE: u32 = 50;
const LARGEST_PAGE: u32 = 200;
/// Notices marked by one call.
const MOST_MARKED: usize = 200;
/// Longer ones were not made here.
const LONGEST_TOKEN: usize = 1024;
/// Longer ones are no name this gave out.
const LONGEST_NAME: usize = 255;

/// Which notices are asked for.
pub fn list_notices(
    workspace: WorkspaceId,
    member: MemberId,
    request: &wire::ListNoticesRequest,
) -> Result<NoticesWanted, Refusal> {
    let mut fields = Fields::new();
    let size = fields.page_size("page_size", request.page_size, PAGE, LARGEST_PAGE);
    let (most,) = fields.all((size,))?;
    let wanted = NoticesWanted { unread_only: request.unread_only, before: None, most };
    let before = before(&notices_binding(workspace, member, wanted), &request.page_token)?;
    Ok(NoticesWanted { before, ..wanted })
}

/// A page of notices.
pub fn notices_page(
    workspace: WorkspaceId,
    member: MemberId,
    wanted: NoticesWanted,
    page: &list_notices::Page,
) -> wire::ListNoticesResponse {
    wire::ListNoticesResponse {
        notices: page.notices.iter().map(notice).collect(),
        next_page_token: next(&notices_binding(workspace, member, wanted), page.next),
        unread_count: page.unread,
    }
}

fn notices_binding(workspace: WorkspaceId, member: MemberId, wanted: NoticesWanted) -> String {
    format!("ListNotices:{workspace}:{member}:{}", wanted.unread_only)
}

/// Which notices are to be marked.
pub fn mark_notices_read(request: &wire::MarkNoticesReadRequest) -> Result<Vec<NoticeId>, Refusal> {
    let mut fields = Fields::new();
    if request.notice_ids.len() > MOST_MARKED {
        fields.fault("notice_ids", format_args!("must be at most {MOST_MARKED}"));
    }
    let ids = request.notice_ids.iter().take(MOST_MARKED).enumerate();
    let ids: Option<Vec<NoticeId>> =
        ids.map(|(at, id)| fields.parsed(&format!("notice_ids[{at}]"), id)).collect();
    fields.all((ids,)).map(|(ids,)| ids)
}

/// Which entries of the ledger are asked for.
pub fn list_ledger(
    workspace: WorkspaceId,
    request: &wire::ListLedgerRequest,
) -> Result<EntriesWanted, Refusal> {
    let mut fields = Fields::new();
    let conversation = fields.parsed_or_none("conversation_id", &request.conversation_id);
    let member = fields.parsed_or_none("member_id", &request.member_id);
    let size = fields.page_size("page_size", request.page_size, PAGE, LARGEST_PAGE);
    let (conversation, member, most) = fields.all((conversation, member, size))?;
    let wanted = EntriesWanted { conversation, member, before: None, most };
    let before = before(&ledger_binding(workspace, wanted), &request.page_token)?;
    Ok(EntriesWanted { before, ..wanted })
}

/// A page of the ledger.
pub fn ledger_page(
    workspace: WorkspaceId,
    wanted: EntriesWanted,
    page: &list_ledger::Page,
) -> wire::ListLedgerResponse {
    wire::ListLedgerResponse {
        entries: page.entries.iter().map(|(it, message_id)| entry(it, message_id)).collect(),
        next_page_token: next(&ledger_binding(workspace, wanted), page.next),
    }
}

fn ledger_binding(workspace: WorkspaceId, wanted: EntriesWanted) -> String {
    let conversation = wanted.conversation.map(|id| id.to_string()).unwrap_or_default();
    let member = wanted.member.map(|id| id.to_string()).unwrap_or_default();
    format!("ListLedger:{workspace}:{conversation}:{member}")
}

fn next(bound_to: &str, before: Option<Before>) -> String {
    let token = |before: Before| {
        let mut payload = before.at.as_microsecond().to_be_bytes().to_vec();
        payload.extend(before.id.as_bytes());
        page::seal(bound_to, &payload)
    };
    before.map(token).unwrap_or_default()
}

fn before(bound_to: &str, token: &str) -> Result<Option<Before>, Refusal> {
    if token.is_empty() {
        return Ok(None);
    }
    let payload = page::open(bound_to, token)?;
    let refused = || Refusal::new(ErrorReason::InvalidToken, "the token was not made for this request");
    let read = || {
        let (at, id) = payload.split_first_chunk::<8>()?;
        let at = Timestamp::from_microsecond(i64::from_be_bytes(*at)).ok()?;
        Some(Before { at, id: Uuid::from_slice(id).ok()? })
    };
    read().map(Some).ok_or_else(refused)
}

/// What a member wants from now on.
pub fn set_preferences(request: &wire::SetPreferencesRequest) -> Result<Vec<Preference>, Refusal> {
    let mut fields = Fields::new();
    let mut wanted: Vec<Preference> = Vec::new();
    // One more than there are names every fault, and no flood of them.
    for (at, given) in request.preferences.iter().take(Kind::OF_MEMBERS.len() + 1).enumerate() {
        let field = format!("preferences[{at}].kind");
        let Some(chosen) = fields.choice::<wire::NotificationKind>(&field, given.kind) else { continue };
        match of_members(chosen) {
            None => fields.fault(&field, "must be a kind that members are told of"),
            Some(kind) if wanted.iter().any(|one| one.kind == kind) => {
                fields.fault(&field, "must be given once");
            }
            Some(kind) => wanted.push(Preference { kind, email: given.email, in_app: given.in_app }),
        }
    }
    fields.all((Some(wanted),)).map(|(wanted,)| wanted)
}

fn of_members(kind: wire::NotificationKind) -> Option<Kind> {
    match kind {
        wire::NotificationKind::HandoffRequested => Some(Kind::HandoffRequested),
        wire::NotificationKind::AssignedToMe => Some(Kind::AssignedToMe),
        wire::NotificationKind::AssignedToMyTeam => Some(Kind::AssignedToMyTeam),
        wire::NotificationKind::ReplyOverdue => Some(Kind::ReplyOverdue),
        wire::NotificationKind::VisitorReply | wire::NotificationKind::Unspecified => None,
    }
}

/// What a member wants.
pub fn preferences(wanted: &[Preference]) -> Vec<wire::Preference> {
    let one =
        |it: &Preference| wire::Preference { kind: kind(it.kind).into(), email: it.email, in_app: it.in_app };
    wanted.iter().map(one).collect()
}

/// The token of a link. Whether it is one is not said here: what is no token was not made here.
pub fn token(text: &str) -> Result<String, Refusal> {
    let mut fields = Fields::new();
    let token = fields.token("token", text, 1..=LONGEST_TOKEN);
    fields.all((token,)).map(|(token,)| token)
}

/// The name of a file.
pub fn file_name(text: &str) -> Result<String, Refusal> {
    let mut fields = Fields::new();
    let name = fields.token("name", text, 1..=LONGEST_NAME);
    fields.all((name,)).map(|(name,)| name)
}

/// The page behind a link to unsubscribe.
pub fn page(page: mail::UnsubscribePage) -> edge::UnsubscribePage {
    edge::UnsubscribePage {
        language: page.language.to_owned(),
        title: page.title,
        question: page.question,
        button: page.button,
        done: page.done,
    }
}

/// A filed mail.
pub fn filed(mail: mail::FiledMail) -> edge::FiledMail {
    let create_time = Some(timestamp(mail.at));
    edge::FiledMail { name: mail.name, to: mail.to, subject: mail.subject, create_time }
}

/// A filed mail, whole.
pub fn opened(opened: mail::OpenedMail) -> edge::GetFiledMailResponse {
    edge::GetFiledMailResponse {
        mail: Some(filed(opened.mail)),
        text: opened.text,
        html: opened.html,
        raw: opened.raw,
    }
}

/// The notices of a fact, for whoever watches; none of a kind that this version does not know.
pub fn tail_items(fact: &Fact) -> Result<Vec<edge::NoticeTailResponse>, prost::DecodeError> {
    if fact.kind != MEMBERS_TOLD {
        return Ok(Vec::new());
    }
    let body = <edge::MembersTold as prost::Message>::decode(fact.body.as_slice())?;
    let (kind, create_time) = (body.kind, body.create_time);
    let conversation_id = ConversationId::from_uuid(fact.subject).to_string();
    let item = |told: edge::MemberTold| edge::NoticeTailResponse {
        workspace_id: fact.workspace.to_string(),
        member_id: told.member_id,
        notice: Some(wire::Notice {
            id: told.notice_id,
            kind,
            conversation_id: conversation_id.clone(),
            create_time,
            read: false,
        }),
    };
    Ok(body.told.into_iter().map(item).collect())
}

fn notice(notice: &Notice) -> wire::Notice {
    wire::Notice {
        id: notice.id.to_string(),
        kind: kind(notice.kind).into(),
        conversation_id: notice.conversation.to_string(),
        create_time: Some(timestamp(notice.at)),
        read: notice.read,
    }
}

fn entry(entry: &Entry, message_id: &str) -> wire::LedgerEntry {
    let recipient = match entry.recipient {
        Recipient::Member(id) => wire::ledger_entry::Recipient::MemberId(id.to_string()),
        Recipient::Contact(id) => wire::ledger_entry::Recipient::ContactId(id.to_string()),
    };
    wire::LedgerEntry {
        id: entry.id.to_string(),
        kind: kind(entry.kind).into(),
        channel: channel(entry.channel).into(),
        recipient: Some(recipient),
        conversation_id: entry.conversation.to_string(),
        decision: decision(entry.decision).into(),
        reason: reason(entry.reason).into(),
        attempt: entry.attempt,
        create_time: Some(timestamp(entry.at)),
        message_id: message_id.to_owned(),
    }
}

fn channel(channel: Channel) -> wire::Channel {
    match channel {
        Channel::InApp => wire::Channel::InApp,
        Channel::Email => wire::Channel::Email,
    }
}

fn decision(decision: Decision) -> wire::LedgerDecision {
    match decision {
        Decision::Delayed => wire::LedgerDecision::Delayed,
        Decision::Sent => wire::LedgerDecision::Sent,
        Decision::Merged => wire::LedgerDecision::Merged,
        Decision::Dropped => wire::LedgerDecision::Dropped,
        Decision::Failed => wire::LedgerDecision::Failed,
    }
}

fn reason(reason: Reason) -> wire::LedgerReason {
    match reason {
        Reason::Due => wire::LedgerReason::Due,
        Reason::ReadFirst => wire::LedgerReason::ReadFirst,
        Reason::Read => wire::LedgerReason::Read,
        Reason::Overtaken => wire::LedgerReason::Overtaken,
        Reason::SwitchedOff => wire::LedgerReason::SwitchedOff,
        Reason::Unsubscribed => wire::LedgerReason::Unsubscribed,
        Reason::Window => wire::LedgerReason::Window,
        Reason::NoAddress => wire::LedgerReason::NoAddress,
        Reason::NotEligible => wire::LedgerReason::NotEligible,
        Reason::TryAgain => wire::LedgerReason::TryAgain,
        Reason::Refused => wire::LedgerReason::Refused,
        Reason::GivenUp => wire::LedgerReason::GivenUp,
        Reason::Unwritable => wire::LedgerReason::Unwritable,
    }
}

/// A change of a conversation, of a fact; the error names the field and never its content.
pub fn change(
    fact: &Fact,
    state: &ConversationState,
    by: Option<MemberId>,
    overdue: bool,
) -> Result<Change, String> {
    let handoff = state.handoff.as_ref().filter(|handoff| handoff.state() == HandoffState::Requested);
    let looked_for = handoff.map(|it| required::<HandoffId>("handoff.id", &it.id)).transpose()?;
    let state = State {
        contact: required("contact_id", &state.contact_id)?,
        resolved: state.status() == ConversationStatus::Resolved,
        assignee: optional("assignee_id", &state.assignee_id)?,
        team: optional("team_id", &state.team_id)?,
        looked_for,
        assignment_version: state.assignment_version,
        last_sequence: state.last_sequence,
        revision: fact.revision,
    };
    Ok(Change { state, by, overdue })
}

/// An id that must be there.
pub fn required<T: std::str::FromStr>(field: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{field} is no id of its kind"))
}

fn optional<T: std::str::FromStr>(field: &str, text: &str) -> Result<Option<T>, String> {
    if text.is_empty() { Ok(None) } else { required(field, text).map(Some) }
}
