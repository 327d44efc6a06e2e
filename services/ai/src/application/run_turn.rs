//! Carries out one turn: look, let the engine decide, act, say that it is over. Everything in it is safe to repeat.
//!
//! Must not know how turns are kept.

use std::{convert::Infallible, sync::Arc, time::Duration};

use baton_kit::life::clock::{self, SharedClock};

use super::hand_over::HandOver;
use super::ports::{
    Answer, AssistantStore, CallError, Conversation, EVERY_MESSAGE, Engine, EngineError, Outcome,
    TurnContext, TurnInput,
};
use super::show_draft::{Audience, Draft, ShowDraft};
use crate::domain::{
    decision::TurnDecision,
    turn::{Ending, LEAST_TRIES, Turn},
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
    /// How people get it.
    pub hand_over: HandOver,
    /// Who decides.
    pub engine: Arc<dyn Engine>,
    /// Time.
    pub clock: SharedClock,
    /// From the entering of the turn to the engine's decision.
    pub deadline: Duration,
    /// How often progress is reported.
    pub progress_every: Duration,
    /// For how long, at least, a conversation that does not answer is tried.
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
        let mut context = self.conversation.context(turn.place).await?;
        if context.control_epoch > turn.epoch {
            // The change to that epoch began a turn of its own, if the AI has it.
            return Ok((Ending::Superseded, EVERY_MESSAGE));
        }
        if !context.ai_in_control {
            // It comes back with another epoch: until then the visitor may write a lot to a person.
            return Ok((Ending::Nothing, EVERY_MESSAGE));
        }
        if let Some(outcome) = self.hand_over.go_on(turn, &context).await? {
            return self.finish(turn, &context, outcome).await;
        }
        if context.unanswered == 0 || context.thread.unanswered().next().is_none() {
            if !is_told_to_speak(turn, &context) {
                return self.nothing(turn, &context).await;
            }
            // What the answer is fenced by, though it answers nothing.
            context.unanswered = context.thread.last_visitor();
        }
        let draft = Draft::default();
        let decided = tokio::select! {
            biased;
            decided = self.decide(turn, &context, &draft) => decided,
            refused = self.report(turn, &context, &draft) => return Err(refused),
            never = self.show(turn, &context, &draft) => match never {},
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

    async fn decide(
        &self,
        turn: &Turn,
        context: &TurnContext,
        draft: &Draft,
    ) -> Result<TurnDecision, EngineError> {
        let passed = Duration::try_from(self.clock.now().duration_since(turn.created_at)).unwrap_or_default();
        let left = self.deadline.saturating_sub(passed);
        if left.is_zero() {
            return Err(EngineError::TooSlow);
        }
        let decided = clock::timeout(&self.clock, left, self.think(turn, context, draft)).await;
        let decision = decided.map_err(|_| EngineError::TooSlow)??;
        decision.checked().map_err(|fault| EngineError::Invalid(fault.to_owned()))
    }

    async fn think(
        &self,
        turn: &Turn,
        context: &TurnContext,
        draft: &Draft,
    ) -> Result<TurnDecision, EngineError> {
        let unavailable = |cause: String| EngineError::Unavailable(cause);
        let found = self.assistants.find(turn.place.workspace, context.assistant).await;
        let found = found.map_err(|error| unavailable(error.to_string()))?;
        let assistant = found.ok_or_else(|| unavailable(format!("no assistant {}", context.assistant)))?;
        let (thread, instruction) = (context.thread.clone(), context.instruction.clone());
        self.engine.decide(&TurnInput { assistant, thread, instruction }, draft).await
    }

    /// Shows what the engine makes while it makes it. Never ends, and is never waited for.
    async fn show(&self, turn: &Turn, context: &TurnContext, draft: &Draft) -> Infallible {
        let show = ShowDraft { conversation: Arc::clone(&self.conversation), clock: self.clock.clone() };
        let audience = Audience {
            place: turn.place,
            contact: context.contact,
            control_epoch: context.control_epoch,
            making: turn.making(context.unanswered),
        };
        show.run(draft, &audience).await
    }

    /// Reports progress, where there is some, until that is refused because somebody else speaks now; then the engine works for
    /// nothing. An engine that gives no sign of work is not reported: conversation's own patience with it must run out.
    async fn report(&self, turn: &Turn, context: &TurnContext, draft: &Draft) -> CallError {
        let mut signs = draft.signs();
        loop {
            self.clock.sleep(self.progress_every).await;
            if std::mem::replace(&mut signs, draft.signs()) == signs {
                continue;
            }
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
                let outcome = self.hand_over.begin(turn, context, reason).await?;
                self.finish(turn, context, outcome).await
            }
            TurnDecision::Answer { text, sources } => {
                let (client_message_id, visitor_sequence) = (turn.client_message_id(0), context.unanswered);
                let answer = Answer {
                    control_epoch: epoch,
                    visitor_sequence,
                    client_message_id,
                    text,
                    sources,
                    handoff_within: None,
                };
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
        let is_young = passed < self.retry_for || turn.attempts < LEAST_TRIES;
        // Nothing else brings people to a visitor who was asked something and stays silent: a reminder ends only with its handoff.
        if is_young || turn.is_reminder() {
            return Verdict::Later(cause);
        }
        tracing::error!(%cause, turn = %turn.id, "a turn is given up; the conversation's own deadlines have the visitor");
        Verdict::Over(Ending::GivenUp, 0)
    }
}

/// Whether the member who handed back left word what to do, and the assistant has not spoken since: then it speaks, once.
fn is_told_to_speak(turn: &Turn, context: &TurnContext) -> bool {
    turn.is_return() && !context.instruction.is_empty() && context.thread.is_silent_since()
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
