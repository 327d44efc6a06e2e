//! What is asked of a visitor before people are asked for: once, in one message, and whatever the visitor says to it, people come.
//!
//! That it was asked, and for which handoff, stands in the thread itself: in the client message id of the question. Must not know how
//! it is put into words or sent.

use super::{
    assistant::{ContactField, Information},
    decision::HandoffReason,
    facts::{self, Names},
    thread::{Author, Thread, ThreadMessage},
    turn::Turn,
};

/// How the client message id of such a question begins.
const MARK: &str = "gather-";

/// A handoff that waits for the visitor's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// Why it is made.
    pub reason: HandoffReason,
    /// Whether the visitor has said something since.
    pub answered: bool,
}

/// A piece of information and where the visitor gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The value.
    pub value: String,
    /// The message.
    pub sequence: i64,
}

/// How a piece of information is recognised.
enum Form {
    Email,
    Name,
    Phone,
    Number,
    /// Only by its having been asked for.
    Free,
}

/// The client message id of the question a turn asks before it hands over for this reason: the same however often the turn is begun.
pub fn question_id(turn: &Turn, reason: HandoffReason) -> String {
    format!("{MARK}{}-{}", code(reason), turn.client_message_id(0))
}

/// Whether a message is such a question.
pub fn is_question(message: &ThreadMessage) -> bool {
    message.author == Author::Assistant && message.client_id.starts_with(MARK)
}

/// The handoff that waits for the visitor's word, if one does: asked for since control came to the AI.
pub fn pending(thread: &Thread) -> Option<Pending> {
    let question = thread.since().filter(|m| is_question(m)).last()?;
    let code = question.client_id.strip_prefix(MARK)?.split('-').next()?;
    let answered = thread.last_visitor() > question.sequence;
    Some(Pending { reason: reason(code)?, answered })
}

/// What has to be asked for: required, and not to be found in what the visitor said. Nothing once it was asked: nobody is asked
/// twice, also not for another handoff.
pub fn missing<'a>(information: &'a [Information], thread: &Thread, names: &Names) -> Vec<&'a Information> {
    if thread.messages.iter().any(is_question) {
        return Vec::new();
    }
    information.iter().filter(|item| item.required && told(item, thread, names).is_none()).collect()
}

/// The piece of information as the visitor gave it last, where that can be recognised.
pub fn told(item: &Information, thread: &Thread, names: &Names) -> Option<Told> {
    let found = |text: &str| match form(item) {
        Form::Email => facts::emails(text).last().map(|&found| found.to_owned()),
        Form::Phone => facts::phones(text).pop(),
        Form::Number => facts::numbers(text).last().map(|&found| found.to_owned()),
        Form::Name => names.name_in(text),
        Form::Free => None,
    };
    let mut said = thread.visitor().rev();
    said.find_map(|m| found(&m.text).map(|value| Told { value, sequence: m.sequence }))
}

/// What the visitor said to the question before anybody else spoke, oldest first.
pub fn answers(thread: &Thread) -> Vec<&ThreadMessage> {
    let asked = thread.messages.iter().rposition(is_question);
    let later = asked.and_then(|at| thread.messages.get(at + 1..)).unwrap_or_default();
    later.iter().take_while(|m| m.author == Author::Visitor).collect()
}

fn form(item: &Information) -> Form {
    let named = |parts: &[&str]| parts.iter().any(|part| item.name.contains(part));
    match item.contact_field {
        Some(ContactField::Email) => Form::Email,
        Some(ContactField::DisplayName) => Form::Name,
        None if named(&["email", "e_mail"]) => Form::Email,
        None if named(&["phone", "mobile", "telefon"]) => Form::Phone,
        None if named(&["order", "invoice", "customer_number", "customer_id"]) => Form::Number,
        None if matches!(item.name.as_str(), "name" | "full_name" | "first_name" | "your_name") => Form::Name,
        None => Form::Free,
    }
}

