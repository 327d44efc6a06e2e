//! How a visitor feels, by words, shouting and punctuation.
//!
//! What it cannot do: irony, and discontent that is politely put, pass for calm; a language without a list in
//! `prompts/builtin/negative_mood.txt` shows its mood only by shouting; a script without capitals cannot shout. It errs towards calm:
//! a calm visitor taken for angry costs a person's time, and an angry one can always ask for a person. Must not know what follows from
//! a mood.

use super::{
    meaning::Meaning,
    phrases::{BookFault, PhraseBook},
    words::words,
};

/// How many points are anger.
const ANGER: usize = 2;
/// How many letters a text needs to shout.
const SHOUT_LETTERS: usize = 12;
/// How many words a text needs to shout: a number or a brand is no shout.
const SHOUT_WORDS: usize = 3;
/// How many marks of exclamation or question in a row are loud.
const LOUD_MARKS: usize = 3;
/// How many of the last messages speak for the visitor's mood.
const RECENT: usize = 3;

/// How a visitor feels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Sentiment {
    /// Glad.
    Positive,
    /// Neither.
    Neutral,
    /// Upset or angry.
    Negative,
}

/// Reads moods.
#[derive(Debug, Clone)]
pub struct Moods {
    book: PhraseBook,
    meaning: Meaning,
}

impl Moods {
    /// With the words of `prompts/builtin/negative_mood.txt`.
    ///
    /// # Errors
    /// If a phrase book cannot be read, which only a broken build can do.
    pub fn shipped() -> Result<Self, BookFault> {
        let book = PhraseBook::parse(include_str!("../../prompts/builtin/negative_mood.txt"))?;
        Ok(Self { book, meaning: Meaning::shipped()? })
    }

    /// The mood of one text. Words of strong anger suffice; words of discontent, shouting and loud punctuation count one each, and
    /// two of them are anger.
    pub fn mood(&self, text: &str) -> Sentiment {
        let says = |section: &str| self.meaning.says(text, self.book.section(section));
        let (glad, uneasy) = (says("glad"), says("uneasy"));
        let loud = if glad { 0 } else { usize::from(is_shouted(text)) + usize::from(is_loud(text)) };
        if says("angry") || usize::from(uneasy) + loud >= ANGER {
            return Sentiment::Negative;
        }
        if glad && !uneasy { Sentiment::Positive } else { Sentiment::Neutral }
    }

    /// The mood of a visitor who said these, oldest first: upset if one of the last few is, else that of the last one.
    pub fn mood_of<'a>(&self, texts: impl DoubleEndedIterator<Item = &'a str>) -> Sentiment {
        let recent: Vec<Sentiment> = texts.rev().take(RECENT).map(|text| self.mood(text)).collect();
        if recent.contains(&Sentiment::Negative) {
            return Sentiment::Negative;
        }
        recent.first().copied().unwrap_or(Sentiment::Neutral)
    }
}

/// All in capitals, and long enough to be meant so.
fn is_shouted(text: &str) -> bool {
    let large = text.chars().filter(|c| c.is_uppercase()).count();
    let small = text.chars().any(char::is_lowercase);
    !small && large >= SHOUT_LETTERS && words(text).len() >= SHOUT_WORDS
}

fn is_loud(text: &str) -> bool {
    let mut row = 0;
    text.chars().any(|c| {
        row = if matches!(c, '!' | '?') { row + 1 } else { 0 };
        row >= LOUD_MARKS
    })
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use proptest::prelude::*;

    fn mood(text: &str) -> Sentiment {
        static MOODS: LazyLock<Moods> = LazyLock::new(|| Moods::shipped().unwrap());
        MOODS.mood(text)
    }

    #[test]
    fn anger_is_heard_in_many_languages() {
        for text in [
            "This is absolutely ridiculous",
            "I am so angry with you",
            "WHERE IS MY ORDER NOW!!!",
            "I am disappointed, nobody answers???",
            "Das ist eine Frechheit",
            "Ich bin enttäuscht!!!",
            "C'est inadmissible",
            "¡Es una vergüenza, es inaceptable!",
            "È vergognoso",
            "Isso é inaceitável",
            "Dit is belachelijk",
            "To skandal",
            "Bu rezalet",
            "Это безобразие",
        ] {
            assert_eq!(mood(text), Sentiment::Negative, "{text}");
        }
    }

    #[test]
    fn calm_is_not_taken_for_anger() {
        for text in [
            "It is not ridiculous at all",
            "I am a bit disappointed",
            "Where is my order?",
            "Really???",
            "HELLO!!!",
            "IBAN DE89370400440532013000",
            "MY ORDER IS 12345 THANKS",
            "",
            "!!!",
        ] {
            assert_ne!(mood(text), Sentiment::Negative, "{text}");
        }
    }

    #[test]
    fn gladness_is_heard_too_and_a_glad_shout_is_no_anger() {
        for text in [
            "Thank you, that was great!",
            "I LOVE THIS SHOP SO MUCH!!!",
            "Perfekt, vielen Dank",
            "Спасибо, отлично",
        ] {
            assert_eq!(mood(text), Sentiment::Positive, "{text}");
        }
        assert_eq!(mood("thanks, but I am disappointed"), Sentiment::Neutral);
    }

    #[test]
    fn a_visitor_is_upset_while_one_of_the_last_words_is() {
        let moods = Moods::shipped().unwrap();
        let of = |texts: &[&str]| moods.mood_of(texts.iter().copied());
        assert_eq!(of(&["this is ridiculous", "ok", "well"]), Sentiment::Negative);
        assert_eq!(of(&["this is ridiculous", "ok", "well", "thanks, great"]), Sentiment::Positive);
        assert_eq!(of(&[]), Sentiment::Neutral);
    }

    proptest! {
        #[test]
        fn any_text_has_a_mood(text in ".*") {
            mood(&text);
        }
    }
}
