//! What the built-in engine says itself, in the visitor's language.
//!
//! Must not know when it says what.

use std::collections::{BTreeMap, BTreeSet};

use super::words::words;

/// The language that has every sentence.
const FALLBACK: &str = "en";

/// Something the engine says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saying {
    /// To a greeting.
    Greeting,
    /// To thanks.
    Thanks,
    /// To a goodbye.
    Goodbye,
    /// Nothing was found.
    NotFound,
    /// Nothing was found, and a person may be asked for.
    NotFoundPerson,
    /// A person was asked for and cannot be given.
    NoPerson,
    /// Before people are asked for; what is to be told follows, a line each.
    Gather,
    /// The assistant has the conversation again, and nothing stands unanswered.
    Back,
}

impl Saying {
    const ALL: [Self; 8] = [
        Self::Greeting,
        Self::Thanks,
        Self::Goodbye,
        Self::NotFound,
        Self::NotFoundPerson,
        Self::NoPerson,
        Self::Gather,
        Self::Back,
    ];

    fn key(self) -> &'static str {
        match self {
            Self::Greeting => "greeting",
            Self::Thanks => "thanks",
            Self::Goodbye => "goodbye",
            Self::NotFound => "not_found",
            Self::NotFoundPerson => "not_found_person",
            Self::NoPerson => "no_person",
            Self::Gather => "gather",
            Self::Back => "back",
        }
    }
}

/// A file of sentences or languages is not whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the built-in sentences are not whole: {0}")]
pub struct SpeechFault(String);

/// Sentences by language, and what tells languages apart.
#[derive(Debug, Clone)]
pub struct Speech {
    sentences: BTreeMap<(String, String), String>,
    languages: Vec<(String, BTreeSet<String>)>,
}

impl Speech {
    /// Reads `language.key = sentence` and `language: small words`.
    ///
    /// # Errors
    /// If a line cannot be read or English lacks a sentence.
    pub fn parse(sentences: &str, languages: &str) -> Result<Self, SpeechFault> {
        let sentences: BTreeMap<_, _> = lines(sentences).map(sentence).collect::<Result<_, _>>()?;
        let languages = lines(languages).map(language).collect::<Result<_, _>>()?;
        let lacking = Saying::ALL.iter().find(|saying| !sentences.contains_key(&entry(FALLBACK, **saying)));
        match lacking {
            Some(saying) => Err(SpeechFault(format!("{FALLBACK}.{} is missing", saying.key()))),
            None => Ok(Self { sentences, languages }),
        }
    }

    /// The language of a text by its small words; English if nothing speaks for another.
    pub fn language_of(&self, text: &str) -> &str {
        self.guess(text).unwrap_or(FALLBACK)
    }

    /// The language of a text by its small words; `None` if it has none of any.
    pub fn guess(&self, text: &str) -> Option<&str> {
        let spoken = words(text);
        let mut best = None;
        for (language, small) in &self.languages {
            let found = spoken.iter().filter(|word| small.contains(*word)).count();
            if found > best.map_or(0, |(_, most)| most) {
                best = Some((language.as_str(), found));
            }
        }
        best.map(|(language, _)| language)
    }

    /// Says something in a language, in English where the language lacks it.
    pub fn say(&self, saying: Saying, language: &str, name: &str) -> String {
        let own = self.sentences.get(&entry(language, saying));
        let said = own.or_else(|| self.sentences.get(&entry(FALLBACK, saying)));
        said.map(|sentence| sentence.replace("{name}", name)).unwrap_or_default()
    }
}

fn entry(language: &str, saying: Saying) -> (String, String) {
    (language.to_owned(), saying.key().to_owned())
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn sentence(line: &str) -> Result<((String, String), String), SpeechFault> {
    let parts =
        line.split_once('=').and_then(|(place, said)| Some((place.trim().split_once('.')?, said.trim())));
    let ((language, key), said) = parts.ok_or_else(|| SpeechFault(format!("`{line}`")))?;
    Ok(((language.to_owned(), key.to_owned()), said.to_owned()))
}

fn language(line: &str) -> Result<(String, BTreeSet<String>), SpeechFault> {
    let (language, small) = line.split_once(':').ok_or_else(|| SpeechFault(format!("`{line}`")))?;
    Ok((language.to_owned(), words(small).into_iter().collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speech() -> Speech {
        let sentences = include_str!("../../prompts/builtin/sentences.txt");
        Speech::parse(sentences, include_str!("../../prompts/builtin/languages.txt")).unwrap()
    }

    #[test]
    fn the_language_shows_in_the_small_words() {
        let table = [
            ("What are your opening hours?", "en"),
            ("Wann haben Sie geöffnet?", "de"),
            ("Où est ma commande, je ne la trouve pas", "fr"),
            ("¿Dónde está mi pedido?", "es"),
            ("Come posso restituire un articolo?", "it"),
            ("Como posso devolver uma encomenda?", "pt"),
            ("Wanneer zijn jullie open en hoe kan ik bestellen?", "nl"),
            ("Jak mogę zwrócić zamówienie?", "pl"),
            ("Siparişim nerede, bana ne zaman gelir?", "tr"),
            ("Где мой заказ и когда он придёт?", "ru"),
            ("42", "en"),
        ];
        for (text, language) in table {
            assert_eq!(speech().language_of(text), language, "{text}");
        }
        assert_eq!(speech().guess("42"), None);
    }

    #[test]
    fn every_language_has_every_sentence() {
        let speech = speech();
        for (language, _) in &speech.languages {
            for saying in Saying::ALL {
                assert!(
                    speech.sentences.contains_key(&entry(language, saying)),
                    "{language}.{}",
                    saying.key()
                );
            }
        }
        assert!(speech.say(Saying::Greeting, "xx", "Ada").contains("I am Ada"));
    }
}