/// What a reason is called inside a question's id. Never given to another reason: ids outlive releases.
fn code(reason: HandoffReason) -> &'static str {
    match reason {
        HandoffReason::VisitorRequest => "person",
        HandoffReason::AiDecision => "model",
        HandoffReason::Phrase => "phrase",
        HandoffReason::NoAnswer => "noanswer",
        HandoffReason::Repetition => "repeat",
        HandoffReason::NegativeMood => "mood",
    }
}

fn reason(named: &str) -> Option<HandoffReason> {
    use HandoffReason as R;
    let all = [R::VisitorRequest, R::AiDecision, R::Phrase, R::NoAnswer, R::Repetition, R::NegativeMood];
    all.into_iter().find(|reason| code(*reason) == named)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::turn::tests::turn;
    use jiff::Timestamp;

    fn item(name: &str, contact_field: Option<ContactField>, required: bool) -> Information {
        Information { name: name.to_owned(), description: format!("Your {name}"), required, contact_field }
    }

    fn question(sequence: i64, reason: HandoffReason) -> ThreadMessage {
        let client_id = question_id(&turn(1, 1, Timestamp::UNIX_EPOCH), reason);
        ThreadMessage { client_id, ..ThreadMessage::said(sequence, Author::Assistant, "?") }
    }

    fn visitor(sequence: i64, text: &str) -> ThreadMessage {
        ThreadMessage::said(sequence, Author::Visitor, text)
    }

    fn thread(messages: Vec<ThreadMessage>, ai_since: i64) -> Thread {
        Thread { messages, ai_since }
    }

    fn names() -> Names {
        Names::shipped().unwrap()
    }

    #[test]
    fn every_reason_comes_back_out_of_a_questions_id() {
        use HandoffReason as R;
        for reason in
            [R::VisitorRequest, R::Phrase, R::NoAnswer, R::Repetition, R::NegativeMood, R::AiDecision]
        {
            let asked = question(2, reason);
            assert!(asked.client_id.len() <= 64, "{}", asked.client_id);
            let found = pending(&thread(vec![visitor(1, "x"), asked], 0));
            assert_eq!(found, Some(Pending { reason, answered: false }));
        }
    }

    #[test]
    fn a_question_of_before_the_ai_came_waits_for_nothing_and_is_not_asked_again() {
        let messages = vec![visitor(1, "x"), question(2, HandoffReason::Phrase), visitor(3, "no")];
        assert_eq!(pending(&thread(messages.clone(), 3)), None);
        assert!(pending(&thread(messages.clone(), 1)).unwrap().answered);
        let wanted = [item("reason", None, true)];
        assert!(missing(&wanted, &thread(messages, 3), &names()).is_empty());
    }

    #[test]
    fn only_what_is_required_and_was_not_said_is_missing() {
        let wanted = [
            item("address", Some(ContactField::Email), true),
            item("name", None, true),
            item("phone", None, true),
            item("order_id", None, true),
            item("reason", None, true),
            item("colour", None, false),
        ];
        let missing = |said: &str| -> Vec<String> {
            let thread = thread(vec![visitor(1, said)], 0);
            super::missing(&wanted, &thread, &names()).into_iter().map(|item| item.name.clone()).collect()
        };
        assert_eq!(missing("help"), ["address", "name", "phone", "order_id", "reason"]);
        assert_eq!(missing("my name is Anna, anna@example.org"), ["phone", "order_id", "reason"]);
        assert_eq!(missing("order AB-1234, call 0171 2345678"), ["address", "name", "reason"]);
    }

    #[test]
    fn the_last_word_counts_and_the_answer_ends_where_another_speaks() {
        let messages = vec![
            visitor(1, "anna@old.example"),
            question(2, HandoffReason::VisitorRequest),
            visitor(3, "anna@new.example"),
            visitor(4, "it is broken"),
            ThreadMessage::said(5, Author::System, "A person will answer."),
            visitor(6, "hurry"),
        ];
        let thread = thread(messages, 0);
        let email = told(&item("mail", Some(ContactField::Email), true), &thread, &names());
        assert_eq!(email, Some(Told { value: "anna@new.example".to_owned(), sequence: 3 }));
        assert_eq!(answers(&thread).iter().map(|m| m.sequence).collect::<Vec<_>>(), [3, 4]);
    }
}
