//! A watch on the log: a test fails on every WARN or ERROR that it did not expect.
//!
//! Catches what no assertion looks for. Knows no message itself; each test lists its own.

use std::{
    fmt::{self, Write as _},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
    subscriber::DefaultGuard,
};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt as _},
    util::{SubscriberInitExt as _, TryInitError},
};

/// One WARN or ERROR.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// How bad it is.
    pub level: Level,
    /// The module that said it.
    pub target: String,
    /// Message and fields: `message key=value …`.
    pub text: String,
}

impl fmt::Display for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.level, self.target, self.text)
    }
}

/// Collects WARN and ERROR events. Clones share what was collected, and are the layer to install.
#[derive(Debug, Clone, Default)]
pub struct LogWatch {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    lines: Vec<LogLine>,
    allowed: Vec<(String, String)>,
}

impl LogWatch {
    /// A watch that has seen nothing and allows nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Expects lines of this target, or of a module inside it, that contain `fragment`. Also counts
    /// for lines already collected.
    #[must_use = "it returns the watch, so that calls can be chained"]
    pub fn allow(self, target: &str, fragment: &str) -> Self {
        self.state().allowed.push((target.to_owned(), fragment.to_owned()));
        self
    }

    /// Watches this thread until the guard is dropped. For tests on a current-thread runtime.
    pub fn watch_thread(&self) -> DefaultGuard {
        tracing_subscriber::registry().with(self.clone()).set_default()
    }

    /// Watches the whole process from now on.
    ///
    /// # Errors
    /// When a subscriber is installed already.
    pub fn watch_process(&self) -> Result<(), TryInitError> {
        tracing_subscriber::registry().with(self.clone()).try_init()
    }

    /// Everything collected, allowed or not.
    pub fn lines(&self) -> Vec<LogLine> {
        self.state().lines.clone()
    }

    /// What was collected and is not allowed.
    pub fn unlisted(&self) -> Vec<LogLine> {
        let state = self.state();
        state.lines.iter().filter(|line| !state.allows(line)).cloned().collect()
    }

    /// Forgets what was collected so far.
    pub fn clear(&self) {
        self.state().lines.clear();
    }

    /// Fails the test if anything unlisted was said.
    ///
    /// # Panics
    /// With all unlisted lines.
    #[track_caller]
    pub fn assert_clean(&self) {
        let unlisted: Vec<String> = self.unlisted().iter().map(LogLine::to_string).collect();
        assert!(unlisted.is_empty(), "unexpected lines in the log:\n{}", unlisted.join("\n"));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn allows(&self, line: &LogLine) -> bool {
        self.allowed.iter().any(|(target, fragment)| {
            let inside = line.target.strip_prefix(target.as_str());
            inside.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
                && line.text.contains(fragment.as_str())
        })
    }
}

impl<S: Subscriber> Layer<S> for LogWatch {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        if *metadata.level() > Level::WARN {
            return;
        }
        let mut text = Text::default();
        event.record(&mut text);
        let line =
            LogLine { level: *metadata.level(), target: metadata.target().to_owned(), text: text.joined() };
        self.state().lines.push(line);
    }
}

#[derive(Default)]
struct Text {
    message: String,
    fields: String,
}

impl Text {
    fn joined(self) -> String {
        format!("{}{}", self.message, self.fields)
    }
}

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing into a String cannot fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }
}

#[cfg(test)]
mod tests {
    use tracing::{error, info, warn};

    use super::*;

    #[test]
    fn warnings_and_errors_are_collected_and_the_rest_is_not() {
        let watch = LogWatch::new();
        let guard = watch.watch_thread();
        info!("fine");
        warn!(target: "parcels", depot = "north", count = 3, "late by {} days", 2);
        error!(target: "parcels", "lost");
        drop(guard);
        error!("nobody watches any more");
        let lines: Vec<String> = watch.lines().iter().map(LogLine::to_string).collect();
        assert_eq!(lines, ["WARN parcels: late by 2 days depot=north count=3", "ERROR parcels: lost"]);
    }

    #[test]
    fn a_listed_line_is_clean_in_its_target_and_below_only() {
        let watch = LogWatch::new().allow("parcels", "late");
        let _guard = watch.watch_thread();
        warn!(target: "parcels", "late");
        warn!(target: "parcels::door", "too late");
        watch.assert_clean();
        warn!(target: "parcels_of_others", "late");
        warn!(target: "parcels", "lost");
        let targets: Vec<String> = watch.unlisted().into_iter().map(|line| line.target).collect();
        assert_eq!(targets, ["parcels_of_others", "parcels"]);
    }

    #[test]
    #[should_panic(expected = "ERROR parcels: lost")]
    fn an_unlisted_line_fails_the_test_and_is_named() {
        let watch = LogWatch::new();
        let _guard = watch.watch_thread();
        error!(target: "parcels", "lost");
        watch.assert_clean();
    }

    #[test]
    fn clearing_forgets_lines_but_not_what_is_allowed() {
        let watch = LogWatch::new().allow("parcels", "late");
        let _guard = watch.watch_thread();
        error!(target: "parcels", "lost");
        watch.clear();
        warn!(target: "parcels", "late");
        watch.assert_clean();
        assert_eq!(watch.lines().len(), 1);
    }
}
