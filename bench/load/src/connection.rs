//! Just enough HTTP/1.1 to send prepared requests and learn how they were answered.

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One connection, used for one request after the other.
pub(crate) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// What the head of an answer says.
#[derive(Debug, PartialEq)]
struct Head {
    status: u16,
    /// Of head and body together.
    length: usize,
}

impl Connection {
    /// Connects to `ADDRESS:PORT`.
    pub(crate) async fn open(authority: &str) -> std::io::Result<Self> {
        let stream = TcpStream::connect(authority).await?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream, received: Vec::with_capacity(4096) })
    }

    /// Sends a prepared request and waits for the whole answer; returns its status.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> anyhow::Result<u16> {
        self.stream.write_all(request).await?;
        self.received.clear();
        loop {
            if self.stream.read_buf(&mut self.received).await? == 0 {
                bail!("the server closed the connection");
            }
            match parse_head(&self.received)? {
                Some(head) if self.received.len() >= head.length => return Ok(head.status),
                _ => {}
            }
        }
    }
}

/// `None` while the head has not arrived whole.
fn parse_head(bytes: &[u8]) -> anyhow::Result<Option<Head>> {
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = std::str::from_utf8(&bytes[..end]).context("the answer's head is not text")?;
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("no status line")?.parse()?;
    let body: usize = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .context("the answer has no Content-Length")?
        .1
        .trim()
        .parse()?;
    Ok(Some(Head { status, length: end + 4 + body }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_head_gives_status_and_length() {
        let answer = b"HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\nContent-Length: 11\r\n\r\n<Response/>";
        assert_eq!(parse_head(answer).unwrap(), Some(Head { status: 200, length: answer.len() }));
    }

    #[test]
    fn half_a_head_asks_for_more() {
        assert_eq!(parse_head(b"HTTP/1.1 200 OK\r\ncontent-le").unwrap(), None);
    }

    #[test]
    fn an_answer_of_unknown_length_is_an_error() {
        assert!(parse_head(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").is_err());
    }
}
