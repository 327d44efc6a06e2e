//! Conversation's facts that begin a turn: a visitor's message, and control that comes to the AI; and those that open a handoff, of
//! which something is to be found out.
//!
//! Must not know what a turn or a job does. Facts of other kinds are passed over.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use baton_kit::{
    data::{Fact, StoreError},
    events::{FactHandler, HandleError},
};
use baton_proto::{
    common::v1::ActorKind,
    conversation::v1::{Control, ConversationState, EventKind, Handoff, HandoffState},
};
use prost::Message as _;

use crate::{
    application::{
        ports::{NewInsight, NewTurn},
        queue_insight::QueueInsight,
        queue_turn::QueueTurn,
    },
    domain::{ids::ConversationId, turn::Place},
};

/// The handler.
pub(crate) struct ConversationFacts {
    pub(crate) queue: QueueTurn,
    pub(crate) insights: QueueInsight,
}

#[async_trait]
impl FactHandler for ConversationFacts {
    async fn handle(&self, fact: &Fact) -> Result<(), HandleError> {
        let (turn, job) = (turn_begun_by(fact)?, handoff_opened_by(fact)?);
        self.enter(turn.as_slice(), job.as_slice()).await
    }

    async fn handle_together(&self, facts: &[Arc<Fact>]) -> Result<bool, HandleError> {
        let (mut turns, mut jobs) = (Vec::new(), Vec::new());
        for fact in facts {
            turns.extend(turn_begun_by(fact)?);
            jobs.extend(handoff_opened_by(fact)?);
        }
        self.enter(&turns, &jobs).await?;
        Ok(true)
    }
}

impl ConversationFacts {
    /// Jobs first: of the two, people wait for what is found out for them.
    async fn enter(&self, turns: &[NewTurn], jobs: &[NewInsight]) -> Result<(), HandleError> {
        let retry = |error: StoreError| HandleError::Retry(error.to_string());
        self.insights.run(jobs).await.map_err(retry)?;
        self.queue.run(turns).await.map_err(retry)
    }
}

fn turn_begun_by(fact: &Fact) -> Result<Option<NewTurn>, HandleError> {
    let place = Place { workspace: fact.workspace, conversation: ConversationId::from_uuid(fact.subject) };
    let turn = |epoch, visitor_sequence| NewTurn {
        place,
        epoch,
        visitor_sequence,
        wait: Duration::ZERO,
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
            let state = state_of(fact)?;
            Ok((state.control() == Control::Ai).then(|| turn(state.control_epoch, 0)))
        }
        _ => Ok(None),
    }
}

/// The handoff that stands open after a fact. One that is released or assigned again is known by its id.
fn handoff_opened_by(fact: &Fact) -> Result<Option<NewInsight>, HandleError> {
    if EventKind::try_from(fact.kind) != Ok(EventKind::HandoffChanged) {
        return Ok(None);
    }
    let is_open = |it: &Handoff| matches!(it.state(), HandoffState::Requested | HandoffState::Assigned);
    let Some(handoff) = state_of(fact)?.handoff.filter(is_open) else {
        return Ok(None);
    };
    let handoff = handoff.id.parse().map_err(|error| HandleError::Poison(format!("no handoff: {error}")))?;
    let place = Place { workspace: fact.workspace, conversation: ConversationId::from_uuid(fact.subject) };
    Ok(Some(NewInsight { place, handoff, traceparent: fact.traceparent.clone() }))
}

fn state_of(fact: &Fact) -> Result<ConversationState, HandleError> {
    let state = ConversationState::decode(fact.body.as_slice());
    state.map_err(|error| HandleError::Poison(format!("no ConversationState: {error}")))
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
    fn an_open_handoff_is_found_out_about_and_a_closed_one_is_not() {
        let changed = |handoff: HandoffState| {
            let handoff = Handoff {
                id: "hand_00000000000000000000000007".to_owned(),
                state: handoff.into(),
                ..Handoff::default()
            };
            let state = ConversationState { handoff: Some(handoff), ..Default::default() };
            fact(EventKind::HandoffChanged, ActorKind::Assistant, state.encode_to_vec())
        };
        let found = |fact: &Fact| handoff_opened_by(fact).unwrap().map(|job| job.handoff.uuid().as_u128());
        assert_eq!(found(&changed(HandoffState::Requested)), Some(7));
        assert_eq!(found(&changed(HandoffState::Assigned)), Some(7));
        for closed in
            [HandoffState::Taken, HandoffState::HandedBack, HandoffState::Withdrawn, HandoffState::Resolved]
        {
            assert_eq!(found(&changed(closed)), None);
        }
        let other = Fact { kind: EventKind::ControlChanged.into(), ..changed(HandoffState::Requested) };
        assert_eq!(found(&other), None);
        let broken = fact(EventKind::HandoffChanged, ActorKind::Assistant, vec![0xff; 3]);
        assert!(matches!(handoff_opened_by(&broken), Err(HandleError::Poison(_))));
    }

    #[test]
    fn a_fact_that_cannot_be_read_is_never_tried_again() {
        let broken = fact(EventKind::ControlChanged, ActorKind::Member, vec![0xff; 3]);
        assert!(matches!(turn_begun_by(&broken), Err(HandleError::Poison(_))));
    }
}
