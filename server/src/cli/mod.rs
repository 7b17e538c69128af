//! The command line. One file a command; what they do is done by the same services that the server uses, so a running
//! server and the shell can be used at the same time.
//!
//! To add a command: a variant of [`Command`] with an example in its help, a file that answers [`answer::Answer`] (words
//! and JSON), a test in `tests/it/process/commands`.

mod answer;
mod doctor;
mod explain;
mod healthcheck;
mod session;
mod settings;
mod shell;
mod token;
mod transfer;
mod user;

use std::{io::Write, process::ExitCode};

use answer::{Answer, Failure, finish};
use clap::{Parser, Subcommand};
use serde_json::json;

use crate::{
    bootstrap,
    config::{self, Config, Sources},
    logging, web,
};

/// The front door of a Plex household.
#[derive(Debug, Parser)]
#[command(
    name = "latchkey",
    version,
    about,
    after_help = "Settings come from latchkey.toml, LATCHKEY_… variables and files named in LATCHKEY_…_FILE; `latchkey config reference` lists them.\n\n\
        Exit codes: 0 done, 1 failed or found something wrong, 2 wrong configuration or usage, 3 nobody or nothing of that name.\n\n\
        Examples:\n  latchkey serve\n  LATCHKEY_LISTEN=127.0.0.1:8080 latchkey serve\n  latchkey config check\n  latchkey settings list --json"
)]
struct Cli {
    /// Answer in JSON, for programs
    #[arg(long, global = true)]
    json: bool,
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
    /// Look at, make and change members
    #[command(subcommand)]
    User(user::UserCommand),
    /// Say why somebody can't sign in, question by question
    #[command(
        after_help = "Examples:\n  latchkey explain anna\n  latchkey explain 52990041 --json\n\nExit code 1: no way in is open."
    )]
    Explain(explain::ExplainArgs),
    /// Look at, make and revoke login tokens
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// Look at signed-in devices, and sign them out
    #[command(subcommand)]
    Session(session::SessionCommand),
    /// Look at and change settings that live in the database; a running server notices within a second
    #[command(subcommand)]
    Settings(settings::SettingsCommand),
    /// Look at everything that can be wrong, and say what to do
    #[command(
        after_help = "Examples:\n  latchkey doctor\n  latchkey doctor --json | jq '.checks[] | select(.state != \"ok\")'"
    )]
    Doctor,
    /// Write everything into one file: to move to another machine or database, or to keep
    #[command(after_help = "Example:\n  latchkey export household.jsonl")]
    Export(transfer::ExportArgs),
    /// Read what `latchkey export` wrote, into an empty database
    #[command(
        after_help = "Examples:\n  latchkey import household.jsonl\n  LATCHKEY_DATABASE_URL=postgres://… latchkey import household.jsonl --replace"
    )]
    Import(transfer::ImportArgs),
    /// Copy the SQLite database while the server runs
    #[command(after_help = "Example:\n  latchkey backup /backups/latchkey-$(date +%F).db")]
    Backup(transfer::BackupArgs),
    /// Print the description of the REST API, as the server answers it at `/api/v1/openapi.json`
    #[command(after_help = "Example:\n  latchkey openapi > openapi.json")]
    Openapi,
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

/// Runs the command that the arguments name. Exit codes: see the help.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let as_json = cli.json;
    finish(command(cli.command), as_json)
}

fn command(command: Command) -> Result<Answer, Failure> {
    if let Command::Config(ConfigCommand::Reference) = command {
        let reference = config::reference();
        return Ok(Answer::new(reference.clone(), json!({ "markdown": reference })));
    }
    if let Command::Openapi = command {
        return Ok(Answer::new(web::pretty(), web::document()));
    }
    let loaded = Config::load(Sources::from_environment()).map_err(|errors| Failure::misused(&errors))?;
    let config = loaded.config;
    if let Command::Config(ConfigCommand::Check) = command {
        for warning in &loaded.warnings {
            let _ = writeln!(std::io::stderr(), "warning: {warning}");
        }
        let described = config::describe(&config);
        let lines: Vec<&str> = described.lines().collect();
        let json = json!({ "configuration": lines, "warnings": loaded.warnings });
        return Ok(Answer::new(described, json));
    }
    logging::init(&config.log).map_err(Failure::misused)?;
    for warning in &loaded.warnings {
        tracing::warn!("{warning}");
    }
    // SQLite's connections and the hashing of passwords have threads of their own: with a thread a core for requests
    // besides, they would only wake each other.
    let threads = std::thread::available_parallelism().map_or(1, |cores| (cores.get() / 2).max(1));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build()
        .map_err(|error| Failure::failed(format!("the runtime can't be started: {error}")))?;
    runtime.block_on(async {
        match command {
            Command::Serve => {
                bootstrap::serve(&config).await?;
                Ok(Answer::new("", json!({ "stopped": true })))
            }
            Command::User(command) => user::run(&config, command).await,
            Command::Explain(args) => explain::run(&config, args).await,
            Command::Token(command) => token::run(&config, command).await,
            Command::Session(command) => session::run(&config, command).await,
            Command::Settings(command) => settings::run(&config, command).await,
            Command::Doctor => doctor::run(&config, &loaded.warnings).await,
            Command::Export(args) => transfer::export(&config, args).await,
            Command::Import(args) => transfer::import(&config, args).await,
            Command::Backup(args) => transfer::backup(&config, args).await,
            Command::Healthcheck => healthcheck::run(config.listen).await,
            // Answered above.
            Command::Config(_) | Command::Openapi => Ok(Answer::said("The configuration was read.")),
        }
    })
}
