//! The words of mails: files under `texts/`, one a language, all with the same keys. Must not know what a mail looks like.

use std::collections::BTreeMap;

use crate::domain::{
    kind::Kind,
    letter::{HandoffReason, Priority},
};

/// The files: the primary subtag of the language and its words.
const FILES: &[(&str, &str)] = &[
    ("de", include_str!("../../../texts/de.toml")),
    (ENGLISH, include_str!("../../../texts/en.toml")),
    ("es", include_str!("../../../texts/es.toml")),
    ("fr", include_str!("../../../texts/fr.toml")),
    ("it", include_str!("../../../texts/it.toml")),
    ("ja", include_str!("../../../texts/ja.toml")),
    ("nl", include_str!("../../../texts/nl.toml")),
    ("pl", include_str!("../../../texts/pl.toml")),
    ("pt", include_str!("../../../texts/pt.toml")),
    ("tr", include_str!("../../../texts/tr.toml")),
];
const ENGLISH: &str = "en";

/// A file of words or a template cannot be read: a fault of the build.
#[derive(Debug, thiserror::Error)]
#[error("{file} cannot be read: {cause}")]
pub struct LettersError {
    pub(super) file: String,
    pub(super) cause: String,
}

/// The words of one language.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub(super) names: Names,
    pub(super) facts: Facts,
    pub(super) headings: Headings,
    reasons: Reasons,
    priorities: Priorities,
    pub(super) footer: Footer,
    pub(super) unsubscribe: Unsubscribe,
    kinds: Kinds,
}

/// Who is spoken of when nobody said a name.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    pub(super) visitor: String,
    pub(super) business: String,
}

/// What stands beside a fact.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    pub(super) contact: String,
    pub(super) assistant: String,
    pub(super) team: String,
    pub(super) reason: String,
    pub(super) priority: String,
}

/// What stands above parts.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Headings {
    pub(super) brief: String,
    pub(super) messages: String,
    pub(super) earlier: String,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Reasons {
    visitor_request: String,
    ai_decision: String,
    phrase: String,
    no_answer: String,
    repetition: String,
    negative_mood: String,
    ai_unavailable: String,
    member_request: String,
    api_request: String,
    returned: String,
    message_left: String,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Priorities {
    low: String,
    medium: String,
    high: String,
    urgent: String,
}

/// What stands below.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Footer {
    pub(super) stop: String,
    pub(super) from: String,
}

/// The page behind a link to unsubscribe.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unsubscribe {
    pub(super) title: String,
    pub(super) button: String,
    pub(super) done: String,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Kinds {
    handoff_requested: KindWords,
    assigned_to_me: KindWords,
    assigned_to_my_team: KindWords,
    reply_overdue: KindWords,
    visitor_reply: KindWords,
}

/// What is said of one kind.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindWords {
    pub(super) subject: String,
    pub(super) heading: String,
    pub(super) intro: String,
    pub(super) button: String,
    pub(super) why: String,
    pub(super) question: String,
}

impl Words {
    /// What is said of this kind.
    pub fn of(&self, kind: Kind) -> &KindWords {
        match kind {
            Kind::HandoffRequested => &self.kinds.handoff_requested,
            Kind::AssignedToMe => &self.kinds.assigned_to_me,
            Kind::AssignedToMyTeam => &self.kinds.assigned_to_my_team,
            Kind::ReplyOverdue => &self.kinds.reply_overdue,
            Kind::VisitorReply => &self.kinds.visitor_reply,
        }
    }

    /// A reason in words.
    pub fn reason(&self, reason: HandoffReason) -> &str {
        match reason {
            HandoffReason::VisitorRequest => &self.reasons.visitor_request,
            HandoffReason::AiDecision => &self.reasons.ai_decision,
            HandoffReason::Phrase => &self.reasons.phrase,
            HandoffReason::NoAnswer => &self.reasons.no_answer,
            HandoffReason::Repetition => &self.reasons.repetition,
            HandoffReason::NegativeMood => &self.reasons.negative_mood,
            HandoffReason::AiUnavailable => &self.reasons.ai_unavailable,
            HandoffReason::MemberRequest => &self.reasons.member_request,
            HandoffReason::ApiRequest => &self.reasons.api_request,
            HandoffReason::Returned => &self.reasons.returned,
            HandoffReason::MessageLeft => &self.reasons.message_left,
        }
    }

    /// A priority in words.
    pub fn priority(&self, priority: Priority) -> &str {
        match priority {
            Priority::Low => &self.priorities.low,
            Priority::Medium => &self.priorities.medium,
            Priority::High => &self.priorities.high,
            Priority::Urgent => &self.priorities.urgent,
        }
    }
}

/// The words of every language.
#[derive(Debug)]
pub struct Languages {
    others: BTreeMap<&'static str, Words>,
    english: Words,
}

impl Languages {
    /// Reads the files compiled in.
    ///
    /// # Errors
    /// [`LettersError`] if one cannot be read.
    pub fn load() -> Result<Self, LettersError> {
        let mut others = BTreeMap::new();
        for (language, text) in FILES {
            let words = toml::from_str::<Words>(text).map_err(|error| fault(language, error.to_string()))?;
            others.insert(*language, words);
        }
        let english = others.remove(ENGLISH).ok_or_else(|| fault(ENGLISH, "is missing".to_owned()))?;
        Ok(Self { others, english })
    }

    /// The first of these languages (BCP 47) that there are words of, and its words; English without one.
    pub fn first_of(&self, wanted: &[&str]) -> (&'static str, &Words) {
        wanted.iter().find_map(|tag| self.find(tag)).unwrap_or((ENGLISH, &self.english))
    }

    fn find(&self, tag: &str) -> Option<(&'static str, &Words)> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        if primary == ENGLISH {
            return Some((ENGLISH, &self.english));
        }
        self.others.get_key_value(primary.as_str()).map(|(language, words)| (*language, words))
    }
}

fn fault(language: &str, cause: String) -> LettersError {
    LettersError { file: format!("texts/{language}.toml"), cause }
}

/// A sentence with its `{…}` filled in, in one pass: what is filled in is not looked at again. An unknown name stays as it is.
pub fn fill(sentence: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, behind)) = after.split_once('}') else {
            filled.push('{');
            rest = after;
            continue;
        };
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => filled.push_str(value),
            None => filled.extend(["{", name, "}"]),
        }
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_looks_like_a_place_to_fill_in_stays_as_it_is() {
        let values = [("contact", "{business} {contact} {"), ("business", "Acme")];
        assert_eq!(fill("{business}: {contact}!", &values), "Acme: {business} {contact} {!");
        assert_eq!(fill("{other} {", &values), "{other} {");
    }

    #[test]
    fn a_language_is_found_by_its_primary_subtag_and_english_stands_in() {
        let languages = Languages::load().unwrap();
        for (wanted, found) in [
            (vec!["de-AT"], "de"),
            (vec!["PT_br"], "pt"),
            (vec!["tlh", "nl"], "nl"),
            (vec!["en-GB", "de"], "en"),
            (vec!["tlh"], "en"),
            (vec!["", "ja-JP"], "ja"),
            (vec!["\r\nBcc: x", "../../etc"], "en"),
            (vec![], "en"),
        ] {
            assert_eq!(languages.first_of(&wanted).0, found, "{wanted:?}");
        }
    }
}
