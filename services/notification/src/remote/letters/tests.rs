//! Every mail in every language, and what people might type into one.

use baton_kit::life::ids::WorkspaceId;
use jiff::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::{
    ids::{ConversationId, MailingId},
    letter::{HandoffReason, Priority, Quoted},
};

const LANGUAGES: [&str; 10] = ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "tr", "ja"];
const KINDS: [Kind; 5] = [
    Kind::HandoffRequested,
    Kind::AssignedToMe,
    Kind::AssignedToMyTeam,
    Kind::ReplyOverdue,
    Kind::VisitorReply,
];
const LINK: &str = "https://chat.example.org/inbox/conv_1";
const STOP: &str = "https://chat.example.org/unsubscribe/AAAA";

fn quoted(author: &str, text: &str) -> Quoted {
    Quoted {
        author: author.to_owned(),
        text: text.to_owned(),
        at: "2026-11-22T10:04:59Z".parse::<Timestamp>().unwrap(),
    }
}

/// All that can be known, or nothing of it.
fn content(kind: Kind, language: &str, full: bool) -> LetterContent {
    let known = |text: &str| if full { text.to_owned() } else { String::new() };
    LetterContent {
        kind,
        languages: vec![language.to_owned()],
        workspace: WorkspaceId::from_uuid(Uuid::from_u128(3)),
        mailing: MailingId::from_uuid(Uuid::from_u128(1)),
        conversation: ConversationId::from_uuid(Uuid::from_u128(2)),
        to: Addressee { name: known("Mia"), address: "mia@example.org".to_owned() },
        from_name: known("Acme Support"),
        workspace_name: known("Acme"),
        contact_name: known("Zoë Åström"),
        assistant_name: known("Ada"),
        team_name: full.then(|| "Billing".to_owned()),
        handoff_reason: full.then_some(HandoffReason::VisitorRequest),
        priority: full.then_some(Priority::High),
        brief: if full { vec!["Wants a refund".to_owned(), "Order 4711".to_owned()] } else { Vec::new() },
        messages: if full { vec![quoted("", "Hello?\nIs anybody there?")] } else { Vec::new() },
        link: LINK.to_owned(),
        unsubscribe_link: STOP.to_owned(),
    }
}

fn compose(content: &LetterContent) -> Mail {
    Letters::load().unwrap().compose(content).unwrap()
}

/// What a browser would show: no tags, no styles.
fn shown(html: &str) -> String {
    let body = html.split_once("<body").unwrap().1;
    let mut shown = String::new();
    for piece in body.split('<').skip(1) {
        shown.push_str(piece.split_once('>').map_or("", |(_, text)| text));
        shown.push(' ');
    }
    shown
}

#[test]
fn every_mail_of_every_kind_has_its_words_in_every_language() {
    let letters = Letters::load().unwrap();
    for (language, kind, full) in LANGUAGES
        .into_iter()
        .flat_map(|language| KINDS.map(|kind| [(language, kind, true), (language, kind, false)]))
        .flatten()
    {
        let content = content(kind, language, full);
        let mail = letters.compose(&content).unwrap();
        let (_, words) = letters.languages.first_of(&[language]);
        assert_eq!(mail.language, language);
        for text in [&mail.subject, &mail.text, &shown(&mail.html)] {
            assert!(!text.trim().is_empty() && !text.contains(['{', '}']), "{language} {kind:?}: {text}");
        }
        assert!(mail.html.contains(&format!("lang=\"{language}\"")), "{language}");
        for said in
            [&words.of(kind).heading, &words.of(kind).button, &words.footer.stop, &mail.unsubscribe_link]
        {
            assert!(mail.text.contains(said.as_str()), "{language} {kind:?}: {said}");
        }
        assert!(mail.subject.chars().count() <= 100, "{}", mail.subject);
        if full && kind != Kind::VisitorReply {
            for said in [
                "Zoë Åström",
                "Billing",
                "Order 4711",
                words.reason(HandoffReason::VisitorRequest),
                words.priority(Priority::High),
            ] {
                assert!(mail.text.contains(said) && mail.html.contains(said), "{language} {kind:?}: {said}");
            }
        }
    }
}

