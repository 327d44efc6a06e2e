//! One connection to a mail server, step by step, so that each refusal is known by what it was an answer to. Must not know of other connections.

use lettre::{
    Address,
    transport::smtp::{
        Error,
        authentication::Mechanism,
        client::AsyncSmtpConnection,
        commands::{Data, Mail, Rcpt},
        response::Response,
    },
};
use tokio::net::TcpStream;

use super::{
    super::{message::Written, responses::OneAtATime},
    settings::{Security, Way},
};

const SIGNED_IN: u16 = 235;
const TAKEN: u16 = 250;
/// What servers say to mails of whom they want to know first, or want TLS from (RFC 4954, 6; RFC 3207, 4).
const WHO_ARE_YOU: [u16; 4] = [530, 534, 535, 538];

/// Why a mail did not go out. The words are a code or a class.
#[derive(Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Later, perhaps.
    TryAgain(String),
    /// Never.
    Refused(String),
    /// Not before somebody looks at the settings; and what to look at.
    Setup(String, &'static str),
}

/// A connection that is ready for a mail. Dropped, it is closed.
pub struct Line {
    connection: AsyncSmtpConnection,
}

impl Line {
    /// Connects, protects and signs in.
    ///
    /// # Errors
    /// [`Trouble`], but never `Refused`: no mail was spoken of yet.
    pub async fn open(way: &Way) -> Result<Self, Trouble> {
        let mut connection = match way.security {
            Security::Tls => over_tls(way).await?,
            Security::StartTls => starting_tls(way).await?,
            Security::None => plain(way).await?,
        };
        if let Some(credentials) = &way.credentials {
            let answer = connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await;
            let answer = answer.map_err(|error| set_up_wrongly(&error, "user and password"))?;
            expect(&answer, SIGNED_IN)?;
        }
        Ok(Self { connection })
    }

    /// Hands one mail over.
    ///
    /// # Errors
    /// [`Trouble`]; the connection must not be used again.
    pub async fn deliver(&mut self, from: &Address, written: &Written) -> Result<(), Trouble> {
        let connection = &mut self.connection;
        let sender = connection.command(Mail::new(Some(from.clone()), Vec::new())).await;
        // It names nobody but us: refused for good, it would be so for every mail.
        sender.map_err(|error| set_up_wrongly(&error, "the address that mails come from"))?;
        let recipient = Rcpt::new(written.to.clone(), Vec::new());
        connection.command(recipient).await.map_err(|error| of_this_mail(&error))?;
        connection.command(Data).await.map_err(|error| of_this_mail(&error))?;
        let answer = connection.message(&written.bytes).await.map_err(|error| of_this_mail(&error))?;
        expect(&answer, TAKEN)
    }

    /// Whether the server is still there.
    pub async fn answers(&mut self) -> bool {
        self.connection.test_connected().await
    }
}

async fn over_tls(way: &Way) -> Result<AsyncSmtpConnection, Trouble> {
    let (place, tls) = ((way.host.as_str(), way.port), Some(way.tls.clone()));
    let connected = AsyncSmtpConnection::connect_tokio1(place, None, &way.hello, tls, None).await;
    connected.map_err(|error| later(&error))
}

async fn plain(way: &Way) -> Result<AsyncSmtpConnection, Trouble> {
    let unreachable = |_| Trouble::TryAgain("connection".to_owned());
    let stream = TcpStream::connect((way.host.as_str(), way.port)).await.map_err(unreachable)?;
    let stream = Box::new(OneAtATime::new(stream));
    let connected = AsyncSmtpConnection::connect_with_transport(stream, &way.hello).await;
    connected.map_err(|error| later(&error))
}

async fn starting_tls(way: &Way) -> Result<AsyncSmtpConnection, Trouble> {
    let mut connection = plain(way).await?;
    if !connection.can_starttls() {
        return Err(Trouble::Setup("no_starttls".to_owned(), "security: the server offers no STARTTLS"));
    }
    let started = connection.starttls(way.tls.clone(), &way.hello).await;
    // Also what cannot be told from a certificate that is not trusted.
    started.map_err(|error| match code(&error) {
        Some(code) => Trouble::TryAgain(code.to_string()),
        None => Trouble::Setup("tls".to_owned(), "the server's certificate, host and ca_file"),
    })?;
    Ok(connection)
}

/// Another positive answer is one to something else: then the two sides no longer speak of the same.
fn expect(answer: &Response, code: u16) -> Result<(), Trouble> {
    if answer.has_code(code) {
        Ok(())
    } else {
        Err(Trouble::TryAgain(format!("unexpected_{}", answer.code())))
    }
}

/// An answer about one recipient or one message.
fn of_this_mail(error: &Error) -> Trouble {
    match code(error) {
        Some(code) if WHO_ARE_YOU.contains(&code) => set_up_wrongly(error, "user and password, or security"),
        Some(code) if error.is_permanent() => Trouble::Refused(code.to_string()),
        _ => later(error),
    }
}

/// An answer about us.
fn set_up_wrongly(error: &Error, what: &'static str) -> Trouble {
    match code(error) {
        Some(code) if error.is_permanent() => Trouble::Setup(code.to_string(), what),
        None if error.is_client() => Trouble::Setup("no_auth".to_owned(), what),
        _ => later(error),
    }
}

fn later(error: &Error) -> Trouble {
    let class = match code(error) {
        Some(code) => return Trouble::TryAgain(code.to_string()),
        None if error.is_timeout() => "timeout",
        None if error.is_tls() => "tls",
        None if error.is_response() => "response",
        None => "connection",
    };
    Trouble::TryAgain(class.to_owned())
}

fn code(error: &Error) -> Option<u16> {
    error.status().map(u16::from)
}
