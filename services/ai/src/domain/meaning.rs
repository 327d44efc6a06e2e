//! Whether a text means what it says: a pattern after a word of negation does not count, a complaint about being kept from it does.
//!
//! Must not know what is looked for.

use super::{
    phrases::{BookFault, Pattern, PhraseBook},
    words::{clauses, words},
};

/// How many words before a pattern can turn it round.
const REACH: usize = 3;

/// Tells what is meant from what is only said.
#[derive(Debug, Clone)]
pub struct Meaning {
    negations: PhraseBook,
}

impl Meaning {
    /// With the negations of `prompts/builtin`.
    ///
    /// # Errors
    /// If the phrase book cannot be read, which only a broken build can do.
    pub fn shipped() -> Result<Self, BookFault> {
        let negations = PhraseBook::parse(include_str!("../../prompts/builtin/negations.txt"))?;
        Ok(Self { negations })
    }

    /// Whether a text says one of these and means it.
    pub fn says(&self, text: &str, patterns: &[Pattern]) -> bool {
        let whole = words(text);
        let mut parts = clauses(text).into_iter();
        patterns.iter().any(|pattern| pattern.is_whole() && pattern.occurs_in(&whole))
            || parts.any(|clause| {
                patterns.iter().any(|pattern| !pattern.is_whole() && self.meant(pattern, &clause))
            })
    }

    fn meant(&self, pattern: &Pattern, clause: &[String]) -> bool {
        let holds = |section: &str, words: &[String]| {
            self.negations.section(section).iter().any(|p| p.occurs_in(words))
        };
        let complaint = holds("complaint", clause);
        pattern.starts(clause).any(|at| {
            let before = clause.get(at.saturating_sub(REACH)..at).unwrap_or_default();
            let cut = before.iter().rposition(|word| holds("but", std::slice::from_ref(word)));
            let near = before.get(cut.map_or(0, |cut| cut + 1)..).unwrap_or_default();
            complaint || !holds("not", near)
        })
    }
}
