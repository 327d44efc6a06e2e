//! The engine `builtin`: rules first, then the best passage of the knowledge base, quoted, or an honest word that there is none.
//!
//! Needs no network and no model, and says what it is. Must not know how turns are kept or answers sent.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use baton_kit::life::clock::SharedClock;

use super::{
    model::Pieces,
    ports::{Engine, EngineError, Retriever, TurnInput},
    write_prompt::MAX_PASSAGES,
};
use crate::domain::{
    bm25::Hit,
    builtin::{Rules, Ruling},
    decision::{HandoffReason, TurnDecision},
    speech::{Saying, Speech},
    thread::Thread,
    words::sentences,
};

/// In how many pieces an answer is said.
const PIECES: usize = 4;
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
    /// How it speaks.
    pub rhythm: Rhythm,
}

/// What comes of the rules before a model is asked.
#[derive(Debug)]
pub enum Before {
    /// They decide.
    Decided(TurnDecision),
    /// The model is asked, with what was found.
    Ask(Vec<Hit>),
}

/// In pieces, as a model would: whoever builds on the built-in engine meets what a model will do to them.
pub struct Rhythm {
    /// Time.
    pub clock: SharedClock,
    /// Between two pieces.
    pub pause: Duration,
}

impl Rhythm {
    async fn speak(&self, text: &str, pieces: &dyn Pieces) {
        let mut rest = text;
        for left in (1..=PIECES).rev() {
            let (piece, later) = rest.split_at(rest.floor_char_boundary(rest.len() / left));
            if !piece.is_empty() {
                pieces.say(piece);
            }
            if !self.pause.is_zero() {
                self.clock.sleep(self.pause).await;
            }
            rest = later;
        }
    }
}

#[async_trait]
impl Engine for Builtin {
    fn label(&self) -> &'static str {
        "builtin"
    }

    async fn decide(&self, input: &TurnInput, pieces: &dyn Pieces) -> Result<TurnDecision, EngineError> {
        let decision = self.decision(input).await?;
        if let TurnDecision::Answer { text, .. } = &decision {
            self.rhythm.speak(text, pieces).await;
        }
        Ok(decision)
    }
}

impl Builtin {
    async fn decision(&self, input: &TurnInput) -> Result<TurnDecision, EngineError> {
        match self.rules.rule(&input.assistant.settings.handoff, &input.thread) {
            Ruling::HandOff(reason) => Ok(TurnDecision::HandOff { reason }),
            Ruling::Say(saying) => Ok(self.say(saying, input)),
            Ruling::LookUp => self.look_up(input).await,
            // No rule reads an instruction; that somebody is there again is all this engine can say to one.
            Ruling::Nothing if is_back(input) => Ok(self.say(Saying::Back, input)),
            Ruling::Nothing => Ok(TurnDecision::Nothing),
        }
    }

    /// What is decided before a model is asked, and what was found for it: rules bind a model too.
    pub async fn before_asking(&self, input: &TurnInput) -> Result<Before, EngineError> {
        let (handoff, thread) = (&input.assistant.settings.handoff, &input.thread);
        match self.rules.rule(handoff, thread) {
            Ruling::HandOff(reason) => return Ok(Before::Decided(TurnDecision::HandOff { reason })),
            Ruling::Say(Saying::NoPerson) => return Ok(Before::Decided(self.say(Saying::NoPerson, input))),
            Ruling::Nothing if !is_back(input) => return Ok(Before::Decided(TurnDecision::Nothing)),
            Ruling::Say(_) | Ruling::LookUp | Ruling::Nothing => {}
        }
        let questions = self.rules.questions(thread).join("\n");
        if !questions.is_empty()
            && self.rules.no_answer_is_due(handoff, thread)
            && self.best(input).await?.is_none()
        {
            return Ok(Before::Decided(TurnDecision::HandOff { reason: HandoffReason::NoAnswer }));
        }
        let found = self.retriever.search(input.assistant.workspace, &questions, MAX_PASSAGES).await;
        found.map(Before::Ask).map_err(|error| EngineError::Unavailable(error.to_string()))
    }

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

/// What stands unanswered; where nothing does, all the visitor said.
fn visitors_words(thread: &Thread) -> String {
    let open: Vec<&str> = thread.unanswered().map(|message| message.text.as_str()).collect();
    let all = || thread.visitor().map(|message| message.text.as_str()).collect();
    if open.is_empty() { all() } else { open }.join("\n")
}

fn is_back(input: &TurnInput) -> bool {
    !input.instruction.is_empty() && input.thread.unanswered().next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        application::{
            in_memory::{InMemoryKnowledge, assistant, builtin, thread},
            ports::TurnInput,
            show_draft::Draft,
        },
        domain::bm25::tests::shop,
    };

    async fn decide(enabled: bool, said: &[&str]) -> TurnDecision {
        let engine = builtin(Arc::new(InMemoryKnowledge::with(shop())));
        let mut assistant = assistant(enabled);
        assistant.workspace = shop()[0].workspace;
        engine
            .decide(
                &TurnInput { assistant, thread: thread(said), instruction: String::new() },
                &Draft::default(),
            )
            .await
            .unwrap()
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
