//! The rules of the built-in engine: when it hands over, makes small talk, or has to look something up. No model, no mood.
//!
//! Must not know where knowledge is or how an answer is sent.

use super::{
    assistant::HandoffAction,
    decision::HandoffReason,
    meaning::Meaning,
    mood::{Moods, Sentiment},
    phrases::{BookFault, Pattern, PhraseBook},
    speech::Saying,
    thread::{Author, Thread, ThreadMessage},
    words::words,
};

/// What the rules say of a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruling {
    /// Hand over.
    HandOff(HandoffReason),
    /// Say this.
    Say(Saying),
    /// Look it up.
    LookUp,
    /// Nothing is asked.
    Nothing,
}

/// The rules, with the phrases they listen for.
#[derive(Debug, Clone)]
pub struct Rules {
    requests: PhraseBook,
    small_talk: PhraseBook,
    moods: Moods,
    meaning: Meaning,
}

impl Rules {
    /// The rules with the phrase books of `prompts/builtin`.
    ///
    /// # Errors
    /// If a phrase book cannot be read, which only a broken build can do.
    pub fn shipped() -> Result<Self, BookFault> {
        Ok(Self {
            requests: PhraseBook::parse(include_str!("../../prompts/builtin/person_requests.txt"))?,
            small_talk: PhraseBook::parse(include_str!("../../prompts/builtin/smalltalk.txt"))?,
            moods: Moods::shipped()?,
            meaning: Meaning::shipped()?,
        })
    }

    /// What to do about the unanswered messages. Handing over looks only at messages after control came to the AI: what was said
    /// before has had its handoff.
    pub fn rule(&self, handoff: &HandoffAction, thread: &Thread) -> Ruling {
        let fresh: Vec<&ThreadMessage> =
            thread.unanswered().filter(|m| m.sequence > thread.ai_since).collect();
        if fresh.iter().any(|m| self.asks_for_person(&m.text)) {
            return if handoff.enabled {
                Ruling::HandOff(HandoffReason::VisitorRequest)
            } else {
                Ruling::Say(Saying::NoPerson)
            };
        }
        let due = handoff.enabled.then(|| self.reason_among(handoff, thread, &fresh)).flatten();
        due.map_or_else(|| self.without_people(thread), Ruling::HandOff)
    }

    /// Whether a question that finds no answer now is one too many.
    pub fn no_answer_is_due(&self, handoff: &HandoffAction, thread: &Thread) -> bool {
        let fresh = thread.unanswered().any(|m| m.sequence > thread.ai_since);
        let allowed = usize::from(handoff.after_no_answers);
        handoff.enabled && fresh && allowed > 0 && self.no_answers(thread) + 1 >= allowed
    }

