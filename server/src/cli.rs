//! The command line.

use std::{io::Write, net::SocketAddr, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{
    bootstrap,
    config::{self, Config, Sources},
    logging,
    services::site::Site,
};

/// The front door of a Plex household.
#[derive(Debug, Parser)]
#[command(
    name = "latchkey",
    version,
    about,
    after_help = "Settings come from latchkey.toml, LATCHKEY_… variables and files named in LATCHKEY_…_FILE; `latchkey config reference` lists them.\n\n\
        Examples:\n  latchkey serve\n  LATCHKEY_LISTEN=127.0.0.1:8080 latchkey serve\n  latchkey config check"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the server
    Serve,
    /// Look at the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Change settings that live in the database; a running server notices within a second
    #[command(subcommand)]
    Settings(SettingsCommand),
    /// Ask the running server whether it is ready; for container health checks
    Healthcheck,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Print every value with where it comes from, secrets hidden; exit 2 if something is wrong
    Check,
    /// Print the reference of all settings as Markdown
    Reference,
}

#[derive(Debug, Subcommand)]
enum SettingsCommand {
    /// Print all settings that can be changed by name
    List,
    /// Change one setting
    #[command(
        after_help = "Examples:\n  latchkey settings set householdChildren true\n  latchkey settings set applicationTitle \"The Attic\""
    )]
    Set {
        /// Its name, as `latchkey settings list` prints it
        name: String,
        /// true or false, a number, or words
        value: String,
    },
    /// Make a new session secret, which signs everyone out
    RotateSessionSecret,
}

/// Wrong configuration or usage.
const MISUSED: u8 = 2;

/// Runs the command that the arguments name. Exit codes: 0 done, 1 failed, 2 wrong configuration or usage.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    if let Command::Config(ConfigCommand::Reference) = cli.command {
        return print(&config::reference());
    }
    let loaded = match Config::load(Sources::from_environment()) {
        Ok(loaded) => loaded,
        Err(errors) => return complain(&errors, MISUSED),
    };
    let config = loaded.config;
    if let Command::Config(ConfigCommand::Check) = cli.command {
        for warning in &loaded.warnings {
            let _ = writeln!(std::io::stderr(), "warning: {warning}");
        }
        return print(&config::describe(&config));
    }
    if let Err(error) = logging::init(&config.log) {
        return complain(&error, MISUSED);
    }
    for warning in &loaded.warnings {
        tracing::warn!("{warning}");
    }
    // SQLite's connections and the hashing of passwords have threads of their own: with a thread a core for requests
    // besides, they would only wake each other.
    let threads = std::thread::available_parallelism().map_or(1, |cores| (cores.get() / 2).max(1));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return complain(&format!("the runtime can't be started: {error}"), 1),
    };
    match cli.command {
        Command::Serve => finish(runtime.block_on(bootstrap::serve(&config))),
        Command::Settings(command) => match runtime.block_on(settings(&config, command)) {
            Ok(text) => print(&text),
            Err(error) => complain(&error, 1),
        },
        Command::Healthcheck => match runtime.block_on(healthcheck(config.listen)) {
            Ok(()) => print("ready\n"),
            Err(error) => complain(&error, 1),
        },
        Command::Config(_) => ExitCode::SUCCESS,
    }
}

fn finish(result: Result<(), bootstrap::StartError>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&error, 1),
    }
}

fn print(text: &str) -> ExitCode {
    // A closed pipe is the reader's business.
    let _ = std::io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

fn complain(error: &dyn std::fmt::Display, code: u8) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "latchkey: {error}");
    ExitCode::from(code)
}

async fn settings(config: &Config, command: SettingsCommand) -> Result<String, bootstrap::StartError> {
    let db = bootstrap::open(config).await?;
    let site = Site::load(db.clone(), None, config.session_secret.clone()).await?;
    let done = match command {
        SettingsCommand::List => {
            let fields = site.now().settings.by_name();
            fields
                .into_iter()
                .map(|(name, value)| format!("{name} = {value}\n"))
                .collect()
        }
        SettingsCommand::Set { name, value } => {
            site.change(&name, &value).await?;
            format!("{name} is changed.\n")
        }
        SettingsCommand::RotateSessionSecret => {
            site.rotate_session_secret().await?;
            "There is a new session secret. Everyone is signed out.\n".to_owned()
        }
    };
    db.close().await;
    Ok(done)
}

/// `GET /readyz` at the address we listen on; an address that means "all" is asked on loopback.
async fn healthcheck(mut listen: SocketAddr) -> Result<(), String> {
    if listen.ip().is_unspecified() {
        listen.set_ip(if listen.is_ipv4() {
            std::net::Ipv4Addr::LOCALHOST.into()
        } else {
            std::net::Ipv6Addr::LOCALHOST.into()
        });
    }
    let ask = async {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let mut stream = tokio::net::TcpStream::connect(listen).await?;
        stream
            .write_all(format!("GET /readyz HTTP/1.1\r\nHost: {listen}\r\nConnection: close\r\n\r\n").as_bytes())
            .await?;
        let mut answer = Vec::new();
        stream.take(4096).read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    let answer = tokio::time::timeout(std::time::Duration::from_secs(5), ask).await;
    let answer = answer
        .map_err(|_| format!("{listen} does not answer"))?
        .map_err(|error| format!("{listen} does not answer: {error}"))?;
    if answer.starts_with(b"HTTP/1.1 200 ") {
        Ok(())
    } else {
        Err("the server is running but not ready; its log says why".to_owned())
    }
}
