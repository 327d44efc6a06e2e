//! Carries out one turn: look, let the engine decide, act, say that it is over. Everything in it is safe to repeat.
//!
//! Must not know how turns are kept.

use std::{sync::Arc, time::Duration};

use baton_kit::life::clock::{self, SharedClock};

use super::ports::{
    Answer, AssistantStore, CallError, Conversation, Engine, EngineError, Outcome, Seen, TurnContext,
    TurnInput,
};
use crate::domain::{
    decision::TurnDecision,
    turn::{Ending, Turn},
};

/// How often a turn is run again at once because the visitor wrote meanwhile, before others get their chance.
const RERUNS: usize = 8;

/// What came of running a turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is over; visitor messages up to this sequence are dealt with.
    Over(Ending, i64),
    /// Try again later, for this reason.
    Later(String),
}

/// The use case.
pub struct RunTurn {
    /// Where the thread is.
    pub conversation: Arc<dyn Conversation>,
    /// Who speaks.
    pub assistants: Arc<dyn AssistantStore>,
    /// Who decides.
    pub engine: Arc<dyn Engine>,
    /// Time.
    pub clock: SharedClock,
    /// From the entering of the turn to the engine's decision.
    pub deadline: Duration,
    /// How often progress is reported.
    pub progress_every: Duration,
    /// For how long a conversation that does not answer is tried.
    pub retry_for: Duration,
}

impl RunTurn {
    /// Carries it out.
    pub async fn run(&self, turn: &Turn) -> Verdict {
        for _ in 0..RERUNS {
            match self.once(turn).await {
                Ok((ending, dealt_with)) => return Verdict::Over(ending, dealt_with),
                Err(CallError::Superseded) => {}
                Err(CallError::Stale | CallError::AlreadyPosted) => {
                    return Verdict::Over(Ending::Superseded, 0);
                }
                Err(CallError::NotFound) => return Verdict::Over(Ending::Gone, 0),
                Err(CallError::Transient(cause)) => return self.later(turn, cause),
                Err(CallError::Refused(cause)) => {
                    tracing::error!(%cause, "conversation refused a turn's call");
                    return self.later(turn, cause);
                }
            }
        }
        Verdict::Later("the visitor keeps writing".to_owned())
    }

    async fn once(&self, turn: &Turn) -> Result<(Ending, i64), CallError> {
        let context = self.conversation.context(turn.place).await?;
        if context.control_epoch > turn.epoch {
            // The change to that epoch began a turn of its own, if the AI has it.
            return Ok((Ending::Superseded, 0));
        }
        if !context.ai_in_control {
            return Ok((Ending::Nothing, 0));
        }
        if context.unanswered == 0 || context.thread.unanswered().next().is_none() {
            return self.nothing(turn, &context).await;
        }
        let decided = tokio::select! {
            biased;
            decided = self.decide(turn, &context) => decided,
            refused = self.report(turn, &context) => return Err(refused),
        };
        match decided {
            Ok(decision) => self.act(turn, &context, decision).await,
            Err(error) => {
                tracing::warn!(%error, engine = self.engine.label(), "the engine failed; people are asked for");
                self.finish(turn, &context, Outcome::Failed).await
            }
        }
    }

    async fn nothing(&self, turn: &Turn, context: &TurnContext) -> Result<(Ending, i64), CallError> {
        let sequence = context.unanswered.max(turn.visitor_sequence);
        if sequence > 0 {
            let end = self.conversation.finish(turn.place, context.control_epoch, sequence, Outcome::Nothing);
            end.await?;
        }
        Ok((Ending::Nothing, sequence))
    }