#[test]
fn no_language_was_left_in_english() {
    let letters = Letters::load().unwrap();
    let of = |language: &str| {
        let words = letters.languages.first_of(&[language]).1;
        let kinds = KINDS.map(|kind| {
            let said = words.of(kind);
            [&said.subject, &said.heading, &said.intro, &said.button, &said.why, &said.question]
                .map(String::clone)
        });
        let reasons = HandoffReason::ALL.map(|reason| words.reason(reason).to_owned());
        let priorities = [Priority::Low, Priority::Medium, Priority::High, Priority::Urgent]
            .map(|priority| words.priority(priority).to_owned());
        let rest = [
            &words.headings.brief,
            &words.headings.messages,
            &words.headings.earlier,
            &words.unsubscribe.title,
            &words.unsubscribe.button,
            &words.unsubscribe.done,
            &words.footer.stop,
        ]
        .map(String::clone);
        kinds.concat().into_iter().chain(reasons).chain(priorities).chain(rest).collect::<Vec<_>>()
    };
    let english = of("en");
    for language in LANGUAGES.into_iter().skip(1) {
        for (said, english) in of(language).iter().zip(&english) {
            assert!(said != english && !said.is_empty(), "{language}: {said}");
            assert_eq!(said.contains("{contact}"), english.contains("{contact}"), "{language}: {said}");
        }
    }
}

#[test]
fn the_first_language_with_words_is_taken_and_english_stands_in() {
    let mut letter = content(Kind::AssignedToMe, "tlh", true);
    letter.languages = vec!["tlh".to_owned(), "de-AT".to_owned(), "fr".to_owned()];
    assert_eq!(compose(&letter).language, "de");
    letter.languages = vec!["tlh".to_owned()];
    assert_eq!(compose(&letter).language, "en");
    letter.languages.clear();
    assert_eq!(compose(&letter).language, "en");
}

#[test]
fn a_mail_in_plain_text_reads_like_this() {
    let mail = compose(&content(Kind::HandoffRequested, "en", true));
    assert_eq!(mail.subject, "A person is needed: Zoë Åström");
    assert_eq!(
        mail.text,
        "A person is needed\n\nNobody has taken this conversation yet.\n\n\
         Visitor: Zoë Åström\nReason: the visitor asked for a person\nPriority: high\nTeam: Billing\nAssistant: Ada\n\n\
         In brief\n- Wants a refund\n- Order 4711\n\n\
         Not read yet\n\nZoë Åström, 2026-11-22 10:04 UTC\n> Hello?\n> Is anybody there?\n\n\
         Open the conversation:\nhttps://chat.example.org/inbox/conv_1\n\n-- \n\
         Sent by Acme. You get this mail because you may take conversations that need a person.\n\
         Stop mails of this kind: https://chat.example.org/unsubscribe/AAAA"
    );
}

#[test]
fn a_visitor_is_shown_the_answer_and_nothing_that_the_staff_knows() {
    let mut letter = content(Kind::VisitorReply, "en", true);
    letter.messages = vec![quoted("Mia", "Your refund is on its way.")];
    let mail = compose(&letter);
    assert_eq!(mail.subject, "Acme has answered you");
    for said in ["Mia, 2026-11-22 10:04 UTC", "Your refund is on its way."] {
        assert!(mail.text.contains(said), "{}", mail.text);
    }
    for secret in ["Wants a refund", "Order 4711", "Billing", "asked for a person", "high", "Priority"] {
        assert!(!mail.text.contains(secret) && !shown(&mail.html).contains(secret), "{secret}");
    }
}

