//! The configuration as a whole: precedence, messages, secrecy, documentation.

mod files;
mod limits;

use std::path::Path;

use super::settings::{Fallback, SETTINGS};
use super::*;

const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

fn load(pairs: &[(&str, &str)], file: &str) -> Result<Loaded, ConfigErrors> {
    Config::load(Sources::from_pairs(pairs.iter().copied()).with_file_text(file))
}

fn loaded(pairs: &[(&str, &str)], file: &str) -> Config {
    load(pairs, file).unwrap().config
}

fn errors(pairs: &[(&str, &str)], file: &str) -> String {
    load(pairs, file).unwrap_err().to_string()
}

#[test]
fn without_any_source_the_defaults_hold() {
    let Loaded { config, warnings } = Config::load(Sources::default()).unwrap();
    assert!(warnings.is_empty(), "{warnings:?}");
    assert_eq!(config.listen.to_string(), "0.0.0.0:5056");
    assert_eq!(config.data_dir, Path::new("./data"));
    assert!(matches!(&config.database, Database::Sqlite(path) if path == Path::new("./data/latchkey.db")));
    assert_eq!(config.plex.pin_urls, ["https://clients.plex.tv", "https://plex.tv"]);
    assert_eq!(
        (&*config.plex.api_url, &*config.plex.app_url),
        ("https://plex.tv", "https://app.plex.tv")
    );
    assert_eq!(
        config.log,
        LogConfig {
            filter: "info".to_owned(),
            format: LogFormat::Human
        }
    );
    assert!(config.trusted_proxies.is_empty() && config.public_url.is_none() && config.site_dir.is_none());
    assert!(config.setup_code.is_none() && config.session_secret.is_none() && config.encryption_key.is_none());
    assert_eq!(config.file, None);
}

#[test]
fn the_later_source_is_the_stronger() {
    let file = "[server]\nlisten = '127.0.0.1:1'\n[log]\nformat = 'json'\n";
    let config = loaded(&[("LATCHKEY_LISTEN", "127.0.0.1:2")], file);
    assert_eq!(config.listen.port(), 2);
    assert_eq!(config.log.format, LogFormat::Json);
    assert_eq!(config.origins.of(&settings::LISTEN), &Origin::Environment);
    let from_file = Origin::File {
        path: "latchkey.toml".into(),
        line: 4,
    };
    assert_eq!(config.origins.of(&settings::LOG_FORMAT), &from_file);
    assert_eq!(config.origins.of(&settings::LOG), &Origin::Default);

    let home = tempfile::tempdir().unwrap();
    let path = files::secret_file(home.path(), "code", b"from the secret file\n");
    let config = loaded(
        &[("LATCHKEY_SETUP_CODE_FILE", &path)],
        "[secrets]\nsetup_code = 'from the toml file'\n",
    );
    assert_eq!(config.setup_code.unwrap().expose(), "from the secret file");
}

#[test]
fn every_setting_can_come_from_the_file() {
    let file = format!(
        "[server]\nlisten = '[::1]:1'\nmetrics_listen = '[::1]:2'\npublic_url = 'https://door.example.org/'\ntrusted_proxies = ['10.0.0.1', '::1']\n\
         site_dir = 'site'\n[data]\ndir = '/srv/door'\ndatabase_url = 'sqlite:x.db'\nencryption_key = '{KEY}'\n\
         [secrets]\nsetup_code = 'open sesame'\nsession_secret = '{KEY}'\n\
         [plex]\npin_urls = ['http://127.0.0.1:9']\napi_url = 'http://127.0.0.1:8'\napp_url = 'http://127.0.0.1:7'\n\
         [log]\nfilter = 'debug'\nformat = 'json'\n\
         {}",
        limits::section()
    );
    let config = loaded(&[], &file);
    assert_eq!(config.public_url.as_ref().unwrap().origin(), "https://door.example.org");
    assert_eq!(config.trusted_proxies.to_string(), "10.0.0.1/32, ::1/128");
    assert_eq!(config.session_secret.as_ref().unwrap().to_hex(), KEY);
    limits::check(&config);
    for setting in SETTINGS.iter().filter(|setting| setting.key.is_some()) {
        assert!(
            matches!(config.origins.of(setting), Origin::File { .. }),
            "{}",
            setting.env
        );
    }
    // Lists may be written as in the environment.
    assert!(
        !loaded(&[], "[server]\ntrusted_proxies = '10.0.0.1, ::1'")
            .trusted_proxies
            .is_empty()
    );
}

