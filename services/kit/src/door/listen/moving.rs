//! A connection that must move: when nothing could be written for too long, it fails, and with it all that waits behind it.
//!
//! The kernel's own limit beside it ([`limit_unread`]) covers what the kernel took and the peer does not. Must not know what is written.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use futures::future::BoxFuture;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use crate::life::clock::SharedClock;

/// A connection whose writes have to go on.
pub(super) struct Moving<I> {
    inner: I,
    clock: SharedClock,
    longest: Duration,
    /// Runs while a write waits.
    stuck: Option<BoxFuture<'static, ()>>,
}

impl<I> Moving<I> {
    pub(super) fn new(inner: I, clock: SharedClock, longest: Duration) -> Self {
        Self { inner, clock, longest, stuck: None }
    }

    fn judge(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.stuck = None;
            return written;
        }
        let stuck = self.stuck.get_or_insert_with(|| self.clock.sleep(self.longest));
        ready!(stuck.as_mut().poll(cx));
        self.stuck = None;
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Moving<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, into)
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Moving<I> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(cx, from);
        self.judge(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(cx, from);
        self.judge(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

/// Has the kernel end a connection whose peer takes or acknowledges nothing for so long: a live stream writes too little to fill the
/// kernel's buffer, so its writes never wait. Elsewhere than on Linux only [`Moving`] watches.
#[cfg_attr(not(target_os = "linux"), expect(unused_variables, reason = "an option of Linux"))]
pub(super) fn limit_unread(stream: &TcpStream, longest: Duration) {
    #[cfg(target_os = "linux")]
    {
        let milliseconds = u32::try_from(longest.as_millis()).unwrap_or(u32::MAX);
        if let Err(error) = rustix::net::sockopt::set_tcp_user_timeout(stream, milliseconds) {
            tracing::debug!(%error, "no TCP_USER_TIMEOUT");
        }
    }
}
