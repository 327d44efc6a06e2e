//! What can be read out of a text without understanding it: addresses, numbers, the names people give themselves.
//!
//! Must not know what anybody wants to know.

use super::{
    phrases::{BookFault, PhraseBook},
    words::{clauses, words},
};

/// The longest address that is one, bytes.
const LONGEST_EMAIL: usize = 254;
/// How many digits a telephone number has.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 7..=15;
/// How many digits make a number worth noting: an order, a customer, an invoice.
const NUMBER_DIGITS: usize = 4;
/// The longest number worth noting, characters.
const LONGEST_NUMBER: usize = 40;
/// How many words a name has at most.
const NAME_WORDS: usize = 3;
/// The longest name, characters.
const LONGEST_NAME: usize = 80;

/// The e-mail addresses of a text, in its order.
pub fn emails(text: &str) -> Vec<&str> {
    let edge = |c: char| !c.is_alphanumeric() && c != '+';
    let parts = text.split(|c: char| c.is_whitespace() || ",;:<>()[]\"'’".contains(c));
    parts.map(|part| part.trim_matches(edge)).filter(|part| is_email(part)).collect()
}

/// `local@domain.tld`, as every mail system takes it.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let local_ok = (1..=64).contains(&local.len())
        && local.chars().all(|c| c.is_ascii_alphanumeric() || "+._-%".contains(c));
    let labels: Vec<&str> = domain.split('.').collect();
    let label_ok = |label: &&str| {
        !label.is_empty()
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
    };
    let top_ok =
        labels.last().is_some_and(|top| top.len() >= 2 && top.chars().all(|c| c.is_ascii_alphabetic()));
    local_ok && text.len() <= LONGEST_EMAIL && labels.len() >= 2 && top_ok && labels.iter().all(label_ok)
}

/// The telephone numbers of a text: digits with what people write between them, begun by `+` or `0`.
pub fn phones(text: &str) -> Vec<String> {
    let kept = |c: char| c.is_ascii_digit() || "+-/()\u{a0} ".contains(c);
    let runs =
        text.split(|c: char| !kept(c)).map(|run| run.trim_matches(|c: char| !c.is_ascii_digit() && c != '+'));
    runs.filter(|run| {
        let digits = run.chars().filter(char::is_ascii_digit).count();
        PHONE_DIGITS.contains(&digits) && run.starts_with(['+', '0']) && run.matches('+').count() <= 1
            // Twice is a date.
            && run.matches('/').count() <= 1
    })
    .map(str::to_owned)
    .collect()
}

/// Numbers of orders and the like: words with at least four digits, and no address, year or telephone number.
pub fn numbers(text: &str) -> Vec<&str> {
    let edge = |c: char| !c.is_alphanumeric();
    let called = phones(text);
    let parts = text.split(|c: char| c.is_whitespace() || ",;:()\"'!?".contains(c));
    parts
        .map(|part| part.trim_matches(edge))
        .filter(|part| is_number(part) && !called.iter().any(|phone| phone.contains(part)))
        .collect()
}

fn is_number(part: &str) -> bool {
    let digits = part.chars().filter(char::is_ascii_digit).count();
    let plain = part.chars().all(|c| c.is_ascii_alphanumeric() || "-/_.#".contains(c));
    let year = part.len() == NUMBER_DIGITS && (part.starts_with("19") || part.starts_with("20"));
    digits >= NUMBER_DIGITS && plain && !year && part.len() <= LONGEST_NUMBER
}

/// Finds the names people give themselves.
#[derive(Debug, Clone)]
pub struct Names {
    book: PhraseBook,
}

impl Names {
    /// With the phrases of `prompts/builtin/names.txt`.
    ///
    /// # Errors
    /// If the phrase book cannot be read, which only a broken build can do.
    pub fn shipped() -> Result<Self, BookFault> {
        Ok(Self { book: PhraseBook::parse(include_str!("../../prompts/builtin/names.txt"))? })
    }

