//! Asking other services in notification's own name. Knows which answers are for good.

use baton_kit::{
    door::{access::WORKSPACE_HEADER, refusal::reason_of},
    life::ids::WorkspaceId,
};
use baton_proto::common::v1::ErrorReason;
use tonic::{Request, Status, metadata::MetadataValue};

use crate::application::ports::AskError;

/// A request that names the workspace it is about.
pub(super) fn in_workspace<T>(workspace: WorkspaceId, message: T) -> Result<Request<T>, AskError> {
    let name = MetadataValue::try_from(workspace.to_string());
    let name = name.map_err(|error| AskError::Unavailable(error.to_string()))?;
    let mut request = Request::new(message);
    request.metadata_mut().insert(WORKSPACE_HEADER, name);
    Ok(request)
}

/// Only that it is not there is for good.
pub(super) fn error_of(status: &Status) -> AskError {
    match reason_of(status) {
        Some(ErrorReason::NotFound) => AskError::Gone,
        _ => AskError::Unavailable(format!("{:?}: {}", status.code(), status.message())),
    }
}

#[cfg(test)]
mod tests {
    use baton_kit::door::refusal::Refusal;

    use super::*;

    #[test]
    fn only_what_is_not_there_is_gone() {
        let error = |reason| error_of(&Status::from(Refusal::new(reason, "no")));
        assert_eq!(error(ErrorReason::NotFound), AskError::Gone);
        for reason in [ErrorReason::Unavailable, ErrorReason::Internal, ErrorReason::PermissionDenied] {
            assert!(matches!(error(reason), AskError::Unavailable(_)), "{reason:?}");
        }
    }
}
