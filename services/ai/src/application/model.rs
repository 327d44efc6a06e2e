//! What engines need of a language model: a stream of what it says, and where the pieces of an answer are shown.
//!
//! The port carries what happened and judges nothing: time, size, retries and meaning are decided in here, the same for every provider.
//! Names no technology.

use std::time::Duration;

use futures::stream::BoxStream;

use crate::domain::pace::Late;

/// Takes an answer while it is made. What is shown is never the answer itself, which only the decision holds.
pub trait Pieces: Send + Sync {
    /// The next piece.
    fn say(&self, piece: &str);
    /// There is nothing to read, but somebody is at work.
    fn alive(&self);
    /// What was said is void.
    fn begin_anew(&self);
}

/// Who speaks in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The visitor, and whatever else a model has to read.
    User,
    /// The model itself, earlier.
    Assistant,
}

/// A message of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelMessage {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub text: String,
}

/// A tool a model may call.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelTool {
    /// Its name.
    pub name: String,
    /// What it is for, in words for the model.
    pub description: String,
    /// The JSON schema of its arguments.
    pub schema: serde_json::Value,
}

/// What a model is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelRequest {
    /// What it is to do.
    pub system: String,
    /// What was said; the last message is the user's.
    pub messages: Vec<ModelMessage>,
    /// What it may call.
    pub tools: Vec<ModelTool>,
}

/// Why a model stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// It had said everything.
    Done,
    /// It ran into its own limit.
    Cut,
    /// Its provider let nothing more through.
    Filtered,
}

/// What an answer cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens read; 0 if unknown.
    pub read: u32,
    /// Tokens written; 0 if unknown.
    pub written: u32,
}

/// What happens while a model speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelEvent {
    /// A piece of text.
    Text(String),
    /// It thinks, this many bytes; nobody is shown what.
    Thought(usize),
    /// A piece of a tool call: id, name (empty in pieces after the first) and arguments.
    Call(String, String, String),
    /// The end; nothing comes after it.
    End(Stop, Usage),
}

/// Why a model said nothing that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// Nobody was there, or no secure connection came about.
    #[error("the provider cannot be reached")]
    NotConnected,
    /// It answered with this HTTP status.
    #[error("the provider answered {status}")]
    Status {
        /// The status.
        status: u16,
        /// When it wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// The connection or the provider broke in the middle.
    #[error("the provider's stream broke off")]
    Broken,
    /// What came is not of the protocol.
    #[error("the provider's stream cannot be read")]
    Malformed,
    /// It took too long.
    #[error("the provider was too slow: {0:?}")]
    Slow(Late),
    /// It failed so often that it is not asked at the moment.
    #[error("the provider is not asked at the moment: its circuit is open")]
    CircuitOpen,
    /// What it said cannot be used.
    #[error("the model's output is invalid: {0}")]
    Invalid(&'static str),
}

/// A language model behind some provider.
pub trait LanguageModel: Send + Sync + 'static {
    /// What it is, for logs.
    fn label(&self) -> &'static str;
    /// Asks it. Nothing happens until the stream is read; dropping it ends the call. It ends with [`ModelEvent::End`] or an error; if it
    /// ends otherwise, it broke off.
    fn ask(&self, request: &ModelRequest) -> BoxStream<'static, Result<ModelEvent, ModelError>>;
}
