//! Tells the recipients of an occasion: a mailing each, a notice for whoever wants it, and the ledger.

use std::collections::BTreeSet;

use baton_kit::data::{StoreError, Unit};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use uuid::Uuid;

use super::SqlBook;
use crate::{
    application::ports::Place,
    domain::{
        ids::{LedgerId, MailingId, MemberId, NoticeId},
        kind::{Channel, Kind, Recipient, Subject},
        ledger::{Decision, Entry, Reason},
        mailing::Mailing,
        news::{Audience, Change, Occasion, recipients},
        notice::Notice,
    },
    store::{
        codes,
        entity::{mailing, preference},
        facts,
        rows::{insert_entries, insert_mailings, insert_notices, mailing_row, notice_row},
        staff,
    },
};

impl SqlBook {
    /// Tells everybody it concerns who was not told before. Of a conversation `unheard_of` before, how far they had read is not known. The statements are as many for one as for a thousand.
    pub(super) async fn tell(
        &self,
        unit: &Unit,
        place: &Place,
        change: &Change,
        (occasion, unheard_of): (&Occasion, bool),
    ) -> Result<(), StoreError> {
        let told = already_told(unit, place, occasion).await?;
        let mut members = audience(unit, place, change, occasion).await?;
        members.retain(|member| !told.contains(&member.uuid()));
        if members.is_empty() {
            return Ok(());
        }
        let marks = staff::marks(unit, place).await?;
        let without_notice = notices_off(unit, place, occasion.kind).await?;
        let about = (occasion.kind, occasion.subject);
        let (mut mailings, mut notices, mut notice_rows, mut entries) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for member in members {
            let read_before =
                marks.get(&member).copied().or(unheard_of.then_some(change.state.last_sequence));
            let sequence = seen_from(occasion.kind, change, read_before);
            let mailing = self.mailing(place, about, Recipient::Member(member), sequence);
            let wanted = !without_notice.contains(&member.uuid());
            entries.extend([self.of_notice(place, &mailing, wanted), self.of_mail(place, &mailing)]);
            if wanted {
                let notice = self.notice(place, occasion.kind, member);
                notice_rows.push(notice_row(place.workspace, &notice, mailing.id));
                notices.push(notice);
            }
            mailings.push(mailing_row(&mailing, self.terms.due(occasion.kind, place.at)));
        }
        insert_mailings(unit, mailings).await?;
        insert_notices(unit, notice_rows).await?;
        insert_entries(unit, place.workspace, &entries).await?;
        if notices.is_empty() {
            return Ok(());
        }
        let about = (occasion.kind, change.state.revision);
        unit.publish(facts::members_told(place, about, &notices, self.ids.next())).await
    }

    pub(super) fn mailing(
        &self,
        place: &Place,
        (kind, subject): (Kind, Subject),
        recipient: Recipient,
        sequence: i64,
    ) -> Mailing {
        Mailing {
            id: MailingId::from_uuid(self.ids.next()),
            workspace: place.workspace,
            kind,
            recipient,
            conversation: place.conversation,
            subject,
            sequence,
            since: place.at,
            attempts: 0,
            tries: 0,
            upto: None,
            traceparent: place.traceparent.clone(),
        }
    }

    fn notice(&self, place: &Place, kind: Kind, member: MemberId) -> Notice {
        let id = NoticeId::from_uuid(self.ids.next());
        Notice { id, member, kind, conversation: place.conversation, at: place.heard_at, read: false }
    }

    fn of_notice(&self, place: &Place, mailing: &Mailing, wanted: bool) -> Entry {
        let (decision, reason) =
            if wanted { (Decision::Sent, Reason::Due) } else { (Decision::Dropped, Reason::SwitchedOff) };
        let entry = self.entry(place, mailing, decision, reason);
        Entry { channel: Channel::InApp, mailing: None, ..entry }
    }

    pub(super) fn of_mail(&self, place: &Place, mailing: &Mailing) -> Entry {
        self.entry(place, mailing, Decision::Delayed, Reason::ReadFirst)
    }

    pub(super) fn entry(
        &self,
        place: &Place,
        mailing: &Mailing,
        decision: Decision,
        reason: Reason,
    ) -> Entry {
        Entry {
            id: LedgerId::from_uuid(self.ids.next()),
            kind: mailing.kind,
            channel: Channel::Email,
            recipient: mailing.recipient,
            conversation: place.conversation,
            decision,
            reason,
            attempt: 0,
            at: place.heard_at,
            mailing: Some(mailing.id),
        }
    }
}

/// From which message on reading, or answering, shows that this was seen.
fn seen_from(kind: Kind, change: &Change, read_before: Option<i64>) -> i64 {
    let last = change.state.last_sequence;
    match (kind, read_before) {
        // Whoever is late has read it all: what they write next ends it.
        (Kind::ReplyOverdue, _) | (_, None) => last,
        // What was read before is no sign that this was seen.
        (_, Some(read)) => last.max(read.saturating_add(1)),
    }
}

async fn audience(
    unit: &Unit,
    place: &Place,
    change: &Change,
    occasion: &Occasion,
) -> Result<Vec<MemberId>, StoreError> {
    let team = match occasion.audience {
        Audience::Member(member) => return Ok(vec![member]),
        Audience::Takers(team) => team,
        Audience::Team(team) => Some(team),
    };
    let staff = staff::eligible(unit, place.workspace).await?;
    let team = match team {
        Some(team) => staff::of_team(unit, place.workspace, team).await?,
        None => BTreeSet::new(),
    };
    let team = team.intersection(&staff).copied().collect();
    Ok(recipients(occasion.audience, change.by, &staff, &team))
}

/// Who was told of the same before.
async fn already_told(unit: &Unit, place: &Place, occasion: &Occasion) -> Result<BTreeSet<Uuid>, StoreError> {
    let ids: Vec<Uuid> = mailing::Entity::find()
        .select_only()
        .column(mailing::Column::RecipientId)
        .filter(mailing::Column::WorkspaceId.eq(place.workspace.uuid()))
        .filter(mailing::Column::ConversationId.eq(place.conversation.uuid()))
        .filter(mailing::Column::Kind.eq(codes::from_kind(occasion.kind)))
        .filter(mailing::Column::Subject.eq(occasion.subject.to_string()))
        .into_tuple()
        .all(unit.tx())
        .await?;
    Ok(ids.into_iter().collect())
}

/// Who wants no notices of a kind.
async fn notices_off(unit: &Unit, place: &Place, kind: Kind) -> Result<BTreeSet<Uuid>, StoreError> {
    let ids: Vec<Uuid> = preference::Entity::find()
        .select_only()
        .column(preference::Column::MemberId)
        .filter(preference::Column::WorkspaceId.eq(place.workspace.uuid()))
        .filter(preference::Column::Kind.eq(codes::from_kind(kind)))
        .filter(preference::Column::InApp.eq(false))
        .into_tuple()
        .all(unit.tx())
        .await?;
    Ok(ids.into_iter().collect())
}
