//! A provider for benchmarks: it accepts every message, says so after a fixed time, and remembers when each
//! arrived. Ours and the peers send to the same one, so it costs them the same.
//!
//! A message is any POST whose body holds `bench` and a number; the number names it. `GET /report` tells what
//! arrived, `POST /reset` forgets it.

use std::collections::HashMap;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Parser;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Accepts messages on this machine.
#[derive(Parser)]
struct Options {
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// How long an answer takes, in milliseconds.
    #[arg(long, default_value_t = 0)]
    latency_ms: u64,
}

/// The longest request that is read.
const REQUEST_MAX: usize = 64 * 1024;

#[derive(Default)]
struct Seen {
    /// When each message came first, in microseconds since 1970.
    first: HashMap<u64, u64>,
    /// How many came again.
    doubled: u64,
    requests: u64,
}

type Shared = Arc<Mutex<Seen>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let listener = TcpListener::bind(options.listen).await?;
    writeln!(std::io::stdout(), "http://{}", listener.local_addr()?)?;
    let (seen, latency) = (Shared::default(), Duration::from_millis(options.latency_ms));
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(serve(stream, seen.clone(), latency));
    }
}

/// Answers the requests of one connection, one after the other.
async fn serve(mut stream: TcpStream, seen: Shared, latency: Duration) {
    let mut buffer = Vec::with_capacity(4_096);
    while let Ok(Some(length)) = read_request(&mut stream, &mut buffer).await {
        let answer = answer(&buffer[..length], &seen);
        buffer.drain(..length);
        if !latency.is_zero() {
            tokio::time::sleep(latency).await;
        }
        if stream.write_all(&answer).await.is_err() {
            return;
        }
    }
}

/// Reads until the buffer begins with a whole request, and tells how long that is.
async fn read_request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> std::io::Result<Option<usize>> {
    loop {
        if let Some(length) = request_length(buffer) {
            return Ok(Some(length));
        }
        if buffer.len() > REQUEST_MAX || stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
}

fn request_length(buffer: &[u8]) -> Option<usize> {
    let head = buffer.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&buffer[..head]).to_ascii_lowercase();
    let body = text.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length = head + body.and_then(|value| value.trim().parse::<usize>().ok()).unwrap_or(0);
    (buffer.len() >= length).then_some(length)
}

fn answer(request: &[u8], seen: &Shared) -> Vec<u8> {
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    if request.starts_with(b"GET /report") {
        return response("200 OK", &report(&seen));
    }
    if request.starts_with(b"POST /reset") {
        *seen = Seen::default();
        return response("200 OK", "{}");
    }
    if request.starts_with(b"GET ") {
        // A list of messages: nobody has lost anything here.
        return response("200 OK", "{\"messages\":[],\"next_page_uri\":null,\"page\":0,\"page_size\":50}");
    }
    let Some(number) = number_in(request) else { return response("404 Not Found", "{}") };
    seen.requests += 1;
    let now = now_micros();
    let again = seen.first.insert(number, now);
    if let Some(first) = again {
        seen.first.insert(number, first);
        seen.doubled += 1;
    }
    response("201 Created", &accepted(number))
}

/// As Twilio answers a new message, as far as a client reads it (Message resource).
fn accepted(number: u64) -> String {
    format!(
        "{{\"sid\":\"SM{number:032x}\",\"status\":\"queued\",\"num_segments\":\"1\",\"error_code\":null,\
         \"error_message\":null,\"price\":null,\"price_unit\":\"USD\",\"direction\":\"outbound-api\",\
         \"body\":\"\",\"to\":\"\",\"from\":\"\",\"date_created\":\"Thu, 01 Jan 2026 00:00:00 +0000\",\
         \"date_updated\":\"Thu, 01 Jan 2026 00:00:00 +0000\",\"date_sent\":null,\"account_sid\":\"AC\"}}"
    )
}

fn report(seen: &Seen) -> String {
    serde_json::json!({
        "requests": seen.requests,
        "messages": seen.first.len(),
        "doubled": seen.doubled,
        "first_us": seen.first.values().min(),
        "last_us": seen.first.values().max(),
        "arrivals": seen.first.iter().map(|(number, at)| (number.to_string(), *at)).collect::<HashMap<_, _>>(),
    })
    .to_string()
}

fn response(status: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// The digits behind `bench` and one or more separators.
fn number_in(request: &[u8]) -> Option<u64> {
    let at = request.windows(5).rposition(|window| window == b"bench")? + 5;
    let digits = request[at..].iter().skip_while(|byte| !byte.is_ascii_digit());
    let text: Vec<u8> = digits.copied().take_while(u8::is_ascii_digit).collect();
    std::str::from_utf8(&text).ok()?.parse().ok()
}

#[allow(clippy::disallowed_methods, reason = "arrivals are compared with the clocks of other programs")]
fn now_micros() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_named_by_its_number_and_counted_once() {
        let seen = Shared::default();
        let request =
            |body: &str| format!("POST /x HTTP/1.1\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        for body in ["Body=bench-000007&To=%2B1", "{\"text\":\"bench-7\"}", "Body=bench-8"] {
            let request = request(body);
            assert_eq!(request_length(request.as_bytes()), Some(request.len()));
            assert!(answer(request.as_bytes(), &seen).starts_with(b"HTTP/1.1 201"));
        }
        let report: serde_json::Value = serde_json::from_str(&report(&seen.lock().unwrap())).unwrap();
        assert_eq!((&report["messages"], &report["doubled"]), (&2.into(), &1.into()));
        assert!(request_length(b"POST /x HTTP/1.1\r\ncontent-length: 5\r\n\r\nab").is_none());
    }
}