#[test]
fn who_answers_is_the_business_and_never_the_assistant_or_the_sender() {
    let mut letter = content(Kind::VisitorReply, "en", true);
    (letter.from_name, letter.workspace_name) = ("Robin".to_owned(), String::new());
    let mail = compose(&letter);
    assert_eq!((mail.subject.as_str(), mail.from_name.as_str()), ("our team has answered you", "Robin"));
    assert!(!mail.text.contains("Robin"), "{}", mail.text);
}

#[test]
fn a_visitors_name_that_looks_like_an_advertisement_is_not_written_to_whoever_has_the_address() {
    let mut letter = content(Kind::VisitorReply, "en", true);
    letter.to.name = "Win now at evil.example".to_owned();
    letter.contact_name = letter.to.name.clone();
    let mail = compose(&letter);
    assert_eq!(mail.to.name, "");
    assert!(!format!("{}{}{}", mail.subject, mail.text, mail.html).contains("evil.example"));
}

#[test]
fn s_39_what_is_typed_is_shown_as_it_was_typed_and_makes_no_element_and_no_link() {
    let corpus = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "\"><svg onload=alert(1)>",
        "</div></td></body>",
        "<a href=\"https://evil.example\">here</a>",
        "[here](https://evil.example)",
        "![x](https://evil.example/x.png)",
        "https://evil.example/?a=b&c=d",
        "{{ link }} {% raw %} {business}",
        "&lt;b&gt; &amp;",
        "<style>*{display:none}</style>",
        "<!--",
    ];
    let said = |kind, text: &str| {
        let mut letter = content(kind, "en", true);
        for place in [
            &mut letter.contact_name,
            &mut letter.from_name,
            &mut letter.workspace_name,
            &mut letter.assistant_name,
        ] {
            *place = text.to_owned();
        }
        letter.team_name = Some(text.to_owned());
        letter.brief = vec![text.to_owned()];
        letter.messages = vec![quoted(text, text)];
        compose(&letter)
    };
    for kind in KINDS {
        let harmless = said(kind, "harmless").html;
        for nasty in corpus {
            let mail = said(kind, nasty);
            for sign in ["<", ">", "\"", "<!--"] {
                assert_eq!(
                    mail.html.matches(sign).count(),
                    harmless.matches(sign).count(),
                    "{kind:?} {nasty}: {sign}"
                );
            }
            assert!(mail.text.contains(&format!("> {nasty}")), "{}", mail.text);
        }
    }
}

#[test]
fn a_mail_loads_nothing_from_anywhere() {
    for kind in KINDS {
        let html = compose(&content(kind, "en", true)).html.to_lowercase();
        for loads in ["src=", "url(", "@import", "<img", "<link", "<script", "background=\"http", "fonts.g"] {
            assert!(!html.contains(loads), "{loads}");
        }
        let known = html.replace(&minijinja_escaped(LINK), "").replace(&minijinja_escaped(STOP), "");
        let others: Vec<&str> = known
            .split("http")
            .skip(1)
            .filter(|rest| !rest.contains("-equiv") || !rest.starts_with("-equiv"))
            .collect();
        assert!(others.iter().all(|rest| rest.starts_with("://www.w3.org/")), "{others:?}");
        assert!(html.contains("prefers-color-scheme: dark") && html.contains("name=\"color-scheme\""));
    }
}

fn minijinja_escaped(link: &str) -> String {
    link.replace('/', "&#x2f;").to_lowercase()
}

