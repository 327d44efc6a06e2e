//! The engine `builtin`: rules first, then the best passage of the knowledge base, quoted, or an honest word that there is none.
//!
//! Needs no network and no model, and says what it is. Must not know how turns are kept or answers sent.

use std::sync::Arc;

use async_trait::async_trait;

use super::ports::{Engine, EngineError, Retriever, TurnInput};
use crate::domain::{
    bm25::Hit,
    builtin::{Rules, Ruling},
    decision::{HandoffReason, TurnDecision},
    speech::{Saying, Speech},
    thread::Thread,
    words::sentences,
};

/// How many sentences of a message are looked up apart.
const SENTENCES: usize = 8;

/// The built-in engine.
pub struct Builtin {
    /// When it hands over.
    pub rules: Rules,
    /// What it says.
    pub speech: Speech,
    /// Where it looks things up.
    pub retriever: Arc<dyn Retriever>,
    /// How much of a question a passage must speak of to be its answer, above 0 to 1.
    pub least_coverage: f64,
}

#[async_trait]
impl Engine for Builtin {
    fn label(&self) -> &'static str {
        "builtin"
    }

    async fn decide(&self, input: &TurnInput) -> Result<TurnDecision, EngineError> {
        match self.rules.rule(&input.assistant.settings.handoff, &input.thread) {
            Ruling::HandOff(reason) => Ok(TurnDecision::HandOff { reason }),
            Ruling::Say(saying) => Ok(self.say(saying, input)),
            Ruling::LookUp => self.look_up(input).await,
            Ruling::Nothing => Ok(TurnDecision::Nothing),
        }
    }
}

impl Builtin {
    async fn look_up(&self, input: &TurnInput) -> Result<TurnDecision, EngineError> {
        if let Some(hit) = self.best(input).await? {
            return Ok(TurnDecision::Answer { text: hit.passage, sources: vec![hit.source] });
        }
        let handoff = &input.assistant.settings.handoff;
        if self.rules.no_answer_is_due(handoff, &input.thread) {
            return Ok(TurnDecision::HandOff { reason: HandoffReason::NoAnswer });
        }
        Ok(self.say(if handoff.enabled { Saying::NotFoundPerson } else { Saying::NotFound }, input))
    }

    /// The passage that speaks most of a question. Sentences are looked up apart: people explain before they ask, and a question
    /// should not drown in the explanation.
    async fn best(&self, input: &TurnInput) -> Result<Option<Hit>, EngineError> {
        let questions = self.rules.questions(&input.thread);
        let together = questions.join("\n");
        let apart = sentences(&together).into_iter().rev().take(SENTENCES);
        let mut best: Option<Hit> = None;
        for question in std::iter::once(together.as_str()).chain(apart) {
            let found = self.retriever.search(input.assistant.workspace, question, 1).await;
            let found = found.map_err(|error| EngineError::Unavailable(error.to_string()))?;
            let better = |hit: &Hit| best.as_ref().is_none_or(|best| hit.coverage > best.coverage);
            if let Some(hit) =
                found.into_iter().find(|hit| hit.coverage >= self.least_coverage && better(hit))
            {
                best = Some(hit);
            }
        }
        Ok(best)
    }

    fn say(&self, saying: Saying, input: &TurnInput) -> TurnDecision {
        let language = self.speech.language_of(&visitors_words(&input.thread));
        let text = self.speech.say(saying, language, &input.assistant.settings.name);
        TurnDecision::Answer { text, sources: Vec::new() }
    }
}

fn visitors_words(thread: &Thread) -> String {
    thread.unanswered().map(|message| message.text.as_str()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        application::{
            in_memory::{InMemoryKnowledge, assistant, builtin, thread},
            ports::TurnInput,
        },
        domain::bm25::tests::shop,
    };

    async fn decide(enabled: bool, said: &[&str]) -> TurnDecision {
        let engine = builtin(Arc::new(InMemoryKnowledge::with(shop())));
        let mut assistant = assistant(enabled);
        assistant.workspace = shop()[0].workspace;
        engine.decide(&TurnInput { assistant, thread: thread(said) }).await.unwrap()
    }

    fn text(decision: TurnDecision) -> String {
        match decision {
            TurnDecision::Answer { text, .. } => text,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn an_answer_quotes_its_source() {
        let TurnDecision::Answer { text, sources } = decide(true, &["Hi!", "When do you open?"]).await else {
            panic!()
        };
        assert_eq!(text, "We are open Monday to Friday from 9:00 to 17:00.");
        assert_eq!(sources.iter().map(|source| source.title.as_str()).collect::<Vec<_>>(), ["Opening hours"]);
    }

    #[tokio::test]
    async fn a_question_does_not_drown_in_its_explanation() {
        let said = "My grandmother moved to Lisbon last summer and bought a parrot. What does shipping cost?";
        assert!(text(decide(true, &[said]).await).starts_with("Shipping within Germany"));
    }

    #[tokio::test]
    async fn what_is_not_known_is_said_honestly_in_the_visitors_language() {
        assert!(text(decide(false, &["Do you sell elephants?"]).await).starts_with("I am sorry"));
        assert!(
            text(decide(true, &["Verkaufen Sie auch Elefanten?"]).await)
                .contains("nach einem Menschen fragen")
        );
    }

    #[tokio::test]
    async fn the_engine_says_what_it_is() {
        assert!(text(decide(true, &["hello"]).await).contains("automatic assistant"));
        assert!(text(decide(false, &["a human please"]).await).contains("cannot pass this chat on"));
    }

    #[tokio::test]
    async fn a_wish_for_a_person_beats_an_answer() {
        let decision = decide(true, &["When do you open? I want to talk to a person"]).await;
        assert_eq!(decision, TurnDecision::HandOff { reason: HandoffReason::VisitorRequest });
    }
}
