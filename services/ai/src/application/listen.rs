//! Listens to a model: shows what it says as it comes, keeps it within its bounds, and gives it up when it is too slow.
//!
//! Must not know what is done with the answer.

use baton_kit::life::clock::SharedClock;
use futures::{StreamExt as _, stream::BoxStream};

use super::model::{ModelError, ModelEvent, Pieces, Stop, Usage};
use crate::domain::pace::Pace;

/// How much longer than an answer its thoughts and arguments may be.
const THOUGHTS: usize = 16;

/// A tool call, arguments as they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Called {
    id: String,
    /// Which tool.
    pub name: String,
    /// What with; whether that is what the tool wants is not known yet.
    pub arguments: String,
}

/// Everything a model said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completion {
    /// What can be read.
    pub text: String,
    /// What it called.
    pub calls: Vec<Called>,
    /// What it cost.
    pub usage: Usage,
}

/// Listens to one stream.
pub struct Listener<'a> {
    /// Time.
    pub clock: &'a SharedClock,
    /// Where pieces are shown.
    pub pieces: &'a dyn Pieces,
    /// The longest answer, bytes.
    pub most: usize,
    /// How often a sign of life is given before the first word; `None` for never.
    pub signs_every: Option<std::time::Duration>,
    heard: Completion,
    thoughts: usize,
}

impl<'a> Listener<'a> {
    /// To an answer of at most so many bytes.
    pub fn new(clock: &'a SharedClock, pieces: &'a dyn Pieces, most: usize) -> Self {
        Self { clock, pieces, most, signs_every: None, heard: Completion::default(), thoughts: 0 }
    }

    /// Listens to the end.
    ///
    /// # Errors
    /// If there is none, or not in time, or what came is more than an answer may be.
    pub async fn listen(
        mut self,
        mut stream: BoxStream<'_, Result<ModelEvent, ModelError>>,
        pace: &mut Pace,
    ) -> Result<Completion, ModelError> {
        loop {
            let event = self.next(&mut stream, pace).await?;
            let now = self.clock.monotonic();
            match event {
                ModelEvent::Text(piece) => {
                    pace.came(piece.len(), now);
                    self.say(&piece)?;
                }
                ModelEvent::Thought(bytes) => {
                    pace.came(bytes, now);
                    self.pieces.alive();
                    self.think(bytes)?;
                }
                ModelEvent::Call(id, name, arguments) => {
                    pace.came(id.len() + name.len() + arguments.len(), now);
                    self.pieces.alive();
                    self.call(id, name, &arguments)?;
                }
                ModelEvent::End(stop, usage) => return self.end(stop, usage),
            }
        }
    }

    /// The next event, if it comes in time. Looked at before each read: a stream that always has something would never let the clock
    /// have its say.
    async fn next(
        &self,
        stream: &mut BoxStream<'_, Result<ModelEvent, ModelError>>,
        pace: &Pace,
    ) -> Result<ModelEvent, ModelError> {
        loop {
            let left = pace.left(self.clock.monotonic());
            if left.is_zero() {
                return Err(ModelError::Slow(pace.late()));
            }
            let sign = self.signs_every.filter(|_| !pace.has_begun());
            let wait = sign.map_or(left, |every| every.min(left));
            tokio::select! {
                // Time first: a stream that is busy without an event must not keep it from being looked at.
                biased;
                () = self.clock.sleep(wait) => {
                    if sign.is_some() {
                        self.pieces.alive();
                    }
                }
                event = stream.next() => return event.unwrap_or(Err(ModelError::Broken)),
            }
        }
    }

    fn say(&mut self, piece: &str) -> Result<(), ModelError> {
        if self.heard.text.len() + piece.len() > self.most {
            return Err(ModelError::Invalid("the answer is too long"));
        }
        self.heard.text.push_str(piece);
        self.pieces.say(piece);
        Ok(())
    }

    fn think(&mut self, bytes: usize) -> Result<(), ModelError> {
        self.thoughts = self.thoughts.saturating_add(bytes);
        let bounded = self.thoughts <= self.most.saturating_mul(THOUGHTS);
        if bounded { Ok(()) } else { Err(ModelError::Invalid("the thoughts are too long")) }
    }

    /// A piece without a name goes on with the last call; so does one with its id and name again.
    fn call(&mut self, id: String, name: String, arguments: &str) -> Result<(), ModelError> {
        let calls = &mut self.heard.calls;
        let goes_on = |last: &Called| name.is_empty() || (last.id == id && last.name == name);
        if !calls.last().is_some_and(goes_on) {
            calls.push(Called { id, name, arguments: String::new() });
        }
        if let Some(last) = calls.last_mut() {
            last.arguments.push_str(arguments);
        }
        let size: usize = calls.iter().map(|call| call.name.len() + call.arguments.len() + 1).sum();
        if size <= self.most { Ok(()) } else { Err(ModelError::Invalid("the tool calls are too long")) }
    }

    fn end(self, stop: Stop, usage: Usage) -> Result<Completion, ModelError> {
        match stop {
            Stop::Done => Ok(Completion { usage, ..self.heard }),
            Stop::Cut => Err(ModelError::Invalid("the answer was cut off at the model's limit")),
            Stop::Filtered => Err(ModelError::Invalid("the provider withheld the answer")),
        }
    }
}
