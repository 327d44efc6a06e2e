//! Places where a process can be told to end itself by SIGKILL, as a power cut would: for tests of what survives.
//!
//! Always compiled in, so that what is tested is what runs; armed by one setting that nobody sets otherwise, and free until then but for
//! one atomic load. Must not know what happens at a place.

use std::sync::{
    OnceLock,
    atomic::{AtomicU64, Ordering},
};

/// What stands before each name in the binary, where a test finds them all.
const PREFIX: &str = "baton.kp/";
/// What stands behind it: neighbouring texts of a binary run into each other.
const END: &str = ";";

static ARMED: OnceLock<Armed> = OnceLock::new();

#[derive(Debug)]
struct Armed {
    name: String,
    at: Option<String>,
    left: AtomicU64,
}

/// A text that names no kill point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected <name>[@<where>]:<n>, n from 1")]
pub struct NoKillPoint;

/// Ends the process when the point of this name is reached for the n-th time: `name:n`, or `name@where:n` for one service or consumer.
/// The first call counts; a process is killed once.
///
/// # Errors
/// [`NoKillPoint`].
pub fn arm(spec: &str) -> Result<(), NoKillPoint> {
    let armed = parse(spec)?;
    ARMED.get_or_init(|| armed);
    Ok(())
}

/// Whether a text could be armed.
///
/// # Errors
/// [`NoKillPoint`].
pub fn check(spec: &str) -> Result<(), NoKillPoint> {
    parse(spec).map(drop)
}

fn parse(spec: &str) -> Result<Armed, NoKillPoint> {
    let (place, count) = spec.rsplit_once(':').ok_or(NoKillPoint)?;
    let left = count.parse().ok().filter(|count| *count > 0).ok_or(NoKillPoint)?;
    let (name, at) = place.split_once('@').map_or((place, None), |(name, at)| (name, Some(at.to_owned())));
    if name.is_empty() || at.as_ref().is_some_and(String::is_empty) {
        return Err(NoKillPoint);
    }
    Ok(Armed { name: name.to_owned(), at, left: AtomicU64::new(left) })
}

/// Called by [`kp!`](crate::kp) alone.
#[doc(hidden)]
pub fn reached(marker: &'static str, at: &str) {
    let Some(armed) = ARMED.get() else { return };
    if armed.is(marker, at) && armed.left.fetch_sub(1, Ordering::Relaxed) == 1 {
        die();
    }
}

impl Armed {
    fn is(&self, marker: &str, at: &str) -> bool {
        let name = marker.strip_prefix(PREFIX).and_then(|name| name.strip_suffix(END));
        name == Some(self.name.as_str()) && self.at.as_deref().is_none_or(|wanted| wanted == at)
    }
}

fn die() {
    // No word in the log: a power cut leaves none either.
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
}

/// A place where a test can end the process: `kp!("write.after_commit", service)`. The name is found in the binary by
/// `baton.kp/<name>;`.
#[macro_export]
macro_rules! kp {
    ($name:literal, $at:expr) => {
        $crate::life::kill_points::reached(concat!("baton.kp/", $name, ";"), $at)
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_named_with_or_without_its_place() {
        let armed = parse("write.after_commit@conversation:3").unwrap();
        assert!(armed.is("baton.kp/write.after_commit;", "conversation"));
        assert!(!armed.is("baton.kp/write.after_commit;", "team"));
        assert!(!armed.is("baton.kp/write.after_commit_too;", "conversation"));
        assert!(parse("call.before:1").unwrap().is("baton.kp/call.before;", "anywhere"));
    }

    #[test]
    fn what_names_no_point_is_refused() {
        for spec in ["", "x", "x:", "x:0", "x:-1", ":1", "@a:1", "x@:1", "x:one"] {
            assert_eq!(check(spec), Err(NoKillPoint), "{spec}");
        }
    }
}
