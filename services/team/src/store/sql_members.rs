//! Members in the database.

mod change;

use async_trait::async_trait;
use baton_kit::{
    data::{Database, StoreError, Unit},
    life::ids::{SharedIds, WorkspaceId},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, ExprTrait as _, Query},
};
use secrecy::ExposeSecret as _;
use uuid::Uuid;

use super::{
    entity::{member, workspace},
    facts, idempotent,
    values::{broken, moment},
};
use crate::{
    application::ports::{
        After, ChangeMemberError, Made, MakeError, MemberChange, MemberStore, NewMember, Page, PasswordHash,
        Repeatable,
    },
    domain::{
        email::EmailAddress, ids::MemberId, member::Member, name::DisplayName, role::Roles, workspace::Slug,
    },
};

/// Implements the port over SQL.
#[derive(Clone)]
pub(crate) struct SqlMemberStore {
    database: Database,
    ids: SharedIds,
}

impl SqlMemberStore {
    pub(crate) fn new(database: Database, ids: SharedIds) -> Self {
        Self { database, ids }
    }

    /// Whoever was removed has no password, and their address may be another's.
    async fn one_with_password(
        &self,
        which: Condition,
    ) -> Result<Option<(Member, PasswordHash)>, StoreError> {
        let rows = member::Entity::find().filter(which).filter(member::Column::Active.eq(true));
        let row = rows.one(self.database.reader()).await?;
        let Some(row) = row else { return Ok(None) };
        let hash = PasswordHash(row.password_hash.clone().into());
        Ok(Some((row.try_into()?, hash)))
    }
}

#[async_trait]
impl MemberStore for SqlMemberStore {
    async fn create(&self, new: NewMember, request: Repeatable) -> Result<Made<Member>, MakeError> {
        self.database
            .write(move |unit| {
                let (new, request) = (new.clone(), request.clone());
                Box::pin(async move { create(unit, new, &request).await })
            })
            .await
    }

    async fn find(&self, workspace: WorkspaceId, id: MemberId) -> Result<Option<Member>, StoreError> {
        let row = in_workspace(workspace).filter(member::Column::Id.eq(id.uuid()));
        row.one(self.database.reader()).await?.map(TryInto::try_into).transpose()
    }

    async fn find_with_password(
        &self,
        workspace: WorkspaceId,
        email: &EmailAddress,
    ) -> Result<Option<(Member, PasswordHash)>, StoreError> {
        let which = Condition::all()
            .add(member::Column::WorkspaceId.eq(workspace.uuid()))
            .add(member::Column::EmailKey.eq(email.key()));
        self.one_with_password(which).await
    }

    async fn find_for_sign_in(
        &self,
        slug: &Slug,
        email: &EmailAddress,
    ) -> Result<Option<(Member, PasswordHash)>, StoreError> {
        let workspace = Query::select()
            .column(workspace::Column::Id)
            .from(workspace::Entity)
            .and_where(Expr::col(workspace::Column::Slug).eq(slug.as_str()))
            .to_owned();
        let which = Condition::all()
            .add(member::Column::WorkspaceId.in_subquery(workspace))
            .add(member::Column::EmailKey.eq(email.key()));
        self.one_with_password(which).await
    }

    async fn list(
        &self,
        workspace: WorkspaceId,
        after: Option<After>,
        size: u32,
    ) -> Result<Page<Member>, StoreError> {
        let mut rows = in_workspace(workspace);
        if let Some(After { created_at, id }) = after {
            rows = rows.filter(behind(created_at.as_microsecond(), id));
        }
        let rows = rows
            .order_by_asc(member::Column::CreatedAt)
            .order_by_asc(member::Column::Id)
            .limit(u64::from(size) + 1)
            .all(self.database.reader())
            .await?;
        let members = rows.into_iter().map(TryInto::try_into).collect::<Result<Vec<Member>, _>>()?;
        Ok(Page::of(members, size, |last| After { created_at: last.created_at, id: last.id.uuid() }))
    }

