//! The stub as a program, for end-to-end tests and for trying Latchkey by hand.
//!
//! `plex-stub [--listen 127.0.0.1:5057] [--world file.toml]`, or `PLEX_STUB_LISTEN` and `PLEX_STUB_WORLD`.

use plex_stub::{Stub, World};
use std::io::Write as _;
use std::net::SocketAddr;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> ExitCode {
    if let Err(failure) = run().await {
        // Not `Debug`, which would put a TOML error's lines into one.
        eprintln!("plex-stub: {failure}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

async fn run() -> Result<(), Failure> {
    let options = Options::read()?;
    let world = match &options.world {
        Some(path) => World::from_toml(&std::fs::read_to_string(path)?).map_err(|error| format!("{path}: {error}"))?,
        None => World::household(),
    };
    let people: Vec<String> = world
        .accounts
        .iter()
        .map(|who| format!("  {:<12} {:>9}  {}", who.key, who.id, who.title))
        .collect();
    let stub = Stub::start(options.listen, world).await?;
    writeln!(
        std::io::stdout(),
        "plex.tv stand-in: {}\naccounts:\n{}",
        stub.url(),
        people.join("\n")
    )?;
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated.recv() => {}
    }
    stub.stop().await;
    Ok(())
}

struct Options {
    listen: SocketAddr,
    world: Option<String>,
}

impl Options {
    fn read() -> Result<Self, Failure> {
        let mut listen = std::env::var("PLEX_STUB_LISTEN").unwrap_or_else(|_| "127.0.0.1:5057".to_owned());
        let mut world = std::env::var("PLEX_STUB_WORLD").ok().filter(|path| !path.is_empty());
        let mut arguments = std::env::args().skip(1);
        while let Some(name) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("{name} needs a value"))?;
            match name.as_str() {
                "--listen" => listen = value,
                "--world" => world = Some(value),
                _ => return Err(format!("unknown option {name}; there are --listen and --world").into()),
            }
        }
        Ok(Self {
            listen: listen.parse().map_err(|error| format!("{listen}: {error}"))?,
            world,
        })
    }
}
