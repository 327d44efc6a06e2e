//! A mail server for tests: says what it is told to say after DATA, and keeps what it was given.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use baton_kit::life::lifecycle::Lifecycle;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// What is said when a mail was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// It is taken.
    Taken,
    /// This, and it is not taken.
    No(&'static str),
    /// It is taken, and nothing is ever said.
    TakenAndSilent,
}

#[derive(Default)]
struct Desk {
    script: VecDeque<Says>,
    given: Vec<String>,
    taken: Vec<String>,
}

/// The server. Clones share.
#[derive(Clone)]
pub struct Post {
    desk: Arc<Mutex<Desk>>,
    given: watch::Sender<usize>,
    pub port: u16,
}

impl Post {
    pub async fn open(life: &Lifecycle) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let post = Self { desk: Arc::default(), given: watch::Sender::new(0), port };
        let (serving, tasks) = (post.clone(), life.clone());
        life.spawn("test mail server", async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serving.clone();
                tasks.spawn("test mail connection", async move {
                    let _ = serving.serve(stream).await;
                });
            }
        });
        post
    }

    /// What is said next; after these everything is taken.
    pub fn will_say(&self, script: &[Says]) {
        self.desk.lock().unwrap().script = script.iter().copied().collect();
    }

    /// Mails that were given, taken or not.
    pub fn given(&self) -> Vec<String> {
        self.desk.lock().unwrap().given.clone()
    }

    /// Mails that were taken.
    pub fn taken(&self) -> Vec<String> {
        self.desk.lock().unwrap().taken.clone()
    }

    /// Completes when so many were given.
    pub async fn until_given(&self, count: usize) {
        self.given.subscribe().wait_for(|now| *now >= count).await.unwrap();
    }

    async fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 test\r\n").await?;
        while let Some(line) = lines.next_line().await? {
            let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => write.write_all(b"250-test\r\n250 8BITMIME\r\n").await?,
                "DATA" => {
                    write.write_all(b"354 go on\r\n").await?;
                    let mut mail = String::new();
                    while let Some(line) = lines.next_line().await? {
                        if line == "." {
                            break;
                        }
                        mail.push_str(&line);
                        mail.push('\n');
                    }
                    match self.take(mail) {
                        Says::Taken => write.write_all(b"250 taken\r\n").await?,
                        Says::No(words) => write.write_all(format!("{words}\r\n").as_bytes()).await?,
                        Says::TakenAndSilent => {}
                    }
                }
                "QUIT" => return write.write_all(b"221 bye\r\n").await,
                _ => write.write_all(b"250 ok\r\n").await?,
            }
        }
        Ok(())
    }

    fn take(&self, mail: String) -> Says {
        let mut desk = self.desk.lock().unwrap();
        let says = desk.script.pop_front().unwrap_or(Says::Taken);
        desk.given.push(mail.clone());
        if !matches!(says, Says::No(_)) {
            desk.taken.push(mail);
        }
        let given = desk.given.len();
        drop(desk);
        self.given.send_replace(given);
        says
    }
}

/// A header of a mail, unfolded.
pub fn header(mail: &str, name: &str) -> Option<String> {
    let head = mail.split("\n\n").next().unwrap_or_default().replace("\n ", " ").replace("\n\t", " ");
    let prefix = format!("{}:", name.to_ascii_lowercase());
    let found = head.lines().find(|line| line.to_ascii_lowercase().starts_with(&prefix))?;
    Some(found[prefix.len()..].trim().to_owned())
}
