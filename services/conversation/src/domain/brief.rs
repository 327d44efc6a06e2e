//! A brief: what the staff reads before answering. Each statement rests on messages of the thread; one that does not is no statement.

use jiff::Timestamp;

use super::ids::{BriefId, ConversationId, HandoffId};

/// How a brief was made. The numbers are those of the contract and of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum BriefEngine {
    /// By picking sentences of the thread.
    Extractive = 1,
    /// By a language model.
    Model = 2,
}

impl TryFrom<i32> for BriefEngine {
    type Error = i32;
    fn try_from(number: i32) -> Result<Self, i32> {
        match number {
            1 => Ok(Self::Extractive),
            2 => Ok(Self::Model),
            other => Err(other),
        }
    }
}

/// What a line says. The numbers are those of the contract and of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum LineKind {
    /// What the visitor wants.
    Wish = 1,
    /// What was tried.
    Tried = 2,
    /// What the assistant promised.
    Promised = 3,
    /// Something the visitor told.
    Fact = 4,
    /// What stands open.
    OpenQuestion = 5,
}

impl TryFrom<i32> for LineKind {
    type Error = i32;
    fn try_from(number: i32) -> Result<Self, i32> {
        Ok(match number {
            1 => Self::Wish,
            2 => Self::Tried,
            3 => Self::Promised,
            4 => Self::Fact,
            5 => Self::OpenQuestion,
            other => return Err(other),
        })
    }
}

/// How the visitor feels. The numbers are those of the contract and of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum Sentiment {
    /// Glad.
    Positive = 1,
    /// Neither.
    Neutral = 2,
    /// Upset or angry.
    Negative = 3,
}

impl TryFrom<i32> for Sentiment {
    type Error = i32;
    fn try_from(number: i32) -> Result<Self, i32> {
        Ok(match number {
            1 => Self::Positive,
            2 => Self::Neutral,
            3 => Self::Negative,
            other => return Err(other),
        })
    }
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BriefLine {
    /// What it says.
    pub kind: LineKind,
    /// In the language of the thread.
    pub text: String,
    /// The messages it rests on, rising.
    pub sequences: Vec<i64>,
}

/// What somebody found out about a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    /// How.
    pub engine: BriefEngine,
    /// In the order to be read.
    pub lines: Vec<BriefLine>,
    /// How the visitor feels, if it is to be told.
    pub sentiment: Option<Sentiment>,
    /// The visitor's language; empty if it is not to be told.
    pub language: String,
    /// The last message looked at.
    pub up_to_sequence: i64,
}

impl Findings {
    /// What of it holds in a thread of so many messages: a line that names none of them, or one that is not there, rests on nothing.
    #[must_use]
    pub fn grounded(mut self, last_sequence: i64) -> Self {
        let is_there = |sequence: &i64| (1..=last_sequence).contains(sequence);
        self.lines.retain(|line| !line.sequences.is_empty() && line.sequences.iter().all(is_there));
        self.up_to_sequence = self.up_to_sequence.min(last_sequence);
        self
    }
}

/// A brief as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    /// Its id; another one each time it is made.
    pub id: BriefId,
    /// The handoff it was made for.
    pub handoff: HandoffId,
    /// The thread.
    pub conversation: ConversationId,
    /// What it says.
    pub findings: Findings,
    /// When it was attached.
    pub created_at: Timestamp,
    /// The revision of the conversation it made.
    pub revision: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(sequences: &[i64]) -> BriefLine {
        BriefLine { kind: LineKind::Wish, text: "wants a refund".to_owned(), sequences: sequences.to_vec() }
    }

    #[test]
    fn a_line_that_rests_on_no_message_of_the_thread_is_dropped() {
        let findings = Findings {
            engine: BriefEngine::Model,
            lines: vec![
                line(&[1]),
                line(&[]),
                line(&[3]),
                line(&[0]),
                line(&[1, 2]),
                line(&[1, 3]),
                line(&[-1]),
            ],
            sentiment: None,
            language: String::new(),
            up_to_sequence: 9,
        };
        let grounded = findings.grounded(2);
        assert_eq!(grounded.lines, [line(&[1]), line(&[1, 2])]);
        assert_eq!(grounded.up_to_sequence, 2);
    }
}
