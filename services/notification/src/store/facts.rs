//! What notification publishes, for its own processes alone: `baton.internal.notification.v1.MembersTold`, by which those that have no part
//! in making notices tell them too.

use baton_kit::data::NewFact;
use baton_proto::{
    common::v1::ActorKind,
    internal::notification::v1::{MemberTold, MembersTold},
};
use prost::Message as _;
use uuid::Uuid;

use crate::{
    application::ports::Place,
    contract::{MEMBERS_TOLD, kind, timestamp},
    domain::{kind::Kind, notice::Notice},
};

/// The fact that members were told of something in a conversation, each by a notice.
pub(super) fn members_told(
    place: &Place,
    (of, revision): (Kind, i64),
    notices: &[Notice],
    fact_id: Uuid,
) -> NewFact {
    let told = |notice: &Notice| MemberTold {
        member_id: notice.member.to_string(),
        notice_id: notice.id.to_string(),
    };
    let body = MembersTold {
        kind: kind(of).into(),
        create_time: Some(timestamp(place.heard_at)),
        told: notices.iter().map(told).collect(),
    };
    NewFact {
        event_id: fact_id,
        kind: MEMBERS_TOLD,
        workspace: place.workspace,
        subject: place.conversation.uuid(),
        item: None,
        sequence: None,
        revision,
        fence: 0,
        actor_kind: ActorKind::System.into(),
        actor: None,
        body: body.encode_to_vec(),
        at: place.heard_at,
    }
}
