//! Asks a model within its patience, through a circuit breaker, and again where that is safe and can be afforded.
//!
//! Must not know what is asked.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use baton_kit::{
    kp,
    life::{clock::SharedClock, ids::SharedIds},
};
use futures::StreamExt as _;

use super::{
    listen::{Completion, Listener},
    model::{LanguageModel, ModelError, ModelEvent, ModelRequest, Pieces},
};
use crate::domain::{
    breaker::{Breaker, BreakerRules, CallOutcome, Ticket, Turned},
    pace::{Pace, Patience},
    retry::{self, RetryBudget},
};

/// How long conversation stands silence. Who allows a model more to its first word has to be told of meanwhile.
const SILENCE: Duration = Duration::from_secs(6);
/// How often then.
const SIGNS_EVERY: Duration = Duration::from_secs(2);

/// What a model is allowed.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Time.
    pub patience: Patience,
    /// The longest answer, bytes.
    pub most_bytes: usize,
    /// Tries of one question, the first included.
    pub most_tries: u32,
}

/// The use case. One a provider and purpose: its breaker and its budget of retries hold for all who ask for that purpose.
pub struct AskModel {
    model: Arc<dyn LanguageModel>,
    limits: Limits,
    clock: SharedClock,
    ids: SharedIds,
    breaker: Mutex<Breaker>,
    budget: Mutex<RetryBudget>,
}

/// A call that is let through. Dropped without an outcome, it was given up.
struct Call<'a> {
    asks: &'a AskModel,
    ticket: Option<Ticket>,
}

impl AskModel {
    /// Asks this model.
    pub fn new(
        model: Arc<dyn LanguageModel>,
        limits: Limits,
        rules: BreakerRules,
        clock: SharedClock,
        ids: SharedIds,
    ) -> Self {
        let (breaker, budget) = (Mutex::new(Breaker::new(rules)), Mutex::default());
        Self { model, limits, clock, ids, breaker, budget }
    }

    /// Whether the provider is not asked at the moment.
    pub fn is_circuit_open(&self) -> bool {
        locked(&self.breaker).is_open()
    }

    /// Asks, shows the answer as it comes, and returns all of it. May be dropped at any time, which ends the call.
    ///
    /// # Errors
    /// If there is no answer, or none that is within the limits.
    pub async fn ask(&self, request: &ModelRequest, pieces: &dyn Pieces) -> Result<Completion, ModelError> {
        let mut pace = Pace::new(self.limits.patience, self.clock.monotonic());
        locked(&self.budget).earn();
        let mut tries = 1;
        loop {
            let error = match self.try_once(request, pieces, &mut pace).await {
                Ok(completion) => return Ok(completion),
                Err(error) => error,
            };
            let Some(wait) = self.again_after(&error, tries, &pace) else {
                return Err(error);
            };
            tracing::info!(%error, tries, "a model is asked again");
            self.clock.sleep(wait).await;
            tries += 1;
        }
    }

    async fn try_once(
        &self,
        request: &ModelRequest,
        pieces: &dyn Pieces,
        pace: &mut Pace,
    ) -> Result<Completion, ModelError> {
        let mut call = self.admit()?;
        let mut listener = Listener::new(&self.clock, pieces, self.limits.most_bytes);
        listener.signs_every = (self.limits.patience.first > SILENCE).then_some(SIGNS_EVERY);
        kp!("model.before_asking", "ai");
        let stream = self.model.ask(request).inspect(|event| call.hears(event)).boxed();
        let heard = listener.listen(stream, pace).await;
        kp!("model.after_asking", "ai");
        call.over(outcome_of(heard.as_ref().err()));
        heard
    }

    /// How long to wait before another try; `None` if there is to be none. Once something was shown, none is.
    fn again_after(&self, error: &ModelError, tries: u32, pace: &Pace) -> Option<Duration> {
        let asked_for = match error {
            ModelError::NotConnected | ModelError::Broken => Duration::ZERO,
            ModelError::Status { status: 429, retry_after } => (*retry_after)?,
            ModelError::Status { status: 500.., retry_after } => retry_after.unwrap_or_default(),
            _ => return None,
        };
        let wait = retry::back_off(tries, (self.chance() + 1.0) / 2.0).max(asked_for);
        let in_time = wait < pace.left(self.clock.monotonic());
        let may = !pace.has_begun() && tries < self.limits.most_tries && in_time;
        (may && locked(&self.budget).spend()).then_some(wait)
    }

    fn admit(&self) -> Result<Call<'_>, ModelError> {
        let ticket = locked(&self.breaker).admit(self.clock.monotonic());
        let ticket = ticket.ok_or(ModelError::CircuitOpen)?;
        Ok(Call { asks: self, ticket: Some(ticket) })
    }

    /// Between -1 and 1.
    fn chance(&self) -> f64 {
        let mut bytes = [0; 4];
        self.ids.fill(&mut bytes);
        f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX) * 2.0 - 1.0
    }

    fn record(&self, ticket: Ticket, outcome: CallOutcome) {
        let (now, chance) = (self.clock.monotonic(), self.chance());
        let turned = locked(&self.breaker).record(ticket, outcome, now, chance);
        self.tell(turned);
    }

    fn tell(&self, turned: Option<Turned>) {
        match turned {
            Some(Turned::Open(length)) => {
                tracing::warn!(model = self.model.label(), ?length, "the circuit to a model is open");
            }
            Some(Turned::Closed) => tracing::info!(model = self.model.label(), "a model answers again"),
            None => {}
        }
    }
}

impl Call<'_> {
    /// The first piece says what others wait to know: that the provider is back.
    fn hears(&mut self, event: &Result<ModelEvent, ModelError>) {
        let is_piece =
            matches!(event, Ok(ModelEvent::Text(_) | ModelEvent::Thought(_) | ModelEvent::Call(..)));
        if let Some(ticket) = self.ticket.as_mut().filter(|_| is_piece) {
            let turned = locked(&self.asks.breaker).began(ticket);
            self.asks.tell(turned);
        }
    }

    fn over(mut self, outcome: CallOutcome) {
        if let Some(ticket) = self.ticket.take() {
            self.asks.record(ticket, outcome);
        }
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            self.asks.record(ticket, CallOutcome::Abandoned);
        }
    }
}

/// What a call says about its provider. A request that it finds faulty, or an answer that we do, is an answer all the same.
fn outcome_of(error: Option<&ModelError>) -> CallOutcome {
    match error {
        None | Some(ModelError::Invalid(_) | ModelError::Status { status: 400 | 413 | 422, .. }) => {
            CallOutcome::Answered
        }
        Some(ModelError::NotConnected) => CallOutcome::NotConnected,
        Some(
            ModelError::Status { .. } | ModelError::Broken | ModelError::Malformed | ModelError::Slow(_),
        ) => CallOutcome::Failed,
        Some(ModelError::CircuitOpen) => CallOutcome::Abandoned,
    }
}

/// Nothing that may panic runs under these locks.
fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