#[test]
fn an_empty_value_is_none() {
    let pairs = [
        ("LATCHKEY_LISTEN", ""),
        ("LATCHKEY_SETUP_CODE", ""),
        ("LATCHKEY_SETUP_CODE_FILE", ""),
    ];
    let config = loaded(&pairs, "[server]\npublic_url = ''\ntrusted_proxies = []\n");
    assert_eq!(config.listen.port(), 5056);
    assert!(config.setup_code.is_none() && config.public_url.is_none());
    assert_eq!(loaded(&[("LATCHKEY_LISTEN", " 127.0.0.1:1 ")], "").listen.port(), 1);
}

#[test]
fn all_mistakes_are_told_at_once_with_names_places_and_examples() {
    let pairs = [
        ("LATCHKEY_LISTEN", "localhost:5056"),
        ("LATCHKEY_SESSION_SECRET", "hunter2"),
    ];
    let told = errors(
        &pairs,
        "[server]\npublic_url = 'door.example.org'\nlisen = 'x'\n[log]\nformat = 'xml'\n",
    );
    assert!(told.starts_with("the configuration has 5 mistakes:\n"), "{told}");
    for said in [
        "\n  LATCHKEY_LISTEN (server.listen), from the environment:\n    \"localhost:5056\" is not an IP address with a port",
        "\n    Example: LATCHKEY_LISTEN=127.0.0.1:5056",
        "\n  LATCHKEY_PUBLIC_URL (server.public_url), from latchkey.toml, line 2:\n    \"door.example.org\" does not begin",
        "\n    Example: public_url = \"https://door.example.org\"   (below [server])",
        "\n  latchkey.toml, line 3:\n    unknown setting \"server.lisen\"; did you mean \"listen\"?",
        "\n  LATCHKEY_SESSION_SECRET (secrets.session_secret), from the environment:\n    it must be exactly 64 hex",
        "Make one with: openssl rand -hex 32\n    Example: LATCHKEY_SESSION_SECRET=\"$(openssl rand -hex 32)\"",
        "\n  LATCHKEY_LOG_FORMAT (log.format), from latchkey.toml, line 5:\n    \"xml\" is neither human nor json",
    ] {
        assert!(told.contains(said), "missing {said:?} in:\n{told}");
    }
}

#[test]
fn every_setting_refuses_nonsense_under_its_own_name() {
    for setting in SETTINGS.iter().filter(|setting| setting.env != "LATCHKEY_DATA_DIR") {
        let nonsense = if setting.env.ends_with("_DIR") {
            "~/\u{7}nonsense"
        } else {
            "\u{7}non://sense"
        };
        let told = errors(&[(setting.env, nonsense)], "");
        assert!(told.starts_with("the configuration has a mistake:\n"), "{told}");
        assert!(
            told.contains(setting.env) && told.contains("from the environment"),
            "{told}"
        );
        assert!(!(setting.secret && told.contains("nonsense")), "{told}");
    }
}

#[test]
fn unknown_variables_are_warned_about() {
    let pairs = [
        ("LATCHKEY_LISTN", "hunter2"),
        ("latchkey_data_dir", "hunter2"),
        ("LATCHKEY_LISTEN_FILE", "hunter2"),
        ("LATCHKEY_SESION_SECRET_FILE", "hunter2"),
        ("LATCHKEY_BANANA", "hunter2"),
        ("PATH", "/bin"),
    ];
    let warnings = load(&pairs, "").unwrap().warnings.join("\n");
    for said in [
        "LATCHKEY_LISTN is not a setting and does nothing; did you mean LATCHKEY_LISTEN?",
        "latchkey_data_dir is not a setting and does nothing; did you mean LATCHKEY_DATA_DIR?",
        "LATCHKEY_LISTEN_FILE does nothing: LATCHKEY_LISTEN is not a secret",
        "LATCHKEY_SESION_SECRET_FILE is not a setting and does nothing; did you mean LATCHKEY_SESSION_SECRET_FILE?",
        "LATCHKEY_BANANA is not a setting and does nothing",
    ] {
        assert!(warnings.contains(said), "missing {said:?} in:\n{warnings}");
    }
    assert_eq!(warnings.lines().count(), 5);
    assert!(!warnings.contains("hunter2"));
}

