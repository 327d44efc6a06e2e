//! Cuts a document into passages short enough to quote: by paragraphs, long ones by sentences.
//!
//! Must not know how passages are searched.

use super::words::sentences;

/// What a passage aims at, characters.
const AIM: usize = 600;
/// What no passage exceeds, characters.
pub const MAX_PASSAGE: usize = 1000;
/// A paragraph up to this long without an end of sentence is a heading of the next one.
const HEADING: usize = 80;

/// The passages of a text, none empty.
pub fn passages(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n");
    let mut found = Vec::new();
    let mut heading = String::new();
    for paragraph in text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()) {
        let whole = if heading.is_empty() { paragraph.to_owned() } else { format!("{heading}\n{paragraph}") };
        if is_heading(&whole) {
            heading = whole;
            continue;
        }
        heading.clear();
        pack(&whole, &mut found);
    }
    if !heading.is_empty() {
        found.push(heading);
    }
    found
}

fn is_heading(paragraph: &str) -> bool {
    paragraph.chars().count() <= HEADING && !paragraph.ends_with(['.', '!', '?', '…', ':'])
}

/// Fills passages with the sentences of a paragraph; a paragraph that fits stays as it is.
fn pack(paragraph: &str, found: &mut Vec<String>) {
    if paragraph.chars().count() <= AIM {
        found.push(paragraph.to_owned());
        return;
    }
    let mut passage = String::new();
    for piece in sentences(paragraph).into_iter().flat_map(pieces) {
        if !passage.is_empty() && passage.chars().count() + piece.chars().count() > AIM {
            found.push(std::mem::take(&mut passage));
        }
        if !passage.is_empty() {
            passage.push(' ');
        }
        passage.push_str(&piece);
    }
    if !passage.is_empty() {
        found.push(passage);
    }
}

/// A sentence longer than any passage, cut between characters.
fn pieces(sentence: &str) -> Vec<String> {
    let chars: Vec<char> = sentence.chars().collect();
    chars.chunks(MAX_PASSAGE).map(|chunk| chunk.iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_heading_stays_with_its_paragraph() {
        let text = "Opening hours\r\n\r\nWe are open on Mondays.\n\n\n\nReturns\n\nWithin 30 days.";
        assert_eq!(passages(text), ["Opening hours\nWe are open on Mondays.", "Returns\nWithin 30 days."]);
    }

    #[test]
    fn a_long_paragraph_is_cut_between_sentences() {
        let text = "This sentence is about fifty characters long, surely. ".repeat(40);
        let found = passages(&text);
        assert!(found.len() > 2);
        assert!(found.iter().all(|passage| passage.ends_with('.') && passage.chars().count() <= MAX_PASSAGE));
    }

    proptest! {
        #[test]
        fn no_passage_is_empty_or_too_long(text in "(\\PC|\n|\\. ){0,1500}") {
            for passage in passages(&text) {
                prop_assert!(!passage.trim().is_empty());
                prop_assert!(passage.chars().count() <= MAX_PASSAGE);
            }
        }
    }
}
