//! The real binary as a child process: its output line by line, its signals, its end. Waits on what it prints, never on time.

use std::{
    io::{BufRead as _, BufReader, Read},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread,
    time::Duration,
};

/// How long a line may take to be printed: a start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running `baton`. Killed when dropped.
pub struct Baton {
    pid: u32,
    lines: Receiver<String>,
    ended: Receiver<ExitStatus>,
    /// All lines read so far, of both outputs.
    pub output: Vec<String>,
    over: bool,
}

/// A `baton` that serves.
pub struct Serving {
    /// The process.
    pub baton: Baton,
    /// Where people and programs reach it.
    pub address: SocketAddr,
    /// Where operators reach it.
    pub ops_address: SocketAddr,
    /// The demo workspace's password, printed by the start that made it.
    pub password: String,
    /// The demo workspace's widget key.
    pub widget_key: String,
}

impl Baton {
    /// Its process.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Starts it with these arguments and nothing in its environment but these variables.
    pub fn start(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_baton-under-test"));
        command.args(arguments).env_clear().envs(variables.iter().copied());
        let Begun { pid, lines, ended } = begin(command);
        Self { pid, lines, ended, output: Vec::new(), over: false }
    }

    /// Runs it to its end: the exit code and what it printed.
    pub fn run(arguments: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, String) {
        let mut baton = Self::start(arguments, variables);
        let status = baton.ends_within(PATIENCE);
        (status.code(), baton.output.join("\n"))
    }

    /// The next line that contains `part`.
    pub fn line_with(&mut self, part: &str) -> String {
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => {
                    self.output.push(line.clone());
                    if line.contains(part) {
                        return line;
                    }
                }
                Err(error) => {
                    panic!("{part:?} was never printed ({error}); printed:\n{}", self.output.join("\n"))
                }
            }
        }
    }

    /// Sends a signal by name, such as `TERM`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.pid.to_string()]).status();
        assert!(sent.expect("kill runs").success(), "SIG{name} was not delivered");
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        let status = self.ended.try_recv().ok()?;
        self.over = true;
        self.output.extend(self.lines.try_iter());
        Some(status)
    }

    /// Waits for its end.
    pub fn ends_within(&mut self, limit: Duration) -> ExitStatus {
        match self.ended.recv_timeout(limit) {
            Ok(status) => {
                self.over = true;
                self.output.extend(self.lines.try_iter());
                status
            }
            Err(error) => {
                self.output.extend(self.lines.try_iter());
                panic!("it did not end within {limit:?} ({error}); printed:\n{}", self.output.join("\n"))
            }
        }
    }
}

impl Drop for Baton {
    fn drop(&mut self) {
        if !self.over {
            let _ = Command::new("kill").args(["-KILL", &self.pid.to_string()]).status();
            if matches!(self.ended.recv_timeout(PATIENCE), Err(RecvTimeoutError::Timeout)) {
                println!("process {} did not end", self.pid);
            }
        }
    }
}

impl Serving {
    /// Starts the suite on SQLite in `data` on free ports and waits until it says that it is ready.
    pub fn start(data: &Path, more: &[(&str, &str)]) -> Self {
        let data = data.display().to_string();
        let mut variables = vec![
            ("BATON_SUITE__LISTEN", "127.0.0.1:0"),
            ("BATON_SUITE__OPS_LISTEN", "127.0.0.1:0"),
            ("BATON_SUITE__DATA_DIR", &data),
        ];
        variables.extend_from_slice(more);
        let mut baton = Baton::start(&["serve"], &variables);
        let address = address_in(&baton.line_with("HTTP API"));
        let ops_address = address_in(&baton.line_with("health and metrics"));
        let password = word_after(&baton.line_with("its password"), "password");
        let widget_key = word_after(&baton.line_with("its widget key"), "key");
        Self { baton, address, ops_address, password, widget_key }
    }
}

/// A program that runs.
pub struct Begun {
    /// Its process.
    pub pid: u32,
    /// What it prints on both outputs.
    pub lines: Receiver<String>,
    /// How it ended, told after its last line.
    pub ended: Receiver<ExitStatus>,
}

/// Starts a program with nothing to read.
pub fn begin(mut command: Command) -> Begun {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let ((tell, lines), (end, ended)) = (mpsc::channel(), mpsc::channel());
    let pid = child.id();
    let outputs = [boxed(child.stdout.take()), boxed(child.stderr.take())];
    thread::spawn(move || watch(child, outputs, &tell, &end));
    Begun { pid, lines, ended }
}

fn boxed<R: Read + Send + 'static>(output: Option<R>) -> Box<dyn Read + Send> {
    Box::new(output.expect("a pipe"))
}

/// The end is told after the last line.
fn watch(
    mut child: Child,
    outputs: [Box<dyn Read + Send>; 2],
    tell: &Sender<String>,
    end: &Sender<ExitStatus>,
) {
    let readers = outputs.map(|output| {
        let tell = tell.clone();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                // Nobody listens any more when the test is over.
                let _ = tell.send(line);
            }
        })
    });
    let status = child.wait().expect("a child can be waited for");
    for reader in readers {
        let _ = reader.join();
    }
    let _ = end.send(status);
}

fn address_in(line: &str) -> SocketAddr {
    let (_, url) = line.split_once("http://").expect("an address");
    let host = url.split('/').next().unwrap_or_default().trim();
    host.parse().unwrap_or_else(|error| panic!("{host}: {error}"))
}

fn word_after(line: &str, word: &str) -> String {
    let (_, rest) = line.split_once(word).expect("the word");
    rest.split_whitespace().next().expect("a value").to_owned()
}
