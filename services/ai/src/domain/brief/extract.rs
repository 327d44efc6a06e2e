//! A brief by picking sentences of the thread: what was said, quoted, and where.
//!
//! It understands nothing: it knows questions, promises and facts by their form. So it can be thin, but it cannot make anything up.
//! Must not know what a model would make.

use super::{Brief, Insight, Line, LineKind, Maker, cut, urgency::Judge};
use crate::domain::{
    assistant::Information,
    builtin::Rules,
    facts::{self, Names},
    gather,
    meaning::Meaning,
    mood::{Moods, Sentiment},
    phrases::{BookFault, PhraseBook},
    speech::Speech,
    thread::{Author, Thread, ThreadMessage},
    words::{sentences, words},
};

/// The longest quotation, bytes of UTF-8.
const QUOTE: usize = 400;
/// How many answers are told of, the last ones.
const TRIED: usize = 5;
/// How many promises are told of, the last ones.
const PROMISES: usize = 4;
/// How many facts are told of, the last ones.
const FACTS: usize = 8;
/// A wish longer than this many words says no more than one of this length.
const TELLING_WORDS: usize = 12;
/// How much more a question says of what is wanted than a statement.
const QUESTION: usize = 6;

/// What is looked at.
#[derive(Debug, Clone)]
pub struct Looked<'a> {
    /// What was said.
    pub thread: &'a Thread,
    /// What was to be gathered.
    pub information: &'a [Information],
    /// Whether it is to be said how urgent it is.
    pub with_urgency: bool,
}

/// Makes briefs without a model.
#[derive(Debug, Clone)]
pub struct Extractor {
    rules: Rules,
    moods: Moods,
    judge: Judge,
    names: Names,
    speech: Speech,
    promises: PhraseBook,
    meaning: Meaning,
}

impl Extractor {
    /// With the phrase books of `prompts/builtin`; the speech tells languages apart.
    ///
    /// # Errors
    /// If a phrase book cannot be read, which only a broken build can do.
    pub fn shipped(speech: Speech) -> Result<Self, BookFault> {
        Ok(Self {
            rules: Rules::shipped()?,
            moods: Moods::shipped()?,
            judge: Judge::shipped()?,
            names: Names::shipped()?,
            speech,
            promises: PhraseBook::parse(include_str!("../../../prompts/builtin/promises.txt"))?,
            meaning: Meaning::shipped()?,
        })
    }

    /// What can be told of a handoff.
    pub fn insight(&self, looked: &Looked<'_>) -> Insight {
        let spoken = spoken_in(looked.thread);
        let said: Vec<&ThreadMessage> =
            spoken.iter().copied().filter(|m| m.author == Author::Visitor).collect();
        let texts: Vec<&str> = said.iter().map(|m| m.text.as_str()).collect();
        let mood = self.moods.mood_of(texts.iter().copied());
        let language = self.speech.guess(&texts.join("\n")).unwrap_or_default().to_owned();
        let urgency = looked.with_urgency.then(|| self.judge.judge(&said, mood));
        let sentiment: Option<Sentiment> = (!said.is_empty()).then_some(mood);
        let lines = self.lines(looked, &spoken, &said);
        let brief = Brief { maker: Maker::Extractive, lines, sentiment, language, up_to: 0 };
        Insight { brief, urgency }.checked(looked.thread)
    }

    fn lines(&self, looked: &Looked<'_>, spoken: &[&ThreadMessage], said: &[&ThreadMessage]) -> Vec<Line> {
        let gathered: Vec<i64> = gather::answers(looked.thread).iter().map(|m| m.sequence).collect();
        let wanted: Vec<&ThreadMessage> =
            said.iter().copied().filter(|m| !gathered.contains(&m.sequence)).collect();
        let (settled, replies) = (settled_in(spoken), replies_to_members(spoken));
        let mut lines: Vec<Line> = self.wish(&wanted, settled, &replies).into_iter().collect();
        lines.extend(last(TRIED, self.tried(spoken)));
        lines.extend(last(PROMISES, self.promised(spoken)));
        lines.extend(last(FACTS, self.facts(looked, said)));
        lines.extend(self.open_question(spoken));
        lines
    }

    /// The sentence that says most of what is wanted: a question before a statement, the first of equals. What was said before the
    /// last answer with a source is one only if there is nothing since, the wish for a person only if there is no other. What was said
    /// because the assistant asked for it is none: it stands among the facts. A statement in reply to a member weighs nothing: it may be
    /// no more than a word of politeness.
    fn wish(&self, said: &[&ThreadMessage], settled: i64, replies: &[i64]) -> Option<Line> {
        let weight = |(at, text): &(i64, &str)| {
            if replies.contains(at) && !is_question(text) { 0 } else { weight(text) }
        };
        let telling = |text: &str| self.rules.small_talk(text).is_none() && !words(text).is_empty();
        let all = said.iter().flat_map(|m| sentences(&m.text).into_iter().map(|text| (m.sequence, text)));
        let all: Vec<(i64, &str)> = all.filter(|(_, text)| telling(text)).collect();
        let about: Vec<&(i64, &str)> =
            all.iter().filter(|(_, text)| !self.rules.asks_for_person(text)).collect();
        let since = about.iter().rev().filter(|(at, _)| *at > settled).max_by_key(|said| weight(said));
        let ever = || about.iter().rev().max_by_key(|said| weight(said));
        let best = since.or_else(ever).copied().or_else(|| all.first());
        best.map(|(at, text)| quote(LineKind::Wish, text, &[*at]))
    }