#[test]
fn however_much_was_written_a_mail_stays_short_and_says_that_there_is_more() {
    let mut letter = content(Kind::AssignedToMe, "en", true);
    letter.messages =
        (0..500).map(|number| quoted("Eve", &format!("{number} {}", "ä\n\n\n".repeat(20_000)))).collect();
    letter.brief = vec!["ö".repeat(10_000); 500];
    letter.contact_name = "ü".repeat(10_000);
    letter.team_name = Some("\r\n".repeat(10_000));
    let mail = compose(&letter);
    assert!(
        mail.text.len() < 100_000 && mail.html.len() < 200_000,
        "{} {}",
        mail.text.len(),
        mail.html.len()
    );
    assert!(mail.text.contains("> 499 ") && !mail.text.contains("> 489 "), "the newest are shown");
    assert!(mail.text.contains("Earlier messages and longer texts stand in the conversation."));
    assert!(!compose(&content(Kind::AssignedToMe, "en", true)).text.contains("Earlier messages"));
    assert!(!mail.text.contains("Team:") && mail.subject.ends_with('…'));
}

#[test]
fn text_that_runs_leftwards_does_not_turn_what_stands_around_it() {
    let mut letter = content(Kind::AssignedToMe, "en", true);
    letter.contact_name = "\u{202e}שלום".to_owned();
    let mail = compose(&letter);
    assert!(mail.text.contains("Visitor: \u{2068}שלום\u{2069}\n"), "{}", mail.text);
    assert!(!format!("{}{}{}", mail.subject, mail.text, mail.html).contains('\u{202e}'));
}

#[test]
fn a_link_that_is_none_is_not_put_into_a_mail() {
    for link in [
        "javascript:alert(1)",
        "",
        "/inbox",
        "https://",
        "https://x/\r\nBcc: a@b",
        "https://x/\"onclick=",
        "https://ü.example",
    ] {
        for stop in [false, true] {
            let mut letter = content(Kind::AssignedToMe, "en", true);
            *(if stop { &mut letter.unsubscribe_link } else { &mut letter.link }) = link.to_owned();
            assert!(Letters::load().unwrap().compose(&letter).is_err(), "{link:?}");
        }
    }
    assert!(is_link("http://localhost:8080/widget/resume#AbC-_.~%20"));
}

#[test]
fn an_address_that_no_link_can_begin_with_is_told() {
    for good in ["http://127.0.0.1:8080", "https://desk.example.org/", "https://example.org/desk"] {
        assert!(begins_links(good) && is_link(&format!("{good}/unsubscribe/AbC-_")), "{good}");
    }
    for bad in [
        "",
        "desk.example.org",
        "ftp://desk.example.org",
        "https://desk.example.org/o'hara",
        "https://desk.example.org/a,b",
        "https://desk.example.org/?a=b",
        "https://desk.example.org/#a",
        &format!("https://desk.example.org/{}", "a".repeat(400)),
    ] {
        assert!(!begins_links(bad), "{bad}");
    }
}

#[test]
fn the_page_to_unsubscribe_has_its_words_in_every_language() {
    let letters = Letters::load().unwrap();
    for language in LANGUAGES {
        for kind in KINDS {
            let page = letters.unsubscribe_page(language, kind);
            assert_eq!(page.language, language);
            for text in [&page.title, &page.question, &page.button, &page.done] {
                assert!(!text.is_empty() && !text.contains(['{', '<']), "{text}");
            }
        }
    }
    assert_eq!(letters.unsubscribe_page("tlh", Kind::AssignedToMe).language, "en");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_is_typed_a_mail_is_written(name in any::<String>(), text in any::<String>(), lines in proptest::collection::vec(any::<String>(), 0..4)) {
        let letters = Letters::load().unwrap();
        for kind in [Kind::HandoffRequested, Kind::VisitorReply] {
            let mut letter = content(kind, "en", true);
            letter.contact_name = name.clone();
            letter.to.name = name.clone();
            letter.from_name = name.clone();
            letter.workspace_name = name.clone();
            letter.messages = vec![quoted(&name, &text)];
            letter.brief = lines.clone();
            let mail = letters.compose(&letter).unwrap();
            prop_assert!(!mail.subject.chars().any(char::is_control));
            prop_assert!(!mail.text.chars().any(|c| c.is_control() && c != '\n'));
            prop_assert_eq!(mail.html.matches("href=").count(), 2);
        }
    }
}
