//! The table of all settings: their names, defaults, examples and meaning.
//!
//! Parsing, error messages, `latchkey config check` and docs/configuration.md all come from here; a name or a
//! default is written nowhere else. What a value means and when it is wrong is in the file of its section.

/// One setting, everything about it except its value.
#[derive(Debug)]
pub struct Setting {
    /// Section and name in the TOML file, `server.listen`; none for what only the environment can say.
    pub key: Option<&'static str>,
    /// Name in the environment, `LATCHKEY_LISTEN`.
    pub env: &'static str,
    /// Never shown; can also be read from the file that `<env>_FILE` names.
    pub secret: bool,
    /// Several values: an array in the file, separated by commas in the environment.
    pub list: bool,
    /// What holds when nobody sets it.
    pub default: Fallback,
    /// A value as it could be in the environment.
    pub example: &'static str,
    /// What it is for, in Markdown on one line.
    pub doc: &'static str,
}

/// What holds when a setting is not given.
#[derive(Debug)]
pub enum Fallback {
    /// This text, read as if it had been given.
    Value(&'static str),
    /// Something that is worked out; this says what.
    Described(&'static str),
}

impl Setting {
    /// The section in the file (`server`) and the name there (`listen`).
    pub fn section_and_name(&self) -> Option<(&'static str, &'static str)> {
        self.key?.split_once('.')
    }

    /// The variable that names a file with the value; only secrets have one.
    pub fn file_env(&self) -> Option<String> {
        self.secret.then(|| format!("{}_FILE", self.env))
    }

    /// The example as a line of the file: `listen = "0.0.0.0:5056"`.
    pub fn toml_line(&self, value: &str) -> Option<String> {
        let (_, name) = self.section_and_name()?;
        if !self.list {
            return Some(format!("{name} = {value:?}"));
        }
        let items: Vec<String> = value.split(',').map(|item| format!("{:?}", item.trim())).collect();
        Some(format!("{name} = [{}]", items.join(", ")))
    }
}

/// Where the TOML file is.
pub static CONFIG: Setting = Setting {
    key: None,
    env: "LATCHKEY_CONFIG",
    secret: false,
    list: false,
    default: Fallback::Described("`latchkey.toml` in the current folder if it is there, else none"),
    example: "/etc/latchkey.toml",
    doc: "Path of the TOML file. If it is given, the file has to be there.",
};

/// Address and port to listen on.
pub static LISTEN: Setting = Setting {
    key: Some("server.listen"),
    env: "LATCHKEY_LISTEN",
    secret: false,
    list: false,
    default: Fallback::Value("0.0.0.0:5056"),
    example: "127.0.0.1:5056",
    doc: "IP address and port to listen on. `0.0.0.0` is every IPv4 address of the machine, `[::]` every address, `127.0.0.1` only a proxy on the same machine.",
};

/// Where Prometheus asks.
pub static METRICS_LISTEN: Setting = Setting {
    key: Some("server.metrics_listen"),
    env: "LATCHKEY_METRICS_LISTEN",
    secret: false,
    list: false,
    default: Fallback::Described("none: no metrics"),
    example: "127.0.0.1:9056",
    doc: "IP address and port on which `/metrics` answers Prometheus. Whoever reaches it reads how many people sign in, so keep it inside.",
};

/// The URL people use.
pub static PUBLIC_URL: Setting = Setting {
    key: Some("server.public_url"),
    env: "LATCHKEY_PUBLIC_URL",
    secret: false,
    list: false,
    default: Fallback::Described("none"),
    example: "https://door.example.org",
    doc: "The URL people use to reach Latchkey: scheme, host and, if it is not the usual one, port. With `https` cookies are marked `Secure`. Set it when Latchkey is behind a reverse proxy.",
};

/// Proxies whose forwarded headers count.
pub static TRUSTED_PROXIES: Setting = Setting {
    key: Some("server.trusted_proxies"),
    env: "LATCHKEY_TRUSTED_PROXIES",
    secret: false,
    list: true,
    default: Fallback::Value(""),
    example: "127.0.0.1, 172.16.0.0/12",
    doc: "IP addresses and networks of your reverse proxies. `X-Forwarded-…` headers count only when they come from one of these; from anybody else they are ignored. By default nobody is trusted.",
};

/// The built site.
pub static SITE_DIR: Setting = Setting {
    key: Some("server.site_dir"),
    env: "LATCHKEY_SITE_DIR",
    secret: false,
    list: false,
    default: Fallback::Described("the `site` folder that belongs to the program"),
    example: "/usr/share/latchkey/site",
    doc: "Folder of the built site (style, script, WebAssembly). Only needed when it was moved away from the program.",
};

/// The data folder.
pub static DATA_DIR: Setting = Setting {
    key: Some("data.dir"),
    env: "LATCHKEY_DATA_DIR",
    secret: false,
    list: false,
    default: Fallback::Value("./data"),
    example: "/var/lib/latchkey",
    doc: "Folder for everything Latchkey keeps. Made at first start with mode 0700, its files with mode 0600.",
};

/// The database.
pub static DATABASE_URL: Setting = Setting {
    key: Some("data.database_url"),
    env: "LATCHKEY_DATABASE_URL",
    secret: true,
    list: false,
    default: Fallback::Described("SQLite, `latchkey.db` in the data folder"),
    example: "postgres://latchkey:password@db/latchkey",
    doc: "`sqlite:<path>` or `postgres://<user>:<password>@<host>/<database>`. Characters such as `#`, `/`, `?` and `@` in the password have to be percent-encoded (`@` is `%40`).",
};

/// The key that encrypts the owner's Plex token.
pub static ENCRYPTION_KEY: Setting = Setting {
    key: Some("data.encryption_key"),
    env: "LATCHKEY_ENCRYPTION_KEY",
    secret: true,
    list: false,
    default: Fallback::Described("a key file in the data folder, made at first start"),
    example: "$(openssl rand -hex 32)",
    doc: "64 hexadecimal digits that encrypt the owner's Plex token in the database. Set it when several instances share one PostgreSQL database. If it changes, the owner signs in with Plex once more. Make one with `openssl rand -hex 32`.",
};

/// The set-up code.
pub static SETUP_CODE: Setting = Setting {
    key: Some("secrets.setup_code"),
    env: "LATCHKEY_SETUP_CODE",
    secret: true,
    list: false,
    default: Fallback::Described("a new one, printed in the log at first start"),
    example: "a-phrase-of-your-own",
    doc: "What `/setup` asks for, so that nobody else sets up your Latchkey before you do: at least 8 characters.",
};

/// The session secret.
pub static SESSION_SECRET: Setting = Setting {
    key: Some("secrets.session_secret"),
    env: "LATCHKEY_SESSION_SECRET",
    secret: true,
    list: false,
    default: Fallback::Described("made at first start and kept in the database"),
    example: "$(openssl rand -hex 32)",
    doc: "64 hexadecimal digits that sign the session cookies; replaces the one in the database. Changing it signs everybody out. Make one with `openssl rand -hex 32`.",
};

/// Where browsers make PINs.
pub static PLEX_PIN_URLS: Setting = Setting {
    key: Some("plex.pin_urls"),
    env: "LATCHKEY_PLEX_PIN_URLS",
    secret: false,
    list: true,
    default: Fallback::Value("https://clients.plex.tv,https://plex.tv"),
    example: "https://clients.plex.tv, https://plex.tv",
    doc: "Where browsers make the PIN of a sign-in; the next one is tried when one fails. For tests only.",
};

/// Where the server asks Plex.
pub static PLEX_API_URL: Setting = Setting {
    key: Some("plex.api_url"),
    env: "LATCHKEY_PLEX_API_URL",
    secret: false,
    list: false,
    default: Fallback::Value("https://plex.tv"),
    example: "https://plex.tv",
    doc: "Where the server asks Plex about PINs, accounts and media servers. For tests only.",
};

/// Where people approve a sign-in.
pub static PLEX_APP_URL: Setting = Setting {
    key: Some("plex.app_url"),
    env: "LATCHKEY_PLEX_APP_URL",
    secret: false,
    list: false,
    default: Fallback::Value("https://app.plex.tv"),
    example: "https://app.plex.tv",
    doc: "Where people approve a sign-in: the window that opens. For tests only.",
};

/// What is logged.
pub static LOG: Setting = Setting {
    key: Some("log.filter"),
    env: "LATCHKEY_LOG",
    secret: false,
    list: false,
    default: Fallback::Value("info"),
    example: "info,latchkey::plex=debug",
    doc: "What is logged: `error`, `warn`, `info`, `debug`, `trace` or `off`, and after commas `module=level` for parts. Other people's libraries never log below `info`, see [Logs](#logs).",
};

/// How it is logged.
pub static LOG_FORMAT: Setting = Setting {
    key: Some("log.format"),
    env: "LATCHKEY_LOG_FORMAT",
    secret: false,
    list: false,
    default: Fallback::Value("human"),
    example: "json",
    doc: "`human`: a line of text an event. `json`: a JSON object an event, for log collectors.",
};

/// A limit: all of them are of one kind.
macro_rules! limit {
    ($name:ident, $key:literal, $env:literal, $default:literal, $example:literal, $doc:literal) => {
        #[doc = $doc]
        pub static $name: Setting = Setting {
            key: Some($key),
            env: $env,
            secret: false,
            list: false,
            default: Fallback::Value($default),
            example: $example,
            doc: $doc,
        };
    };
}

limit!(
    LIMIT_PASSWORD_OF_ACCOUNT,
    "limits.password_of_account",
    "LATCHKEY_LIMIT_PASSWORD_OF_ACCOUNT",
    "10/15m",
    "5/10m",
    "Wrong passwords for one account: `10/15m` is ten in fifteen minutes, counted on all instances together. A browser that signed in there before is counted by itself, so that strangers can't lock anybody out."
);
limit!(
    LIMIT_PASSWORD_FROM_ADDRESS,
    "limits.password_from_address",
    "LATCHKEY_LIMIT_PASSWORD_FROM_ADDRESS",
    "50/15m",
    "5/10m",
    "Wrong passwords from one address; a household shares one."
);
limit!(
    LIMIT_PRESENT_PASSWORD,
    "limits.present_password",
    "LATCHKEY_LIMIT_PRESENT_PASSWORD",
    "10/15m",
    "5/10m",
    "Wrong present passwords of somebody who is signed in and chooses a new one."
);
limit!(
    LIMIT_SETUP_CODE,
    "limits.setup_code",
    "LATCHKEY_LIMIT_SETUP_CODE",
    "10/10m",
    "5/10m",
    "Wrong set-up codes from one address."
);
limit!(
    LIMIT_PLEX_FROM_ADDRESS,
    "limits.plex_from_address",
    "LATCHKEY_LIMIT_PLEX_FROM_ADDRESS",
    "60/10m",
    "5/10m",
    "Sign-ins with Plex that one address begins, whatever becomes of them."
);
limit!(
    LIMIT_TOKEN_FROM_ADDRESS,
    "limits.token_from_address",
    "LATCHKEY_LIMIT_TOKEN_FROM_ADDRESS",
    "40/15m",
    "5/10m",
    "Login tokens that open nothing, from one address. One that is good is never counted and never refused."
);
limit!(
    LIMIT_TOKEN_OF_MEMBER,
    "limits.token_of_member",
    "LATCHKEY_LIMIT_TOKEN_OF_MEMBER",
    "40/15m",
    "5/10m",
    "Expired login tokens of one member, and those of one who is switched off."
);
limit!(
    LIMIT_API_KEY_FROM_ADDRESS,
    "limits.api_key_from_address",
    "LATCHKEY_LIMIT_API_KEY_FROM_ADDRESS",
    "40/15m",
    "5/10m",
    "Wrong API keys from one address."
);
limit!(
    LIMIT_PAIRING_FROM_ADDRESS,
    "limits.pairing_from_address",
    "LATCHKEY_LIMIT_PAIRING_FROM_ADDRESS",
    "30/10m",
    "5/10m",
    "Devices at one address that ask to be let in by a phone."
);
limit!(
    LIMIT_PAIRING_CODE,
    "limits.pairing_code",
    "LATCHKEY_LIMIT_PAIRING_CODE",
    "10/10m",
    "5/10m",
    "Wrong short codes typed by one member to let a device in."
);
limit!(
    LIMIT_RESET_FROM_ADDRESS,
    "limits.reset_from_address",
    "LATCHKEY_LIMIT_RESET_FROM_ADDRESS",
    "20/15m",
    "5/10m",
    "Wishes for a mail with a link for a new password, from one address."
);
limit!(
    LIMIT_RESET_OF_ACCOUNT,
    "limits.reset_of_account",
    "LATCHKEY_LIMIT_RESET_OF_ACCOUNT",
    "3/1h",
    "5/10m",
    "Such mails to one account."
);
limit!(
    LIMIT_RESET_LINK,
    "limits.reset_link",
    "LATCHKEY_LIMIT_RESET_LINK",
    "30/15m",
    "5/10m",
    "Links for a new password that are nobody's, from one address."
);
limit!(
    LIMIT_CONNECTIONS,
    "limits.connections",
    "LATCHKEY_LIMIT_CONNECTIONS",
    "512",
    "1000",
    "Connections at once. More wait until one ends."
);
limit!(
    LIMIT_CONNECTIONS_OF_ADDRESS,
    "limits.connections_of_address",
    "LATCHKEY_LIMIT_CONNECTIONS_OF_ADDRESS",
    "128",
    "64",
    "Connections at once from one address; more are closed. The trusted proxies may have all."
);
limit!(
    LIMIT_HEAD,
    "limits.head",
    "LATCHKEY_LIMIT_HEAD",
    "10s",
    "5s",
    "Time to send the head of a request; also how long a connection may do nothing."
);
limit!(
    LIMIT_UNREAD,
    "limits.unread",
    "LATCHKEY_LIMIT_UNREAD",
    "60s",
    "30s",
    "Time for a client to take what was sent to it: all of it, or 16 KiB at a time."
);
limit!(
    LIMIT_REQUEST,
    "limits.request",
    "LATCHKEY_LIMIT_REQUEST",
    "60s",
    "2m",
    "Time for a whole request, with what Plex takes for it."
);
limit!(
    LIMIT_HEAD_SIZE,
    "limits.head_size",
    "LATCHKEY_LIMIT_HEAD_SIZE",
    "64k",
    "32k",
    "Largest head of a request, in KiB: address, cookies and all other headers. Larger ones are answered 431."
);
limit!(
    LIMIT_BODY_SIZE,
    "limits.body_size",
    "LATCHKEY_LIMIT_BODY_SIZE",
    "64k",
    "256k",
    "Largest body of a request, in KiB. Larger ones are answered 413."
);

/// All of them, in the order of the documentation. A test fails when one is missing.
pub static SETTINGS: &[&Setting] = &[
    &CONFIG,
    &LISTEN,
    &METRICS_LISTEN,
    &PUBLIC_URL,
    &TRUSTED_PROXIES,
    &SITE_DIR,
    &DATA_DIR,
    &DATABASE_URL,
    &ENCRYPTION_KEY,
    &SETUP_CODE,
    &SESSION_SECRET,
    &PLEX_PIN_URLS,
    &PLEX_API_URL,
    &PLEX_APP_URL,
    &LOG,
    &LOG_FORMAT,
    &LIMIT_PASSWORD_OF_ACCOUNT,
    &LIMIT_PASSWORD_FROM_ADDRESS,
    &LIMIT_PRESENT_PASSWORD,
    &LIMIT_SETUP_CODE,
    &LIMIT_PLEX_FROM_ADDRESS,
    &LIMIT_TOKEN_FROM_ADDRESS,
    &LIMIT_TOKEN_OF_MEMBER,
    &LIMIT_API_KEY_FROM_ADDRESS,
    &LIMIT_PAIRING_FROM_ADDRESS,
    &LIMIT_PAIRING_CODE,
    &LIMIT_RESET_FROM_ADDRESS,
    &LIMIT_RESET_OF_ACCOUNT,
    &LIMIT_RESET_LINK,
    &LIMIT_CONNECTIONS,
    &LIMIT_CONNECTIONS_OF_ADDRESS,
    &LIMIT_HEAD,
    &LIMIT_UNREAD,
    &LIMIT_REQUEST,
    &LIMIT_HEAD_SIZE,
    &LIMIT_BODY_SIZE,
];

/// The setting with this key in the file.
pub fn find_by_key(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().copied().find(|setting| setting.key == Some(key))
}
