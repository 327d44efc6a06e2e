//! What goes out, whatever was typed.

use mail_parser::MessageParser;
use proptest::prelude::*;

use super::*;
use crate::{
    domain::letter::Addressee,
    remote::mail::sample::{self, HEADERS, NASTY},
};

fn sender() -> Sender {
    Sender::new("no-reply@example.org").unwrap()
}

fn written(mail: &Mail) -> Result<Written, PostRefused> {
    write(mail, &sender(), "2026-11-22T10:00:00Z".parse().unwrap())
}

/// The names of the headers, read by nothing but the rule: a line that does not begin with a space begins a header.
fn names(bytes: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(bytes).unwrap();
    let (head, _) = text.split_once("\r\n\r\n").unwrap();
    let begins = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    let mut names: Vec<String> = begins.map(|line| line.split_once(':').unwrap().0.to_owned()).collect();
    names.sort_unstable();
    names
}

fn assert_whole(bytes: &[u8]) {
    assert_eq!(names(bytes), HEADERS);
    let text = std::str::from_utf8(bytes).unwrap();
    assert!(text.is_ascii());
    assert!(!text.replace("\r\n", "").contains(['\r', '\n', '\0']), "every end of a line is one");
    assert!(text.split("\r\n").all(|line| line.len() <= 998));
}

fn with(pieces: &str) -> Mail {
    let mut mail = sample::mail("b@example.org", 1);
    mail.to.name = pieces.to_owned();
    mail.from_name = pieces.to_owned();
    mail.subject = pieces.to_owned();
    mail.text = pieces.to_owned();
    mail.html = pieces.to_owned();
    mail
}

#[test]
fn g_n3_a_mail_says_that_no_person_wrote_it_and_how_to_stop_it() {
    let bytes = written(&sample::mail("b@example.org", 1)).unwrap().bytes;
    assert_whole(&bytes);
    let text = String::from_utf8(bytes).unwrap();
    for line in [
        "Auto-Submitted: auto-generated\r\n",
        "X-Auto-Response-Suppress: All\r\n",
        "List-Unsubscribe: <https://chat.example.org/unsubscribe/AAAA-_bbbb>\r\n",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
        "Date: Sun, 22 Nov 2026 10:00:00 +0000\r\n",
        "Content-Language: en\r\n",
        "Message-ID: <mail_00000000000000000000000001@example.org>\r\n",
    ] {
        assert!(text.contains(line), "{line:?} in {text}");
    }
}

#[test]
fn the_mails_of_a_conversation_point_at_the_same_thread_and_none_is_it() {
    let thread = |number| {
        let bytes = written(&sample::mail("b@example.org", number)).unwrap().bytes;
        let parsed = MessageParser::default().parse(&bytes).unwrap();
        let id = parsed.message_id().unwrap().to_owned();
        (
            parsed.references().as_text().unwrap().to_owned(),
            parsed.in_reply_to().as_text().unwrap().to_owned(),
            id,
        )
    };
    let ((one, answered, id), (other, _, other_id)) = (thread(1), thread(2));
    assert_eq!((&one, &one), (&other, &answered));
    assert!(one.starts_with("conv_") && one.ends_with("@example.org"));
    assert!(id != other_id && id != one);
}

#[test]
fn what_was_written_is_read_again() {
    let bytes = written(&sample::mail("b@example.org", 1)).unwrap().bytes;
    let parsed = MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(parsed.subject(), Some("A person is needed: Zoë"));
    assert_eq!(parsed.to().unwrap().first().unwrap().name(), Some("Zoë Åström"));
    assert_eq!(parsed.from().unwrap().first().unwrap().address(), Some("no-reply@example.org"));
    assert_eq!(
        parsed.body_text(0).unwrap().replace("\r\n", "\n").trim_end(),
        "Hello\n.\n..\nFrom here on: grüße"
    );
    assert!(parsed.body_html(0).unwrap().contains("<p>grüße</p>"));
}

