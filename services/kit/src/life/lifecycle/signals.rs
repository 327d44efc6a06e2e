//! The operating system's wish to stop. Knows two signals and one token.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Returns at the first signal; leaves a watcher behind that cancels `hard` at the second.
#[expect(
    clippy::disallowed_methods,
    reason = "not tracked: a drain must not wait for a signal that nobody sends"
)]
pub(super) async fn wait(hard: CancellationToken) {
    let mut signals = match Signals::install() {
        Ok(signals) => signals,
        Err(error) => {
            tracing::error!(%error, "signal handlers cannot be installed");
            return std::future::pending().await;
        }
    };
    let first = signals.next().await;
    tracing::info!(signal = first, "asked to stop");
    tokio::spawn(async move {
        tokio::select! {
            second = signals.next() => {
                tracing::warn!(signal = second, "asked again: stopping at once");
                hard.cancel();
            }
            () = hard.cancelled() => {}
        }
    });
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Both handlers, installed before the first is awaited, so that no signal falls in between.
    fn install() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn send_sigterm() {
        let pid = std::process::id().to_string();
        let status = std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(status.success());
    }

    #[tokio::test]
    async fn the_first_signal_returns_and_the_second_aborts() {
        let hard = CancellationToken::new();
        let mut first = Box::pin(wait(hard.clone()));
        assert!(futures::poll!(&mut first).is_pending());
        send_sigterm();
        first.await;
        assert!(!hard.is_cancelled());
        send_sigterm();
        hard.cancelled().await;
    }
}
