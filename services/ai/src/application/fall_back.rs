//! The engine that asks another one when the first fails. Only where a person configured it: an answer of another quality may be worse
//! than a person a minute later.
//!
//! Must not know which engines these are.

use std::sync::Arc;

use async_trait::async_trait;

use super::{
    model::Pieces,
    ports::{Engine, EngineError, TurnInput},
};
use crate::domain::decision::TurnDecision;

/// Two engines, one for the worse days.
pub struct FallBack {
    /// Asked first.
    pub first: Arc<dyn Engine>,
    /// Asked when that failed.
    pub second: Arc<dyn Engine>,
}

#[async_trait]
impl Engine for FallBack {
    fn label(&self) -> &'static str {
        self.first.label()
    }

    async fn decide(&self, input: &TurnInput, pieces: &dyn Pieces) -> Result<TurnDecision, EngineError> {
        let decided =
            self.first.decide(input, pieces).await.and_then(|decision| {
                decision.checked().map_err(|fault| EngineError::Invalid(fault.to_owned()))
            });
        let error = match decided {
            Ok(decision) => return Ok(decision),
            Err(error) => error,
        };
        tracing::warn!(%error, engine = self.first.label(), instead = self.second.label(), "an engine failed");
        pieces.begin_anew();
        self.second.decide(input, pieces).await
    }
}
