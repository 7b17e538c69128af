//! The effective configuration for people, as `latchkey config check` prints it. Secrets are `(set)`.

use super::Config;
use super::data::Database;
use super::settings::{self, Fallback, Setting};
use super::source::Origin;
use crate::domain::limits::Tries;

/// One line a setting: its name, its value, where it came from.
pub fn describe(config: &Config) -> String {
    let rows: Vec<[String; 3]> = values(config)
        .into_iter()
        .map(|(setting, value)| {
            let value = value.unwrap_or_else(|| match setting.default {
                Fallback::Described(what) => format!("({})", what.replace('`', "")),
                Fallback::Value(_) => "(none)".to_owned(),
            });
            let origin = match config.origins.of(setting) {
                origin @ Origin::Environment => format!("{origin}, {}", setting.env),
                origin => origin.to_string(),
            };
            [setting.key.unwrap_or(setting.env).to_owned(), value, origin]
        })
        .collect();
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or_default()
    };
    let (names, values) = (width(0), width(1).min(56));
    rows.iter().fold(String::new(), |text, [name, value, origin]| {
        format!("{text}{name:names$}  {value:values$}  {origin}\n")
    })
}

/// What is shown of each value, in the order of the table; none where a default is worked out later.
fn values(config: &Config) -> Vec<(&'static Setting, Option<String>)> {
    let hidden = |is_set: bool| is_set.then(|| "(set)".to_owned());
    let database = match &config.database {
        Database::Sqlite(path) => Some(format!("sqlite:{}", path.display())),
        Database::Postgres(_) => hidden(true),
    };
    let path = |path: &Option<std::path::PathBuf>| path.as_ref().map(|path| path.display().to_string());
    let proxies = Some(config.trusted_proxies.to_string()).filter(|text| !text.is_empty());
    let mut values = vec![
        (&settings::CONFIG, path(&config.file)),
        (&settings::LISTEN, Some(config.listen.to_string())),
        (
            &settings::METRICS_LISTEN,
            config.metrics_listen.map(|address| address.to_string()),
        ),
        (
            &settings::PUBLIC_URL,
            config.public_url.as_ref().map(ToString::to_string),
        ),
        (&settings::TRUSTED_PROXIES, proxies),
        (&settings::SITE_DIR, path(&config.site_dir)),
        (&settings::DATA_DIR, Some(config.data_dir.display().to_string())),
        (&settings::DATABASE_URL, database),
        (&settings::ENCRYPTION_KEY, hidden(config.encryption_key.is_some())),
        (&settings::SETUP_CODE, hidden(config.setup_code.is_some())),
        (&settings::SESSION_SECRET, hidden(config.session_secret.is_some())),
        (&settings::PLEX_PIN_URLS, Some(config.plex.pin_urls.join(", "))),
        (&settings::PLEX_API_URL, Some(config.plex.api_url.clone())),
        (&settings::PLEX_APP_URL, Some(config.plex.app_url.clone())),
        (&settings::LOG, Some(config.log.filter.clone())),
        (&settings::LOG_FORMAT, Some(config.log.format.to_string())),
    ];
    values.extend(limits(config));
    values
}

fn limits(config: &Config) -> Vec<(&'static Setting, Option<String>)> {
    let tries = |tries: Tries| format!("{}/{}", tries.most, time(tries.window_ms.unsigned_abs() / 1000));
    let (all, traffic) = (&config.try_limits, &config.traffic_limits);
    let kib = |bytes: usize| format!("{}k", bytes / 1024);
    [
        (&settings::LIMIT_PASSWORD_OF_ACCOUNT, tries(all.password_of_account)),
        (&settings::LIMIT_PASSWORD_FROM_ADDRESS, tries(all.password_from_address)),
        (&settings::LIMIT_PRESENT_PASSWORD, tries(all.present_password)),
        (&settings::LIMIT_SETUP_CODE, tries(all.setup_code)),
        (&settings::LIMIT_PLEX_FROM_ADDRESS, tries(all.plex_from_address)),
        (&settings::LIMIT_TOKEN_FROM_ADDRESS, tries(all.token_from_address)),
        (&settings::LIMIT_TOKEN_OF_MEMBER, tries(all.token_of_member)),
        (&settings::LIMIT_API_KEY_FROM_ADDRESS, tries(all.api_key_from_address)),
        (&settings::LIMIT_PAIRING_FROM_ADDRESS, tries(all.pairing_from_address)),
        (&settings::LIMIT_PAIRING_CODE, tries(all.pairing_code)),
        (&settings::LIMIT_RESET_FROM_ADDRESS, tries(all.reset_from_address)),
        (&settings::LIMIT_RESET_OF_ACCOUNT, tries(all.reset_of_account)),
        (&settings::LIMIT_RESET_LINK, tries(all.reset_link)),
        (&settings::LIMIT_CONNECTIONS, traffic.connections.to_string()),
        (
            &settings::LIMIT_CONNECTIONS_OF_ADDRESS,
            traffic.connections_of_address.to_string(),
        ),
        (&settings::LIMIT_HEAD, time(traffic.head.as_secs())),
        (&settings::LIMIT_UNREAD, time(traffic.unread.as_secs())),
        (&settings::LIMIT_REQUEST, time(traffic.request.as_secs())),
        (&settings::LIMIT_HEAD_SIZE, kib(traffic.head_size)),
        (&settings::LIMIT_BODY_SIZE, kib(traffic.body_size)),
    ]
    .map(|(setting, value)| (setting, Some(value)))
    .into()
}

/// As it is written: in the largest unit that it has a whole number of.
fn time(seconds: u64) -> String {
    match seconds {
        seconds if seconds % 3600 == 0 => format!("{}h", seconds / 3600),
        seconds if seconds % 60 == 0 => format!("{}m", seconds / 60),
        seconds => format!("{seconds}s"),
    }
}
