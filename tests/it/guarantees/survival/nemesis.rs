//! Starts the program, lets it die, starts it again on the same data and the same port.

use std::{net::SocketAddr, os::unix::process::ExitStatusExt as _, time::Duration};

use baton_kit::life::ids::SharedIds;
use baton_kit_testing::{
    database::{TestDatabase, url_of},
    openai::{Script, ScriptedOpenAi},
    seeds::SeededIds,
};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use super::{caller::Callers, points};
use crate::harness::{
    browser::{Inbox, until_definite},
    child::{Baton, Serving},
    surroundings::{WITHOUT_LIMITS, crypto, free_port, seed},
};

/// Within this, calls and messages must have led to the point.
const REACHED: Duration = Duration::from_secs(40);
/// Random kills come within this after the start.
const SOMETIME: Duration = Duration::from_millis(1800);
const SIGKILL: i32 = 9;

pub struct Nemesis {
    data: TempDir,
    server: Option<TestDatabase>,
    /// Answers in the lives that end around a call to it.
    model: ScriptedOpenAi,
    chance: SharedIds,
    /// The life before the first kill.
    alive: Option<Baton>,
    pub address: SocketAddr,
    pub widget_key: String,
    pub password: String,
}

/// The program after the last kill.
pub struct Survivor {
    process: Baton,
    address: SocketAddr,
    password: String,
    mails: std::path::PathBuf,
}

impl Nemesis {
    /// A first life, which makes the demo workspace, ended by a kill.
    pub async fn begin(server: Option<TestDatabase>) -> Self {
        crypto();
        let data = TempDir::new().expect("a directory");
        let seed = seed();
        println!("BATON_TEST_SEED={seed}");
        let said = "Shipping is free above fifty euros.".to_owned();
        let model = ScriptedOpenAi::start(Script::Answer(vec![said], Duration::from_millis(20)));
        let mut nemesis = Self {
            data,
            server,
            model: model.await.expect("a model"),
            chance: SeededIds::new(seed),
            alive: None,
            address: free_port(),
            widget_key: String::new(),
            password: String::new(),
        };
        let (owned, folder) = (nemesis.variables(""), nemesis.data.path().to_owned());
        let serving = tokio::task::spawn_blocking(move || Serving::start(&folder, &borrowed(&owned)));
        let mut serving = serving.await.expect("it starts");
        (nemesis.widget_key, nemesis.password) = (serving.widget_key.clone(), serving.password.clone());
        serving.baton.signal("KILL");
        tokio::task::spawn_blocking(move || serving.baton.ends_within(REACHED)).await.expect("it dies");
        let mut started = nemesis.start("");
        nemesis.ready(&mut started).await.expect("it starts again");
        nemesis.alive = Some(started);
        nemesis
    }

    pub fn on_postgres(&self) -> bool {
        self.server.is_some()
    }

    fn variables(&self, kill_point: &str) -> Vec<(&'static str, String)> {
        let mut variables = vec![
            ("BATON_SUITE__LISTEN", self.address.to_string()),
            ("BATON_SUITE__OPS_LISTEN", "127.0.0.1:0".to_owned()),
            ("BATON_SUITE__DATA_DIR", self.data.path().display().to_string()),
            ("BATON_SUITE__KILL_POINT", kill_point.to_owned()),
            ("BATON_SUITE__LOG_FILTER", "warn".to_owned()),
            ("BATON_NOTIFICATION__DELAY", "200ms".to_owned()),
        ];
        if points::is_of_a_model(kill_point) {
            variables.push(("BATON_AI__PROVIDER__KIND", "openai-compatible".to_owned()));
            variables.push(("BATON_AI__PROVIDER__BASE_URL", self.model.base_url()));
            variables.push(("BATON_AI__PROVIDER__MODEL", "scripted".to_owned()));
        }
        variables.extend(WITHOUT_LIMITS.iter().map(|(name, value)| (*name, (*value).to_owned())));
        if let Some(server) = &self.server {
            variables.push(("BATON_SUITE__DATABASE", url_of(server.options())));
            variables.push(("BATON_SUITE__SECRET", "5e".repeat(32)));
        }
        variables
    }

    fn start(&self, kill_point: &str) -> Baton {
        Baton::start(&["serve"], &borrowed(&self.variables(kill_point)))
    }

    /// Waits until it answers; the end it came to instead, where it died on the way.
    async fn ready(&self, process: &mut Baton) -> Result<(), std::process::ExitStatus> {
        let url = format!("http://{}/openapi.json", self.address);
        let begun = Instant::now();
        loop {
            if let Some(status) = process.ended() {
                return Err(status);
            }
            if reqwest::get(&url).await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            assert!(begun.elapsed() < REACHED, "it does not start: {:#?}", process.output);
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// A life that ends at this point, to which callers lead it.
    ///
    /// # Panics
    /// If it never comes there, or ends otherwise.
    pub async fn dies_at(&mut self, point: &str, callers: &mut Callers) {
        // Dropped, it is killed.
        self.alive = None;
        let mut process = self.start(point);
        let begun = Instant::now();
        let status = match self.ready(&mut process).await {
            Err(status) => status,
            Ok(()) => loop {
                callers.call(&process_gone(&mut process)).await;
                if let Some(status) = process.ended() {
                    break status;
                }
                assert!(begun.elapsed() < REACHED, "{point} is never reached");
            },
        };
        assert_eq!(status.signal(), Some(SIGKILL), "at {point}: {:#?}", process.output);
        println!("died at {point} after {:?}", begun.elapsed());
    }

    /// A life that ends at a random moment.
    pub async fn dies_sometime(&self, callers: &mut Callers) {
        let mut process = self.start("");
        self.ready(&mut process).await.expect("it starts");
        let mut byte = [0];
        self.chance.fill(&mut byte);
        let moment = SOMETIME * u32::from(byte[0]) / 255;
        println!("dies {moment:?} after it is ready");
        tokio::select! {
            () = sleep(moment) => {}
            () = async { loop { callers.call(&false).await } } => {}
        }
        process.signal("KILL");
        while process.ended().is_none() {
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// The last start: nothing kills it any more.
    pub async fn start_for_good(&self) -> Survivor {
        let mut process = self.start("");
        self.ready(&mut process).await.expect("it starts");
        let mails = self.data.path().join("mails");
        Survivor { process, address: self.address, password: self.password.clone(), mails }
    }

    /// Ends the run in order.
    pub fn close(self, survivor: Survivor) {
        let mut process = survivor.process;
        process.signal("TERM");
        assert_eq!(process.ends_within(REACHED).code(), Some(0), "{:#?}", process.output);
    }
}

impl Survivor {
    /// Where people reach it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where its mails are filed.
    pub fn mails(&self) -> &std::path::Path {
        &self.mails
    }

    /// The owner's browser.
    pub async fn desk(&self) -> Inbox {
        let owner = ("demo", "dana@demo.example.org", self.password.as_str());
        until_definite(async || Inbox::sign_in(self.address, owner).await).await.expect("signed in")
    }
}

fn process_gone(process: &mut Baton) -> bool {
    process.ended().is_some()
}

fn borrowed<'a>(variables: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    variables.iter().map(|(name, value)| (*name, value.as_str())).collect()
}
