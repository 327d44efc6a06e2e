//! Notification's own database: entities, migrations and the ports implemented on them. The only room that knows SQL.

mod book;
mod codes;
mod entity;
mod facts;
mod ledger;
mod mailings;
mod migrations;
mod notices;
mod rows;
mod staff;
mod wishes;

pub use book::SqlBook;
pub use ledger::SqlLedger;
pub use mailings::SqlMailings;
pub use migrations::{Migrator, SCHEMA};
pub use notices::SqlNotices;
pub use wishes::SqlWishes;

/// Deletes one step of what is from before a moment, so that nobody waits long behind it; how much it was.
async fn forget(
    database: &baton_kit::data::Database,
    sql: &'static str,
    before: jiff::Timestamp,
) -> Result<u64, baton_kit::data::StoreError> {
    let before = rows::micros(before);
    database
        .write(move |unit| {
            Box::pin(async move { Ok(unit.execute(sql, [before.into()]).await?.rows_affected()) })
        })
        .await
}

/// A count, by a statement that counts to a limit.
async fn count<I>(
    database: &baton_kit::data::Database,
    sql: &'static str,
    values: I,
) -> Result<i64, baton_kit::data::StoreError>
where
    I: IntoIterator<Item = sea_orm::Value>,
{
    use sea_orm::ConnectionTrait as _;
    let row = database.reader().query_one_raw(database.engine().statement(sql, values)).await?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0))
}

#[cfg(test)]
mod tests;
