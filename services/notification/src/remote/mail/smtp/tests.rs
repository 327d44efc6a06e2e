//! Against real mail servers: TLS, sign-in, every kind of refusal, and what Python's library reads of what came.

use std::path::PathBuf;

use baton_kit::life::clock::SystemClock;
use baton_kit_testing::logs::LogWatch;

use self::peer::{PEER, Peer, Seen};
use super::*;
use crate::remote::mail::sample::{self, HEADERS, NASTY};

#[path = "../../../../tests/peers/peer.rs"]
mod peer;

const LONG: Duration = Duration::from_secs(30);
const SHORT: Duration = Duration::from_millis(800);

fn login(password: &str) -> Option<Login> {
    Some(Login { user: "baton".to_owned(), password: password.into() })
}

/// To one of the servers, signing in.
fn settings(peer: &Peer, server: &str, security: Security) -> SmtpSettings {
    SmtpSettings {
        host: "localhost".to_owned(),
        port: peer.port(server),
        security,
        login: login("let me in"),
        ca_file: Some(peer.ca_file()),
        send_within: LONG,
    }
}

fn open(settings: SmtpSettings) -> SmtpPost {
    SmtpPost::open(settings, Sender::new("no-reply@example.org").unwrap(), SystemClock::new()).unwrap()
}

fn starttls(peer: &Peer) -> SmtpPost {
    open(settings(peer, "starttls", Security::StartTls))
}

fn later(class: &str) -> Result<(), PostRefused> {
    Err(PostRefused::TryAgain(class.to_owned()))
}

fn refused(class: &str) -> Result<(), PostRefused> {
    Err(PostRefused::Refused(class.to_owned()))
}

fn one(peer: &Peer, recipient: &str) -> Seen {
    let mut seen = peer.seen(recipient);
    assert_eq!(seen.len(), 1, "{seen:?}");
    seen.remove(0)
}

#[tokio::test]
async fn s_55_a_mail_goes_over_tls_after_a_word_in_plain_and_signed_in() {
    let Some(peer) = &*PEER else { return };
    starttls(peer).send(&sample::mail("plainly@example.org", 1)).await.unwrap();
    let seen = one(peer, "plainly@example.org");
    assert!(seen.tls && seen.server == "starttls" && seen.user.as_deref() == Some("baton"));
    assert_eq!(seen.return_path, "no-reply@example.org");
    assert_eq!(seen.mail.headers["Message-ID"], "<mail_00000000000000000000000001@example.org>");
    assert_eq!(seen.mail.types, ["multipart/alternative", "text/plain", "text/html"]);
    assert_eq!(seen.mail.text.replace("\r\n", "\n").trim_end(), "Hello\n.\n..\nFrom here on: grüße");
    assert!(seen.mail.html.contains("<p>grüße</p>"));
}

#[tokio::test]
async fn a_mail_goes_over_tls_from_the_first_byte() {
    let Some(peer) = &*PEER else { return };
    let post = open(settings(peer, "tls", Security::Tls));
    post.send(&sample::mail("wrapped@example.org", 1)).await.unwrap();
    assert_eq!(one(peer, "wrapped@example.org").server, "tls");
}

#[tokio::test]
async fn a_server_without_tls_or_users_is_used_where_that_is_wanted() {
    let Some(peer) = &*PEER else { return };
    let post = open(SmtpSettings { login: None, ..settings(peer, "plain", Security::None) });
    post.send(&sample::mail("open@example.org", 1)).await.unwrap();
    let seen = one(peer, "open@example.org");
    assert!(!seen.tls && seen.user.is_none());
}

