//! Clients that send one request after the other over kept connections, and what they saw. Plain blocking sockets: the
//! client shares the processors with the server, so it must cost little.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// A request to send.
pub struct Request {
    pub method: &'static str,
    pub path: String,
    pub key: Option<String>,
    pub body: String,
}

impl Request {
    /// A GET.
    pub fn get(path: impl Into<String>) -> Request {
        Request { method: "GET", path: path.into(), key: None, body: String::new() }
    }
}

/// What the clients of one round saw.
pub struct Round {
    /// Answers per second, those with an error left out.
    pub per_second: f64,
    /// Half of the answers took at most so long.
    pub p50: Duration,
    /// All but one in a hundred took at most so long.
    pub p99: Duration,
    /// Answers that were not 2xx.
    pub errors: usize,
    /// All answers.
    pub answers: usize,
}

/// One connection, kept open.
pub struct Client {
    stream: BufReader<TcpStream>,
    token: String,
    line: String,
    body: Vec<u8>,
}

impl Client {
    pub fn connect(address: &str, token: &str) -> Client {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Client { stream: BufReader::new(stream), token: token.to_owned(), line: String::new(), body: vec![] }
    }

    /// Sends and waits for the whole answer; its status.
    pub fn send(&mut self, request: &Request) -> u16 {
        let Request { method, path, body, .. } = request;
        let key = request.key.as_ref().map_or_else(String::new, |key| format!("Idempotency-Key: {key}\r\n"));
        let kind = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
        let text = format!(
            "{method} {path} HTTP/1.1\r\nHost: load\r\nAuthorization: Bearer {}\r\n{kind}{key}Content-Length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        );
        self.stream.get_mut().write_all(text.as_bytes()).unwrap();
        self.answer()
    }

    /// The body of the last answer.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn header(&mut self) -> &str {
        self.line.clear();
        self.stream.read_line(&mut self.line).unwrap();
        self.line.trim_end()
    }

    fn answer(&mut self) -> u16 {
        let status = self.header().split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
        let (mut length, mut is_chunked) = (0, false);
        loop {
            let header = self.header().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            is_chunked |= header == "transfer-encoding: chunked";
        }
        self.body.clear();
        while is_chunked {
            let size = usize::from_str_radix(self.header(), 16).unwrap();
            let (mut piece, mut end) = (vec![0; size], [0; 2]);
            self.stream.read_exact(&mut piece).unwrap();
            self.stream.read_exact(&mut end).unwrap();
            self.body.extend(piece);
            is_chunked = size > 0;
        }
        if length > 0 {
            self.body.resize(length, 0);
            self.stream.read_exact(&mut self.body).unwrap();
        }
        status
    }
}

/// Lets so many clients send for so long. `make` is asked for the `n`th request of a client.
pub fn drive(
    address: &str,
    token: &str,
    clients: usize,
    time: Duration,
    make: impl Fn(usize, usize) -> Request + Send + Sync,
) -> Round {
    let started = Instant::now();
    let seen: Vec<(Vec<Duration>, usize)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients)
            .map(|client| {
                let make = &make;
                scope.spawn(move || {
                    let mut connection = Client::connect(address, token);
                    let (mut times, mut errors) = (vec![], 0);
                    let mut at = 0;
                    while started.elapsed() < time {
                        let request = make(client, at);
                        at += 1;
                        let sent = Instant::now();
                        let status = connection.send(&request);
                        times.push(sent.elapsed());
                        if !(200..300).contains(&status) {
                            if errors == 0 {
                                eprintln!(
                                    "{} {}: {status} {}",
                                    request.method,
                                    request.path,
                                    connection.text()
                                );
                            }
                            errors += 1;
                        }
                    }
                    (times, errors)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let elapsed = started.elapsed();
    let errors: usize = seen.iter().map(|(_, errors)| errors).sum();
    let mut times: Vec<Duration> = seen.into_iter().flat_map(|(times, _)| times).collect();
    times.sort_unstable();
    let at = |share: usize| {
        times.get((times.len() * share / 100).min(times.len() - 1)).copied().unwrap_or_default()
    };
    let good = u32::try_from(times.len() - errors).unwrap();
    Round {
        per_second: f64::from(good) / elapsed.as_secs_f64(),
        p50: at(50),
        p99: at(99),
        errors,
        answers: times.len(),
    }
}
