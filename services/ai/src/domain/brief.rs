//! What the staff reads before answering, and how urgent it is: values, and the gate every one of them passes whoever made it.
//!
//! Must not know who made them.

use std::collections::BTreeSet;

use super::{mood::Sentiment, thread::Thread};

pub mod extract;
pub mod report;
pub mod urgency;

/// The most lines.
pub const MAX_LINES: usize = 20;
/// The longest line, bytes of UTF-8.
pub const MAX_LINE_BYTES: usize = 1000;
/// The most messages a line rests on.
pub const MAX_SEQUENCES: usize = 8;
/// The longest reason of a priority, bytes of UTF-8.
pub const MAX_REASON_BYTES: usize = 500;
/// The longest name of a language, characters.
const MAX_LANGUAGE: usize = 35;

/// What a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum LineKind {
    /// What the visitor wants.
    Wish,
    /// What was tried.
    Tried,
    /// What the assistant promised.
    Promised,
    /// Something the visitor told.
    Fact,
    /// What stands open.
    OpenQuestion,
}

/// A statement and the messages it rests on.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Line {
    /// What it says.
    pub kind: LineKind,
    /// In plain text.
    pub text: String,
    /// Sequences of the conversation, rising.
    pub sequences: Vec<i64>,
}

/// How a brief was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Maker {
    /// By picking sentences of the thread.
    Extractive,
    /// By a language model.
    Model,
}

/// What the staff reads before answering.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Brief {
    /// How it was made.
    pub maker: Maker,
    /// In the order to be read.
    pub lines: Vec<Line>,
    /// How the visitor feels; `None` if that is not to be told.
    pub sentiment: Option<Sentiment>,
    /// BCP 47; empty if it is not to be told.
    pub language: String,
    /// The last message that was looked at.
    pub up_to: i64,
}

/// How urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Priority {
    /// May wait.
    Low,
    /// The usual.
    Medium,
    /// Before the usual.
    High,
    /// Before everything.
    Urgent,
}

/// How urgent, and why.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Urgency {
    /// How urgent.
    pub priority: Priority,
    /// Why, in a sentence.
    pub reason: String,
}

/// What was found out about a handoff.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Insight {
    /// What the staff reads.
    pub brief: Brief,
    /// How urgent, if that was asked for.
    pub urgency: Option<Urgency>,
}

impl Insight {
    /// What is left of it when it is held against the thread. A line that names no message of the thread has no support and is
    /// dropped; texts are cleaned and cut; nothing of it is ever taken for anything but a text to read or one of the priorities.
    #[must_use]
    pub fn checked(self, thread: &Thread) -> Self {
        let Self { brief, urgency } = self;
        let known: BTreeSet<i64> = thread.messages.iter().map(|m| m.sequence).collect();
        let lines = brief.lines.into_iter().filter_map(|line| line.checked(&known)).take(MAX_LINES).collect();
        let language = if is_language(&brief.language) { brief.language } else { String::new() };
        let up_to = known.last().copied().unwrap_or(0);
        let brief = Brief { lines, language, up_to, ..brief };
        Self { brief, urgency: urgency.and_then(Urgency::checked) }
    }
}

impl Line {
    fn checked(self, known: &BTreeSet<i64>) -> Option<Self> {
        let rest: BTreeSet<i64> = self.sequences.into_iter().filter(|at| known.contains(at)).collect();
        let sequences: Vec<i64> = rest.into_iter().take(MAX_SEQUENCES).collect();
        let text = plain(&self.text, MAX_LINE_BYTES);
        (!sequences.is_empty() && !text.is_empty()).then_some(Self { kind: self.kind, text, sequences })
    }
}

impl Urgency {
    fn checked(self) -> Option<Self> {
        let reason = plain(&self.reason, MAX_REASON_BYTES);
        (!reason.is_empty()).then_some(Self { reason, ..self })
    }
}

/// A text as people read it, on one line and of at most so many bytes: without control characters and without those that are not
/// seen or turn the reading round.
pub fn plain(text: &str, most: usize) -> String {
    let seen = |c: char| if c.is_control() || c.is_whitespace() { ' ' } else { c };
    let clean: String = text.chars().filter(|c| !is_invisible(*c)).map(seen).collect();
    let joined = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    cut(&joined, most)
}

/// At most so many bytes of a text, with `…` where something is left out.
pub fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let room = most.saturating_sub('…'.len_utf8());
    let end = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= room).last().unwrap_or(0);
    format!("{}…", text.get(..end).unwrap_or_default().trim_end())
}

fn is_invisible(c: char) -> bool {
    let marks = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
    marks || matches!(c, '\u{ad}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// A tag by its outer form; which languages there are is nobody's business here.
fn is_language(tag: &str) -> bool {
    let parts = tag.split('-');
    let part_ok =
        |part: &str| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric());
    let first = tag.split('-').next().unwrap_or_default();
    tag.len() <= MAX_LANGUAGE && (2..=3).contains(&first.len()) && parts.into_iter().all(part_ok)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::thread::tests::thread;
    use proptest::prelude::*;

    fn line(text: &str, sequences: &[i64]) -> Line {
        Line { kind: LineKind::Fact, text: text.to_owned(), sequences: sequences.to_vec() }
    }

    fn insight(lines: Vec<Line>, language: &str) -> Insight {
        let (maker, sentiment, language) = (Maker::Model, None, language.to_owned());
        Insight { brief: Brief { maker, lines, sentiment, language, up_to: 99 }, urgency: None }
    }

    #[test]
    fn a_line_without_support_is_dropped_and_the_rest_is_cut_to_size() {
        let lines =
            vec![line("made up", &[]), line("of another thread", &[7, 0, -1]), line("said", &[2, 1, 2, 9])];
        let checked = insight(lines, "de-DE").checked(&thread(&["a", "b"]));
        assert_eq!(checked.brief.lines, [line("said", &[1, 2])]);
        assert_eq!((checked.brief.language.as_str(), checked.brief.up_to), ("de-DE", 2));
        let many: Vec<Line> = (0..30).map(|_| line(&"ü".repeat(900), &[1])).collect();
        let checked = insight(many, "nonsense language").checked(&thread(&["a"]));
        assert_eq!((checked.brief.lines.len(), checked.brief.language.as_str()), (MAX_LINES, ""));
        assert!(checked.brief.lines.iter().all(|line| line.text.len() <= MAX_LINE_BYTES));
    }

    #[test]
    fn what_is_not_seen_is_not_kept() {
        assert_eq!(plain("a\u{202e}b\u{200b}\0 c\n\n d\u{e0041}", 100), "ab c d");
        assert_eq!(cut("abcdef", 5), "ab…");
    }

    proptest! {
        #[test]
        fn any_text_is_cut_to_its_size(text in "\\PC{0,60}", most in 3usize..80) {
            prop_assert!(cut(&text, most).len() <= most);
            prop_assert!(plain(&text, most).len() <= most);
        }
    }
}