    /// What the assistant answered to what was asked; neither small talk nor what it asked itself before the handoff.
    fn tried(&self, spoken: &[&ThreadMessage]) -> Vec<Line> {
        let mut asked: Option<i64> = None;
        let mut found = Vec::new();
        for message in spoken {
            match message.author {
                Author::Visitor if self.rules.small_talk(&message.text).is_none() => {
                    asked = Some(message.sequence)
                }
                Author::Assistant if !gather::is_question(message) => {
                    let asked = asked.take();
                    found.extend(
                        asked.map(|at| quote(LineKind::Tried, &message.text, &[at, message.sequence])),
                    );
                }
                _ => {}
            }
        }
        found
    }

    fn promised(&self, spoken: &[&ThreadMessage]) -> Vec<Line> {
        let patterns = self.promises.section("promise");
        let by_assistant = |m: &&&ThreadMessage| m.author == Author::Assistant && !gather::is_question(m);
        let of = |m: &&ThreadMessage| -> Vec<Line> {
            let meant = sentences(&m.text).into_iter().filter(|text| self.meaning.says(text, patterns));
            meant.map(|text| quote(LineKind::Promised, text, &[m.sequence])).collect()
        };
        spoken.iter().filter(by_assistant).flat_map(of).collect()
    }

    /// What was asked for first, under its name; then addresses, numbers and names that were not asked for.
    fn facts(&self, looked: &Looked<'_>, said: &[&ThreadMessage]) -> Vec<Line> {
        let mut found: Vec<(String, String, i64)> = Vec::new();
        let mut note = |label: &str, value: &str, at: i64| {
            if found.iter().all(|(_, known, _)| known != value) {
                found.push((label.to_owned(), value.to_owned(), at));
            }
        };
        for item in looked.information {
            if let Some(told) = gather::told(item, looked.thread, &self.names) {
                note(&item.name, &told.value, told.sequence);
            }
        }
        for message in said {
            let (text, at) = (message.text.as_str(), message.sequence);
            facts::emails(text).into_iter().for_each(|value| note("", value, at));
            facts::phones(text).iter().for_each(|value| note("", value, at));
            facts::numbers(text).into_iter().for_each(|value| note("", value, at));
            self.names.name_in(text).iter().for_each(|value| note("", value, at));
        }
        // An answer that is wholly told already says nothing new.
        for answer in gather::answers(looked.thread) {
            if found.iter().all(|(_, value, _)| value != answer.text.trim()) {
                found.push((String::new(), answer.text.clone(), answer.sequence));
            }
        }
        let worded = |(label, value, at): (String, String, i64)| {
            let text = if label.is_empty() { value } else { format!("{label}: {value}") };
            quote(LineKind::Fact, &text, &[at])
        };
        found.into_iter().map(worded).collect()
    }

    /// The last question that found no answer: none came, or one that rests on nothing.
    fn open_question(&self, spoken: &[&ThreadMessage]) -> Option<Line> {
        let mut open: Option<Line> = None;
        for message in spoken {
            match message.author {
                Author::Visitor => open = self.question(message).or(open),
                Author::Assistant if message.has_sources => open = None,
                Author::Member => open = None,
                Author::Assistant | Author::System => {}
            }
        }
        open
    }

    fn question(&self, message: &ThreadMessage) -> Option<Line> {
        let asks = |text: &&str| is_question(text) && !self.rules.asks_for_person(text);
        let asked = sentences(&message.text).into_iter().rfind(asks)?;
        Some(quote(LineKind::OpenQuestion, asked, &[message.sequence]))
    }
}

/// What was said since control last came to the assistant; the whole thread if the visitor has said nothing since.
fn spoken_in(thread: &Thread) -> Vec<&ThreadMessage> {
    let lately = thread.visitor_since().next().is_some();
    thread.messages.iter().filter(|m| !lately || m.sequence > thread.ai_since).collect()
}

/// The last place at which the assistant found something for the visitor; 0 for none. A member's word may be a greeting.
fn settled_in(spoken: &[&ThreadMessage]) -> i64 {
    let found = |m: &&&ThreadMessage| m.author == Author::Assistant && m.has_sources;
    spoken.iter().rfind(found).map_or(0, |m| m.sequence)
}

/// Where the visitor spoke with a member: after one's word, and before the assistant's.
fn replies_to_members(spoken: &[&ThreadMessage]) -> Vec<i64> {
    let mut with_member = false;
    let mut replies = Vec::new();
    for message in spoken {
        match message.author {
            Author::Member => with_member = true,
            Author::Assistant => with_member = false,
            Author::Visitor if with_member => replies.push(message.sequence),
            Author::Visitor | Author::System => {}
        }
    }
    replies
}

fn quote(kind: LineKind, text: &str, sequences: &[i64]) -> Line {
    Line { kind, text: cut(text.trim(), QUOTE), sequences: sequences.to_vec() }
}

fn weight(text: &str) -> usize {
    words(text).len().min(TELLING_WORDS) + if is_question(text) { QUESTION } else { 0 }
}

fn is_question(text: &str) -> bool {
    text.contains(['?', '？', '؟'])
}

fn last(most: usize, mut lines: Vec<Line>) -> Vec<Line> {
    let from = lines.len().saturating_sub(most);
    lines.drain(..from);
    lines
}

#[cfg(test)]
mod tests;
