//! Requests that may come twice: the first one's outcome is kept as the id of what it made.

use baton_kit::data::{Recalled, StoreError, Unit};
use uuid::Uuid;

use super::values::broken;
use crate::application::ports::{Made, MakeError, Repeatable};

/// Makes something once: now as `make` does, with this id, or `before`, found by the id that the request made then.
///
/// The id is kept before `make` writes anything: of two at once the second must fall over the request, not over a unique name.
pub(super) async fn once<T, E, F>(
    unit: &Unit,
    request: &Repeatable,
    id: Uuid,
    before: impl FnOnce(Uuid) -> F,
    make: impl Future<Output = Result<T, E>>,
) -> Result<Made<T>, E>
where
    E: From<MakeError>,
    F: Future<Output = Result<T, E>>,
{
    if let Some(id) = recall(unit, request).await? {
        return Ok(Made::Before(before(id).await?));
    }
    let kept = unit.remember(&request.key, request.fingerprint.bytes(), id.as_bytes()).await;
    kept.map_err(MakeError::from)?;
    Ok(Made::Now(make.await?))
}

/// What was made is kept for good, and yet it is not there.
pub(super) fn gone() -> StoreError {
    broken("idempotency", "what it names is gone")
}

async fn recall(unit: &Unit, request: &Repeatable) -> Result<Option<Uuid>, MakeError> {
    match unit.recall(&request.key, request.fingerprint.bytes()).await? {
        Recalled::New => Ok(None),
        Recalled::Same(id) => {
            let id = Uuid::from_slice(&id).map_err(|error| broken("idempotency", error))?;
            Ok(Some(id))
        }
        Recalled::Other => Err(MakeError::RequestIdReused),
    }
}
