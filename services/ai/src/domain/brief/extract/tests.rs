//! Briefs of small threads, and of any thread.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::domain::{
    assistant::ContactField,
    brief::{MAX_LINE_BYTES, MAX_LINES, Priority},
    decision::HandoffReason,
    turn::tests::turn,
};

fn extractor() -> &'static Extractor {
    static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(|| {
        let sentences = include_str!("../../../../prompts/builtin/sentences.txt");
        let languages = include_str!("../../../../prompts/builtin/languages.txt");
        Extractor::shipped(Speech::parse(sentences, languages).unwrap()).unwrap()
    });
    &EXTRACTOR
}

/// `V:` visitor, `A:` assistant without a source, `S:` assistant with one, `M:` member, `Q:` the question before a handoff.
fn thread(ai_since: i64, lines: &[&str]) -> Thread {
    let message = |(sequence, line): (i64, &&str)| {
        let (who, text) = line.split_once(':').unwrap();
        let author = match who {
            "V" => Author::Visitor,
            "M" => Author::Member,
            _ => Author::Assistant,
        };
        let question = gather::question_id(&turn(1, 1, jiff::Timestamp::UNIX_EPOCH), HandoffReason::Phrase);
        let client_id = if who == "Q" { question } else { String::new() };
        ThreadMessage { has_sources: who == "S", client_id, ..ThreadMessage::said(sequence, author, text) }
    };
    Thread { messages: (1..).zip(lines).map(message).collect(), ai_since }
}

fn insight(thread: &Thread, information: &[Information]) -> Insight {
    extractor().insight(&Looked { thread, information, with_urgency: true })
}

fn lines(insight: &Insight) -> Vec<(LineKind, &str, &[i64])> {
    insight
        .brief
        .lines
        .iter()
        .map(|line| (line.kind, line.text.as_str(), line.sequences.as_slice()))
        .collect()
}

#[test]
fn what_found_an_answer_is_not_what_people_are_wanted_for() {
    let asked = "V:Hello, what does shipping cost?";
    let (answered, nothing) = ("S:Shipping costs 4.90.", "A:I am sorry, I found nothing.");
    let charged =
        wish(&[asked, answered, "V:I was charged twice.", nothing, "V:I want a person, please."], 0);
    assert_eq!(charged, Some(("I was charged twice.".to_owned(), vec![3])));
    let nothing_since = wish(&[asked, answered, "V:A person, please."], 0);
    assert_eq!(
        nothing_since,
        Some(("Hello, what does shipping cost?".to_owned(), vec![1])),
        "the rest of it"
    );
}

/// The line that says what is wanted: its text and where it was said.
fn wish(lines: &[&str], ai_since: i64) -> Option<(String, Vec<i64>)> {
    let told = insight(&thread(ai_since, lines), &[]);
    let line = told.brief.lines.into_iter().find(|line| line.kind == LineKind::Wish);
    line.map(|line| (line.text, line.sequences))
}

#[test]
fn what_was_gathered_is_not_what_is_wanted() {
    let lines = [
        "V:what does shipping cost?",
        "S:Shipping costs 4.90.",
        "V:a person, please",
        "Q:your order number?",
        "V:It is 12345",
    ];
    assert_eq!(wish(&lines, 0), Some(("what does shipping cost?".to_owned(), vec![1])));
    let since = [&lines[..], &["A:Thank you.", "V:I was charged twice."]].concat();
    assert_eq!(wish(&since, 0), Some(("I was charged twice.".to_owned(), vec![7])), "what came after it is");
    let only = ["V:a person, please", "Q:your order number?", "V:It is 12345"];
    assert_eq!(wish(&only, 0), Some(("a person, please".to_owned(), vec![1])));
}

#[test]
fn what_a_member_said_settles_nothing() {
    let lines = ["V:I was charged twice.", "M:Hello, one moment.", "V:I will hold on then."];
    assert_eq!(wish(&lines, 0), Some(("I was charged twice.".to_owned(), vec![1])));
    let asked = [&lines[..], &["V:Can you pay it back?"]].concat();
    assert_eq!(wish(&asked, 0), Some(("Can you pay it back?".to_owned(), vec![4])), "a question is one");
    let told = ["V:Hello!", "M:What is it?", "V:I was charged twice.", "V:It is not the first time."];
    assert_eq!(wish(&told, 0), Some(("I was charged twice.".to_owned(), vec![3])), "what else is there");
}

