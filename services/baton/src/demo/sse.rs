//! Reads server-sent events from a response, as a browser does.

use std::time::Duration;

use baton_kit::life::clock::{self, SharedClock};
use bytes::BytesMut;
use serde_json::Value;

/// How long the story waits for anything to be seen.
const PATIENCE: Duration = Duration::from_secs(15);

/// One event.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub name: String,
    pub data: Value,
}

/// A stream being read.
pub(super) struct Events {
    response: reqwest::Response,
    pending: BytesMut,
    clock: SharedClock,
    seen: Vec<Event>,
    /// Where the present page begins.
    page: usize,
}

impl Events {
    pub(super) fn new(response: reqwest::Response, clock: SharedClock) -> Self {
        Self { response, pending: BytesMut::new(), clock, seen: Vec::new(), page: 0 }
    }

    /// Begins a new page, before somebody does something: what was seen so far is not what comes of it.
    pub(super) fn turn_page(&mut self) {
        self.page = self.seen.len();
    }

    /// Waits until an event on this page fits, in whatever order they come.
    pub(super) async fn wait_for(
        &mut self,
        what: &str,
        fits: impl Fn(&Event) -> bool,
    ) -> Result<Event, String> {
        let clock = self.clock.clone();
        let mut looked_at = self.page;
        let found = clock::timeout(&clock, PATIENCE, async {
            loop {
                if let Some(event) = self.seen.iter().skip(looked_at).find(|event| fits(event)) {
                    return Ok(event.clone());
                }
                looked_at = self.seen.len();
                let event = self.next().await?;
                self.seen.push(event);
            }
        });
        match found.await {
            Ok(outcome) => outcome,
            Err(_) => {
                Err(format!("{what} was not seen within {PATIENCE:?}; seen: {:?}", self.on_this_page()))
            }
        }
    }

    /// Everything read so far.
    pub(super) fn seen(&self) -> &[Event] {
        &self.seen
    }

    /// Everything read on this page.
    pub(super) fn on_this_page(&self) -> Vec<&Event> {
        self.seen.iter().skip(self.page).collect()
    }

    async fn next(&mut self) -> Result<Event, String> {
        loop {
            if let Some(event) = self.take_event() {
                return Ok(event);
            }
            match self.response.chunk().await {
                Ok(Some(bytes)) => self.pending.extend_from_slice(&bytes),
                Ok(None) => return Err("the stream ended".to_owned()),
                Err(error) => return Err(error.to_string()),
            }
        }
    }

    /// The next whole block that carries an event; comments and bare ids are passed over.
    fn take_event(&mut self) -> Option<Event> {
        loop {
            let end = self.pending.windows(2).position(|pair| pair == b"\n\n")?;
            let block = self.pending.split_to(end + 2);
            let text = String::from_utf8_lossy(&block).into_owned();
            let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
            if let (Some(name), Some(data)) = (field("event:"), field("data:")) {
                let data = serde_json::from_str(data).unwrap_or(Value::Null);
                return Some(Event { name: name.to_owned(), data });
            }
        }
    }
}