#[test]
fn doubtful_values_are_warned_about() {
    let pairs = [
        ("LATCHKEY_TRUSTED_PROXIES", "0.0.0.0/0"),
        ("LATCHKEY_PLEX_API_URL", "http://stub:1"),
    ];
    let warnings = load(&pairs, "").unwrap().warnings.join("\n");
    assert!(
        warnings.contains("LATCHKEY_TRUSTED_PROXIES trusts every address"),
        "{warnings}"
    );
    assert!(warnings.contains("http://stub:1 is not https"), "{warnings}");
    assert!(
        load(&[("LATCHKEY_PLEX_API_URL", "http://127.0.0.1:1")], "")
            .unwrap()
            .warnings
            .is_empty()
    );
}

#[test]
fn secrets_are_shown_nowhere() {
    let pairs = [
        ("LATCHKEY_DATABASE_URL", "postgres://door:hunter2@db/latchkey"),
        ("LATCHKEY_ENCRYPTION_KEY", KEY),
        ("LATCHKEY_SETUP_CODE", "hunter2hunter2"),
        ("LATCHKEY_SESSION_SECRET", KEY),
    ];
    let config = loaded(&pairs, "");
    let shown = format!("{config:?}{config:#?}{}", describe(&config));
    assert!(
        !shown.contains("hunter2") && !shown.contains("0011") && !shown.contains("17, 34"),
        "{shown}"
    );
    assert_eq!(describe(&config).matches("(set)").count(), 4);
}

#[test]
fn the_description_has_a_line_for_every_setting_and_says_where_it_is_from() {
    let config = loaded(&[("LATCHKEY_LISTEN", "127.0.0.1:1")], "[log]\nformat = 'json'\n");
    let text = describe(&config);
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
    let names: Vec<&str> = lines.iter().filter_map(|line| line.first().copied()).collect();
    assert_eq!(
        names,
        SETTINGS
            .iter()
            .map(|setting| setting.key.unwrap_or(setting.env))
            .collect::<Vec<_>>()
    );
    assert_eq!(
        lines[1].join(" "),
        "server.listen 127.0.0.1:1 from the environment, LATCHKEY_LISTEN"
    );
    assert_eq!(lines[3].join(" "), "server.public_url (none) default");
    assert_eq!(
        lines[7].join(" "),
        "data.database_url sqlite:./data/latchkey.db default"
    );
    assert_eq!(lines[15].join(" "), "log.format json from latchkey.toml, line 2");
}

#[test]
fn the_table_is_complete_and_its_values_are_right() {
    let config = loaded(&[], "");
    for setting in SETTINGS {
        assert!(
            config.origins.knows(setting),
            "{} is in the table and not read",
            setting.env
        );
        assert!(
            setting.env.starts_with("LATCHKEY_") && !setting.doc.contains(['|', '\n']),
            "{}",
            setting.env
        );
        if setting.env != "LATCHKEY_CONFIG" && !setting.example.starts_with('$') {
            loaded(&[(setting.env, setting.example)], "");
        }
        assert!(
            !matches!(setting.default, Fallback::Value(_)) || !setting.secret,
            "{}",
            setting.env
        );
    }
}

#[test]
fn the_example_file_of_the_documentation_is_right() {
    let page = reference();
    let (_, example) = page.split_once("```toml\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    let example = example.replace("# ", "").replace("<64 hexadecimal digits>", KEY);
    let config = loaded(&[], &example);
    assert!(matches!(config.origins.of(&settings::LOG), Origin::File { .. }));
}

#[test]
fn the_documentation_is_current() {
    assert!(
        reference() == include_str!("../../../../docs/configuration.md"),
        "docs/configuration.md is not what the settings say. Write it anew: \
         cargo run -p latchkey -- config reference > docs/configuration.md"
    );
}
