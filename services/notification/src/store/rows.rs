//! Rows to domain and back. A row that cannot be what it says is an error with its address, never a panic.

use baton_kit::{
    data::{StoreError, Unit},
    life::ids::WorkspaceId,
};
use jiff::Timestamp;
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, EntityTrait as _, IntoActiveModel as _};

use super::{
    codes,
    entity::{ledger, mailing, notice},
};
use crate::domain::{
    ids::{ConversationId, LedgerId, MailingId, MemberId, NoticeId},
    ledger::Entry,
    mailing::Mailing,
    notice::Notice,
};

/// Rows of one insert: far below what either engine binds.
const STEP: usize = 500;

/// A time in a table.
pub fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// The beginning of a day, for what needs to be known no better: written again on the same day, no index changes.
pub fn day(at: Timestamp) -> i64 {
    const DAY: i64 = 24 * 3600 * 1_000_000;
    at.as_microsecond().div_euclid(DAY).saturating_mul(DAY)
}

/// A time from a table.
pub fn moment(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(|_| StoreError::Broken(format!("{micros} is no time")))
}

impl TryFrom<mailing::Model> for Mailing {
    type Error = StoreError;

    fn try_from(row: mailing::Model) -> Result<Self, StoreError> {
        let subject = row.subject.parse();
        Ok(Self {
            id: MailingId::from_uuid(row.id),
            workspace: WorkspaceId::from_uuid(row.workspace_id),
            kind: codes::kind(row.kind)?,
            recipient: codes::recipient(row.recipient_kind, row.recipient_id)?,
            conversation: ConversationId::from_uuid(row.conversation_id),
            subject: subject.map_err(|error| StoreError::Broken(format!("mailing {}: {error}", row.id)))?,
            sequence: row.sequence,
            since: moment(row.since)?,
            attempts: row.attempts,
            tries: row.tries,
            upto: row.upto,
            traceparent: row.traceparent,
        })
    }
}

/// The row of a mailing that waits from now on, until it is due.
pub fn mailing_row(mailing: &Mailing, due: Timestamp) -> mailing::ActiveModel {
    let (recipient_kind, recipient_id) = codes::from_recipient(mailing.recipient);
    mailing::Model {
        id: mailing.id.uuid(),
        workspace_id: mailing.workspace.uuid(),
        kind: codes::from_kind(mailing.kind),
        recipient_kind,
        recipient_id,
        conversation_id: mailing.conversation.uuid(),
        subject: mailing.subject.to_string(),
        sequence: mailing.sequence,
        since: micros(mailing.since),
        state: codes::WAITING,
        next_at: micros(due),
        lease_owner: None,
        lease_until: 0,
        attempts: mailing.attempts,
        tries: mailing.tries,
        upto: mailing.upto,
        settled_at: None,
        traceparent: mailing.traceparent.clone(),
    }
    .into_active_model()
    .reset_all()
}

impl TryFrom<notice::Model> for Notice {
    type Error = StoreError;

    fn try_from(row: notice::Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: NoticeId::from_uuid(row.id),
            member: MemberId::from_uuid(row.member_id),
            kind: codes::kind(row.kind)?,
            conversation: ConversationId::from_uuid(row.conversation_id),
            at: moment(row.created_at)?,
            read: row.read_at.is_some(),
        })
    }
}

/// The row of a new notice.
pub fn notice_row(workspace: WorkspaceId, notice: &Notice, mailing: MailingId) -> notice::ActiveModel {
    notice::ActiveModel {
        id: Set(notice.id.uuid()),
        workspace_id: Set(workspace.uuid()),
        member_id: Set(notice.member.uuid()),
        kind: Set(codes::from_kind(notice.kind)),
        conversation_id: Set(notice.conversation.uuid()),
        mailing_id: Set(mailing.uuid()),
        created_at: Set(micros(notice.at)),
        read_at: Set(None),
    }
}

impl TryFrom<ledger::Model> for Entry {
    type Error = StoreError;

    fn try_from(row: ledger::Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: LedgerId::from_uuid(row.id),
            kind: codes::kind(row.kind)?,
            channel: codes::channel(row.channel)?,
            recipient: codes::recipient(row.recipient_kind, row.recipient_id)?,
            conversation: ConversationId::from_uuid(row.conversation_id),
            decision: codes::decision(row.decision)?,
            reason: codes::reason(row.reason)?,
            attempt: row.attempt,
            at: moment(row.created_at)?,
            mailing: row.mailing_id.map(MailingId::from_uuid),
        })
    }
}

/// The row of an entry.
pub fn ledger_row(workspace: WorkspaceId, entry: &Entry) -> ledger::ActiveModel {
    let (recipient_kind, recipient_id) = codes::from_recipient(entry.recipient);
    ledger::ActiveModel {
        id: Set(entry.id.uuid()),
        workspace_id: Set(workspace.uuid()),
        kind: Set(codes::from_kind(entry.kind)),
        channel: Set(codes::from_channel(entry.channel)),
        recipient_kind: Set(recipient_kind),
        recipient_id: Set(recipient_id),
        conversation_id: Set(entry.conversation.uuid()),
        decision: Set(codes::from_decision(entry.decision)),
        reason: Set(codes::from_reason(entry.reason)),
        attempt: Set(entry.attempt),
        created_at: Set(micros(entry.at)),
        mailing_id: Set(entry.mailing.map(MailingId::uuid)),
    }
}

/// Inserts new mailings.
pub async fn insert_mailings(unit: &Unit, rows: Vec<mailing::ActiveModel>) -> Result<(), StoreError> {
    for step in rows.chunks(STEP) {
        mailing::Entity::insert_many(step.to_vec()).exec_without_returning(unit.tx()).await?;
    }
    Ok(())
}

/// Inserts new notices.
pub async fn insert_notices(unit: &Unit, rows: Vec<notice::ActiveModel>) -> Result<(), StoreError> {
    for step in rows.chunks(STEP) {
        notice::Entity::insert_many(step.to_vec()).exec_without_returning(unit.tx()).await?;
    }
    Ok(())
}

/// Inserts entries of the ledger.
pub async fn insert_entries(
    unit: &Unit,
    workspace: WorkspaceId,
    entries: &[Entry],
) -> Result<(), StoreError> {
    for step in entries.chunks(STEP) {
        let rows = step.iter().map(|entry| ledger_row(workspace, entry));
        ledger::Entity::insert_many(rows).exec_without_returning(unit.tx()).await?;
    }
    Ok(())
}
