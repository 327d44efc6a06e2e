//! What is known about a mailing and its recipient.

use baton_kit::data::StoreError;
use sea_orm::{ColumnTrait as _, DatabaseConnection, EntityTrait as _, QueryFilter as _, QuerySelect as _};

use crate::{
    domain::{
        decide::{LastMail, Standing},
        kind::Recipient,
        mailing::Mailing,
        preference::Preference,
    },
    store::{
        codes,
        entity::{
            conversation,
            mailing::{Column as C, Entity},
            member, notice, preference, unsubscribed,
        },
        rows::moment,
    },
};

pub(super) async fn standing(reader: &DatabaseConnection, mailing: &Mailing) -> Result<Standing, StoreError> {
    let (workspace, conversation) = (mailing.workspace.uuid(), mailing.conversation.uuid());
    let (_, recipient) = codes::from_recipient(mailing.recipient);
    let kind = codes::from_kind(mailing.kind);
    let (eligible, wanted, notice_read) = match mailing.recipient {
        Recipient::Contact(_) => (true, true, false),
        Recipient::Member(_) => {
            let member = member::Entity::find_by_id((workspace, recipient)).one(reader).await?;
            let set = preference::Entity::find_by_id((workspace, recipient, kind)).one(reader).await?;
            let wanted = set.map_or(Preference::usual(mailing.kind).email, |row| row.email);
            (member.is_some_and(|row| row.eligible), wanted, is_notice_read(reader, mailing).await?)
        }
    };
    let ended = unsubscribed::Entity::find_by_id((workspace, recipient, kind)).one(reader).await?;
    let known = conversation::Entity::find_by_id((workspace, conversation)).one(reader).await?;
    Ok(Standing {
        eligible,
        wanted,
        unsubscribed: ended.is_some(),
        notice_read,
        answered_upto: known.map_or(0, |row| row.answered_upto),
        last_mail: last_mail(reader, mailing).await?,
    })
}

async fn is_notice_read(reader: &DatabaseConnection, mailing: &Mailing) -> Result<bool, StoreError> {
    let notice = notice::Entity::find()
        .filter(notice::Column::WorkspaceId.eq(mailing.workspace.uuid()))
        .filter(notice::Column::MailingId.eq(mailing.id.uuid()))
        .one(reader)
        .await?;
    Ok(notice.is_some_and(|row| row.read_at.is_some()))
}

/// The newest moment and the newest message, which may be of two mails: one that was tried for long may go out after a younger one.
async fn last_mail(reader: &DatabaseConnection, mailing: &Mailing) -> Result<Option<LastMail>, StoreError> {
    let (_, recipient) = codes::from_recipient(mailing.recipient);
    let last: Option<(Option<i64>, Option<i64>)> = Entity::find()
        .select_only()
        .column_as(C::SettledAt.max(), "at")
        .column_as(C::Upto.max(), "upto")
        .filter(C::WorkspaceId.eq(mailing.workspace.uuid()))
        .filter(C::ConversationId.eq(mailing.conversation.uuid()))
        .filter(C::RecipientId.eq(recipient))
        .filter(C::State.eq(codes::SENT))
        .into_tuple()
        .one(reader)
        .await?;
    let Some((Some(at), upto)) = last else {
        return Ok(None);
    };
    Ok(Some(LastMail { at: moment(at)?, upto: upto.unwrap_or(0) }))
}
