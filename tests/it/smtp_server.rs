//! An SMTP server for tests: it speaks over a real loopback socket, with TLS or without, checks passwords, and behaves
//! as badly as it is told to.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::{Arc, Mutex};

use mail_parser::decoders::base64::base64_decode;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// How the server protects its connections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tls {
    /// Not at all.
    #[default]
    None,
    /// Offers STARTTLS.
    Upgrade,
    /// From the first byte.
    FirstByte,
}

/// What the server does with a mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// Takes it.
    #[default]
    Accept,
    /// Greets with this reply instead of 220, and closes.
    Greet(&'static str),
    /// Accepts the connection and never says a word.
    HangAtGreeting,
    /// Answers RCPT with this reply.
    AtRecipient(&'static str),
    /// Answers the final dot with this reply.
    AtEnd(&'static str),
    /// Never answers the final dot.
    HangAtEnd,
    /// Never answers the final dot of a mail to this address; takes the others.
    HangAtEndTo(&'static str),
    /// Closes the connection while the mail is being sent.
    DropInData,
    /// Takes the mail, then never answers QUIT.
    HangAtQuit,
}

/// What the server is.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Protection.
    pub tls: Tls,
    /// User and password, once given, are required before MAIL.
    pub account: Option<(&'static str, &'static str)>,
    /// Mechanisms offered, `PLAIN LOGIN` unless told.
    pub mechanisms: Option<&'static str>,
    /// Name in the certificate, `127.0.0.1` unless told.
    pub certificate_name: Option<&'static str>,
}

/// A mail the server took.
#[derive(Clone, Debug)]
pub struct Received {
    /// Envelope sender.
    pub from: String,
    /// Envelope recipients.
    pub to: Vec<String>,
    /// Headers and body, unstuffed.
    pub data: Vec<u8>,
    /// Came over TLS.
    pub tls: bool,
    /// Who signed in.
    pub user: Option<String>,
}

#[derive(Debug, Default)]
struct Log {
    mood: Mood,
    received: Vec<Received>,
    /// Every line but the mail itself, and whether it was protected.
    lines: Vec<(bool, String)>,
}

/// The running server; it ends with the value.
pub struct SmtpServer {
    address: SocketAddr,
    setup: Setup,
    log: Arc<Mutex<Log>>,
    news: Arc<Notify>,
    folder: tempfile::TempDir,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl SmtpServer {
    /// Starts a server on a free port.
    pub async fn start(setup: Setup) -> Self {
        Self::start_on(setup, TcpListener::bind("127.0.0.1:0").await.unwrap()).await
    }

    /// Starts a server on this socket, e.g. one that was down so far.
    pub async fn start_on(setup: Setup, listener: TcpListener) -> Self {
        let address = listener.local_addr().unwrap();
        let name = setup.certificate_name.unwrap_or("127.0.0.1");
        let issued = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), issued.cert.pem()).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(issued.signing_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![issued.cert.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let log = Arc::new(Mutex::new(Log::default()));
        let news = Arc::new(Notify::new());
        let task = tokio::spawn({
            let (setup, log, news) = (setup.clone(), Arc::clone(&log), Arc::clone(&news));
            async move {
                // Sessions end with the server, or a hanging one would outlive its test.
                let mut sessions = tokio::task::JoinSet::new();
                loop {
                    let Ok((socket, _)) = listener.accept().await else { return };
                    let log = (Arc::clone(&log), Arc::clone(&news));
                    sessions.spawn(serve(socket, setup.clone(), acceptor.clone(), log));
                }
            }
        });
        Self { address, setup, log, news, folder, task }
    }

    /// Setting for the client, with the right user and password if the server wants them.
    pub fn url(&self) -> String {
        match self.setup.account {
            Some((user, password)) => self.url_as(user, password),
            None => self.url_with(""),
        }
    }

    /// Setting for the client with other credentials.
    pub fn url_as(&self, user: &str, password: &str) -> String {
        self.url_with(&format!("{user}:{password}@"))
    }

    fn url_with(&self, credentials: &str) -> String {
        let scheme = match self.setup.tls {
            Tls::None => "smtp+plain",
            Tls::Upgrade => "smtp",
            Tls::FirstByte => "smtps",
        };
        format!("{scheme}://{credentials}{}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The certificate to trust, as a PEM file.
    pub fn ca_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Changes the behaviour for connections to come and mails under way.
    pub fn mood(&self, mood: Mood) {
        self.log.lock().unwrap().mood = mood;
    }

    /// Mails taken so far.
    pub fn received(&self) -> Vec<Received> {
        self.log.lock().unwrap().received.clone()
    }

    /// Waits until so many mails were taken; a minute in which none comes is too long.
    pub async fn has_received(&self, count: usize) {
        let patience = std::time::Duration::from_secs(60);
        loop {
            let mut news = pin!(self.news.notified());
            // From here on no news is missed.
            news.as_mut().enable();
            let taken = self.received().len();
            if taken >= count {
                return;
            }
            let more = tokio::time::timeout(patience, news).await;
            assert!(more.is_ok(), "{taken} of {count} mails came");
        }
    }

    /// Command lines that came in, and whether TLS protected them.
    pub fn lines(&self) -> Vec<(bool, String)> {
        self.log.lock().unwrap().lines.clone()
    }
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

struct Session {
    stream: BufReader<Box<dyn Stream>>,
    setup: Setup,
    log: Arc<Mutex<Log>>,
    news: Arc<Notify>,
    tls: bool,
    user: Option<String>,
}

async fn serve(
    socket: TcpStream,
    setup: Setup,
    acceptor: TlsAcceptor,
    (log, news): (Arc<Mutex<Log>>, Arc<Notify>),
) {
    let implicit = setup.tls == Tls::FirstByte;
    let stream: Box<dyn Stream> = if implicit {
        // A client that does not trust us leaves here.
        let Ok(stream) = acceptor.accept(socket).await else { return };
        Box::new(stream)
    } else {
        Box::new(socket)
    };
    let session = Session { stream: BufReader::new(stream), setup, log, news, tls: implicit, user: None };
    // A client that breaks off is the client's affair.
    let _ = session.run(acceptor).await;
}

impl Session {
    fn current_mood(&self) -> Mood {
        self.log.lock().unwrap().mood
    }

    async fn say(&mut self, reply: &str) -> std::io::Result<()> {
        let stream = self.stream.get_mut();
        stream.write_all(format!("{reply}\r\n").as_bytes()).await?;
        stream.flush().await
    }

    /// The next line without its end; an error when the client is gone.
    async fn hear(&mut self) -> std::io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.trim_end().to_owned();
        self.log.lock().unwrap().lines.push((self.tls, line.clone()));
        Ok(line)
    }

    async fn run(mut self, acceptor: TlsAcceptor) -> std::io::Result<()> {
        match self.current_mood() {
            Mood::HangAtGreeting => hang().await,
            Mood::Greet(reply) => return self.say(reply).await,
            _ => self.say("220 test.example ESMTP").await?,
        }
        let (mut from, mut to) = (String::new(), Vec::new());
        loop {
            let line = self.hear().await?;
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" => self.greet_back().await?,
                "STARTTLS" if self.setup.tls == Tls::Upgrade && !self.tls => {
                    self.say("220 go ahead").await?;
                    assert!(self.stream.buffer().is_empty(), "commands pipelined before TLS");
                    self.stream = BufReader::new(Box::new(acceptor.accept(self.stream.into_inner()).await?));
                    self.tls = true;
                }
                "AUTH" => self.sign_in(rest).await?,
                "MAIL" if self.setup.account.is_some() && self.user.is_none() => {
                    self.say("530 5.7.0 Authentication required").await?;
                }
                "MAIL" => {
                    (from, to) = (address(rest), Vec::new());
                    self.say("250 2.1.0 ok").await?;
                }
                "RCPT" => match self.current_mood() {
                    Mood::AtRecipient(reply) => self.say(reply).await?,
                    _ => {
                        to.push(address(rest));
                        self.say("250 2.1.5 ok").await?;
                    }
                },
                "DATA" => {
                    if !self.take(&from, &to).await? {
                        return Ok(());
                    }
                }
                "QUIT" if self.current_mood() == Mood::HangAtQuit => hang().await,
                "QUIT" => return self.say("221 bye").await,
                "RSET" | "NOOP" => self.say("250 ok").await?,
                _ => self.say("502 5.5.1 what?").await?,
            }
        }
    }

    async fn greet_back(&mut self) -> std::io::Result<()> {
        let mut lines = vec!["test.example".to_owned(), "ENHANCEDSTATUSCODES".to_owned()];
        if self.setup.tls == Tls::Upgrade && !self.tls {
            lines.push("STARTTLS".to_owned());
        }
        if self.setup.account.is_some() {
            lines.push(format!("AUTH {}", self.setup.mechanisms.unwrap_or("PLAIN LOGIN")));
        }
        let last = lines.len() - 1;
        for (index, line) in lines.iter().enumerate() {
            let mark = if index == last { ' ' } else { '-' };
            self.say(&format!("250{mark}{line}")).await?;
        }
        Ok(())
    }

    async fn sign_in(&mut self, request: &str) -> std::io::Result<()> {
        let decode = |text: &str| String::from_utf8(base64_decode(text.as_bytes()).unwrap()).unwrap();
        let (mechanism, initial) = request.split_once(' ').unwrap_or((request, ""));
        let (user, password) = match mechanism {
            "PLAIN" => {
                let decoded = decode(initial);
                let mut pieces = decoded.split('\0').skip(1);
                (pieces.next().unwrap().to_owned(), pieces.next().unwrap().to_owned())
            }
            "LOGIN" => {
                self.say("334 VXNlcm5hbWU6").await?;
                let user = decode(&self.hear().await?);
                self.say("334 UGFzc3dvcmQ6").await?;
                (user, decode(&self.hear().await?))
            }
            _ => return self.say("504 5.5.4 unknown mechanism").await,
        };
        if self.setup.account == Some((&user, &password)) {
            self.user = Some(user);
            self.say("235 2.7.0 welcome").await
        } else {
            self.say("535 5.7.8 Authentication credentials invalid").await
        }
    }

    /// Reads the mail; `false` when the connection is to end.
    async fn take(&mut self, from: &str, to: &[String]) -> std::io::Result<bool> {
        self.say("354 end with a dot").await?;
        if self.current_mood() == Mood::DropInData {
            let mut some = [0; 64];
            self.stream.read_exact(&mut some).await?;
            return Ok(false);
        }
        let mut data = Vec::new();
        loop {
            let start = data.len();
            if self.stream.read_until(b'\n', &mut data).await? == 0 {
                return Ok(false);
            }
            if &data[start..] == b".\r\n" {
                data.truncate(start);
                break;
            }
            if data[start] == b'.' {
                data.remove(start);
            }
        }
        match self.current_mood() {
            Mood::HangAtEnd => hang().await,
            Mood::HangAtEndTo(address) if to.iter().any(|to| to == address) => hang().await,
            Mood::AtEnd(reply) => self.say(reply).await?,
            _ => {
                let (from, to) = (from.to_owned(), to.to_vec());
                let mail = Received { from, to, data, tls: self.tls, user: self.user.clone() };
                self.log.lock().unwrap().received.push(mail);
                self.news.notify_waiters();
                self.say("250 2.0.0 taken").await?;
            }
        }
        Ok(true)
    }
}

/// Silence until the client leaves or the server ends.
async fn hang() {
    std::future::pending::<()>().await;
}

/// `FROM:<a@b> BODY=…` → `a@b`.
fn address(argument: &str) -> String {
    let inner = argument.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map(|(address, _)| address.to_owned()).unwrap_or_default()
}