#[test]
fn a_brief_tells_wish_tries_promises_facts_and_what_stands_open() {
    use LineKind::{Fact, OpenQuestion, Promised, Tried, Wish};
    let thread = thread(
        0,
        &[
            "V:Hi!",
            "A:Hello! I am Ada.",
            "V:My order AB-12345 is late. When does it arrive?",
            "S:Parcels take three days. We will refund the shipping.",
            "V:Can you deliver to Lisbon?",
            "A:I am sorry, I found nothing.",
            "V:a human please, anna@example.org",
        ],
    );
    let insight = insight(&thread, &[]);
    assert_eq!(
        lines(&insight),
        [
            (Wish, "Can you deliver to Lisbon?", &[5][..]),
            (Tried, "Parcels take three days. We will refund the shipping.", &[3, 4]),
            (Tried, "I am sorry, I found nothing.", &[5, 6]),
            (Promised, "We will refund the shipping.", &[4]),
            (Fact, "AB-12345", &[3]),
            (Fact, "anna@example.org", &[7]),
            (OpenQuestion, "Can you deliver to Lisbon?", &[5]),
        ]
    );
    assert_eq!((insight.brief.language.as_str(), insight.brief.up_to), ("en", 7));
    assert_eq!(insight.brief.sentiment, Some(Sentiment::Neutral));
    assert_eq!(insight.urgency.unwrap().priority, Priority::Medium);
}

#[test]
fn gathered_answers_are_facts_under_their_names() {
    let item = |name: &str, contact_field| Information {
        name: name.to_owned(),
        description: "?".to_owned(),
        required: true,
        contact_field,
    };
    let thread = thread(0, &["V:a human please", "Q:Please tell me:", "V:anna@example.org, the red one"]);
    let wanted = [item("address", Some(ContactField::Email)), item("which", None)];
    let insight = insight(&thread, &wanted);
    let facts: Vec<&str> =
        lines(&insight).into_iter().filter(|l| l.0 == LineKind::Fact).map(|l| l.1).collect();
    assert_eq!(facts, ["address: anna@example.org", "anna@example.org, the red one"]);
    assert!(lines(&insight).iter().all(|line| line.0 != LineKind::Tried), "asking is no try");
}

#[test]
fn what_was_before_the_ai_came_belongs_to_another_handoff() {
    let handed_back = ["V:where is my parcel?", "M:here", "V:what does it cost?", "V:a person please"];
    let insight = insight(&thread(2, &handed_back), &[]);
    assert_eq!(lines(&insight)[0], (LineKind::Wish, "what does it cost?", &[3][..]));
    assert!(lines(&insight).iter().all(|line| line.2.iter().all(|at| *at > 2)));
}

#[test]
fn a_wish_for_a_person_is_the_wish_where_there_is_no_other_and_nothing_makes_nothing() {
    let only = insight(&thread(0, &["V:hello", "V:a human please"]), &[]);
    assert_eq!(lines(&only), [(LineKind::Wish, "a human please", &[2][..])]);
    let nothing = insight(&thread(0, &[]), &[]);
    assert!(nothing.brief.lines.is_empty() && nothing.brief.sentiment.is_none());
}

#[test]
fn an_upset_visitor_is_told_of_in_their_language() {
    let insight = insight(&thread(0, &["V:Wo ist meine Bestellung? Das ist eine Frechheit!"]), &[]);
    assert_eq!((insight.brief.language.as_str(), insight.brief.sentiment), ("de", Some(Sentiment::Negative)));
    assert_eq!(insight.urgency.unwrap().priority, Priority::High);
}

proptest! {
    #[test]
    fn any_thread_makes_a_brief_that_quotes_only_what_was_said(texts in prop::collection::vec("[VASMQ]:(\\PC{0,60}|\\w+\\? \\w+@\\w+\\.org)", 0..24), since in 0i64..6) {
        let lines: Vec<&str> = texts.iter().map(String::as_str).collect();
        let thread = thread(since, &lines);
        let insight = insight(&thread, &[]);
        prop_assert!(insight.brief.lines.len() <= MAX_LINES);
        for line in &insight.brief.lines {
            prop_assert!(!line.text.is_empty() && line.text.len() <= MAX_LINE_BYTES);
            prop_assert!(!line.sequences.is_empty() && line.sequences.is_sorted());
            let said = |at: &i64| thread.messages.iter().any(|m| m.sequence == *at);
            prop_assert!(line.sequences.iter().all(said));
        }
        prop_assert_eq!(insight.clone(), extractor().insight(&Looked { thread: &thread, information: &[], with_urgency: true }));
    }
}
