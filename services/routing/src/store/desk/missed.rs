//! Assignments whose time to accept has passed.

use baton_kit::data::{Database, StoreError, Unit};
use jiff::Timestamp;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::Expr,
};

use super::read::BATCH;
use crate::{
    application::ports::{Lease, Overdue},
    domain::{
        decision::{Decision, Outcome},
        queue::EntryState,
    },
    store::{
        codes,
        entity::{decision, queue_entry},
        rows::{decision_row, micros},
    },
};

/// The longest overdue.
pub async fn overdue(database: &Database, now: Timestamp) -> Result<Vec<Overdue>, StoreError> {
    let rows = decision::Entity::find()
        .filter(decision::Column::AcceptDue.lte(micros(now)))
        .order_by_asc(decision::Column::AcceptDue)
        .limit(BATCH)
        .all(database.reader())
        .await?;
    let decisions = rows.into_iter().map(Decision::try_from).collect::<Result<Vec<_>, _>>()?;
    let made = |assignment: Decision| match assignment.outcome {
        Outcome::Assigned(version) => Some(Overdue { assignment, version }),
        _ => None,
    };
    Ok(decisions.into_iter().filter_map(made).collect())
}

/// What became of the assignment meanwhile, as far as facts have told.
enum Standing {
    /// It stands as it was made.
    AsMade,
    /// Its fact has not come yet.
    NotSeenYet,
    /// Somebody took the conversation, or it moved on in another way.
    MovedOn,
}

/// Stores the release and stops the clock of the assignment, if the assignment stands as it was made.
pub async fn begin_release(
    unit: &Unit,
    overdue: &Overdue,
    release: &Decision,
    lease: Lease,
) -> Result<bool, StoreError> {
    let stands = match standing(unit, overdue).await? {
        Standing::AsMade => true,
        Standing::NotSeenYet => return Ok(false),
        Standing::MovedOn => false,
    };
    let stopped = stop_clock(unit, &overdue.assignment).await?;
    if !stands || !stopped {
        return Ok(false);
    }
    decision::Entity::insert(decision_row(release, lease)?).exec_without_returning(unit.tx()).await?;
    Ok(true)
}

async fn standing(unit: &Unit, overdue: &Overdue) -> Result<Standing, StoreError> {
    let Decision { workspace, conversation, .. } = overdue.assignment;
    let entry =
        queue_entry::Entity::find_by_id((workspace.uuid(), conversation.uuid())).one(unit.tx()).await?;
    let Some(entry) = entry else {
        return Ok(Standing::MovedOn);
    };
    let assigned = entry.state == codes::from_entry_state(EntryState::Assigned);
    Ok(if entry.assignment_version < overdue.version {
        Standing::NotSeenYet
    } else if entry.assignment_version == overdue.version && assigned {
        Standing::AsMade
    } else {
        Standing::MovedOn
    })
}

/// False if another replica did.
async fn stop_clock(unit: &Unit, assignment: &Decision) -> Result<bool, StoreError> {
    let stopped = decision::Entity::update_many()
        .col_expr(decision::Column::AcceptDue, Expr::value(None::<i64>))
        .filter(decision::Column::Id.eq(assignment.id.uuid()))
        .filter(decision::Column::AcceptDue.is_not_null())
        .exec(unit.tx())
        .await?;
    Ok(stopped.rows_affected > 0)
}
