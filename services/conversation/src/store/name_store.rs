//! Looks up what assistants and members are called.

use async_trait::async_trait;
use baton_kit::data::StoreError;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect,
    sea_query::UnionType,
};

use super::{
    SqlStore,
    entity::{assistant, member},
};
use crate::{
    application::ports::names::NameFinder,
    domain::{
        ids::{AssistantId, MemberId},
        names::{Names, Speakers},
    },
};

#[async_trait]
impl NameFinder for SqlStore {
    async fn names_anywhere(&self, of: &Speakers) -> Result<Names, StoreError> {
        if of.is_empty() {
            return Ok(Names::default());
        }
        let mut members = member::Entity::find()
            .select_only()
            .column(member::Column::Id)
            .column_as(member::Column::DisplayName, "name")
            .filter(member::Column::Id.is_in(of.members().map(MemberId::uuid)));
        let mut named = assistant::Entity::find()
            .select_only()
            .column(assistant::Column::Id)
            .column_as(assistant::Column::Name, "name")
            .filter(assistant::Column::Id.is_in(of.assistants().map(AssistantId::uuid)));
        let both =
            QuerySelect::query(&mut named).union(UnionType::All, QuerySelect::query(&mut members).take());
        let found = self.database.reader().query_all(both).await?;
        let name = |row: &sea_orm::QueryResult| Ok((row.try_get("", "id")?, row.try_get("", "name")?));
        Ok(Names::new(found.iter().map(name).collect::<Result<Vec<_>, StoreError>>()?))
    }
}
