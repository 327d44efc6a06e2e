//! Real mail servers in Python, started once for all tests of a program. A module of the crate's own tests and of those through its door.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::LazyLock,
};

use serde_json::Value;
use tempfile::TempDir;

/// The servers, or `None` where there is no Python for them.
pub static PEER: LazyLock<Option<Peer>> = LazyLock::new(Peer::start);

/// The servers.
pub struct Peer {
    ports: BTreeMap<String, u16>,
    folder: TempDir,
    /// Serves until its standard input ends, which is when this program ends.
    _child: Child,
}

/// A mail that a server saw the end of.
#[derive(Debug, serde::Deserialize)]
pub struct Seen {
    pub server: String,
    pub return_path: String,
    pub recipients: Vec<String>,
    pub tls: bool,
    pub user: Option<String>,
    pub connection: u64,
    pub mail: Read,
}

/// It, as Python's library reads it.
#[derive(Debug, serde::Deserialize)]
pub struct Read {
    pub names: Vec<String>,
    pub headers: BTreeMap<String, String>,
    pub to: Vec<(String, String)>,
    pub from: Vec<(String, String)>,
    pub text: String,
    pub html: String,
    pub types: Vec<String>,
    pub defects: Vec<String>,
    pub longest_line: usize,
}

impl Peer {
    fn start() -> Option<Self> {
        let check = run(&["--check"]).output().expect("tests/peers/run can be run");
        if !check.status.success() {
            skip();
            return None;
        }
        let folder = TempDir::new().unwrap();
        let mut child = run(&[&folder.path().display().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // It tells of every connection that was broken off, which is what tests do.
            .stderr(fs::File::create(folder.path().join("log")).unwrap())
            .spawn()
            .expect("the servers start");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ports = serde_json::from_str(&line).expect("their ports");
        Some(Self { ports, folder, _child: child })
    }

    pub fn port(&self, server: &str) -> u16 {
        self.ports[server]
    }

    /// The certificate that those who are trusted have theirs from.
    pub fn ca_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// What was seen for this recipient, in order.
    pub fn seen(&self, recipient: &str) -> Vec<Seen> {
        let lines = fs::read_to_string(self.folder.path().join("mails.jsonl")).unwrap_or_default();
        let mails = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("a whole line"));
        let to = |mail: &Value| mail["recipients"][0] == recipient;
        mails.filter(to).map(|mail| serde_json::from_value(mail).expect("a mail")).collect()
    }
}

fn run(arguments: &[&str]) -> Command {
    let mut command = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/run"));
    command.args(arguments);
    command
}

#[expect(clippy::disallowed_methods, reason = "the environment tells a test run what it must have")]
fn skip() {
    let required = std::env::var("BATON_TEST_REQUIRE_ALL").as_deref() == Ok("1");
    assert!(!required, "BATON_TEST_REQUIRE_ALL=1, but there is no Python with aiosmtpd and trustme");
    println!(
        "skipped: there is no Python with aiosmtpd and trustme; install them, or let pip reach its index"
    );
}
