//! The engine that lets a language model answer, from the knowledge found for it. What is a rule stays one: an explicit wish for a
//! person, the assistant's phrases and counts are honoured before any model is asked, and what a model decides it decides by a typed
//! call, never by words.
//!
//! Must not know how a model is reached.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::{
    answer_from_knowledge::{Before, Builtin},
    ask_model::AskModel,
    listen::Completion,
    model::{ModelError, Pieces},
    ports::{Engine, EngineError, TurnInput},
    write_prompt::{Prompts, passages_of},
};
use crate::domain::{bm25::Hit, citations::Citations, decision::TurnDecision, hand_off_call};

/// The engine.
pub struct Modelled {
    /// Its rules, its knowledge, and what it says where a rule decides.
    pub builtin: Arc<Builtin>,
    /// The model.
    pub asks: Arc<AskModel>,
    /// What the model is told.
    pub prompts: Prompts,
}

#[async_trait]
impl Engine for Modelled {
    fn label(&self) -> &'static str {
        "model"
    }

    async fn decide(&self, input: &TurnInput, pieces: &dyn Pieces) -> Result<TurnDecision, EngineError> {
        let hits = match self.builtin.before_asking(input).await? {
            Before::Decided(decision) => return Ok(decision),
            Before::Ask(hits) => passages_of(hits),
        };
        let visible = Visible::new(pieces, hits.len());
        let request = self.prompts.request(input, &hits);
        let completion = self.asks.ask(&request, &visible).await?;
        let usage = completion.usage;
        tracing::info!(read = usage.read, written = usage.written, passages = hits.len(), "a model answered");
        decision_of(completion, &hits, input.assistant.settings.handoff.enabled)
    }
}

/// A call beats every word: the words beside it are not posted. The first call counts.
fn decision_of(
    completion: Completion,
    hits: &[Hit],
    may_hand_off: bool,
) -> Result<TurnDecision, EngineError> {
    if let Some(call) = completion.calls.first() {
        let reason = hand_off_call::reason_of(&call.name, &call.arguments);
        let reason = reason.map_err(|fault| EngineError::Invalid(fault.to_string()))?;
        if !may_hand_off {
            return Err(EngineError::Invalid(hand_off_call::CallFault::NotOffered.to_string()));
        }
        return Ok(TurnDecision::HandOff { reason });
    }
    let (text, cited) = Citations::taken_out_of(&completion.text, hits.len());
    let source = |number: usize| hits.get(number.checked_sub(1)?).map(|hit| hit.source.clone());
    let sources = cited.into_iter().filter_map(source).collect();
    let text = text.trim().to_owned();
    Ok(TurnDecision::Answer { text, sources })
}

impl From<ModelError> for EngineError {
    fn from(error: ModelError) -> Self {
        match error {
            ModelError::Slow(_) => Self::TooSlow,
            ModelError::Invalid(_) | ModelError::Malformed => Self::Invalid(error.to_string()),
            ModelError::NotConnected
            | ModelError::Status { .. }
            | ModelError::Broken
            | ModelError::CircuitOpen => Self::Unavailable(error.to_string()),
        }
    }
}

/// Shows an answer without its marks.
struct Visible<'a> {
    pieces: &'a dyn Pieces,
    citations: Mutex<Citations>,
}

impl<'a> Visible<'a> {
    fn new(pieces: &'a dyn Pieces, passages: usize) -> Self {
        Self { pieces, citations: Mutex::new(Citations::upto(passages)) }
    }
}

impl Pieces for Visible<'_> {
    fn say(&self, piece: &str) {
        let visible = self.citations.lock().unwrap_or_else(PoisonError::into_inner).push(piece);
        if visible.is_empty() { self.pieces.alive() } else { self.pieces.say(&visible) }
    }

    fn alive(&self) {
        self.pieces.alive();
    }

    fn begin_anew(&self) {
        self.citations.lock().unwrap_or_else(PoisonError::into_inner).begin_anew();
        self.pieces.begin_anew();
    }
}

#[cfg(test)]
mod tests;