#[tokio::test]
async fn a_connection_is_used_for_the_next_mail_but_not_after_a_refusal() {
    let Some(peer) = &*PEER else { return };
    let post = starttls(peer);
    for address in ["first.kept@example.org", "second.kept@example.org"] {
        post.send(&sample::mail(address, 1)).await.unwrap();
    }
    assert_eq!(post.send(&sample::mail("never.kept@example.org", 1)).await, refused("550"));
    post.send(&sample::mail("third.kept@example.org", 1)).await.unwrap();
    let connection = |address| one(peer, address).connection;
    assert_eq!(connection("first.kept@example.org"), connection("second.kept@example.org"));
    assert_eq!(post.kept.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn f_51_g_n1_a_greylisted_mail_is_taken_at_the_second_attempt_under_the_same_id() {
    let Some(peer) = &*PEER else { return };
    let post = starttls(peer);
    let mail = sample::mail("later.one@example.org", 42);
    assert_eq!(post.send(&mail).await, later("451"));
    post.send(&mail).await.unwrap();
    one(peer, "later.one@example.org");
    // Refused behind DATA, the server has seen both: they are one mail to whoever compares them.
    let mail = sample::mail("later-data.one@example.org", 43);
    assert_eq!(post.send(&mail).await, later("451"));
    post.send(&mail).await.unwrap();
    let ids: Vec<String> = peer
        .seen("later-data.one@example.org")
        .iter()
        .map(|seen| seen.mail.headers["Message-ID"].clone())
        .collect();
    assert_eq!(ids.len(), 2);
    assert!(ids.iter().all(|id| *id == format!("<{}>", post.message_id(mail.mailing))), "{ids:?}");
}

#[tokio::test]
async fn f_51_a_mail_refused_for_good_is_not_tried_again() {
    let Some(peer) = &*PEER else { return };
    let post = starttls(peer);
    assert_eq!(post.send(&sample::mail("never.one@example.org", 1)).await, refused("550"));
    assert_eq!(post.send(&sample::mail("never-data.one@example.org", 1)).await, refused("554"));
}

#[tokio::test]
async fn f_51_a_server_that_hangs_behind_data_is_given_up_in_time_and_its_connection_with_it() {
    let Some(peer) = &*PEER else { return };
    let post = open(SmtpSettings { send_within: SHORT, ..settings(peer, "starttls", Security::StartTls) });
    post.send(&sample::mail("before.hang@example.org", 1)).await.unwrap();
    assert_eq!(post.send(&sample::mail("hang.one@example.org", 2)).await, later("timeout"));
    assert!(
        post.kept.lock().unwrap().is_empty(),
        "its answer may come still, and would be taken for the next one"
    );
    post.send(&sample::mail("after.hang@example.org", 3)).await.unwrap();
    let connection = |address| one(peer, address).connection;
    assert_eq!(connection("hang.one@example.org"), connection("before.hang@example.org"));
    assert_ne!(connection("hang.one@example.org"), connection("after.hang@example.org"));
}

#[tokio::test]
async fn f_51_a_server_that_never_says_a_word_or_hangs_up_is_tried_again() {
    let Some(peer) = &*PEER else { return };
    let post = open(SmtpSettings { send_within: SHORT, ..settings(peer, "silent", Security::StartTls) });
    assert_eq!(post.send(&sample::mail("a@example.org", 1)).await, later("timeout"));
    let dropped = starttls(peer).send(&sample::mail("drop.one@example.org", 1)).await;
    assert!(
        matches!(&dropped, Err(PostRefused::TryAgain(class)) if class == "response" || class == "connection"),
        "{dropped:?}"
    );
    // A port where nobody listens any more.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let post = open(SmtpSettings { port, ..settings(peer, "starttls", Security::StartTls) });
    assert_eq!(post.send(&sample::mail("a@example.org", 1)).await, later("connection"));
}

/// What went wrong, and what the log says of it: the fault, but never the password, an address or a word of the mail.
async fn fault_of(settings: SmtpSettings, address: &str) -> Result<(), PostRefused> {
    let logs = LogWatch::new();
    let watching = logs.watch_thread();
    let sent = open(settings).send(&sample::mail(address, 1)).await;
    drop(watching);
    let lines = format!("{:?}", logs.lines());
    assert!(lines.contains("the mail server cannot be used as it is set up"), "{lines}");
    for secret in ["let me in", "wrong one", address, "Zoë", "Hello"] {
        assert!(!lines.contains(secret), "{secret} in {lines}");
    }
    sent
}

#[tokio::test]
async fn a_wrong_password_costs_no_mail_and_is_told() {
    let Some(peer) = &*PEER else { return };
    let wrong = SmtpSettings { login: login("wrong one"), ..settings(peer, "starttls", Security::StartTls) };
    assert_eq!(fault_of(wrong, "password@example.org").await, later("535"));
    assert_eq!(
        fault_of(settings(peer, "starttls", Security::StartTls), "who.one@example.org").await,
        later("530")
    );
    assert_eq!(
        fault_of(settings(peer, "no_auth", Security::StartTls), "noauth@example.org").await,
        later("no_auth")
    );
    assert!(peer.seen("password@example.org").is_empty() && peer.seen("noauth@example.org").is_empty());
}

#[tokio::test]
async fn a_server_that_does_not_take_our_address_costs_no_mail() {
    let Some(peer) = &*PEER else { return };
    let settings = SmtpSettings { login: None, ..settings(peer, "refuses_sender", Security::None) };
    assert_eq!(fault_of(settings, "sender@example.org").await, later("553"));
}

#[tokio::test]
async fn f_51_s_55_without_starttls_nothing_is_said_in_plain() {
    let Some(peer) = &*PEER else { return };
    let sent = fault_of(settings(peer, "no_starttls", Security::StartTls), "stripped@example.org").await;
    assert_eq!(sent, later("no_starttls"));
    assert!(peer.seen("stripped@example.org").is_empty());
}

#[tokio::test]
async fn s_55_a_certificate_of_another_name_or_another_authority_is_not_trusted() {
    let Some(peer) = &*PEER else { return };
    for server in ["other_name", "stranger"] {
        let settings = SmtpSettings { login: None, ..settings(peer, server, Security::StartTls) };
        assert_eq!(fault_of(settings, "cert@example.org").await, later("tls"), "{server}");
    }
    let unknown = SmtpSettings { ca_file: None, ..settings(peer, "starttls", Security::StartTls) };
    assert_eq!(fault_of(unknown, "cert@example.org").await, later("tls"));
    assert!(peer.seen("cert@example.org").is_empty());
}

#[tokio::test]
async fn s_55_an_answer_put_behind_that_to_starttls_breaks_the_connection() {
    let Some(peer) = &*PEER else { return };
    let settings = SmtpSettings { login: None, ..settings(peer, "injected", Security::StartTls) };
    assert_eq!(fault_of(settings, "injected@example.org").await, later("tls"));
    assert!(peer.seen("injected@example.org").is_empty());
}

#[tokio::test]
async fn f_52_s_72_another_programs_library_reads_the_same_headers_whatever_was_typed() {
    let Some(peer) = &*PEER else { return };
    let post = open(SmtpSettings { login: None, ..settings(peer, "plain", Security::None) });
    for (number, nasty) in NASTY.into_iter().enumerate() {
        let address = format!("nasty{number}@example.org");
        let mut mail = sample::mail(&address, 1);
        for text in
            [&mut mail.to.name, &mut mail.from_name, &mut mail.subject, &mut mail.text, &mut mail.html]
        {
            *text = nasty.repeat(1 + number % 3 * 100);
        }
        post.send(&mail).await.unwrap();
        let mut seen = one(peer, &address);
        assert_eq!(seen.recipients, [address.as_str()]);
        seen.mail.names.sort_unstable();
        assert_eq!(seen.mail.names, HEADERS, "{nasty:?}");
        assert_eq!(seen.mail.defects, [""; 0], "{nasty:?}");
        assert_eq!(
            seen.mail.to.iter().map(|(_, address)| address).collect::<Vec<_>>(),
            [&address],
            "{nasty:?}"
        );
        assert_eq!(
            seen.mail.from.iter().map(|(_, from)| from).collect::<Vec<_>>(),
            ["no-reply@example.org"],
            "{nasty:?}"
        );
        assert!(
            seen.mail.headers.values().all(|value| !value.chars().any(char::is_control)),
            "{:?}",
            seen.mail.headers
        );
        assert!(seen.mail.longest_line <= 998);
    }
}

#[test]
fn a_file_without_certificates_is_a_fault_of_the_settings() {
    let scratch = tempfile::tempdir().unwrap();
    let empty = scratch.path().join("empty.pem");
    std::fs::write(&empty, "nothing").unwrap();
    for file in [empty, PathBuf::from("/nowhere/ca.pem")] {
        let settings = SmtpSettings {
            host: "localhost".to_owned(),
            port: 25,
            security: Security::Tls,
            login: None,
            ca_file: Some(file),
            send_within: LONG,
        };
        let sender = Sender::new("no-reply@example.org").unwrap();
        assert!(matches!(
            SmtpPost::open(settings, sender, SystemClock::new()),
            Err(SmtpFault::Certificates(_))
        ));
    }
}
