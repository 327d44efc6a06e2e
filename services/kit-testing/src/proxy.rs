//! A TCP proxy on 127.0.0.1 that can be slow, cut, deaf or forgetful.
//!
//! Knows bytes, no protocol.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
};
use tokio_util::sync::{CancellationToken, DropGuard};

/// What is wrong with the line now.
#[derive(Debug, Clone, Default)]
struct Faults {
    to_server: Duration,
    to_client: Duration,
    blackhole: bool,
    /// Of each connection, bytes of replies that pass; what follows is read and forgotten.
    replies: Option<usize>,
    /// Connections of an earlier number are cut.
    cuts: u64,
}

/// A proxy to one server. Faults hold for connections that are open and for new ones; it ends when
/// dropped.
#[derive(Debug)]
pub struct FaultProxy {
    address: SocketAddr,
    faults: watch::Sender<Faults>,
    _running: DropGuard,
}

impl FaultProxy {
    /// Listens on a free port and passes everything on to `server`.
    ///
    /// # Errors
    /// When no port can be had.
    #[expect(clippy::disallowed_methods, reason = "a test's own task, ended by its drop")]
    pub async fn start(server: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
        let (address, faults) = (listener.local_addr()?, watch::Sender::new(Faults::default()));
        let (running, seen) = (CancellationToken::new(), faults.clone());
        let accepting = async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(connect(client, server, seen.subscribe()));
            }
        };
        tokio::spawn(running.clone().run_until_cancelled_owned(accepting));
        Ok(Self { address, faults, _running: running.drop_guard() })
    }

    /// Where clients connect.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Delays every piece of data, each way.
    pub fn delay(&self, to_server: Duration, to_client: Duration) {
        self.faults.send_modify(|faults| (faults.to_server, faults.to_client) = (to_server, to_client));
    }

    /// Closes every open connection. New ones are let in.
    pub fn cut(&self) {
        self.faults.send_modify(|faults| faults.cuts += 1);
    }

    /// Half-open: nothing passes and nobody is told, until it is switched off; then what was held back
    /// arrives.
    pub fn blackhole(&self, on: bool) {
        self.faults.send_modify(|faults| faults.blackhole = on);
    }

    /// Forgets what a server answers after so many bytes of each connection; `None` passes everything.
    pub fn drop_replies_after(&self, bytes: Option<usize>) {
        self.faults.send_modify(|faults| faults.replies = bytes);
    }
}

async fn connect(client: TcpStream, server: SocketAddr, mut faults: watch::Receiver<Faults>) {
    let Ok(server) = TcpStream::connect(server).await else {
        return;
    };
    let (Ok(()), Ok(())) = (client.set_nodelay(true), server.set_nodelay(true)) else {
        return;
    };
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    let cuts = faults.borrow().cuts;
    // Whatever ends first drops all four halves, which closes both connections.
    tokio::select! {
        _ = pump(from_client, to_server, faults.clone(), false) => {}
        _ = pump(from_server, to_client, faults.clone(), true) => {}
        _ = faults.wait_for(|faults| faults.cuts > cuts) => {}
    }
}

#[expect(clippy::disallowed_methods, reason = "a delay of the line is real time")]
async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut faults: watch::Receiver<Faults>,
    replies: bool,
) -> io::Result<()> {
    let (mut buffer, mut passed) = (vec![0; 64 * 1024], 0);
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            return Ok(());
        }
        let delay = if replies { faults.borrow().to_client } else { faults.borrow().to_server };
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        let _ = faults.wait_for(|faults| !faults.blackhole).await;
        let limit = faults.borrow().replies.filter(|_| replies).unwrap_or(usize::MAX);
        let kept = read.min(limit.saturating_sub(passed));
        passed += read;
        to.write_all(buffer.get(..kept).unwrap_or_default()).await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that answers each piece with the same.
    async fn echo() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        #[expect(clippy::disallowed_methods, reason = "a bare server for a test")]
        tokio::spawn(async move {
            while let Ok((mut peer, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut reader, mut writer) = peer.split();
                    tokio::io::copy(&mut reader, &mut writer).await
                });
            }
        });
        address
    }

    async fn answer(client: &mut TcpStream, text: &[u8]) -> io::Result<Vec<u8>> {
        client.write_all(text).await?;
        let mut answer = vec![0; text.len()];
        client.read_exact(&mut answer).await?;
        Ok(answer)
    }

    #[tokio::test]
    async fn without_faults_everything_passes() {
        let proxy = FaultProxy::start(echo().await).await.unwrap();
        let mut client = TcpStream::connect(proxy.address()).await.unwrap();
        assert_eq!(answer(&mut client, b"one").await.unwrap(), b"one");
    }

    #[tokio::test]
    async fn a_cut_closes_what_is_open_and_lets_new_ones_in() {
        let proxy = FaultProxy::start(echo().await).await.unwrap();
        let mut client = TcpStream::connect(proxy.address()).await.unwrap();
        assert_eq!(answer(&mut client, b"one").await.unwrap(), b"one");
        proxy.cut();
        assert_eq!(client.read(&mut [0; 8]).await.unwrap_or(0), 0);
        let mut client = TcpStream::connect(proxy.address()).await.unwrap();
        assert_eq!(answer(&mut client, b"two").await.unwrap(), b"two");
    }

    #[tokio::test]
    async fn a_black_hole_holds_everything_back_and_tells_nobody() {
        let proxy = FaultProxy::start(echo().await).await.unwrap();
        let mut client = TcpStream::connect(proxy.address()).await.unwrap();
        proxy.blackhole(true);
        client.write_all(b"one").await.unwrap();
        #[expect(clippy::disallowed_methods, reason = "that nothing comes can only be seen by waiting")]
        let silence = tokio::time::timeout(Duration::from_millis(50), client.readable()).await;
        assert!(silence.is_err(), "something passed");
        proxy.blackhole(false);
        let mut late = [0; 3];
        client.read_exact(&mut late).await.unwrap();
        assert_eq!(&late, b"one");
    }

    #[tokio::test]
    async fn replies_are_forgotten_after_so_many_bytes() {
        let proxy = FaultProxy::start(echo().await).await.unwrap();
        proxy.drop_replies_after(Some(2));
        let mut client = TcpStream::connect(proxy.address()).await.unwrap();
        client.write_all(b"three").await.unwrap();
        client.shutdown().await.unwrap();
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).await.unwrap();
        assert!(answer.len() <= 2, "{answer:?}");
    }

    #[tokio::test]
    #[expect(clippy::disallowed_methods, reason = "a delay of the line is real time")]
    async fn a_delay_holds_each_way() {
        let proxy = FaultProxy::start(echo().await).await.unwrap();
        proxy.delay(Duration::from_millis(20), Duration::from_millis(30));
        let mut client = TcpStream::connect(proxy.address()).await.unwrap();
        let before = std::time::Instant::now();
        assert_eq!(answer(&mut client, b"one").await.unwrap(), b"one");
        assert!(before.elapsed() >= Duration::from_millis(50));
    }
}
