//! What happened when, as a person reads it.

use std::time::Duration;

use baton_kit::life::clock::SharedClock;

/// Entries with the time since the start.
pub struct Timeline {
    clock: SharedClock,
    start: Duration,
    printing: bool,
    entries: Vec<String>,
}

impl Timeline {
    /// A timeline that is printed as it grows.
    pub fn printing(clock: SharedClock) -> Self {
        Self { printing: true, ..Self::silent(clock) }
    }

    /// A timeline that is only kept.
    pub fn silent(clock: SharedClock) -> Self {
        Self { start: clock.monotonic(), clock, printing: false, entries: Vec::new() }
    }

    /// Enters what somebody did or saw.
    #[expect(clippy::print_stdout, reason = "the timeline is what the command is for")]
    pub fn entry(&mut self, who: &str, what: &str) {
        let at = self.clock.monotonic().saturating_sub(self.start);
        let line = format!("{:>8.1} ms  {who:<9} {what}", at.as_secs_f64() * 1000.0);
        if self.printing {
            println!("{line}");
        }
        self.entries.push(line);
    }

    /// Every entry so far.
    pub fn entries(&self) -> &[String] {
        &self.entries
    }
}