    /// The unanswered questions, in their order: what is to be looked up.
    pub fn questions<'a>(&self, thread: &'a Thread) -> Vec<&'a str> {
        let open =
            thread.unanswered().filter(|m| m.sequence > thread.ai_since || !self.asks_for_person(&m.text));
        open.map(|m| m.text.as_str()).filter(|text| self.small_talk(text).is_none()).collect()
    }

    /// Whether a text asks for a person.
    pub fn asks_for_person(&self, text: &str) -> bool {
        self.meaning.says(text, self.requests.section("request"))
    }

    fn reason_among(
        &self,
        handoff: &HandoffAction,
        thread: &Thread,
        fresh: &[&ThreadMessage],
    ) -> Option<HandoffReason> {
        let phrases: Vec<Pattern> =
            handoff.phrases.iter().filter_map(|phrase| Pattern::literal(phrase)).collect();
        let said = |m: &&ThreadMessage| phrases.iter().any(|phrase| phrase.occurs_in(&words(&m.text)));
        if fresh.iter().any(said) {
            return Some(HandoffReason::Phrase);
        }
        let upset = |m: &&ThreadMessage| self.moods.mood(&m.text) == Sentiment::Negative;
        if handoff.on_negative_mood && fresh.iter().any(upset) {
            return Some(HandoffReason::NegativeMood);
        }
        let repeated = self.is_repeated(usize::from(handoff.after_repeats), thread, fresh);
        repeated.then_some(HandoffReason::Repetition)
    }

    /// Whether a visitor said the same so often: the same words, whatever their case, accents and punctuation. Small talk never
    /// counts: who says "ok" three times is content.
    fn is_repeated(&self, allowed: usize, thread: &Thread, fresh: &[&ThreadMessage]) -> bool {
        let times = |text: &[String]| thread.visitor_since().filter(|m| words(&m.text) == text).count();
        let telling = fresh.iter().filter(|m| self.small_talk(&m.text).is_none());
        let said = telling.map(|m| words(&m.text)).filter(|said| !said.is_empty());
        said.into_iter().any(|said| allowed > 0 && times(&said) >= allowed)
    }

    fn without_people(&self, thread: &Thread) -> Ruling {
        if !self.questions(thread).is_empty() {
            return Ruling::LookUp;
        }
        let last = thread.unanswered().filter_map(|m| self.small_talk(&m.text)).last();
        last.map_or(Ruling::Nothing, Ruling::Say)
    }

    /// Questions in a row, up to the last answer, that were answered without a source. Small talk neither counts nor ends the row.
    fn no_answers(&self, thread: &Thread) -> usize {
        let (mut row, mut asked) = (0, false);
        for message in thread.since() {
            match message.author {
                Author::Visitor => asked |= self.small_talk(&message.text).is_none(),
                Author::Assistant if message.has_sources => (row, asked) = (0, false),
                Author::Assistant => row += usize::from(std::mem::take(&mut asked)),
                Author::Member | Author::System => {}
            }
        }
        row
    }

    /// What to answer a text that asks nothing; `None` if it does.
    pub fn small_talk(&self, text: &str) -> Option<Saying> {
        let said = words(text);
        let is =
            |section: &str| self.small_talk.section(section).iter().any(|pattern| pattern.occurs_in(&said));
        let kinds =
            [("greeting", Saying::Greeting), ("thanks", Saying::Thanks), ("goodbye", Saying::Goodbye)];
        kinds.into_iter().find(|(section, _)| is(section)).map(|(_, saying)| saying)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use proptest::prelude::*;

    fn rules() -> &'static Rules {
        static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::shipped().unwrap());
        &RULES
    }

    fn enabled() -> HandoffAction {
        HandoffAction {
            enabled: true,
            after_no_answers: 2,
            phrases: vec!["Legal action".to_owned()],
            after_repeats: 3,
            on_negative_mood: true,
            ..HandoffAction::default()
        }
    }

    /// `V:` visitor, `A:` assistant without a source, `S:` assistant with one, `M:` member.
    fn thread(ai_since: i64, lines: &[&str]) -> Thread {
        let message = |(sequence, line): (i64, &&str)| {
            let (who, text) = line.split_once(':').unwrap();
            let author = match who {
                "V" => Author::Visitor,
                "M" => Author::Member,
                _ => Author::Assistant,
            };
            ThreadMessage { has_sources: who == "S", ..ThreadMessage::said(sequence, author, text) }
        };
        Thread { messages: (1..).zip(lines).map(message).collect(), ai_since }
    }

    #[test]
    fn a_wish_for_a_person_is_understood_in_many_languages() {
        let rules = rules();
        for text in [
            "Can I talk to a real person?",
            "I want a human",
            "human please",
            "Please connect me with an agent.",
            "Agent!",
            "I don't want a bot, I want a human.",
            "why can't I speak to someone?",
            "get me your manager; can I speak to your supervisor",
            "Ich möchte mit einem Menschen sprechen",
            "Kann ich bitte mit einem Mitarbeiter reden?",
            "Verbinden Sie mich mit einem Berater",
            "keinen Bot, sondern mit einem echten Menschen sprechen",
            "Je voudrais parler à une personne",
            "Un conseiller s'il vous plaît",
            "Quiero hablar con una persona",
            "un agente por favor",
            "Vorrei parlare con un operatore",
            "Quero falar com um atendente",
            "Ik wil graag met een medewerker praten",
            "Chcę rozmawiać z człowiekiem",
            "Proszę o konsultanta",
            "Gerçek bir insanla görüşmek istiyorum",
            "Müşteri temsilcisi ile konuşmak istiyorum",
            "Хочу поговорить с человеком",
            "Позовите оператора, пожалуйста",
        ] {
            assert!(rules.asks_for_person(text), "{text}");
        }
    }

    #[test]
    fn speaking_of_people_is_not_asking_for_one() {
        let rules = rules();
        for text in [
            "I do not want to talk to a person",
            "no need to speak to a human",
            "Please don't connect me to an agent",
            "Are you a real person?",
            "Is the reagent safe for humans?",
            "How many persons fit in the boat?",
            "Ich will keinen Menschen sprechen",
            "Ich möchte nicht mit einem Mitarbeiter reden",
            "Je ne veux pas parler à un conseiller",
            "No quiero hablar con una persona",
            "Non voglio parlare con un operatore",
            "Nie chcę rozmawiać z człowiekiem",
            "Я не хочу говорить с человеком",
            "What does a person pay?",
            "",
        ] {
            assert!(!rules.asks_for_person(text), "{text}");
        }
    }

    #[test]
    fn g_h3_rules_decide_by_type_what_to_do() {
        use HandoffReason::{NegativeMood, Phrase, Repetition, VisitorRequest};
        let table: &[(&[&str], Ruling)] = &[
            (&["V:a human please"], Ruling::HandOff(VisitorRequest)),
            (&["V:I will take LEGAL action!"], Ruling::HandOff(Phrase)),
            (&["V:This is absolutely ridiculous"], Ruling::HandOff(NegativeMood)),
            (&["V:It is not ridiculous at all"], Ruling::LookUp),
            (
                &["V:where is it", "S:there", "V:Where is it?", "S:there", "V:where is it!"],
                Ruling::HandOff(Repetition),
            ),
            (&["V:where is it", "S:there", "V:Where is it?"], Ruling::LookUp),
            (&["V:Hi there!"], Ruling::Say(Saying::Greeting)),
            (&["V:ok thanks"], Ruling::Say(Saying::Thanks)),
            (&["V:hello", "V:how much is shipping"], Ruling::LookUp),
            (&["V:hello", "A:hello"], Ruling::Nothing),
        ];
        for (lines, expected) in table {
            assert_eq!(rules().rule(&enabled(), &thread(0, lines)), *expected, "{lines:?}");
        }
    }

    #[test]
    fn with_the_action_off_only_honesty_is_left() {
        let off = HandoffAction { enabled: false, ..enabled() };
        let ruled = |text: &str| rules().rule(&off, &thread(0, &[text]));
        assert_eq!(ruled("V:a human please"), Ruling::Say(Saying::NoPerson));
        assert_eq!(ruled("V:I will take legal action"), Ruling::LookUp);
        assert_eq!(ruled("V:this is ridiculous"), Ruling::LookUp);
        assert!(!rules().no_answer_is_due(&off, &thread(0, &["V:x", "A:?", "V:y", "A:?", "V:z"])));
    }

    #[test]
    fn rules_look_only_after_control_came_to_the_ai() {
        let handed_back = ["V:a human please", "V:where is my parcel"];
        assert_eq!(rules().rule(&enabled(), &thread(2, &handed_back)), Ruling::LookUp);
        assert_eq!(rules().questions(&thread(2, &handed_back)), ["where is my parcel"]);
        assert_eq!(rules().rule(&enabled(), &thread(1, &["V:a human please"])), Ruling::Nothing);
        let repeated = ["V:where is it", "M:wait", "V:where is it", "M:here", "V:where is it"];
        assert_eq!(rules().rule(&enabled(), &thread(4, &repeated)), Ruling::LookUp);
        let unanswered = ["V:x", "A:?", "V:y", "A:?", "V:z"];
        assert!(!rules().no_answer_is_due(&enabled(), &thread(4, &unanswered)));
        assert!(rules().no_answer_is_due(&enabled(), &thread(0, &unanswered)));
    }

    #[test]
    fn an_answer_ends_the_row_and_small_talk_does_not_count() {
        let due = |lines: &[&str]| rules().no_answer_is_due(&enabled(), &thread(0, lines));
        assert!(!due(&["V:x"]));
        assert!(due(&["V:x", "A:?", "V:y"]));
        assert!(!due(&["V:x", "A:?", "V:y", "S:found", "V:z"]));
        assert!(!due(&["V:hello", "A:hello", "V:y"]));
        assert!(due(&["V:x", "A:?", "V:thanks", "A:welcome", "V:y"]));
    }

    proptest! {
        #[test]
        fn no_message_makes_the_rules_panic(texts in prop::collection::vec("\\PC{0,40}", 0..6), since in 0i64..8) {
            let lines: Vec<String> = texts.iter().map(|text| format!("V:{text}")).collect();
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            rules().rule(&enabled(), &thread(since, &lines));
        }

        #[test]
        fn nothing_said_before_the_ai_came_hands_over(texts in prop::collection::vec("(a human please|this is ridiculous|legal action|where)", 0..6)) {
            let lines: Vec<String> = texts.iter().map(|text| format!("V:{text}")).collect();
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let ruling = rules().rule(&enabled(), &thread(lines.len() as i64, &lines));
            prop_assert!(!matches!(ruling, Ruling::HandOff(_)));
        }
    }
}
