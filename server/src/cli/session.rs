//! `latchkey session`: on which devices members are signed in.

use clap::Subcommand;
use serde_json::{Value, json};

use super::{
    answer::{Answer, Failure, table},
    shell::{HERE, Shell},
    user::denied,
};
use crate::{
    config::Config,
    domain::{
        agent,
        clock::rfc3339,
        people_rules::{may_change_secrets, may_see_secrets},
        session::Device,
    },
};

#[derive(Debug, Subcommand)]
pub(super) enum SessionCommand {
    /// Print where somebody is signed in
    #[command(after_help = "Example:\n  latchkey session list anna")]
    List {
        /// Number, name or e-mail
        who: String,
    },
    /// Sign a device out, or all of them
    #[command(
        after_help = "Examples:\n  latchkey session end anna 4f2a90b1c3d4e5f6\n  latchkey session end anna --all"
    )]
    End {
        /// Number, name or e-mail
        who: String,
        /// Which, as `latchkey session list` prints it
        #[arg(required_unless_present = "all")]
        session: Option<String>,
        /// All of them
        #[arg(long, conflicts_with = "session")]
        all: bool,
    },
}

pub(super) async fn run(config: &Config, command: SessionCommand) -> Result<Answer, Failure> {
    let shell = Shell::open(config).await?;
    let answer = act(&shell, command).await;
    shell.close().await?;
    answer
}

async fn act(shell: &Shell, command: SessionCommand) -> Result<Answer, Failure> {
    let devices = &shell.state.credentials.devices;
    match command {
        SessionCommand::List { who } => {
            let user = shell.person(&who).await?;
            let leave = may_see_secrets(shell.actor(), &user).map_err(denied)?;
            let found = devices.list(&leave).await?;
            let mut rows = vec![
                ["session", "device", "signed in by", "from", "last seen"]
                    .map(str::to_owned)
                    .to_vec(),
            ];
            rows.extend(found.iter().map(|device| {
                vec![
                    device.public_id(),
                    agent::describe(&device.agent).to_string(),
                    how(device),
                    device.address.clone(),
                    rfc3339(device.last_seen_at),
                ]
            }));
            Ok(Answer::new(
                table(&rows),
                Value::Array(found.iter().map(as_json).collect()),
            ))
        }
        SessionCommand::End { who, session, all: _ } => {
            let user = shell.person(&who).await?;
            let leave = may_change_secrets(shell.actor(), &user).map_err(denied)?;
            let Some(session) = session else {
                let ended = devices.end_others(&leave, None, HERE).await?;
                let text = format!("{} is signed out of {ended} devices.\n", user.display_name());
                return Ok(Answer::new(text, json!({ "ended": ended })));
            };
            if !devices.end(&leave, &session, HERE).await? {
                let why = format!(
                    "{} has no session {session:?}; `latchkey session list` prints them",
                    user.display_name()
                );
                return Err(Failure::not_found(why));
            }
            Ok(Answer::new("The device is signed out.\n", json!({ "ended": 1 })))
        }
    }
}

fn how(device: &Device) -> String {
    match &device.token_name {
        Some(token) => format!("token ({token})"),
        None => device.method.name().to_owned(),
    }
}

fn as_json(device: &Device) -> Value {
    json!({
        "id": device.public_id(),
        "device": agent::describe(&device.agent).to_string(),
        "method": device.method.name(),
        "tokenName": device.token_name,
        "address": device.address,
        "createdAt": rfc3339(device.created_at),
        "lastSeenAt": rfc3339(device.last_seen_at),
    })
}
