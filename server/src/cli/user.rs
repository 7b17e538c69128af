//! `latchkey user`: the members.

use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::{
    answer::{Answer, Failure, table},
    shell::{HERE, Shell},
};
use crate::{
    config::Config,
    domain::{
        clock::rfc3339,
        people_rules::{self, Denied},
        permission::Permissions,
        user::User,
    },
    services::members::{NewMember, Sort, Wanted},
};

/// People asked for as one.
const AT_ONCE: i64 = 500;

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Print everybody, by name
    #[command(after_help = "Examples:\n  latchkey user list\n  latchkey user list kowalska --json")]
    List {
        /// Only those with this in a name or e-mail
        #[arg(default_value = "")]
        search: String,
    },
    /// Make a member who signs in with e-mail and password
    #[command(
        after_help = "Examples:\n  latchkey user create anna@home.example --name Anna\n  pwgen 20 1 | latchkey user create anna@home.example --password-stdin"
    )]
    Create {
        /// What they sign in with
        email: String,
        /// What they are called
        #[arg(long, default_value = "")]
        name: String,
        /// Read their password from the standard input, up to the first line's end
        #[arg(long)]
        password_stdin: bool,
    },
    /// Switch somebody off: signed out at once, everywhere
    #[command(after_help = "Example:\n  latchkey user disable anna")]
    Disable {
        /// Number, name or e-mail
        who: String,
    },
    /// Switch somebody on again
    Enable {
        /// Number, name or e-mail
        who: String,
    },
    /// Make a link with which somebody chooses a password; it is shown this once
    #[command(after_help = "Example:\n  latchkey user reset-link anna")]
    ResetLink {
        /// Number, name or e-mail
        who: String,
    },
    /// Delete somebody with everything that is theirs
    #[command(after_help = "Example:\n  latchkey user delete anna --yes")]
    Delete {
        /// Number, name or e-mail
        who: String,
        /// It can't be taken back, so it has to be said
        #[arg(long)]
        yes: bool,
    },
    /// Let somebody do more
    #[command(after_help = "Example:\n  latchkey user grant anna manage-users")]
    Grant {
        /// Number, name or e-mail
        who: String,
        /// What
        #[arg(required = true)]
        what: Vec<Right>,
    },
    /// Let somebody do less
    #[command(after_help = "Example:\n  latchkey user take anna manage-users")]
    Take {
        /// Number, name or e-mail
        who: String,
        /// What
        #[arg(required = true)]
        what: Vec<Right>,
    },
}

/// What members can be allowed, as words.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Right {
    /// Everything
    Admin,
    /// Seerr's; opens nothing here, settings are for administrators
    ManageSettings,
    /// Look after people
    ManageUsers,
}

