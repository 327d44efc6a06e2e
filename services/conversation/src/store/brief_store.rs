//! Briefs: the row, the revision it makes, its event, in one transaction.
//!
//! Who sends a job again gets the first answer. It is made anew from what was sent and a few numbers kept with the job, so that the text
//! of a brief is nowhere but in its row.

use std::sync::Arc;

use async_trait::async_trait;
use baton_kit::{
    data::{Recalled, RequestKey, StoreError, Unit},
    life::ids::WorkspaceId,
};
use jiff::Timestamp;
use sea_orm::{ColumnTrait as _, EntityTrait as _, Iterable as _, QueryFilter as _, sea_query::OnConflict};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{
    SqlStore, brief_rows,
    entity::{brief, head},
    persist::Saving,
    rows,
};
use crate::{
    application::ports::{
        Scope,
        briefs::{BriefRefused, BriefStore, NewBrief},
    },
    domain::{
        brief::Brief,
        conversation::Conversation,
        effects::EventKind,
        ids::{AssistantId, BriefId, HandoffId},
        message::Actor,
    },
};

#[async_trait]
impl BriefStore for SqlStore {
    async fn attach(&self, new: NewBrief) -> Result<Brief, BriefRefused> {
        let (store, new) = (self.clone(), Arc::new(new));
        let write = self.database.write(move |unit| {
            let (store, new) = (store.clone(), Arc::clone(&new));
            Box::pin(async move { store.attach_once(unit, &new).await })
        });
        write.await
    }

    async fn brief(&self, workspace: WorkspaceId, handoff: HandoffId) -> Result<Option<Brief>, StoreError> {
        let found = brief::Entity::find_by_id(handoff.uuid())
            .filter(brief::Column::WorkspaceId.eq(workspace.uuid()))
            .one(self.database.reader())
            .await?;
        found.map(brief_rows::brief).transpose()
    }
}

impl SqlStore {
    async fn attach_once(&self, unit: &Unit, new: &NewBrief) -> Result<Brief, BriefRefused> {
        let key = RequestKey {
            workspace: new.workspace,
            principal: "ai".to_owned(),
            method: "AttachBrief",
            request_id: new.job_id.clone(),
        };
        let fingerprint = fingerprint(new);
        match unit.recall(&key, &fingerprint).await? {
            Recalled::Other => Err(BriefRefused::Reused),
            Recalled::Same(outcome) => Ok(Outcome::read(&outcome)?.brief(new)),
            Recalled::New => {
                let outcome = self.attach_in(unit, new).await?;
                unit.remember(&key, &fingerprint, &outcome.written()).await?;
                Ok(outcome.brief(new))
            }
        }
    }

    async fn attach_in(&self, unit: &Unit, new: &NewBrief) -> Result<Outcome, BriefRefused> {
        let held = self.load_held(unit, Scope::all_of(new.workspace), new.conversation).await?;
        let mut it = held.ok_or(BriefRefused::NotFound("conversation"))?;
        if it.handoff.as_ref().map(|handoff| handoff.id) != Some(new.handoff) {
            return Err(BriefRefused::NotFound("handoff"));
        }
        it.revision += 1;
        let outcome =
            Outcome { id: new.id, revision: it.revision, last_sequence: it.last_sequence, at: new.at };
        self.keep(unit, &it, outcome.brief(new)).await?;
        Ok(outcome)
    }

    async fn keep(&self, unit: &Unit, it: &Conversation, brief: Brief) -> Result<(), StoreError> {
        head::Entity::update(rows::head_row(it)).exec(unit.tx()).await?;
        let newer = OnConflict::column(brief::Column::HandoffId)
            .update_columns(
                brief::Column::iter().filter(|column| !matches!(column, brief::Column::HandoffId)),
            )
            .to_owned();
        let row = brief_rows::row(it.workspace, &brief)?;
        brief::Entity::insert(row).on_conflict(newer).exec_without_returning(unit.tx()).await?;
        let by = Actor::Assistant(AssistantId::from_uuid(Uuid::nil()));
        let saving = Saving { store: self, unit, by, at: brief.created_at };
        let about = Some(brief.id.uuid());
        saving.publish_item(it, EventKind::BriefAttached, brief.revision, about).await
    }
}

/// What a job did, without what was said.
struct Outcome {
    id: BriefId,
    revision: i64,
    last_sequence: i64,
    at: Timestamp,
}

impl Outcome {
    fn brief(&self, new: &NewBrief) -> Brief {
        Brief {
            id: self.id,
            handoff: new.handoff,
            conversation: new.conversation,
            findings: new.findings.clone().grounded(self.last_sequence),
            created_at: self.at,
            revision: self.revision,
        }
    }

    fn written(&self) -> Vec<u8> {
        let mut bytes = self.id.uuid().as_bytes().to_vec();
        for number in [self.revision, self.last_sequence, self.at.as_microsecond()] {
            bytes.extend(number.to_be_bytes());
        }
        bytes
    }

    fn read(bytes: &[u8]) -> Result<Self, StoreError> {
        let broken = || StoreError::Broken("idempotency of AttachBrief cannot be read".to_owned());
        let (id, numbers) = bytes.split_at_checked(16).ok_or_else(broken)?;
        let id = BriefId::from_uuid(Uuid::from_slice(id).map_err(|_| broken())?);
        let mut numbers = numbers.chunks_exact(8).filter_map(|chunk| chunk.try_into().ok());
        let mut number = || numbers.next().map(i64::from_be_bytes).ok_or_else(broken);
        let (revision, last_sequence, at) = (number()?, number()?, number()?);
        Ok(Self { id, revision, last_sequence, at: rows::time("idempotency", id.uuid(), at)? })
    }
}

/// Tells two briefs of one job apart without keeping either.
fn fingerprint(new: &NewBrief) -> Vec<u8> {
    let content = format!("{} {} {:?}", new.conversation, new.handoff, new.findings);
    Sha256::digest(content).to_vec()
}
