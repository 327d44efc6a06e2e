//! Phrases people say, as patterns over whole words, read from files that a person can mend without reading code.
//!
//! A line is a pattern: words in order, `a|b` either, `x?` may be missing, `x*` begins with, a leading `=` means the whole text.
//! `[name]` begins a section, `#` a comment. Must not know what a match leads to.

use std::collections::BTreeMap;

use super::words::words;

/// A line that is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of a phrase book is no pattern")]
pub struct BookFault {
    line: usize,
}

/// The sections of a phrase file.
#[derive(Debug, Clone, Default)]
pub struct PhraseBook {
    sections: BTreeMap<String, Vec<Pattern>>,
}

impl PhraseBook {
    /// Reads a phrase file.
    ///
    /// # Errors
    /// The first line that cannot be read.
    pub fn parse(text: &str) -> Result<Self, BookFault> {
        let mut book = Self::default();
        let mut section = String::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                name.clone_into(&mut section);
                continue;
            }
            let pattern = Pattern::parse(line).ok_or(BookFault { line: number + 1 })?;
            book.sections.entry(section.clone()).or_default().push(pattern);
        }
        Ok(book)
    }

    /// The patterns of a section; none if there is no such section.
    pub fn section(&self, name: &str) -> &[Pattern] {
        self.sections.get(name).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Words in order, with choices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    slots: Vec<Slot>,
    whole: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Slot {
    choices: Vec<Choice>,
    optional: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Choice {
    Word(String),
    Beginning(String),
}

impl Pattern {
    fn parse(line: &str) -> Option<Self> {
        let (whole, rest) = line.strip_prefix('=').map_or((false, line), |rest| (true, rest));
        let slots: Vec<Slot> = rest.split_whitespace().map(Slot::parse).collect::<Option<_>>()?;
        slots.iter().any(|slot| !slot.optional).then_some(Self { slots, whole })
    }

    /// The pattern of exactly these words; `None` if the text has none.
    pub fn literal(text: &str) -> Option<Self> {
        let slot = |word| Slot { choices: vec![Choice::Word(word)], optional: false };
        let slots: Vec<Slot> = words(text).into_iter().map(slot).collect();
        (!slots.is_empty()).then_some(Self { slots, whole: false })
    }

    /// Where in the words it begins, each place. A pattern of a whole text begins only at the start.
    pub fn starts<'a>(&'a self, words: &'a [String]) -> impl Iterator<Item = usize> + 'a {
        let last = if self.whole { 1 } else { words.len() };
        (0..last.min(words.len()))
            .filter(|at| words.get(*at..).is_some_and(|rest| fits(&self.slots, rest, self.whole)))
    }

    /// Where in the words its first occurrence ends; `None` if it does not occur.
    pub fn end(&self, words: &[String]) -> Option<usize> {
        let start = self.starts(words).next()?;
        let rest = words.get(start..)?;
        let fits_whole =
            |length: &usize| rest.get(..*length).is_some_and(|part| fits(&self.slots, part, true));
        (1..=self.slots.len().min(rest.len())).find(fits_whole).map(|length| start + length)
    }

    /// Whether it occurs.
    pub fn occurs_in(&self, words: &[String]) -> bool {
        self.starts(words).next().is_some()
    }

    /// Whether it speaks of a whole text.
    pub fn is_whole(&self) -> bool {
        self.whole
    }
}

/// Whether the words begin with what the slots ask for, and end there if they must.
fn fits(slots: &[Slot], words: &[String], to_end: bool) -> bool {
    let Some((slot, later)) = slots.split_first() else {
        return !to_end || words.is_empty();
    };
    let taken = words.split_first().is_some_and(|(word, rest)| slot.fits(word) && fits(later, rest, to_end));
    taken || (slot.optional && fits(later, words, to_end))
}

impl Slot {
    fn parse(text: &str) -> Option<Self> {
        let (text, optional) = text.strip_suffix('?').map_or((text, false), |text| (text, true));
        let choices = text.split('|').map(Choice::parse).collect::<Option<_>>()?;
        Some(Self { choices, optional })
    }

    fn fits(&self, word: &str) -> bool {
        self.choices.iter().any(|choice| match choice {
            Choice::Word(known) => known == word,
            Choice::Beginning(known) => word.starts_with(known),
        })
    }
}

impl Choice {
    fn parse(text: &str) -> Option<Self> {
        let (text, beginning) = text.strip_suffix('*').map_or((text, false), |text| (text, true));
        let mut words = words(text).into_iter();
        let word = words.next().filter(|_| words.next().is_none())?;
        Some(if beginning { Self::Beginning(word) } else { Self::Word(word) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn occurs(pattern: &str, text: &str) -> bool {
        Pattern::parse(pattern).unwrap().occurs_in(&words(text))
    }

    #[test]
    fn a_pattern_is_found_as_whole_words() {
        let table = [
            ("talk to a|an? person", "May I TALK to person?", true),
            ("talk to a|an? person", "talk to a personal trainer", false),
            ("mensch* bitte", "Menschen, bitte!", true),
            ("= hello there?", "Hello!", true),
            ("= hello there?", "hello, where is it", false),
            ("agent", "reagent", false),
        ];
        for (pattern, text, expected) in table {
            assert_eq!(occurs(pattern, text), expected, "{pattern} in {text}");
        }
    }

    #[test]
    fn a_faulty_line_is_named() {
        for bad in ["a||b", "x? y?", "="] {
            assert_eq!(
                PhraseBook::parse(&format!("# fine\n{bad}")).unwrap_err(),
                BookFault { line: 2 },
                "{bad}"
            );
        }
    }

    #[test]
    fn a_pattern_says_where_it_ends() {
        let end = |pattern: &str, text: &str| Pattern::parse(pattern).unwrap().end(&words(text));
        assert_eq!(end("my real? name is", "well my name is Anna"), Some(4));
        assert_eq!(end("my name is", "my name was"), None);
    }

    proptest! {
        #[test]
        fn a_literal_is_found_in_every_text_around_it(before in "[a-z ]{0,20}", phrase in "[a-zé]{1,8}( [a-z]{1,8}){0,3}", after in "[a-z ]{0,20}") {
            let pattern = Pattern::literal(&phrase).unwrap();
            let text = format!("{before} {phrase}, {after}");
            prop_assert!(pattern.occurs_in(&words(&text)));
        }

        #[test]
        fn any_pattern_over_any_text_neither_panics_nor_hangs(pattern in "[a-c|?*= ]{0,24}", text in "[a-c ]{0,24}") {
            if let Some(pattern) = Pattern::parse(&pattern) {
                let _ = pattern.occurs_in(&words(&text));
            }
        }
    }
}