impl Right {
    const ALL: [(Self, &'static str); 3] = [
        (Self::Admin, "admin"),
        (Self::ManageSettings, "manage-settings"),
        (Self::ManageUsers, "manage-users"),
    ];

    fn bit(self) -> i64 {
        match self {
            Self::Admin => Permissions::ADMIN,
            Self::ManageSettings => Permissions::MANAGE_SETTINGS,
            Self::ManageUsers => Permissions::MANAGE_USERS,
        }
    }
}

/// Who is called what, and may do what.
fn as_json(user: &User) -> Value {
    json!({
        "id": user.id,
        "displayName": user.display_name(),
        "email": user.email,
        "username": user.username,
        "plexUsername": user.plex_username,
        "plexId": user.plex_id,
        "tier": user.tier.name(),
        "permissions": user.permissions.0,
        "disabled": user.disabled_at.is_some(),
        "hasPassword": user.has_password,
        "createdAt": rfc3339(user.created_at),
    })
}

fn rights(user: &User) -> String {
    let held = Right::ALL
        .iter()
        .filter(|(right, _)| user.permissions.0 & right.bit() != 0);
    held.map(|(_, name)| *name).collect::<Vec<_>>().join(" ")
}

/// `Denied` is for pages as well, so it is no error.
pub(super) fn denied(why: Denied) -> Failure {
    Failure::failed(why.message())
}

pub(super) async fn run(config: &Config, command: UserCommand) -> Result<Answer, Failure> {
    let shell = Shell::open(config).await?;
    let answer = act(&shell, command).await;
    shell.close().await?;
    answer
}

async fn act(shell: &Shell, command: UserCommand) -> Result<Answer, Failure> {
    let members = &shell.state.members;
    match command {
        UserCommand::List { search } => list(shell, &search).await,
        UserCommand::Create {
            email,
            name,
            password_stdin,
        } => {
            let leave = people_rules::may_add_people(shell.actor()).map_err(denied)?;
            let password = password_stdin.then(first_line).transpose()?;
            let new = NewMember {
                email: &email,
                username: &name,
                password: password.as_deref(),
                permissions: None,
            };
            let user = members.create(leave, &new, HERE).await?;
            let next = if user.has_password {
                ""
            } else {
                " They choose a password with a link: `latchkey user reset-link`."
            };
            let text = format!("{} is member {}.{next}\n", user.display_name(), user.id);
            Ok(Answer::new(text, as_json(&user)))
        }
        UserCommand::Disable { who } => switch(shell, &who, true).await,
        UserCommand::Enable { who } => switch(shell, &who, false).await,
        UserCommand::ResetLink { who } => {
            let user = shell.person(&who).await?;
            let leave = people_rules::may_manage(shell.actor(), &user).map_err(denied)?;
            let base = shell.state.site.public_url();
            if base.is_empty() {
                let why = "a link needs the address that people type: set LATCHKEY_PUBLIC_URL";
                return Err(Failure::misused(why));
            }
            let made = shell.state.credentials.resets.make_link(&leave, HERE).await?;
            let url = format!("{base}{}", app::paths::login_reset(&made.value.expose()));
            let until = rfc3339(made.expires_at);
            Ok(Answer::new(
                format!("{url}\nIt is good once, until {until}, and not shown again.\n"),
                json!({ "url": url, "expiresAt": until }),
            ))
        }
        UserCommand::Delete { who, yes } => {
            let user = shell.person(&who).await?;
            let leave = people_rules::may_delete(shell.actor(), &user).map_err(denied)?;
            if !yes {
                let why = format!(
                    "this deletes {} (number {}) with all devices and tokens, and can't be taken back. Say --yes to do it",
                    user.display_name(),
                    user.id
                );
                return Err(Failure::misused(why));
            }
            let user = members.delete(&leave, HERE).await?;
            Ok(Answer::new(
                format!("{} is deleted.\n", user.display_name()),
                as_json(&user),
            ))
        }
        UserCommand::Grant { who, what } => permit(shell, &who, &what, true).await,
        UserCommand::Take { who, what } => permit(shell, &who, &what, false).await,
    }
}

async fn list(shell: &Shell, search: &str) -> Result<Answer, Failure> {
    let leave = people_rules::may_see_people(shell.actor()).map_err(denied)?;
    let mut users = Vec::new();
    for from in (0..).step_by(usize::try_from(AT_ONCE).unwrap_or(1)) {
        let wanted = Wanted {
            sort: Sort::Name,
            search,
            from,
            most: AT_ONCE,
        };
        let part = shell.state.members.list(leave, &wanted).await?;
        let last = part.members.is_empty();
        users.extend(part.members);
        if last || i64::try_from(users.len()).is_ok_and(|found| found >= part.total) {
            break;
        }
    }
    let mut rows = vec![
        ["id", "name", "e-mail", "tier", "tokens", "may", ""]
            .map(str::to_owned)
            .to_vec(),
    ];
    rows.extend(users.iter().map(|(user, tokens)| {
        vec![
            user.id.to_string(),
            user.display_name().to_owned(),
            user.email.clone().unwrap_or_default(),
            user.tier.name().to_owned(),
            tokens.to_string(),
            rights(user),
            if user.disabled_at.is_some() {
                "switched off".to_owned()
            } else {
                String::new()
            },
        ]
    }));
    let json = users.iter().map(|(user, _)| as_json(user)).collect();
    Ok(Answer::new(table(&rows), Value::Array(json)))
}

async fn switch(shell: &Shell, who: &str, off: bool) -> Result<Answer, Failure> {
    let user = shell.person(who).await?;
    let leave = people_rules::may_manage(shell.actor(), &user).map_err(denied)?;
    let user = shell.state.members.switch(&leave, off, HERE).await?;
    let how = if off {
        "switched off, and signed out everywhere"
    } else {
        "switched on"
    };
    Ok(Answer::new(
        format!("{} is {how}.\n", user.display_name()),
        as_json(&user),
    ))
}

async fn permit(shell: &Shell, who: &str, what: &[Right], give: bool) -> Result<Answer, Failure> {
    let user = shell.person(who).await?;
    let leave = people_rules::may_manage(shell.actor(), &user).map_err(denied)?;
    let bits = what.iter().fold(0, |bits, right| bits | right.bit());
    let wanted = if give {
        user.permissions.0 | bits
    } else {
        user.permissions.0 & !bits
    };
    let members = &shell.state.members;
    let user = members
        .permit(shell.actor(), &leave, Permissions(wanted), None, HERE)
        .await?;
    let held = match rights(&user).as_str() {
        "" => "nothing but what every member may".to_owned(),
        held => held.to_owned(),
    };
    Ok(Answer::new(
        format!("{} may now: {held}.\n", user.display_name()),
        as_json(&user),
    ))
}

/// A password on the command line would stand in the history and in the list of processes.
fn first_line() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() {
        return Err(Failure::misused("there is no password on the standard input"));
    }
    Ok(password)
}
