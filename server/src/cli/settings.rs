//! `latchkey settings`: what the owner can change while Latchkey runs.

use clap::Subcommand;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Failure};
use crate::{
    bootstrap,
    config::Config,
    domain::clock::SystemClock,
    services::{activity::By, site::Site},
};

#[derive(Debug, Subcommand)]
pub(super) enum SettingsCommand {
    /// Print all settings that can be changed by name
    List,
    /// Print one setting
    #[command(after_help = "Example:\n  latchkey settings get applicationTitle")]
    Get {
        /// Its name, as `latchkey settings list` prints it
        name: String,
    },
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

pub(super) async fn run(config: &Config, command: SettingsCommand) -> Result<Answer, Failure> {
    let db = bootstrap::open(config).await?;
    let site = Site::load(db.clone(), None, config.session_secret.clone()).await?;
    let answer = match command {
        SettingsCommand::List => {
            let fields = site.now().settings.by_name();
            let text: String = fields
                .iter()
                .map(|(name, value)| format!("{name} = {value}\n"))
                .collect();
            Answer::new(text, Value::Object(fields.into_iter().collect::<Map<_, _>>()))
        }
        SettingsCommand::Get { name } => {
            let fields = site.now().settings.by_name();
            let Some((_, value)) = fields.into_iter().find(|(known, _)| *known == name) else {
                let why = format!("there is no setting {name:?}; `latchkey settings list` prints those there are");
                return Err(Failure::not_found(why));
            };
            // Words without quotation marks, for shells.
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            Answer::new(format!("{text}\n"), value)
        }
        SettingsCommand::Set { name, value } => {
            site.change(&By::command_line(&SystemClock), &name, &value).await?;
            let changed = site.now().settings.by_name();
            let value = changed.into_iter().find(|(known, _)| *known == name);
            Answer::new(
                format!("{name} is changed.\n"),
                json!({ name: value.map(|(_, value)| value) }),
            )
        }
        SettingsCommand::RotateSessionSecret => {
            site.rotate_session_secret(&By::command_line(&SystemClock)).await?;
            Answer::said("There is a new session secret. Everyone is signed out.")
        }
    };
    db.close().await;
    Ok(answer)
}
