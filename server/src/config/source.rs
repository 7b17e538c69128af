//! Where values come from: the environment, the TOML file and files with secrets.
//!
//! [`Sources::from_environment`] is the only place in the server that reads the environment; tests build their
//! [`Sources`] from pairs and strings.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::settings::Setting;

/// What every name in the environment begins with.
pub(super) const PREFIX: &str = "LATCHKEY_";

/// The file that is read from the current folder if nobody names one.
const DEFAULT_FILE: &str = "latchkey.toml";

/// No configuration file and no secret is longer; a device or a log named by mistake is.
const MAX_FILE_BYTES: u64 = 256 * 1024;

/// What a configuration is read from. It holds secrets, hence no `Debug`.
#[derive(Default)]
pub struct Sources {
    pub(super) env: BTreeMap<String, OsString>,
    pub(super) file: FileSource,
}

/// The TOML file that is read when `LATCHKEY_CONFIG` is not given.
#[derive(Default)]
pub(super) enum FileSource {
    #[default]
    None,
    /// This file, if it is there.
    IfThere(PathBuf),
    /// This text, in place of a file.
    Text(String),
}

impl Sources {
    /// The real environment and, unless `LATCHKEY_CONFIG` says otherwise, `latchkey.toml` in the current folder.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn from_environment() -> Self {
        let pairs = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        Self {
            file: FileSource::IfThere(PathBuf::from(DEFAULT_FILE)),
            ..Self::from_pairs(pairs)
        }
    }

    /// These variables and no file: for tests. Names of other programs are left out; ours in the wrong case are kept
    /// to be warned about.
    pub fn from_pairs<N: Into<String>, V: Into<OsString>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let is_ours = |name: &str| {
            name.get(..PREFIX.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
        };
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self {
            env: pairs.filter(|(name, _)| is_ours(name)).collect(),
            file: FileSource::None,
        }
    }

    /// The same with this text as though it were `latchkey.toml`: for tests.
    #[must_use]
    pub fn with_file_text(mut self, text: impl Into<String>) -> Self {
        self.file = FileSource::Text(text.into());
        self
    }
}

/// Where the value of a setting came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody gave it.
    Default,
    /// The TOML file.
    File {
        /// The path as it was given.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
    },
    /// Its variable in the environment.
    Environment,
    /// The file that its `…_FILE` variable names.
    SecretFile {
        /// The name of that variable.
        variable: String,
        /// The path it holds.
        path: PathBuf,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => formatter.write_str("default"),
            Self::File { path, line } => write!(formatter, "from {}, line {line}", path.display()),
            Self::Environment => formatter.write_str("from the environment"),
            Self::SecretFile { variable, path } => write!(formatter, "from {} ({variable})", path.display()),
        }
    }
}

/// Where every value came from.
#[derive(Debug, Clone, Default)]
pub struct Origins(BTreeMap<&'static str, Origin>);

impl Origins {
    /// Where the value of this setting came from.
    pub fn of(&self, setting: &Setting) -> &Origin {
        self.0.get(setting.env).unwrap_or(&Origin::Default)
    }

    pub(super) fn record(&mut self, setting: &'static Setting, origin: Origin) {
        self.0.insert(setting.env, origin);
    }

    #[cfg(test)]
    pub(super) fn knows(&self, setting: &Setting) -> bool {
        self.0.contains_key(setting.env)
    }
}

/// A small text file.
pub(super) struct TextFile {
    pub(super) text: String,
    /// Every user of the machine may read it.
    pub(super) world_readable: bool,
}

/// Reads a configuration or secret file. The error is the end of a sentence: what is wrong and what to do.
pub(super) fn read_text(path: &Path) -> Result<TextFile, String> {
    let said = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => format!("there is no file {}", path.display()),
        io::ErrorKind::PermissionDenied => {
            format!(
                "{} cannot be read: Latchkey's user lacks the permission",
                path.display()
            )
        }
        _ => format!("{} cannot be read: {error}", path.display()),
    };
    let file = File::open(path).map_err(said)?;
    let metadata = file.metadata().map_err(said)?;
    if metadata.is_dir() {
        return Err(format!("{} is a folder, not a file", path.display()));
    }
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(said)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(format!(
            "{} is longer than {} KiB",
            path.display(),
            MAX_FILE_BYTES / 1024
        ));
    }
    let text = String::from_utf8(bytes).map_err(|_| format!("{} is not UTF-8 text", path.display()))?;
    let world_readable = metadata.permissions().mode() & 0o004 != 0;
    Ok(TextFile { text, world_readable })
}
