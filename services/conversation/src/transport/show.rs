//! A conversation as a caller sees it: with the brief for the staff, which a visitor never gets.

use baton_kit::door::{
    principal::{Caller, Kind},
    refusal::Refusal,
};
use baton_proto::conversation::v1 as wire;

use super::{convert, status};
use crate::{application::attach_brief::AttachBrief, domain::conversation::Conversation};

/// Shows conversations one at a time; lists carry no briefs.
#[derive(Clone)]
pub struct Show {
    /// Where briefs are.
    pub briefs: AttachBrief,
}

impl Show {
    /// The conversation, with the brief of its last handoff: one statement more, by key, where there was a handoff.
    pub(super) async fn one(
        &self,
        caller: &Caller,
        it: &Conversation,
    ) -> Result<wire::Conversation, Refusal> {
        let mut shown = convert::conversation(it);
        if matches!(caller.kind, Kind::Member | Kind::ApiKey) {
            let brief = self.briefs.of(it).await.map_err(|error| status::store(&error))?;
            shown.brief = brief.as_ref().map(convert::briefs::brief);
        }
        Ok(shown)
    }
}
