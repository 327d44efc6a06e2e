//! Marks like `[2]` with which a model says what it rests on: taken out of the text, also when they come in pieces, and remembered.
//!
//! Must not know what the numbers stand for.

use std::collections::BTreeSet;

/// The longest mark that is looked for.
const MAX_MARK_BYTES: usize = 32;

/// Takes marks out of a text that comes in pieces.
#[derive(Debug)]
pub struct Citations {
    highest: usize,
    held: String,
    cited: BTreeSet<usize>,
}

enum Look {
    /// May become a mark.
    Open,
    /// Is one.
    Mark(Vec<usize>),
    /// Is none.
    No,
}

impl Citations {
    /// Marks name the numbers from 1 to `highest`; everything else is text.
    pub fn upto(highest: usize) -> Self {
        Self { highest, held: String::new(), cited: BTreeSet::new() }
    }

    /// The text without marks, and the numbers named in it.
    pub fn taken_out_of(text: &str, highest: usize) -> (String, BTreeSet<usize>) {
        let mut citations = Self::upto(highest);
        let mut visible = citations.push(text);
        visible.push_str(&citations.held);
        (visible, citations.cited)
    }

    /// The next piece of the text, without marks. What may become one is held back.
    pub fn push(&mut self, piece: &str) -> String {
        let mut visible = String::with_capacity(piece.len());
        for next in piece.chars() {
            self.held.push(next);
            self.settle(&mut visible);
        }
        visible
    }

    /// Forgets everything.
    pub fn begin_anew(&mut self) {
        *self = Self::upto(self.highest);
    }

    fn settle(&mut self, visible: &mut String) {
        while !self.held.is_empty() {
            match look(&self.held, self.highest) {
                Look::Open => return,
                Look::Mark(numbers) => {
                    self.cited.extend(numbers);
                    self.held.clear();
                }
                Look::No => visible.push(self.held.remove(0)),
            }
        }
    }
}

fn look(held: &str, highest: usize) -> Look {
    // The space before a mark goes with it.
    let mark = held.strip_prefix(' ').unwrap_or(held);
    if highest == 0 || held.len() > MAX_MARK_BYTES {
        return Look::No;
    }
    if mark.is_empty() {
        return Look::Open;
    }
    let Some(inside) = mark.strip_prefix('[') else {
        return Look::No;
    };
    let Some(inside) = inside.strip_suffix(']') else {
        let fits = inside.chars().all(|c| c.is_ascii_digit() || c == ',' || c == ' ');
        return if fits { Look::Open } else { Look::No };
    };
    let number = |text: &str| text.trim().parse().ok().filter(|n| (1..=highest).contains(n));
    inside.split(',').map(number).collect::<Option<_>>().map_or(Look::No, Look::Mark)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn marks_are_taken_out_and_remembered() {
        let table: [(&str, &str, &[usize]); 7] = [
            ("Open at nine [1].", "Open at nine.", &[1]),
            ("Free [2][1] of charge [1, 2]", "Free of charge", &[1, 2]),
            ("none at all", "none at all", &[]),
            ("too high [4] or [0]", "too high [4] or [0]", &[]),
            ("a [link](x) and [1", "a [link](x) and [1", &[]),
            ("  [3]  ", "   ", &[3]),
            ("[]", "[]", &[]),
        ];
        for (text, visible, cited) in table {
            let taken = Citations::taken_out_of(text, 3);
            assert_eq!(taken, (visible.to_owned(), cited.iter().copied().collect()), "{text}");
        }
        assert_eq!(Citations::taken_out_of("a [1]", 0).0, "a [1]");
    }

    proptest! {
        #[test]
        fn it_makes_no_difference_how_a_text_is_cut(text in "[a-c \\[\\]0-9,é]{0,40}", cut in 0usize..60) {
            let (visible, _) = Citations::taken_out_of(&text, 3);
            let (one, two) = text.split_at(text.floor_char_boundary(cut));
            let mut citations = Citations::upto(3);
            let mut seen = citations.push(one);
            seen.push_str(&citations.push(two));
            prop_assert!(visible.starts_with(&seen), "{} {}", seen, visible);
            seen.push_str(&citations.held);
            prop_assert_eq!(seen, visible);
        }
    }
}