#[test]
fn f_52_s_72_whatever_is_typed_the_headers_are_the_same() {
    for nasty in NASTY.into_iter().map(str::to_owned).chain(NASTY.map(|nasty| nasty.repeat(500))) {
        let bytes = written(&with(&nasty)).unwrap().bytes;
        assert_whole(&bytes);
        let parsed = MessageParser::default().parse(&bytes).unwrap();
        assert_eq!(parsed.to().unwrap().as_list().unwrap().len(), 1, "{nasty:?}");
        assert_eq!(parsed.to().unwrap().first().unwrap().address(), Some("b@example.org"), "{nasty:?}");
        assert_eq!(
            parsed.from().unwrap().first().unwrap().address(),
            Some("no-reply@example.org"),
            "{nasty:?}"
        );
        let subject = parsed.subject().unwrap_or_default();
        assert!(
            !subject.chars().any(char::is_control) && subject.chars().count() <= 2 * SUBJECT,
            "{subject:?}"
        );
        assert!(bytes.len() < 200_000);
    }
}

#[test]
fn f_52_of_a_name_is_kept_what_can_be() {
    let bytes = written(&with("Eve\r\nBcc: x@y.io \"<>\0")).unwrap().bytes;
    let parsed = MessageParser::default().parse(&bytes).unwrap();
    for named in [parsed.to(), parsed.from()] {
        assert_eq!(named.unwrap().first().unwrap().name(), Some("Eve Bcc: x@y.io"));
    }
    assert_eq!(parsed.subject(), Some("Eve Bcc: x@y.io \"<>"));
}

#[test]
fn s_72_a_link_or_an_address_that_is_none_is_refused() {
    let no_link = || Some(PostRefused::Unwritable("link".to_owned()));
    for nasty in NASTY {
        let mut mail = sample::mail("b@example.org", 1);
        mail.unsubscribe_link = format!("https://chat.example.org/u/{nasty}");
        if !nasty.is_empty() {
            assert_eq!(written(&mail).err(), no_link(), "{nasty:?}");
        }
        let mut mail = sample::mail("b@example.org", 1);
        mail.to.address = format!("{nasty}b@example.org,");
        assert_eq!(written(&mail).err(), Some(PostRefused::Refused("address".to_owned())), "{nasty:?}");
    }
    for link in ["javascript:alert(1)", "", "https://", "//x", &format!("https://x/{}", "a".repeat(1000))] {
        let mut mail = sample::mail("b@example.org", 1);
        mail.unsubscribe_link = link.to_owned();
        assert_eq!(written(&mail).err(), no_link(), "{link}");
    }
}

#[test]
fn a_mail_without_bounds_is_refused() {
    let mut mail = sample::mail("b@example.org", 1);
    mail.html = "x".repeat(PART + 1);
    assert_eq!(written(&mail).err(), Some(PostRefused::Unwritable("size".to_owned())));
}

#[test]
fn f_52_a_panic_of_the_library_costs_a_mail_and_not_the_worker() {
    let raw = || {
        let address: Address = "b@example.org".parse().ok()?;
        let mailbox = Mailbox::new(Some("Eve\nX".to_owned()), address);
        let message = Message::builder().from(mailbox.clone()).to(mailbox).subject("s").body(String::new());
        message.ok().map(|message| message.formatted())
    };
    assert!(std::panic::catch_unwind(raw).is_err(), "the library takes such names now: the guard may go");
    assert!(guarded(raw).is_none());
}

#[test]
fn without_a_name_the_address_stands_alone() {
    let bytes = written(&with("\r\n\0 ")).unwrap().bytes;
    let text = String::from_utf8(bytes).unwrap();
    assert!(
        text.contains("From: no-reply@example.org\r\n") && text.contains("To: b@example.org\r\n"),
        "{text}"
    );
}

/// Anything, with a taste for what breaks mails.
fn typed() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        proptest::sample::select(NASTY.to_vec()).prop_map(str::to_owned),
        any::<String>(),
        "[ -~]{0,40}"
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn s_72_no_text_makes_a_header_or_a_panic(name in typed(), from in typed(), subject in typed(), text in typed()) {
        let mail = Mail {
            to: Addressee { name, address: "b@example.org".to_owned() },
            from_name: from,
            subject,
            html: format!("<p>{text}</p>"),
            text,
            ..sample::mail("b@example.org", 1)
        };
        assert_whole(&written(&mail).unwrap().bytes);
    }

    #[test]
    fn any_address_is_one_recipient_or_refused(address in typed()) {
        if let Ok(written) = written(&sample::mail(&address, 1)) {
            prop_assert_eq!(written.to.to_string(), address);
            assert_whole(&written.bytes);
        }
    }
}
