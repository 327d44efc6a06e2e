//! A program that is given only so long. Must not know which one.

use std::{os::unix::process::CommandExt as _, process::Command, time::Duration};

use crate::harness::child::{Begun, begin};

/// How long it has to put its affairs in order after it was asked to stop, such as to close a browser.
const GRACE: Duration = Duration::from_secs(20);

/// Whether it ended well. What it said is printed at its end.
///
/// # Panics
/// If it has not ended within `limit`; it is stopped then, with everything that it began.
pub fn within(limit: Duration, mut command: Command) -> bool {
    // A group of its own: what it began is stopped with it.
    command.process_group(0);
    let begun = begin(command);
    let status = begun.ended.recv_timeout(limit);
    if status.is_err() {
        stop(&begun);
    }
    for line in begun.lines.try_iter() {
        println!("{line}");
    }
    let status = status
        .unwrap_or_else(|_| panic!("it hung: after {limit:?} it was stopped; its last words stand above"));
    status.success()
}

/// Asks, then insists.
fn stop(begun: &Begun) {
    signal(begun, "TERM");
    if begun.ended.recv_timeout(GRACE).is_err() {
        signal(begun, "KILL");
        assert!(begun.ended.recv_timeout(GRACE).is_ok(), "what it began outlives it");
    }
}

fn signal(begun: &Begun, name: &str) {
    let group = format!("-{}", begun.pid);
    // It may just have ended by itself.
    let _ = Command::new("kill").args([&format!("-{name}"), "--", &group]).status();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn how_it_ended_is_told() {
        let patience = Duration::from_secs(60);
        assert!(within(patience, shell("echo fine")));
        assert!(!within(patience, shell("exit 3")));
    }

    #[test]
    #[should_panic(expected = "it hung")]
    fn what_hangs_is_stopped_with_all_that_it_began() {
        // Ends only when the program in the background lets go of its output as well.
        within(Duration::from_millis(200), shell("sleep 600 & wait"));
    }
}
