//! Finds out about handoffs by a language model, within a time; by the built-in engine whenever that fails, so that a brief is never
//! missing.
//!
//! Must not know how a model is reached.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use baton_kit::life::clock::{self, SharedClock};

use super::{
    ask_model::AskModel,
    model::{ModelMessage, ModelRequest, ModelTool, Pieces, Role},
    ports::{InsightEngine, InsightInput},
};
use crate::domain::{
    brief::{
        Insight,
        report::{self, REPORT},
    },
    thread::{Author, Thread, ThreadMessage},
};

/// How much of a thread a model is given, bytes: its end.
const MAX_THREAD_BYTES: usize = 24 * 1024;
/// The longest message it is given, bytes.
const MAX_MESSAGE_BYTES: usize = 4 * 1024;

/// The engine.
pub struct ReportWithModel {
    /// The model.
    pub asks: Arc<AskModel>,
    /// Who finds out where the model does not.
    pub builtin: Arc<dyn InsightEngine>,
    /// What the model reports with.
    pub tool: ModelTool,
    /// Time.
    pub clock: SharedClock,
    /// How long the model is given.
    pub deadline: Duration,
}

/// A tool as its file describes it.
#[derive(serde::Deserialize)]
struct Tool {
    name: String,
    description: String,
    schema: serde_json::Value,
}

/// The tool a model reports with.
///
/// # Errors
/// If its description cannot be read, which only a broken build can bring about.
pub fn shipped_tool() -> Result<ModelTool, serde_json::Error> {
    let Tool { name, description, schema } =
        serde_json::from_str(include_str!("../../prompts/insight/report.v1.json"))?;
    Ok(ModelTool { name, description, schema })
}

#[async_trait]
impl InsightEngine for ReportWithModel {
    fn label(&self) -> &'static str {
        "model"
    }

    async fn find_out(&self, input: &InsightInput) -> Insight {
        let asked = clock::timeout(&self.clock, self.deadline, self.ask(input)).await;
        match asked.unwrap_or_else(|elapsed| Err(elapsed.to_string())) {
            Ok(made) => made,
            Err(cause) => {
                tracing::warn!(%cause, "the model reported nothing that can be used; the built-in engine does");
                self.builtin.find_out(input).await
            }
        }
    }
}

impl ReportWithModel {
    async fn ask(&self, input: &InsightInput) -> Result<Insight, String> {
        let request = ModelRequest {
            system: include_str!("../../prompts/insight/system.v1.txt").to_owned(),
            messages: vec![ModelMessage { role: Role::User, text: thread_of(&input.thread) }],
            tools: vec![self.tool.clone()],
        };
        let completion = self.asks.ask(&request, &Unseen).await.map_err(|error| error.to_string())?;
        let call = completion.calls.first().ok_or_else(|| format!("`{REPORT}` was not called"))?;
        let made = report::insight_of(&call.name, &call.arguments, &input.thread, input.with_urgency);
        made.map_err(|fault| fault.to_string())
    }
}

/// The end of the thread, as data.
fn thread_of(thread: &Thread) -> String {
    let mut room = MAX_THREAD_BYTES;
    let shown = thread.messages.iter().rev().map(shown).take_while(|text| {
        let fits = text.len() <= room;
        room = room.saturating_sub(text.len());
        fits
    });
    let mut newest_first: Vec<String> = shown.collect();
    newest_first.reverse();
    newest_first.concat()
}

fn shown(message: &ThreadMessage) -> String {
    let author = match message.author {
        Author::Visitor => "visitor",
        Author::Assistant => "assistant",
        Author::Member => "staff",
        Author::System => "system",
    };
    let text = crate::domain::brief::cut(&message.text, MAX_MESSAGE_BYTES);
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<message number=\"{}\" author=\"{author}\">\n{text}\n</message>\n", message.sequence)
}

/// Nobody looks on.
struct Unseen;

impl Pieces for Unseen {
    fn say(&self, _: &str) {}

    fn alive(&self) {}

    fn begin_anew(&self) {}
}

#[cfg(test)]
mod tests;
