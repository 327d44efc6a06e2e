//! Mails through a real mail server, encrypted and signed in, read there by another program's library.

use baton_proto::notification::v1::{LedgerDecision as D, LedgerReason as R};

use self::peer::{PEER, Peer, Seen};
use crate::house::House;

#[path = "../peers/peer.rs"]
#[expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test says what it expects by failing, and what it skips"
)]
mod peer;

/// A second of the house is this fraction of a real one.
const FACTOR: u32 = 20;
/// What a mail has, sorted; no more, and each once.
const HEADERS: [&str; 14] = [
    "Auto-Submitted",
    "Content-Language",
    "Content-Type",
    "Date",
    "From",
    "In-Reply-To",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "MIME-Version",
    "Message-ID",
    "References",
    "Subject",
    "To",
    "X-Auto-Response-Suppress",
];

/// A house that posts at the server with STARTTLS and sign-in.
async fn house(peer: &Peer, password: &str) -> House {
    let (port, ca_file) = (peer.port("starttls").to_string(), peer.ca_file().display().to_string());
    let settings = [
        ("SMTP__HOST", "localhost"),
        ("SMTP__PORT", port.as_str()),
        ("SMTP__SECURITY", "starttls"),
        ("SMTP__USERNAME", "baton"),
        ("SMTP__PASSWORD", password),
        ("SMTP__CA_FILE", ca_file.as_str()),
        ("SMTP__TIMEOUT", "1000s"),
        ("DELAY", "1s"),
        ("LOOK_EVERY", "1s"),
    ];
    House::in_a_hurry(FACTOR, &settings).await
}

fn assert_as_expected(seen: &mut Seen) {
    seen.mail.names.sort_unstable();
    assert_eq!(seen.mail.names, HEADERS);
    assert_eq!(seen.mail.defects, [""; 0]);
    assert_eq!(seen.mail.types, ["multipart/alternative", "text/plain", "text/html"]);
    assert!(seen.mail.text.contains("A person is needed") && seen.mail.html.contains("A person is needed"));
    assert!(seen.server == "starttls" && seen.connection > 0);
    assert_eq!((seen.mail.to.len(), seen.mail.from.len(), seen.recipients.len()), (1, 1, 1));
    assert!(seen.tls && seen.user.as_deref() == Some("baton") && seen.mail.longest_line <= 998);
    let is = |name: &str, value: &str| assert_eq!(seen.mail.headers[name], value);
    is("Auto-Submitted", "auto-generated");
    is("X-Auto-Response-Suppress", "All");
    is("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    assert!(seen.mail.headers["List-Unsubscribe"].starts_with("<https://desk.example.org/unsubscribe/"));
    assert_eq!(seen.return_path, "no-reply@desk.example.org");
}

#[tokio::test(flavor = "multi_thread")]
async fn g_n3_f_52_names_that_break_headers_get_a_mail_with_the_headers_expected() {
    let Some(peer) = &*PEER else { return };
    let house = house(peer, "let me in").await;
    let names = [
        "Eve\r\nBcc: x@y.io",
        "Eve\nX2",
        "Eve\0X3",
        "Eve\rX4",
        "Eve\" <x@y.io>, \"X5",
        "=?utf-8?q?a=0D=0AX6?=",
    ];
    for name in names {
        house.hire(name).await;
    }
    let conversation = house.conversation.start(house.workspace).await;
    house.conversation.request(conversation, None).await;
    house.until_decided(D::Sent, R::Due, names.len()).await;
    for name in names {
        let local = name.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        let address = format!("{local}@example.org");
        let mut seen = peer.seen(&address);
        assert_eq!(seen.len(), 1, "{address}");
        assert_as_expected(&mut seen[0]);
        assert_eq!(seen[0].mail.to[0].1, address);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g_n1_f_51_a_greylisted_mail_comes_again_as_the_same_mail() {
    let Some(peer) = &*PEER else { return };
    let house = house(peer, "let me in").await;
    house.hire("later-data").await;
    let conversation = house.conversation.start(house.workspace).await;
    house.conversation.request(conversation, None).await;
    house.until_decided(D::Sent, R::Due, 1).await;
    let mut seen = peer.seen("later-data@example.org");
    assert_eq!(seen.len(), 2);
    seen.iter_mut().for_each(assert_as_expected);
    assert_eq!(seen[0].mail.headers["Message-ID"], seen[1].mail.headers["Message-ID"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn f_51_a_mailbox_that_is_none_is_not_tried_again() {
    let Some(peer) = &*PEER else { return };
    let house = house(peer, "let me in").await;
    house.hire("never").await;
    let conversation = house.conversation.start(house.workspace).await;
    house.conversation.request(conversation, None).await;
    house.until_decided(D::Failed, R::Refused, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_costs_no_mail() {
    let Some(peer) = &*PEER else { return };
    let house = house(peer, "wrong").await;
    house.hire("Wanda").await;
    let conversation = house.conversation.start(house.workspace).await;
    house.conversation.request(conversation, None).await;
    house.until_decided(D::Failed, R::TryAgain, 2).await;
    assert!(peer.seen("wanda@example.org").is_empty());
}
