//! What an engine decides in a turn: a typed value, never words in a text.
//!
//! Must not know which engine decided.

use super::ids::DocumentId;

/// The longest answer, bytes of UTF-8: what a message may hold.
pub const MAX_ANSWER_BYTES: usize = 16 * 1024;
/// The most sources an answer may name.
pub const MAX_SOURCES: usize = 8;

/// Why an assistant hands over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandoffReason {
    /// The visitor asked for a person.
    VisitorRequest,
    /// The assistant decided by its instructions.
    AiDecision,
    /// A phrase of the assistant's rules was said.
    Phrase,
    /// Too many questions in a row without an answer.
    NoAnswer,
    /// The visitor repeated themselves.
    Repetition,
    /// The visitor is angry or upset.
    NegativeMood,
}

/// A document an answer rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Which.
    pub document: DocumentId,
    /// Its title.
    pub title: String,
    /// Where a visitor can read it; empty for none.
    pub uri: String,
}

/// What to do in a turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TurnDecision {
    /// Say this.
    Answer {
        /// Plain text with a small safe Markdown.
        text: String,
        /// What it rests on.
        sources: Vec<Source>,
    },
    /// Hand over to people.
    HandOff {
        /// Why.
        reason: HandoffReason,
    },
    /// Say nothing.
    Nothing,
}

impl TurnDecision {
    /// Checks what an engine made before anything is done with it: an answer has something to read, fits a message and names no
    /// more sources than a message can.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn checked(mut self) -> Result<Self, &'static str> {
        if let Self::Answer { text, sources } = &mut self {
            if text.trim().is_empty() {
                return Err("the answer is empty");
            }
            if text.len() > MAX_ANSWER_BYTES {
                return Err("the answer is too long");
            }
            if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
                return Err("the answer has control characters");
            }
            sources.truncate(MAX_SOURCES);
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(text: &str) -> TurnDecision {
        TurnDecision::Answer { text: text.to_owned(), sources: Vec::new() }
    }

    #[test]
    fn g_h3_what_no_message_can_hold_is_no_answer() {
        for bad in ["", " \n", "a\0b", &"x".repeat(MAX_ANSWER_BYTES + 1)] {
            assert!(answer(bad).checked().is_err());
        }
        assert_eq!(answer("Monday").checked(), Ok(answer("Monday")));
        assert_eq!(TurnDecision::Nothing.checked(), Ok(TurnDecision::Nothing));
    }
}