    /// The name a text gives: what follows "my name is" in the same clause, spelt as it was.
    pub fn name_in(&self, text: &str) -> Option<String> {
        let patterns = self.book.section("introduction");
        for clause in clauses(text) {
            let begun = patterns.iter().filter_map(|pattern| pattern.end(&clause)).max();
            let Some(said) = begun.and_then(|at| clause.get(at..)) else { continue };
            let name: Vec<&String> =
                said.iter().take_while(|word| self.may_be_named(word)).take(NAME_WORDS).collect();
            if let Some(spelt) = spelt_in(text, &name) {
                return Some(spelt);
            }
        }
        None
    }

    fn may_be_named(&self, word: &str) -> bool {
        let ends = self.book.section("ends");
        let letters = word.chars().all(char::is_alphabetic);
        letters && !ends.iter().any(|pattern| pattern.occurs_in(&[word.to_owned()]))
    }
}

/// The words of a text that read so, as they were spelt.
fn spelt_in(text: &str, wanted: &[&String]) -> Option<String> {
    let first = *wanted.first()?;
    // An address often begins with the name.
    let pieces: Vec<&str> = text.split_whitespace().filter(|piece| !piece.contains('@')).collect();
    let read = |piece: &&str| words(piece);
    let from = pieces.iter().rposition(|piece| read(piece).first() == Some(first))?;
    let taken: Vec<&str> = pieces
        .get(from..)?
        .iter()
        .zip(wanted)
        .take_while(|(piece, word)| read(piece).first() == Some(**word))
        .map(|(piece, _)| piece.trim_matches(|c: char| !c.is_alphanumeric()))
        .collect();
    let name = taken.join(" ");
    (!name.is_empty() && name.chars().count() <= LONGEST_NAME).then_some(name)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use proptest::prelude::*;

    fn names() -> &'static Names {
        static NAMES: LazyLock<Names> = LazyLock::new(|| Names::shipped().unwrap());
        &NAMES
    }

    #[test]
    fn addresses_are_found_and_nothing_else_is() {
        assert_eq!(
            emails("Write to <anna.b+shop@mail.example.org>, or max@x.de."),
            ["anna.b+shop@mail.example.org", "max@x.de"]
        );
        for none in ["", "@", "a@b", "anna at example.org", "a@b.1", "a@-b.de", "a@@b.de", "@anna", "a@b..de"]
        {
            assert!(emails(none).is_empty(), "{none}");
        }
    }

    #[test]
    fn telephone_numbers_and_other_numbers_are_told_apart() {
        assert_eq!(phones("call +49 (30) 123-45678 or 0171 2345678"), ["+49 (30) 123-45678", "0171 2345678"]);
        assert!(phones("order 123456789, from 9 to 17, on 01/02/2026 or 01.02.2026").is_empty());
        assert_eq!(numbers("Order #AB-12345, invoice 2026/0077 of 9:00"), ["AB-12345", "2026/0077"]);
        assert!(numbers("room 12, 3.50 EUR, a@b1234.de, +4930123456, in 2026").is_empty());
    }

    #[test]
    fn names_are_taken_where_they_are_given() {
        let names = names();
        let table = [
            ("Hi, my name is Anna Müller and I need help", Some("Anna Müller")),
            ("Ich heiße Jürgen.", Some("Jürgen")),
            ("Je m'appelle Zoé", Some("Zoé")),
            ("me llamo José García, hola", Some("José García")),
            ("mi chiamo Luca", Some("Luca")),
            ("meu nome é João", Some("João")),
            ("mijn naam is Piet de Vries", Some("Piet de Vries")),
            ("nazywam się Łukasz", Some("Łukasz")),
            ("benim adım Ayşe", Some("Ayşe")),
            ("меня зовут Анна", Some("Анна")),
            ("my name is Anna, anna@example.org", Some("Anna")),
            ("I am angry", None),
            ("what is your name?", None),
            ("my name is", None),
            ("my name is 4711", None),
        ];
        for (text, expected) in table {
            assert_eq!(names.name_in(text).as_deref(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_searched_without_a_panic(text in "\\PC{0,80}") {
            prop_assert!(emails(&text).iter().all(|found| text.contains(found)));
            prop_assert!(numbers(&text).iter().all(|found| text.contains(found)));
            phones(&text);
            names().name_in(&text);
        }
    }
}
