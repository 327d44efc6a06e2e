//! The thread of a conversation as a turn sees it.
//!
//! Must not know where it comes from.

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// The end user.
    Visitor,
    /// The assistant.
    Assistant,
    /// A person on the staff.
    Member,
    /// Baton itself.
    System,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadMessage {
    /// Its place in the thread.
    pub sequence: i64,
    /// Who wrote it.
    pub author: Author,
    /// What it says.
    pub text: String,
    /// Whether it names what it rests on.
    pub has_sources: bool,
    /// Its writer's own id of it; what an assistant asked for before a handoff is known by it.
    pub client_id: String,
}

#[cfg(test)]
impl ThreadMessage {
    /// A message without sources.
    pub fn said(sequence: i64, author: Author, text: &str) -> Self {
        Self { sequence, author, text: text.to_owned(), has_sources: false, client_id: String::new() }
    }
}

/// The newest messages, by rising sequence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Thread {
    /// The messages.
    pub messages: Vec<ThreadMessage>,
    /// The sequence after which control last came to the AI; rules for handing over look only above it.
    pub ai_since: i64,
}

impl Thread {
    /// The visitor's messages above the last word of the business, in one turn answered together.
    pub fn unanswered(&self) -> impl Iterator<Item = &ThreadMessage> {
        let by_business = |m: &&ThreadMessage| matches!(m.author, Author::Assistant | Author::Member);
        let last = self.messages.iter().filter(by_business).map(|m| m.sequence).max().unwrap_or(0);
        self.visitor().filter(move |m| m.sequence > last)
    }

    /// The visitor's messages that rules for handing over may look at.
    pub fn visitor_since(&self) -> impl Iterator<Item = &ThreadMessage> {
        self.visitor().filter(|m| m.sequence > self.ai_since)
    }

    /// The messages since control last came to the AI.
    pub fn since(&self) -> impl Iterator<Item = &ThreadMessage> {
        self.messages.iter().filter(|m| m.sequence > self.ai_since)
    }

    /// The last message of the visitor; 0 for none.
    pub fn last_visitor(&self) -> i64 {
        self.visitor().map(|m| m.sequence).max().unwrap_or(0)
    }

    /// Whether the assistant has said nothing since control last came to it.
    pub fn is_silent_since(&self) -> bool {
        self.since().all(|m| m.author != Author::Assistant)
    }

    /// The visitor's messages.
    pub fn visitor(&self) -> impl DoubleEndedIterator<Item = &ThreadMessage> {
        self.messages.iter().filter(|m| m.author == Author::Visitor)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// What a visitor said, and nobody else.
    pub(crate) fn thread(said: &[&str]) -> Thread {
        let message = |(sequence, text): (i64, &&str)| ThreadMessage::said(sequence, Author::Visitor, text);
        Thread { messages: (1..).zip(said).map(message).collect(), ai_since: 0 }
    }

    #[test]
    fn what_a_person_answered_is_not_unanswered() {
        let authors = [Author::Visitor, Author::Member, Author::Visitor, Author::System, Author::Visitor];
        let message = |(sequence, author)| ThreadMessage::said(sequence, author, "");
        let thread = Thread { messages: (1..).zip(authors).map(message).collect(), ai_since: 4 };
        assert_eq!(thread.unanswered().map(|m| m.sequence).collect::<Vec<_>>(), [3, 5]);
        assert_eq!(thread.visitor_since().map(|m| m.sequence).collect::<Vec<_>>(), [5]);
        assert_eq!(thread.last_visitor(), 5);
        assert!(thread.is_silent_since());
    }
}