    async fn strengthen(
        &self,
        member: &Member,
        old: PasswordHash,
        new: PasswordHash,
    ) -> Result<(), StoreError> {
        let (workspace, id) = (member.workspace, member.id);
        self.database
            .write(move |unit| {
                let update = member::Entity::update_many()
                    .col_expr(member::Column::PasswordHash, Expr::value(new.0.expose_secret()))
                    .filter(member::Column::WorkspaceId.eq(workspace.uuid()))
                    .filter(member::Column::Id.eq(id.uuid()))
                    .filter(member::Column::PasswordHash.eq(old.0.expose_secret()));
                Box::pin(async move { Ok(update.exec(unit.tx()).await.map(drop)?) })
            })
            .await
    }

    async fn change(&self, change: MemberChange) -> Result<Member, ChangeMemberError> {
        let ids = self.ids.clone();
        self.database
            .write(move |unit| {
                let (change, ids) = (change.clone(), ids.clone());
                Box::pin(async move { change::change(unit, change, &ids).await })
            })
            .await
    }
}

fn in_workspace(workspace: WorkspaceId) -> sea_orm::Select<member::Entity> {
    member::Entity::find().filter(member::Column::WorkspaceId.eq(workspace.uuid()))
}

fn behind(created_at: i64, id: Uuid) -> Condition {
    let same_moment =
        Condition::all().add(member::Column::CreatedAt.eq(created_at)).add(member::Column::Id.gt(id));
    Condition::any().add(member::Column::CreatedAt.gt(created_at)).add(same_moment)
}

async fn create(unit: &Unit, new: NewMember, request: &Repeatable) -> Result<Made<Member>, MakeError> {
    let member = new.member.clone();
    let (workspace, id) = (member.workspace, member.id.uuid());
    let before = async |id: Uuid| {
        let row = in_workspace(workspace).filter(member::Column::Id.eq(id)).one(unit.tx()).await;
        Ok(row.map_err(StoreError::from)?.ok_or_else(idempotent::gone)?.try_into()?)
    };
    idempotent::once(unit, request, id, before, async { insert(unit, new).await.map(|()| member) }).await
}

/// Writes a member, and the fact that tells of it.
pub(super) async fn insert(unit: &Unit, new: NewMember) -> Result<(), MakeError> {
    let fact = facts::member_changed(&new.member, new.by, new.fact_id, new.member.created_at);
    let inserted = member::Entity::insert(row(new)).exec_without_returning(unit.tx()).await;
    inserted.map_err(|error| match StoreError::from(error) {
        taken if taken.is_conflict_on("member") => MakeError::Taken,
        other => other.into(),
    })?;
    Ok(unit.publish(fact).await?)
}

fn row(NewMember { member, password, .. }: NewMember) -> member::ActiveModel {
    member::ActiveModel {
        id: Set(member.id.uuid()),
        workspace_id: Set(member.workspace.uuid()),
        display_name: Set(member.display_name.as_str().to_owned()),
        email: Set(member.email.as_str().to_owned()),
        email_key: Set(member.email.key()),
        roles: Set(member.roles.to_text()),
        password_hash: Set(password.0.expose_secret().to_owned()),
        active: Set(member.active),
        created_at: Set(member.created_at.as_microsecond()),
        revision: Set(member.revision),
    }
}

impl TryFrom<member::Model> for Member {
    type Error = StoreError;

    fn try_from(row: member::Model) -> Result<Self, StoreError> {
        let place = format!("member {}", row.id);
        Ok(Self {
            id: MemberId::from_uuid(row.id),
            workspace: WorkspaceId::from_uuid(row.workspace_id),
            display_name: DisplayName::new(&row.display_name),
            email: EmailAddress::new(row.email),
            roles: Roles::from_text(&row.roles).map_err(|error| broken(&place, error))?,
            active: row.active,
            created_at: moment(&place, row.created_at)?,
            revision: row.revision,
        })
    }
}
