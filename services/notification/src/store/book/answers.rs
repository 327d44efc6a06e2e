//! What members wrote to visitors: the first of it makes a mailing, the rest joins it while it waits.

use baton_kit::data::{StoreError, Unit};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};

use super::{SqlBook, held, of};
use crate::{
    application::ports::{Answer, Noted, Place},
    domain::{
        ids::ContactId,
        kind::{Kind, Recipient, Subject},
        ledger::{Decision, Reason},
        mailing::Mailing,
    },
    store::{
        codes,
        entity::{
            conversation,
            mailing::{self, Column as C},
        },
        rows::{day, insert_entries, insert_mailings, mailing_row},
        staff,
    },
};

impl SqlBook {
    /// Notes an answer once, whoever tells of it how often.
    pub(super) async fn note_answer(
        &self,
        unit: &Unit,
        place: &Place,
        answer: Answer,
    ) -> Result<Noted, StoreError> {
        let before = held(unit, place).await?;
        let Some(contact) = before.contact_id.map(ContactId::from_uuid).or(answer.contact) else {
            return Ok(Noted::UnknownContact);
        };
        // Whoever writes has read what stands above: conversation counts it so too.
        staff::read(unit, place, answer.by, answer.sequence).await?;
        if answer.sequence <= before.answered_upto {
            return Ok(Noted::Yes);
        }
        of(place)
            .col_expr(conversation::Column::AnsweredUpto, Expr::value(answer.sequence))
            .col_expr(conversation::Column::ContactId, Expr::value(Some(contact.uuid())))
            .col_expr(conversation::Column::TouchedAt, Expr::value(day(place.heard_at)))
            .exec(unit.tx())
            .await?;
        if self.terms.is_too_late(place.at, place.heard_at) {
            return Ok(Noted::Yes);
        }
        if !self.join(unit, place, answer.sequence).await? {
            self.begin_mailing(unit, place, contact, answer.sequence).await?;
        }
        Ok(Noted::Yes)
    }

    /// Whether there is a mailing that waits, which then tells of this too. When it is due stays.
    async fn join(&self, unit: &Unit, place: &Place, sequence: i64) -> Result<bool, StoreError> {
        let waiting = mailing::Entity::find()
            .filter(C::WorkspaceId.eq(place.workspace.uuid()))
            .filter(C::ConversationId.eq(place.conversation.uuid()))
            .filter(C::Kind.eq(codes::from_kind(Kind::VisitorReply)))
            .filter(C::State.eq(codes::WAITING))
            .one(unit.tx())
            .await?;
        let Some(waiting) = waiting.map(Mailing::try_from).transpose()? else {
            return Ok(false);
        };
        let joined = mailing::Entity::update_many()
            .col_expr(C::Sequence, Expr::value(sequence))
            .filter(C::Id.eq(waiting.id.uuid()))
            // It may go out at this moment.
            .filter(C::State.eq(codes::WAITING))
            .exec(unit.tx())
            .await?;
        if joined.rows_affected == 0 {
            return Ok(false);
        }
        let entry = self.entry(place, &waiting, Decision::Merged, Reason::ReadFirst);
        insert_entries(unit, place.workspace, &[entry]).await?;
        Ok(true)
    }

    async fn begin_mailing(
        &self,
        unit: &Unit,
        place: &Place,
        contact: ContactId,
        sequence: i64,
    ) -> Result<(), StoreError> {
        let kind = Kind::VisitorReply;
        let about = (kind, Subject::Message(sequence));
        let mailing = self.mailing(place, about, Recipient::Contact(contact), sequence);
        insert_mailings(unit, vec![mailing_row(&mailing, self.terms.due(kind, place.at))]).await?;
        insert_entries(unit, place.workspace, &[self.of_mail(place, &mailing)]).await
    }
}
