//! A connection on which the server can say one thing at a time.
//!
//! Who sits on the way can put answers of their own behind the one to STARTTLS. A reader that takes in all there is would hold them for the
//! server's answers after the change to TLS. This one takes in no byte behind the end of a line until the other side has spoken again, so that what
//! was put there meets the TLS handshake and breaks it. Must not know SMTP beyond that.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll, ready},
};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// The first byte of a TLS record that begins a handshake; no command begins with it.
const HANDSHAKE: u8 = 0x16;

/// A TCP connection, read byte by byte while it is in plain text.
#[derive(Debug)]
pub struct OneAtATime {
    stream: TcpStream,
    plain: bool,
}

impl OneAtATime {
    /// Over this connection.
    pub fn new(stream: TcpStream) -> Self {
        Self { stream, plain: true }
    }
}

impl AsyncTokioStream for OneAtATime {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}

impl AsyncRead for OneAtATime {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.plain {
            return Pin::new(&mut self.stream).poll_read(context, into);
        }
        let mut byte = [0];
        let mut one = ReadBuf::new(&mut byte);
        ready!(Pin::new(&mut self.stream).poll_read(context, &mut one))?;
        into.put_slice(one.filled());
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for OneAtATime {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.plain &= bytes.first() != Some(&HANDSHAKE);
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
