//! How urgent a handoff is, by rules: what the visitor speaks of, and their mood.
//!
//! It knows no business: an outage of the visitor's own toaster is an outage. A person's word replaces it, never the other way round.
//! Must not know who asks.

use super::{Priority, Urgency};
use crate::domain::{
    meaning::Meaning,
    mood::Sentiment,
    phrases::{BookFault, PhraseBook},
    thread::ThreadMessage,
};

/// What is listened for, the most urgent first: section of the book, what it makes of the priority, how it is put into words.
const TOPICS: [(&str, Priority, &str); 6] = [
    ("safety", Priority::Urgent, "danger to somebody"),
    ("security", Priority::Urgent, "stolen access or fraud"),
    ("outage", Priority::Urgent, "an outage"),
    ("legal", Priority::High, "legal steps"),
    ("payment", Priority::High, "money gone wrong"),
    ("hurry", Priority::High, "hurry"),
];

/// Judges urgency.
#[derive(Debug, Clone)]
pub struct Judge {
    book: PhraseBook,
    meaning: Meaning,
}

impl Judge {
    /// With the words of `prompts/builtin/urgency.txt`.
    ///
    /// # Errors
    /// If a phrase book cannot be read, which only a broken build can do.
    pub fn shipped() -> Result<Self, BookFault> {
        let book = PhraseBook::parse(include_str!("../../../prompts/builtin/urgency.txt"))?;
        Ok(Self { book, meaning: Meaning::shipped()? })
    }

    /// How urgent what a visitor said is, and why.
    pub fn judge(&self, said: &[&ThreadMessage], mood: Sentiment) -> Urgency {
        let heard = |section: &str| {
            let patterns = self.book.section(section);
            said.iter().find(|m| self.meaning.says(&m.text, patterns)).map(|m| m.sequence)
        };
        let topics = TOPICS.into_iter().find_map(|(section, priority, words)| {
            let at = heard(section)?;
            Some(urgency(priority, format!("The visitor speaks of {words} (message {at}).")))
        });
        let upset =
            || (mood == Sentiment::Negative).then(|| urgency(Priority::High, "The visitor is upset."));
        let calm = || {
            let at = heard("no_hurry")?;
            Some(urgency(Priority::Low, format!("The visitor says there is no hurry (message {at}).")))
        };
        let usual = || urgency(Priority::Medium, "Nothing the visitor said points to urgency.");
        topics.or_else(upset).or_else(calm).unwrap_or_else(usual)
    }
}

fn urgency(priority: Priority, reason: impl Into<String>) -> Urgency {
    Urgency { priority, reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::thread::Author;

    fn judged(texts: &[&str], mood: Sentiment) -> Urgency {
        let said: Vec<ThreadMessage> =
            (1..).zip(texts).map(|(at, text)| ThreadMessage::said(at, Author::Visitor, text)).collect();
        Judge::shipped().unwrap().judge(&said.iter().collect::<Vec<_>>(), mood)
    }

    #[test]
    fn what_is_spoken_of_makes_the_priority() {
        use Priority::{High, Low, Medium, Urgent};
        let table = [
            ("There is smoke coming out of the device, it is on fire", Urgent),
            ("Es riecht nach Gas, das ist ein Notfall", Urgent),
            ("my account was hacked", Urgent),
            ("the whole site is down for all our customers", Urgent),
            ("nichts geht mehr, Totalausfall", Urgent),
            ("my lawyer will write to you", High),
            ("ich schalte meinen Anwalt ein", High),
            ("I was charged twice", High),
            ("j'ai été débité deux fois", High),
            ("it is urgent", High),
            ("es urgente", High),
            ("è urgente", High),
            ("é urgente", High),
            ("het is dringend", High),
            ("to pilne", High),
            ("bu acil", High),
            ("это срочно", High),
            ("It is not urgent, whenever you have time", Low),
            ("keine Eile", Low),
            ("How do I change my address?", Medium),
            ("", Medium),
        ];
        for (text, expected) in table {
            assert_eq!(judged(&[text], Sentiment::Neutral).priority, expected, "{text}");
        }
    }

    #[test]
    fn the_reason_names_the_message_and_the_most_urgent_topic_wins() {
        let urgency = judged(&["hello", "I was charged twice", "and the site is down"], Sentiment::Negative);
        assert_eq!(urgency.reason, "The visitor speaks of an outage (message 3).");
        assert_eq!(judged(&["hm"], Sentiment::Negative).priority, Priority::High);
    }
}
