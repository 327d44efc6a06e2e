//! Conversation's facts that begin a turn: a visitor's message, and control that comes to the AI.
//!
//! Must not know what a turn does. Facts of other kinds are passed over.

use async_trait::async_trait;
use baton_kit::{
    data::Fact,
    events::{FactHandler, HandleError},
};
use baton_proto::{
    common::v1::ActorKind,
    conversation::v1::{Control, ConversationState, EventKind},
};
use prost::Message as _;

use crate::{
    application::{ports::NewTurn, queue_turn::QueueTurn},
    domain::{ids::ConversationId, turn::Place},
};

/// The handler.
pub(crate) struct ConversationFacts {
    pub(crate) queue: QueueTurn,
}

#[async_trait]
impl FactHandler for ConversationFacts {
    async fn handle(&self, fact: &Fact) -> Result<(), HandleError> {
        let Some(turn) = turn_begun_by(fact)? else {
            return Ok(());
        };
        self.queue.run(&turn).await.map_err(|error| HandleError::Retry(error.to_string()))
    }
}

fn turn_begun_by(fact: &Fact) -> Result<Option<NewTurn>, HandleError> {
    let place = Place { workspace: fact.workspace, conversation: ConversationId::from_uuid(fact.subject) };
    let turn = |epoch, visitor_sequence| NewTurn {
        place,
        epoch,
        visitor_sequence,
        traceparent: fact.traceparent.clone(),
    };
    match EventKind::try_from(fact.kind) {
        Ok(EventKind::MessagePosted) if fact.actor_kind == i32::from(ActorKind::Visitor) => {
            let sequence = fact
                .sequence
                .ok_or_else(|| HandleError::Poison("a message without a sequence".to_owned()))?;
            Ok(Some(turn(fact.fence, sequence)))
        }
        Ok(EventKind::ControlChanged) => {
            let state = ConversationState::decode(fact.body.as_slice());
            let state =
                state.map_err(|error| HandleError::Poison(format!("no ConversationState: {error}")))?;
            Ok((state.control() == Control::Ai).then(|| turn(state.control_epoch, 0)))
        }
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_kit::life::ids::WorkspaceId;
    use jiff::Timestamp;
    use uuid::Uuid;

    fn fact(kind: EventKind, actor: ActorKind, body: Vec<u8>) -> Fact {
        Fact {
            position: 1,
            event_id: Uuid::from_u128(1),
            kind: kind.into(),
            workspace: WorkspaceId::from_uuid(Uuid::from_u128(2)),
            subject: Uuid::from_u128(3),
            item: None,
            sequence: Some(7),
            revision: 9,
            fence: 4,
            actor_kind: actor.into(),
            actor: None,
            body,
            at: Timestamp::UNIX_EPOCH,
            traceparent: None,
        }
    }

    fn begun(fact: &Fact) -> Option<(i64, i64)> {
        turn_begun_by(fact).unwrap().map(|turn| (turn.epoch, turn.visitor_sequence))
    }

    #[test]
    fn a_visitors_message_and_the_ais_return_begin_a_turn_and_nothing_else_does() {
        let control = |control: Control| ConversationState {
            control: control.into(),
            control_epoch: 5,
            ..Default::default()
        };
        let changed = |to| fact(EventKind::ControlChanged, ActorKind::Member, control(to).encode_to_vec());
        assert_eq!(begun(&fact(EventKind::MessagePosted, ActorKind::Visitor, Vec::new())), Some((4, 7)));
        assert_eq!(begun(&changed(Control::Ai)), Some((5, 0)));
        assert_eq!(begun(&changed(Control::Waiting)), None);
        assert_eq!(begun(&changed(Control::Human)), None);
        assert_eq!(begun(&fact(EventKind::MessagePosted, ActorKind::Member, Vec::new())), None);
        assert_eq!(begun(&fact(EventKind::MessagePosted, ActorKind::Assistant, Vec::new())), None);
        assert_eq!(begun(&Fact { kind: 999, ..changed(Control::Ai) }), None);
    }

    #[test]
    fn a_fact_that_cannot_be_read_is_never_tried_again() {
        let broken = fact(EventKind::ControlChanged, ActorKind::Member, vec![0xff; 3]);
        assert!(matches!(turn_begun_by(&broken), Err(HandleError::Poison(_))));
    }
}
