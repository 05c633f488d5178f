//! A connection that gives only as many bytes as it was allowed to.

use std::fmt;
use std::io::{Error, Result};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection, encrypted or not.
pub(super) trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// Reads at most as many bytes as were allowed since the last command: a server that goes on and on is cut off, whatever
/// it announced.
pub(super) struct Bounded {
    inner: Box<dyn Wire>,
    left: usize,
}

impl Bounded {
    pub(super) fn new(inner: Box<dyn Wire>, left: usize) -> Bounded {
        Bounded { inner, left }
    }

    /// From now on this many bytes may be read.
    pub(super) fn allow(&mut self, bytes: usize) {
        self.left = bytes;
    }

    pub(super) fn into_inner(self) -> Box<dyn Wire> {
        self.inner
    }
}

impl fmt::Debug for Bounded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bounded").field("left", &self.left).finish_non_exhaustive()
    }
}

impl AsyncRead for Bounded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        if self.left == 0 {
            return Poll::Ready(Err(Error::other("the server's answer is longer than any that makes sense")));
        }
        let most = self.left.min(buffer.remaining());
        let mut part = ReadBuf::new(buffer.initialize_unfilled_to(most));
        let outcome = Pin::new(&mut self.inner).poll_read(cx, &mut part);
        let read = part.filled().len();
        buffer.advance(read);
        self.left -= read;
        outcome
    }
}

impl AsyncWrite for Bounded {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::*;

    #[tokio::test]
    async fn no_more_is_read_than_was_allowed() {
        let (server, client) = tokio::io::duplex(64);
        tokio::spawn(async move {
            let (_, mut write) = tokio::io::split(server);
            while tokio::io::AsyncWriteExt::write_all(&mut write, &[b'x'; 64]).await.is_ok() {}
        });
        let mut bounded = Bounded::new(Box::new(client), 100);
        let mut buffer = vec![0; 1_000];
        assert!(bounded.read_exact(&mut buffer).await.is_err());
        bounded.allow(1_000);
        bounded.read_exact(&mut buffer).await.unwrap();
        assert!(bounded.read_u8().await.is_err());
    }
}
