//! Requests that may come twice: the first one's outcome is kept as the id of what it made.

use baton_kit::data::{Recalled, StoreError, Unit};
use uuid::Uuid;

use super::values::broken;
use crate::application::ports::{MakeError, Repeatable};

/// The id that this request made before, if it comes again.
pub(super) async fn recall(unit: &Unit, request: &Repeatable) -> Result<Option<Uuid>, MakeError> {
    match unit.recall(&request.key, request.fingerprint.bytes()).await? {
        Recalled::New => Ok(None),
        Recalled::Same(id) => {
            let id = Uuid::from_slice(&id).map_err(|error| broken("idempotency", error))?;
            Ok(Some(id))
        }
        Recalled::Other => Err(MakeError::RequestIdReused),
    }
}

/// Keeps the id, before anything with a unique name is written: of two at once the second must fall over
/// the request, not over the name.
pub(super) async fn remember(unit: &Unit, request: &Repeatable, id: Uuid) -> Result<(), StoreError> {
    unit.remember(&request.key, request.fingerprint.bytes(), id.as_bytes()).await
}
