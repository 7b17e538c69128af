//! `latchkey token`: members' login tokens.

use clap::Subcommand;
use serde_json::{Value, json};

use super::{
    answer::{Answer, Failure, table},
    shell::{HERE, Shell},
};
use crate::{
    config::Config,
    domain::{
        clock::rfc3339,
        token::{LoginToken, TokenLife, TokenLimits, TokenName},
    },
};

#[derive(Debug, Subcommand)]
pub(super) enum TokenCommand {
    /// Print somebody's tokens
    #[command(after_help = "Example:\n  latchkey token list anna")]
    List {
        /// Number, name or e-mail
        who: String,
    },
    /// Make a token for a device; it is shown this once
    #[command(after_help = "Example:\n  latchkey token create anna \"Kitchen tablet\" --days 365")]
    Create {
        /// Number, name or e-mail
        who: String,
        /// What the device is called
        device: String,
        /// For how many days it works, 1 to 1825; for ever if not said
        #[arg(long)]
        days: Option<i64>,
        /// The numbers of the apps behind the gateway that it opens, such as 1,2; all if not said
        #[arg(long, value_delimiter = ',')]
        apps: Option<Vec<i64>>,
        /// It only looks: nothing can be changed with it
        #[arg(long)]
        reading_only: bool,
    },
    /// Revoke a token: what is signed in with it is signed out at once
    #[command(after_help = "Example:\n  latchkey token revoke anna \"Kitchen tablet\"")]
    Revoke {
        /// Number, name or e-mail
        who: String,
        /// What the device is called
        device: String,
    },
}

fn as_json(token: &LoginToken) -> Value {
    json!({
        "id": token.id,
        "name": token.name,
        "createdAt": rfc3339(token.created_at),
        "expiresAt": token.expires_at.map(rfc3339),
        "lastUsedAt": token.last_used_at.map(rfc3339),
        "lastUsedAddress": token.last_used_address,
        "apps": token.limits.apps,
        "readingOnly": token.limits.reading_only,
    })
}

pub(super) async fn run(config: &Config, command: TokenCommand) -> Result<Answer, Failure> {
    let shell = Shell::open(config).await?;
    let answer = act(&shell, command).await;
    shell.close().await?;
    answer
}

async fn act(shell: &Shell, command: TokenCommand) -> Result<Answer, Failure> {
    let tokens = &shell.state.login_tokens;
    let gone = || Failure::not_found("this member is gone");
    match command {
        TokenCommand::List { who } => {
            let user = shell.person(&who).await?;
            let leave = tokens.may_see(shell.actor(), user.id).await?.ok_or_else(gone)?;
            let found = tokens.list(&leave).await?;
            let mut rows = vec![
                ["id", "device", "made", "expires", "last used", "from"]
                    .map(str::to_owned)
                    .to_vec(),
            ];
            rows.extend(found.iter().map(|token| {
                vec![
                    token.id.to_string(),
                    token.name.clone(),
                    rfc3339(token.created_at),
                    token.expires_at.map_or_else(|| "never".to_owned(), rfc3339),
                    token.last_used_at.map_or_else(|| "never".to_owned(), rfc3339),
                    token.last_used_address.clone().unwrap_or_default(),
                ]
            }));
            Ok(Answer::new(
                table(&rows),
                Value::Array(found.iter().map(as_json).collect()),
            ))
        }
        TokenCommand::Create {
            who,
            device,
            days,
            apps,
            reading_only,
        } => {
            let limits = TokenLimits { apps, reading_only };
            let name = TokenName::parse(&device).map_err(|wrong| Failure::misused(wrong.message()))?;
            let life = TokenLife::days(days).map_err(|wrong| Failure::misused(wrong.message()))?;
            let user = shell.person(&who).await?;
            let leave = tokens.may_change(shell.actor(), user.id).await?.ok_or_else(gone)?;
            let made = tokens.make(&leave, &name, life, &limits, HERE).await?;
            let value = made.value.expose();
            let base = shell.state.site.public_url();
            let parameter = &shell.state.site.now().settings.login_token_parameter;
            let link = (!base.is_empty()).then(|| format!("{base}/?{parameter}={value}"));
            let mut json = as_json(&made.token);
            json["token"] = json!(value);
            json["url"] = json!(link);
            let open = link.map_or_else(
                || "Set LATCHKEY_PUBLIC_URL to get the link to open on the device, too.\n".to_owned(),
                |link| format!("Open this on the device:\n{link}\n"),
            );
            Ok(Answer::new(format!("{value}\n{open}It is not shown again.\n"), json))
        }
        TokenCommand::Revoke { who, device } => {
            let user = shell.person(&who).await?;
            let leave = tokens.may_change(shell.actor(), user.id).await?.ok_or_else(gone)?;
            let seen = tokens.may_see(shell.actor(), user.id).await?.ok_or_else(gone)?;
            let missing = || Failure::not_found(format!("{} has no token for {device:?}", user.display_name()));
            let token = tokens.find_by_name(&seen, &device).await?.ok_or_else(missing)?;
            let revoked = tokens.revoke(&leave, token.id, HERE).await?;
            revoked.ok_or_else(missing)?;
            Ok(Answer::new(
                format!("The token of {} is revoked.\n", token.name),
                as_json(&token),
            ))
        }
    }
}
