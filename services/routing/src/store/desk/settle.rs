//! How a decision gets its caller and its end.

use baton_kit::{
    data::{StoreError, Unit},
    life::ids::SharedIds,
};
use baton_proto::common::v1::ActorKind;
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, sea_query::Expr};

use crate::{
    application::ports::Lease,
    domain::{
        availability::missed,
        decision::{Decision, Outcome, Settlement},
        ids::{DecisionId, MemberId},
    },
    store::{
        codes,
        entity::{decision, queue_entry},
        rows::micros,
        staff::{Said, find, publish, save},
    },
};

/// Takes or renews the right to call about an open decision.
pub async fn claim(unit: &Unit, id: DecisionId, lease: Lease) -> Result<bool, StoreError> {
    let free_or_own = Condition::any()
        .add(decision::Column::LeaseOwner.eq(lease.owner))
        .add(decision::Column::LeaseUntil.lte(micros(lease.now)));
    let claimed = decision::Entity::update_many()
        .col_expr(decision::Column::LeaseOwner, Expr::value(lease.owner))
        .col_expr(decision::Column::LeaseUntil, Expr::value(micros(lease.until)))
        .filter(decision::Column::Id.eq(id.uuid()))
        .filter(decision::Column::Outcome.eq(codes::PENDING))
        .filter(free_or_own)
        .exec(unit.tx())
        .await?;
    Ok(claimed.rows_affected > 0)
}

/// Records the end of an open decision; of one that has ended, nothing.
pub async fn settle(unit: &Unit, settlement: &Settlement, ids: &SharedIds) -> Result<(), StoreError> {
    let Settlement { decision, outcome, at, accept_due } = settlement;
    let (code, refusal, made_version) = codes::from_outcome(*outcome);
    let settled = decision::Entity::update_many()
        .col_expr(decision::Column::Outcome, Expr::value(code))
        .col_expr(decision::Column::Refusal, Expr::value(refusal))
        .col_expr(decision::Column::MadeVersion, Expr::value(made_version))
        .col_expr(decision::Column::SettledAt, Expr::value(micros(*at)))
        .col_expr(decision::Column::AcceptDue, Expr::value(accept_due.map(micros)))
        .filter(decision::Column::Id.eq(decision.id.uuid()))
        .filter(decision::Column::Outcome.eq(codes::PENDING))
        .exec(unit.tx())
        .await?;
    if settled.rows_affected == 0 {
        return Ok(());
    }
    if outcome.spends_version() {
        spend(unit, decision).await?;
    }
    match (outcome, decision.member) {
        (Outcome::Released(_), Some(member)) => become_away(unit, settlement, member, ids).await,
        _ => Ok(()),
    }
}

/// From now on only a newer fact leads to another decision.
async fn spend(unit: &Unit, decision: &Decision) -> Result<(), StoreError> {
    queue_entry::Entity::update_many()
        .col_expr(queue_entry::Column::SpentVersion, Expr::value(decision.assignment_version))
        .filter(queue_entry::Column::WorkspaceId.eq(decision.workspace.uuid()))
        .filter(queue_entry::Column::ConversationId.eq(decision.conversation.uuid()))
        .filter(queue_entry::Column::SpentVersion.lt(decision.assignment_version))
        .exec(unit.tx())
        .await?;
    Ok(())
}

async fn become_away(
    unit: &Unit,
    settlement: &Settlement,
    member: MemberId,
    ids: &SharedIds,
) -> Result<(), StoreError> {
    let workspace = settlement.decision.workspace;
    let Some(away) = find(unit, workspace, member).await?.as_ref().and_then(missed) else {
        return Ok(());
    };
    save(unit, workspace, &away).await?;
    publish(unit, workspace, &away, Said { ids, by: ActorKind::System, at: settlement.at }).await
}