    async fn decide(&self, turn: &Turn, context: &TurnContext) -> Result<TurnDecision, EngineError> {
        let passed = Duration::try_from(self.clock.now().duration_since(turn.created_at)).unwrap_or_default();
        let left = self.deadline.saturating_sub(passed);
        if left.is_zero() {
            return Err(EngineError::TooSlow);
        }
        let decided = clock::timeout(&self.clock, left, self.think(turn, context)).await;
        let decision = decided.map_err(|_| EngineError::TooSlow)??;
        decision.checked().map_err(|fault| EngineError::Invalid(fault.to_owned()))
    }

    async fn think(&self, turn: &Turn, context: &TurnContext) -> Result<TurnDecision, EngineError> {
        let unavailable = |cause: String| EngineError::Unavailable(cause);
        let found = self.assistants.find(turn.place.workspace, context.assistant).await;
        let found = found.map_err(|error| unavailable(error.to_string()))?;
        let assistant = found.ok_or_else(|| unavailable(format!("no assistant {}", context.assistant)))?;
        self.engine.decide(&TurnInput { assistant, thread: context.thread.clone() }).await
    }

    /// Reports progress until that is refused because somebody else speaks now; then the engine works for nothing.
    async fn report(&self, turn: &Turn, context: &TurnContext) -> CallError {
        loop {
            self.clock.sleep(self.progress_every).await;
            match self.conversation.report_progress(turn.place, context.control_epoch).await {
                Err(refused @ (CallError::Stale | CallError::NotFound)) => return refused,
                Err(error) => tracing::debug!(%error, "progress could not be reported"),
                Ok(()) => {}
            }
        }
    }

    async fn act(
        &self,
        turn: &Turn,
        context: &TurnContext,
        decision: TurnDecision,
    ) -> Result<(Ending, i64), CallError> {
        let epoch = context.control_epoch;
        match decision {
            TurnDecision::Nothing => self.finish(turn, context, Outcome::Nothing).await,
            TurnDecision::HandOff { reason } => {
                let seen = Seen { epoch, visitor_sequence: context.unanswered };
                self.conversation.request_handoff(turn.place, seen, reason).await?;
                self.finish(turn, context, Outcome::HandedOff).await
            }
            TurnDecision::Answer { text, sources } => {
                let (client_message_id, visitor_sequence) = (turn.client_message_id(0), context.unanswered);
                let answer =
                    Answer { control_epoch: epoch, visitor_sequence, client_message_id, text, sources };
                match self.conversation.post(turn.place, &answer).await {
                    // A try whose outcome was lost had landed, perhaps in other words: the first word stands.
                    Ok(()) | Err(CallError::AlreadyPosted) => {
                        self.finish(turn, context, Outcome::Answered).await
                    }
                    Err(refused) => Err(refused),
                }
            }
        }
    }

    async fn finish(
        &self,
        turn: &Turn,
        context: &TurnContext,
        outcome: Outcome,
    ) -> Result<(Ending, i64), CallError> {
        let told =
            self.conversation.finish(turn.place, context.control_epoch, context.unanswered, outcome).await;
        match told {
            // Handing over, and whatever a person did since, moved the epoch on: then nobody waits for the end of this turn.
            Ok(()) | Err(CallError::Stale) => Ok((ending_of(outcome), context.unanswered)),
            Err(error) => Err(error),
        }
    }

    fn later(&self, turn: &Turn, cause: String) -> Verdict {
        let passed = Duration::try_from(self.clock.now().duration_since(turn.created_at)).unwrap_or_default();
        if passed < self.retry_for {
            return Verdict::Later(cause);
        }
        tracing::error!(%cause, turn = %turn.id, "a turn is given up; the conversation's own deadlines have the visitor");
        Verdict::Over(Ending::GivenUp, 0)
    }
}

fn ending_of(outcome: Outcome) -> Ending {
    match outcome {
        Outcome::Answered => Ending::Answered,
        Outcome::HandedOff => Ending::HandedOff,
        Outcome::Nothing => Ending::Nothing,
        Outcome::Failed => Ending::Failed,
    }
}

#[cfg(test)]
mod tests;
