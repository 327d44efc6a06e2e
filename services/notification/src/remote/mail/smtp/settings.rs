//! How to reach a mail server. Must not know what is said to it.

use std::{fmt, path::PathBuf, time::Duration};

use lettre::transport::smtp::{
    authentication::Credentials,
    client::{Certificate, TlsParameters},
    extension::ClientId,
};
use secrecy::{ExposeSecret as _, SecretString};

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// In plain text first, then TLS; without TLS nothing is sent. Usual on port 587.
    StartTls,
    /// TLS from the first byte. Usual on port 465.
    Tls,
    /// Plain text, the password too: for a server on the same host. The settings say where it may be.
    None,
}

/// Who signs in to the server.
#[derive(Debug, Clone)]
pub struct Login {
    /// The user.
    pub user: String,
    /// The password.
    pub password: SecretString,
}

/// A mail server.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// Its name; its certificate must be for it.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Who signs in; `None` for nobody.
    pub login: Option<Login>,
    /// Certificates (PEM) to trust beside those of the system.
    pub ca_file: Option<PathBuf>,
    /// How long handing over one mail may take, connecting included.
    pub send_within: Duration,
}

/// The settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SmtpFault {
    /// The file with certificates cannot be read.
    #[error("the certificates in {0} cannot be read")]
    Certificates(PathBuf),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls,
}

/// The settings as they are used.
pub struct Way {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub tls: TlsParameters,
    pub credentials: Option<Credentials>,
    pub hello: ClientId,
}

impl fmt::Debug for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} ({:?})", self.host, self.port, self.security)
    }
}

impl Way {
    pub fn of(settings: SmtpSettings) -> Result<Self, SmtpFault> {
        let tls = tls(&settings)?;
        let signs_in = |login: Login| Credentials::new(login.user, login.password.expose_secret().to_owned());
        Ok(Self {
            host: settings.host,
            port: settings.port,
            security: settings.security,
            tls,
            credentials: settings.login.map(signs_in),
            hello: ClientId::default(),
        })
    }
}

fn tls(settings: &SmtpSettings) -> Result<TlsParameters, SmtpFault> {
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(file) = &settings.ca_file {
        builder = builder.add_root_certificate(certificates(file)?);
    }
    builder.build().map_err(|_| SmtpFault::Tls)
}

/// A file without a certificate is a fault: it would be trusted to hold one.
fn certificates(file: &PathBuf) -> Result<Certificate, SmtpFault> {
    let fault = || SmtpFault::Certificates(file.clone());
    let pem = std::fs::read(file).map_err(|_| fault())?;
    if !String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
        return Err(fault());
    }
    Certificate::from_pem(&pem).map_err(|_| fault())
}
