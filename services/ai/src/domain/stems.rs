//! Words to search by: common ones left out, endings of English and German cut off.
//!
//! Deliberately rough: question and passage go through the same knife, so that an ugly stem is no fault as long as it is the same
//! one. Must not know what is searched.

use std::collections::BTreeSet;

use super::words::words;

/// Longest first, so that `ungen` goes before `en`.
const ENDINGS: [(&str, usize); 21] = [
    ("ations", 4),
    ("ation", 4),
    ("ments", 3),
    ("ungen", 4),
    ("ment", 3),
    ("ings", 3),
    ("ies", 3),
    ("ing", 3),
    ("ung", 4),
    ("ely", 4),
    ("ed", 3),
    ("es", 3),
    ("en", 4),
    ("er", 4),
    ("ern", 4),
    ("em", 4),
    ("ly", 4),
    ("s", 3),
    ("e", 4),
    ("y", 4),
    ("n", 5),
];

/// How often an ending is looked for: `deliveries` loses `ies`, then `er`, and meets `delivery` and `deliver`.
const CUTS: usize = 2;

/// Cuts words down to what is searched by.
#[derive(Debug, Clone)]
pub struct Stemmer {
    stop_words: BTreeSet<String>,
}

impl Stemmer {
    /// With these words left out; lines that begin with `#` are comments.
    pub fn new(stop_words: &str) -> Self {
        let lines = stop_words.lines().filter(|line| !line.trim_start().starts_with('#'));
        Self { stop_words: lines.flat_map(words).collect() }
    }

    /// The terms of a text, in its order.
    pub fn terms(&self, text: &str) -> Vec<String> {
        let telling = words(text).into_iter().filter(|word| !self.stop_words.contains(word));
        telling.map(|word| stem(&word).to_owned()).collect()
    }
}

fn stem(word: &str) -> &str {
    let mut rest = undouble(word);
    for _ in 0..CUTS {
        let cut = ENDINGS.iter().find_map(|(ending, left)| {
            let root = rest.strip_suffix(ending)?;
            (root.chars().count() >= *left && !root.ends_with(|c: char| c.is_ascii_digit())).then_some(root)
        });
        let Some(root) = cut else { break };
        rest = undouble(root);
    }
    rest
}

/// `shipp` and `cancell` are `ship` and `cancel`.
fn undouble(root: &str) -> &str {
    let mut ends = root.chars().rev();
    let doubled =
        matches!((ends.next(), ends.next()), (Some(a), Some(b)) if a == b && "bdglmnprt".contains(a));
    let shorter = root.char_indices().next_back().and_then(|(at, _)| root.get(..at));
    shorter.filter(|_| doubled && root.chars().count() > 3).unwrap_or(root)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn forms_of_a_word_meet() {
        let families: [&[&str]; 9] = [
            &["refund", "refunds", "refunded", "refunding"],
            &["deliver", "delivery", "deliveries", "delivered"],
            &["ship", "ships", "shipped", "shipping"],
            &["cancel", "cancelled", "cancelling", "cancellation"],
            &["open", "opens", "opened", "opening"],
            &["pay", "pays", "paying", "payment", "payments"],
            &["rechnung", "rechnungen"],
            &["bestell", "bestellen", "bestellung", "bestellungen"],
            &["price", "prices"],
        ];
        for family in families {
            let stems: BTreeSet<&str> = family.iter().map(|word| stem(word)).collect();
            assert_eq!(stems.len(), 1, "{family:?} -> {stems:?}");
        }
    }

    #[test]
    fn common_words_are_left_out() {
        let stemmer = Stemmer::new("# the\nwhat are your");
        assert_eq!(stemmer.terms("What are your opening hours?"), ["open", "hour"]);
    }

    proptest! {
        #[test]
        fn a_stem_begins_the_word_and_is_not_empty(word in "\\w{1,12}") {
            prop_assert!(word.starts_with(stem(&word)) && !stem(&word).is_empty());
        }
    }
}
