//! A small load balancer: each request to the next node that says it is ready, on a connection of its own, as nginx does.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How often nodes are asked whether they are ready.
const LOOK: Duration = Duration::from_millis(50);

/// It ends with the runtime.
#[derive(Clone)]
pub(super) struct Proxy {
    url: String,
    nodes: Arc<Mutex<Vec<Node>>>,
    turn: Arc<AtomicUsize>,
}

#[derive(Clone)]
struct Node {
    address: String,
    is_ready: bool,
    served: usize,
}

impl Proxy {
    /// Listens on a free port, with nobody behind it yet.
    pub async fn start() -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = Proxy {
            url: format!("http://{}", listener.local_addr().unwrap()),
            nodes: Arc::default(),
            turn: Arc::default(),
        };
        let (accepting, looking) = (proxy.clone(), proxy.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let proxy = accepting.clone();
                tokio::spawn(async move {
                    // A client that left needs no answer.
                    drop(proxy.serve(client).await);
                });
            }
        });
        tokio::spawn(async move { looking.look().await });
        proxy
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A node that is ready joins.
    pub fn join(&self, url: &str) {
        let address = url.trim_start_matches("http://").to_owned();
        self.nodes.lock().unwrap().push(Node { address, is_ready: true, served: 0 });
    }

    /// Requests each node that is ready has served.
    pub fn served(&self) -> Vec<usize> {
        let nodes = self.nodes.lock().unwrap();
        nodes.iter().filter(|node| node.is_ready).map(|node| node.served).collect()
    }

    async fn look(&self) {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(5)).build().unwrap();
        let mut turn = tokio::time::interval(LOOK);
        loop {
            turn.tick().await;
            let addresses: Vec<_> =
                self.nodes.lock().unwrap().iter().map(|node| node.address.clone()).collect();
            for address in addresses {
                let said =
                    http.get(format!("http://{address}/readyz")).header("Connection", "close").send().await;
                let is_ready = said.is_ok_and(|said| said.status() == 200);
                self.note(&address, is_ready);
            }
        }
    }

    /// What is known of a node now.
    fn note(&self, address: &str, is_ready: bool) {
        let mut nodes = self.nodes.lock().unwrap();
        nodes.iter_mut().filter(|node| node.address == address).for_each(|node| node.is_ready = is_ready);
    }

    fn next(&self) -> Option<String> {
        let mut nodes = self.nodes.lock().unwrap();
        let mut ready: Vec<&mut Node> = nodes.iter_mut().filter(|node| node.is_ready).collect();
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % ready.len().max(1);
        let node = ready.get_mut(turn)?;
        node.served += 1;
        Some(node.address.clone())
    }

    /// One request and its answer; then both connections end.
    async fn serve(&self, mut client: TcpStream) -> std::io::Result<()> {
        let request = whole_request(&mut client).await?;
        let mut node = loop {
            let Some(node) = self.next() else {
                return client.write_all(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n").await;
            };
            // Nobody there: nothing was sent, so the next one may have it.
            match TcpStream::connect(&node).await {
                Ok(connection) => break connection,
                Err(_) => self.note(&node, false),
            }
        };
        node.write_all(&request).await?;
        let mut answer = Vec::new();
        node.read_to_end(&mut answer).await?;
        client.write_all(&answer).await
    }
}

/// The request with its body, told to close the connection afterwards.
async fn whole_request(client: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let (mut read, mut buffer) = (Vec::new(), [0; 16_384]);
    loop {
        let count = client.read(&mut buffer).await?;
        if count == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        read.extend_from_slice(&buffer[..count]);
        let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&read[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
        if read.len() >= end + 4 + length {
            let line_end = read.windows(2).position(|two| two == b"\r\n").unwrap() + 2;
            read.splice(line_end..line_end, *b"Connection: close\r\n");
            return Ok(read);
        }
    }
}
