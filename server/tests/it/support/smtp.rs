//! A mail server of a few verbs, which keeps what it is given.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// How it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SmtpMood {
    /// Takes everything.
    Fine,
    /// Not now.
    Busy,
    /// Not this password.
    WrongPassword,
    /// Nobody here of that name.
    NoSuchBox,
}

/// On a free port; dropping this closes it.
pub(crate) struct Smtp {
    /// Where it listens.
    pub(crate) port: u16,
    seen: Arc<Mutex<Seen>>,
    task: tokio::task::JoinHandle<()>,
}

struct Seen {
    mood: SmtpMood,
    letters: Vec<String>,
    signed_in: Vec<String>,
}

impl Smtp {
    /// Takes everything at first.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Seen {
            mood: SmtpMood::Fine,
            letters: Vec::new(),
            signed_in: Vec::new(),
        }));
        let shared = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { port, seen, task }
    }

    /// From now on.
    pub(crate) fn is(&self, mood: SmtpMood) {
        self.seen.lock().unwrap().mood = mood;
    }

    /// Every letter so far, with its headers, decoded.
    pub(crate) fn letters(&self) -> Vec<String> {
        self.seen.lock().unwrap().letters.clone()
    }

    /// What came after `AUTH PLAIN`.
    pub(crate) fn signed_in(&self) -> Vec<String> {
        self.seen.lock().unwrap().signed_in.clone()
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(stream: TcpStream, seen: Arc<Mutex<Seen>>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 test ESMTP\r\n").await.unwrap();
    while let Ok(Some(line)) = lines.next_line().await {
        let mood = seen.lock().unwrap().mood;
        let verb = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
        let answer = match (verb.as_str(), mood) {
            ("EHLO", _) => "250-test\r\n250 AUTH PLAIN",
            ("AUTH", SmtpMood::WrongPassword) => "535 5.7.8 no",
            ("AUTH", _) => {
                let secret = line.rsplit(' ').next().unwrap_or_default().to_owned();
                seen.lock().unwrap().signed_in.push(secret);
                "235 ok"
            }
            ("MAIL", SmtpMood::Busy) => "451 4.3.2 busy, come back",
            ("RCPT", SmtpMood::NoSuchBox) => "550 5.1.1 no such box",
            ("DATA", _) => {
                write.write_all(b"354 go on\r\n").await.unwrap();
                let mut letter = String::new();
                while let Ok(Some(line)) = lines.next_line().await {
                    if line == "." {
                        break;
                    }
                    letter.push_str(line.strip_prefix('.').unwrap_or(&line));
                    letter.push('\n');
                }
                seen.lock().unwrap().letters.push(decoded(&letter));
                "250 taken"
            }
            ("QUIT", _) => {
                write.write_all(b"221 bye\r\n").await.unwrap();
                return;
            }
            _ => "250 ok",
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
    }
}

/// Quoted-printable as text.
fn decoded(letter: &str) -> String {
    let joined = letter.replace("=\n", "");
    let mut bytes = Vec::with_capacity(joined.len());
    let mut rest = joined.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match code
            .and_then(|two| u8::from_str_radix(two, 16).ok())
            .filter(|_| *first == b'=')
        {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
